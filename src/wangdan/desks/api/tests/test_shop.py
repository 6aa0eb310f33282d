"""A shop's own programs: products, prices and stock by code; another shop's goods are not there, twice is once (D07.3)."""

import json

import pytest

from wangdan.catalogue.models import Category, Price, Product, Sku
from wangdan.desks.api.tests.caller import Caller
from wangdan.inventory.models import Move, Stock
from wangdan.site import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made():
    """The built world with one product of each shop on sale."""
    built = world.built()
    built.cup = built.product(built.shops[0], "手作陶杯", 6800, {"松绿": 50, "雾灰": 3})
    built.board = built.product(built.shops[1], "机械键盘", 39900, 10)
    return built


def erp(made, name="seller"):
    """The shop's program."""
    return Caller(made.people[name])


def said(answer):
    """The document."""
    return json.loads(answer.content)


def state():
    """What a refusal must leave alone."""
    return (
        list(Product.objects.order_by("pk").values_list("title", "status", "price_min")),
        list(Sku.objects.order_by("pk").values_list("code", "price", "active")),
        list(Stock.objects.order_by("pk").values_list("on_hand", "held")),
        Move.objects.count(),
    )


def chair(**changed):
    """A product as a program sends it."""
    skus = [{"specs": {"颜色": "松绿"}, "price": 129900, "code": "YZ-1"}, {"specs": {"颜色": "雾灰"}, "price": 119900, "code": "YZ-2"}]
    return {"category": Category.objects.first().pk, "title": "绒面单人椅", "origin": "浙江安吉", "tags": ["客厅"], "skus": skus} | changed


def test_a_product_is_made_changed_and_sold(made):
    """A draft at 201, its price by code, a title alone, put on sale: each as the page would; prices are remembered."""
    shop = erp(made)
    answer = shop.send("POST", "/shop/products", chair(description="<p onclick=x>好</p>"))
    found = said(answer)
    assert (answer.status_code, found["status"], found["description"]) == (201, "draft", "<p>好</p>")
    assert [sku["code"] for sku in found["skus"]] == ["YZ-1", "YZ-2"]
    priced = said(shop.send("PATCH", "/shop/skus/YZ-2", {"price": 99900}))
    assert {sku["code"]: sku["price"] for sku in priced["skus"]} == {"YZ-1": 129900, "YZ-2": 99900}
    assert Price.objects.filter(sku__code="YZ-2").count() == 2
    renamed = said(shop.send("PATCH", f"/shop/products/{found['id']}", {"title": "绒面椅"}))
    assert (renamed["title"], renamed["origin"], len(renamed["skus"])) == ("绒面椅", "浙江安吉", 2)
    assert said(shop.send("POST", f"/shop/products/{found['id']}/put_on_sale"))["status"] == "on_sale"
    listed = said(shop.get("/shop/products?code=YZ-1"))["items"]
    assert [each["id"] for each in listed] == [found["id"]]


def test_stock_by_code_and_twice_is_once(made):
    """Received and counted in one's own warehouse; with the same key a repetition adds nothing."""
    sku = Sku.objects.filter(product=made.cup).order_by("pk").first()
    shop, body = erp(made), {"warehouse": made.warehouses[0].pk, "received": 7}
    path = f"/shop/skus/{sku.code}/stock"
    for _again in range(2):
        answer = shop.send("POST", path, body, idempotency_key="delivery-1")
        assert answer.status_code == 200, answer.content
    assert Stock.objects.get(sku=sku).on_hand == 57
    shop.send("POST", path, {"warehouse": made.warehouses[0].pk, "counted": 40})
    assert Stock.objects.get(sku=sku).on_hand == 40


def test_what_is_refused_changes_nothing(made):
    """Another shop's product, code and warehouse: 404; a buyer: 403; nonsense: 422; nobody: 401."""
    shop, before = erp(made), state()
    own, foreign = Sku.objects.filter(product=made.cup).first().code, Sku.objects.get(product=made.board).code
    cases = (
        (shop, "GET", f"/shop/products/{made.board.pk}", None, 404),
        (shop, "PATCH", f"/shop/products/{made.board.pk}", {"title": "我的"}, 404),
        (shop, "POST", f"/shop/products/{made.board.pk}/take_off_sale", None, 404),
        (shop, "PATCH", f"/shop/skus/{foreign}", {"price": 1}, 404),
        (shop, "POST", f"/shop/skus/{foreign}/stock", {"warehouse": made.warehouses[0].pk, "received": 1}, 404),
        (shop, "POST", f"/shop/skus/{own}/stock", {"warehouse": made.warehouses[2].pk, "received": 1}, 404),
        (shop, "POST", "/shop/products", chair(shop=made.shops[1].pk), 404),
        (shop, "PATCH", f"/shop/skus/{own}", {"price": 0}, 422),
        (shop, "POST", f"/shop/skus/{own}/stock", {"warehouse": made.warehouses[0].pk}, 422),
        (shop, "POST", "/shop/products", chair(title=""), 422),
        (shop, "POST", "/shop/products", chair(category=None), 422),
        (shop, "POST", f"/shop/products/{made.cup.pk}/explode", None, 404),
        (erp(made, "buyer"), "GET", "/shop/products", None, 403),
        (erp(made, "buyer"), "POST", "/shop/products", chair(), 403),
        (Caller(), "GET", "/shop/products", None, 401),
    )
    for who, method, path, body, status in cases:
        assert who.send(method, path, body).status_code == status, (method, path, body)
    assert state() == before


def test_lists_are_paged_and_ones_own(made):
    """Only the shop's goods, a page at a time."""
    for at in range(3):
        made.product(made.shops[0], f"陶碗 {at}", 3000)
    seen, cursor = [], ""
    while True:
        page = said(erp(made).get(f"/shop/products?limit=2{f'&cursor={cursor}' if cursor else ''}"))
        seen += [each["title"] for each in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 4
    assert "机械键盘" not in seen
