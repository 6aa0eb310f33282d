"""The placing: a purchase is born in one transaction of at most twenty statements."""

from dataclasses import dataclass, replace

from wangdan.checkout.models import CartLine
from wangdan.checkout.queries.quotes import Quote, document, new_orders, prepare
from wangdan.checkout.rules import Asked, checked, money
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused
from wangdan.kernel.operation import operation
from wangdan.orders import operations as orders
from wangdan.orders.models import Order, Purchase
from wangdan.orders.rules import NewPurchase
from wangdan.payments.models import Attempt, Payment


@dataclass(frozen=True)
class Placed:
    """What placing made: the purchase, its orders by shop, the payment and, where one pays at a page, the first attempt."""

    purchase: Purchase
    orders: tuple[Order, ...]
    payment: Payment
    attempt: Attempt | None


@operation("checkout.quote")
def quote(act: Act, *, asked: Asked) -> Quote:
    """Price what the buyer asks for (D03.6–8) and keep the answer under his idempotency key; reserves nothing. Refuses as `queries.prepare` does."""
    return prepare(act.actor, asked)


@operation("checkout.place", root="actor")
def place(act: Act, *, asked: Asked, expected_total: int) -> Placed:
    """Place an order (D03.9, D04.1, D11.1): price again, open one order per shop, expect the money, hold the stock last.

    The buyer's root is locked, so double clicks come one after the other. Refuses with `checkout.total_changed` (quote: the
    new one) when the total is not what the buyer saw, `inventory.cannot_hold` (skus), `delivery.slot_full`, and all that a quote refuses.
    """
    asked = checked(asked)
    if not asked.payment_method:
        raise Malformed("checkout.payment_method_unknown")
    offer = prepare(act.actor, replace(asked, slot=None))
    if offer.total != money(expected_total):
        raise Refused("checkout.total_changed", quote=document(offer))
    wanted = NewPurchase(
        payment_method=asked.payment_method,
        method=offer.method,
        pickup_point_id=offer.pickup_point_id,
        orders=new_orders(offer, asked.note),
        total=offer.total,
        slot_id=asked.slot,
    )
    opened = orders.open(act, wanted=wanted, destination=offer.destination)
    if asked.lines is None:
        bought = [line.sku_id for order in offer.orders for line in order.lines]
        CartLine.objects.filter(cart__person_id=act.actor.id or 0, sku_id__in=bought).delete()
    return Placed(opened.purchase, tuple(opened.orders), opened.payment, getattr(opened.payment, "attempt", None))
