"""Where coupons and points go when an order ends, and what time does to points, coupons and levels (D16.3)."""

from datetime import timedelta

import pytest
from django.utils import translation

from tests.core import deals, stage
from tests.core.deals import balance, place, steps
from wangdan.checkout.tests.market import Buyer, Market, buyer, market
from wangdan.kernel import clock, guards
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Refused
from wangdan.kernel.jobs import run_sweep
from wangdan.kernel.operation import operation
from wangdan.ledger.models import Transfer
from wangdan.notices import texts
from wangdan.notices.models import Notice
from wangdan.notices.rules import path
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.payments import operations as payments
from wangdan.promotions import operations
from wangdan.promotions import queries as promotions
from wangdan.promotions.models import Coupon, Earning, Level, Member

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = stage.ROOT


@pytest.fixture
def shop() -> Market:
    """A market that sends freight-free."""
    return deals.free_market(market())


@pytest.fixture
def one() -> Buyer:
    """A buyer."""
    return buyer()


# ---- how an order ends ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["cancel", "expire", "decline"])
def test_what_is_called_off_gives_everything_back(shop: Market, one: Buyer, how: str) -> None:
    """Coupon and points as before, once, however often the worker comes by."""
    coupon = deals.coupon(one)
    deals.points(one, 500)
    made = place(one, (shop.sku(price=6000), 1), coupons=(coupon.pk,), points=500, proof=deals.proof(one))
    no = made.orders[0].no
    assert balance(one) == 0
    if how == "cancel":
        orders.cancel(one.call(), no, reason="x")
    elif how == "expire":
        stage.overdue("pay_by")
        orders.expire(ROOT, made.orders[0].pk)
    else:
        stage.pay(made)
        orders.decline(ROOT, no, reason="x")
        stage.repaid()
    stage.work(twice=True)
    coupon.refresh_from_db()
    assert (coupon.status, balance(one)) == ("available", 500)
    assert place(one, (shop.sku(price=6000), 1), coupons=(coupon.pk,)).purchase.total == 5000
    stage.whole()


def test_a_coupon_whose_time_is_over_comes_back_as_over(shop: Market, one: Buyer) -> None:
    """And the sweep ends those that were never used."""
    used, kept = deals.coupon(one), deals.coupon(one)
    made = place(one, (shop.sku(price=6000), 1), coupons=(used.pk,))
    with guards.exempt("time passes"):
        Coupon.objects.update(valid_until=clock.now())
    orders.cancel(one.call(), made.orders[0].no, reason="x")
    stage.work()
    assert promotions.due_to_lapse(9) == [kept.pk]
    operations.lapse(ROOT, kept.pk)
    assert set(Coupon.objects.values_list("status", flat=True)) == {"expired"}
    with pytest.raises(Refused, match=r"coupons\.cannot_lapse"):
        operations.lapse(ROOT, kept.pk)
    stage.whole()


def test_a_coupon_over_two_orders_comes_back_with_the_last(shop: Market, one: Buyer) -> None:
    """One order called off: its points come back, the coupon still works in the other; both: the coupon too."""
    coupon = deals.coupon(one)
    deals.points(one, 400)
    made = place(one, (shop.sku(price=3000), 1), (shop.sku(shop=1, price=3000), 1), coupons=(coupon.pk,), points=400, proof=deals.proof(one))
    first, second = made.orders
    orders.cancel(one.call(), first.no, reason="x")
    stage.work()
    coupon.refresh_from_db()
    assert (coupon.status, balance(one)) == ("used", 200)
    orders.cancel(one.call(), second.no, reason="x")
    stage.work()
    coupon.refresh_from_db()
    assert (coupon.status, balance(one)) == ("available", 400)
    stage.whole()


def test_points_are_earned_and_follow_the_money(shop: Market, one: Buyer) -> None:
    """One point per yuan paid; a whole refund takes them, gives the spent ones back, and leaves the coupon used."""
    coupon = deals.coupon(one)
    deals.points(one, 1000)
    proof = deals.proof(one)
    [order] = stage.delivered(one, (shop.sku(price=6100), 1))
    orders.confirm_receipt(one.call(), order.no)
    stage.work(twice=True)
    assert balance(one) == 1061
    made = place(one, (shop.sku(price=6000), 1), coupons=(coupon.pk,), points=1000, proof=proof)
    stage.pay(made)
    no = made.orders[0].no
    orders.accept(ROOT, no)
    for parcel in stage.parcels(made.orders[0]):
        stage.arrive(stage.send(parcel))
    orders.confirm_receipt(one.call(), no)
    stage.work()
    assert balance(one) == 61 + 40
    refund(made.orders[0], 4000)
    stage.work(twice=True)
    coupon.refresh_from_db()
    assert (stage.status(made.orders[0]), coupon.status, balance(one)) == ("ended", "used", 1061)
    stage.whole()


@operation("toys.give_back", on=Order)
def give_money_back(act: Act, order: Order, *, amount: int) -> None:
    """What after-sales will do."""
    payments.refund(act, ref=order.ref, amount=amount, reason="test")


def refund(order: Order, amount: int) -> None:
    """Money goes back to the payer, as after-sales will do it."""
    give_money_back(ROOT, order.pk, amount=amount)
    stage.repaid()


def test_a_partial_refund_moves_points_in_its_proportion(shop: Market, one: Buyer) -> None:
    """A third of the money takes a third of the points, and what is spent meanwhile is not taken below zero."""
    deals.points(one, 300)
    made = place(one, (shop.sku(price=6300), 1), points=300, proof=deals.proof(one))
    stage.pay(made)
    [order] = made.orders
    orders.accept(ROOT, order.no)
    for parcel in stage.parcels(order):
        stage.arrive(stage.send(parcel))
    orders.confirm_receipt(one.call(), order.no)
    stage.work()
    assert balance(one) == 60
    refund(order, 2000)
    stage.work()
    assert balance(one) == 60 - 20 + 100
    assert Earning.objects.get().refunded == 2000
    place(one, (shop.sku(price=6300), 1), points=140, proof=deals.proof(one))
    refund(order, 4000)
    stage.work()
    assert (balance(one), Earning.objects.get().taken_back) == (0 + 200 - 40, 60)
    stage.whole()


def test_a_parcel_turned_away_brings_its_points(shop: Market, one: Buyer) -> None:
    """Half of the money, half of the points; frozen shares say which half."""
    deals.points(one, 200)
    made = place(one, (shop.sku(price=1000, stock={0: 1, 1: 1}), 2), points=200, proof=deals.proof(one))
    stage.pay(made)
    [order] = made.orders
    orders.accept(ROOT, order.no)
    first, second = stage.parcels(order)
    stage.send(first)
    stage.send(second)
    stage.turn_away(first)
    stage.repaid()
    stage.work()
    assert balance(one) == 100
    stage.whole()


# ---- levels and time ------------------------------------------------------------------------------------------------


def test_spending_makes_a_level_and_a_year_unmakes_it(shop: Market, one: Buyer) -> None:
    """From 60.00 in 365 days: 5 % off and half as many points again; a year later it is gone."""
    operations.set_level(ROOT, name="银卡", spent_from=6000, percent_off=5, points_percent=150)
    [order] = stage.delivered(one, (shop.sku(price=6000), 1))
    orders.confirm_receipt(one.call(), order.no)
    stage.work()
    assert Member.objects.get().level == Level.objects.get()
    made = place(one, (shop.sku(price=10000), 1))
    assert (made.purchase.total, steps(made.orders[0])) == (9500, [("level", 500, "platform")])
    with guards.exempt("a year passes"):
        Earning.objects.update(at=clock.now() - timedelta(days=366))
        Member.objects.update(reviewed_at=clock.now() - timedelta(days=2))
    [due] = promotions.due_to_review(9)
    operations.review(ROOT, due)
    assert stage.price(one, (shop.sku(price=10000), 1)) == 10000


def test_points_of_the_year_before_last_are_over(one: Buyer) -> None:
    """Spending takes the oldest first, so what came since last January stays."""
    deals.points(one, 300)
    deals.points(one, 200)
    old = Transfer.objects.order_by("id")[0]
    with guards.exempt("two years pass"):
        Transfer.objects.filter(pk=old.pk).update(at=clock.now() - timedelta(days=800))
        Member.objects.update(points_year=clock.now().year - 1)
    [due] = promotions.due_to_expire_points(9)
    operations.expire_points(ROOT, due)
    assert balance(one) == 200
    assert promotions.due_to_expire_points(9) == []
    operations.expire_points(ROOT, due)
    assert balance(one) == 200
    stage.whole()


# ---- what the buyer hears ---------------------------------------------------------------------------------------------


def told(one: Buyer) -> list[tuple[str, str, str]]:
    """The notices of a buyer about coupons and points, oldest first: kind, English text, where it leads."""
    stage.work(twice=True)
    rows = Notice.objects.filter(person=one.person, kind__regex="^(coupon|points)_").order_by("id")
    with translation.override("en"):
        return [(row.kind, texts.text(row.kind, row.params), path(row.kind, row.ref)) for row in rows]


def test_a_buyer_hears_of_coupons_and_points(shop: Market, one: Buyer) -> None:
    """D16.3: a coupon somebody gave him, one that ends in three days, points that came, each once; nothing of what he claimed or used himself."""
    kinds = [deals.offer(shop.shops[0], name=name, days=days) for name, days in (("送的券", 10), ("领的券", 10), ("短券", 2))]
    operations.give(ROOT, offer=kinds[0].pk, person=one.person.pk)
    claimed = [operations.claim(one.call(), offer=kind.pk) for kind in kinds[1:]]
    operations.grant_points(ROOT, person=one.person.pk, points=500, reason="tell nobody")
    given, granted = told(one)
    assert (given[0], given[2], granted[0], granted[2]) == ("coupon_given", "/me/coupons", "points_granted", "/me/points")
    assert shop.shops[0].name in given[1]
    assert "500" in granted[1]
    assert "tell nobody" not in granted[1]
    with clock.at(clock.now() + timedelta(days=6, hours=23)):
        assert promotions.due_to_remind(9) == []
    with clock.at(claimed[0].valid_until - timedelta(days=2)):
        assert run_sweep("promotions.remind") == 2, "the short one was had for less than three days"
        assert run_sweep("promotions.remind") == 0
        with pytest.raises(Refused, match=r"coupons\.cannot_remind"):
            operations.remind(ROOT, claimed[0].pk)
    assert [kind for kind, _, _ in told(one)[2:]] == ["coupon_expiring", "coupon_expiring"]


def test_a_buyer_hears_of_points_of_orders(shop: Market, one: Buyer) -> None:
    """D16.3: points that a completed order brings, and those that come back with a cancelled one."""
    shown = deals.proof(one)
    deals.points(one, 1000)
    gone = place(one, (shop.sku(price=9900), 1), points=1000, proof=shown).orders[0]
    orders.cancel(one.call(), gone.no, reason="不想要了")
    stage.work()
    operations.earn(ROOT, ref="orders:A1", person=one.person.pk, spent=9900)
    kinds = told(one)
    assert [kind for kind, _, _ in kinds] == ["points_granted", "points_back", "points_earned"]
    assert gone.no in kinds[1][1]
    assert "1000" in kinds[1][1]
    assert "99" in kinds[2][1]
