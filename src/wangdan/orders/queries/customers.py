"""Who bought from a shop lately, as far as a shop may know: never a phone or a street (PIPL 6, E-Commerce Law 23)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Sum

from wangdan.accounts.rules import mask_name
from wangdan.kernel import clock
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen
from wangdan.orders.models import Order


@dataclass(frozen=True)
class Customer:
    """One buyer of a shop within the window; `total` in minor units of what was not called off."""

    name: str
    place: str
    orders: int
    total: int
    last_no: str
    last_at: datetime


@dataclass(frozen=True)
class Customers:
    """A page of them, and where the next begins."""

    rows: list[Customer]
    next: str


def customers(actor: Actor, shop_id: int, *, days: int, cursor: str = "", size: int = 40) -> Customers:
    """Buyers of a shop of the actor's in the last `days`, the latest order first (two statements). Refuses with 404 for another's shop."""
    if shop_id not in actor.organisations:
        raise NotSeen
    recent = Order.objects.filter(shop=shop_id, placed_at__gte=clock.now() - timedelta(days=days)).exclude(status__in=("cancelled", "declined"))
    grouped = recent.order_by().values("buyer").annotate(n=Count("pk"), total=Sum("total"), last=Max("pk"))
    if cursor.isascii() and cursor.isdigit() and len(cursor) < 19:  # noqa: PLR2004 - longer is no id
        grouped = grouped.filter(last__lt=int(cursor))
    found = list(grouped.order_by("-last")[: size + 1])
    last = {order.pk: order for order in Order.objects.filter(pk__in=[row["last"] for row in found[:size]])}
    rows = [_customer(last[row["last"]], row["n"], row["total"]) for row in found[:size]]
    return Customers(rows, str(found[size - 1]["last"]) if len(found) > size else "")


def _customer(order: Order, count: int, total: int) -> Customer:
    place = order.to_province if order.to_province == order.to_city else f"{order.to_province}{order.to_city}"
    return Customer(mask_name(order.to_name), place.removesuffix("市辖区"), count, total, order.no, order.placed_at)
