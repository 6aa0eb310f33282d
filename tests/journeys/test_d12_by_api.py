"""D12.1–8 by API, as a program would do it: what `./wangdan demo` tells in words."""

import secrets

import httpx

from tests.journeys.conftest import System
from wangdan.site import walk


def test_one_order_travels_by_api_from_the_shelf_to_completion(system: System):
    """Every step by the token of the person whose step it is."""
    told = list(walk.goods_order(system.url, system.sandbox))
    assert "已完成" in told[-1]
    assert any("运单号" in sentence for sentence in told)


def test_one_key_is_one_order_and_another_body_is_refused(system: System):
    """A repeated placing answers to the letter; the key with another body is 422 and orders nothing."""
    buyer = walk.Seat(system.url, "buyer2").log_in()
    _detail, sku = walk.choose(buyer)
    order = {"lines": [{"sku": sku["id"], "quantity": 1}], "address": walk.address(buyer), "delivery": "courier"}
    wanted = {**order, "payment_method": "sandbox", "expected_total": buyer.post("/checkout/quote", order)["total"]}
    key = secrets.token_urlsafe(12)
    placed = buyer.post("/checkout/place", wanted, key=key)
    assert buyer.post("/checkout/place", wanted, key=key) == placed
    headers = {"Authorization": f"Bearer {buyer.token}", "Idempotency-Key": key}
    other = httpx.post(f"{system.url}/api/v1/checkout/place", json={**wanted, "note": "other"}, headers=headers, timeout=20)
    assert (other.status_code, other.json()["code"]) == (422, "kernel.key_reused")
    mine = [row["no"] for row in buyer.get("/orders", limit=5)["items"]]
    assert mine[0] == placed["orders"][0]["no"]
