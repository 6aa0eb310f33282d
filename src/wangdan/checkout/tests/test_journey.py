"""One order from placing to confirmation over the real payments and parcels, and the ways it can go wrong."""

from typing import Any

import pytest

from wangdan.checkout import operations as checkout
from wangdan.checkout import queries
from wangdan.checkout.tests.market import Buyer, Market, buyer, market, member, stock_of
from wangdan.checkout.tests.test_place import whole
from wangdan.checkout.tests.threads import at_once
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Parcel
from wangdan.fulfilment.rules import Event
from wangdan.kernel import clock, guards
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Problem, Refused
from wangdan.orders import operations
from wangdan.orders.models import Order
from wangdan.payments import operations as payments
from wangdan.payments.models import Attempt, Part, Refund
from wangdan.payments.rules import Said

ROOT = Call(SYSTEM)


@pytest.fixture
def shop(transactional_db: None) -> Market:
    """A market."""
    return market()


@pytest.fixture
def one(transactional_db: None) -> Buyer:
    """A buyer."""
    return buyer()


def placed(one: Buyer, *wishes: Any, **changed: Any) -> Any:
    """A purchase at today's price."""
    asked = one.wants(*wishes, **changed)
    return checkout.place(one.call(), asked=asked, expected_total=queries.prepare(one.actor, asked).total)


def paid(attempt: Attempt, gateway_no: str = "") -> Said:
    """What the bank says about a paid attempt."""
    return Said("paid", attempt.no, attempt.amount, attempt.currency, attempt.payee, gateway_no or f"SB{attempt.no}")


def sent(order: Order) -> list[Parcel]:
    """All parcels of an order picked, inspected, packed, booked and handed over."""
    for parcel in Parcel.objects.filter(ref_of=order.ref).order_by("id"):
        for step in (fulfilment.pick, fulfilment.inspect, fulfilment.pack):
            step(ROOT, parcel.no)
        if parcel.method == "courier":
            fulfilment.book(ROOT, parcel.no)
            fulfilment.booked(ROOT, parcel.no, waybill=f"SF{parcel.no}")
        fulfilment.hand_over(ROOT, parcel.no)
    return list(Parcel.objects.filter(ref_of=order.ref).order_by("id"))


def status(order: Order) -> str:
    """The order's status now."""
    return Order.objects.get(pk=order.pk).status


def test_two_parcels_to_the_end(shop: Market, one: Buyer) -> None:
    """Paid, accepted, two warehouses ship, both are delivered, the buyer confirms; stock and money agree (D01.7–10)."""
    sku = shop.sku(price=1000, stock={0: 2, 1: 4})
    made = placed(one, (sku, 5))
    order = made.orders[0]
    payments.capture(ROOT, made.attempt.no, said=paid(made.attempt))
    payments.capture(ROOT, made.attempt.no, said=paid(made.attempt))
    assert status(order) == "awaiting_acceptance"
    operations.accept(Call(member(shop.shops[0], "shop_owner")), order.no)
    first, second = sent(order)
    assert (status(order), stock_of(sku)) == ("shipped", (1, 0))
    assert first.carrier_reason
    fulfilment.track(ROOT, first.no, said=Event("e0", "in_transit", text="在路上"))
    fulfilment.deliver(ROOT, first.no, said=Event("e1", "delivered"))
    assert status(order) == "shipped"
    fulfilment.deliver(ROOT, second.no, said=Event("e2", "delivered"))
    fulfilment.deliver(ROOT, second.no, said=Event("e2", "delivered"))
    assert status(order) == "delivered"
    assert operations.confirm_receipt(one.call(), order.no).status == "completed"
    assert Part.objects.get(ref=order.ref).status == "captured"
    whole()


def test_cash_at_the_door(shop: Market, one: Buyer) -> None:
    """The courier's cash pays the part; then the buyer may confirm (D04.3)."""
    order = placed(one, (shop.sku(price=1000), 1), method="cod").orders[0]
    operations.accept(ROOT, order.no)
    parcel = sent(order)[0]
    assert parcel.cod_amount == 2000
    fulfilment.deliver(ROOT, parcel.no, said=Event("e1", "delivered", cash=2000))
    assert (status(order), Part.objects.get(ref=order.ref).status) == ("delivered", "captured")
    assert operations.confirm_receipt(one.call(), order.no).status == "completed"
    whole()


def test_refused_at_the_door(shop: Market, one: Buyer) -> None:
    """All refused: the order ends and all money goes back; the goods return to the shelf (D04.6)."""
    sku = shop.sku(price=1000)
    made = placed(one, (sku, 3))
    order = made.orders[0]
    payments.capture(ROOT, made.attempt.no, said=paid(made.attempt))
    operations.accept(ROOT, order.no)
    parcel = sent(order)[0]
    fulfilment.refuse(ROOT, parcel.no, said=Event("e1", "refused"))
    assert status(order) == "ended"
    refund = Refund.objects.get()
    assert refund.amount == order.total
    payments.settle_refund(ROOT, refund.no, gateway_no="SR1")
    assert Part.objects.get(ref=order.ref).status == "refunded"
    fulfilment.take_back(ROOT, parcel.no)
    assert stock_of(sku) == (100, 0)
    whole()


def test_one_of_two_parcels_is_refused(shop: Market, one: Buyer) -> None:
    """Its share of the money goes back, the rest is 已签收."""
    sku = shop.sku(price=1000, stock={0: 2, 1: 4})
    made = placed(one, (sku, 5))
    order = made.orders[0]
    payments.capture(ROOT, made.attempt.no, said=paid(made.attempt))
    operations.accept(ROOT, order.no)
    first, second = sent(order)
    fulfilment.refuse(ROOT, first.no, said=Event("e1", "refused"))
    fulfilment.deliver(ROOT, second.no, said=Event("e2", "delivered"))
    assert status(order) == "delivered"
    assert 0 < Refund.objects.get().amount < order.total
    whole()


def test_nothing_is_cancelled_once_the_carrier_has_it(shop: Market, one: Buyer) -> None:
    """Accepted orders can be called off until hand-over; then neither cancelled nor re-addressed."""
    first, second = placed(one, (shop.sku(), 1), method="cod").orders[0], placed(one, (shop.sku(stock={0: 1, 1: 2}), 3), method="cod").orders[0]
    for order in (first, second):
        operations.accept(ROOT, order.no)
    assert operations.cancel(one.call(), first.no, reason="不要了").status == "cancelled"
    assert {parcel.status for parcel in Parcel.objects.filter(ref_of=first.ref)} == {"called_off"}
    parcel = Parcel.objects.filter(ref_of=second.ref).first()
    for step in (fulfilment.pick, fulfilment.inspect, fulfilment.pack, fulfilment.book):
        step(ROOT, parcel.no)
    fulfilment.booked(ROOT, parcel.no, waybill="SF1")
    fulfilment.hand_over(ROOT, parcel.no)
    assert status(second) == "partly_shipped"
    with pytest.raises(Refused, match=r"orders\.cannot_cancel"):
        operations.cancel(one.call(), second.no, reason="不要了")
    whole()


def test_money_that_comes_late_goes_back(shop: Market, one: Buyer) -> None:
    """Cancelled, then the bank says paid: refunded once, the order stays cancelled."""
    made = placed(one, (shop.sku(price=1000), 1))
    operations.cancel(one.call(), made.orders[0].no, reason="不要了")
    payments.capture(ROOT, made.attempt.no, said=paid(made.attempt))
    assert (status(made.orders[0]), Refund.objects.get().amount) == ("cancelled", 2000)
    whole()


def test_a_declined_order_gives_its_part_back_only(shop: Market, one: Buyer) -> None:
    """The sibling of the other shop goes on (D12.3)."""
    made = placed(one, (shop.sku(price=1000), 1), (shop.sku(shop=1, price=3000), 1))
    payments.capture(ROOT, made.attempt.no, said=paid(made.attempt))
    operations.decline(ROOT, made.orders[0].no, reason="缺货")
    assert [status(order) for order in made.orders] == ["declined", "awaiting_acceptance"]
    assert Refund.objects.get().amount == made.orders[0].total
    whole()


def test_picked_up_by_the_buyer(shop: Market, one: Buyer) -> None:
    """D03.7: it lies at the point, the digits open it."""
    order = placed(one, (shop.sku(price=1000), 1), method="bank_transfer", delivery="pickup").orders[0]
    part = Part.objects.select_related("payment").get(ref=order.ref)
    payments.match_transfer(ROOT, reference=part.payment.reference, amount=order.total, bank_no="BANK-1")
    operations.accept(ROOT, order.no)
    parcel = sent(order)[0]
    with pytest.raises(Refused, match=r"fulfilment\.code_wrong"):
        fulfilment.collect(ROOT, parcel.no, code="nothing")
    fulfilment.collect(ROOT, parcel.no, code=parcel.pickup_code)
    assert status(order) == "delivered"
    whole()


@pytest.mark.parametrize("other", ["cancel", "expire"])
def test_paying_against_closing(shop: Market, other: str) -> None:
    """Both at once, ten times: paid and accepted next, or closed with the money back; nothing in between."""
    sku = shop.sku(price=1000)
    for _ in range(10):
        one = buyer()
        made = placed(one, (sku, 1))
        no = made.orders[0].no
        if other == "expire":
            with guards.exempt("time passes"):
                Order.objects.filter(no=no).update(pay_by=clock.now())
        close = (lambda: operations.cancel(one.call(), no, reason="x")) if other == "cancel" else (lambda: operations.expire(ROOT, no))  # noqa: B023
        answers = at_once([close, lambda: payments.capture(ROOT, made.attempt.no, said=paid(made.attempt))])  # noqa: B023
        order, part = Order.objects.get(no=no), Part.objects.get(ref=f"orders:{no}")
        back = sum(refund.amount for refund in Refund.objects.filter(payment=part.payment))
        if order.status == "awaiting_acceptance":
            assert isinstance(answers[0], Problem)
            assert (part.status, back) == ("captured", 0)
        else:
            assert (order.status, back) == ("cancelled", 2000)
    whole()
