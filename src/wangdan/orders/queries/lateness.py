"""Which shops take too long: until when each order's next step is due, and which orders the clock has to look at."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from wangdan.kernel import clock, options
from wangdan.orders.models import Order
from wangdan.orders.rules import ACCEPT_WITHIN, FORFEIT_AFTER, REMIND_BEFORE, SHIP_WITHIN, SHOP_STEPS, Patience

_WITHIN = {"accept": ACCEPT_WITHIN, "ship": SHIP_WITHIN}
BEGAN = {"accept": Coalesce("approved_at", "paid_at", "placed_at"), "ship": Coalesce("accepted_at", "placed_at")}
"""Since when an order waits for its shop, by step, as the database says it; `since` says it of a row."""
_STATES = {"accept": ("awaiting_acceptance",), "ship": ("awaiting_shipment", "partly_shipped")}


def patience(step: str) -> Patience:
    """How long a shop may take for `accept` or `ship`, by the options as they are now."""
    grace = options.value(FORFEIT_AFTER)
    return Patience(
        within=timedelta(hours=options.value(_WITHIN[step])),
        before=timedelta(hours=options.value(REMIND_BEFORE)),
        grace=timedelta(hours=grace) if grace else None,
    )


def since(order: Order) -> datetime:
    """Since when the order waits for its shop."""
    if order.status == "awaiting_acceptance":
        return order.approved_at or order.paid_at or order.placed_at
    return order.accepted_at or order.placed_at


def over_at(order: Order) -> datetime | None:
    """When an order that its shop neglects is called off by itself; None when it is not the shop's turn, or too late for that (D11.3)."""
    if order.status not in ("awaiting_acceptance", "awaiting_shipment"):
        return None
    over = patience(SHOP_STEPS[order.status]).moments.get("over")
    return since(order) + over if over is not None else None


def neglected(limit: int) -> list[int]:
    """Orders whose shop must be reminded, reported, or relieved of them, those that wait longest first (two statements)."""
    found: list[int] = []
    for step in _STATES:
        waits = _waiting(step).order_by("began", "pk").values_list("pk", flat=True)
        found += waits[: limit - len(found)] if len(found) < limit else []
    return found


def _waiting(step: str) -> QuerySet[Order]:
    """The orders that wait for this step and have not heard what the clock has to say by now."""
    now, moments = clock.now(), patience(step).moments
    heard, wanted = [f"{step}_late", f"{step}_soon"], Q(pk__in=())
    wanted |= Q(began__lte=now - moments["soon"]) & ~Q(chased__in=heard)
    wanted |= Q(began__lte=now - moments["late"]) & ~Q(chased=heard[0])
    if "over" in moments:
        wanted |= Q(began__lte=now - moments["over"]) & ~Q(status="partly_shipped")
    rows = Order.objects.filter(status__in=_STATES[step]).annotate(began=BEGAN[step])
    # The partial index holds the earlier of the two moments.
    reached = {"placed_at__lte": now - moments["soon"]} if step == "accept" else {"accepted_at__lte": now - moments["soon"]}
    return rows.filter(wanted, **reached)
