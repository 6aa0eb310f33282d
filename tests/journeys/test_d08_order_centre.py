"""D08 电商订单中心: an administrator creates, edits, finds and cancels an order, others act; each step of the manual in a browser (D08.2–7)."""

import re
import secrets

from playwright.sync_api import expect

from tests.journeys import trade
from tests.journeys.conftest import Seats
from tests.journeys.people import Person


def found(person: Person, text: str) -> list[str]:
    """The orders that the list finds by its form of conditions, as D08.5.1–4 has it."""
    person.go("/office/orders").press("筛选", exact=True)
    person.page.fill("#c-customer", text)
    person.page.locator(".wd-pop-form:visible button", has_text="筛选").click()
    person.page.wait_for_load_state()
    return trade.numbers_on(person.look(), "A")


def order_for(admin: Person, customer: str) -> str:
    """D08.3: who, what, where, how; look at the price, save; returns the number that the system gave."""
    page = admin.page
    admin.go("/office/orders").press("代客下单")
    page.fill("input[name=customer]", customer)
    admin.submit("找客户")
    page.fill("input[name=sku-1]", "#" + page_sku(admin))
    page.fill("input[name=q-1]", "2")
    page.fill("textarea[name=to]", trade.home_with(customer))
    admin.submit("看价格").reads("应付")
    admin.submit("保存订单").reads("订单已保存")
    (no,) = trade.numbers_on(admin, "A")[:1]
    return no


def page_sku(admin: Person) -> str:
    """A variant's number from the shop window, in a tab of its own."""
    tab = admin.page.context.new_page()
    tab.goto(f"{admin.url}/search?q=台灯")
    tab.locator(".wd-tile").first.click()
    tab.wait_for_url("**/p/*")
    value = tab.locator("input[name=sku]").first.get_attribute("value") or ""
    tab.close()
    assert value.isdigit()
    return value


def test_an_administrator_creates_finds_and_edits(seat: Seats):
    """D08.2–D08.5: others may not; the customer hears of it and pays what it costs now."""
    customer = trade.newcomer(seat())
    admin = seat("admin", desk=True)
    service = seat("service", desk=True)

    no = order_for(admin, customer.phone)  # D08.3: the number is born by the system
    admin.go(f"/office/orders/{no}").reads("待付款").reads("管理员代客下单")
    customer.person.waits_for(f"/me/orders/{no}", "待付款")
    assert customer.person.hears(customer.phone, no)

    assert not service.sees("/office/orders/new")  # D08.2: others only query and operate
    assert not service.sees(f"/office/orders/{no}/edit")
    service.go(f"/office/orders/{no}").misses("改单")

    assert no in found(admin, customer.phone)  # D08.4.1, D08.5: by customer
    for text in (no, no.lower(), f"{no[:4]} {no[4:8]} {no[8:]}"):  # by number, one hit opens
        admin.go("/office/orders")
        admin.page.keyboard.press("/")
        admin.page.keyboard.type(text)
        admin.page.keyboard.press("Enter")
        admin.page.wait_for_url(f"**/office/orders/{no}")
    admin.go("/office/orders?days=1").reads(" ".join([no[:4], no[4:8], no[8:]]))  # by time

    admin.go(f"/office/orders/{no}").press("改单", exact=True)  # D08.4.2
    admin.page.locator("input[name^=q-]").first.fill("1")  # D08.4.3
    admin.page.fill("input[name=off]", "3")
    admin.page.fill("input[name=reason]", "客户只要一件")
    admin.submit("看影响").reads("应付从").reads("放回").reads("买家和店铺都会收到消息")
    admin.submit("保存修改").reads("已改单")  # D08.4.4
    admin.reads("管理员改单").reads("客户只要一件")
    assert customer.person.hears(customer.phone, no, "修改")

    person = customer.person
    person.go(f"/me/orders/{no}").press("去付款")
    trade.pay(person)
    service.go(f"/office/orders/{no}").reads("待接单")


def test_others_query_and_act(seat: Seats):
    """D08.5–D08.7: a reminder for the chosen, a view that is kept, shipped and found by its waybill, cancelled after a prompt, the list as a file."""
    customer, admin = trade.newcomer(seat()), seat("admin", desk=True)
    service, seller = seat("service", desk=True), seat("seller", desk=True)
    no = order_for(admin, customer.phone)
    customer.person.go(f"/me/orders/{no}").press("去付款")
    trade.pay(customer.person)
    service.go("/office/orders?status=awaiting_acceptance").page.keyboard.press("j")  # keys: down, choose, and a reminder for the chosen
    service.page.locator(f"input[name=no][value={no}]").check()
    expect(service.page.locator("[data-bulk-count]")).to_have_text("1")
    service.page.locator(".wd-bulk button", has_text="催店铺").click()
    service.page.wait_for_load_state()
    service.look().reads("1 单里有 1 单可以")
    service.submit("催店铺 1 单").waits_for(service.page.url.removeprefix(service.url), "已办")
    seller.waits_for("/me/messages", "平台催单")

    service.go("/office/orders?status=awaiting_acceptance&days=1").press("存为视图")  # a view is kept
    name = f"今天待接 {secrets.token_hex(2)}"
    service.page.fill("#v-name", name)
    service.page.locator("button:visible", has_text="保存视图").click()
    service.page.wait_for_load_state()
    service.look()
    expect(service.page.locator(".wd-tabs .active")).to_contain_text(name)

    trade.accept(seller, no)  # D08.7: found, opened, shipped
    warehouse = seat("warehouse")
    (parcel,) = trade.parcels_of(seller, no)
    waybill = trade.send(warehouse, parcel)
    assert waybill in found_by_waybill(service, waybill, no)

    other = order_for(admin, customer.phone)  # D08.6: found, opened, cancelled after a prompt
    service.go(f"/office/orders/{other}").press("取消订单").reads("货").reads("还没有付款")
    service.page.locator("form label", has_text="重复下单").click()
    service.submit("取消订单").reads("已取消")
    customer.person.waits_for(f"/me/orders/{other}", "已取消")

    with service.page.expect_download() as file:  # the present list as a file, masked
        service.go("/office/orders?status=cancelled&days=1").page.locator("summary", has_text="导出").click()
        service.page.locator("button:visible", has_text="导出这些订单").click()
    text = file.value.path().read_text("utf-8-sig")
    assert other in text
    assert customer.phone not in text


def found_by_waybill(service: Person, waybill: str, no: str) -> str:
    """D11.4: the waybill leads to its order."""
    service.go(f"/office/find?q={waybill}")
    service.page.wait_for_url(f"**/office/orders/{no}")
    return re.sub(r"\s", "", service.page.locator("body").inner_text())
