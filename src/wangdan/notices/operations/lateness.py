"""What is said about a shop that takes too long: to the shop in time, to its buyer when the office steps in, to both in the end."""

from collections.abc import Iterable

from wangdan.kernel.act import Act
from wangdan.notices.operations import composing
from wangdan.notices.operations.composing import Word, for_buyer, for_shop, order_of
from wangdan.orders.facts import OrderCancelled, ShopLate, ShopReminded
from wangdan.orders.rules import FORFEITS

_STEPS = {reason: step for step, reason in FORFEITS.items()}
_LOST = {"accept": ("order_not_accepted", "shop_not_accepted"), "ship": ("order_not_shipped", "shop_not_shipped")}
_LATE = {"accept": ("order_accept_late", "shop_accept_late"), "ship": ("order_ship_late", "shop_ship_late")}
_SOON = {"accept": "shop_accept_soon", "ship": "shop_ship_soon"}


def reminded(_act: Act, fact: ShopReminded) -> Iterable[Word]:
    """There is still time (D10.2)."""
    yield for_shop(_SOON[fact.step], order_of(fact), due=fact.due_at)


def late(_act: Act, fact: ShopLate) -> Iterable[Word]:
    """The time is over: both hear what happens by itself, and when (D11.3)."""
    order, (buyer, shop) = order_of(fact), _LATE[fact.step]
    yield for_buyer(buyer, order, over_at=fact.over_at)
    yield for_shop(shop, order, over_at=fact.over_at)


def cancelled(act: Act, fact: OrderCancelled) -> Iterable[Word]:
    """An order that its shop forfeited is told as that, any other as called off (D08.5)."""
    step = _STEPS.get(fact.reason)
    if step is None:
        yield from composing.cancelled(act, fact)
        return
    order, (buyer, shop) = order_of(fact), _LOST[step]
    yield for_buyer(buyer, order, back=order.total if order.paid_at else 0)
    yield for_shop(shop, order)
