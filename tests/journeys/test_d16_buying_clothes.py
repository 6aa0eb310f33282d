"""D16 买衣服: size and colour, coupons, points behind a payment password, order number, messages, points earned; a shop's own offer (D16.1–8)."""

from playwright.sync_api import expect

from tests.journeys import trade
from tests.journeys.conftest import Seats
from tests.journeys.people import Person

DIGITS = "168168"
"""The demo buyers' payment password."""


def _points(person: Person) -> int:
    """What the page of points says one has."""
    return int(person.go("/me/points").page.locator(".card b").first.inner_text().replace(",", ""))


def _empty_cart(person: Person) -> None:
    """Take out what somebody left there."""
    person.go("/cart")
    while person.page.locator("form[action='/cart/remove'] button").count():
        with person.page.expect_navigation():
            person.page.locator("form[action='/cart/remove'] button").first.click()


def _use_points(person: Person, digits: str) -> None:
    """Turn the points on; the page comes back with the new sums and asks for the payment password."""
    person.page.locator("input[name=points]").check()
    expect(person.page.locator("input[name=payment_password]")).to_be_visible()
    person.look().page.fill("input[name=payment_password]", digits)


def _pick(person: Person, **option: object) -> None:
    """Choose in the first list of coupons; the page comes back with the new sums."""
    with person.page.expect_navigation():
        person.page.locator("select[name=coupon]").first.select_option(**option)  # type: ignore[arg-type]
    person.look()


def _sum(person: Person) -> str:
    """The total at the checkout."""
    return person.page.locator(".wd-bar .wd-price, aside .wd-price").first.inner_text()


def test_slippers_with_coupons_and_points(seat: Seats):
    """D16.1–9 on a phone: each number explains itself, a wrong payment password is counted, and the order's end brings points."""
    buyer = seat("buyer")
    page = buyer.page
    before = _points(buyer)
    _empty_cart(buyer)
    trade.choose(buyer, "棉麻拖鞋")  # D16.1: size, colour, and three pairs
    for axis in range(page.locator(".wd-opts").count()):
        wanted = page.locator(".wd-opts").nth(axis).locator(".wd-opt:not(.off)").last.get_attribute("href")
        buyer.go(str(wanted).partition("#")[0])
    trade.into_cart(buyer)
    buyer.go("/cart").reads("棉麻拖鞋")
    page.locator("input[name=quantity]").fill("3")
    with page.expect_navigation():
        page.locator("input[name=quantity]").press("Enter")
    buyer.look().reads("家居券")  # D16.2: the best coupon is counted already

    buyer.go("/coupons").reads("领券中心").reads("新客券")  # D16.3
    buyer.go("/me/coupons").reads("家居券")
    page.fill("input[name=code]", "wangdan26")
    buyer.submit("兑换").reads("领到了").reads("口令券")
    buyer.go("/me/addresses/new")  # D16.4
    trade.fill_address(buyer)
    buyer.go("/checkout").reads("家居券，减 10.00").reads("口令券，减 5.00")
    with_coupons = _sum(buyer)
    _pick(buyer, value="")
    assert _sum(buyer) != with_coupons
    _pick(buyer, index=1)
    _use_points(buyer, "131313")  # D16.6: a wrong one
    page.locator("button:visible", has_text="提交订单").first.click()
    page.wait_for_load_state()
    buyer.look().reads("支付密码不对，还可以试 4 次")
    page.fill("input[name=payment_password]", DIGITS)
    (no,) = trade.submit(buyer)
    trade.pay(buyer)  # D16.5, D16.7
    buyer.go(f"/me/orders/{no}").reads("家居券").reads("口令券").reads("积分").reads("店铺承担").reads("平台承担")
    spent = before - _points(buyer)
    assert spent > 0
    buyer.waits_for("/me/messages", "付款")  # D16.8

    trade.accept(seat("seller", desk=True), no)
    (parcel,) = trade.parcels_of(seat("seller", desk=True), no)
    waybill = trade.send(seat("warehouse"), parcel)
    buyer.courier(waybill, *trade.ON_THE_WAY)
    buyer.waits_for(f"/me/orders/{no}", "已签收")
    buyer.press("确认收货").press("已收到，确认收货").reads("已完成")  # D16.9
    for _ in range(60):
        if _points(buyer) > before - spent:
            break
        page.wait_for_timeout(500)
    buyer.go("/me/points").reads("确认收货，得积分")
    assert _points(buyer) > before - spent


def test_a_cancelled_order_gives_back_coupon_and_points(seat: Seats):
    """What was never paid is as if never used."""
    buyer = seat("buyer2")
    before = _points(buyer)
    trade.choose(buyer, "落地灯")
    trade.buy_now(buyer)
    buyer.reads("每满 300 减 40").reads("新客券，减 20.00")
    _use_points(buyer, DIGITS)
    (no,) = trade.submit(buyer)
    assert _points(buyer) < before
    buyer.go(f"/me/orders/{no}").press("取消订单")
    buyer.submit("取消订单")
    buyer.waits_for("/me/coupons", "新客券")
    buyer.waits_for("/me/points", "订单取消或退款，退回")
    assert _points(buyer) == before


def test_a_payment_password_is_set_by_password_and_by_phone(seat: Seats):
    """D16.6: easy digits are refused; a code to the phone sets it anew."""
    person = trade.newcomer(seat()).person
    page = person.page
    person.go("/me/payment-password").reads("设置支付密码")
    for field, text in (("own", trade.PASSWORD), ("new", "123456"), ("again", "123456")):
        page.fill(f"input[name={field}]", text)
    person.submit("保存支付密码").reads("不能是六个相同或连续的数字")
    for field, text in (("own", trade.PASSWORD), ("new", "260731"), ("again", "260731")):
        page.fill(f"input[name={field}]", text)
    person.submit("保存支付密码").reads("支付密码已设好")
    person.go("/me/payment-password?by=code").reads("修改支付密码")


def test_a_shop_makes_tries_and_ends_an_offer(seat: Seats):
    """Seller desk: a reduction is tried on a sample basket, works at once on the product's page, is paused; the office has its own and the levels."""
    seller = seat("seller2", desk=True)
    page = seller.page
    seller.go("/shop/offers").reads("数码九折券").press("新建优惠")
    page.fill("input[name=name]", "满两百减十五")
    page.fill("input[name=full0]", "200")
    page.fill("input[name=off0]", "15")
    seller.submit("试算").reads("减 ¥15.00")
    seller.submit("发布").reads("优惠已发布").reads("满 200 减 15")
    here = page.url.removeprefix(seller.url)
    buyer = seat("buyer")
    trade.choose(buyer, "蓝牙音箱")
    buyer.reads("满 200 减 15")
    seller.go(here).press("结束活动").reads("已结束")
    buyer.page.reload()
    buyer.misses("满 200 减 15")
    seat("admin", desk=True).go("/office/offers").reads("新客券").reads("金卡会员")
