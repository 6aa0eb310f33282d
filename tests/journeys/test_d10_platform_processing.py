"""D10 平台订单处理: accept with the stock check, a wave, inspection with a picture, protection and weight, the carrier's list, the buyer's own check."""

import io
import re

from PIL import Image
from playwright.sync_api import expect

from tests.journeys import trade
from tests.journeys.conftest import Seats
from tests.journeys.people import Person


def picture() -> dict[str, object]:
    """What the camera on the inspection table takes."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (120, 150, 110)).save(out, "JPEG")
    return {"name": "table.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def house_with(warehouse: Person, parcel: str) -> str:
    """The warehouse whose list of waves offers the parcel."""
    warehouse.go("/warehouse/waves")
    for path in [link.get_attribute("href") or "" for link in warehouse.page.locator("a.wd-chip").all()] or ["/warehouse/waves"]:
        warehouse.go(path)
        if warehouse.page.locator(f"input[type=checkbox][name=no][value={parcel}]").count():
            return path.partition("house=")[2]
    raise AssertionError(f"{parcel} waits in no warehouse")


def walk(warehouse: Person, parcel: str) -> None:
    """Make a wave of the parcel, take it, and fetch its pieces box by box; a wrong piece is refused in red (D10.2)."""
    page = warehouse.page
    page.locator(f"input[type=checkbox][name=no][value={parcel}]").check()
    warehouse.press("把选中的做成一波").reads("还没有人拣这一波").press("我来拣").reads("放进几号格")
    wave = page.url.rpartition("/")[2]
    trade.scan(warehouse, "NO-SUCH-CODE")
    warehouse.reads("不是这一件")
    expect(page.locator(".wd-verdict[data-sound=wrong]")).to_be_visible()
    code = page.locator(".card .wd-no.text-break")
    for _ in range(20):
        if not code.count():
            break
        trade.scan(warehouse, code.first.inner_text())
    warehouse.look().reads("这一波拣完了")
    warehouse.go(f"/warehouse/waves/{wave}/list").reads("拣货单").reads("放进几号格")


def inspect(warehouse: Person, parcel: str) -> None:
    """Model, count and damage are looked at, and a picture is kept (D10.2)."""
    warehouse.go(f"/warehouse/parcels/{parcel}").reads("验货")
    warehouse.page.locator("input[name=picture]").set_input_files([picture()])  # type: ignore[list-item]
    warehouse.press("存照片").reads("照片存好了")
    trade.scan_goods(warehouse, "验货")
    warehouse.look().reads("打包")


def pack(warehouse: Person, parcel: str) -> None:
    """A box, protection, the scale's weight typed into the scanner's field, then the parcel's number (D10.3)."""
    page = warehouse.page
    page.locator("input[name=wrapping][value=carton-m]").check(force=True)
    page.locator("input[name=wrapping][value=bubble]").check(force=True)
    found = re.search(r"商品重 ([\d.]+) kg", page.content())
    grams = round(float(found.group(1)) * 1000) + 360 if found else 1000
    trade.scan(warehouse, f"{grams}g")
    warehouse.reads("称好了")
    expect(page.locator("input[name=wrapping][value=bubble]")).to_be_checked()
    trade.scan(warehouse, parcel)
    warehouse.look().reads("建议的快递")
    warehouse.go(f"/warehouse/parcels/{parcel}/slip").reads("装箱单").reads("气泡膜").misses("¥")


def hand_over(warehouse: Person, parcel: str, house: str) -> str:
    """Book the carrier, load the parcel onto its list by the waybill, have it counted and signed (D10.3–4); returns the waybill."""
    page = warehouse.page
    warehouse.go(f"/warehouse/parcels/{parcel}")
    carrier = page.locator(".card .place").first.inner_text()
    trade.scan(warehouse, parcel)
    warehouse.look().reads("运单号")
    waybill = page.locator(".card .place").first.inner_text().replace(" ", "")
    warehouse.go(f"/warehouse/manifests?house={house}")
    page.locator("aside form", has_text=carrier).locator("button").click()
    page.wait_for_url("**/warehouse/manifests/M*")
    trade.scan(warehouse, waybill)
    warehouse.look().reads("装上了")
    loaded = page.locator(".many").inner_text().split("/")[0].strip()
    page.fill("input[name=courier]", "周师傅")
    page.fill("input[name=counted]", loaded)
    warehouse.press("数目对，交接完成").reads("周师傅 签收")
    warehouse.go(page.url + "/paper").reads(waybill)
    return waybill


def test_from_the_stock_check_to_the_buyers_own_look(seat: Seats):
    """D10.1–5: a slot is chosen; the shop accepts; the warehouse walks, inspects, packs, loads; the buyer compares and completes."""
    buyer = trade.newcomer(seat(desk=True))
    person = buyer.person
    title = trade.choose(person, "台灯")
    trade.buy_now(person)
    person.press("先填一个收货地址")
    trade.fill_address(person)
    person.press("什么时候送").reads("不挑时间，尽快送")
    person.page.locator(".wd-slots label:not(.dim)").first.click()
    (no,) = trade.submit(person)
    trade.pay(person)

    seller = seat("seller", desk=True)
    trade.accept(seller, no)  # D10.1: accepted after the stock check, the parcel is planned on the held shelf
    (parcel,) = trade.parcels_of(seller, no)
    warehouse = seat("warehouse")
    house = house_with(warehouse, parcel)
    walk(warehouse, parcel)  # D10.2
    inspect(warehouse, parcel)
    pack(warehouse, parcel)  # D10.3
    waybill = hand_over(warehouse, parcel, house)

    person.waits_for(f"/me/orders/{no}", "待收货")  # D10.4: the waybill and every stop
    person.reads(waybill[:4])
    person.courier(waybill, *trade.ON_THE_WAY)
    person.waits_for(f"/me/orders/{no}", "已签收")
    person.reads(title[:8]).reads("× 1")  # D10.5: model, count, and how it looked when it left
    expect(person.page.locator("img[alt='验货照片']")).to_have_count(1)
    person.press("确认收货").press("已收到，确认收货").reads("已完成")
