"""The placing: what it makes, what it refuses, how many statements it takes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wangdan.checkout import operations, queries
from wangdan.checkout.models import CartLine
from wangdan.checkout.tests.market import Buyer, Market, buyer, market, stock_of
from wangdan.inventory.models import Hold
from wangdan.kernel import options
from wangdan.kernel.act import ANONYMOUS, Call
from wangdan.kernel.errors import Malformed, NotGranted, Refused
from wangdan.kernel.models import Journal
from wangdan.kernel.numbers import is_number
from wangdan.orders.models import Line, Order, Purchase
from wangdan.orders.queries import INVARIANTS
from wangdan.payments.models import Part, Payment


@pytest.fixture
def shop(transactional_db: None) -> Market:
    """A market."""
    return market()


@pytest.fixture
def one(transactional_db: None) -> Buyer:
    """A buyer."""
    return buyer()


def whole() -> None:
    """Every invariant of orders holds."""
    with connection.cursor() as cursor:
        for name, sql in INVARIANTS:
            cursor.execute(sql)
            assert cursor.fetchall() == [], name


def nothing() -> None:
    """No trace of a purchase."""
    assert not Purchase.objects.exists()
    assert not Order.objects.exists()
    assert not Hold.objects.exists()
    assert not Payment.objects.exists()


def place(one: Buyer, *wishes: tuple[object, int], key: str | None = None, **changed: object) -> operations.Placed:
    """Place what costs what the quote says."""
    asked = one.wants(*wishes, **changed)
    return operations.place(one.call(key), asked=asked, expected_total=queries.prepare(one.actor, asked).total)


def test_one_purchase_one_order_per_shop(shop: Market, one: Buyer) -> None:
    """Numbers, sums, parts, holds, clock and journal (D03.9, D04.1, D11.3)."""
    first, second = shop.sku(price=1999), shop.sku(shop=1, price=12000)
    placed = place(one, (first, 2), (second, 1), note=" 放门卫 ")
    assert is_number(placed.purchase.no, "G")
    assert [order.shop_id for order in placed.orders] == [found.pk for found in shop.shops]
    assert [(order.goods, order.freight, order.total, order.status) for order in placed.orders] == [
        (3998, 1000, 4998, "awaiting_payment"),
        (12000, 0, 12000, "awaiting_payment"),
    ]
    assert placed.payment.amount == placed.purchase.total == 16998
    assert [part.amount for part in Part.objects.order_by("position")] == [4998, 12000]
    assert placed.attempt is not None
    assert placed.attempt.pay_url
    assert (stock_of(first), stock_of(second)) == ((100, 2), (100, 1))
    order = Order.objects.get(no=placed.orders[0].no)
    assert (order.note, order.to_name, order.to_province) == ("放门卫", "陈晓禾", "浙江省")
    assert (order.pay_by - order.placed_at).total_seconds() == 1800
    born = Journal.objects.get(ref=order.ref)
    assert born.changes["status"] == [None, "awaiting_payment"]
    assert "陈晓禾" not in str(born.changes)
    whole()


def test_an_order_is_split_over_two_warehouses(shop: Market, one: Buyer) -> None:
    """When one warehouse is short the rest comes from the other, with the reason."""
    sku = shop.sku(stock={0: 2, 1: 4})
    placed = place(one, (sku, 5))
    held = {hold.warehouse_id: hold.quantity for hold in Hold.objects.filter(ref=placed.orders[0].ref)}
    assert sum(held.values()) == 5
    assert {share["reason"]["code"] for share in placed.orders[0].allocation} == {"fulfilment.split"}
    whole()


def test_cash_starts_at_acceptance_without_a_clock(shop: Market, one: Buyer) -> None:
    """D04.3: no prepayment, no pay page."""
    placed = place(one, (shop.sku(), 1), method="cod")
    order = placed.orders[0]
    assert (order.status, order.pay_by, order.paid_at, placed.attempt) == ("awaiting_acceptance", None, None, None)
    whole()


def test_a_bank_transfer_has_three_days_and_a_reference(shop: Market, one: Buyer) -> None:
    """D16.9: the reference is what the buyer writes on the transfer."""
    placed = place(one, (shop.sku(), 1), method="bank_transfer")
    order = placed.orders[0]
    assert (order.pay_by - order.placed_at).days == 3
    assert placed.payment.reference


def test_the_price_moved(shop: Market, one: Buyer) -> None:
    """409 with the new quote; nothing is left."""
    sku = shop.sku(price=1000)
    with pytest.raises(Refused, match=r"checkout\.total_changed") as refused:
        operations.place(one.call(), asked=one.wants((sku, 1)), expected_total=1999)
    assert refused.value.detail["quote"]["total"] == 2000
    nothing()


@pytest.mark.parametrize("total", [True, 2000.0, "2000", -1, None])
def test_an_expected_total_is_a_number(shop: Market, one: Buyer, total: object) -> None:
    """422, and nothing is left."""
    with pytest.raises(Malformed, match=r"checkout\.total_malformed"):
        operations.place(one.call(), asked=one.wants((shop.sku(price=1000), 1)), expected_total=total)
    nothing()


def test_a_key_is_one_order(shop: Market, one: Buyer) -> None:
    """A form sent twice makes one purchase; the answer is the same."""
    sku = shop.sku(price=1000)
    asked = one.wants((sku, 1))
    first = operations.place(one.call("nonce-1", lambda placed: placed.purchase.no), asked=asked, expected_total=2000)
    again = operations.place(one.call("nonce-1", lambda placed: placed.purchase.no), asked=asked, expected_total=2000)
    assert first == again
    assert Purchase.objects.count() == 1
    with pytest.raises(Malformed, match=r"kernel\.key_reused"):
        operations.place(one.call("nonce-1", lambda placed: placed.purchase.no), asked=one.wants((sku, 2)), expected_total=3000)


def test_what_is_ticked_in_the_cart_is_bought_and_leaves_it(shop: Market, one: Buyer) -> None:
    """The rest stays; buying now leaves the cart alone."""
    bought, kept = shop.sku(), shop.sku()
    operations.add(one.call(), sku=bought.pk, quantity=2)
    line = operations.add(one.call(), sku=kept.pk)
    operations.choose(one.call(), chosen=False, line=line)
    place(one, (kept, 1))
    assert CartLine.objects.count() == 2
    placed = place(one)
    assert [found.sku_id for found in Line.objects.filter(order=placed.orders[0])] == [bought.pk]
    assert list(CartLine.objects.values_list("sku_id", flat=True)) == [kept.pk]


def test_strangers_do_not_place(shop: Market, one: Buyer) -> None:
    """An account is needed to buy (D05.1)."""
    with pytest.raises(NotGranted):
        operations.place(Call(ANONYMOUS), asked=one.wants((shop.sku(), 1)), expected_total=1)


def statements(shop: Market, one: Buyer, lines: int, *, method: str = "sandbox", slot: int | None = None) -> int:
    """How many statements it takes to place so many lines over two shops and two warehouses, from the cart, with a key."""
    skus = [shop.sku(shop=at % 2 if lines > 1 else 0, price=500) for at in range(lines)]
    for sku in skus:
        operations.add(one.call(), sku=sku.pk)
    asked = one.wants(method=method, slot=slot)
    total = queries.prepare(one.actor, asked).total
    options.forget()
    options.value(options.Option.known["orders.pay_within_minutes"])  # read now, so that their five seconds do not end in between
    with CaptureQueriesContext(connection) as seen:
        operations.place(one.call(f"key-{lines}-{method}-{slot}", lambda placed: {"no": placed.purchase.no}), asked=asked, expected_total=total)
    counted = [entry["sql"] for entry in seen.captured_queries if not re.match(r"(?i)\s*(begin|commit)", entry["sql"])]
    return len(counted)


def test_place_takes_twenty_statements_at_most_and_as_many_for_fifty_lines_as_for_two(shop: Market, one: Buyer) -> None:
    """Flat in lines; one more for the second warehouse."""
    counted = {lines: statements(shop, one, lines) for lines in (1, 5, 50)}
    assert counted[5] == counted[50]
    assert counted == {1: 17, 5: 18, 50: 18}, counted
    assert max(counted.values()) <= 20
    whole()
