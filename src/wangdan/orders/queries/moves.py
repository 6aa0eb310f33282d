"""Which moves an actor may make on an order now: the buttons, the API's `moves`."""

from wangdan.kernel.act import Actor
from wangdan.kernel.operation import may
from wangdan.orders.models import Order
from wangdan.orders.rules import AUDITORS, CLOSED, LIFE, SEATS, SERVED, STAFF, UNSHIPPED


def seats(actor: Actor, order: Order) -> frozenset[str]:
    """The seats the actor has at this order: buyer, shop, staff, auditor."""
    found = set()
    if actor.id is not None and actor.id == order.buyer_id:
        found.add("buyer")
    if order.shop_id in actor.organisations:
        found.add("shop")
    if actor.roles & STAFF:
        found.add("staff")
    if actor.roles & AUDITORS:
        found.add("auditor")
    return frozenset(found)


def sits(actor: Actor, order: Order, move: str) -> bool:
    """Whether the move belongs to a seat of the actor; the system has them all."""
    return "system" in actor.roles or bool(SEATS.get(move, frozenset()) & seats(actor, order))


def moves(actor: Actor, order: Order) -> list[str]:
    """The moves that the state allows, the grants carry and the seat owns, in the order of the life; those that change no state last."""
    beside = {
        "change_address": order.status in UNSHIPPED and order.method == "courier",
        "change_slot": order.status in UNSHIPPED and order.method == "courier",
        "remind": order.status in SERVED,
        "edit": order.status in UNSHIPPED,
        "extend_receipt": order.status == "delivered" and order.extended_at is None,
        "hide": order.status in CLOSED and not order.hidden,
        "unhide": order.hidden,
        "mark": True,
    }
    names = [name for name in LIFE.open_moves(order.status) if name in SEATS]
    names += [name for name, fits in beside.items() if fits]
    return [name for name in names if sits(actor, order, name) and may(actor, f"orders.{name}")]
