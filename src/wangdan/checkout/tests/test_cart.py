"""The cart: what it holds, what it says about goods that went, and how a stranger's joins a person's."""

import pytest

from wangdan.catalogue.models import Product, Sku
from wangdan.checkout import operations, queries
from wangdan.checkout.models import Cart
from wangdan.checkout.tests.market import Buyer, Market, buyer, market
from wangdan.kernel import guards
from wangdan.kernel.act import ANONYMOUS, Call
from wangdan.kernel.errors import Malformed, NotSeen, Refused

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "s" * 40


@pytest.fixture
def shop() -> Market:
    """A market."""
    return market()


@pytest.fixture
def one() -> Buyer:
    """A buyer."""
    return buyer()


def test_add_change_choose_remove(shop: Market, one: Buyer) -> None:
    """Pieces add up, quantity and tick change in place, a line goes (D01.3, D05.3)."""
    first, second = shop.sku(price=1000), shop.sku(shop=1, price=250)
    line = operations.add(one.call(), sku=first.pk, quantity=2)
    assert operations.add(one.call(), sku=first.pk, quantity=1) == line
    other = operations.add(one.call(), sku=second.pk, quantity=4)
    cart = queries.cart(one.actor)
    assert (cart.pieces, cart.chosen, cart.total, len(cart.shops)) == (7, 7, 4000, 2)
    operations.change(one.call(), line=line, quantity=1)
    operations.choose(one.call(), chosen=False, line=other)
    cart = queries.cart(one.actor)
    assert (cart.pieces, cart.chosen, cart.total, cart.all_chosen) == (5, 1, 1000, False)
    operations.choose(one.call(), chosen=True, shop=shop.shops[1].pk)
    assert queries.cart(one.actor).all_chosen
    operations.remove(one.call(), line=line)
    assert [kept.id for kept in queries.cart(one.actor).lines] == [other]
    assert queries.pieces_in_cart(one.actor) == 4


def test_a_variant_is_changed_in_place_and_joins_its_twin(shop: Market, one: Buyer) -> None:
    """D03.5: colour and size are chosen again in the cart; other goods are refused."""
    green = shop.sku(颜色="松绿")
    blue = shop.sku(product=green.product, 颜色="海蓝")
    white = shop.sku(product=green.product, 颜色="米白")
    line = operations.add(one.call(), sku=green.pk, quantity=2)
    kept = operations.add(one.call(), sku=blue.pk, quantity=3)
    assert operations.change(one.call(), line=line, sku=white.pk) == line
    assert operations.change(one.call(), line=line, sku=blue.pk) == kept
    assert [(found.sku_id, found.quantity) for found in queries.cart(one.actor).lines] == [(blue.pk, 5)]
    with pytest.raises(Refused, match=r"checkout\.other_product"):
        operations.change(one.call(), line=kept, sku=shop.sku().pk)


@pytest.mark.parametrize("quantity", [0, -1, 1.5, True, "2", None, float("nan")])
def test_no_quantity_is_refused(shop: Market, one: Buyer, quantity: object) -> None:
    """Whatever people or programs send as a quantity."""
    with pytest.raises(Malformed, match=r"checkout\.quantity_malformed"):
        operations.add(one.call(), sku=shop.sku().pk, quantity=quantity)
    assert queries.cart(one.actor).lines == ()


def test_limits(shop: Market, one: Buyer) -> None:
    """999 pieces of a SKU; refusal leaves nothing."""
    sku = shop.sku()
    operations.add(one.call(), sku=sku.pk, quantity=999)
    for quantity in (1, 1000, 2**31):
        with pytest.raises(Malformed, match=r"checkout\.too_many_pieces"):
            operations.add(one.call(), sku=sku.pk, quantity=quantity)
    assert queries.cart(one.actor).pieces == 999


def test_what_went_says_so(shop: Market, one: Buyer) -> None:
    """Off sale, sold out, fewer than wanted; clearing drops what cannot be bought."""
    off, out, few, gone = shop.sku(), shop.sku(stock=0), shop.sku(stock=2), shop.sku()
    for sku in (off, out, few, gone):
        operations.add(one.call(), sku=sku.pk, quantity=3)
    with guards.exempt("the shop takes goods off"):
        Product.objects.filter(pk=off.product_id).update(status="off_sale")
        Sku.objects.filter(pk=gone.pk).update(active=False)
    cart = queries.cart(one.actor)
    assert {line.sku_id: line.problem for line in cart.gone} == {off.pk: "gone", out.pk: "sold_out", gone.pk: "gone"}
    assert [(line.sku_id, line.problem, line.limit) for line in cart.lines] == [(few.pk, "short", 2)]
    assert operations.clear_gone(one.call()) == 3
    assert queries.cart(one.actor).gone == ()
    with pytest.raises(Refused, match=r"checkout\.not_for_sale"):
        operations.add(one.call(), sku=off.pk)
    with pytest.raises(NotSeen):
        operations.add(one.call(), sku=2**62)


def test_a_strangers_cart_needs_its_secret_and_joins_at_log_in(shop: Market, one: Buyer) -> None:
    """Anonymous carts are found by their secret only, merged once, up to 999 pieces (D01.2)."""
    stranger, first, second = Call(ANONYMOUS), shop.sku(), shop.sku()
    operations.add(stranger, sku=first.pk, quantity=990, secret=SECRET)
    line = operations.add(stranger, sku=second.pk, quantity=1, secret=SECRET)
    assert Cart.objects.get().secret != SECRET
    assert queries.cart(ANONYMOUS, "x" * 40).lines == ()
    with pytest.raises(NotSeen):
        operations.change(stranger, line=line, quantity=2, secret="x" * 40)
    with pytest.raises(Malformed, match=r"checkout\.secret_malformed"):
        operations.add(stranger, sku=first.pk, secret="short")
    operations.add(one.call(), sku=first.pk, quantity=20)
    assert operations.merge(one.call(), secret=SECRET) == 2
    assert operations.merge(one.call(), secret=SECRET) == 0
    assert {found.sku_id: found.quantity for found in queries.cart(one.actor).lines} == {first.pk: 999, second.pk: 1}
    assert queries.cart(ANONYMOUS, SECRET).lines == ()


def test_nobody_touches_anothers_cart(shop: Market, one: Buyer) -> None:
    """Another's line reads as none."""
    line = operations.add(one.call(), sku=shop.sku().pk)
    other = buyer("other")
    for wrong in (lambda: operations.change(other.call(), line=line, quantity=5), lambda: operations.remove(other.call(), line=line)):
        with pytest.raises(NotSeen):
            wrong()
    assert queries.cart(one.actor).pieces == 1
