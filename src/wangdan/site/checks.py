"""The invariants of the whole house, run in one read-only transaction: each query must find nothing."""

from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from wangdan.kernel import jobs, react

_EXAMPLES = 3

HOUSE = [
    (
        "constraints are validated, indexes valid, triggers on",
        """
        SELECT conname::text FROM pg_constraint WHERE NOT convalidated
        UNION ALL SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid
        UNION ALL SELECT tgname::text FROM pg_trigger WHERE tgenabled = 'D'
        """,
    ),
    (
        "idempotency keys have an answer",
        "SELECT id FROM kernel_key WHERE answer IS NULL",
    ),
    (
        "no job lies in the hands of a worker that is gone",
        """
        SELECT j.id, j.task_name FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
        WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '3 minutes')
            AND coalesce((SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'started'), '-infinity')
                < now() - interval '3 minutes'
        """,
    ),
    (
        "an act has one actor, one moment and one family",
        """
        SELECT act, count(*) FROM kernel_journal GROUP BY act
        HAVING count(DISTINCT actor) > 1 OR count(DISTINCT at) > 1 OR count(DISTINCT coalesce(root_id, 0)) > 1
        """,
    ),
]


@dataclass(frozen=True)
class Result:
    """One invariant: how many rows break it, with examples."""

    name: str
    count: int
    examples: list[Any]

    @property
    def holds(self) -> bool:
        """Whether nothing breaks it."""
        return self.count == 0

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {**asdict(self), "holds": self.holds}


_LOST_FACTS = """
SELECT j.id, r.fact, r.reaction
FROM kernel_journal j
CROSS JOIN LATERAL jsonb_array_elements(j.facts) WITH ORDINALITY AS f(fact, place)
JOIN (VALUES {reactions}) AS r(fact, kind, reaction) ON r.fact = f.fact->>'fact' AND r.kind = split_part(f.fact->>'ref', ':', 1)
LEFT JOIN (
    SELECT args->>'journal_id' AS journal_id, args->>'place' AS place, args->>'reaction' AS reaction
    FROM procrastinate_jobs WHERE task_name = '{task}'
) AS job ON job.journal_id = j.id::text AND job.place = (f.place - 1)::text AND job.reaction = r.reaction
WHERE job.journal_id IS NULL
"""


def _lost_facts() -> list[tuple[str, str]]:
    """Every fact that somebody reacts to later has its job: waiting, done or visibly failed."""
    rows = [f"('{fact.name()}', '{kind}', '{each.name}')" for (kind, fact), found in react.LATER.items() for each in found]
    sql = _LOST_FACTS.format(reactions=", ".join(rows), task=jobs.REACTION)
    return [("every fact has its jobs, done or visibly failed", sql)] if rows else []


def invariants() -> list[tuple[str, str]]:
    """Name and SQL of every invariant: the house's own and each module's `queries.INVARIANTS`."""
    found = [*HOUSE, *_lost_facts()]
    for module in settings.MODULES:
        name = f"wangdan.{module}.queries"
        if find_spec(name) is not None:
            found += [(title if ": " in title else f"{module}: {title}", sql) for title, sql in getattr(import_module(name), "INVARIANTS", [])]
    return found


def run() -> list[Result]:
    """Run all invariants at one instant."""
    results = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        for name, sql in invariants():
            cursor.execute(sql)
            rows = cursor.fetchall()
            results.append(Result(name, len(rows), [[str(value) for value in row] for row in rows[:_EXAMPLES]]))
    return results
