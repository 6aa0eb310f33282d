"""What people do in more than one journey: come, choose, place, pay, accept, send; each step by the person whose step it is."""

import re
import secrets
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.journeys.people import Person

ALPHABET = "0-9A-HJKMNP-TV-Z"
PASSWORD = "green-lamp-7429"
ON_THE_WAY = ("picked_up", "in_transit", "out_for_delivery", "delivered")


@dataclass
class Newcomer:
    """Somebody who has just registered by phone and code, with a proved mail address."""

    person: Person
    phone: str
    mail: str


def code_for(person: Person, to: str) -> str:
    """The newest code that the SMS or mail sandbox delivered to a number or address."""
    for _ in range(160):
        found = [re.search(r"\b(\d{6})\b", each["text"]) for each in person.messages(to)]
        if found and found[0]:
            return found[0].group(1)
        person.page.wait_for_timeout(250)
    raise AssertionError(f"no code for {to}")


def new_phone() -> str:
    """A phone number nobody has used in this run."""
    return f"136{secrets.randbelow(10**8):08d}"


def numbers_on(person: Person, prefix: str) -> list[str]:
    """Numbers of one kind on the page, in order, each once, however they are grouped."""
    found = re.findall(rf"\b{prefix}\d\d[{ALPHABET}] ?[{ALPHABET}]{{4}} ?[{ALPHABET}]{{4}}\b", person.page.content())
    return list(dict.fromkeys(number.replace(" ", "") for number in found))


def fill_address(person: Person, text: str = "") -> None:
    """Paste an address into the box, look at what it understood, and save it; a home of his own when none is given, as the rules of risk count homes."""
    page, text = person.page, text or home_with(new_phone())
    page.fill("textarea[name=text]", text)
    person.press("识别")
    expect(page.locator("[name=name]")).to_have_value("张小北")
    expect(page.locator("[name=phone]")).to_have_value(re.compile(text.split()[1]))
    person.press("保存地址")


def home_with(phone: str) -> str:
    """A home of its own for somebody with this phone, as one pastes it."""
    return f"张小北 {phone} 浙江省杭州市余杭区仓前街道云溪路20号1幢{secrets.randbelow(8999) + 1000}室"


def block(office: Person, phone: str) -> None:
    """The office blocks a phone, so that orders to it wait for the auditor (D04.2)."""
    office.go("/office/blocked")
    office.page.select_option("select[name=kind]", "phone")
    office.page.fill("input[name=value]", phone)
    office.page.fill("input[name=reason]", "多次拒收，电话不接")
    office.submit("拉黑").reads("已拉黑")


def choose(person: Person, words: str, *, variant: str = "") -> str:
    """Find goods by words and open the first; returns the title."""
    person.go(f"/search?q={words}")
    tile = person.page.locator(".wd-tile").first
    title = tile.locator(".name").inner_text()
    tile.click()
    person.page.wait_for_url("**/p/*")
    person.look().reads(title)
    if variant:
        person.page.locator(".wd-opt", has_text=variant).first.click()
        expect(person.page.locator(".wd-opt.on", has_text=variant)).to_have_count(1)
    return title


def newcomer(person: Person) -> Newcomer:
    """Register by phone and code, with a proved mail address; what was in the cart comes along (D15.1, C8)."""
    phone, page = new_phone(), person.page
    mail = f"{phone}@example.com"
    person.go("/register")
    page.fill("input[name=phone]", phone)
    person.submit("发验证码").reads("验证码已发到")
    page.fill("input[name=code]", code_for(person, phone))
    page.fill("input[name=password]", PASSWORD)
    page.check("input[name=accept_terms]")
    person.submit("注册")
    page.wait_for_url(lambda url: "/register" not in url)
    prove_mail(person, mail)
    return Newcomer(person, phone, mail)


def prove_mail(person: Person, mail: str) -> None:
    """Bind a mail address by the code that was sent to it and the password, so that a stolen session cannot."""
    person.go("/me/email")
    person.page.fill("input[name=to]", mail)
    person.submit("发验证码")
    person.reads("验证码已发到")
    person.page.fill("input[name=code]", code_for(person, mail))
    person.page.fill("input[name=own]", PASSWORD)
    person.submit("绑定")
    person.go("/me/profile").misses("未绑定")


def into_cart(person: Person) -> None:
    """Put the chosen variant into the cart; on a phone the choice stands in a sheet."""
    _press_in_sheet(person, "加入购物车")


def buy_now(person: Person) -> None:
    """Go to the checkout without the cart (D01.2)."""
    _press_in_sheet(person, "立即购买")


def _press_in_sheet(person: Person, text: str) -> None:
    page = person.page
    bar = page.locator(".wd-bar:visible a", has_text=text)
    if bar.count():
        bar.first.click()
    page.locator("#buy button:visible", has_text=text).first.click()
    page.wait_for_load_state()
    person.look()


def submit(person: Person) -> list[str]:
    """Submit the order; returns the numbers of the orders that were born."""
    person.page.locator("button:visible", has_text="提交订单").first.click()
    person.page.wait_for_url("**/pay/**")
    person.look()
    return numbers_on(person, "A")


def at_the_bank(person: Person, button: str = "支付成功") -> None:
    """Go to the bank's page, press a button there, come back to the shop."""
    person.page.locator("a.btn-primary", has_text="去付款").click()
    person.page.wait_for_url(f"{person.sandbox}/pay/**")
    person.page.locator("button", has_text=button).click()
    person.page.wait_for_load_state()
    person.page.locator("a", has_text="返回商家").click()
    person.page.wait_for_url(f"{person.url}/**")


def pay(person: Person) -> None:
    """Pay at the bank; the result page waits for the bank's signed notify (D13.5)."""
    at_the_bank(person)
    expect(person.page.locator("h2", has_text="付款成功")).to_be_visible(timeout=20_000)
    person.look()


def accept(seller: Person, no: str) -> None:
    """The shop finds the order by its number and takes it (D12.3)."""
    seller.go(f"/shop/orders/{no}").press("接单", exact=True).reads("待发货")


def accept_by_keys(seller: Person, no: str) -> None:
    """The same from the queue and without a mouse: down to the order, and do what is next with it."""
    page = seller.go("/shop").page
    told = " ".join((no[:4], no[4:8], no[8:]))
    here = page.locator(".wd-row.cur", has_text=told)
    for _ in range(150):
        if here.count():
            break
        page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("d")
    seller.go(f"/shop/orders/{no}").reads("待发货")


def parcels_of(seller: Person, no: str) -> list[str]:
    """The numbers of the order's parcels as the shop sees them."""
    seller.go(f"/shop/orders/{no}")
    return numbers_on(seller, "P")


def match(finance: Person, reference: str, yuan: str, bank_no: str) -> None:
    """Finance enters a transfer that came in."""
    finance.page.fill("input[name=reference]", reference)
    finance.page.fill("input[name=amount]", yuan)
    finance.page.fill("input[name=bank_no]", bank_no)
    finance.submit("认款")


def scan(warehouse: Person, code: str) -> None:
    """The scanner types a code into the field that has focus, and Enter."""
    page = warehouse.page
    field = page.locator("input[data-scan]")
    expect(field).to_be_focused()
    field.fill(code)
    with page.expect_response(lambda answer: answer.url.endswith("/scan")):
        field.press("Enter")
    page.wait_for_load_state()
    page.wait_for_timeout(150)


def scan_goods(warehouse: Person, stage: str) -> None:
    """Every piece of the parcel's present step, by the code that the screen asks for."""
    code = warehouse.page.locator(".card .wd-no.text-break")
    for _ in range(50):
        if warehouse.page.locator("header, .wd-scan").filter(has_text=stage).count() == 0 or code.count() == 0:
            return
        scan(warehouse, code.first.inner_text())
    raise AssertionError("too many pieces")


def send(warehouse: Person, parcel: str) -> str:
    """Pick, inspect, pack, book and hand over with a scanner (D10.3, D12.4–6); returns the carrier's waybill."""
    warehouse.go(f"/warehouse/parcels/{parcel}").reads("拣货")
    scan_goods(warehouse, "拣货")
    warehouse.look().reads("验货")
    scan_goods(warehouse, "验货")
    warehouse.look().reads("打包")
    scan(warehouse, parcel)
    warehouse.look().reads("建议的快递").reads("天、")
    scan(warehouse, parcel)
    warehouse.look().reads("运单号")
    waybill = warehouse.page.locator(".card .place").first.inner_text().replace(" ", "")
    scan(warehouse, waybill)
    warehouse.look().reads("已交给")
    return waybill
