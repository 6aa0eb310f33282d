"""Finding orders: the one place where lists of pages and programs are narrowed, ordered and counted (D05.7, D08.4–5, D11.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q, QuerySet

from wangdan.fulfilment.rules import LIFE as PARCELS
from wangdan.kernel.act import Actor
from wangdan.kernel.planning import planned_anew
from wangdan.orders.models import Order
from wangdan.orders.queries import conditions
from wangdan.orders.rules import LIFE, MARKS, PAYMENT_METHODS

NEWEST = ("-placed_at", "-id")
"""The order of every list: newest first."""


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; all conditions together, several values of one are alternatives, an unknown value finds nothing.

    `seat`: "buyer" leaves what the actor bought, "shop" what his shops serve. `since`, `until`: moments of placing, `until` excluded.
    `low`, `high`: the total in minor units, both included. `flags`: names of `conditions.FLAGS`, all of them must fit.
    `q` takes any number, phone, name or waybill; `customer`, `goods`, `waybill` are the same one by one.
    """

    seat: str = ""
    q: str = ""
    status: tuple[str, ...] = ()
    payment: tuple[str, ...] = ()
    parcel: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    mark: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    shop: int | None = None
    buyer: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    low: int | None = None
    high: int | None = None
    customer: str = ""
    goods: str = ""
    waybill: str = ""


def find(actor: Actor, filters: Filters) -> QuerySet[Order]:
    """Orders the actor may see within the filters, newest first; page them by keyset over `NEWEST`. One statement, and one per text to look up."""
    rows = seen(actor, filters.seat).select_related("shop", "purchase").order_by(*NEWEST)
    for condition in [*_choices(filters), *_bounds(filters), *_texts(actor, filters)]:
        rows = rows.filter(condition)
    return rows


def seen(actor: Actor, seat: str = "") -> QuerySet[Order]:
    """What the actor may see from a seat, with what the conditions are about.

    From the buyer's and the shop's seat it is a part of what he sees, said in one condition: the planner knows what that is worth.
    """
    rows = Order.visible_to(actor)
    if seat == "buyer":
        rows = Order.objects.filter(buyer_id=actor.id or 0)
    if seat == "shop":
        rows = Order.objects.filter(shop_id__in=actor.organisations)
    return rows.alias(tail=conditions.TAIL, taken_from=conditions.TAKEN_FROM)


def _any(known: Mapping[str, Q], wanted: Sequence[str]) -> Q:
    return reduce(or_, (known.get(each, conditions.NOWHERE) for each in wanted))


def _choices(filters: Filters) -> list[Q]:
    """Conditions that are chosen from a list."""
    found = []
    if filters.status:
        found.append(Q(status__in=[status for status in filters.status if status in LIFE.states]))
    if filters.payment:
        found.append(_any(conditions.PAYMENTS, filters.payment))
    if filters.parcel:
        found.append(reduce(or_, (conditions.parcel(each) for each in filters.parcel if each in PARCELS.states), conditions.NOWHERE))
    if filters.method:
        found.append(Q(payment_method__in=[method for method in filters.method if method in PAYMENT_METHODS]))
    if filters.mark:
        found.append(Q(mark__in=[mark for mark in filters.mark if mark in MARKS]))
    found += [conditions.FLAGS[each]() if each in conditions.FLAGS else conditions.NOWHERE for each in filters.flags]
    return found


def _bounds(filters: Filters) -> list[Q]:
    """Conditions between two values."""
    found = []
    for name, number in (("shop_id", filters.shop), ("buyer_id", filters.buyer)):
        if number is not None:
            found.append(Q(**{name: number if 0 < number < 2**63 else 0}))
    for name, value in (
        ("placed_at__gte", filters.since),
        ("placed_at__lt", filters.until),
        ("total__gte", filters.low),
        ("total__lte", filters.high),
    ):
        if value is not None:
            found.append(Q(**{name: value}))
    return found


def _texts(actor: Actor, filters: Filters) -> list[Q]:
    """Conditions that somebody typed."""
    found = []
    if filters.q.strip():
        found.append(conditions.meant(actor, filters.q, own=filters.seat == "buyer" or actor.roles <= {"anyone", "buyer"}))
    if filters.customer.strip():
        found.append(conditions.customer(actor, filters.customer))
    if filters.goods.strip():
        found.append(conditions.goods(filters.goods))
    if filters.waybill.strip():
        found.append(conditions.waybill(filters.waybill))
    return found


def counts(actor: Actor, wanted: Mapping[str, Filters], *, most: int = 999) -> dict[str, int]:
    """How many orders each of the filters finds, counted no further than `most` + 1: tabs never count a table (one statement)."""
    sql, values = [], []
    for filters in wanted.values():
        rows = find(actor, filters).select_related(None).order_by().values("pk")[: most + 1]
        text, params = rows.query.sql_with_params()
        sql.append(f"(SELECT count(*) FROM ({text}) AS counted)")  # noqa: S608 - Django wrote it
        values += params
    if not sql:
        return {}
    with planned_anew(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sql)}", values)
        return dict(zip(wanted, cursor.fetchone(), strict=True))
