"""D03 在线下单: a buyer on a phone without JavaScript; the shop, the warehouse and the courier do their parts (D03.1–12)."""

import re

from playwright.sync_api import expect

from tests.journeys import trade
from tests.journeys.conftest import Seats


def test_a_phone_without_scripts_buys_from_the_shelf_to_the_signature(seat: Seats):
    """D03.1–11: the main path needs no JavaScript."""
    buyer = seat("buyer2", scripts=False)
    buyer.go("/").reads("首页")  # D03.1
    buyer.go("/categories").press("灯具").reads("灯")  # D03.2
    title = trade.choose(buyer, "台灯")  # D03.3
    trade.into_cart(buyer)  # D03.4
    buyer.go("/cart").reads(title)

    variant = buyer.page.locator(".wd-goods", has_text=title).locator(".wd-var")  # D03.5: another variant and quantity, in the cart
    before = variant.inner_text().strip()
    variant.click()
    buyer.page.locator(".wd-sheet input[type=radio]:not([disabled]):not(:checked)").first.check()
    buyer.press("换成选中的")
    after = buyer.page.locator(".wd-goods", has_text=title).locator(".wd-var").inner_text().strip()
    assert after != before
    line = buyer.page.locator(".wd-goods", has_text=title)
    line.locator("input[name=quantity]").fill("2")
    with buyer.page.expect_navigation():
        line.locator("input[name=quantity]").press("Enter")
    expect(buyer.page.locator(".wd-goods", has_text=title).locator("input[name=quantity]")).to_have_value("2")
    buyer.look().press("去结算")

    buyer.reads("周")  # D03.6: the default address
    page = buyer.page
    page.locator("input[name=delivery][value=courier]").check(force=True)  # D03.7
    page.locator("input[name=payment_method][value=sandbox]").check()  # D03.8
    buyer.reads(title).reads("× 2")
    (no,) = trade.submit(buyer)  # D03.9: the number is born
    buyer.reads("应付")
    trade.at_the_bank(buyer)  # D03.10
    buyer.waits_for(f"/me/orders/{no}", "待接单")  # D03.11: paid

    trade.accept(seat("seller", desk=True), no)
    (parcel,) = trade.parcels_of(seat("seller", desk=True), no)
    waybill = trade.send(seat("warehouse"), parcel)
    buyer.waits_for(f"/me/orders/{no}", "待收货")  # shipped
    buyer.courier(waybill, *trade.ON_THE_WAY)
    buyer.waits_for(f"/me/orders/{no}", "已签收")
    buyer.press("确认收货").press("已收到，确认收货").reads("已完成")  # D03.12


def test_goods_are_fetched_at_a_pickup_point(seat: Seats):
    """D03.7: self pick-up has a point and a code instead of a courier, and no cash on delivery."""
    buyer = seat("buyer")
    trade.choose(buyer, "台灯")
    trade.buy_now(buyer)
    buyer.page.locator("label", has_text=re.compile("自提")).first.click()
    buyer.page.wait_for_load_state()
    buyer.look().reads("自提点").reads("自提不能货到付款")
    (no,) = trade.submit(buyer)
    trade.pay(buyer)
    buyer.go(f"/me/orders/{no}").reads("自提")
