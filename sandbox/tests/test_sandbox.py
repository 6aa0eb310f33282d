"""The outside world does what the contract says: pays, refunds, carries, delivers messages, misbehaves on demand, forgets nothing."""

import base64
import hashlib
import hmac
import json
import secrets
import signal
import time
from typing import Any

import pytest

from sandbox.running import Running
from sandbox.tests.shop import SECRET, Shop


def link(shop: Shop, no: str = "", amount: int = 2599, expires: int = 600) -> tuple[str, str]:
    """A signed pay link: (attempt number, path)."""
    no = no or f"T{secrets.token_hex(5)}"
    said = {"no": no, "amount": amount, "currency": "CNY", "payee": "wangdan", "title": "订单 A", "notify": f"{shop.url}/hook"}
    said |= {"back": f"{shop.url}/orders", "expires": int(time.time()) + expires}
    payload = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    return no, f"/pay/{payload}.{hmac.new(SECRET.encode(), b'pay' + bytes([10]) + payload.encode(), hashlib.sha256).hexdigest()}"


def test_a_person_pays_on_the_page(box: Running, shop: Shop) -> None:
    no, path = link(shop)
    html = {"Accept": "text/html"}
    page = box.client.get(path, headers=html)
    assert page.status_code == 200
    for words in ("¥25.99", "wangdan", no, "支付成功", "支付失败", "返回商家", 'lang="zh-Hans"'):
        assert words in page.text
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert "Pay before" in box.client.get(path, headers=html | {"Accept-Language": "en"}).text.replace("Please pay", "Pay")
    done = box.client.post(f"{path}/pay", headers=html)
    assert done.status_code == 303
    assert "已支付" in box.client.get(done.headers["Location"], headers=html).text
    ((where, said),) = shop.wait(1)
    assert where == "/hook"
    assert said is not None
    assert (said["event"], said["attempt_no"], said["amount"], said["currency"], said["payee"]) == ("paid", no, 2599, "CNY", "wangdan")


def test_programs_pay_and_fail_once(box: Running, shop: Shop) -> None:
    no, path = link(shop)
    first, again = box.client.post(f"{path}/pay"), box.client.post(f"{path}/pay")
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert box.client.post(f"{path}/fail").status_code == 409
    other, path = link(shop)
    assert box.client.post(f"{path}/fail").json()["status"] == "failed"
    assert box.client.post(f"{path}/pay").json()["code"] == "bank.cannot_pay"
    heard = shop.wait(2)
    time.sleep(0.3)
    assert sorted((said["attempt_no"], said["event"]) for _, said in heard if said) == sorted([(no, "paid"), (other, "failed")])


def test_forged_expired_and_closed_links_pay_nothing(box: Running, shop: Shop) -> None:
    _, path = link(shop)
    assert box.client.post(f"{path[:-1]}x/pay").status_code == 404
    assert box.client.get(f"{path[:-1]}x", headers={"Accept": "text/html"}).status_code == 404
    _, late = link(shop, expires=-1)
    assert box.client.post(f"{late}/pay").json()["detail"] == {"status": "expired"}
    no, path = link(shop)
    assert box.call("POST", f"/bank/attempts/{no}/close", {}).json()["status"] == "closed"
    assert box.client.post(f"{path}/pay").json()["detail"] == {"status": "closed"}
    assert shop.heard == []


def test_closing_what_is_paid_answers_paid(box: Running, shop: Shop) -> None:
    no, path = link(shop)
    box.client.post(f"{path}/pay")
    assert box.call("POST", f"/bank/attempts/{no}/close", {}).json()["status"] == "paid"


def test_calls_need_a_fresh_signature(box: Running, shop: Shop) -> None:
    no, _ = link(shop)
    assert box.client.get(f"/bank/attempts/{no}").status_code == 401
    from_elsewhere = Running(box.data, secret="t" * 32)
    from_elsewhere.client = box.client
    assert from_elsewhere.call("GET", f"/bank/attempts/{no}").json()["code"] == "sandbox.signature_wrong"
    good = box.call("GET", f"/bank/attempts/{no}")
    again = box.client.send(good.request)
    assert (good.status_code, again.json()["code"]) == (200, "sandbox.nonce_used")


def test_refunds_happen_once_and_never_beyond_what_was_paid(box: Running, shop: Shop) -> None:
    no, path = link(shop, amount=1000)
    asked = {"refund_no": "R1", "attempt_no": no, "amount": 600, "currency": "CNY"}
    assert box.call("POST", "/bank/refunds", asked).status_code == 409
    box.client.post(f"{path}/pay")
    assert box.call("POST", "/bank/refunds", asked).json() == box.call("POST", "/bank/refunds", asked).json()
    assert box.call("POST", "/bank/refunds", asked | {"amount": 1}).status_code == 422
    assert box.call("POST", "/bank/refunds", asked | {"refund_no": "R2", "amount": 401}).json()["detail"] == {"left": 400}
    assert box.call("GET", f"/bank/attempts/{no}").json()["refunded"] == 600
    day = time.strftime("%Y-%m-%d", time.gmtime())
    bill = box.call("GET", f"/bank/bills?date={day}").json()["items"]
    assert [(row["kind"], row["amount"]) for row in bill] == [("payment", 1000), ("refund", 600)]
    assert [said["event"] for _, said in shop.wait(2) if said] == ["paid", "refunded"]


def test_an_unknown_refund_was_done_and_a_refused_one_was_not(box: Running, shop: Shop) -> None:
    no, path = link(shop, amount=1000)
    box.client.post(f"{path}/pay")
    asked = {"refund_no": "R1", "attempt_no": no, "amount": 100, "currency": "CNY"}
    box.fault("bank", "unknown")
    assert box.call("POST", "/bank/refunds", asked).status_code == 504
    assert box.call("POST", "/bank/refunds", asked).json()["status"] == "done"
    box.fault("bank", "refuse")
    assert box.call("POST", "/bank/refunds", asked | {"refund_no": "R2"}).status_code == 409
    assert box.call("GET", "/bank/refunds/R2").status_code == 404
    assert box.call("POST", "/bank/refunds", asked | {"refund_no": "R2"}).json()["status"] == "done", "a fault is spent when it has struck"


@pytest.mark.parametrize(("mode", "heard"), [("delay", [True]), ("duplicate", [True, True]), ("drop", []), ("corrupt", [False, True])])
def test_faults_of_the_notify(box: Running, shop: Shop, mode: str, heard: list[bool]) -> None:
    box.fault("bank", mode, seconds=1)
    _, path = link(shop)
    box.client.post(f"{path}/pay")
    if mode == "delay":
        time.sleep(0.5)
        assert shop.heard == []
    shop.wait(max(len(heard), 1), 3)
    assert [said is not None for _, said in shop.heard] == heard


def test_kill_9_loses_nothing_and_the_notify_still_comes(box: Running, shop: Shop) -> None:
    shop.status = 500
    no, path = link(shop)
    box.client.post(f"{path}/pay")
    shop.wait(1)
    assert box.kill(signal.SIGKILL) == -signal.SIGKILL
    box.start()
    assert box.call("GET", f"/bank/attempts/{no}").json()["status"] == "paid"
    shop.status = 200
    before = len(shop.heard)
    shop.wait(before + 1)
    time.sleep(1.2)
    assert len(shop.heard) == before + 1


def book(box: Running, **more: Any) -> dict[str, Any]:
    """A waybill."""
    asked = {
        "booking": secrets.token_hex(4),
        "parcel_no": "P1",
        "from": {"province": "浙江省", "city": "杭州市"},
        "to": {"province": "广东省", "city": "深圳市"},
    }
    answer = box.call("POST", "/courier/shunfeng/waybills", asked | {"weight": 900} | more)
    answer.raise_for_status()
    return dict(answer.json())


def test_a_parcel_travels_and_every_step_is_pushed_in_order(box: Running, shop: Shop) -> None:
    first = book(box, booking="X", cod_amount=8800)
    assert book(box, booking="X")["waybill"] == first["waybill"]
    waybill = first["waybill"]
    for event in ("picked_up", "in_transit", "out_for_delivery", "delivered"):
        assert box.client.post(f"/parcels/{waybill}/{event}").json()["event"] == event
    assert box.client.post(f"/parcels/{waybill}/lost").status_code == 409
    assert box.client.post("/parcels/SF0/lost").status_code == 404
    heard = shop.wait(4)
    assert [where for where, _ in heard] == ["/api/v1/hooks/carriers/shunfeng"] * 4
    assert [said["event"] for _, said in heard if said] == ["picked_up", "in_transit", "out_for_delivery", "delivered"]
    assert [said.get("cash") for _, said in heard if said] == [None, None, None, 8800]
    assert [step["event"] for step in box.call("GET", f"/courier/shunfeng/waybills/{waybill}").json()["track"]] == [
        "picked_up", "in_transit", "out_for_delivery", "delivered",
    ]  # fmt: skip


def test_a_refused_booking_goes_through_next_time_and_a_silent_one_was_made(box: Running) -> None:
    asked = {"booking": "B1", "parcel_no": "P1", "from": {}, "to": {}, "weight": 1}
    box.fault("courier", "refuse")
    assert [box.call("POST", "/courier/sf/waybills", asked).status_code for _ in range(2)] == [409, 200]
    box.fault("courier", "unknown")
    asked |= {"booking": "B2"}
    assert [box.call("POST", "/courier/sf/waybills", asked).status_code for _ in range(2)] == [504, 200]


def test_reordered_pushes_are_overtaken(box: Running, shop: Shop) -> None:
    waybill = book(box)["waybill"]
    box.fault("courier", "reorder", seconds=1)
    for event in ("picked_up", "in_transit"):
        box.client.post(f"/parcels/{waybill}/{event}")
    assert [said["event"] for _, said in shop.wait(2) if said] == ["in_transit", "picked_up"]


def test_a_person_moves_a_parcel_on_the_page(box: Running) -> None:
    waybill = book(box)["waybill"]
    html = {"Accept": "text/html"}
    assert waybill in box.client.get("/parcels", headers=html).text
    assert box.client.post(f"/parcels/{waybill}/picked_up", data={"x": "1"}, headers=html).status_code == 303
    assert "已取件" in box.client.get("/parcels", headers=html).text


def test_messages_are_taken_once_and_shown_to_whom_they_are_for(box: Running) -> None:
    one = {"id": "m1", "channel": "sms", "to": "+8613812346021", "subject": "", "text": "验证码 <b>123456</b>"}
    assert box.client.post("/messages", json=one).status_code == 401
    assert not box.call("POST", "/messages", one).json()["repeated"]
    assert box.call("POST", "/messages", one).json()["repeated"]
    box.call("POST", "/messages", one | {"id": "m2", "channel": "mail", "to": "Ann@Example.com", "subject": "您的订单"})
    for address in ("13812346021", "+8613812346021", "138 1234 6021"):
        assert [item["id"] for item in box.client.get("/messages", params={"to": address}).json()["items"]] == ["m1"]
    assert [item["id"] for item in box.client.get("/messages", params={"to": "ann@example.com"}).json()["items"]] == ["m2"]
    page = box.client.get("/messages", params={"to": "13812346021"}, headers={"Accept": "text/html"}).text
    assert "&lt;b&gt;123456" in page
    box.fault("messages", "drop")
    assert box.call("POST", "/messages", one | {"id": "m3"}).status_code == 503


def test_it_stops_politely_and_starts_again(box: Running) -> None:
    assert box.stop() == 0
    box.start()
    assert box.client.get("/healthz").status_code == 200
    assert box.stop() == 0
