"""Finding orders: by status, time, and any number, phone, name or waybill."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from wangdan.fulfilment import queries as fulfilment
from wangdan.kernel.act import Actor
from wangdan.kernel.numbers import is_number, normalise
from wangdan.orders.models import Line, Order
from wangdan.orders.rules import LIFE
from wangdan.payments import queries as payments

_PHONE_DIGITS = 7
_LONGEST = 80


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; `since` and `until` are moments of placing, `until` excluded; `mine` leaves only what the actor bought."""

    status: tuple[str, ...] = ()
    q: str = ""
    since: datetime | None = None
    until: datetime | None = None
    shop: int | None = None
    mine: bool = False


def find(actor: Actor, filters: Filters) -> QuerySet[Order]:
    """Orders the actor may see within the filters, newest first (D05.7, D08.4); page them by `-id`.

    `q` takes an order, purchase, payment or parcel number, a phone, a receiver's name, a waybill; for one's own orders also words of the goods.
    An unknown status finds nothing.
    """
    rows = Order.visible_to(actor).select_related("shop", "purchase").order_by("-id")
    if filters.mine:
        rows = rows.filter(buyer_id=actor.id or 0)
    if filters.status:
        rows = rows.filter(status__in=[status for status in filters.status if status in LIFE.states])
    if filters.shop is not None:
        rows = rows.filter(shop_id=filters.shop if 0 < filters.shop < 2**63 else 0)
    if filters.since is not None:
        rows = rows.filter(placed_at__gte=filters.since)
    if filters.until is not None:
        rows = rows.filter(placed_at__lt=filters.until)
    text = filters.q.strip()
    return rows.filter(_meant(actor, text, mine=filters.mine)) if text else rows


def _meant(actor: Actor, text: str, *, mine: bool) -> Q:
    """What the text can be; each kind has an index."""
    text = text.replace("\x00", "")[:_LONGEST]
    number = normalise(text)
    if is_number(number):
        return _numbered(number)
    digits = "".join(sign for sign in text if sign.isdigit())
    meant = Q(to_name=text)
    if len(digits) >= _PHONE_DIGITS and not any(sign.isalpha() for sign in text):
        meant |= Q(to_phone=digits.removeprefix("86") if text.startswith("+86") else digits)
    refs = fulfilment.refs_of_waybill(text)
    if refs:
        meant |= Q(no__in=_numbers(refs))
    office_or_shop = not mine and (actor.organisations or "buyer" not in actor.roles)
    if not office_or_shop:
        words = Line.objects.filter(order=OuterRef("pk"), title__icontains=text)
        meant |= Exists(words) & Q(buyer_id=actor.id or 0)
    return meant


def _numbered(number: str) -> Q:
    if number.startswith("A"):
        return Q(no=number)
    if number.startswith("G"):
        return Q(purchase__no=number)
    if number.startswith("P"):
        return Q(no__in=_numbers(fulfilment.refs_of_parcel(number)))
    return Q(purchase__no__in=_numbers(payments.refs_of_number(number)))


def _numbers(refs: list[str]) -> list[str]:
    return [ref.partition(":")[2] for ref in refs]


def counts(actor: Actor, filters: Filters | None = None) -> dict[str, int]:
    """How many orders per status the actor has in view, for the tabs; for one's own or one's shop's orders only, never the whole table."""
    filters = filters or Filters(mine=True)
    if not filters.mine and filters.shop is None:
        message = "a count needs a buyer or a shop"
        raise ValueError(message)
    found = find(actor, filters).order_by().values("status").annotate(n=Count("pk"))
    return {row["status"]: row["n"] for row in found}
