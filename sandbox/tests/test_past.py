"""A shop's demo tells its own past: refunds and sign-offs go on from it, nobody is notified of it, nothing unsigned or misshapen gets in."""

import secrets
import time

from sandbox.running import Running
from sandbox.tests.shop import Shop


def paid(shop: Shop, no: str) -> dict[str, object]:
    """An attempt that was paid three days ago."""
    at = time.time() - 3 * 86400
    return {
        "no": no,
        "amount": 2599,
        "currency": "CNY",
        "payee": "wangdan",
        "notify_url": f"{shop.url}/hook",
        "status": "paid",
        "gateway_no": "SB1",
        "at": at,
    }


def waybill(no: str) -> dict[str, object]:
    """A parcel that is on its way since yesterday."""
    at = time.time() - 86400
    way = {"place": "浙江省 嘉兴市", "goal": "湖北省 武汉市", "pickup_at": at, "eta": at + 2 * 86400, "at": at}
    return {"no": no, "carrier": "qingyan", "booking": secrets.token_hex(6), "parcel_no": "P26TEST", "status": "in_transit", "cash": 0, **way}


def test_what_was_told_goes_on(box: Running, shop: Shop) -> None:
    """A refund through a visit of the past is paid, a parcel of the past is delivered and pushed; telling itself notifies nobody, twice is once."""
    told = {"attempts": [paid(shop, "T1")], "waybills": [waybill("QY0000000000001")]}
    assert box.call("POST", "/past", told).json() == {"new": 2}
    assert box.call("POST", "/past", told).json() == {"new": 0}
    assert shop.heard == []
    asked = box.call("GET", "/bank/attempts/T1").json()
    assert (asked["status"], asked["amount"], asked["gateway_no"]) == ("paid", 2599, "SB1")
    back = box.call("POST", "/bank/refunds", {"refund_no": "R1", "attempt_no": "T1", "amount": 2599, "currency": "CNY"})
    assert (back.status_code, back.json()["status"]) == (200, "done")
    assert box.client.post("/parcels/QY0000000000001/delivered").status_code == 200
    events = {said["event"] for _, said in shop.wait(2)}
    assert events == {"refunded", "delivered"}


def test_only_the_shop_tells_and_only_what_is_kept(box: Running, shop: Shop) -> None:
    """401 without a signature; 422 for an unknown table, a missing column, a value of no kind; nothing of it stays."""
    assert box.client.post("/past", json={"attempts": [paid(shop, "T2")]}).status_code == 401
    wrong = [{"faults": []}, {"attempts": {}}, {"attempts": [{"no": "T2"}]}, {"attempts": [paid(shop, "T2"), paid(shop, "T3") | {"amount": None}]}]
    assert [box.call("POST", "/past", each).status_code for each in wrong] == [422, 422, 422, 422]
    assert box.call("GET", "/bank/attempts/T2").json()["status"] == "open"
