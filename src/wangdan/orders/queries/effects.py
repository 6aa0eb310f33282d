"""What a move would do to orders, before anybody makes it: whether it may be made, and what becomes of money and goods (D08.6.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from wangdan.inventory.models import Hold
from wangdan.kernel.act import Actor
from wangdan.kernel.operation import may
from wangdan.orders.models import Order
from wangdan.orders.queries.moves import moves, sits
from wangdan.orders.queries.viewing import OrderView, views
from wangdan.orders.rules import UNSHIPPED

_CALLS_OFF = frozenset({"cancel", "decline"})


@dataclass(frozen=True)
class Effect:
    """What a move does to one order.

    `code`: the refusal it would meet, empty when it may be made; `back`: minor units that go back to the buyer; `let_go`: minor units
    nobody waits for any more; `freed`: pieces that go back on the shelf.
    """

    view: OrderView
    code: str = ""
    back: int = 0
    let_go: int = 0
    freed: int = 0

    @property
    def order(self) -> Order:
        """The order."""
        return self.view.order


def effects(actor: Actor, orders: Sequence[Order], move: str) -> list[Effect]:
    """The effect of a move on each of the orders, in the order given; six statements at most, whatever their number."""
    short = set(Hold.objects.filter(ref__in=[order.ref for order in orders], status="short").values_list("ref", flat=True))
    return [_effect(actor, view, move, short=view.order.ref in short) for view in views(actor, orders, parcels=True)]


def _effect(actor: Actor, view: OrderView, move: str, *, short: bool) -> Effect:
    order = view.order
    if not sits(actor, order, move) or not may(actor, f"orders.{move}"):
        return Effect(view, "kernel.not_granted")
    if move not in moves(actor, order):
        return Effect(view, f"orders.cannot_{move}")
    if move == "accept" and short:
        return Effect(view, "orders.stock_missing")
    if move not in _CALLS_OFF:
        return Effect(view)
    part = view.part
    back = part.captured - part.refunded - part.refunding if part else 0
    let_go = part.amount if part and part.status == "expected" else 0
    return Effect(view, back=back, let_go=let_go, freed=view.pieces if order.status in UNSHIPPED else 0)
