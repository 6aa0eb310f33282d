"""Reductions, coupons, points and levels through the front door: what they take off, what they refuse (D16.3)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.core import deals, stage
from tests.core.deals import balance, place, steps
from wangdan.checkout import queries
from wangdan.checkout.tests.market import Buyer, Market, buyer, market, member
from wangdan.kernel import clock
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Refused
from wangdan.ledger import queries as ledger
from wangdan.orders import operations as orders
from wangdan.orders.models import Order, Purchase
from wangdan.promotions import operations
from wangdan.promotions.models import Coupon, Offer, Redemption

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


# ---- placing --------------------------------------------------------------------------------------------------------


def test_all_steps_are_frozen_on_the_lines(shop: Market, one: Buyer) -> None:
    """Reduction of the shop and the platform, coupon, points: each with its giver, summing to the discount; coupon used, points and budget gone."""
    deals.offer(shop.shops[0], way="reduction", name="满 100 减 20", rungs=((10000, 2000),))
    deals.offer(way="reduction", kind="percent", name="全场 5%", rungs=((0, 5),))
    coupon = deals.coupon(one, shop.shops[0], budget=1000)
    deals.points(one, 600)
    made = place(one, (shop.sku(price=5000), 2), (shop.sku(shop=1, price=1000), 1), coupons=(coupon.pk,), points=500, proof=deals.proof(one))
    first, second = made.orders
    assert [(order.goods, order.discount) for order in (first, second)] == [(10000, 3837), (1000, 113)]
    assert steps(first) == [
        ("shop_reduction", 2000, "shop"),
        ("platform_reduction", 400, "platform"),
        ("shop_coupon", 1000, "shop"),
        ("points", 437, "platform"),
    ]
    assert steps(second) == [("platform_reduction", 50, "platform"), ("points", 63, "platform")]
    coupon.refresh_from_db()
    assert coupon.status == "used"
    assert balance(one) == 100
    assert ledger.balance(f"budget:{coupon.offer_id}") == 0
    stage.whole()


def test_a_quote_proposes_and_takes_nothing(shop: Market, one: Buyer) -> None:
    """Without a coupon none is used; each says what it would give, one of each giver is the best; `best` uses those."""
    small, big = deals.coupon(one, shop.shops[0]), deals.coupon(one, shop.shops[0], rungs=((5000, 1500),))
    far = deals.coupon(one, rungs=((50000, 9000),))
    wishes = (shop.sku(price=6000), 1)
    quote = queries.prepare(one.actor, one.wants(wishes))
    assert quote.total == 6000
    told = {each.coupon_id: (each.gives, each.best, each.used, each.lacks) for each in queries.coupon_choices(quote)}
    assert told == {big.pk: (1500, True, False, 0), small.pk: (1000, False, False, 0), far.pk: (0, False, False, 44000)}
    assert queries.prepare(one.actor, one.wants(wishes, best=True)).total == 4500
    assert set(Coupon.objects.values_list("status", flat=True)) == {"available"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"coupons": (999999,)}, "promotions.cannot_redeem"), ({"points": 1}, "promotions.points_short")],
)
def test_what_one_does_not_have_is_refused(shop: Market, one: Buyer, changed: dict[str, Any], code: str) -> None:
    """Neither a coupon nor points that are not there."""
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        place(one, (shop.sku(price=6000), 1), **changed)
    assert not Purchase.objects.exists()


def test_anothers_coupon_is_nobodys_coupon(shop: Market, one: Buyer) -> None:
    """Its id alone opens nothing."""
    theirs = deals.coupon(buyer())
    with pytest.raises(Refused, match=r"promotions\.cannot_redeem"):
        place(one, (shop.sku(price=6000), 1), coupons=(theirs.pk,))
    theirs.refresh_from_db()
    assert theirs.status == "available"


def test_a_coupon_that_gives_nothing_here_is_not_wasted(shop: Market, one: Buyer) -> None:
    """Below its sum, on other goods, after its time, used before: refused, and it stays."""
    coupon = deals.coupon(one)
    sku = shop.sku(price=4000)
    with pytest.raises(Refused, match=r"promotions\.coupon_idle") as refused:
        place(one, (sku, 1), coupons=(coupon.pk,))
    assert (refused.value.detail["why"], refused.value.detail["lacks"]) == ("not_reached", 1000)
    place(one, (sku, 2), coupons=(coupon.pk,))
    with pytest.raises(Refused, match=r"promotions\.cannot_redeem"):
        place(one, (sku, 2), coupons=(coupon.pk,))
    assert Redemption.objects.count() == 1
    stage.whole()


def test_points_need_the_payment_password(shop: Market, one: Buyer) -> None:
    """Without its proof, or with somebody else's, nothing is spent."""
    deals.points(one, 500)
    sku = shop.sku(price=6000)
    for proof in (None, deals.proof(buyer())):
        with pytest.raises(Malformed, match=r"accounts\.payment_password_needed"):
            place(one, (sku, 1), points=500, proof=proof)
    assert balance(one) == 500
    assert not Purchase.objects.exists()
    assert place(one, (sku, 1), points=500, proof=deals.proof(one)).purchase.total == 5500


def test_points_pay_half_of_the_goods_at_most(shop: Market, one: Buyer) -> None:
    """Asked for more, no more are spent than take something off (option)."""
    deals.points(one, 5000)
    made = place(one, (shop.sku(price=3001), 1), points=5000, proof=deals.proof(one))
    assert (made.purchase.total, balance(one)) == (1501, 3500)
    stage.whole()


def test_an_order_that_costs_nothing_is_paid(shop: Market, one: Buyer) -> None:
    """A coupon that takes all: no gateway, straight to acceptance, and back on decline."""
    coupon = deals.coupon(one, rungs=((0, 9000),))
    [order] = place(one, (shop.sku(price=6000), 1), coupons=(coupon.pk,)).orders
    assert (order.total, Order.objects.get().status) == (0, "awaiting_acceptance")
    orders.decline(ROOT, order.no, reason="x")
    stage.work()
    coupon.refresh_from_db()
    assert coupon.status == "available"
    stage.whole()


def test_free_freight(one: Buyer) -> None:
    """A coupon of the platform pays the freight of both shops."""
    shop = market()
    coupon = deals.coupon(one, kind="free_freight", rungs=((0, 0),))
    made = place(one, (shop.sku(price=100), 1), (shop.sku(shop=1, price=200), 1), coupons=(coupon.pk,))
    assert [(order.freight, order.discount, order.total) for order in made.orders] == [(1000, 1000, 100), (1000, 1000, 200)]
    stage.whole()


# ---- claiming -------------------------------------------------------------------------------------------------------


def test_claiming_keeps_the_limits(shop: Market, one: Buyer) -> None:
    """Per person and in all; a code answers twice with the same coupon; what is paused, over or unknown is refused."""
    listed = deals.offer(most=2)
    operations.claim(one.call(), offer=listed.pk)
    with pytest.raises(Refused, match=r"promotions\.claimed_before"):
        operations.claim(one.call(), offer=listed.pk)
    operations.claim(buyer().call(), offer=listed.pk)
    with pytest.raises(Refused, match=r"promotions\.all_claimed"):
        operations.claim(buyer().call(), offer=listed.pk)
    coded = deals.offer(code="autumn26", days=3)
    mine = operations.claim(one.call(), code=" Autumn26 ")
    assert operations.claim(one.call(), code="AUTUMN26") == mine
    assert mine.valid_until - mine.valid_from == timedelta(days=3)
    with pytest.raises(NotSeen):
        operations.claim(one.call(), offer=coded.pk)
    with pytest.raises(Malformed, match=r"promotions\.code_unknown"):
        operations.claim(one.call(), code="winter")
    operations.pause(ROOT, coded.pk)
    with pytest.raises(Refused, match=r"promotions\.cannot_claim"):
        operations.claim(buyer().call(), code="AUTUMN26")
    assert Coupon.objects.count() == 3
    stage.whole()


def test_whose_offer_it_is(shop: Market, one: Buyer) -> None:
    """A shop's owner speaks for his shop and his goods only; buyers and clerks for none."""
    owner, other = member(shop.shops[0], "shop_owner"), member(shop.shops[1], "shop_owner")
    made = operations.create(Call(owner), shop.shops[0].pk, draft=deals.draft())
    assert made.shop_id == shop.shops[0].pk
    with pytest.raises(NotSeen):
        operations.create(Call(other), shop.shops[0].pk, draft=deals.draft())
    with pytest.raises(NotSeen):
        operations.pause(Call(other), made.pk)
    foreign = shop.sku(shop=1).product_id
    with pytest.raises(Malformed, match=r"promotions\.scope_malformed"):
        operations.create(Call(owner), shop.shops[0].pk, draft=deals.draft(scope="products", targets=(foreign,)))
    with pytest.raises(NotGranted):
        operations.create(one.call(), shop.shops[0].pk, draft=deals.draft())
    assert shop.platform is not None
    with pytest.raises(NotSeen):
        operations.create(Call(owner), shop.platform.pk, draft=deals.draft())
    given = operations.give(Call(owner), offer=made.pk, person=one.person.pk)
    assert (given.how, given.person_id) == ("given", one.person.pk)
    with pytest.raises(NotSeen):
        operations.give(Call(other), offer=made.pk, person=one.person.pk)
    assert Offer.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"kind": "gift"}, "kind_unknown"),
        ({"rungs": ()}, "rungs_malformed"),
        ({"rungs": ((5000, 5000),)}, "rungs_malformed"),
        ({"rungs": ((5000, 1000), (6000, 900))}, "rungs_malformed"),
        ({"kind": "percent", "rungs": ((0, 100),)}, "number_malformed"),
        ({"scope": "products"}, "scope_malformed"),
        ({"ends_at": clock.now() - timedelta(days=9)}, "times_malformed"),
        ({"budget": 0}, "number_malformed"),
        ({"code": "1234"}, "code_malformed"),
    ],
)
def test_an_offer_must_make_sense(shop: Market, changed: dict[str, Any], code: str) -> None:
    """What is typed wrong makes no offer."""
    with pytest.raises(Malformed, match=rf"promotions\.{code}"):
        deals.offer(**changed)
    assert not Offer.objects.exists()


def test_a_reduction_works_only_in_its_time(shop: Market, one: Buyer) -> None:
    """Before, paused and ended it takes nothing off."""
    made = deals.offer(way="reduction", rungs=((0, 500),))
    deals.offer(way="reduction", rungs=((0, 900),), starts_at=clock.now() + timedelta(hours=1))
    wishes = (shop.sku(price=6000), 1)
    assert stage.price(one, wishes) == 5500
    operations.pause(ROOT, made.pk)
    assert stage.price(one, wishes) == 6000
    operations.resume(ROOT, made.pk)
    assert stage.price(one, wishes) == 5500
    operations.end(ROOT, made.pk)
    assert stage.price(one, wishes) == 6000


def test_a_budget_gives_what_is_left_and_no_more(shop: Market, one: Buyer) -> None:
    """The last buyer gets the rest; then the offer is silent; what is called off fills it again."""
    made = deals.offer(way="reduction", rungs=((0, 1000),), budget=1500)
    sku = shop.sku(price=6000)
    assert [place(one, (sku, 1)).purchase.total for _ in range(3)] == [5000, 5500, 6000]
    assert ledger.balance(f"budget:{made.pk}") == 0
    first = Order.objects.order_by("id")[0]
    orders.cancel(one.call(), first.no, reason="x")
    stage.work()
    assert ledger.balance(f"budget:{made.pk}") == 1000
    stage.whole()
