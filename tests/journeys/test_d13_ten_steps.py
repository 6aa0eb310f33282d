"""D13 电子商务订单处理（十步）: what the system does by itself, and what it never believes (D13.1–10)."""

import httpx
from playwright.sync_api import expect

from tests.journeys import trade
from tests.journeys.conftest import Seats


def test_the_signed_notify_is_the_truth(seat: Seats):
    """D13.1–5: checks at submit, redirect to the bank, a failed try, a return without payment, a lost notify found by asking."""
    buyer = trade.newcomer(seat())
    person = buyer.person
    trade.choose(person, "台灯")
    trade.buy_now(person)  # D13.1
    person.press("先填一个收货地址")
    trade.fill_address(person)
    (no,) = trade.submit(person)  # D13.2: stock and address are fine, the number is born
    payment = person.page.url.rsplit("/", 1)[-1]

    trade.at_the_bank(person, "支付失败")  # D13.4, D18.4.4
    expect(person.page.locator("h2", has_text="没有付成")).to_be_visible(timeout=20_000)
    assert person.hears(buyer.phone, "付")
    person.go(f"/pay/{payment}")
    person.page.locator("a.btn-primary", has_text="去付款").click()
    person.page.wait_for_url(f"{person.sandbox}/pay/**")
    person.page.locator("a", has_text="返回商家").click()  # back without having paid: nothing is believed
    person.page.wait_for_url(f"{person.url}/**")
    person.go(f"/me/orders/{no}").reads("待付款")

    httpx.post(f"{person.sandbox}/faults", json={"target": "bank", "mode": "drop", "count": 9}, timeout=10).raise_for_status()
    person.go(f"/pay/{payment}")
    trade.at_the_bank(person)
    expect(person.page.locator("h2", has_text="付款成功")).to_be_visible(timeout=75_000)  # D13.5: found by asking
    httpx.post(f"{person.sandbox}/faults", json={"target": "bank", "mode": "none"}, timeout=10).raise_for_status()
    person.go(f"/me/orders/{no}").reads("待接单")
    assert person.hears(buyer.phone, no)


def test_cash_at_the_door_goes_through_to_the_end(seat: Seats):
    """D13.3, D13.6–10: cash on delivery; the carrier, the waybill by SMS and mail, the sign-off, the confirmation."""
    buyer = trade.newcomer(seat())
    person = buyer.person
    trade.choose(person, "台灯")
    trade.buy_now(person)
    person.press("先填一个收货地址")
    trade.fill_address(person)
    person.page.locator("input[name=payment_method][value=cod]").check()  # D13.3
    (no,) = trade.submit(person)
    person.reads("下单成功")
    person.go(f"/me/orders/{no}").reads("待接单")

    seller = seat("seller", desk=True)
    trade.accept(seller, no)
    (parcel,) = trade.parcels_of(seller, no)
    waybill = trade.send(seat("warehouse"), parcel)  # D13.6, D13.7
    assert person.hears(buyer.phone, waybill)
    assert person.hears(buyer.mail, waybill)
    person.courier(waybill, *trade.ON_THE_WAY)  # D13.8; the courier takes the cash
    person.waits_for(f"/me/orders/{no}", "已签收")  # D13.9
    assert person.hears(buyer.phone, no, "确认收货")
    person.press("确认收货").press("已收到，确认收货").reads("已完成")  # D13.10
    assert person.hears(buyer.mail, no, "完成")


def test_a_transfer_is_matched_by_finance(seat: Seats):
    """D16.5: bank transfer; the reference is what finance matches, a wrong amount is refused."""
    buyer = seat("buyer2")
    trade.choose(buyer, "台灯")
    trade.buy_now(buyer)
    buyer.page.locator("input[name=payment_method][value=bank_transfer]").check()
    (no,) = trade.submit(buyer)
    buyer.reads("转账到这个账户")
    (reference,) = trade.numbers_on(buyer, "N")
    total = buyer.page.locator(".wd-price").first.inner_text().replace("¥", "").replace(",", "")

    finance = seat("finance", desk=True)
    finance.go("/office/transfers")
    trade.match(finance, reference, "0.01", f"BANK{no}")
    finance.reads("应付")
    trade.match(finance, reference, total, f"BANK{no}")
    buyer.waits_for(f"/me/orders/{no}", "待接单")
