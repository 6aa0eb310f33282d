"""One order as pages and programs show it: with its lines, money, parcels and the moves that are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wangdan.accounts.models import Person
from wangdan.fulfilment import queries as fulfilment
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen
from wangdan.kernel.numbers import normalise
from wangdan.orders.models import Line, Order
from wangdan.orders.queries.moves import moves
from wangdan.payments.models import Part


@dataclass(frozen=True)
class OrderView:
    """An order with all that belongs on its page; rows as they are, nothing may be written to them."""

    order: Order
    lines: tuple[Line, ...]
    part: Part | None
    parcels: tuple[Any, ...]
    moves: tuple[str, ...]
    siblings: tuple[Order, ...] = ()
    buyer: Person | None = None

    @property
    def pieces(self) -> int:
        """Pieces in all lines."""
        return sum(line.quantity for line in self.lines)


def one(actor: Actor, no: str) -> Order:
    """The order of that number, if the actor may see it; else 404."""
    found = Order.visible_to(actor).select_related("shop", "purchase", "buyer", "pickup_point").filter(no=normalise(str(no))[:12]).first()
    if found is None:
        raise NotSeen
    return found


def view(actor: Actor, no: str) -> OrderView:
    """One order with everything on its page; siblings of the purchase only as far as the actor may see them."""
    order = one(actor, no)
    siblings = Order.visible_to(actor).filter(purchase_id=order.purchase_id).exclude(pk=order.pk).select_related("shop").order_by("id")
    [found] = views(actor, [order], parcels=True)
    return OrderView(order, found.lines, found.part, found.parcels, found.moves, tuple(siblings), order.buyer)


def views(actor: Actor, orders: Sequence[Order], *, parcels: bool = False) -> list[OrderView]:
    """A page of orders with lines, money and moves, in two statements whatever their number, with parcels in five."""
    lines: dict[int, list[Line]] = {order.pk: [] for order in orders}
    for line in Line.objects.filter(order__in=lines).select_related("picture").order_by("order_id", "position"):
        lines[line.order_id].append(line)
    parts = {part.ref: part for part in Part.objects.filter(ref__in=[order.ref for order in orders]).select_related("payment")}
    boxes = fulfilment.parcels_by_ref([order.ref for order in orders]) if parcels else {}
    return [
        OrderView(
            order=order,
            lines=tuple(lines[order.pk]),
            part=parts.get(order.ref),
            parcels=tuple(boxes.get(order.ref, [])),
            moves=tuple(moves(actor, order)),
        )
        for order in orders
    ]
