"""Goods, addresses and files over HTTP: fields of the contract, pages, filters, who sees what, and how many statements a list takes."""

import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from wangdan.accounts.models import Address, Person
from wangdan.accounts.operations import load_divisions
from wangdan.catalogue.models import Product
from wangdan.checkout.tests.market import Buyer, Market, buyer, market, member
from wangdan.desks.api.tests.caller import Caller
from wangdan.files.models import File
from wangdan.kernel import guards
from wangdan.kernel.act import SYSTEM, Call

pytestmark = pytest.mark.django_db(transaction=True)

HOME = {
    "name": "陈晓禾",
    "phone": "13800006021",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "street": "",
    "detail": "云溪路 20 号",
}
PRODUCT = {"id", "title", "price", "pictures", "shop", "skus"}
ORDER = {"no", "purchase_no", "status", "status_text", "lines", "totals", "address", "payment", "parcels", "moves"}
PARCEL = {"no", "status", "warehouse", "carrier", "waybill", "lines", "eta", "track", "moves"}


@pytest.fixture
def shop() -> Market:
    """A market."""
    return market()


@pytest.fixture
def one() -> Buyer:
    """A buyer."""
    return buyer()


@pytest.fixture
def api(one: Buyer) -> Caller:
    """The buyer's program."""
    return Caller(one.person)


def every(caller: Caller, path: str) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    items: list[dict[str, Any]] = []
    page = caller.get(path).json()
    while True:
        items += page["items"]
        if page["next"] is None:
            return items
        page = caller.get(f"{path}&cursor={page['next']}").json()


def statements(caller: Caller, path: str) -> int:
    """How many statements a read takes."""
    with CaptureQueriesContext(connection) as told:
        assert caller.get(path).status_code == 200
    return len(told)


def picture(colour: str = "red", kind: str = "PNG", side: int = 60) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, kind)
    return out.getvalue()


# ---- goods ----------------------------------------------------------------------------------------------------------


def test_a_product_has_the_fields_of_the_contract(shop: Market, api: Caller) -> None:
    """D15.4: title, price in minor units, shop, variants with stock as it is now."""
    sku = shop.sku(price=1999, stock=7, 颜色="松绿", 尺寸="1.2 米")
    shop.sku(price=2999, stock=0, product=sku.product, 颜色="雾灰", 尺寸="1.2 米")
    for found in (api.get(f"/products/{sku.product_id}").json(), Caller().get("/products").json()["items"][0]):
        assert set(found) >= PRODUCT
        assert (found["id"], found["title"], found["price"], found["currency"]) == (sku.product_id, sku.product.title, 1999, "CNY")
        assert found["shop"] == {"id": sku.product.shop_id, "name": sku.product.shop.name}
        shown = [(each["specs"], each["price"], each["available"]) for each in found["skus"]]
        assert shown == [({"颜色": "松绿", "尺寸": "1.2 米"}, 1999, 7), ({"颜色": "雾灰", "尺寸": "1.2 米"}, 2999, 0)]
    api.post("/cart/lines", {"sku": sku.pk, "quantity": 7})
    assert api.get(f"/products/{sku.product_id}").json()["skus"][0]["available"] == 7, "a cart reserves nothing"


def test_what_is_not_on_sale_is_the_shops_own_business(shop: Market, api: Caller) -> None:
    """404 for buyers; the shop's people see it with nothing available; no list shows it."""
    sku = shop.sku(stock=5)
    with guards.exempt("taken off sale"):
        Product.objects.filter(pk=sku.product_id).update(status="off_sale")
    assert api.get(f"/products/{sku.product_id}").status_code == 404
    owner = Caller(Person.objects.get(pk=member(shop.shops[0], "shop_owner").id))
    assert owner.get(f"/products/{sku.product_id}").json()["skus"][0]["available"] == 0
    assert owner.get("/products").json()["items"] == []
    for bad in ("0", "-1", "x", "9223372036854775808", "1.5", "%00"):
        assert api.get(f"/products/{bad}").status_code in (404, 422), bad
    assert api.get("/products/999999").status_code == 404


@pytest.mark.parametrize(
    ("sort", "key"), [("price", lambda each: each["price"]), ("-price", lambda each: -each["price"]), ("sold", lambda each: -each["sold"])]
)
def test_pages_show_everything_once_in_order(shop: Market, sort: str, key: Any) -> None:
    """Keyset pages, also among equal values."""
    for at in range(7):
        sku = shop.sku(price=1000 + at % 3)
        with guards.exempt("sold before"):
            Product.objects.filter(pk=sku.product_id).update(sold=at % 2)
    found = every(Caller(), f"/products?sort={sort}&limit=2")
    assert (len(found), len({each["id"] for each in found})) == (7, 7)
    assert [key(each) for each in found] == sorted(map(key, found))


def test_what_a_list_of_goods_is_narrowed_by(shop: Market) -> None:
    """Category by id or slug, shop, price, stock; what does not exist finds nothing, what makes no sense is refused."""
    cheap, dear = shop.sku(price=1000, stock=0), shop.sku(price=5000, shop=1)
    category = shop.category
    for query, wanted in (
        (f"category={category.pk}", {cheap, dear}),
        (f"category={category.slug}", {cheap, dear}),
        ("category=nonsense", set()),
        ("category=999999999999999999999", set()),
        (f"shop={shop.shops[1].pk}", {dear}),
        ("price_from=2000", {dear}),
        ("price_to=2000", {cheap}),
        ("in_stock=true", {dear}),
        ("q=zzzzzz", set()),
        ("q=%25", set()),
        ("q=%20", {cheap, dear}),
    ):
        found = Caller().get(f"/products?{query}")
        assert {each["id"] for each in found.json()["items"]} == {sku.product_id for sku in wanted}, query
    for query in (
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=x",
        "sort=nonsense",
        "cursor=x",
        "cursor=%00",
        "cursor=99999999999999999999",
        "price_from=-1",
    ):
        assert Caller().get(f"/products?{query}").status_code == 422, query
    assert Caller().get(f"/products?q={'x' * 81}").status_code == 422
    [place] = [each for each in Caller().get("/categories").json()["items"] if each["id"] == category.pk]
    assert (place["name"], place["slug"], place["parent"]) == ("家居", category.slug, None)


def test_what_a_list_can_be_narrowed_by(shop: Market) -> None:
    """D05.2: facets with counts on the first page when they are asked for; tag and attributes narrow; what is no attribute is refused."""
    green = shop.sku(price=1000, 颜色="松绿")
    grey = [shop.sku(price=price, shop=1, 颜色="雾灰") for price in (2000, 9000, 30000)]
    with guards.exempt("a tag, and a parameter that repeats the variants"):
        Product.objects.filter(pk=green.product_id).update(tags=["新品"], parameters=[["颜色", "松绿、雾灰"]])
    answer = Caller().get("/products?facets=true&limit=2").json()
    found = answer["facets"]
    assert {(each["id"], each["count"]) for each in found["shops"]} == {(shop.shops[0].pk, 1), (shop.shops[1].pk, 3)}
    assert found["tags"] == [{"tag": "新品", "count": 1}]
    assert found["attributes"] == [{"name": "颜色", "values": [{"value": "雾灰", "count": 3}, {"value": "松绿", "count": 1}]}]
    assert found["more"] is False
    assert len(found["prices"]) > 1
    for each in found["prices"]:
        bounds = "&".join(f"{name}={each[name]}" for name in ("price_from", "price_to") if each[name] is not None)
        assert len(Caller().get(f"/products?{bounds}").json()["items"]) == each["count"], bounds
    assert "facets" not in Caller().get(f"/products?facets=true&limit=2&cursor={answer['next']}").json()
    assert "facets" not in Caller().get("/products").json()
    for query, wanted in (
        ("tag=新品", {green}), ("tag=旧品", set()), ("attribute=颜色:雾灰", set(grey)), ("attribute=颜色:雾灰&attribute=颜色:松绿", set()),
    ):  # fmt: skip
        items = Caller().get(f"/products?{query}").json()["items"]
        assert {each["id"] for each in items} == {sku.product_id for sku in wanted}, query
    for query in ("attribute=颜色", "attribute=:", "tag=" + "x" * 21, "&".join(["attribute=a:b"] * 7), "facets=perhaps"):
        assert Caller().get(f"/products?{query}").status_code == 422, query


# ---- addresses ------------------------------------------------------------------------------------------------------


def test_the_address_book(api: Caller, one: Buyer) -> None:
    """Added, listed with the default first, changed in part, removed; the key repeats the answer to the byte."""
    first = api.post("/addresses", HOME | {"default": True}, idempotency_key="k")
    assert (first.status_code, api.post("/addresses", HOME | {"default": True}, idempotency_key="k").content) == (201, first.content)
    assert api.post("/addresses", HOME, idempotency_key="k").json()["code"] == "kernel.key_reused"
    made = first.json()
    assert {name: made[name] for name in HOME} == HOME
    assert (made["default"], made["code"]) == (True, "330110")
    second = api.post("/addresses", HOME | {"province": "北京市", "city": "北京市", "district": "朝阳区"}).json()
    assert [each["id"] for each in every(api, "/addresses?limit=1")] == [made["id"], second["id"], one.address.pk]
    changed = api.patch(f"/addresses/{second['id']}", {"detail": "三里屯 1 号", "default": True}).json()
    assert (changed["detail"], changed["district"], changed["default"]) == ("三里屯 1 号", "朝阳区", True)
    assert [each["default"] for each in api.get("/addresses").json()["items"]] == [True, False, False]
    assert api.delete(f"/addresses/{second['id']}").status_code == 204
    assert api.get(f"/addresses/{second['id']}").status_code == 404
    assert Address.objects.filter(person=one.person).count() == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"district": "不存在区"}, "accounts.division_unknown"),
        ({"city": "武汉市"}, "accounts.division_unknown"),
        ({"district": ""}, "accounts.division_unknown"),
        ({"phone": "12"}, "accounts.phone_malformed"),
        ({"name": "  "}, "accounts.text_missing"),
        ({"detail": ""}, "accounts.text_missing"),
        ({"detail": "x" * 201}, "accounts.text_malformed"),
        ({"name": 5}, "kernel.malformed"),
        ({"name": None}, "kernel.malformed"),
        ({"detail": "x" * 2000}, "kernel.malformed"),
        ({"default": "yes"}, "kernel.malformed"),
    ],
)
def test_no_address(api: Caller, one: Buyer, changed: dict[str, object], code: str) -> None:
    """422 with a code, and the book is as it was."""
    refused = api.post("/addresses", HOME | changed)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    refused = api.patch(f"/addresses/{one.address.pk}", changed)
    assert refused.status_code == (200 if changed == {"name": None} else 422)
    assert [each["detail"] for each in api.get("/addresses").json()["items"]] == ["云溪路 20 号"]


def test_another_persons_addresses_are_not_there(api: Caller) -> None:
    """401 for strangers, 404 for others, the office included; nothing has changed."""
    foreign = buyer("other").address
    office = Caller(Person.objects.get(pk=member(market().platform, "admin").id))
    for caller, status in ((Caller(), 401), (api, 404), (office, 404)):
        assert caller.get(f"/addresses/{foreign.pk}").status_code == status
        assert caller.patch(f"/addresses/{foreign.pk}", {"detail": "x"}).status_code == status
        assert caller.delete(f"/addresses/{foreign.pk}").status_code == status
    for path in ("/addresses", "/addresses/parse"):
        assert Caller().post(path, HOME | {"text": "x"}).status_code == 401
    assert Address.objects.get(pk=foreign.pk).detail == foreign.detail


def test_a_pasted_text_and_the_divisions(api: Caller) -> None:
    """The text is read and not kept; the pickers' table answers level by level."""
    text = "收件人:张三\n电话:138-0000-1111\n地址:上海市浦东新区张江镇祖冲之路100号"
    read = api.post("/addresses/parse", {"text": text}, idempotency_key="k")
    wanted = {"name": "张三", "phone": "13800001111", "province": "上海市", "city": "市辖区", "district": "浦东新区"}
    assert read.json() == wanted | {"street": "张江镇", "detail": "祖冲之路100号", "code": "310115"}
    assert api.post("/addresses/parse", {"text": text}, idempotency_key="k").content == read.content
    assert api.post("/addresses/parse", {"text": "x"}, idempotency_key="k").json()["code"] == "kernel.key_reused"
    assert Address.objects.count() == 1
    added = api.post("/addresses", read.json())
    assert (added.status_code, added.json()["code"]) == (201, "310115")
    for bad in ({"text": 5}, {"text": "x" * 2001}, {}):
        assert api.post("/addresses/parse", bad).status_code == 422
    load_divisions(Call(SYSTEM))
    assert len(Caller().get("/divisions").json()["items"]) == 34
    assert {"code": "330110", "name": "余杭区", "level": 3} in Caller().get("/divisions?parent=3301").json()["items"]
    assert Caller().get("/divisions?parent=999999").json()["items"] == []
    assert Caller().get("/divisions?parent=3x").status_code == 422


# ---- files ----------------------------------------------------------------------------------------------------------


def test_a_picture_is_its_owners(api: Caller) -> None:
    """201 with id and address, fetched with the token only; the key repeats the answer; another picture under it is refused."""
    sent = api.upload(picture(), idempotency_key="k")
    assert (sent.status_code, api.upload(picture(), idempotency_key="k").content) == (201, sent.content)
    assert api.upload(picture("blue"), idempotency_key="k").json()["code"] == "kernel.key_reused"
    made = sent.json()
    fetched = api.client.get(made["url"], headers=api.headers)
    assert (fetched.status_code, fetched["Content-Type"]) == (200, "image/webp")
    with Image.open(io.BytesIO(b"".join(fetched.streaming_content))) as shown:
        assert shown.size == (60, 60)
    other = Caller(buyer("other").person)
    assert (other.client.get(made["url"]).status_code, other.client.get(made["url"], headers=other.headers).status_code) == (404, 404)
    assert (api.get(f"/files/{made['id']}").json(), other.get(f"/files/{made['id']}").status_code) == (made, 404)
    assert api.upload(picture("green", "JPEG"), name="anything").status_code == 201
    assert File.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"hello", "files.not_a_picture"),
        (b"", "files.not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'/>", "files.not_a_picture"),
        (picture()[:60], "files.not_a_picture"),
        (picture(side=8), "files.too_small"),
        (picture() + b"0" * (10 * 1024 * 1024), "files.too_large"),
    ],
)
def test_no_picture(api: Caller, content: bytes, code: str) -> None:
    """422 with a code, nothing kept."""
    refused = api.upload(content)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert not File.objects.exists()
    assert Caller().upload(content).status_code == 401
    assert api.post("/files", {}).status_code == 422


# ---- budgets --------------------------------------------------------------------------------------------------------


def placed(shop: Market, caller: Caller, of: Buyer, method: str) -> str:
    """A placed order of two lines."""
    lines = [{"sku": shop.sku(price=1000).pk, "quantity": 1} for _ in range(2)]
    body = {"lines": lines, "address": of.address.pk, "delivery": "courier", "payment_method": method}
    total = caller.post("/checkout/quote", body).json()["total"]
    answer = caller.post("/checkout/place", body | {"expected_total": total})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["orders"][0]["no"])


def test_lists_take_as_many_statements_for_many_rows_as_for_one(shop: Market, one: Buyer, api: Caller) -> None:
    """No list asks once more per row: orders with parcels and money, parcels with their way, goods, cart, addresses, time lines."""
    owner = Caller(Person.objects.get(pk=member(shop.shops[0], "shop_owner").id))
    numbers = [placed(shop, api, one, method) for method in ("cod", "sandbox")]
    assert owner.post(f"/orders/{numbers[0]}/accept").status_code == 200
    api.post("/cart/lines", {"sku": shop.sku().pk, "quantity": 1})
    reads = [(api, "/orders"), (owner, "/orders"), (owner, "/parcels"), (api, "/products"), (api, "/cart"), (api, "/addresses"), (api, "/categories")]
    before = {(at, path): statements(caller, path) for at, (caller, path) in enumerate(reads)}
    for _ in range(3):
        numbers += [placed(shop, api, one, method) for method in ("cod", "sandbox")]
        assert owner.post(f"/orders/{numbers[-2]}/accept").status_code == 200
        api.post("/cart/lines", {"sku": shop.sku().pk, "quantity": 1})
        api.post("/addresses", HOME)
    after = {(at, path): statements(caller, path) for at, (caller, path) in enumerate(reads)}
    assert after == before
    assert max(after.values()) <= 12, after
    found = api.get("/orders").json()["items"]
    assert len(found) == len(numbers) == 8
    for order in found:
        assert set(order) >= ORDER
        for parcel in order["parcels"]:
            assert set(parcel) >= PARCEL
            assert parcel["moves"] == [], "a buyer does not pack his own parcel"
    assert [parcel["moves"] for parcel in owner.get("/parcels").json()["items"]] == [["pick"]] * 4
    assert [order["payment"]["pay_url"] is None for order in found] == [order["payment_method"] == "cod" for order in found]
    assert all("pay_url" not in order["payment"] for order in owner.get("/orders").json()["items"])
    assert [each["no"] for each in every(owner, "/parcels?limit=1")] == [each["no"] for each in owner.get("/parcels").json()["items"]]
