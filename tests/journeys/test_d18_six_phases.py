"""D18 电子商务订单处理（六段）: notices on pass and on anomaly, payment success and failure, to the end (D18.1–5)."""

from playwright.sync_api import expect

from tests.journeys import trade
from tests.journeys.conftest import Seats


def test_an_order_passes_after_an_anomaly_and_comes_to_its_end(seat: Seats):
    """D18.1–5: a payment that fails and one that does not; held and told so, passed and told so; packed, delivered, confirmed."""
    phone = trade.new_phone()
    auditor = seat("auditor", desk=True)
    trade.block(auditor, phone)
    buyer = trade.newcomer(seat())
    person = buyer.person
    trade.choose(person, "台灯")  # D18.1
    trade.into_cart(person)
    person.go("/cart").press("去结算").press("先填一个收货地址")
    trade.fill_address(person, trade.home_with(phone))
    (no,) = trade.submit(person)
    payment = person.page.url.rsplit("/", 1)[-1]
    trade.at_the_bank(person, "支付失败")
    expect(person.page.locator("h2", has_text="没有付成")).to_be_visible(timeout=20_000)
    assert person.hears(buyer.phone, no, "没有成功")  # D18.4.4
    person.go(f"/pay/{payment}")
    trade.pay(person)  # D18.4.2
    assert person.hears(buyer.phone, no, "核对")  # D18.2.4: an anomaly; D18.4.3: the money is safe
    assert person.hears(buyer.mail, no, "先替您保管")
    auditor.go(f"/office/audit/{no}").reads("有这个地方")  # D18.2.2, D18.3.1
    auditor.submit("通过").reads("订单交给店铺")
    assert person.hears(buyer.mail, no, "已核对无误")  # D18.2.3

    seller = seat("seller", desk=True)
    trade.accept_by_keys(seller, no)  # D18.3.2, D18.3.3: stock is held, the warehouse is chosen
    (parcel,) = trade.parcels_of(seller, no)
    waybill = trade.send(seat("warehouse"), parcel)  # D18.3.4, D18.3.5: the scanner types, nobody presses anything
    person.courier(waybill, *trade.ON_THE_WAY)
    person.waits_for(f"/me/orders/{no}", "已签收")  # D18.5.1
    person.press("确认收货").press("已收到，确认收货").reads("已完成")  # D18.5.3, D18.5.4
