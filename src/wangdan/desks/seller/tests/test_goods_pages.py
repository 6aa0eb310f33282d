"""The shop's goods in the browser's eyes: described, priced, pictured, sold, stocked; who may see what; what is wrong stands at its field (D07.3)."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from wangdan.catalogue.models import Category, Picture, Product, Sku
from wangdan.desks.tests.browser import page, seat
from wangdan.inventory.models import Move, Stock
from wangdan.site import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made():
    """The built world with one product of each shop on sale."""
    built = world.built()
    built.cup = built.product(built.shops[0], "手作陶杯 340ml", 6800, {"松绿": 50, "雾灰": 3})
    built.board = built.product(built.shops[1], "机械键盘 75%", 39900, 10)
    return built


def chair(**changed):
    """A filled form of a new product: two colours in one size, with stock."""
    form = {
        "do": "save", "title": "绒面单人椅", "subtitle": "实木脚", "category": str(Category.objects.first().pk), "origin": "浙江安吉", "tags": "客厅，阅读",
        "description": "坐着读书。", "parameters": "材质：白橡木\n承重：120 公斤", "spec_a": "颜色", "spec_b": "尺寸", "spec_c": "", "rows": "3",
        "r0-a": "松绿", "r0-b": "大", "r0-price": "1,299.00", "r0-stock": "12", "r0-code": "YZ-1", "r0-weight": "9000", "r0-active": "1",
        "r1-a": "雾灰", "r1-b": "大", "r1-price": "￥1199", "r1-stock": "", "r1-code": "YZ-2", "r1-weight": "9000", "r1-active": "1",
        "r2-weight": "500", "r2-active": "1", "nonce": "form-1",
    }  # fmt: skip
    return form | changed


def everything():
    """What a refusal must leave alone."""
    return (
        list(Product.objects.order_by("pk").values("title", "status", "price_min", "category")),
        list(Sku.objects.order_by("pk").values("specs", "price", "active")),
        list(Stock.objects.order_by("pk").values("on_hand", "held", "bin")),
        Move.objects.count(),
        Picture.objects.count(),
    )


def image(colour="red"):
    """A real picture as a browser sends it."""
    out = io.BytesIO()
    Image.new("RGB", (60, 60), colour).save(out, "PNG")
    return SimpleUploadedFile("陶杯.png", out.getvalue(), "image/png")


PATHS = (
    "/shop/products", "/shop/products/new", "/shop/products/{pk}", "/shop/products/{pk}/edit", "/shop/products/{pk}/prices", "/shop/products/{pk}/stock",
    "/shop/products/{pk}/take_off_sale",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_who_may_enter(made, path):
    """The shop's own people read it; others of the house read why not; strangers log in."""
    here = path.format(pk=made.cup.pk)
    assert seat(made, "seller").get(here).status_code == 200
    for name in ("buyer", "warehouse", "service", "finance", "admin"):
        assert seat(made, name).get(here).status_code == 403, name
    assert Client().get(here)["Location"].startswith("/login")


@pytest.mark.parametrize("path", [path for path in PATHS if "{pk}" in path])
def test_another_shops_goods_are_not_there(made, path):
    """404, though the goods are on sale for all to see; and for goods that nobody has."""
    assert seat(made, "seller").get(path.format(pk=made.board.pk)).status_code == 404
    assert seat(made, "seller").get(path.format(pk=10**12)).status_code == 404


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("edit", {"do": "save"}),
        ("prices", {}),
        ("take_off_sale", {}),
        ("archive", {}),
        ("pictures", {}),
        ("pictures/1", {"do": "remove"}),
        ("variants/1/picture", {"picture": ""}),
        ("stock/receive", {"pieces": "5"}),
        ("stock/count", {"pieces": "5"}),
        ("stock/adjust", {"pieces": "5", "reason": "破损"}),
        ("stock/bin", {"bin": "Z"}),
    ],
)
def test_another_shops_forms_change_nothing(made, path, form):
    """Whatever is posted to somebody else's product is 404 and leaves all as it was; so is a foreign SKU on one's own page."""
    foreign, before = Sku.objects.get(product=made.board), everything()
    form = form | {"sku": foreign.pk, "warehouse": Stock.objects.get(sku=foreign).warehouse_id}
    assert seat(made, "seller").post(f"/shop/products/{made.board.pk}/{path}", form).status_code == 404
    if path.startswith("stock"):
        assert seat(made, "seller").post(f"/shop/products/{made.cup.pk}/{path}", form).status_code == 404
    assert everything() == before


def test_a_foreign_warehouse_takes_nothing(made):
    """One's own SKU into another shop's warehouse: 404."""
    sku, before = Sku.objects.filter(product=made.cup).first(), everything()
    form = {"sku": sku.pk, "warehouse": made.warehouses[2].pk, "pieces": "5"}
    assert seat(made, "seller").post(f"/shop/products/{made.cup.pk}/stock/receive", form).status_code == 404
    assert everything() == before


def test_a_new_product_with_its_first_pieces(made):
    """Saved as a draft with its variants; the pieces are received with a note; a second click makes nothing new (D07.3.1)."""
    client = seat(made, "seller")
    form = chair(warehouse=made.warehouses[0].pk, shop=made.shops[0].pk)
    answer = client.post("/shop/products/new", form)
    product = Product.objects.get(title="绒面单人椅")
    assert answer["Location"] == f"/shop/products/{product.pk}"
    assert (product.status, product.price_min, product.price_max, product.tags) == ("draft", 119900, 129900, ["客厅", "阅读"])
    assert product.parameters == [["材质", "白橡木"], ["承重", "120 公斤"]]
    assert [(sku.specs, sku.code, sku.weight_grams) for sku in Sku.objects.filter(product=product).order_by("position")] == [
        ({"颜色": "松绿", "尺寸": "大"}, "YZ-1", 9000), ({"颜色": "雾灰", "尺寸": "大"}, "YZ-2", 9000),
    ]  # fmt: skip
    assert [(row.on_hand, row.warehouse_id) for row in Stock.objects.filter(sku__product=product)] == [(12, made.warehouses[0].pk)]
    assert Move.objects.get(stock__sku__product=product).person_id == made.people["seller"].pk
    client.post("/shop/products/new", form)
    assert (Product.objects.filter(title="绒面单人椅").count(), Stock.objects.get(sku__product=product).on_hand) == (1, 12)
    shown = page(client, answer["Location"])
    assert "还没有图片" in shown
    assert "上架" in shown


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "id_title_error"),
        ({"title": "长" * 121}, "id_title_error"),
        ({"category": ""}, "id_category_error"),
        ({"category": "999999"}, "id_category_error"),
        ({"tags": "长" * 21}, "id_tags_error"),
        ({"parameters": "白橡木"}, "id_parameters_error"),
        ({"r0-price": ""}, "r0-price-error"),
        ({"r0-price": "免费"}, "r0-price-error"),
        ({"r1-price": "1.999"}, "r1-price-error"),
        ({"r1-price": "0"}, "r1-price-error"),
        ({"r1-weight": "0"}, "r1-weight-error"),
        ({"r1-stock": "-3"}, "r1-stock-error"),
        ({"r1-b": ""}, "r1-b-error"),
        ({"spec_b": ""}, "r0-b-error"),
        ({"r1-a": "松绿"}, "有两行的规格一样"),
        ({"rows": "0"}, "至少写一行规格和价格"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(made, changed, field):
    """422; the fault is at its field; the rest of the form is as it was typed; no product is made."""
    before = everything()
    answer = seat(made, "seller").post("/shop/products/new", chair(**changed, shop=made.shops[0].pk))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert field in shown
    for typed in ("实木脚", "坐着读书。", "浙江安吉"):
        assert typed in shown
    if changed.get("rows") != "0":
        assert "YZ-1" in shown
        assert "YZ-2" in shown
    assert everything() == before


def test_the_matrix_of_colour_and_size_without_script(made):
    """A button lists every combination that is missing, another adds empty rows; what was typed stays, nothing is saved."""
    before = everything()
    form = chair(**{"do": "fill", "all-a": "松绿，雾灰", "all-b": "大、小", "all-price": "99", "all-stock": "4", "shop": made.shops[0].pk})
    shown = seat(made, "seller").post("/shop/products/new", form).content.decode()
    assert shown.count('value="小"') == 2
    assert shown.count('value="99"') == 3
    assert "1,299.00" in shown
    assert 'name="rows" value="7"' in shown
    more = seat(made, "seller").post("/shop/products/new", chair(do="more", shop=made.shops[0].pk)).content.decode()
    assert 'name="rows" value="8"' in more
    assert everything() == before


def test_an_edit_switches_a_variant_off_and_says_so_in_the_time_line(made):
    """Untick one, change a price, add one: ids stay, the page tells from what to what (D07.3.2, C7)."""
    client, skus = seat(made, "seller"), list(Sku.objects.filter(product=made.cup).order_by("position"))
    shown = page(client, f"/shop/products/{made.cup.pk}/edit")
    assert 'value="68.00"' in shown
    form = chair(title="手作陶杯 500ml", spec_b="")
    form |= {
        "r0-id": skus[0].pk,
        "r0-a": "松绿",
        "r0-b": "",
        "r0-price": "72.00",
        "r1-id": skus[1].pk,
        "r1-a": "雾灰",
        "r1-b": "",
        "r1-price": "68.00",
    }
    form |= {"r2-a": "陶土", "r2-price": "70"}
    del form["r1-active"]
    assert client.post(f"/shop/products/{made.cup.pk}/edit", form).status_code == 302
    found = {sku.label: (sku.pk, sku.price, sku.active) for sku in Sku.objects.filter(product=made.cup)}
    assert found["松绿"] == (skus[0].pk, 7200, True)
    assert found["雾灰"] == (skus[1].pk, 6800, False)
    assert found["陶土"][1:] == (7000, True)
    story = page(client, f"/shop/products/{made.cup.pk}")
    for text in ("编辑商品", "谷雨", "¥68.00", "¥72.00", "停用", "手作陶杯 500ml"):
        assert text in story


def test_a_foreign_variants_id_in_the_form_is_a_new_row(made):
    """The id of another shop's SKU is not taken over: it makes a new variant, the other stays as it is."""
    foreign = Sku.objects.get(product=made.board)
    skus = list(Sku.objects.filter(product=made.cup).order_by("position"))
    form = chair(spec_b="") | {"r0-id": foreign.pk, "r0-a": "陶土", "r0-b": "", "r1-id": skus[1].pk, "r1-a": "雾灰", "r1-b": ""}
    assert seat(made, "seller").post(f"/shop/products/{made.cup.pk}/edit", form).status_code == 302
    foreign.refresh_from_db()
    assert (foreign.product_id, foreign.price) == (made.board.pk, 39900)
    assert Sku.objects.filter(product=made.cup).count() == 3


def test_moves_say_what_they_do_and_do_it(made):
    """Off sale, archived: each page names what happens to orders, stock and records; a move out of turn changes nothing (D07.3.3, C7)."""
    client, here = seat(made, "seller"), f"/shop/products/{made.cup.pk}"
    assert "已经下的订单照常" in page(client, f"{here}/take_off_sale")
    assert client.get(f"{here}/archive")["Location"] == here
    client.post(f"{here}/archive", {})
    made.cup.refresh_from_db()
    assert made.cup.status == "on_sale"
    client.post(f"{here}/take_off_sale", {})
    assert "电子商务法" in page(client, f"{here}/archive")
    client.post(f"{here}/archive", {})
    made.cup.refresh_from_db()
    assert made.cup.status == "archived"
    assert client.get(f"{here}/edit")["Location"] == here
    assert client.get(f"{here}/fly").status_code == 404
    assert Product.objects.filter(pk=made.cup.pk).exists()


def test_prices_change_and_what_is_no_price_stands_at_its_field(made):
    """Both prices or none (D07.3.4)."""
    client, (green, grey) = seat(made, "seller"), Sku.objects.filter(product=made.cup).order_by("position")
    here, before = f"/shop/products/{made.cup.pk}/prices", everything()
    answer = client.post(here, {f"p{green.pk}": "59.90", f"p{grey.pk}": "便宜"})
    assert answer.status_code == 422
    assert f"p{grey.pk}-error" in answer.content.decode()
    assert "59.90" in answer.content.decode()
    assert everything() == before
    assert client.post(here, {f"p{green.pk}": "59.90", f"p{grey.pk}": "62"}).status_code == 302
    assert list(Sku.objects.filter(product=made.cup).order_by("position").values_list("price", flat=True)) == [5990, 6200]
    assert "¥59.90" in page(client, f"/shop/products/{made.cup.pk}")


def test_pictures_are_added_moved_and_removed(made):
    """Real pictures come in and are re-encoded; a text that calls itself one is named and refused (D06.3)."""
    client, here = seat(made, "seller"), f"/shop/products/{made.cup.pk}"
    client.post(f"{here}/pictures", {"pictures": [image("red"), image("blue")], "nonce": "up-1"})
    client.post(f"{here}/pictures", {"pictures": [image("red"), image("blue")], "nonce": "up-1"})
    first, second = Picture.objects.filter(product=made.cup)
    assert first.file.organisation_id == made.shops[0].pk
    answer = client.post(f"{here}/pictures", {"pictures": [SimpleUploadedFile("x.png", b"not a picture", "image/png")]}, follow=True)
    assert "x.png：" in answer.content.decode()
    assert Picture.objects.filter(product=made.cup).count() == 2
    client.post(f"{here}/pictures/{second.pk}", {"place": "0"})
    assert [row.pk for row in Picture.objects.filter(product=made.cup)] == [second.pk, first.pk]
    sku = Sku.objects.filter(product=made.cup).first()
    client.post(f"{here}/variants/{sku.pk}/picture", {"picture": first.pk})
    sku.refresh_from_db()
    assert sku.picture_id == first.file_id
    client.post(f"{here}/pictures/{first.pk}", {"do": "remove"})
    sku.refresh_from_db()
    assert (Picture.objects.filter(product=made.cup).count(), sku.picture_id) == (1, None)


def test_stock_is_replenished_counted_and_adjusted_with_the_record(made):
    """Each change shows who, when and why; what cannot be read comes back at its field (D07.3.5)."""
    client, here = seat(made, "seller"), f"/shop/products/{made.cup.pk}/stock"
    row = Stock.objects.select_related("sku").get(sku__product=made.cup, on_hand=3)
    form = {"sku": row.sku_id, "warehouse": row.warehouse_id}
    assert "雾灰：谁、什么时候、为什么" in page(client, here)
    for wrong in ("", "abc", "0", "-4", "99999999999"):
        answer = client.post(f"{here}/receive", form | {"pieces": wrong, "note": "采购单 88"})
        assert (answer.status_code, "receive-pieces-error" in answer.content.decode(), "采购单 88" in answer.content.decode()) == (422, True, True), (
            wrong
        )
    assert "adjust-note-error" in client.post(f"{here}/adjust", form | {"pieces": "1", "reason": "", "note": ""}).content.decode()
    assert "adjust-pieces-error" in client.post(f"{here}/adjust", form | {"pieces": "9", "reason": "破损"}).content.decode()
    row.refresh_from_db()
    assert (row.on_hand, Move.objects.filter(stock=row).count()) == (3, 1)
    client.post(f"{here}/receive", form | {"pieces": "20", "note": "采购单 88", "bin": "C-09-1"})
    client.post(f"{here}/adjust", form | {"pieces": "2", "reason": "破损", "note": "摔了", "way": "less"})
    client.post(f"{here}/count", form | {"pieces": "25", "note": "月底"})
    row.refresh_from_db()
    assert (row.on_hand, row.bin) == (25, "C-09-1")
    record = page(client, f"{here}?sku={row.sku_id}")
    for text in ("采购单 88", "破损：摔了", "月底", "+20", "−2", "+4", "谷雨"):
        assert text in record
    assert "采购单 88" not in page(client, f"{here}?sku={row.sku_id}&view=fixed")
    assert client.get(f"{here}?sku={Sku.objects.get(product=made.board).pk}").status_code == 404
    assert client.post(f"{here}/burn", form).status_code == 404


def test_the_list_counts_finds_and_puts_the_scarce_first(made):
    """Tabs with counts, search by word and code, the order by what is left, pages that go on."""
    client = seat(made, "seller")
    for place in range(45):
        made.product(made.shops[0], f"量杯 {place:02d}", 1000 + place, 100 + place)
    shown = page(client, "/shop/products")
    assert shown.count('/stock"') == 40
    assert "机械键盘" not in shown
    assert "46" in shown
    low = page(client, "/shop/products?low=1")
    assert low.index("手作陶杯") < low.index("量杯 00")
    following = client.get("/shop/products?low=1").content.decode().split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "量杯 44" in page(client, f"/shop/products{following}")
    assert "手作陶杯" in page(client, "/shop/products?q=陶杯")
    assert "手作陶杯" not in page(client, "/shop/products?q=量杯&tab=on_sale")
    assert "没有符合" in page(client, "/shop/products?tab=archived")
    assert page(client, "/shop/products?cursor=x&low=1")


def test_a_list_costs_the_same_however_long(made):
    """Statements do not grow with the rows."""
    client = seat(made, "seller")
    page(client, "/shop/products")

    def spent(path):
        with CaptureQueriesContext(connection) as caught:
            page(client, path)
        return len(caught)

    paths = ("/shop/products", "/shop/products?low=1", f"/shop/products/{made.cup.pk}/stock", "/shop")
    few = [spent(path) for path in paths]
    for place in range(12):
        made.product(made.shops[0], f"量杯 {place}", 1000, {"红": 1, "蓝": 2})
    assert [spent(path) for path in paths] == few
    assert max(few) <= 16


def test_the_queue_names_what_runs_out(made):
    """Goods with a scarce variant stand at the end of the queue and lead to their stock."""
    client = seat(made, "seller")
    shown = page(client, "/shop?tab=stock")
    assert "最少的规格可售 3 件" in shown
    assert f"/shop/products/{made.cup.pk}/stock" in shown
    assert "补库存" in page(client, "/shop")
