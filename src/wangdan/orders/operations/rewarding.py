"""What an order means for its buyer's coupons and points once it is completed, called off or refunded: later, under the buyer's root."""

from typing import Any

from wangdan.kernel.act import Act, Actor
from wangdan.kernel.fact import Fact
from wangdan.kernel.operation import operation
from wangdan.orders.models import Line, Order
from wangdan.orders.rules import CALLED_OFF
from wangdan.payments.models import Part
from wangdan.promotions import operations as promotions
from wangdan.promotions.rules.offers import spent_on_goods


def _buyers_root(_actor: Actor, *, fact: Fact, **_: Any) -> int | None:
    """Coupons, points and the level are the buyer's rows, so the buyer's root is locked."""
    return Order.objects.filter(no=fact.handle).values_list("buyer__root_id", flat=True).first()


@operation("orders.reward", root=_buyers_root)
def reward(act: Act, *, fact: Fact) -> None:
    """LATER: a completed order brings its buyer points for what he paid for the goods, and counts towards his level (D16.3)."""
    order = Order.objects.get(no=fact.handle)
    lines = list(Line.objects.filter(order=order))
    spent = sum(spent_on_goods(line.amount, line.steps) for line in lines)
    promotions.earn(act, ref=order.ref, person=order.buyer_id, spent=spent)
    _follow(act, order)


@operation("orders.restore", root=_buyers_root)
def restore(act: Act, *, fact: Fact) -> None:
    """LATER: an order was called off, came back or was refunded: points follow its money, and coupons whose every order was called off come back.

    What is true is read from the order and its money, so that any number of facts in any order lead to the same.
    """
    order = Order.objects.select_related("purchase").get(no=fact.handle)
    _follow(act, order)
    siblings = Order.objects.filter(purchase=order.purchase_id).exclude(status__in=CALLED_OFF)
    shares = Line.objects.filter(order__in=siblings).values_list("steps", flat=True)
    still_used = frozenset(step["offer"] for steps in shares for step in steps)
    promotions.give_back(act, purchase=order.purchase.ref, still_used=still_used)


def _follow(act: Act, order: Order) -> None:
    """Points go the way of the money; of an order that is called off, or came back unpaid, all of them."""
    part = Part.objects.filter(ref=order.ref).first()
    refunded, captured = (part.refunded, part.captured) if part is not None else (0, 0)
    if order.status in CALLED_OFF or (order.status == "ended" and not captured):
        promotions.follow(act, ref=order.ref, person=order.buyer_id, refunded=1, captured=1)
    elif captured:
        promotions.follow(act, ref=order.ref, person=order.buyer_id, refunded=refunded, captured=captured)
