"""D01 电商订单流程: from looking for goods to confirming them, by a buyer, a shop, a warehouse and a courier (D01.1–10)."""

from playwright.sync_api import expect

from tests.journeys import trade
from tests.journeys.conftest import Seats


def test_a_stranger_becomes_a_buyer_and_gets_the_goods(seat: Seats):
    """D01.1–10 with a cart filled before log-in, two shops' goods, and messages in-app, by SMS and by mail."""
    stranger = seat()
    stranger.go("/")
    expect(stranger.page.locator(".wd-cats a")).not_to_have_count(0)
    stranger.press("灯具")  # D01.1: by category
    assert stranger.page.locator(".wd-tile img").count() >= 3
    first = trade.choose(stranger, "台灯")  # D01.1: by keyword
    trade.into_cart(stranger)  # D01.2, D01.3
    second = trade.choose(stranger, "鼠标")
    trade.into_cart(stranger)
    stranger.go("/cart").reads(first).reads(second)
    goods = stranger.page.locator(".wd-goods", has_text=first)
    with stranger.page.expect_navigation():
        goods.get_by_label("加一").click()
    expect(stranger.page.locator(".wd-goods", has_text=first).locator("input[name=quantity]")).to_have_value("2")
    stranger.page.locator(".wd-goods", has_text=second).get_by_label("删除").click()
    stranger.page.wait_for_load_state()
    stranger.look().misses(second)

    buyer = trade.newcomer(stranger)
    person = buyer.person
    person.go("/cart").reads(first)  # merged at log-in
    person.press("去结算").reads("先填一个收货地址")
    person.press("填地址")  # D01.4
    trade.fill_address(person)
    person.reads("张小北").reads("余杭区")
    person.page.locator("input[name=payment_method][value=sandbox]").check()  # D01.5
    person.reads(first).reads("× 2").reads("应付")  # D01.6: goods, quantity, price
    (no,) = trade.submit(person)
    trade.pay(person)  # D01.7

    seller = seat("seller", desk=True)
    trade.accept(seller, no)
    parcels = trade.parcels_of(seller, no)
    warehouse = seat("warehouse")
    waybills = [trade.send(warehouse, parcel) for parcel in parcels]

    for waybill in waybills:  # D01.8: in-app, SMS, mail
        assert person.hears(buyer.phone, waybill)
        assert person.hears(buyer.mail, waybill)
    person.waits_for("/me/messages", waybills[0])

    person.waits_for(f"/me/orders/{no}", "待收货").reads("预计")  # D01.9: state and ETA
    for waybill in waybills:
        person.courier(waybill, "picked_up", "in_transit")
    person.waits_for(f"/me/orders/{no}", "运输")
    for waybill in waybills:
        person.courier(waybill, "out_for_delivery", "delivered")
    person.waits_for(f"/me/orders/{no}", "已签收")
    person.press("确认收货").reads("请先打开看过").press("已收到，确认收货").reads("已完成")  # D01.10
    person.misses("评价商品")  # D01.11 comes with reviews


def test_buying_now_needs_no_cart(seat: Seats):
    """D01.2: the other way, straight to the checkout; the cart stays as it was."""
    buyer = seat("buyer", desk=True)
    title = trade.choose(buyer, "音箱")
    trade.buy_now(buyer)
    buyer.reads("确认订单").reads(title)
    buyer.go("/cart").misses(title)
