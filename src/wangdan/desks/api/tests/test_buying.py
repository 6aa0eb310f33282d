"""Buying over HTTP: cart, quote, place, orders; what is refused and how, and that a repeated key answers to the byte."""

import json
from datetime import timedelta
from typing import Any

import pytest

from wangdan.accounts.models import Person
from wangdan.checkout.tests.market import Buyer, Market, address, buyer, market, member, stock_of
from wangdan.checkout.tests.threads import at_once
from wangdan.delivery.models import FreightTemplate
from wangdan.desks.api.tests.caller import Caller
from wangdan.desks.placing import place
from wangdan.kernel import clock, guards
from wangdan.kernel.errors import Problem
from wangdan.orders.models import Order, Purchase


@pytest.fixture
def shop(transactional_db: None) -> Market:
    """A market."""
    return market()


@pytest.fixture
def one(transactional_db: None) -> Buyer:
    """A buyer."""
    return buyer()


@pytest.fixture
def api(one: Buyer) -> Caller:
    """The buyer's program."""
    return Caller(one.person)


def wants(one: Buyer, *lines: tuple[Any, int], **more: Any) -> dict[str, Any]:
    """A body of quote or place."""
    return {"lines": [{"sku": sku.pk, "quantity": n} for sku, n in lines], "address": one.address.pk, "delivery": "courier", **more}


def test_from_cart_to_order(shop: Market, one: Buyer, api: Caller) -> None:
    """Cart → quote → place → order, time line, parcels (contract)."""
    first, second = shop.sku(price=1999), shop.sku(shop=1, price=12000)
    cart = api.post("/cart/lines", {"sku": first.pk, "quantity": 2})
    assert cart.status_code == 201, cart.content
    line = cart.json()["lines"][0]
    assert (line["sku"], line["quantity"], line["problem"], cart.json()["total"]) == (first.pk, 2, None, 3998)
    assert api.send("PATCH", f"/cart/lines/{line['id']}", {"quantity": 1}).json()["total"] == 1999
    api.post("/cart/lines", {"sku": second.pk, "quantity": 1})
    assert api.get("/cart").json()["pieces"] == 2
    body = {"cart": True, "address": one.address.pk, "delivery": "courier"}
    quote = api.post("/checkout/quote", body)
    assert quote.status_code == 200, quote.content
    assert [order["total"] for order in quote.json()["orders"]] == [2999, 12000]
    placed = api.post("/checkout/place", body | {"payment_method": "sandbox", "expected_total": quote.json()["total"]})
    assert placed.status_code == 201, placed.content
    answer = placed.json()
    assert (answer["total"], answer["currency"], len(answer["orders"])) == (14999, "CNY", 2)
    assert answer["orders"][0]["status"] == "awaiting_payment"
    assert answer["payment"]["pay_url"]
    no = answer["orders"][0]["no"]
    order = api.get(f"/orders/{no}").json()
    assert (order["no"], order["purchase_no"], order["status_text"]) == (no, answer["purchase_no"], "待付款")
    assert order["moves"] == ["cancel", "change_address", "change_slot"]
    assert order["totals"] == {"goods": 1999, "freight": 1000, "discount": 0, "total": 2999}
    assert order["address"]["phone"] == "13800006021"
    assert order["payment"]["status"] == "expected"
    assert [entry["operation"] for entry in api.get(f"/orders/{no}/timeline").json()["items"]] == ["checkout.place"]
    assert api.get(f"/orders/{no}/parcels").json() == {"items": [], "next": None}
    assert api.get("/cart").json()["lines"] == []


def test_lists_page_and_filter(shop: Market, one: Buyer, api: Caller) -> None:
    """Newest first, by keyset; by status, number, phone, name and day."""
    sku = shop.sku(price=1000)
    for _ in range(3):
        placed = api.post("/checkout/place", wants(one, (sku, 1), payment_method="cod", expected_total=2000))
        assert placed.status_code == 201, placed.content
    page = api.get("/orders?limit=2").json()
    rest = api.get(f"/orders?limit=2&cursor={page['next']}").json()
    numbers = [order["no"] for order in page["items"] + rest["items"]]
    assert (len(set(numbers)), rest["next"]) == (3, None)
    assert numbers == list(Order.objects.order_by("-id").values_list("no", flat=True))
    today = f"{clock.now() + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    for query, many in (
        ("status=awaiting_acceptance", 3),
        ("status=shipped", 0),
        ("status=nonsense", 0),
        (f"q={numbers[0]}", 1),
        (f"q={numbers[0].lower()}", 1),
        ("q=13800006021", 3),
        ("q=陈晓禾", 3),
        ("q=nobody", 0),
        (f"from={today}", 0),
        ("from=2020-01-01&to=2100-01-01", 3),
        ("to=2020-01-01", 0),
    ):
        assert len(api.get(f"/orders?{query}").json()["items"]) == many, query
    assert api.get("/orders?from=yesterday").status_code == 422
    assert api.get("/orders?limit=101").status_code == 422
    assert api.get("/orders?cursor=%00").status_code == 422


def test_a_repeated_key_answers_to_the_byte(shop: Market, one: Buyer, api: Caller) -> None:
    """Same key and body → same bytes; other body → 422; the list still shows one order."""
    sku = shop.sku(price=1000)
    body = wants(one, (sku, 1), payment_method="sandbox", expected_total=2000)
    first = api.post("/checkout/place", body, idempotency_key="k-1")
    again = api.post("/checkout/place", body, idempotency_key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    other = api.post("/checkout/place", wants(one, (sku, 2), payment_method="sandbox", expected_total=3000), idempotency_key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "kernel.key_reused")
    assert Purchase.objects.count() == 1
    no = first.json()["orders"][0]["no"]
    gone = api.post(f"/orders/{no}/cancel", {"reason": "买错了"}, idempotency_key="k-2")
    assert gone.json()["status"] == "cancelled"
    assert api.post(f"/orders/{no}/cancel", {"reason": "买错了"}, idempotency_key="k-2").content == gone.content
    assert api.post(f"/orders/{no}/cancel", {"reason": "买错了"}).status_code == 409


def test_refusals_of_placing(shop: Market, one: Buyer, api: Caller) -> None:
    """Price moved, stock short, cash over its limit, what is not there yet; nothing is left."""
    sku = shop.sku(price=1000, stock=2)
    moved = api.post("/checkout/place", wants(one, (sku, 1), payment_method="sandbox", expected_total=1))
    assert (moved.status_code, moved.json()["code"], moved.json()["detail"]["quote"]["total"]) == (409, "checkout.total_changed", 2000)
    short = api.post("/checkout/place", wants(one, (sku, 3), payment_method="sandbox", expected_total=4000))
    assert (short.status_code, short.json()["code"]) == (409, "inventory.cannot_hold")
    assert short.json()["detail"]["skus"][0]["sku"] == sku.pk
    dear = shop.sku(price=100_100)
    cash = api.post("/checkout/place", wants(one, (dear, 1), payment_method="cod", expected_total=100_100))
    assert (cash.status_code, cash.json()["code"]) == (409, "checkout.cash_limit")
    assert "1000.00" in cash.json()["message"]
    for field, value, answer in (
        ("coupon", "C1", (422, "promotions.code_unknown")),
        ("coupon", 7, (409, "promotions.cannot_redeem")),
        ("points", 100, (409, "promotions.points_short")),
        ("slot", 7, (409, "checkout.slot_unavailable")),
    ):
        refused = api.post("/checkout/quote", wants(one, (sku, 1), **{field: value}))
        assert (refused.status_code, refused.json()["code"]) == answer
    assert not Order.objects.exists()


QUANTITIES = ["-1", "0", "1.5", "1.0", "1000", "2147483648", "9223372036854775808", "NaN", "Infinity", "true", '"1"', "null", "[]", "{}", "1e3"]


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_no_quantity(shop: Market, one: Buyer, api: Caller, quantity: str) -> None:
    """422 wherever a quantity goes in."""
    sku = shop.sku()
    lines = f'[{{"sku": {sku.pk}, "quantity": {quantity}}}]'
    body = f'{{"lines": {lines}, "address": {one.address.pk}, "delivery": "courier", "payment_method": "sandbox", "expected_total": 1}}'
    for path, sent in (("/cart/lines", lines[1:-1]), ("/checkout/quote", body), ("/checkout/place", body)):
        answer = api.post(path, sent)
        assert answer.status_code == 422, (path, quantity, answer.content)
        assert answer.json()["code"]
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"lines": []},
        {"lines": None},
        {"lines": [{"sku": 1, "quantity": 1}] * 101},
        {"cart": True},
        {"address": None},
        {"address": "1"},
        {"address": -1},
        {"address": 2**63},
        {"delivery": "drone"},
        {"payment_method": "gold"},
        {"payment_method": 7},
        {"expected_total": -1},
        {"expected_total": 1.5},
        {"expected_total": True},
        {"note": "x" * 201},
        {"note": 5},
        {"pickup_point": "1"},
    ],
)
def test_malformed_bodies(shop: Market, one: Buyer, api: Caller, changed: dict[str, Any]) -> None:
    """422 with a code, never a 500."""
    answer = api.post("/checkout/place", wants(one, (shop.sku(), 1), payment_method="sandbox", expected_total=1) | changed)
    assert (answer.status_code, bool(answer.json()["code"])) == (422, True), answer.content
    assert not Order.objects.exists()


def test_what_nobody_asked_for_changes_nothing(shop: Market, one: Buyer, api: Caller) -> None:
    """Price, status, buyer and totals in a body are passed over."""
    body = wants(one, (shop.sku(price=1000), 1), payment_method="sandbox", expected_total=2000)
    body["lines"][0] |= {"price": 1, "total": 1, "discount": 999}
    placed = api.post("/checkout/place", body | {"status": "completed", "total": 1, "freight": 0, "buyer": 1, "root": 1, "paid_at": "2020-01-01"})
    assert placed.status_code == 201, placed.content
    order = Order.objects.get()
    assert (order.total, order.status, order.buyer_id, order.paid_at) == (2000, "awaiting_payment", one.person.pk, None)


def test_who_sees_and_who_may(shop: Market, one: Buyer, api: Caller) -> None:
    """Strangers 401, others 404, the shop sees a masked phone and may accept but not confirm or change the address."""
    sku = shop.sku(price=1000)
    no = api.post("/checkout/place", wants(one, (sku, 1), payment_method="cod", expected_total=2000)).json()["orders"][0]["no"]
    foreign = address(buyer("other").person)
    assert api.post("/checkout/quote", wants(one, (sku, 1), address=foreign.pk)).status_code == 404
    nobody = Caller()
    for path in ("/orders", f"/orders/{no}", f"/orders/{no}/timeline", f"/orders/{no}/parcels"):
        assert nobody.get(path).status_code == 401, path
    for path in (f"/orders/{no}/cancel", "/checkout/place", "/checkout/quote"):
        assert nobody.post(path, wants(one, (sku, 1), payment_method="cod", expected_total=2000, reason="x")).status_code == 401, path
    other = Caller(buyer("other").person)
    assert other.get(f"/orders/{no}").status_code == 404
    assert other.post(f"/orders/{no}/cancel", {"reason": "x"}).status_code == 404
    assert other.get("/orders").json()["items"] == []
    seller = Caller(Person.objects.get(pk=member(shop.shops[0], "shop_owner").id))
    found = seller.get(f"/orders/{no}").json()
    assert found["moves"] == ["accept", "decline", "cancel", "mark"]
    assert found["address"]["phone"] == "138 **** 6021"
    assert seller.post(f"/orders/{no}/confirm_receipt").status_code == 403
    assert seller.post(f"/orders/{no}/change_address", {"address": one.address.pk}).status_code == 403
    assert api.post(f"/orders/{no}/accept").status_code == 403
    rival = Caller(Person.objects.get(pk=member(shop.shops[1], "shop_owner").id))
    assert rival.post(f"/orders/{no}/accept").status_code == 404
    for move in ("pay", "expire", "ship", "deliver", "end", "open", "nonsense", "__init__"):
        assert api.post(f"/orders/{no}/{move}").status_code == 404, move
    assert api.post(f"/orders/{no}/cancel").status_code == 422
    assert Order.objects.get().status == "awaiting_acceptance"


def test_a_strangers_cart_over_http(shop: Market, one: Buyer, api: Caller) -> None:
    """The first line makes a cart and a token; at log-in it is merged."""
    nobody, sku = Caller(), shop.sku(price=300)
    token = nobody.post("/cart/lines", {"sku": sku.pk, "quantity": 2}).json()["token"]
    assert nobody.get("/cart", x_cart_token=token).json()["total"] == 600
    assert nobody.get("/cart").json()["lines"] == []
    line = nobody.get("/cart", x_cart_token=token).json()["lines"][0]["id"]
    assert api.send("DELETE", f"/cart/lines/{line}").status_code == 404
    assert api.post("/cart/merge", {"token": token}).json()["pieces"] == 2
    assert nobody.get("/cart", x_cart_token=token).json()["lines"] == []
    mine = api.get("/cart").json()["lines"][0]["id"]
    assert api.post("/cart/choose", {"chosen": False}).json()["chosen"] == 0
    assert api.send("DELETE", f"/cart/lines/{mine}").json()["lines"] == []


def test_the_address_of_an_order_changes_until_it_ships(shop: Market, one: Buyer, api: Caller) -> None:
    """C3: same freight or less is accepted, more is refused, another person's address is 404."""
    no = api.post("/checkout/place", wants(one, (shop.sku(price=1000), 1), payment_method="cod", expected_total=2000)).json()["orders"][0]["no"]
    near = address(one.person, name="陈大", phone="13900001111", detail="新路 1 号")
    with guards.exempt("the shop asks more for Tibet"):
        template = FreightTemplate.objects.get(shop=shop.shops[0])
        template.extra = {"54": 500}
        template.save()
    far = address(one.person, province="西藏自治区", city="拉萨市", district="城关区", code="540102")
    assert api.post(f"/orders/{no}/change_address", {"address": address(buyer("other").person).pk}).status_code == 404
    assert api.post(f"/orders/{no}/change_address").status_code == 422
    dearer = api.post(f"/orders/{no}/change_address", {"address": far.pk})
    assert (dearer.status_code, dearer.json()["code"], dearer.json()["detail"]["difference"]) == (409, "orders.address_costs_more", 500)
    changed = api.post(f"/orders/{no}/change_address", {"address": near.pk})
    assert changed.json()["address"]["detail"] == "新路 1 号"
    told = api.get(f"/orders/{no}/timeline").json()["items"][0]
    assert told["operation"] == "orders.change_address"
    assert "新路" not in json.dumps(told, ensure_ascii=False)


def test_no_piece_stays_behind_when_two_warehouses_run_dry_at_once(shop: Market) -> None:
    """Thirty buyers on ten pieces in each of two warehouses: exactly twenty orders."""
    sku = shop.sku(price=500, stock={0: 10, 1: 10})
    people = [buyer() for _ in range(30)]
    answers = at_once([lambda one=one: place(one.call(), asked=one.wants((sku, 1)), expected_total=1500) for one in people], width=30)
    assert sum(isinstance(answer, Problem) for answer in answers) == 10
    assert stock_of(sku) == (20, 20)
