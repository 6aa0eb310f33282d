"""How many SQL statements the hot operations take: written down here, so that a loop over lines or parcels is seen the day it comes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.core import deals, stage
from wangdan.checkout import operations as checkout
from wangdan.checkout import queries
from wangdan.checkout.tests.market import Buyer, Market, buyer, market
from wangdan.desks import placing
from wangdan.fulfilment import operations as fulfilment
from wangdan.inventory import operations as inventory
from wangdan.kernel import options
from wangdan.kernel.act import Call
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.orders.rules import PAY_WITHIN
from wangdan.payments import operations as payments
from wangdan.payments.models import Refund

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = stage.ROOT
PLACE = 20
"""The house's promise for `checkout.place`, whatever the number of lines."""
BUDGETS = {
    "payments.capture": 15, "payments.settle_refund": 12, "orders.accept": 14, "orders.cancel": 18, "orders.expire": 16,
    "orders.confirm_receipt": 5, "fulfilment.pick": 5, "fulfilment.pack": 4, "fulfilment.hand_over": 16, "fulfilment.deliver": 11,
    "fulfilment.track": 6, "inventory.receive": 9, "checkout.add": 10,
}  # fmt: skip
"""Operation → statements at most for an order of one parcel, begin and commit not counted."""


@pytest.fixture
def shop() -> Market:
    """A market."""
    return market()


def counted(run: Callable[[], Any]) -> int:
    """Statements of a call, the options read beforehand."""
    options.value(PAY_WITHIN)
    with CaptureQueriesContext(connection) as seen:
        run()
    said = [entry["sql"] for entry in seen.captured_queries if not re.match(r"(?i)\s*(begin|commit)", entry["sql"])]
    if len(said) > PLACE:
        print(*said, sep="\n")  # noqa: T201 - what a failing test shows
    return len(said)


def basket(shop: Market, lines: int, shops: int = 1) -> list[tuple[Any, int]]:
    """So many different goods, of shops in turn."""
    return [(shop.sku(shop=at % shops, price=500), 1) for at in range(lines)]


def place(one: Buyer, wishes: list[tuple[Any, int]], **changed: Any) -> Callable[[], Any]:
    """A placing to be counted: with a key and a rendered answer, as the desks call it."""
    asked, total = one.wants(*wishes, **changed), stage.price(one, *wishes, **changed)
    return lambda: placing.place(one.call("once", lambda made: {"no": made.purchase.no}), asked=asked, expected_total=total)


@pytest.mark.parametrize("method", ["sandbox", "cod", "bank_transfer"])
@pytest.mark.parametrize("shops", [1, 2])
def test_place_keeps_its_promise_whatever_the_number_of_lines(shop: Market, shops: int, method: str) -> None:
    """1, 10 and 40 lines, of one shop and of two: at most twenty, and the forty cost no more than the ten."""
    taken = {lines: counted(place(buyer(), basket(shop, lines, shops), method=method)) for lines in (1, 10, 40)}
    assert max(taken.values()) <= PLACE, taken
    assert taken[10] == taken[40], taken
    stage.whole()


@pytest.mark.parametrize("lines", [1, 40])
def test_place_from_the_cart_keeps_it_too(shop: Market, lines: int) -> None:
    """The cart is read and emptied within the same twenty."""
    one = buyer()
    wishes = basket(shop, lines, 2 if lines > 1 else 1)
    for sku, quantity in wishes:
        checkout.add(one.call(), sku=sku.pk, quantity=quantity)
    assert counted(place(one, [])) <= PLACE
    assert Order.objects.count() == (2 if lines > 1 else 1)


@pytest.mark.parametrize("lines", [2, 40])
def test_place_with_coupon_budget_reduction_and_points_keeps_it_too(shop: Market, lines: int) -> None:
    """From the cart, of two shops and two warehouses, with everything that takes something off: twenty, flat in lines."""
    one = buyer()
    for sku, quantity in basket(shop, lines, 2):
        checkout.add(one.call(), sku=sku.pk, quantity=quantity)
    coupon = deals.coupon(one, rungs=((100, 50),), budget=100_000)
    deals.offer(shop.shops[0], way="reduction", rungs=((100, 20),), budget=100_000)
    deals.points(one, 500)
    asked, proof = one.wants(coupons=(coupon.pk,), points=100), deals.proof(one)
    total = queries.prepare(one.actor, asked).total
    call = one.call("once", lambda made: {"no": made.purchase.no})
    assert counted(lambda: checkout.place(call, asked=asked, expected_total=total, proof=proof)) == PLACE
    stage.whole()


def test_a_place_that_repeats_costs_next_to_nothing(shop: Market) -> None:
    """A twin reads its answer by the key: three statements."""
    again = place(buyer(), basket(shop, 3))
    again()
    assert counted(again) <= 3


def test_the_hot_operations_keep_their_budgets(shop: Market) -> None:
    """Each within its number, and each of them measured."""
    one, taken = buyer(), {}
    wishes = basket(shop, 5)
    made = stage.placed(one, *wishes)
    no = made.orders[0].no

    def spend(name: str, run: Callable[[], Any]) -> None:
        taken[name] = counted(run)

    spend("payments.capture", lambda: payments.capture(Call(ROOT.actor, key="n"), made.attempt.no, said=stage.word(made.attempt)))
    spend("orders.accept", lambda: orders.accept(ROOT, no))
    [parcel] = stage.parcels(made.orders[0])
    spend("fulfilment.pick", lambda: fulfilment.pick(ROOT, parcel.no))
    fulfilment.inspect(ROOT, parcel.no)
    spend("fulfilment.pack", lambda: fulfilment.pack(ROOT, parcel.no))
    fulfilment.book(ROOT, parcel.no)
    fulfilment.booked(ROOT, parcel.no, waybill="SF1")
    spend("fulfilment.hand_over", lambda: fulfilment.hand_over(ROOT, parcel.no))
    spend("fulfilment.track", lambda: fulfilment.track(ROOT, parcel.no, said=stage.Event("e", "in_transit")))
    spend("fulfilment.deliver", lambda: stage.arrive(parcel))
    spend("orders.confirm_receipt", lambda: orders.confirm_receipt(one.call(), no))
    [other] = stage.accepted(one, *wishes)
    spend("orders.cancel", lambda: orders.cancel(one.call(), other.no, reason="x"))
    spend("payments.settle_refund", lambda: payments.settle_refund(ROOT, Refund.objects.values_list("no", flat=True).get(), gateway_no="SR"))
    unpaid = stage.placed(one, *wishes).orders[0]
    stage.overdue("pay_by")
    spend("orders.expire", lambda: orders.expire(ROOT, unpaid.pk))
    spend("inventory.receive", lambda: inventory.receive(ROOT, shop.warehouses[0].pk, sku_id=wishes[0][0].pk, quantity=1))
    spend("checkout.add", lambda: checkout.add(one.call(), sku=wishes[0][0].pk, quantity=1))
    assert set(taken) == set(BUDGETS)
    assert {name: number for name, number in taken.items() if number > BUDGETS[name]} == {}, taken
