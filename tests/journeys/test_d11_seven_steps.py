"""D11 电商平台订单处理（七步）: received, checked, split by seller, followed by order or waybill number, confirmed (D11.1–5)."""

from tests.journeys import trade
from tests.journeys.conftest import Seats


def test_an_order_is_received_checked_split_and_followed(seat: Seats):
    """D11.1–5: a purchase from both shops; confirmation by mail and SMS; own goods to a warehouse, others to their shop."""
    buyer = trade.newcomer(seat(desk=True))
    person = buyer.person
    trade.choose(person, "台灯")
    trade.into_cart(person)
    trade.choose(person, "鼠标")
    trade.into_cart(person)
    person.go("/cart").press("去结算").press("先填一个收货地址")
    trade.fill_address(person, trade.home_with(trade.new_phone()))
    nos = trade.submit(person)
    assert len(nos) == 2
    for no in nos:
        assert person.hears(buyer.mail, no, "收到您的订单")  # D11.1: at once
    trade.pay(person)
    for no in nos:
        assert person.hears(buyer.phone, no, "核对无误")  # D11.2: passed, by SMS
        assert person.hears(buyer.mail, no, "核对无误")
    own, third = seat("seller", desk=True), seat("seller2", desk=True)  # D11.3
    mine = next(no for no in nos if own.sees(f"/shop/orders/{no}"))
    theirs = next(no for no in nos if no != mine)
    assert third.sees(f"/shop/orders/{theirs}")
    trade.accept(third, theirs)
    trade.accept(own, mine)
    own.go(f"/shop/orders/{mine}").reads("仓")
    (parcel,) = trade.parcels_of(own, mine)
    waybill = trade.send(seat("warehouse"), parcel)
    person.courier(waybill, *trade.ON_THE_WAY)
    person.waits_for(f"/me/orders/{mine}", waybill[:4])  # D11.4: by the number of the order …
    own.go(f"/shop/find?q={waybill}").reads(" ".join([mine[:4], mine[4:8], mine[8:]]))  # … or of the waybill
    person.waits_for(f"/me/orders/{mine}", "已签收")
    person.press("确认收货").press("已收到，确认收货").reads("已完成")  # D11.5


def test_a_rule_is_tried_before_it_is_in_force(seat: Seats):
    """D11.2: whoever supervises writes what is looked at, tries it on what was, switches it on and off."""
    boss = seat("supervisor", desk=True)
    boss.go("/office/rules").press("写一条规则")
    page = boss.page
    page.fill("input[name=name]", "几百件的大单")
    page.select_option("select[name=feature0]", "pieces")
    page.fill("input[name=value0]", "400")
    boss.submit("试一试").reads("试算结果").reads("0 单")
    page.fill("input[name=value0]", "1")
    boss.submit("试一试").reads("100.0%")
    page.fill("input[name=value0]", "400")
    boss.submit("保存").reads("规则已保存").reads("启用以来碰到的")
    boss.submit("停用").reads("规则已停用")
