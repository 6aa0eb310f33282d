"""Counting: each fact adds to its day, once; and the counting anew of everything from the orders."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from wangdan.fulfilment.facts import ParcelPlanned, ShelfShort
from wangdan.fulfilment.models import Parcel
from wangdan.kernel.act import Act
from wangdan.kernel.fact import Fact
from wangdan.kernel.models import Journal
from wangdan.kernel.operation import operation
from wangdan.orders import facts
from wangdan.orders.models import Line, Order
from wangdan.payments.facts import RefundDone
from wangdan.statistics.queries import HOUSES
from wangdan.statistics.rules import COUNTS, HOUSE_COUNTS, Entry, minutes, summed

_NAMES: dict[type[Fact], tuple[str, str]] = {
    facts.OrderPaid: ("paid", "of_paid"),
    facts.OrderShipped: ("shipped", "of_shipped"),
    facts.OrderCompleted: ("received", "of_received"),
    facts.OrderCancelled: ("closed", ""),
    facts.OrderDeclined: ("closed", ""),
    facts.OrderRejected: ("closed", ""),
    facts.OrderExpired: ("closed", ""),
    facts.OrderReturned: ("closed", ""),
    facts.OrderEnded: ("closed", ""),
}
"""What a fact adds one to: on the day it happened, and on the day the order was placed."""


def _adding(table: str, key: str, names: Sequence[str]) -> str:
    """The statement that adds numbers to a day's row, or makes it."""
    return f"""
        INSERT INTO {table} ({key}, day, {", ".join(names)}) VALUES (%s, %s, {", ".join("%s" for _ in names)})
        ON CONFLICT ({key}, day) DO UPDATE SET {", ".join(f"{name} = {table}.{name} + EXCLUDED.{name}" for name in names)}
    """  # noqa: S608 - our own names


_ADD_DAY = _adding("statistics_day", "shop_id", COUNTS)
_ADD_HOUSE = _adding("statistics_houseday", "warehouse_id", HOUSE_COUNTS)
_ADD_GOODS = """
INSERT INTO statistics_goods (shop_id, product_id, day, pieces, amount) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (product_id, day) DO UPDATE SET pieces = statistics_goods.pieces + EXCLUDED.pieces, amount = statistics_goods.amount + EXCLUDED.amount
"""
_EMPTY = "TRUNCATE statistics_day, statistics_goods, statistics_houseday"
_HAPPENED = """
WITH happened AS (
    SELECT o.shop_id, (e.at AT TIME ZONE %(zone)s)::date AS day, e.name, e.more FROM orders_order o
    LEFT JOIN payments_part p ON p.ref = 'orders:' || o.no
    CROSS JOIN LATERAL (VALUES
        (o.placed_at, 'placed', 1), (o.placed_at, 'placed_amount', o.total),
        (o.paid_at, 'paid', 1), (o.paid_at, 'paid_amount', p.captured),
        (CASE WHEN o.status IN ('shipped', 'delivered', 'completed', 'ended') THEN o.shipped_at END, 'shipped', 1),
        (o.completed_at, 'received', 1),
        (CASE WHEN o.status IN ('cancelled', 'declined', 'ended') THEN o.closed_at END, 'closed', 1),
        (CASE WHEN p.refunded > 0 THEN coalesce(o.closed_at, o.paid_at) END, 'refunded_amount', p.refunded),
        (CASE WHEN o.paid_at IS NOT NULL THEN o.placed_at END, 'of_paid', 1),
        (CASE WHEN o.status IN ('shipped', 'delivered', 'completed', 'ended') AND o.shipped_at IS NOT NULL THEN o.placed_at END, 'of_shipped', 1),
        (CASE WHEN o.completed_at IS NOT NULL THEN o.placed_at END, 'of_received', 1)
    ) AS e (at, name, more)
    WHERE e.at IS NOT NULL
)
"""
_DAYS_ANEW = f"""{_HAPPENED}
INSERT INTO statistics_day (shop_id, day, {", ".join(COUNTS)})
SELECT shop_id, day, {", ".join(f"coalesce(sum(more) FILTER (WHERE name = '{name}'), 0)" for name in COUNTS)} FROM happened GROUP BY shop_id, day
"""  # noqa: S608 - our own names
_GOODS_ANEW = """
INSERT INTO statistics_goods (shop_id, product_id, day, pieces, amount)
SELECT min(o.shop_id), l.product_id, (o.paid_at AT TIME ZONE %(zone)s)::date, sum(l.quantity), sum(l.total)
FROM orders_line l JOIN orders_order o ON o.id = l.order_id WHERE o.paid_at IS NOT NULL GROUP BY l.product_id, 3
"""
_HOUSES_ANEW = f"""
INSERT INTO statistics_houseday (warehouse_id, day, {", ".join(HOUSE_COUNTS)})
SELECT warehouse_id, day, {", ".join(f"coalesce(sum(more) FILTER (WHERE name = '{name}'), 0)" for name in HOUSE_COUNTS)}
FROM ({HOUSES}) AS happened GROUP BY warehouse_id, day
"""  # noqa: S608 - our own names


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


@operation("statistics.count")
def count(act: Act, *, fact: Fact) -> None:
    """LATER: a fact about an order adds to the numbers of its shop's day (D11.7); run twice by its job it counts once."""
    cause = Journal.objects.filter(pk=act.cause_id).first() if act.cause_id else None
    day = _day(cause.at if cause else act.now)
    numbers = fact.orders if isinstance(fact, facts.PurchasePlaced) else [fact.handle]
    orders = list(Order.objects.filter(no__in=numbers).order_by("shop_id", "pk"))
    _add([entry for order in orders for entry in _entries(order, fact, day)])
    if isinstance(fact, facts.OrderPaid):
        _add_goods(orders, day)


def _entries(order: Order, fact: Fact, day: date) -> Iterable[Entry]:
    """What the fact adds to."""
    if isinstance(fact, facts.PurchasePlaced):
        yield Entry(order.shop_id, day, "placed")
        yield Entry(order.shop_id, day, "placed_amount", order.total)
        return
    if isinstance(fact, RefundDone):
        yield Entry(order.shop_id, day, "refunded_amount", fact.amount)
        return
    happened, became = _NAMES[type(fact)]
    yield Entry(order.shop_id, day, happened)
    if isinstance(fact, facts.OrderPaid):
        yield Entry(order.shop_id, day, "paid_amount", fact.amount)
    if became:
        yield Entry(order.shop_id, _day(order.placed_at), became)


def _add(entries: Iterable[Entry], statement: str = _ADD_DAY, names: Sequence[str] = COUNTS) -> None:
    """Add to the rows, in one order so that two workers never wait for each other in a ring."""
    with connection.cursor() as cursor:
        for (whose, day), more in sorted(summed(entries).items()):
            cursor.execute(statement, [whose, day, *(more.get(name, 0) for name in names)])


def _add_goods(orders: Iterable[Order], day: date) -> None:
    lines = Line.objects.filter(order__in=orders).order_by("product_id", "pk").values_list("order__shop_id", "product_id", "quantity", "total")
    with connection.cursor() as cursor:
        cursor.executemany(_ADD_GOODS, [(shop, product, day, quantity, total) for shop, product, quantity, total in lines])


@operation("statistics.count_parcel")
def count_parcel(act: Act, *, fact: Fact) -> None:
    """LATER: a fact about a parcel adds to the numbers of its warehouse's day (D10.2, D10.3); run twice by its job it counts once."""
    parcel = Parcel.objects.get(no=fact.parcel)  # type: ignore[attr-defined]
    cause = Journal.objects.filter(pk=act.cause_id).first() if act.cause_id else None
    if isinstance(fact, ParcelPlanned):
        found = {"planned": 1}
        day = _day(parcel.planned_at)
    elif isinstance(fact, ShelfShort):
        found = {"missed": fact.pieces}
        day = _day(cause.at if cause else act.now)
    else:
        gone = parcel.handed_over_at or act.now
        waited = minutes(parcel.planned_at, gone)
        found = {"shipped": 1, "pieces": parcel.pieces, "minutes": waited, "late": int(gone > parcel.ship_by)}
        day = _day(gone)
    _add((Entry(parcel.warehouse_id, day, name, more) for name, more in found.items()), _ADD_HOUSE, HOUSE_COUNTS)


@operation("statistics.rebuild")
def rebuild(_act: Act) -> None:
    """Count everything anew from the orders and parcels as they are: after orders came in by bulk, with the worker at rest.

    Refunds stand on the day the order ended, for the orders keep no other; all else is as the facts would have counted it.
    """
    zone = {"zone": timezone.get_default_timezone_name()}
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)
        cursor.execute(_DAYS_ANEW, zone)
        cursor.execute(_GOODS_ANEW, zone)
        cursor.execute(_HOUSES_ANEW, zone)
