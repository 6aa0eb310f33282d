"""Search: facets with counts that agree with what they lead to, synonyms, suggestions, what is out of stock last; in few statements."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wangdan.catalogue import operations as catalogue
from wangdan.catalogue import queries
from wangdan.catalogue.models import Product, Synonym, SynonymGroup
from wangdan.catalogue.rules import Draft, Variant, words
from wangdan.desks import facets, finding
from wangdan.desks.finding import Wanted
from wangdan.kernel.act import ANONYMOUS
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Refused
from wangdan.kernel.models import Journal
from wangdan.site.world import ROOT, World, built

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made() -> World:
    """Lamps and phones of two shops: colours, materials, tags, some of them sold out."""
    world = built()
    lamps, phones = world.category("灯具", "lamps"), world.category("数码", "phones")
    for at in range(6):
        _add(
            world,
            0,
            lamps.pk,
            f"落地灯 {at}",
            10000 + 5000 * at,
            "松绿" if at % 2 else "雾灰",
            "橡木" if at < 4 else "铁",
            ("客厅",) if at < 3 else (),
        )
    for at in range(3):
        _add(world, 1, phones.pk, f"手机支架 {at}", 2000 + at * 100, "黑", "铝", ())
    return world


def _add(world: World, shop: int, category: int, title: str, price: int, colour: str, material: str, tags: tuple[str, ...]) -> None:
    draft = Draft(category, title, [Variant({"颜色": colour}, price)], parameters=[("材质", material)], tags=tags)
    product = catalogue.create_product(ROOT, shop_id=world.shops[shop].pk, draft=draft)
    catalogue.put_on_sale(ROOT, product.pk)
    if not title.endswith("0"):
        world.stock(world.home_of(world.shops[shop]), {queries.skus([product.pk])[0].pk: 5})


def titles(**wanted: object) -> list[str]:
    """What is found, all pages of two."""
    goods, cursor, found = finding.on_sale(ANONYMOUS), "", []
    while True:
        page = finding.find(goods, Wanted(**wanted), cursor, 2)  # type: ignore[arg-type]
        found += [product.title for product in page.rows]
        cursor = page.next
        if not cursor:
            return found


@pytest.mark.parametrize("sort", ["", "sold", "price", "-price", "new"])
def test_what_is_out_of_stock_comes_last_in_every_order(made: World, sort: str):
    """Over all pages, each once; within both halves the order holds."""
    found = titles(sort=sort)
    assert (len(found), len(set(found))) == (9, 9)
    assert {title for title in found if title.endswith("0")} == set(found[-2:])
    if sort.endswith("price"):
        prices = {product.title: product.price_min for product in Product.objects.all()}
        front = [prices[title] for title in found[:-2]]
        assert front == sorted(front, reverse=sort.startswith("-"))


def test_every_facet_leads_to_as_many_goods_as_it_says(made: World):
    """Each link of each menu is followed; the chips it sets take it away again."""
    client = Client()
    page = client.get("/search?q=落地灯").content.decode()
    links = re.findall(r'<a href="([^"]+)"><span class="wd-grow wd-clip">([^<]+)</span><span class="tiny dim">(\d+)</span>', page)
    assert {text for _, text, _ in links} >= {"松绿", "雾灰", "橡木", "铁", "客厅"}
    for path, text, count in links:
        narrowed = client.get(unescape(path)).content.decode()
        assert narrowed.count('<a class="wd-tile') == int(count), text
        assert "去掉条件" in narrowed
    both = client.get("/search?q=落地灯&a.颜色=松绿&a.材质=铁").content.decode()
    assert both.count('<a class="wd-tile') == 1
    everything = facets.facets(finding.on_sale(ANONYMOUS))
    assert {each.text: each.count for each in everything.categories} == {"灯具": 6, "数码": 3}
    assert {each.text: each.count for each in everything.shops} == {"云杉家居": 6, "松果数码": 3}
    assert not everything.more


@pytest.mark.parametrize(
    "odd", ["a.=x", "a.颜色=%00", "tag=%00", "cursor=o", "cursor=o99999999999999999999999", 'a."\\=%27', "sort=nothing", "cursor=oo1"]
)
def test_odd_conditions_find_nothing_worse_than_nothing(made: World, odd: str):
    """No 500."""
    assert Client().get(f"/search?q=灯&{odd}").status_code == 200
    assert Client().get(f"/api/v1/products?q=灯&{odd}").status_code in {200, 422}


def test_synonyms_find_the_other_word_and_are_the_supervisors(made: World):
    """电话 finds 手机; the journal keeps who and what; a word is in one group; dropping ends it; nobody else may."""
    assert titles(text="电话") == []
    kept = catalogue.keep_synonyms(made.call("supervisor"), texts=["手机", "电话", "ＰＨＯＮＥ"])
    assert len(titles(text="电话")) == len(titles(text="phone 支架")) == 3
    row = Journal.objects.get(operation="catalogue.keep_synonyms")
    assert row.changes["words"] == [[], ["手机", "电话", "phone"]]
    before = list(Synonym.objects.values_list("group", "text"))
    for texts, error in ((["电话", "座机"], Refused), (["灯"], Malformed), (["灯", "。"], Malformed), (["灯", "x" * 21], Malformed)):
        with pytest.raises(error):
            catalogue.keep_synonyms(made.call("supervisor"), texts=texts)
    with pytest.raises(NotGranted):
        catalogue.keep_synonyms(made.call("service"), texts=["灯", "光"])
    with pytest.raises(NotSeen):
        catalogue.keep_synonyms(made.call("supervisor"), texts=["灯", "光"], group=kept.pk + 1)
    assert (list(Synonym.objects.values_list("group", "text")), SynonymGroup.objects.count()) == (before, 1)
    catalogue.drop_synonyms(made.call("supervisor"), group=kept.pk)
    assert titles(text="电话") == []
    assert (Synonym.objects.count(), SynonymGroup.objects.count()) == (0, 0)


def test_a_synonym_of_several_words_needs_them_all():
    """And spellings are quoted."""
    assert words.query(words.spread(["灯"], {"灯": ["灯", "it's 光"]})) == "('灯':* | ('it':* & 's':* & '光':*))"


def test_the_office_keeps_them_on_a_page(made: World):
    """Typed with an equals sign; emptied is dropped; others are told no."""
    client = Client()
    client.force_login(made.people["supervisor"])
    client.post("/office/synonyms", {"words": "手机＝电话、移动电话"})
    assert queries.alike()["电话"] == ["手机", "电话", "移动电话"]
    page = client.get("/office/synonyms").content.decode()
    assert "手机 = 电话 = 移动电话" in page
    client.post("/office/synonyms", {"group": SynonymGroup.objects.get().pk, "words": ""})
    assert queries.alike() == {}
    client.force_login(made.people["service"])
    assert client.post("/office/synonyms", {"words": "手机=电话"}).status_code == 403


def test_suggestions_come_by_letters_and_by_sound(made: World):
    """One statement; none for nothing, for what is complete, and for what no goods have."""
    client = Client()
    for typed, wanted in (("落", "落地灯"), ("luo", "落地灯"), ("LUODI", "落地灯"), ("手", "手机")):
        assert wanted in client.get("/search/words", {"q": typed}).content.decode(), typed
    for typed in ("", "  ", "%", "zzz", "手\x00机 "):
        assert client.get("/search/words", {"q": typed}).content.decode().strip() == "", typed
    with CaptureQueriesContext(connection) as seen:
        client.get("/search/words?q=落")
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("path", "most"), [("/search?q=灯", 8), ("/search?q=灯&sort=price&stock=1", 7), ("/c/lamps", 7), ("/search?q=灯&a.颜色=松绿", 8)]
)
def test_searches_stay_within_their_statements(made: World, path: str, most: int):
    """However many goods there are and however many menus."""
    client = Client()
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    assert len(seen) <= most, [query["sql"][:80] for query in seen]


def test_ranges_of_prices_hold_all_goods_and_round_prices():
    """Four at most; none for few goods or one price."""
    prices = [(100 * yuan, 100 * yuan, 1) for yuan in range(1, 400)]
    found = facets.ranges(prices)
    assert [(each.low, each.high) for each in found] == [(None, 100), (100, 200), (200, 300), (300, None)]
    assert sum(each.count for each in found) >= 399
    assert facets.ranges([(100, 100, 9)]) == facets.ranges([(100, 100, 1), (200, 200, 1)]) == []
