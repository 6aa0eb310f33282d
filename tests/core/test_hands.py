"""Money that people carry: transfers that finance matches, cash that couriers report; what does not fit ends in one refund or one task."""

import pytest
from django.db import models

from tests.core import stage
from wangdan.accounts.queries import actor_of
from wangdan.checkout.operations import Placed
from wangdan.checkout.tests.market import Market, buyer, market
from wangdan.kernel.act import Call
from wangdan.kernel.errors import NotSeen, Problem, Refused
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.payments import operations as payments
from wangdan.payments.models import Attempt, Capture, Part, Refund
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = stage.ROOT


@pytest.fixture
def shop() -> Market:
    """A market."""
    return market()


def transfer(shop: Market, *prices: int) -> Placed:
    """A purchase to be paid by transfer; one order per price, of shops in turn."""
    return stage.placed(buyer(), *((shop.sku(shop=at, price=price), 1) for at, price in enumerate(prices)), method="bank_transfer")


def match(made: Placed, amount: int, bank_no: str = "BANK-1") -> str:
    """Finance matches a transfer."""
    return payments.match_transfer(ROOT, reference=made.payment.reference, amount=amount, bank_no=bank_no)


def untouched() -> tuple[int, int, int]:
    """What money leaves behind."""
    return Capture.objects.count(), Attempt.objects.count(), Refund.objects.count()


def tasks(kind: str) -> models.QuerySet[Task]:
    """Open tasks of a kind."""
    return Task.objects.filter(kind=kind).exclude(status="done")


def test_a_transfer_is_matched_by_its_reference(shop: Market) -> None:
    """All open parts of the purchase are paid by it, once."""
    made = transfer(shop, 1000, 3000)
    assert match(made, made.purchase.total) == made.payment.no
    assert [stage.status(order) for order in made.orders] == ["awaiting_acceptance"] * 2
    with pytest.raises(Refused, match=r"payments\.transfer_known"):
        match(made, made.purchase.total)
    assert untouched() == (1, 1, 0)
    stage.whole()


@pytest.mark.parametrize(("amount", "bank_no", "code"), [(1999, "B1", "payments.transfer_differs"), (0, "B1", "payments.transfer_differs"),
                                                         (-2000, "B1", "payments.transfer_differs"), (10**13, "B1", "payments.transfer_differs"),
                                                         (2000, "", "payments.transfer_known")])  # fmt: skip
def test_a_transfer_that_is_too_little_or_nonsense_is_refused(shop: Market, amount: int, bank_no: str, code: str) -> None:
    """The refusal names what is due; nothing is booked."""
    made = transfer(shop, 1000)
    with pytest.raises(Problem) as refused:
        match(made, amount, bank_no)
    assert refused.value.code == code
    assert (untouched(), stage.status(made.orders[0])) == ((0, 0, 0), "awaiting_payment")
    with pytest.raises(NotSeen):
        payments.match_transfer(ROOT, reference="N26AAAAAAAAA", amount=2000, bank_no="B1")


def test_a_transfer_of_too_much_pays_and_the_rest_goes_back_by_hand(shop: Market) -> None:
    """The order goes on; finance has one task with the excess, which is over when it says so."""
    made = transfer(shop, 1000)
    match(made, 2500)
    refund = Refund.objects.get()
    assert (stage.status(made.orders[0]), refund.amount, refund.part) == ("awaiting_acceptance", 500, None)
    assert tasks("payments.refund_by_hand").get().ref == refund.ref
    stage.whole()
    payments.settle_refund(ROOT, refund.no, gateway_no="BANK-2")
    payments.settle_refund(ROOT, refund.no, gateway_no="BANK-3")
    assert (Refund.objects.get().gateway_no, tasks("payments.refund_by_hand").exists()) == ("BANK-2", False)
    stage.whole()


@pytest.mark.parametrize("end", ["cancelled", "paid"])
def test_a_transfer_that_comes_late_or_twice_goes_back_by_hand(shop: Market, end: str) -> None:
    """Nothing waits for it any more: it is booked, because it is there, and all of it goes back."""
    made = transfer(shop, 1000)
    if end == "paid":
        match(made, 2000)
    else:
        orders.cancel(ROOT, made.orders[0].no, reason="不要了")
    before = stage.status(made.orders[0])
    match(made, 2000, "BANK-LATE")
    assert (stage.status(made.orders[0]), Refund.objects.get().amount) == (before, 2000)
    assert tasks("payments.refund_by_hand").count() == 1
    stage.whole()


def cash(shop: Market) -> Order:
    """An order on its way, 20.00 to be taken at the door."""
    made = stage.placed(buyer(), (shop.sku(price=1000), 1), method="cod")
    order = orders.accept(ROOT, made.orders[0].no)
    for parcel in stage.parcels(order):
        stage.send(parcel)
    return order


@pytest.mark.parametrize("amount", [0, 1999, 2001])
def test_cash_that_does_not_fit_is_one_task(shop: Market, amount: int) -> None:
    """The parcel is signed for, the money is not in the books, the order cannot be completed before finance has looked (D04.3)."""
    order = cash(shop)
    stage.arrive(stage.parcels(order)[0], cash=amount)
    assert (stage.status(order), Part.objects.get(ref=order.ref).status) == ("delivered", "expected")
    assert (tasks("payments.cash_mismatch").count(), Task.objects.count(), untouched()) == (1, 1, (0, 0, 0))
    with pytest.raises(Refused, match=r"orders\.cash_missing"):
        orders.confirm_receipt(Call(actor_of(order.buyer)), order.no)
    stage.whole()


def test_cash_for_what_was_paid_already_is_one_task(shop: Market) -> None:
    """Nobody asked the courier for it: it is no money of the order."""
    [order] = stage.sent(buyer(), (shop.sku(price=1000), 1))
    stage.arrive(stage.parcels(order)[0], cash=2000)
    assert (tasks("orders.cash_out_of_turn").count(), Capture.objects.count()) == (1, 1)
    stage.whole()


def test_the_parcel_with_the_cash_is_refused_and_the_other_is_kept(shop: Market) -> None:
    """The cash of an order rides with its first parcel; when that one is turned away finance hears that nobody was paid."""
    made = stage.placed(buyer(), (shop.sku(price=1000, stock={0: 1, 1: 2}), 3), method="cod")
    order = orders.accept(ROOT, made.orders[0].no)
    first, second = [stage.send(parcel) for parcel in stage.parcels(order)]
    assert (first.cod_amount, second.cod_amount) == (order.total, 0)
    stage.arrive(second)
    stage.turn_away(first)
    assert stage.status(order) == "delivered"
    assert tasks("orders.cash_missing").get().role == "finance"
    stage.whole()


def test_a_parcel_is_turned_away_before_the_cash_of_all_is_taken(shop: Market) -> None:
    """The courier takes the whole order's cash with the first parcel; the share of the one that was refused goes back."""
    made = stage.placed(buyer(), (shop.sku(price=1000, stock={0: 1, 1: 2}), 3), method="cod")
    order = orders.accept(ROOT, made.orders[0].no)
    first, second = [stage.send(parcel) for parcel in stage.parcels(order)]
    stage.turn_away(second)
    stage.arrive(first, cash=order.total)
    assert stage.status(order) == "delivered"
    assert Refund.objects.get().amount == order.total - order.total // 3
    stage.whole()


def test_a_line_in_two_parcels_that_are_both_turned_away_goes_back_to_the_fen(shop: Market) -> None:
    """Shares round, their sum does not: neither refusal is refused, and all of the money goes back."""
    for stock in ({0: 1, 1: 2}, {0: 2, 1: 1}):
        [order] = stage.sent(buyer(), (shop.sku(price=699, stock=stock), 3))
        for parcel in stage.parcels(order):
            stage.turn_away(parcel)
        assert stage.status(order) == "ended"
        assert sum(Refund.objects.filter(part__ref=order.ref).values_list("amount", flat=True)) == order.total
    stage.whole()


@pytest.mark.parametrize("reported", [0, 1999, 2001])
def test_finance_books_the_cash_that_did_not_fit(shop: Market, reported: int) -> None:
    """By the courier's slip, once: the order is paid, the task is done, what is too much goes back by hand (D04.3)."""
    order = cash(shop)
    stage.arrive(stage.parcels(order)[0], cash=reported)
    for amount, slip, code in (
        (1999, "S1", "payments.transfer_differs"),
        (0, "S1", "payments.transfer_differs"),
        (2000, "", "payments.transfer_known"),
    ):
        with pytest.raises(Refused) as refused:
            payments.book_cash(ROOT, ref=order.ref, amount=amount, slip_no=slip)
        assert refused.value.code == code
    assert (untouched(), tasks("payments.cash_mismatch").count()) == ((0, 0, 0), 1)
    payments.book_cash(ROOT, ref=order.ref, amount=max(reported, 2000), slip_no="S1")
    assert (Part.objects.get(ref=order.ref).status, tasks("payments.cash_mismatch").exists()) == ("captured", False)
    assert tasks("payments.refund_by_hand").count() == int(reported > 2000)
    with pytest.raises(Refused, match=r"payments\.transfer_known"):
        payments.book_cash(ROOT, ref=order.ref, amount=2000, slip_no="S1")
    assert orders.confirm_receipt(Call(actor_of(order.buyer)), order.no).status == "completed"
    stage.whole()


def test_cash_is_booked_for_orders_paid_at_the_door_only(shop: Market) -> None:
    """404 for any other, and nothing is booked."""
    made = transfer(shop, 1000)
    for ref in (made.orders[0].ref, "orders:A26AAAAAAAAA"):
        with pytest.raises(NotSeen):
            payments.book_cash(ROOT, ref=ref, amount=2000, slip_no="S1")
    assert untouched() == (0, 0, 0)


def test_cash_that_came_after_all_pays_for_what_was_kept(shop: Market) -> None:
    """The parcel with the cash was refused, the other one kept: the buyer pays later, the refused share goes back at once."""
    made = stage.placed(buyer(), (shop.sku(price=1000, stock={0: 1, 1: 2}), 3), method="cod")
    order = orders.accept(ROOT, made.orders[0].no)
    first, second = [stage.send(parcel) for parcel in stage.parcels(order)]
    stage.arrive(second)
    stage.turn_away(first)
    payments.book_cash(ROOT, ref=order.ref, amount=order.total, slip_no="S1")
    assert (Refund.objects.get().amount, tasks("orders.cash_missing").exists()) == (order.total // 3, False)
    stage.whole()
