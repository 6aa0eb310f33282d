"""D04 订单处理: number, audit by a person who contacts the buyer, payment, allocation, dispatch (D04.1–5)."""

from tests.journeys import trade
from tests.journeys.conftest import Seats


def test_an_order_that_looks_odd_is_checked_by_a_person_and_goes_its_way(seat: Seats):
    """D04.1–5: held after payment, the buyer is called and asked, confirms on his page; the shop sees it only then."""
    phone = trade.new_phone()
    auditor = seat("auditor", desk=True)
    trade.block(auditor, phone)
    buyer = trade.newcomer(seat())
    person = buyer.person
    trade.choose(person, "台灯")
    trade.buy_now(person)
    person.press("先填一个收货地址")
    trade.fill_address(person, trade.home_with(phone))
    (no,) = trade.submit(person)  # D04.1: a unique number
    trade.pay(person)  # D04.3: paid online
    person.waits_for(f"/me/orders/{no}", "待审核")
    assert person.hears(buyer.phone, no, "核对")  # D04.2: something is to be checked, never what
    person.misses("黑名单").misses("风险")

    seller = seat("seller", desk=True)
    seller.go(f"/shop/orders/{no}").reads("等平台审核")
    assert seller.page.locator("main button", has_text="接单").count() == 0
    auditor.go("/office/audit").reads(" ".join([no[:4], no[4:8], no[8:]]))
    auditor.go(f"/office/audit/{no}").reads("手机、地址、账号或设备在黑名单上").reads("这是第一单").reads("有这个地方")
    auditor.page.select_option("select[name=result]", "no_answer")
    auditor.page.fill("input[name=note]", "响了很久")
    auditor.submit("记下这次联系").reads("响了很久")
    auditor.submit("请买家在订单页面上确认").reads("还没有回复")
    person.waits_for(f"/me/orders/{no}", "信息无误")
    person.submit("信息无误").reads("我们接着核对")
    auditor.go(f"/office/audit/{no}").reads("订单页面，本人确认无误")
    auditor.submit("通过").reads("订单交给店铺")
    assert person.hears(buyer.mail, no, "已核对无误")

    trade.accept(seller, no)
    seller.reads("仓")  # D04.4: which warehouse, and why
    (parcel,) = trade.parcels_of(seller, no)
    waybill = trade.send(seat("warehouse"), parcel)  # D04.5: picked up at the door
    assert person.hears(buyer.phone, waybill)
    person.waits_for(f"/me/orders/{no}", "待收货")


def test_cash_at_the_door_is_checked_at_submit_and_may_be_turned_down(seat: Seats):
    """D04.2, D04.3: COD waits for the auditor from the beginning; the buyer reads neutral words, the goods are free again."""
    phone = trade.new_phone()
    supervisor = seat("supervisor", desk=True)
    trade.block(supervisor, phone)
    buyer = trade.newcomer(seat())
    person = buyer.person
    trade.choose(person, "台灯")
    trade.buy_now(person)
    person.press("先填一个收货地址")
    trade.fill_address(person, trade.home_with(phone))
    person.page.locator("input[name=payment_method][value=cod]").check()
    (no,) = trade.submit(person)
    person.go(f"/me/orders/{no}").reads("待审核")
    supervisor.go(f"/office/audit/{no}")
    supervisor.page.fill("form[action$='/reject'] input[name=reason]", "说没有下过单")
    supervisor.submit("不通过").reads("钱和货都已放回")
    person.waits_for(f"/me/orders/{no}", "没有通过核对")
    person.misses("说没有下过单")
    assert person.hears(buyer.phone, no, "没有通过核对")
