"""D15 用户手册: what the buyer's manual says, tried by somebody who has never been here (D15.1–7, D15.9)."""

import secrets

from playwright.sync_api import expect

from tests.journeys import trade
from tests.journeys.conftest import Seats


def test_the_manual_is_true(seat: Seats):
    """D15.1–7 and D15.9."""
    person = seat()
    name = f"reader-{secrets.token_hex(4)}"
    person.go("/register")  # D15.1
    person.page.fill("input[name=username]", name)
    person.page.fill("input[name=password]", trade.PASSWORD)
    person.page.check("input[name=accept_terms]")
    person.submit("注册")
    person.page.wait_for_url(lambda url: "/register" not in url)
    person.go("/me").reads(name)

    person.go("/me/profile")  # D15.2
    person.page.fill("input[name=name]", "李一帆")
    person.submit("保存资料")
    person.go("/me").reads("李一帆")

    person.go("/search?q=jiaoyi")  # D15.3: a typo by sound still finds something, or says so
    title = trade.choose(person, "台灯")
    expect(person.page.locator("#sku")).to_contain_text("有货")  # D15.4: stock is shown
    trade.into_cart(person)
    person.go("/cart").reads(title)  # D15.5
    person.press("去结算").press("先填一个收货地址")
    trade.fill_address(person)
    person.reads("应付")
    (no,) = trade.submit(person)  # D15.6
    trade.pay(person)
    person.go("/me/orders").reads("待接单")  # D15.7
    person.go(f"/me/orders/{no}").reads("这笔钱怎么算的")

    other = seat()
    other.log_in(name, trade.PASSWORD)
    other.go("/me").reads("李一帆")
    person.go("/me/password")  # D15.9
    person.page.fill("input[name=old]", trade.PASSWORD)
    person.page.fill("input[name=new]", trade.PASSWORD + "x")
    person.submit("修改密码")
    person.go("/me").reads("李一帆")  # here one stays
    other.page.goto(other.url + "/me")
    assert "/login" in other.page.url  # everywhere else the session is over
