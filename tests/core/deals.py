"""Offers for the proofs: what shops and the platform give, coupons in somebody's hands, points on somebody's account."""

from datetime import timedelta
from typing import Any

from tests.core.stage import ROOT
from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Organisation
from wangdan.accounts.operations import Proof, Secret
from wangdan.checkout import operations as checkout
from wangdan.checkout import queries
from wangdan.checkout.tests.market import Buyer, Market
from wangdan.delivery.models import FreightTemplate
from wangdan.kernel import clock, guards
from wangdan.kernel.act import Call
from wangdan.ledger import queries as ledger
from wangdan.orders.models import Line, Order
from wangdan.promotions import operations
from wangdan.promotions import queries as promotions
from wangdan.promotions.models import Coupon, Offer
from wangdan.promotions.rules.offers import Draft


def draft(**changed: Any) -> Draft:
    """10.00 off from 50.00, for a month, as a coupon of which one person may have one."""
    now = clock.now()
    fields = {
        "way": "coupon",
        "kind": "full",
        "name": "满 50 减 10",
        "rungs": ((5000, 1000),),
        "starts_at": now - timedelta(hours=1),
        "ends_at": now + timedelta(days=30),
    }
    return Draft(**(fields | changed))


def offer(giver: Organisation | None = None, **changed: Any) -> Offer:
    """Such an offer, of a shop or of the platform."""
    return operations.create(ROOT, giver or Organisation.objects.get(kind="platform"), draft=draft(**changed))


def coupon(one: Buyer, giver: Organisation | None = None, **changed: Any) -> Coupon:
    """One of it in a buyer's hands."""
    return operations.claim(one.call(), offer=offer(giver, **changed).pk)


def points(one: Buyer, number: int) -> None:
    """So many points more."""
    operations.grant_points(ROOT, person=one.person.pk, points=number, reason="test")


def proof(one: Buyer, digits: str = "260731") -> Proof:
    """The payment password set, and shown."""
    one.person.set_password("correct horse")
    with guards.exempt("tests arrange a password"):
        one.person.save(update_fields=["password"])
    accounts.set_payment_password(one.call(), new=Secret(digits), own=Secret("correct horse"), by_code=False)
    shown = accounts.show_payment_password(Call(one.actor), given=Secret(digits)).proof
    assert shown is not None
    return shown


def free_market(shop: Market) -> Market:
    """The market without freight, so that sums are easy to read."""
    with guards.exempt("tests arrange freight"):
        FreightTemplate.objects.update(first_fee=0)
    return shop


def place(one: Buyer, *wishes: Any, proof: Any = None, **changed: Any) -> checkout.Placed:
    """Placed at today's price."""
    asked = one.wants(*wishes, **changed)
    return checkout.place(one.call(), asked=asked, expected_total=queries.prepare(one.actor, asked).total, proof=proof)


def steps(order: Order) -> list[tuple[str, int, str]]:
    """What was taken off the order's lines: step, amount, giver."""
    return [(step["step"], step["amount"], step["funder"]) for line in Line.objects.filter(order=order) for step in line.steps]


def balance(one: Buyer) -> int:
    """The buyer's points."""
    return ledger.balance(promotions.points_account(one.person.pk))
