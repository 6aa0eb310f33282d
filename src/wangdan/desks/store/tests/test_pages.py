"""The store's pages on a built world: they answer, stay within their statements, and sell one thing from shelf to receipt."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wangdan.accounts import operations as accounts
from wangdan.catalogue.models import Product, Sku
from wangdan.checkout.models import CartLine
from wangdan.orders.models import Order
from wangdan.payments.models import Payment
from wangdan.site import world

pytestmark = pytest.mark.django_db(transaction=True)
HTML_LIMIT = 60 * 1024


@pytest.fixture
def shop():
    """A world with a few goods, a buyer with an address."""
    made = world.built()
    made.product(made.shops[0], "绒面单人椅 客厅阅读椅 实木脚", 129900, {"松绿": 20, "燕麦": 3, "雾蓝": 0})
    made.product(made.shops[0], "落地灯 客厅卧室 三档调光", 32900, 12)
    made.product(made.shops[1], "头戴式降噪耳机 40 小时续航", 45900, {"烟灰": 2, "月白": 9})
    accounts.add_address(made.call("buyer"), to=world.HOMES[0], default=True)
    return made


def visitor(made, name=""):
    """A browser, logged in if named."""
    client = Client()
    if name:
        client.force_login(made.people[name])
    return client


def statements(client, path):
    """How many statements a page takes, once its texts are warm; the page itself."""
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    assert len(answer.content) <= HTML_LIMIT, path
    return len(seen), answer.content.decode()


def nonce(page):
    """The key of the first form."""
    return re.search(r'name="nonce" value="(\w+)"', page).group(1)


def test_pages_stay_within_their_statements(shop):
    """Home ≤ 12, search ≤ 10, product ≤ 11, cart ≤ 10, order list ≤ 10."""
    buyer = visitor(shop, "buyer")
    for sku in Sku.objects.order_by("pk")[:2]:
        buyer.post("/cart/add", {"sku": sku.pk, "quantity": 1})
    budget = {"/": 12, "/search?q=椅": 10, "/p/%d" % Product.objects.first().pk: 11, "/cart": 10, "/me/orders": 10, "/me": 10, "/categories": 10}  # noqa: UP031
    over = {path: taken for path, most in budget.items() if (taken := statements(buyer, path)[0]) > most}
    assert over == {}


def test_search_finds_filters_and_mends(shop):
    """Words, price, stock, shop; a mistyped word is mended and says so."""
    anybody = visitor(shop)
    assert "落地灯" in statements(anybody, "/search?q=落地灯")[1]
    assert "落地灯" in statements(anybody, "/search?q=luodideng")[1]
    assert "绒面单人椅" not in statements(anybody, "/search?to=400&sort=price")[1]
    assert "降噪耳机" in statements(anybody, f"/search?shop={shop.shops[1].pk}&stock=1&sort=new")[1]
    assert anybody.get("/search?q=%00&cursor=zzz&from=x&shop=99999999999999999999").status_code == 200


def test_a_variant_is_a_link_and_says_its_stock(shop):
    """Without script another variant is another address with its own price and stock."""
    page = statements(visitor(shop), f"/p/{Product.objects.first().pk}")[1]
    assert "缺货" in page
    empty = Sku.objects.get(specs={"颜色": "雾蓝"})
    assert "没有货" in statements(visitor(shop), f"/p/{empty.product_id}?sku={empty.pk}")[1]


def test_a_strangers_cart_comes_along_at_log_in(shop):
    """Anonymous cart; buying needs a log-in, and the cart is still there after it."""
    client, sku = visitor(shop), Sku.objects.first()
    client.post("/cart/add", {"sku": sku.pk, "quantity": 2})
    assert "购物车（2）" in client.get("/cart").content.decode()
    assert client.get("/checkout")["Location"] == "/login?next=/checkout"
    client.force_login(shop.people["buyer"])
    assert "购物车（2）" in client.get("/cart").content.decode()
    assert CartLine.objects.get().cart.person_id == shop.people["buyer"].pk


def test_lines_change_in_place(shop):
    """Quantity by the stepper without script, another variant, a tick, and out."""
    client = visitor(shop, "buyer")
    green, oat = Sku.objects.order_by("pk")[:2]
    client.post("/cart/add", {"sku": green.pk, "quantity": 1})
    line = CartLine.objects.get()
    client.post("/cart/quantity", {"line": line.pk, "quantity": 1, "step": "1"})
    client.post("/cart/change", {"line": line.pk, "sku": oat.pk})
    client.post("/cart/choose", {"line": line.pk, "chosen": "0"})
    line.refresh_from_db()
    assert (line.quantity, line.sku_id, line.chosen) == (2, oat.pk, False)
    assert "换规格" in client.get(f"/cart?change={line.pk}").content.decode()
    client.post("/cart/remove", {"line": line.pk})
    assert "购物车还是空的" in client.get("/cart").content.decode()


def test_buying_from_shelf_to_order(shop):
    """Buy now → checkout → place once, whatever the clicks → pay page → order page → cancel page → cancelled."""
    client, sku = visitor(shop, "buyer"), Sku.objects.first()
    path = client.post("/buy", {"sku": sku.pk, "quantity": 2})["Location"]
    page = statements(client, path)[1]
    assert "2,598" in page
    form = {"sku": sku.pk, "quantity": 2, "delivery": "courier", "payment_method": "sandbox", "nonce": nonce(page)}
    moved = client.post("/checkout", form | {"expected_total": 1})
    assert moved.status_code == 409
    assert "总价变了" in moved.content.decode()
    placed = client.post("/checkout", form | {"expected_total": 259800})
    again = client.post("/checkout", form | {"expected_total": 259800})
    assert placed["Location"] == again["Location"] == f"/pay/{Payment.objects.get().no}"
    assert "2,598" in statements(client, placed["Location"])[1]
    assert "正在等银行的消息" in statements(client, placed["Location"] + "/result")[1]
    order = Order.objects.get()
    assert "待付款" in statements(client, f"/me/orders/{order.no}")[1]
    assert "货放回货架" in client.get(f"/me/orders/{order.no}/cancel").content.decode().replace("留给您的", "")
    client.post(f"/me/orders/{order.no}/cancel", {"reason": "买错了"})
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert "买错了" in statements(client, f"/me/orders/{order.no}")[1]


def test_too_many_pieces_name_the_goods(shop):
    """What ran short is named with what is left."""
    client, sku = visitor(shop, "buyer"), Sku.objects.get(specs={"颜色": "燕麦"})
    answer = client.get(f"/checkout?sku={sku.pk}&quantity=50")
    assert answer.status_code == 409
    assert "剩 3 件" in answer.content.decode()


def test_others_orders_are_not_there(shop):
    """An order of somebody else, a payment of somebody else, a product that is none: the same 404."""
    client, sku = visitor(shop, "buyer"), Sku.objects.first()
    client.post("/checkout", {"sku": sku.pk, "quantity": 1, "payment_method": "cod", "expected_total": 129900})
    client.post("/checkout", {"sku": sku.pk, "quantity": 1, "payment_method": "sandbox", "expected_total": 129900})
    other = visitor(shop, "buyer2")
    order, payment = Order.objects.get(), Payment.objects.get()
    for path in (f"/me/orders/{order.no}", f"/pay/{payment.no}", "/p/999999", "/c/nowhere", "/nowhere"):
        assert other.get(path).status_code == 404, path
