"""Where orders are and where they wait: counts by state and medians by step, for the office."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db import connection

from wangdan.accounts.rules import OFFICE_ROLES
from wangdan.kernel import clock
from wangdan.kernel.act import Actor
from wangdan.orders.rules import LIFE

MOST_COUNTED = 1000
"""A state with more orders shows 1000+: one index scan per state that stops there."""
SPAN = timedelta(days=30)
MOST_MEASURED = 20_000
_KEPT_SECONDS = 300
_STATES = """
SELECT s.status, (SELECT count(*) FROM (SELECT 1 FROM orders_order o WHERE o.status = s.status LIMIT %s) AS found)
FROM unnest(%s::text[]) AS s (status)
"""
_WAITS = """
WITH recent AS (
    SELECT placed_at, paid_at, accepted_at, shipped_at, delivered_at, completed_at FROM orders_order
    WHERE placed_at >= %s ORDER BY placed_at DESC LIMIT %s
)
SELECT step.move, count(*), extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY step.until - step.since))
FROM recent r
CROSS JOIN LATERAL (VALUES
    ('pay', r.placed_at, r.paid_at),
    ('accept', coalesce(r.paid_at, r.placed_at), r.accepted_at),
    ('ship', r.accepted_at, r.shipped_at),
    ('deliver', r.shipped_at, r.delivered_at),
    ('confirm_receipt', coalesce(r.delivered_at, r.shipped_at), r.completed_at)
) AS step (move, since, until)
WHERE step.until >= step.since
GROUP BY step.move
"""


@dataclass(frozen=True)
class Wait:
    """How long orders waited for a move: the median in seconds, over so many orders."""

    seconds: float
    orders: int


def states_now(actor: Actor) -> dict[str, int]:
    """How many orders are in each state, counted no further than MOST_COUNTED + 1 (one statement); nothing for people outside the office."""
    if not actor.roles & OFFICE_ROLES:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [MOST_COUNTED + 1, list(LIFE.states)])
        return dict(cursor.fetchall())


def waits(actor: Actor) -> dict[str, Wait]:
    """Move → how long orders of the last 30 days waited for it: one statement, kept five minutes; nothing for people outside the office.

    Measured are at most the newest MOST_MEASURED orders, those that the move has reached.
    """
    if not actor.roles & OFFICE_ROLES:
        return {}
    found: dict[str, Wait] | None = cache.get("orders.waits")
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(_WAITS, [clock.now() - SPAN, MOST_MEASURED])
            found = {move: Wait(float(seconds), orders) for move, orders, seconds in cursor.fetchall()}
        cache.set("orders.waits", found, _KEPT_SECONDS)
    return found
