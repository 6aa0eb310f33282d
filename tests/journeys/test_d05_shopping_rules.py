"""D05 购物流程操作规程: the rules of shopping, kept by the pages themselves (D05.1–7), and what one buyer shows to another (D05.9)."""

import re

from playwright.sync_api import expect

from tests.journeys import trade
from tests.journeys.conftest import Seats


def test_the_rules_of_shopping(seat: Seats):
    """D05.1–7: no purchase without an account; the cart is checked and changed; addresses; history by number and by time; buying again."""
    person = seat()
    person.go("/").reads("近来热销")  # D05.2: the home page, categories, what sells well
    person.go("/categories").press("灯具")
    title = trade.choose(person, "台灯")  # D05.2, D05.3: search, details, price, attributes
    trade.buy_now(person)
    person.page.wait_for_url("**/login**")  # D05.1: an account is needed to buy
    trade.newcomer(person)  # D05.1: registered, the agreement accepted
    person.go("/me/profile").reads("已同意的协议")

    trade.choose(person, "台灯")
    trade.into_cart(person)
    person.go("/cart").reads(title)  # D05.3: checked, more of it, away with it
    line = person.page.locator(".wd-goods", has_text=title)
    line.locator("input[name=quantity]").fill("2")
    with person.page.expect_navigation():
        line.locator("input[name=quantity]").press("Enter")
    expect(person.page.locator(".wd-goods", has_text=title).locator("input[name=quantity]")).to_have_value("2")
    person.press("去结算").press("先填一个收货地址")  # D05.4, D05.5
    trade.fill_address(person)
    person.go("/me/addresses").reads("默认").press("修改")  # D05.5: changed at any time
    person.page.fill("[name=detail]", "云溪路20号2幢1201室")
    person.submit("保存地址")
    person.go("/cart").press("去结算").reads("1201")
    (no,) = trade.submit(person)  # D05.6: confirmed once more, the number is born
    trade.pay(person)

    person.waits_for(f"/me/orders/{no}", "待接单")  # D05.7
    person.press("催发货").reads("已提醒店铺尽快发货")
    person.go("/me/orders")
    person.page.locator("#find > summary").click()
    person.page.locator("#find a", has_text="近 30 天").click()
    person.reads(title)
    person.go(f"/me/orders?q={no}").reads(title)
    person.go("/me/orders?from=2020-01-01&to=2020-12-31").reads("没有符合条件的订单")

    person.go(f"/me/orders/{no}").press("取消订单")
    person.page.locator("input[name=reason]").first.check()
    person.submit("取消订单")
    person.reads("已取消").press("再次购买")
    person.page.wait_for_url("**/cart")
    expect(person.page.locator(".wd-goods", has_text=title).locator("input[name=quantity]")).to_have_value("2")
    person.go(f"/me/orders/{no}").press("从列表里拿掉").submit("拿掉")
    assert not person.page.locator(f"a[href='/me/orders/{no}']").count()
    person.go("/me/orders?tab=hidden").reads(title)


def test_goods_are_shown_to_somebody_else(seat: Seats):
    """D05.9: the address and a square to scan; who opens it needs no account."""
    person = seat()
    trade.choose(person, "台灯")
    number = re.search(r"/p/(\d+)", person.page.url)
    assert number is not None
    person.go(f"/p/{number.group(1)}/share").reads("请对方扫一扫")
    shown = person.page.locator("#f-url").input_value()
    seat().go(shown).reads("加入购物车")
