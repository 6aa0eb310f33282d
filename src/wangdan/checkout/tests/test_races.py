"""Races with real threads on real connections: nothing is sold twice, nobody is locked out, no bug comes up."""

import pytest

from wangdan.checkout import operations, queries
from wangdan.checkout.tests.market import Buyer, Market, buyer, market, stock_of
from wangdan.checkout.tests.test_place import whole
from wangdan.checkout.tests.threads import at_once
from wangdan.kernel.errors import Problem, Refused
from wangdan.orders.models import Order, Purchase

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Market:
    """A market."""
    return market()


def test_two_hundred_buyers_on_fifty_pieces(shop: Market) -> None:
    """Exactly fifty orders and 150 refusals that name the SKU; no piece too many."""
    sku = shop.sku(price=500, stock=50)
    people = [buyer() for _ in range(200)]
    answers = at_once([lambda one=one: operations.place(one.call(), asked=one.wants((sku, 1)), expected_total=1500) for one in people])
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert (len(answers) - len(refused), len(refused)) == (50, 150)
    assert {problem.code for problem in refused} == {"inventory.cannot_hold"}
    assert all([entry["sku"] for entry in problem.detail["skus"]] == [sku.pk] for problem in refused)
    assert stock_of(sku) == (50, 50)
    assert Order.objects.count() == 50
    whole()


def test_one_key_fifty_times(shop: Market) -> None:
    """A form sent fifty times at once is one order, and all read the same answer."""
    one, sku = buyer(), shop.sku(price=500)
    answers = at_once(
        [lambda: operations.place(one.call("nonce", lambda placed: placed.purchase.no), asked=one.wants((sku, 1)), expected_total=1500)] * 50,
        width=50,
    )
    assert len(set(answers)) == 1
    assert Purchase.objects.count() == 1
    assert stock_of(sku) == (100, 1)


def test_carts_in_opposite_order_do_not_deadlock(shop: Market) -> None:
    """Forty buyers take the same two warehouses' goods in opposite order; all get them."""
    first, second, third = shop.sku(price=500), shop.sku(shop=1, price=500), shop.sku(price=500, stock={1: 100})
    people = [buyer() for _ in range(40)]

    def place(one: Buyer, at: int) -> object:
        wishes = [(first, 1), (second, 1), (third, 1)]
        asked = one.wants(*(wishes if at % 2 else reversed(wishes)))
        return operations.place(one.call(), asked=asked, expected_total=queries.prepare(one.actor, asked).total)

    answers = at_once([lambda one=one, at=at: place(one, at) for at, one in enumerate(people)])
    assert not [answer for answer in answers if isinstance(answer, Refused)]
    assert [stock_of(sku) for sku in (first, second, third)] == [(100, 40)] * 3
    whole()
