"""Coupons, points and the payment password on the buyer's pages (D16.3, D16.6)."""

import pytest
from django.test import Client

from tests.core import deals
from wangdan.accounts.models import PaymentPassword
from wangdan.checkout.tests.market import Buyer, Market, buyer, market
from wangdan.kernel import guards
from wangdan.orders.models import Order
from wangdan.promotions.models import Coupon

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Market:
    """A market that sends freight-free."""
    return deals.free_market(market())


@pytest.fixture
def one() -> Buyer:
    """A buyer."""
    return buyer()


@pytest.fixture
def page(one: Buyer) -> Client:
    """His browser."""
    client = Client()
    with guards.exempt("tests log in"):
        client.force_login(one.person)
    return client


def text(page: Client, path: str) -> str:
    """What a page says."""
    answer = page.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_claimed_on_the_page_and_by_code(shop: Market, one: Buyer, page: Client) -> None:
    """Strangers see it and log in to claim; a second time one reads why not."""
    offer = deals.offer(shop.shops[0])
    deals.offer(code="HERBST26", name="口令")
    assert "满 50 减 10" in text(Client(), "/coupons")
    assert Client().post(f"/coupons/{offer.pk}/claim").status_code == 302
    page.post(f"/coupons/{offer.pk}/claim")
    assert "您已经领过了" in page.post(f"/coupons/{offer.pk}/claim", follow=True).content.decode()
    assert "口令" in page.post("/coupons/code", {"code": "herbst26"}, follow=True).content.decode()
    assert Coupon.objects.filter(person=one.person).count() == 2
    assert "去使用" in text(page, "/coupons")


def test_from_the_checkout_to_the_coupons_and_back(shop: Market, one: Buyer, page: Client) -> None:
    """Who went to fetch a coupon finds the way back to his checkout, also after claiming; nobody is led off the site."""
    offer, sku = deals.offer(shop.shops[0]), shop.sku(price=6000)
    assert "/coupons?back=/checkout%3Fsku%3D" in text(page, f"/checkout?sku={sku.pk}&quantity=1")
    here = f"/coupons?back=/checkout%3Fsku%3D{sku.pk}"
    shown = text(page, here)
    assert f'href="/checkout?sku={sku.pk}">回去接着买' in shown
    assert page.post(f"/coupons/{offer.pk}/claim", {"back": here})["Location"] == here
    assert "已领" in text(page, here)
    assert "回去接着买" not in text(page, "/coupons?back=https://elsewhere.example/")


def test_the_product_and_the_cart_say_what_works(shop: Market, one: Buyer, page: Client) -> None:
    """A reduction by itself, a coupon to claim; the cart counts both and says what is missing."""
    deals.offer(shop.shops[0], way="reduction", rungs=((10000, 2000),))
    coupon, sku = deals.offer(shop.shops[0]), shop.sku(price=6000)
    said = text(page, f"/p/{sku.product_id}")
    assert "满 100 减 20" in said
    assert f"/coupons/{coupon.pk}/claim" in said
    page.post("/cart/add", {"sku": sku.pk, "quantity": 1})
    assert "再买 40.00 就能用" in text(page, "/cart")
    page.post(f"/coupons/{coupon.pk}/claim")
    said = text(page, "/cart")
    assert "¥50" in said.replace("<small>", "").replace("</small>", "") or "50" in said
    assert "店铺承担" in said


def test_the_checkout_chooses_the_best_and_obeys(shop: Market, one: Buyer, page: Client) -> None:
    """Before a choice the best; afterwards what stands in the list; a coupon that is gone is left out with a word."""
    coupon, sku = deals.coupon(one, shop.shops[0]), shop.sku(price=6000)
    here = f"/checkout?sku={sku.pk}&quantity=1"
    assert 'name="expected_total" value="5000"' in text(page, here)
    assert 'name="expected_total" value="6000"' in text(page, here + "&picked=1&coupon=")
    assert 'name="expected_total" value="5000"' in text(page, here + f"&picked=1&coupon={coupon.pk}")
    answer = page.get(here + "&picked=1&coupon=999999")
    assert "已经用过、过期或不在您名下" in answer.content.decode()
    assert 'name="expected_total" value="6000"' in answer.content.decode()


def test_points_are_spent_with_the_payment_password(shop: Market, one: Buyer, page: Client) -> None:
    """First it is set, then asked; a wrong one leaves everything as it was; the page of points tells the story."""
    deals.points(one, 1000)
    sku = shop.sku(price=6000)
    here = f"/checkout?sku={sku.pk}&quantity=1&picked=1"
    assert "先设置支付密码" in text(page, here)
    deals.proof(one)
    with guards.exempt("tests log in"):
        page.force_login(one.person)
    assert 'name="payment_password"' in text(page, here + "&points=1000")
    body = {
        "sku": sku.pk,
        "quantity": 1,
        "address": one.address.pk,
        "picked": "1",
        "points": 1000,
        "payment_method": "cod",
        "expected_total": 5000,
        "delivery": "courier",
    }
    wrong = page.post("/checkout", body | {"payment_password": "111222", "nonce": "a"})
    assert (wrong.status_code, "还可以试 4 次" in wrong.content.decode()) == (422, True)
    assert "111222" not in wrong.content.decode()
    assert 'id="f-pay-why">支付密码不对' in wrong.content.decode()
    assert not Order.objects.exists()
    assert PaymentPassword.objects.get().wrong == 1
    assert page.post("/checkout", body | {"payment_password": "260731", "nonce": "b"}).status_code == 302
    said = [page.post("/checkout", body | {"payment_password": "111222", "nonce": f"c{n}"}).content.decode() for n in range(5)]
    assert ["已锁定" in each for each in said] == [False] * 4 + [True], "the try that locks says so"
    assert Order.objects.get().total == 5000
    assert "下单抵扣" in text(page, "/me/points")
    assert "积分" in text(page, f"/me/orders/{Order.objects.get().no}")


def test_the_payment_password_page(shop: Market, one: Buyer, page: Client) -> None:
    """Two that differ and easy ones are refused; a good one is set, and the profile says so."""
    one.person.set_password("correct horse")
    with guards.exempt("tests arrange a password"):
        one.person.save(update_fields=["password"])
        page.force_login(one.person)
    path = "/me/payment-password"
    assert page.post(path, {"own": "correct horse", "new": "260731", "again": "260730"}).status_code == 422
    assert page.post(path, {"own": "correct horse", "new": "123456", "again": "123456"}).status_code == 422
    assert page.post(path, {"own": "falsch", "new": "260731", "again": "260731"}).status_code == 422
    assert not PaymentPassword.objects.exists()
    assert "未设置" in text(page, "/me/profile")
    done = page.post(path, {"own": "correct horse", "new": "260731", "again": "260731", "next": "/checkout?sku=1"})
    assert done["Location"] == "/checkout?sku=1"
    assert PaymentPassword.objects.exists()
