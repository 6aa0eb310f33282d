"""Coupons, points and the payment password over HTTP (D16.3, D16.6)."""

import pytest

from tests.core import deals
from wangdan.checkout.tests.market import Buyer, Market, buyer, market
from wangdan.desks.api.tests.caller import Caller
from wangdan.desks.api.tests.test_buying import wants
from wangdan.kernel import guards
from wangdan.orders.models import Purchase
from wangdan.promotions.models import Coupon

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Market:
    """A market that sends freight-free."""
    return deals.free_market(market())


@pytest.fixture
def one() -> Buyer:
    """A buyer with a password."""
    found = buyer()
    found.person.set_password("correct horse")
    with guards.exempt("tests arrange a password"):
        found.person.save(update_fields=["password"])
    return found


@pytest.fixture
def api(one: Buyer) -> Caller:
    """The buyer's program."""
    return Caller(one.person)


def test_claim_quote_and_place(shop: Market, one: Buyer, api: Caller) -> None:
    """From the coupon page to the order: the quote proposes, the place uses what it names, and says what became of it."""
    offer = deals.offer(shop.shops[0])
    assert [each["text"] for each in Caller().get("/coupons").json()["items"]] == ["满 50 减 10"]
    claimed = api.post(f"/coupons/{offer.pk}/claim", {})
    assert claimed.status_code == 200, claimed.content
    assert api.post(f"/coupons/{offer.pk}/claim", {}).json()["code"] == "promotions.claimed_before"
    number = claimed.json()["id"]
    body = wants(one, (shop.sku(price=6000), 1))
    quote = api.post("/checkout/quote", body).json()
    assert (quote["total"], [(each["id"], each["gives"], each["best"], each["used"]) for each in quote["coupons"]]) == (
        6000,
        [(number, 1000, True, False)],
    )
    best = api.post("/checkout/quote", body | {"coupon": "best"}).json()
    assert (best["total"], [step["step"] for step in best["steps"]]) == (5000, ["shop_coupon"])
    placed = api.post("/checkout/place", body | {"coupon": number, "payment_method": "sandbox", "expected_total": 5000})
    assert placed.status_code == 201, placed.content
    order = api.get(f"/orders/{placed.json()['orders'][0]['no']}").json()
    assert [(step["step"], step["amount"], step["funder"]) for step in order["lines"][0]["steps"]] == [("shop_coupon", 1000, "shop")]
    assert [each["status"] for each in api.get("/me/coupons?status=used").json()["items"]] == ["used"]
    again = api.post("/checkout/place", body | {"coupon": number, "payment_method": "sandbox", "expected_total": 5000})
    assert (again.status_code, again.json()["code"]) == (409, "promotions.cannot_redeem")


def test_a_code_is_claimed_when_it_is_named(shop: Market, one: Buyer, api: Caller) -> None:
    """Once, by quote or place; an unknown one is refused."""
    deals.offer(code="SPRING26")
    body = wants(one, (shop.sku(price=6000), 1))
    assert [api.post("/checkout/quote", body | {"coupon": "spring26"}).json()["total"] for _ in range(2)] == [5000, 5000]
    assert Coupon.objects.count() == 1
    assert api.post("/checkout/quote", body | {"coupon": "WINTER26"}).json()["code"] == "promotions.code_unknown"
    placed = api.post("/checkout/place", body | {"coupon": "SPRING26", "payment_method": "cod", "expected_total": 5000})
    assert placed.status_code == 201, placed.content


def test_points_with_the_payment_password(shop: Market, one: Buyer, api: Caller) -> None:
    """Needed, wrong, right; the same key answers the same though every call shows it anew."""
    deals.points(one, 900)
    assert (
        api.post("/me/payment_password", {"payment_password": "123456", "password": "correct horse"}).json()["code"]
        == "accounts.payment_password_easy"
    )
    assert api.post("/me/payment_password", {"payment_password": "260731", "password": "wrong"}).json()["code"] == "accounts.password_wrong"
    body = wants(one, (shop.sku(price=6000), 1)) | {"points": 900}
    place = body | {"payment_method": "sandbox", "expected_total": 5100}
    assert api.post("/checkout/place", place).json()["code"] == "accounts.payment_password_missing"
    assert api.post("/me/payment_password", {"payment_password": "260731", "password": "correct horse"}).json() == {"set": True}
    quote = api.post("/checkout/quote", body).json()
    assert quote["points"] == {"balance": 900, "most": 900, "most_worth": 900, "used": 900, "used_worth": 900}
    assert api.post("/checkout/place", place).json()["code"] == "accounts.payment_password_needed"
    wrong = api.post("/checkout/place", place | {"payment_password": "999999"})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["detail"]["left"]) == (422, "accounts.payment_password_wrong", 4)
    assert not Purchase.objects.exists()
    done = [api.post("/checkout/place", place | {"payment_password": "260731"}, idempotency_key="once") for _ in range(2)]
    assert [answer.status_code for answer in done] == [201, 201]
    assert done[0].content == done[1].content
    points = api.get("/me/points").json()
    assert (points["balance"], [row["points"] for row in points["items"]]) == (0, [-900, 900])


def test_anothers_are_not_there(shop: Market, one: Buyer, api: Caller) -> None:
    """Coupons and points are one's own; strangers have none."""
    deals.coupon(buyer())
    assert api.get("/me/coupons").json()["items"] == []
    assert Caller().get("/me/coupons").status_code == 401
    assert Caller().get("/me/points").status_code == 401
    assert api.get("/me/coupons?status=lost").status_code == 422
