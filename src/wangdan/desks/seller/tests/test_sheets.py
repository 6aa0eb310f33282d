"""Goods by spreadsheet: out and in again, faults by line, nothing half done, twice is once, long ones behind (D07.3)."""

import csv
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from wangdan.catalogue import operations as goods
from wangdan.catalogue.models import Category, Price, Product, Sheet, Sku
from wangdan.desks import sheet_reading, sheets
from wangdan.desks.tests.browser import seat
from wangdan.kernel import operations
from wangdan.kernel.errors import Malformed
from wangdan.kernel.jobs import REACTION, run_reaction
from wangdan.kernel.models import Journal
from wangdan.site import world

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = ["名称", "副标题", "分类", "产地", "标签", "描述", "规格一", "规格一的值", "货号", "价格（元）", "重量（克）", "在卖"]
BASE = "/shop/products/sheets"


@pytest.fixture
def made():
    """The built world with one product of each shop on sale."""
    built = world.built()
    built.cup = built.product(built.shops[0], "手作陶杯", 6800, {"松绿": 50, "雾灰": 3})
    built.board = built.product(built.shops[1], "机械键盘", 39900, 10)
    return built


def chair(code="YZ-1", price="1299.00", title="绒面单人椅", colour="松绿", category="家具"):
    """One line of a table."""
    return [title, "实木脚", category, "浙江安吉", "客厅，阅读", "坐着读书。", "颜色", colour, code, price, "9000", "是"]


def as_csv(*lines, head=HEAD, encoding="utf-8-sig"):
    """A table as a program would save it."""
    out = io.StringIO()
    csv.writer(out).writerows([head, *lines])
    return out.getvalue().encode(encoding)


def hand_in(made, data, name="seller", file="goods.csv"):
    """The kept table, or the answer when it was refused."""
    sent = {"file": SimpleUploadedFile(file, data), "shop": made.shops[0 if name == "seller" else 1].pk, "nonce": str(len(data))}
    answer = seat(made, name).post(BASE, sent)
    return Sheet.objects.order_by("-pk").first() if answer.status_code == 302 else answer


def take(made, sheet, nonce="1"):
    """Everything of it."""
    seat(made, "seller").post(f"{BASE}/{sheet.pk}/take", {"nonce": nonce})
    sheet.refresh_from_db()
    return sheet


def everything():
    """What must not change."""
    return list(Product.objects.order_by("pk").values_list("title", "status", "price_min")), list(
        Sku.objects.order_by("pk").values_list("code", "price")
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_a_table_is_previewed_then_taken(made, encoding):
    """Read and checked, nothing changed; taken: one draft with two variants, found by its codes; the preview says what will be."""
    before = everything()
    sheet = hand_in(made, as_csv(chair(), chair("YZ-2", "1199", "", "雾灰"), encoding=encoding))
    assert (sheet.status, sheet.lines, len(sheet.goods)) == ("checked", 2, 1)
    assert everything() == before
    assert "1 件新建" in seat(made, "seller").get(f"{BASE}/{sheet.pk}").content.decode()
    sheet = take(made, sheet)
    assert (sheet.status, sheet.made, sheet.changed) == ("done", 1, 0)
    product = Product.objects.get(title="绒面单人椅")
    assert (product.status, product.price_min, product.price_max, product.tags) == ("draft", 119900, 129900, ["客厅", "阅读"])
    assert list(Sku.objects.filter(product=product).values_list("code", "price")) == [("YZ-1", 129900), ("YZ-2", 119900)]


def test_twice_is_once_and_codes_update(made):
    """The same table again changes nothing; another price changes that variant alone and is remembered."""
    data = as_csv(chair(), chair("YZ-2", "1199", "", "雾灰"))
    take(made, hand_in(made, data), "1")
    kept, prices = everything(), Price.objects.count()
    again = take(made, hand_in(made, data + b"\r\n"), "2")
    assert (again.made, again.changed) == (0, 0)
    assert everything() == kept
    assert Price.objects.count() == prices
    third = take(made, hand_in(made, as_csv(chair("YZ-2", "999", colour="雾灰"))), "3")
    assert (third.made, third.changed) == (0, 1)
    assert dict(Sku.objects.filter(product__title="绒面单人椅").values_list("code", "price")) == {"YZ-1": 129900, "YZ-2": 99900}
    assert Price.objects.count() == prices + 1


def test_faults_are_told_by_line_and_nothing_is_written(made):
    """Each fault with its line and column; a faulty table cannot be taken, whatever one posts."""
    before = everything()
    lines = [
        chair(),
        chair("YZ-1", title=""),
        chair("", title="台灯"),
        chair("TD-1", "abc", "台灯二"),
        chair("TD-2", title="台灯三", category="没有的"),
        chair("TD-4", title="x" * 121),
    ]
    sheet = hand_in(made, as_csv(*lines))
    assert sheet.status == "faulty"
    found = {(fault["line"], fault["column"]) for fault in sheet.faults}
    assert {(3, "code"), (4, "code"), (5, "price"), (6, "category"), (7, "title")} <= found
    shown = seat(made, "seller").get(f"{BASE}/{sheet.pk}").content.decode()
    for word in ("同一个货号写了两行", "价格要填成", "没有这个分类"):
        assert word in shown
    assert take(made, sheet).status == "faulty"
    assert everything() == before


def test_codes_of_two_products_in_one_take_nothing(made):
    """Found out when it is taken: refused as a whole, goods before it in the table too."""
    take(made, hand_in(made, as_csv(chair("A-1", title="甲"), chair("B-1", title="乙"))))
    before = everything()
    sheet = hand_in(made, as_csv(chair("C-1", title="丙"), chair("A-1", title="丁"), chair("B-1", title="", colour="雾灰")))
    assert take(made, sheet, "9").status == "checked"
    assert everything() == before


def test_a_long_table_goes_behind(made):
    """Past the option the worker takes it, whole; what then does not go is told on its page and nothing is changed."""
    operations.set_option(made.call("admin"), name="catalogue.sheet_at_once", value=1)
    sheet = take(made, hand_in(made, as_csv(chair("A-1", title="甲"), chair("B-1", title="乙"))))
    assert sheet.status == "waiting"
    assert "正在写入 2 件商品" in seat(made, "seller").get(f"{BASE}/{sheet.pk}").content.decode()
    work()
    sheet.refresh_from_db()
    assert (sheet.status, sheet.made) == ("done", 2)
    bad = take(made, hand_in(made, as_csv(chair("A-1", title="丁"), chair("B-1", title="", colour="雾灰"), chair("E-1", title="戊"))), "8")
    before = everything()
    work()
    bad.refresh_from_db()
    assert (bad.status, bad.trouble["code"]) == ("failed", "catalogue.sheet_mixed")
    assert everything() == before
    assert "几件不同的商品" in seat(made, "seller").get(f"{BASE}/{bad.pk}").content.decode()
    operations.set_option(made.call("admin"), name="catalogue.sheet_at_once", value=100)


def work():
    """What the worker does."""
    for job in ProcrastinateJob.objects.filter(task_name=REACTION).order_by("id"):
        if job.args["reaction"] == "catalogue.work_sheet" and Journal.objects.filter(pk=job.args["journal_id"]).exists():
            run_reaction(**job.args)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_goes_out_comes_in_again_and_changes_nothing(made, form):
    """The export is a table that can be handed in: the same goods, no change; formulas are disarmed and read back as they were."""
    goods.create_product(
        made.call("seller"),
        shop_id=made.shops[0].pk,
        draft=world.Draft(Category.objects.get(slug="furniture").pk, "=cmd|' /C calc'!A0", [world.Variant({}, 100, "EVIL-1")], description="+1"),
    )
    answer = seat(made, "seller").get(f"/shop/products/export.{form}")
    data = b"".join(answer.streaming_content)
    rows = sheet_reading.rows(data, most=100)
    assert "机械键盘" not in str(rows)
    assert "=cmd|' /C calc'!A0" in [row[0] for row in rows]
    assert b"\n=cmd" not in data
    before = everything()
    sheet = take(made, hand_in(made, data, file=f"goods.{form}"), f"x{form}")
    assert (sheet.status, sheet.made, sheet.changed, sheet.faults) == ("done", 0, 0, [])
    assert everything() == before


def test_the_template_can_be_handed_in(made):
    """Its example is a correct product."""
    made.category("灯具", "lamps")
    for form in ("csv", "xlsx"):
        answer = seat(made, "seller").get(f"/shop/products/template.{form}")
        sheet = hand_in(made, b"".join(answer.streaming_content), file=f"t.{form}")
        assert (sheet.status, sheet.lines) == ("checked", 2)
    assert seat(made, "seller").get("/shop/products/template.exe").status_code == 404


def xlsx(sheet, shared="<sst/>"):
    """An XLSX as an office program packs it, with these parts in it."""
    whole, out = io.BytesIO(), io.BytesIO()
    Workbook().save(whole)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    listed = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}" /></Types>'
    with zipfile.ZipFile(whole) as made, zipfile.ZipFile(out, "w") as archive:
        parts = {name: made.read(name).decode() for name in made.namelist()} | {"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": shared}
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", listed)
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_what_office_programs_write(made):
    """Shared texts, cells left out, numbers with a tail of digits."""
    del made
    shared = f"<sst {NS}><si><t>名称</t></si><si><r><t>货</t></r><r><t>号</t></r></si></sst>"
    cells = '<c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c><c r="D1"><v>19.899999999999999</v></c><c r="E1"><v>12.0</v></c>'
    assert sheet_reading.rows(xlsx(f"<worksheet {NS}><sheetData><row>{cells}</row></sheetData></worksheet>", shared), most=10) == [
        ["名称", "", "货号", "19.90", "12"]
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04broken",
        b"\xff\xfe\xff\xff",
        xlsx("<worksheet><!-- no end"),
        xlsx(f'<!DOCTYPE a [<!ENTITY b "c">]><worksheet {NS}><sheetData><row><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'),
        xlsx(f'<worksheet {NS}><sheetData><row><c t="s"><v>99</v></c></row></sheetData></worksheet>', f"<sst {NS}/>"),
    ],
)
def test_what_is_no_table(made, data):
    """A broken archive, a foreign encoding, unfinished XML, entities, a text that is not there: 422, nothing kept."""
    answer = hand_in(made, data, file="goods.xlsx")
    assert answer.status_code == 422
    assert not Sheet.objects.exists()


def test_too_long_and_empty(made):
    """Past the limit of lines, and only a head: told, nothing kept."""
    with pytest.raises(Malformed) as refused:
        sheet_reading.rows(b"a\n" * 12, most=10)
    assert refused.value.code == "catalogue.sheet_long"
    assert hand_in(made, as_csv()).status_code == 422
    assert not Sheet.objects.exists()


def test_tables_are_the_shops_own(made):
    """Another shop's table is not there, by page or by post; a buyer has no such room."""
    sheet = hand_in(made, as_csv(chair()))
    other, before = seat(made, "seller2"), everything()
    assert other.get(f"{BASE}/{sheet.pk}").status_code == 404
    assert other.post(f"{BASE}/{sheet.pk}/take").status_code == 404
    assert seat(made, "buyer").get(BASE).status_code == 403
    assert seat(made, "buyer").get("/shop/products/export.csv").status_code == 403
    assert everything() == before


def test_formulas_are_disarmed():
    """What a spreadsheet would run begins with a quote; a plain minus in the middle does not."""
    assert [sheets.safe(text) for text in ("=1+1", " +1", "-1", "@a", "a-b")] == ["'=1+1", "' +1", "'-1", "'@a", "a-b"]
