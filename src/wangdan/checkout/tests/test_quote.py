"""Quotes: what is priced, what is refused, and that nothing is reserved."""

import pytest

from wangdan.catalogue.models import Product
from wangdan.checkout import operations, queries
from wangdan.checkout.rules import Asked, Wish, checked, why_no_cash, wishes
from wangdan.checkout.tests.market import Buyer, Market, address, buyer, market, stock_of
from wangdan.kernel import guards
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.sayings import saying


@pytest.fixture
def shop(transactional_db: None) -> Market:
    """A market."""
    return market()


@pytest.fixture
def one(transactional_db: None) -> Buyer:
    """A buyer."""
    return buyer()


def test_a_quote_per_shop(shop: Market, one: Buyer) -> None:
    """Freight under the free limit, none over it; sums agree; nothing is held."""
    cheap, dear = shop.sku(price=1999), shop.sku(shop=1, price=12000)
    quote = queries.prepare(one.actor, one.wants((cheap, 2), (dear, 1)))
    first, second = quote.orders
    assert (first.goods, first.freight, first.total) == (3998, 1000, 4998)
    assert (second.goods, second.freight, second.total) == (12000, 0, 12000)
    assert quote.total == 16998
    assert first.warehouses == [shop.warehouses[0].name]
    assert stock_of(cheap) == (100, 0)
    assert saying("delivery.first_fee", fee=1000) in first.freight_reason


def test_pickup_costs_no_freight(shop: Market, one: Buyer) -> None:
    """D03.7: the point named, else the nearest; one that is not there is 404."""
    sku = shop.sku(price=1999)
    quote = queries.prepare(one.actor, one.wants((sku, 1), delivery="pickup"))
    assert (quote.total, quote.pickup_point_id is not None) == (1999, True)
    assert queries.prepare(one.actor, one.wants((sku, 1), delivery="pickup", pickup_point=shop.point.pk)).pickup_point_id == shop.point.pk
    with pytest.raises(NotSeen):
        queries.prepare(one.actor, one.wants((sku, 1), delivery="pickup", pickup_point=2**60))


def test_another_persons_address_is_not_there(shop: Market, one: Buyer) -> None:
    """A foreign address id reads as none."""
    foreign = address(buyer("other").person)
    with pytest.raises(NotSeen):
        queries.prepare(one.actor, one.wants((shop.sku(), 1), address=foreign.pk))


def test_short_goods_are_named(shop: Market, one: Buyer) -> None:
    """More than there is over all warehouses of the shop is refused with the SKU."""
    sku = shop.sku(stock={0: 2, 1: 3})
    assert sum(share["quantity"] for share in queries.prepare(one.actor, one.wants((sku, 5))).orders[0].allocation) == 5
    with pytest.raises(Refused, match=r"inventory\.cannot_hold") as refused:
        queries.prepare(one.actor, one.wants((sku, 6)))
    assert refused.value.detail["skus"] == [{"sku": sku.pk, "wanted": 6, "available": 5}]


def test_goods_off_sale(shop: Market, one: Buyer) -> None:
    """Asked for by name they are refused; in the cart they are left out."""
    gone, fine = shop.sku(), shop.sku(price=700)
    operations.add(one.call(), sku=gone.pk)
    operations.add(one.call(), sku=fine.pk)
    with guards.exempt("the shop takes goods off"):
        Product.objects.filter(pk=gone.product_id).update(status="off_sale")
    with pytest.raises(Refused, match=r"checkout\.not_for_sale") as refused:
        queries.prepare(one.actor, one.wants((gone, 1), (fine, 1)))
    assert refused.value.detail["skus"] == [gone.pk]
    quote = queries.prepare(one.actor, one.wants())
    assert [line.sku_id for line in quote.orders[0].lines] == [fine.pk]
    operations.choose(one.call(), chosen=False)
    with pytest.raises(Malformed, match=r"checkout\.nothing_chosen"):
        queries.prepare(one.actor, one.wants())


def test_cash_has_a_limit(shop: Market, one: Buyer) -> None:
    """Up to 1000.00 per order by default; the refusal names it."""
    sku = shop.sku(price=100_001)
    with pytest.raises(Refused, match=r"checkout\.cash_limit") as refused:
        queries.prepare(one.actor, one.wants((sku, 1), method="cod"))
    assert refused.value.detail["limit"] == 100_000
    assert queries.prepare(one.actor, one.wants((shop.sku(price=90_000), 1), method="cod")).total == 90_000


def test_rules_without_database() -> None:
    """Limits and what is not there yet."""
    with pytest.raises(Malformed, match=r"checkout\.too_many_lines"):
        wishes(tuple(Wish(sku, 1) for sku in range(1, 102)))
    with pytest.raises(Malformed, match=r"checkout\.too_many_pieces"):
        wishes((Wish(1, 500), Wish(1, 500)))
    with pytest.raises(Malformed, match=r"checkout\.id_malformed"):
        wishes((Wish(2**63, 1),))
    assert wishes((Wish(3, 1), Wish(2, 1), Wish(3, 4))) == (Wish(3, 5), Wish(2, 1))
    assert why_no_cash([1], "浙江省", "courier", limit=10, provinces="浙江，江苏") is None
    assert why_no_cash([1], "西藏自治区", "courier", limit=10, provinces="浙江,江苏") == {"reason": "region", "provinces": ["浙江", "江苏"]}
    assert why_no_cash([1], "浙江省", "pickup", limit=10, provinces="") == {"reason": "pickup"}


@pytest.mark.parametrize("changed", [{"delivery": "drone"}, {"payment_method": "gold"}, {"note": "x" * 201}, {"address": 0}, {"address": True}])
def test_malformed_wishes(changed: dict[str, object]) -> None:
    """422 before anything is read."""
    with pytest.raises(Malformed):
        checked(Asked(**{"lines": (Wish(1, 1),), "address": 1, **changed}))
