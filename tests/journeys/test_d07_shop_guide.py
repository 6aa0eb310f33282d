"""D07 电子商务平台操作指南: a new shop applies, is verified, describes, prices, stocks and deletes goods, and sees its pending orders (D07.1–4)."""

import io
import re
import secrets

from PIL import Image
from playwright.sync_api import expect

from tests.journeys import trade
from tests.journeys.conftest import Seats
from tests.journeys.people import Person

IDENTITY, LICENCE = "11010519491231002X", "91350100M000100Y43"
"""The examples of GB 11643 and GB 32100."""


def picture(name: str, colour: str) -> dict[str, object]:
    """A picture as a file chooser hands it over."""
    out = io.BytesIO()
    Image.new("RGB", (640, 420), colour).save(out, "JPEG")
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def place(person: Person) -> None:
    """Choose province and city; the next level comes by itself."""
    page = person.page
    with page.expect_response(lambda answer: "/me/addresses/regions" in answer.url):
        page.select_option("[name=province]", "福建省")
    page.wait_for_load_state()
    page.select_option("[name=city]", "福州市")


def apply(person: Person, shop: str, identity: str = IDENTITY) -> None:
    """Fill the application of an enterprise and hand it in (D07.1)."""
    page = person.page
    page.locator(".wd-seg label", has_text="企业").click()
    fields = {"shop_name": shop, "name": "张小北", "identity": identity, "company": "福州白鹭文具有限公司", "licence_no": LICENCE}
    for name, text in fields.items():
        page.fill(f"[name={name}]", text)
    place(person)
    for name in ("id_front", "id_back", "licence"):
        page.set_input_files(f"[name={name}]", picture(name, "tan"))  # type: ignore[arg-type]
    person.submit("申请")


def verify(person: Person, phone: str, boss: Person, shop: str) -> None:
    """Applied with a wrong check sign, mended, reviewed by the office (D07.1)."""
    page = person.page
    person.go("/me").press("我要开店").reads("个人")
    apply(person, shop, identity="110105194912310021")
    person.reads("身份证号不对")
    assert page.input_value("[name=shop_name]") == shop
    page.fill("[name=identity]", IDENTITY)
    person.submit("申请").reads("待审核").misses(IDENTITY)
    boss.go("/office/applications").press(shop).reads("110*************2X").misses(IDENTITY)
    boss.press("显示完整号码").reads(IDENTITY)
    boss.press("通过，开通店铺").reads("已通过").reads("查看证件")
    assert person.hears(phone, shop, "已通过审核")


def describe(person: Person) -> str:
    """A product with a matrix of two specs, cleaned HTML and pictures, then edited (D07.3.1–2); returns its id."""
    page = person.page
    person.press("商品管理").press("添加第一件商品")
    texts = {"title": "手账本 A5", "tags": "文具，手账", "origin": "福建福州", "spec_a": "颜色", "spec_b": "内页"}
    texts["description"] = "<h3>纸张</h3><p>100 克道林纸<script>alert(1)</script></p>"
    for name, text in texts.items():
        page.fill(f"[name={name}]", text)
    page.select_option("[name=category]", index=1)
    page.locator("summary", has_text="一次列出所有组合").click()
    for name, text in {"all-a": "松绿，雾灰", "all-b": "横线，方格，空白", "all-price": "39.90", "all-code": "SZ"}.items():
        page.fill(f"[name={name}]", text)
    person.press("列出组合")
    assert page.input_value("[name=r5-code]") == "SZ-06"
    person.submit("存成草稿").reads("草稿").reads("纸张")
    assert page.locator("main script").count() == 0
    page.set_input_files("#f-pictures", [picture("一", "darkseagreen"), picture("二", "lightgray")])  # type: ignore[list-item]
    person.submit("上传").reads("加了 2 张图片")
    person.press("编辑")
    page.fill("[name=subtitle]", "平摊不断线")
    person.submit("保存").reads("平摊不断线")
    return page.url.rpartition("/")[2].partition("#")[0]


def stock_and_price(person: Person, product: str) -> None:
    """A warehouse of its own, replenished; another price, remembered (D07.3.4–5)."""
    page = person.page
    person.press("库存").press("开一个仓库")
    page.fill("[name=name]", f"福州仓{secrets.randbelow(10**6)}")
    place(person)
    page.fill("[name=detail]", "工业路 1 号")
    person.submit("开仓库").reads("仓库已开好")
    page.locator("#receive [name=pieces]").fill("30")
    person.submit("入库").reads("已记下")
    person.go(f"/shop/products/{product}").press("改价")
    page.locator("main input[inputmode=decimal]").first.fill("35.90")
    person.submit("保存新价格").reads("35.90")
    person.go(f"/shop/products/{product}/history").reads("39.90").reads("35.90")


def delete(person: Person) -> None:
    """Created by mistake, deleted for ever after a question that may be answered with no (D07.3.3)."""
    page = person.page
    person.go("/shop/products/new")
    page.fill("[name=title]", "写错的商品")
    page.select_option("[name=category]", index=1)
    page.fill("[name=r0-price]", "1")
    page.fill("[name=spec_a]", "")
    page.fill("[name=spec_b]", "")
    person.submit("存成草稿").press("删除").reads("永久移除")
    person.press("返回，不操作").reads("写错的商品").press("删除").submit("删除").reads("已永久删除")
    person.go("/shop/products?q=写错的商品").reads("这里没有符合的商品")


def test_from_the_application_to_the_first_order(seat: Seats):
    """D07.1–4: everything through the pages, by the persons whose step it is."""
    shop = f"白鹭文具{secrets.randbelow(10**6):06d}"
    owner = trade.newcomer(seat(desk=True))
    person, page = owner.person, owner.person.page
    verify(person, owner.phone, seat("supervisor", desk=True), shop)

    person.go("/shop")  # D07.2: the four modules
    rooms = page.locator("#rooms nav a").all_inner_texts()
    assert [re.sub(r"\s|\d", "", text) for text in rooms][:4] == ["首页", "商品管理", "订单处理", "用户管理"]
    product = describe(person)
    stock_and_price(person, product)
    person.go(f"/shop/products/{product}").press("上架").submit("上架").reads("在售")
    delete(person)

    buyer = seat("buyer", desk=True)
    buyer.go(f"/p/{product}")
    for option in ("松绿", "横线"):
        buyer.page.locator(".wd-opt", has_text=option).first.click()
    trade.buy_now(buyer)
    buyer.page.locator("input[name=payment_method][value=cod]").check()
    (no,) = trade.submit(buyer)
    person.go("/shop").reads("待接单").reads("手账本")  # D07.4.1: what is pending
    person.go(f"/shop/orders/{no}").reads("手账本 A5").reads("35.90").reads("待接单")
    trade.accept(person, no)
    person.go("/shop/customers").reads("陈*").misses("13800006021")
    expect(page.locator("h1")).to_contain_text("用户管理")


def test_goods_by_spreadsheet_and_a_clerk(seat: Seats):
    """D07.2, D07.3: a faulty table is told by line and writes nothing, a good one is previewed and written; a clerk is invited and works."""
    seller, code = seat("seller", desk=True), f"TB-{secrets.randbelow(10**6):06d}"
    page = seller.page
    seller.go("/shop/products/sheets")
    head = "名称,分类,货号,价格（元）"
    good = f"{head}\n表格台灯,灯具,{code},199\n"
    page.set_input_files("#f-file", {"name": "bad.csv", "mimeType": "text/csv", "buffer": good.replace("199", "贵").encode("gb18030")})
    seller.submit("检查表格").reads("什么都没有写入").reads("价格要填成")
    seller.go("/shop/products/sheets")
    page.set_input_files("#f-file", {"name": "good.csv", "mimeType": "text/csv", "buffer": good.encode()})
    seller.submit("检查表格").reads("1 件新建").submit("全部写入").reads("已写入")
    seller.go(f"/shop/products?q={code}").reads("表格台灯")

    clerk = trade.newcomer(seat(desk=True))
    seller.go("/shop/people")
    page.fill("[name=to]", clerk.phone)
    seller.submit("发出邀请").reads("邀请已发出")
    clerk.person.waits_for("/me", "店铺邀请").press("店铺邀请").submit("答应").reads("首页")
    clerk.person.go("/shop/people").reads("由店主邀请")
