"""D12 电商订单处理（九步）: a purchase from two shops, one accepts, one declines (D12.1–8)."""

from tests.journeys import trade
from tests.journeys.conftest import Seats


def test_one_purchase_two_shops_one_accepts_and_one_declines(seat: Seats):
    """D12.1–8: mail and SMS with number, list and price; acceptance; preparation; the carrier and why; tracking; completion."""
    buyer = trade.newcomer(seat(desk=True))
    person = buyer.person
    lamp = trade.choose(person, "台灯")
    trade.into_cart(person)
    mouse = trade.choose(person, "鼠标")
    trade.into_cart(person)
    person.go("/cart").press("去结算").press("先填一个收货地址")
    trade.fill_address(person)
    person.reads("拆成 2 个订单，一次付清")
    nos = trade.submit(person)  # D12.1: saved, one order per shop
    assert len(nos) == 2
    trade.pay(person)
    for no in nos:  # D12.2: number, list, price
        assert person.hears(buyer.phone, no)
        assert person.hears(buyer.mail, no)
    said = " ".join(each["text"] for each in person.messages(buyer.mail))
    assert lamp[:6] in said
    assert mouse[:6] in said

    own, third = seat("seller", desk=True), seat("seller2", desk=True)
    mine = next(no for no in nos if own.sees(f"/shop/orders/{no}"))
    theirs = next(no for no in nos if no != mine)
    assert not third.sees(f"/shop/orders/{mine}")  # each shop its own
    own.go("/shop").reads(" ".join([mine[:4], mine[4:8], mine[8:]]))  # D12.2: passed to the shop at the same time
    trade.accept(own, mine)  # D12.3
    third.go(f"/shop/orders/{theirs}").press("拒单").reads("退")
    third.page.locator("form label", has_text="规格停产").click()
    third.press("拒单并退款").reads("已拒单")
    person.waits_for(f"/me/orders/{theirs}", "已拒单")
    assert person.hears(buyer.phone, theirs, "退")

    (parcel,) = trade.parcels_of(own, mine)
    warehouse = seat("warehouse")
    waybill = trade.send(warehouse, parcel)  # D12.4, D12.6
    own.go(f"/shop/orders/{mine}").reads("天、").reads("待收货")  # D12.5: chosen by region, speed and cost, and it says why
    person.courier(waybill, "picked_up", "in_transit")
    person.waits_for(f"/me/orders/{mine}", "预计")  # D12.7
    person.courier(waybill, "out_for_delivery", "delivered")
    person.waits_for(f"/me/orders/{mine}", "已签收")
    person.press("确认收货").press("已收到，确认收货").reads("已完成")  # D12.8
