"""A shop's goods: described, changed, priced, pictured, sold, put away; foreign goods are not seen, refusals change nothing (D07.3, C7)."""

import io

import pytest
from PIL import Image

from wangdan.catalogue import operations, queries
from wangdan.catalogue.models import Picture, Product, Sku
from wangdan.catalogue.rules import MOST_PICTURES, Draft, Variant
from wangdan.files import operations as files
from wangdan.files import rules as pictures
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Refused
from wangdan.kernel.models import Journal
from wangdan.site import world

pytestmark = pytest.mark.django_db(transaction=True)
COLOURS = ("松绿", "雾灰")


@pytest.fixture
def made():
    """The built world with one draft in two colours."""
    built = world.built()
    built.category("家具", "furniture")
    built.chair = operations.create_product(built.call("seller"), shop_id=built.shops[0].pk, draft=draft(built))
    return built


def draft(made, *, variants=None, **changed):
    """A chair in two colours."""
    given = variants or [Variant({"颜色": colour}, 129900, code=f"CHAIR-{at}") for at, colour in enumerate(COLOURS)]
    fields = {"title": "绒面单人椅", "description": "实木脚", "origin": "浙江安吉", "tags": ("客厅",)} | changed
    return Draft(made.category("家具", "furniture").pk, variants=given, **fields)


def shown(product):
    """Everything a refusal must leave alone."""
    row = Product.objects.values().get(pk=product.pk)
    return row, list(Sku.objects.filter(product=product).order_by("pk").values()), list(Picture.objects.filter(product=product).values())


def picture(made, colour="red", name="seller"):
    """An uploaded public picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(out, "PNG")
    shop = made.shops[0 if name == "seller" else 1]
    return files.upload(made.call(name), picture=pictures.prepare(out.getvalue()), public=True, organisation_id=shop.pk)


def skus(made):
    """The variants in order."""
    return list(Sku.objects.filter(product=made.chair).order_by("position"))


def test_a_new_product_is_a_draft_only_its_shop_sees(made):
    """It is not on sale, has its variants, and is found by its own people by word and code (D07.3.1)."""
    assert (made.chair.status, made.chair.price_min, len(skus(made))) == ("draft", 129900, 2)
    assert not Product.visible_to(made.call("buyer").actor).filter(pk=made.chair.pk).exists()
    mine = queries.own(made.call("seller").actor)
    assert [each.pk for each in queries.called(mine, "单人椅")] == [made.chair.pk]
    assert [each.pk for each in queries.called(mine, "CHAIR-1")] == [made.chair.pk]
    assert list(queries.called(mine, "台灯")) == []
    assert queries.counts(made.call("seller").actor) == {"draft": 1, "on_sale": 0, "off_sale": 0, "archived": 0}


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"title": " "}, {"title"}),
        ({"title": "长" * 121}, {"title"}),
        ({"origin": "a\x00"}, {"origin"}),
        ({"tags": ("x" * 21,)}, {"tags"}),
        ({"variants": [Variant({"颜色": "松绿"}, 0)]}, {"variants.0.price"}),
        ({"variants": [Variant({"颜色": "松绿"}, 1), Variant({"颜色": "松绿"}, 2)]}, {"variants"}),
        ({"variants": [Variant({"颜色": "松绿"}, 1), Variant({"尺寸": "大"}, 2)]}, {"variants"}),
        ({"variants": [Variant({"颜色": ""}, 1)]}, {"variants.0.specs"}),
        ({"variants": [Variant({}, 1, weight_grams=0)]}, {"variants.0.weight_grams"}),
    ],
)
def test_an_incomplete_draft_names_its_faults_and_makes_nothing(made, changed, faults):
    """Every fault is named by its field; no product is made, the present one stays as it is."""
    before = shown(made.chair)
    for run in (
        lambda: operations.create_product(made.call("seller"), shop_id=made.shops[0].pk, draft=draft(made, **changed)),
        lambda: operations.edit_product(made.call("seller"), made.chair.pk, draft=draft(made, **changed)),
    ):
        with pytest.raises(Malformed) as refusal:
            run()
        assert refusal.value.code == "catalogue.draft_incomplete"
        assert set(refusal.value.detail["fields"]) == faults
    assert (shown(made.chair), Product.objects.count()) == (before, 1)


def test_editing_keeps_ids_switches_off_and_never_deletes(made):
    """Orders and stock point to a SKU: one left out is switched off, one kept keeps its id, swapped specs pass (C7)."""
    green, grey = skus(made)
    swapped = [Variant({"颜色": "雾灰"}, 100, id=green.pk), Variant({"颜色": "松绿"}, 200, id=grey.pk), Variant({"颜色": "陶土"}, 300)]
    operations.edit_product(made.call("seller"), made.chair.pk, draft=draft(made, variants=swapped, title="单人椅"))
    green.refresh_from_db()
    grey.refresh_from_db()
    made.chair.refresh_from_db()
    assert (green.label, green.price, grey.label, grey.price) == ("雾灰", 100, "松绿", 200)
    assert (made.chair.title, made.chair.price_min, made.chair.price_max) == ("单人椅", 100, 300)
    operations.edit_product(made.call("seller"), made.chair.pk, draft=draft(made, variants=[Variant({"颜色": "陶土"}, 300)]))
    assert {sku.label: sku.active for sku in skus(made)} == {"雾灰": False, "松绿": False, "陶土": True}
    assert Sku.objects.filter(product=made.chair).count() == 3


def test_variants_keep_the_order_in_which_the_shop_named_them(made):
    """颜色 before 尺寸, though JSON objects would sort them; a value of any name finds the variant."""
    variants = [Variant({"颜色": "松绿", "尺寸": size}, 12_900, f"C-{size}") for size in ("1.2 米", "1.5 米")]
    product = operations.create_product(made.call("seller"), shop_id=made.shops[0].pk, draft=draft(made, variants=variants))
    kept = Sku.objects.filter(product=product).order_by("position", "pk")
    assert [list(sku.specs.items()) for sku in kept] == [[("颜色", "松绿"), ("尺寸", size)] for size in ("1.2 米", "1.5 米")]
    assert [sku.label for sku in kept] == ["松绿，1.2 米", "松绿，1.5 米"]
    for specs, count in (({"颜色": "松绿"}, 2), ({"尺寸": "1.5 米"}, 1), ({"尺寸": "松绿"}, 0)):
        assert kept.filter(specs__contains=specs).count() == count


def test_goods_without_variants_keep_their_one_sku(made):
    """The single SKU is found again by its (empty) specs, also when no id is handed in."""
    plain = operations.create_product(made.call("seller"), shop_id=made.shops[0].pk, draft=draft(made, variants=[Variant({}, 500)]))
    before = Sku.objects.get(product=plain).pk
    operations.edit_product(made.call("seller"), plain.pk, draft=draft(made, variants=[Variant({}, 700)]))
    after = Sku.objects.get(product=plain)
    assert (after.pk, after.price, after.active) == (before, 700, True)


def test_goods_on_sale_keep_something_to_sell(made):
    """Switching every variant off is refused while the goods are on sale, and nothing changes."""
    operations.put_on_sale(made.call("seller"), made.chair.pk)
    before = shown(made.chair)
    off = [Variant(sku.specs, sku.price, id=sku.pk, active=False) for sku in skus(made)]
    with pytest.raises(Refused) as refusal:
        operations.edit_product(made.call("seller"), made.chair.pk, draft=draft(made, variants=off))
    assert refusal.value.code == "catalogue.nothing_to_sell"
    assert shown(made.chair) == before


def test_the_life_of_goods(made):
    """Draft, on sale, off sale, archived; nothing leads back and nothing is deleted (D07.3.3, C7)."""
    call = made.call("seller")
    operations.put_on_sale(call, made.chair.pk)
    assert Product.visible_to(made.call("buyer").actor).filter(pk=made.chair.pk).exists()
    with pytest.raises(Refused, match="cannot_archive"):
        operations.archive(call, made.chair.pk)
    operations.take_off_sale(call, made.chair.pk)
    operations.archive(call, made.chair.pk)
    before = shown(made.chair)
    for run in (
        lambda: operations.put_on_sale(call, made.chair.pk),
        lambda: operations.edit_product(call, made.chair.pk, draft=draft(made)),
        lambda: operations.change_price(call, made.chair.pk, prices={skus(made)[0].pk: 1}),
    ):
        with pytest.raises(Refused):
            run()
    assert shown(made.chair) == before
    assert before[0]["status"] == "archived"


def test_new_prices_are_journalled_by_variant(made):
    """Only what changed is noted, from what to what; the range follows (D07.3.4)."""
    green, grey = skus(made)
    operations.change_price(made.call("seller"), made.chair.pk, prices={green.pk: 99900, grey.pk: 129900})
    made.chair.refresh_from_db()
    assert (made.chair.price_min, made.chair.price_max) == (99900, 129900)
    noted = Journal.objects.get(operation="catalogue.change_price").changes
    assert noted["price 松绿"] == [129900, 99900]
    assert "price 雾灰" not in noted


@pytest.mark.parametrize("price", [0, -1, 10**12])
def test_a_price_that_is_none_is_refused(made, price):
    """Nothing for nothing, nothing beyond all bounds; the other price of the same form stays too."""
    green, grey = skus(made)
    before = shown(made.chair)
    with pytest.raises(Malformed) as refusal:
        operations.change_price(made.call("seller"), made.chair.pk, prices={green.pk: 500, grey.pk: price})
    assert refusal.value.code == "catalogue.price_not_positive"
    assert shown(made.chair) == before


def test_pictures_have_an_order_and_leave_the_variants_they_showed(made):
    """Added at the end, moved to a place, taken away; a variant that showed one shows none then."""
    call, ids = made.call("seller"), [picture(made, colour).pk for colour in ("red", "green", "blue")]
    for file in ids:
        operations.add_picture(call, made.chair.pk, file_id=file)

    def order():
        return [each.file_id for each in queries.pictures(made.chair)]

    assert order() == ids
    last = queries.pictures(made.chair)[2]
    operations.show_variant(call, made.chair.pk, sku_id=skus(made)[0].pk, picture_id=last.pk)
    assert skus(made)[0].picture_id == ids[2]
    operations.move_picture(call, made.chair.pk, picture_id=last.pk)
    assert order() == [ids[2], ids[0], ids[1]]
    operations.move_picture(call, made.chair.pk, picture_id=last.pk, place=1)
    assert order() == [ids[0], ids[2], ids[1]]
    operations.move_picture(call, made.chair.pk, picture_id=last.pk, place=99)
    assert order() == [ids[0], ids[1], ids[2]]
    operations.remove_picture(call, made.chair.pk, picture_id=last.pk)
    assert order() == ids[:2]
    assert skus(made)[0].picture_id is None


def test_no_more_pictures_than_the_option_says(made):
    """The tenth is refused and not kept."""
    for place in range(MOST_PICTURES.default):
        operations.add_picture(made.call("seller"), made.chair.pk, file_id=picture(made, (place, 0, 0)).pk)
    extra, before = picture(made, "white"), shown(made.chair)
    with pytest.raises(Refused, match="too_many_pictures"):
        operations.add_picture(made.call("seller"), made.chair.pk, file_id=extra.pk)
    assert shown(made.chair) == before


def test_another_shop_and_a_buyer_change_nothing(made):
    """Goods on sale are seen by all but changed by their own shop only: 404 for others, as for goods that are not there."""
    operations.put_on_sale(made.call("seller"), made.chair.pk)
    file, sku, before = picture(made, name="seller2"), skus(made)[0], shown(made.chair)
    for run in (
        lambda call: operations.edit_product(call, made.chair.pk, draft=draft(made)),
        lambda call: operations.take_off_sale(call, made.chair.pk),
        lambda call: operations.change_price(call, made.chair.pk, prices={sku.pk: 1}),
        lambda call: operations.add_picture(call, made.chair.pk, file_id=file.pk),
        lambda call: operations.create_product(call, shop_id=made.shops[0].pk, draft=draft(made)),
        lambda call: operations.put_on_sale(call, 10**15),
    ):
        with pytest.raises(NotSeen):
            run(made.call("seller2"))
        with pytest.raises((NotSeen, NotGranted)):
            run(made.call("buyer"))
    assert shown(made.chair) == before


def test_a_foreign_variant_is_not_taken_over(made):
    """The id of another product's SKU in an edit or a price list is 404."""
    other = made.product(made.shops[1], "键盘", 39900, 1)
    foreign, before = Sku.objects.get(product=other), shown(made.chair)
    with pytest.raises(NotSeen):
        operations.edit_product(made.call("seller"), made.chair.pk, draft=draft(made, variants=[Variant({"颜色": "松绿"}, 1, id=foreign.pk)]))
    with pytest.raises(NotSeen):
        operations.change_price(made.call("seller"), made.chair.pk, prices={foreign.pk: 1})
    assert shown(made.chair) == before
    foreign.refresh_from_db()
    assert foreign.price == 39900
