"""Races on real connections released by a barrier: whoever wins, the other hears a refusal, nothing is done twice, every invariant holds."""

from collections import Counter
from typing import Any

import pytest

from tests.core import stage
from wangdan.checkout.rules import Asked
from wangdan.checkout.tests.market import Buyer, Market, buyer, market, stock_of
from wangdan.checkout.tests.threads import at_once
from wangdan.desks import placing
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Parcel, Track
from wangdan.fulfilment.rules import Event
from wangdan.inventory import operations as inventory
from wangdan.inventory.models import Hold
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Problem, Refused
from wangdan.kernel.models import Journal
from wangdan.ledger.models import Transfer
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.payments import operations as payments
from wangdan.payments.models import Capture, Part, Refund
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = stage.ROOT


@pytest.fixture
def shop() -> Market:
    """A market."""
    return market()


def codes(answers: list[Any]) -> Counter[str]:
    """How the calls ended: a refusal's code, or `done`."""
    return Counter(answer.code if isinstance(answer, Problem) else "done" for answer in answers)


def told(name: str, ref: str) -> int:
    """How often a fact about a ref stands in the journal."""
    return sum(fact["fact"] == name for row in Journal.objects.filter(ref=ref) for fact in row.facts if fact["ref"] == ref)


def test_two_hundred_buyers_on_fifty_pieces_in_two_warehouses(shop: Market) -> None:
    """The last piece of either warehouse is sold, none twice: fifty orders, 150 refusals that name the SKU."""
    sku = shop.sku(price=500, stock={0: 25, 1: 25})
    people = [buyer() for _ in range(200)]
    totals = [stage.price(people[0], (sku, 1))] * 200

    def place(one: Buyer, total: int) -> Any:
        asked: Asked = one.wants((sku, 1))
        return placing.place(one.call(f"key-{one.person.pk}"), asked=asked, expected_total=total)

    answers = at_once([lambda one=one, total=total: place(one, total) for one, total in zip(people, totals, strict=True)])
    assert codes(answers) == {"done": 50, "inventory.cannot_hold": 150}
    named = [[entry["sku"] for entry in answer.detail["skus"]] for answer in answers if isinstance(answer, Problem)]
    assert named == [[sku.pk]] * 150
    assert (stock_of(sku), Order.objects.count()) == ((50, 50), 50)
    stage.whole()


def test_notify_answer_cancel_and_expiry_at_once(shop: Market) -> None:
    """The bank's word comes twice while the buyer cancels and the clock runs out: paid, or closed with the money back, never between."""
    sku = shop.sku(price=1000)
    ends: Counter[str] = Counter()
    for _ in range(8):
        one = buyer()
        made = stage.placed(one, (sku, 1))
        no, said = made.orders[0].no, stage.word(made.attempt)
        stage.overdue("pay_by")
        answers = at_once(
            [
                lambda no=no, one=one: orders.cancel(one.call(), no, reason="x"),
                lambda no=no: orders.expire(ROOT, no),
                lambda said=said: payments.capture(ROOT, said.no, said=said),
                lambda said=said: payments.capture(Call(ROOT.actor, key=f"nonce:{said.no}"), said.no, said=said),
            ]
        )
        order, part = Order.objects.get(no=no), Part.objects.get(ref=f"orders:{no}")
        back = sum(Refund.objects.filter(payment=part.payment).values_list("amount", flat=True))
        assert Capture.objects.filter(attempt=made.attempt).count() == 1
        assert not isinstance(answers[2], Problem)
        assert not isinstance(answers[3], Problem)
        if order.status == "awaiting_acceptance":
            assert (part.status, back) == ("captured", 0)
        else:
            assert (order.status, back, told("orders.OrderCancelled", order.ref) + told("orders.OrderExpired", order.ref)) == ("cancelled", 2000, 1)
        ends[order.status] += 1
    assert stock_of(sku)[1] == ends["awaiting_acceptance"]
    stage.whole()


def test_accept_decline_and_cancel_at_once(shop: Market) -> None:
    """One of the three wins; what is closed has one refund of all its money and no parcel in the house."""
    sku = shop.sku(price=1000)
    for _ in range(8):
        one = buyer()
        [order] = stage.paid(one, (sku, 1))
        answers = at_once(
            [
                lambda no=order.no: orders.accept(ROOT, no),
                lambda no=order.no: orders.decline(ROOT, no, reason="缺货"),
                lambda no=order.no, one=one: orders.cancel(one.call(), no, reason="x"),
            ]
        )
        end = stage.status(order)
        refunds = list(Refund.objects.filter(part__ref=order.ref).values_list("amount", flat=True))
        assert end in ("awaiting_shipment", "declined", "cancelled")
        assert refunds == ([] if end == "awaiting_shipment" else [order.total])
        assert codes(answers)["done"] == (2 if told("orders.OrderAccepted", order.ref) and end == "cancelled" else 1)
    stage.whole()


def test_hand_over_and_cancel_at_once(shop: Market) -> None:
    """The carrier has it, or it stays; never both."""
    sku = shop.sku(price=1000)
    for _ in range(6):
        one = buyer()
        [order] = stage.accepted(one, (sku, 1))
        [parcel] = stage.parcels(order)
        for step in (fulfilment.pick, fulfilment.inspect, fulfilment.pack, fulfilment.book):
            step(ROOT, parcel.no)
        fulfilment.booked(ROOT, parcel.no, waybill=f"SF{parcel.no}")
        answers = at_once(
            [
                lambda no=parcel.no: fulfilment.hand_over(ROOT, no),
                lambda no=order.no, one=one: orders.cancel(one.call(), no, reason="x"),
            ]
        )
        assert codes(answers)["done"] == 1
        left = (stage.status(order), Parcel.objects.get(pk=parcel.pk).status)
        assert left in {("shipped", "handed_over"), ("cancelled", "called_off")}
    shipped = Order.objects.filter(status="shipped").count()
    assert stock_of(sku) == (100 - shipped, 0)
    stage.whole()


def test_one_notify_twenty_times(shop: Market) -> None:
    """One capture, one transfer, one fact; all twenty are acknowledged."""
    made = stage.placed(buyer(), (shop.sku(price=1000), 1))
    said, order = stage.word(made.attempt), made.orders[0]
    answers = at_once([lambda at=at: payments.capture(Call(ROOT.actor, key=f"nonce:{at % 5}"), said.no, said=said) for at in range(20)])
    assert codes(answers) == {"done": 20}
    assert (Capture.objects.count(), Transfer.objects.count(), told("orders.OrderPaid", order.ref)) == (1, 1, 1)
    assert stage.status(order) == "awaiting_acceptance"
    stage.whole()


def test_two_payments_of_one_visit_at_once(shop: Market) -> None:
    """Two bank numbers for one visit: one pays, the other goes back, once."""
    made = stage.placed(buyer(), (shop.sku(price=1000), 1))
    words = [stage.word(made.attempt, gateway_no=name) for name in ("SB-1", "SB-2") * 5]
    assert codes(at_once([lambda said=said: payments.capture(ROOT, said.no, said=said) for said in words])) == {"done": 10}
    assert sorted(Capture.objects.values_list("applied", "excess")) == [(0, 2000), (2000, 0)]
    assert list(Refund.objects.values_list("amount", "part")) == [(2000, None)]
    stage.whole()


def test_one_bank_number_for_two_visits_at_once(shop: Market) -> None:
    """A number that is another purchase's money pays once; the other visit is a task, not a bug."""
    sku = shop.sku(price=1000)
    visits = [stage.placed(buyer(), (sku, 1)).attempt for _ in range(6)]
    answers = at_once([lambda visit=visit: payments.capture(ROOT, visit.no, said=stage.word(visit, gateway_no="SB-1")) for visit in visits])
    assert set(codes(answers)) <= {"done", "payments.gateway_no_taken"}
    for visit in visits:
        payments.capture(ROOT, visit.no, said=stage.word(visit, gateway_no="SB-1"))
    assert Capture.objects.count() == 1
    assert Task.objects.filter(kind="payments.mismatch").count() == 5
    stage.whole()


def test_a_refund_is_settled_doubted_failed_and_asked_at_once(shop: Market) -> None:
    """However often and whatever else is said meanwhile, the money leaves the books once."""
    one = buyer()
    [order] = stage.paid(one, (shop.sku(price=1000), 1))
    orders.cancel(one.call(), order.no, reason="x")
    no = Refund.objects.get().no
    settle = [lambda: payments.settle_refund(ROOT, no, gateway_no="SR1")] * 12
    others = [lambda: payments.doubt_refund(ROOT, no, trouble="504"), lambda: payments.fail_refund(ROOT, no, trouble="no")]
    assert codes(at_once([*settle, *others, lambda: payments.ask_refund(ROOT, no)])) == {"done": 15}
    part = Part.objects.get(ref=order.ref)
    assert (Refund.objects.get().status, part.status, part.refunded, part.refunding) == ("done", "refunded", 2000, 0)
    assert Transfer.objects.filter(code="refund").count() == 1
    stage.whole()


def test_the_buyer_confirms_while_the_sweep_does(shop: Market) -> None:
    """Completed once, told once."""
    one = buyer()
    made = [stage.delivered(one, (shop.sku(price=1000), 1))[0] for _ in range(5)]
    stage.overdue("confirm_by")
    for order in made:
        answers = at_once([lambda no=order.no: orders.confirm_receipt(one.call(), no), lambda pk=order.pk: orders.confirm_receipt(ROOT, pk)] * 3)
        assert codes(answers) == {"done": 1, "orders.cannot_confirm_receipt": 5}
        assert (stage.status(order), told("orders.OrderCompleted", order.ref)) == ("completed", 1)
    stage.work(twice=True)
    stage.whole()


def test_delivered_and_refused_at_once(shop: Market) -> None:
    """Pushes of one event twenty times and of its contrary: one step on the track each, one end, the rest a task."""
    [order] = stage.sent(buyer(), (shop.sku(price=1000), 1))
    [parcel] = stage.parcels(order)
    good, bad = Event("e1", "delivered"), Event("e2", "refused")
    calls = [lambda: fulfilment.deliver(ROOT, parcel.no, said=good)] * 12 + [lambda: fulfilment.refuse(ROOT, parcel.no, said=bad)] * 8
    assert codes(at_once(calls)) == {"done": 20}
    end = (stage.status(order), Parcel.objects.get(pk=parcel.pk).status)
    assert end in {("delivered", "delivered"), ("ended", "refused")}
    assert Track.objects.filter(parcel=parcel).exclude(event_id="").count() == 2
    assert Task.objects.filter(kind="fulfilment.out_of_turn", ref=parcel.ref).count() == 1
    stage.whole()


def test_counted_while_it_is_accepted(shop: Market) -> None:
    """The count finds fewer while the shop takes the order: every piece of an accepted order is in a parcel, or it is not accepted."""
    for _ in range(6):
        sku = shop.sku(price=1000, stock=3)
        [order] = stage.paid(buyer(), (sku, 3))
        answers = at_once(
            [
                lambda no=order.no: orders.accept(ROOT, no),
                lambda sku=sku: inventory.count(ROOT, shop.warehouses[0].pk, sku_id=sku.pk, found=1),
            ]
        )
        assert not isinstance(answers[1], Problem)
        if isinstance(answers[0], Problem):
            assert (answers[0].code, stage.status(order)) == ("orders.stock_missing", "awaiting_acceptance")
        assert Task.objects.filter(kind="inventory.short", ref=order.ref).count() == 1
    stage.whole()


def test_two_warehouses_are_short_of_one_order_at_once(shop: Market) -> None:
    """Two counts under two roots open one task for the order, and no bug comes up."""
    for _ in range(6):
        sku = shop.sku(price=1000, stock={0: 2, 1: 2})
        order = stage.placed(buyer(), (sku, 4)).orders[0]
        counts = [lambda house=house, sku=sku: inventory.count(ROOT, shop.warehouses[house].pk, sku_id=sku.pk, found=0) for house in (0, 1)]
        assert codes(at_once(counts)) == {"done": 2}
        assert Task.objects.filter(kind="inventory.short", ref=order.ref).count() == 1
        assert stock_of(sku) == (0, 0)
    stage.whole()


def test_stock_comes_goes_and_is_counted_while_people_buy_and_cancel(shop: Market) -> None:
    """Forty buyers in opposite order of goods, half of whom cancel, against deliveries and corrections: no deadlock, no piece lost."""
    first, second = shop.sku(price=500, stock={0: 30, 1: 30}), shop.sku(price=700, stock={0: 30, 1: 30})
    house = shop.warehouses[0].pk

    def trade(at: int) -> Any:
        one = buyer()
        wishes = [(first, 1), (second, 1)] if at % 2 else [(second, 1), (first, 1)]
        made = stage.placed(one, *wishes)
        return orders.cancel(one.call(), made.orders[0].no, reason="x") if at % 4 < 2 else made

    def shelf(at: int) -> Any:
        sku = (first, second)[at % 2]
        if at % 3:
            return inventory.receive(ROOT, house, sku_id=sku.pk, quantity=5)
        return inventory.adjust(ROOT, house, sku_id=sku.pk, delta=-1, note="碎了")

    answers = at_once([*(lambda at=at: trade(at) for at in range(36)), *(lambda at=at: shelf(at) for at in range(12))], width=48)
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert {problem.code for problem in refused} <= {"inventory.cannot_hold"}
    live = Order.objects.exclude(status="cancelled").count()
    short = sum(Hold.objects.filter(status="short").values_list("quantity", flat=True))
    assert stock_of(first)[1] + stock_of(second)[1] + short == 2 * live
    stage.whole()


def test_a_form_sent_again_while_the_first_is_refused(shop: Market) -> None:
    """Fifty twins of a purchase that cannot be: all hear the same refusal, no key stays, and the key still works afterwards."""
    one, sku = buyer(), shop.sku(price=500, stock=1)
    asked = one.wants((sku, 2))
    calls = [lambda: placing.place(one.call("form", lambda made: made.purchase.no), asked=asked, expected_total=2000)] * 20
    assert codes(at_once(calls)) == {"inventory.cannot_hold": 20}
    shop.stock(sku, 1, 5)
    answers = at_once(calls)
    assert len({answer for answer in answers if not isinstance(answer, Refused)}) == 1
    assert (codes(answers), Order.objects.count()) == ({"done": 20}, 1)
    stage.whole()
