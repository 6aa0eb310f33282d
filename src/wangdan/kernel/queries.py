"""What the office asks about jobs: which failed and why, who listens to facts, what a stretch of the journal holds for one consumer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from wangdan.kernel import react
from wangdan.kernel.limits import SWEEPS_LIKE
from wangdan.kernel.models import Journal

# The few that failed have an index of their own, so a page costs the same however many went well.
_FAILED = """
SELECT j.id, j.task_name, j.args::text, j.attempts, e.at, t.kind, t.text, t.place
FROM procrastinate_jobs j LEFT JOIN kernel_trouble t ON t.job = j.id
LEFT JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events WHERE job_id = j.id AND type IN ('failed', 'cancelled')) e ON TRUE
WHERE j.status = 'failed' AND j.id < %s AND NOT j.task_name LIKE ANY(%s) ORDER BY j.id DESC LIMIT %s
"""
_BY_TASK = """
SELECT coalesce(f.args->>'reaction', f.task_name) AS name, f.task_name, count(*), max(f.id) FROM (
    SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'failed' ORDER BY id DESC LIMIT %s
) f GROUP BY 1, 2 ORDER BY 3 DESC, 1
"""
_STRETCH = """
SELECT count(*), count(k.id), count(*) FILTER (WHERE f.at < %s AND k.id IS NULL) FROM (
    SELECT j.id, j.at, x.place - 1 AS place FROM kernel_journal j CROSS JOIN LATERAL jsonb_array_elements(j.facts) WITH ORDINALITY AS x(fact, place)
    WHERE j.id BETWEEN %s AND %s AND (x.fact->>'fact' || ' ' || split_part(x.fact->>'ref', ':', 1)) = ANY(%s) LIMIT %s
) f LEFT JOIN kernel_key k ON k.actor = 'system' AND k.operation = %s AND k.key = f.id || ':' || f.place
"""
_LARGEST = 2**62


@dataclass(frozen=True)
class Failed:
    """A job that gave up: what it was to do, how often it tried, and what went wrong the last time."""

    id: int
    task: str
    args: dict[str, Any]
    attempts: int
    at: datetime | None
    kind: str
    text: str
    place: str


@dataclass(frozen=True)
class Stretch:
    """What journal rows `first`…`last` hold for one consumer: facts, how many it has done, how many are too old to know."""

    first: int
    last: int
    facts: int
    done: int
    unknown: int


def waiting(*, most: int = 9999) -> int:
    """How many jobs are still to be done, counted no further than `most` + 1 (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' LIMIT %s) AS found", [most + 1])
        return int(cursor.fetchone()[0])


def failed(*, before: int = _LARGEST, size: int = 40) -> list[Failed]:
    """Reactions and errands that gave up, the newest first, from below the id `before` (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, [before, list(SWEEPS_LIKE), size])
        return [
            Failed(number, task, json.loads(args), attempts, at, kind or "", text or "", place or "")
            for number, task, args, attempts, at, kind, text, place in cursor.fetchall()
        ]


def failed_by_task(*, most: int = 5000) -> list[tuple[str, str, int, int]]:
    """Failed jobs by what they were to do: name, task, how many, the newest; counted over the newest `most` (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_TASK, [most])
        return [(str(name), str(task), int(count), int(newest)) for name, task, count, newest in cursor.fetchall()]


def consumers() -> dict[str, list[str]]:
    """Every operation that reacts later → `Fact kind` of what it hears."""
    found: dict[str, list[str]] = {}
    for (kind, fact), operations in react.LATER.items():
        for each in operations:
            found.setdefault(each.name, []).append(f"{fact.name()} {kind}")
    return dict(sorted(found.items()))


def stretch(first: int, last: int, reaction: str, *, kept_since: datetime, most: int) -> Stretch:
    """The preview of a replay; counts no further than `most` + 1. Keys from before `kept_since` are forgotten, so such facts are unknown."""
    heard: Sequence[str] = consumers().get(reaction, [])
    with connection.cursor() as cursor:
        cursor.execute(_STRETCH, [kept_since, first, last, list(heard), most + 1, reaction])
        facts, done, unknown = cursor.fetchone()
    return Stretch(first, last, int(facts), int(done), int(unknown))


def journal_at(moment: datetime) -> int:
    """The first journal row written at or after a moment; rows are written in the order of time, so it is searched by halves."""
    ends = Journal.objects.order_by("pk").values_list("pk", flat=True).first(), Journal.objects.order_by("-pk").values_list("pk", flat=True).first()
    low, high = ends[0] or 1, (ends[1] or 0) + 1
    while low < high:
        middle = (low + high) // 2
        at = Journal.objects.filter(pk__gte=middle).order_by("pk").values_list("at", flat=True).first()
        if at is None or at >= moment:
            high = middle
        else:
            low = middle + 1
    return low
