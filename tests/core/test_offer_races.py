"""Coupons, points and budgets under many hands at once, on real connections: once is once, and nothing falls below zero (D16.3)."""

import pytest

from tests.core import deals, stage
from wangdan.checkout import operations as checkout
from wangdan.checkout.tests.market import Market, buyer, market
from wangdan.checkout.tests.threads import at_once
from wangdan.kernel.errors import Problem
from wangdan.ledger import queries as ledger
from wangdan.orders.models import Order
from wangdan.promotions import operations
from wangdan.promotions import queries as promotions
from wangdan.promotions.models import Coupon, Redemption

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Market:
    """A market that sends freight-free."""
    return deals.free_market(market())


def test_one_coupon_fifty_times_is_one_redemption(shop: Market) -> None:
    """Fifty placings with the same coupon: one gets it, the others read why not."""
    one = buyer()
    coupon, sku = deals.coupon(one), shop.sku(price=6000)
    asked = one.wants((sku, 1), coupons=(coupon.pk,))
    answers = at_once([lambda: checkout.place(one.call(), asked=asked, expected_total=5000)] * 50, width=50)
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert (len(answers) - len(refused), {problem.code for problem in refused}) == (1, {"promotions.cannot_redeem"})
    assert (Redemption.objects.count(), Order.objects.count()) == (1, 1)
    stage.whole()


def test_points_spent_by_many_never_fall_below_zero(shop: Market) -> None:
    """Thirty placings of 300 points each over 1000: three get them."""
    one = buyer()
    deals.points(one, 1000)
    proof, asked = deals.proof(one), one.wants((shop.sku(price=6000), 1), points=300)
    answers = at_once([lambda: checkout.place(one.call(), asked=asked, expected_total=5700, proof=proof)] * 30, width=30)
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert (len(answers) - len(refused), {problem.code for problem in refused}) == (3, {"promotions.points_short"})
    assert ledger.balance(promotions.points_account(one.person.pk)) == 100
    stage.whole()


def test_a_budget_of_five_for_forty_buyers(shop: Market) -> None:
    """Forty buyers at once on a budget for five: five redemptions, nobody gets what is not there."""
    offer = deals.offer(way="reduction", rungs=((0, 1000),), budget=5000)
    sku = shop.sku(price=6000)
    people = [buyer() for _ in range(40)]
    answers = at_once([lambda one=one: checkout.place(one.call(), asked=one.wants((sku, 1)), expected_total=5000) for one in people])
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert len(answers) - len(refused) == 5
    assert {problem.code for problem in refused} <= {"promotions.budget_spent", "checkout.total_changed"}
    assert ledger.balance(f"budget:{offer.pk}") == 0
    stage.whole()


def test_the_last_ten_coupons_for_forty_buyers(shop: Market) -> None:
    """Ten coupons in all: ten people have one."""
    offer = deals.offer(most=10)
    people = [buyer() for _ in range(40)]
    answers = at_once([lambda one=one: operations.claim(one.call(), offer=offer.pk) for one in people])
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert (len(answers) - len(refused), {problem.code for problem in refused}) == (10, {"promotions.all_claimed"})
    assert Coupon.objects.count() == 10
    stage.whole()
