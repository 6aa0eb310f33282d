"""Which moves an actor may make on an order now: the buttons, the API's `moves`."""

from wangdan.kernel.act import Actor
from wangdan.kernel.operation import may
from wangdan.orders.models import Order
from wangdan.orders.rules import LIFE, SEATS, SERVED, STAFF, UNSHIPPED


def seats(actor: Actor, order: Order) -> frozenset[str]:
    """The seats the actor has at this order: buyer, shop, staff."""
    found = set()
    if actor.id is not None and actor.id == order.buyer_id:
        found.add("buyer")
    if order.shop_id in actor.organisations:
        found.add("shop")
    if actor.roles & STAFF:
        found.add("staff")
    return frozenset(found)


def sits(actor: Actor, order: Order, move: str) -> bool:
    """Whether the move belongs to a seat of the actor; the system has them all."""
    return "system" in actor.roles or bool(SEATS.get(move, frozenset()) & seats(actor, order))


def moves(actor: Actor, order: Order) -> list[str]:
    """The moves that the state allows, the grants carry and the seat owns, in the order of the life; those that change no state last."""
    names = [name for name in LIFE.open_moves(order.status) if name in SEATS]
    if order.status in UNSHIPPED and order.method == "courier":
        names.append("change_address")
    if order.status in SERVED:
        names.append("remind")
    if order.status in UNSHIPPED:
        names.append("edit")
    names.append("mark")
    return [name for name in names if sits(actor, order, name) and may(actor, f"orders.{name}")]
