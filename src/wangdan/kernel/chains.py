"""What the journal must say about a kind of thing with a life: SQL whose rows are the breaches, for each module's INVARIANTS."""

from collections.abc import Sequence

from wangdan.kernel.machine import Machine

_CHAIN = """
SELECT ref, id, before, after, previous FROM (
    SELECT j.ref, j.id, j.changes->'status'->>0 AS before, j.changes->'status'->>1 AS after,
        lag(j.changes->'status'->>1) OVER (PARTITION BY j.ref ORDER BY j.id) AS previous
    FROM kernel_journal j WHERE j.ref LIKE '{kind}:%' AND j.changes ? 'status'
) chain WHERE before IS DISTINCT FROM previous
"""
_MOVES = """
SELECT j.ref, j.id, j.changes->'status'->>0 AS before, j.changes->'status'->>1 AS after
FROM kernel_journal j WHERE j.ref LIKE '{kind}:%' AND j.changes ? 'status' AND CASE
    WHEN j.changes->'status'->>0 IS NULL THEN coalesce(j.changes->'status'->>1, '') NOT IN ({starts})
    ELSE (j.changes->'status'->>0, coalesce(j.changes->'status'->>1, '')) NOT IN (VALUES {edges})
END
"""
_LAST = """
SELECT t.no, t.status, last.after FROM {table} t LEFT JOIN LATERAL (
    SELECT j.changes->'status'->>1 AS after FROM kernel_journal j
    WHERE j.ref = '{kind}:' || t.no AND j.changes ? 'status' ORDER BY j.id DESC LIMIT 1
) last ON true
WHERE last.after IS DISTINCT FROM t.status
"""


def chain(kind: str) -> str:
    """Where a step does not begin in the state that the step before it led to."""
    return _CHAIN.format(kind=kind)


def moves(kind: str, life: Machine, starts: Sequence[str] = ()) -> str:
    """Where a step is no move of the life, or a beginning none of its starts (or of those given)."""
    edges = ", ".join(f"('{source}', '{target}')" for (_, source), target in life.table.items())
    names = ", ".join(f"'{start}'" for start in starts or life.starts)
    return _MOVES.format(kind=kind, edges=edges, starts=names)


def last(kind: str, table: str) -> str:
    """Where a row's status is not what its last step in the journal led to."""
    return _LAST.format(kind=kind, table=table)


def invariants(kind: str, table: str, life: Machine, starts: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The three of a kind of thing whose rows have `no` and `status`."""
    return [
        (f"{kind}: the status is the journal's last", last(kind, table)),
        (f"{kind}: states in the journal form a chain", chain(kind)),
        (f"{kind}: every step in the journal is a move of the life", moves(kind, life, starts)),
    ]
