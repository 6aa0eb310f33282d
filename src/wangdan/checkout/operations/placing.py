"""The placing: a purchase is born in one transaction of at most twenty statements."""

from dataclasses import dataclass, replace

from wangdan.accounts.operations import Proof
from wangdan.checkout.models import CartLine
from wangdan.checkout.queries.choosing import document
from wangdan.checkout.queries.quotes import Quote, new_orders, prepare, taken
from wangdan.checkout.rules import Asked, checked, money
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused
from wangdan.kernel.operation import operation
from wangdan.orders import operations as orders
from wangdan.orders.models import Order, Purchase
from wangdan.orders.rules import NewPurchase
from wangdan.payments.models import Attempt, Payment
from wangdan.promotions.rules.offers import PASSWORD_FOR_POINTS


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


def as_purchase(asked: Asked, offer: Quote, buyer_id: int | None = None) -> NewPurchase:
    """A quote as the purchase to be opened."""
    return NewPurchase(
        payment_method=asked.payment_method,
        method=offer.method,
        pickup_point_id=offer.pickup_point_id,
        orders=new_orders(offer, asked.note),
        total=offer.total,
        taken=taken(offer),
        slot_id=asked.slot,
        buyer_id=buyer_id,
    )


@operation("checkout.place", root="actor")
def place(act: Act, *, asked: Asked, expected_total: int, device: str = "", proof: Proof | None = None) -> Placed:
    """Place an order (D03.9, D04.1, D11.1): price again, open one order per shop, expect the money, hold the stock last.

    The buyer's root is locked, so double clicks come one after the other. `device` is a hash of where it came from, for the rules of
    risk, which look at once at what needs no payment first (C2). Points are spent with a `proof` of the payment password only (D16.6;
    option `promotions.points_need_password`), else `accounts.payment_password_needed` (422). Refuses with `checkout.total_changed` (quote: the
    new one) when the total is not what the buyer saw, `inventory.cannot_hold` (skus), `delivery.slot_full`, and all that a quote refuses.
    """
    asked = checked(asked)
    if not asked.payment_method:
        raise Malformed("checkout.payment_method_unknown")
    offer = prepare(act.actor, replace(asked, slot=None))
    if offer.total != money(expected_total):
        raise Refused("checkout.total_changed", quote=document(offer))
    if offer.points and act.option(PASSWORD_FOR_POINTS) and (proof is None or not proof.holds(act)):
        raise Malformed("accounts.payment_password_needed")
    opened = orders.open(act, wanted=replace(as_purchase(asked, offer), device=device[:64]), destination=offer.destination)
    if asked.lines is None:
        bought = [line.sku_id for order in offer.orders for line in order.lines]
        CartLine.objects.filter(cart__person_id=act.actor.id or 0, sku_id__in=bought).delete()
    return Placed(opened.purchase, tuple(opened.orders), opened.payment, getattr(opened.payment, "attempt", None))
