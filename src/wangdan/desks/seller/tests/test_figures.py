"""A product in figures and its end: prices since when, sales by day, the matrix, delete for ever or archived (D07.3.1, D07.3.3–5, C7)."""

import re
from datetime import timedelta

import pytest

from wangdan.catalogue.models import Price, Product, Sku
from wangdan.checkout.models import CartLine
from wangdan.desks import plots
from wangdan.desks.seller.forms import Row, combined, spread
from wangdan.desks.tests.browser import seat
from wangdan.desks.warehouse.tests.trade import Trade
from wangdan.inventory.models import Hold, Move, Stock
from wangdan.kernel import clock
from wangdan.kernel.models import Journal
from wangdan.site import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made():
    """The built world with one product of each shop on sale."""
    built = world.built()
    built.cup = built.product(built.shops[0], "手作陶杯 340ml", 6800, {"松绿": 50, "雾灰": 3})
    built.board = built.product(built.shops[1], "机械键盘 75%", 39900, 10)
    return built


def text(answer):
    """The page."""
    return answer.content.decode()


def test_every_price_is_remembered(made):
    """Born with its first; a change on the prices page and one by editing follow; one that stays the same is not told again."""
    client, first = seat(made, "seller"), Sku.objects.filter(product=made.cup).order_by("pk").first()
    assert list(Price.objects.filter(sku=first).values_list("before", "price")) == [(None, 6800)]
    typed = {f"p{sku.pk}": "68.00" for sku in Sku.objects.filter(product=made.cup)} | {f"p{first.pk}": "59.90", "nonce": "1"}
    assert client.post(f"/shop/products/{made.cup.pk}/prices", typed).status_code == 302
    assert list(Price.objects.filter(sku=first).order_by("pk").values_list("before", "price", "person")) == [
        (None, 6800, None),
        (6800, 5990, made.people["seller"].pk),
    ]
    shown = text(client.get(f"/shop/products/{made.cup.pk}/history?sku={first.pk}"))
    assert "59.90" in shown
    assert "谷雨" in shown
    assert "polyline" in shown
    assert Price.objects.filter(sku__product=made.cup).count() == 3


def test_figures_are_the_shops_own(made):
    """404 for another shop's product and for a variant of another product."""
    client, foreign = seat(made, "seller"), Sku.objects.get(product=made.board)
    for page in ("history", "sales"):
        assert client.get(f"/shop/products/{made.board.pk}/{page}").status_code == 404
        assert client.get(f"/shop/products/{made.cup.pk}/{page}?sku={foreign.pk}").status_code == 404
        assert seat(made, "buyer").get(f"/shop/products/{made.cup.pk}/{page}").status_code == 403


def test_sales_by_day():
    """Pieces count on the day they are handed over, with the money of the order; nothing is told before."""
    trade = Trade()
    product = trade.green.product_id
    trade.at("packed")
    client = trade.seat("seller")
    assert "这段时间没有卖出" in text(client.get(f"/shop/products/{product}/sales"))
    trade.at("handed_over")
    shown = text(client.get(f"/shop/products/{product}/sales"))
    assert "卖出 3 件" in shown
    assert "57.00" in shown
    one = text(client.get(f"/shop/products/{product}/sales?sku={trade.green.pk}&days=90"))
    assert "卖出 2 件" in one
    assert "38.00" in one


def test_what_was_never_sold_is_deleted_for_ever(made):
    """After a question: product, variants, counts, pictures, places in carts are gone; the journal keeps its name (D07.3.3)."""
    client, here = seat(made, "seller"), f"/shop/products/{made.cup.pk}"
    assert client.get(f"{here}/delete")["Location"] == here  # on sale: first off
    client.post(f"{here}/take_off_sale", {"nonce": "1"})
    assert "永久移除" in text(client.get(f"{here}/delete"))
    assert Product.objects.filter(pk=made.cup.pk).exists()
    skus = list(Sku.objects.filter(product=made.cup).values_list("pk", flat=True))
    assert client.post(f"{here}/delete", {"nonce": "2"})["Location"] == "/shop/products"
    assert client.get(here).status_code == 404
    for rows in (
        Sku.objects.filter(pk__in=skus),
        Stock.objects.filter(sku__in=skus),
        CartLine.objects.filter(sku__in=skus),
        Price.objects.filter(sku__in=skus),
    ):
        assert not rows.exists()
    assert not Move.objects.filter(stock__sku__in=skus).exists()
    assert Journal.objects.get(operation="catalogue.remove_product").changes["title"] == ["手作陶杯 340ml", None]


def test_what_was_ever_ordered_is_archived():
    """The question says so, and so it is, even when the order was called off (C7)."""
    trade = Trade()
    trade.order()
    pk, client = trade.green.product_id, trade.seat("seller")
    client.post(f"/shop/products/{pk}/take_off_sale", {"nonce": "1"})
    assert "只归档，不删除" in text(client.get(f"/shop/products/{pk}/delete"))
    held = Hold.objects.count()
    assert client.post(f"/shop/products/{pk}/delete", {"nonce": "2"}).status_code == 302
    assert Product.objects.get(pk=pk).status == "archived"
    assert Hold.objects.count() == held


def test_a_clerk_or_a_stranger_deletes_nothing(made):
    """Only the owner removes for ever; another shop's owner does not even see it."""
    before = Product.objects.count()
    assert seat(made, "seller2").post(f"/shop/products/{made.cup.pk}/delete").status_code == 404
    assert seat(made, "buyer").post(f"/shop/products/{made.cup.pk}/delete").status_code == 403
    assert Product.objects.count() == before


def test_the_matrix_takes_three_specs():
    """Two colours, two sizes, two lengths: eight rows, none twice; codes in order; then one price into every row."""
    typed = {"all-a": "松绿，雾灰", "all-b": "S,M", "all-c": "常规、加长", "all-price": "99", "all-code": "YZ"}
    first = [Row(0, None, "松绿", "S", "常规", price="88", code="YZ-02")]
    rows = [row for row in combined(first, typed) if row.used]
    assert len({(row.a, row.b, row.c) for row in rows}) == len(rows) == 8
    assert [row.price for row in rows] == ["88"] + ["99"] * 7
    assert len({row.code for row in rows}) == 8
    again = [row for row in spread(rows, {"all-price": "120", "all-stock": "5"}) if row.used]
    assert {(row.price, row.stock) for row in again} == {("120", "5")}


def test_plots_say_what_the_tables_say():
    """A step keeps its height until the next; bars are as high as their share of the highest and say their number; nothing gives nothing."""
    now = clock.now()
    assert plots.steps([], now, "price") == ""
    drawn = plots.steps([(now - timedelta(days=10), 100), (now - timedelta(days=5), 200)], now, "price")
    assert 'points="8.0,112.0 300.0,112.0 300.0,8.0 592.0,8.0 592.0,8.0"' in drawn
    made = plots.bars([plots.Bar("11-23", 0, "0"), plots.Bar("11-24", 5, "5"), plots.Bar("11-25", 10, "10")], "pieces")
    assert re.findall(r'class="bar" .*? height="([0-9.]+)"', made) == ["0.0", "60.0", "120.0"]
    assert re.findall(r"<title>(.*?)</title>", made) == ["11-23　0", "11-24　5", "11-25　10"]
