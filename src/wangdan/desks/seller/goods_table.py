"""A shop's goods as a table and back: what stands in each column, and what is wrong in which line (D07.3)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangdan.catalogue import queries
from wangdan.catalogue.models import Product, Sku
from wangdan.catalogue.rules import Draft, Variant
from wangdan.desks import states, typed
from wangdan.desks.seller.forms import FAULTS, split
from wangdan.desks.sheets import Cell
from wangdan.inventory import queries as inventory
from wangdan.kernel.errors import Malformed

COLUMNS: dict[str, Any] = {
    "title": gettext_lazy("名称"),
    "subtitle": gettext_lazy("副标题"),
    "category": gettext_lazy("分类"),
    "origin": gettext_lazy("产地"),
    "tags": gettext_lazy("标签"),
    "description": gettext_lazy("描述"),
    "name1": gettext_lazy("规格一"),
    "value1": gettext_lazy("规格一的值"),
    "name2": gettext_lazy("规格二"),
    "value2": gettext_lazy("规格二的值"),
    "name3": gettext_lazy("规格三"),
    "value3": gettext_lazy("规格三的值"),
    "code": gettext_lazy("货号"),
    "price": gettext_lazy("价格（元）"),
    "weight": gettext_lazy("重量（克）"),
    "active": gettext_lazy("在卖"),
}
"""Column → its head, in the order of the file."""
SHOWN: dict[str, Any] = {"free": gettext_lazy("可售"), "status": gettext_lazy("状态")}
"""Columns that are only written, never read."""
WORDS: dict[str, Any] = {
    "no_code": gettext_lazy("货号是每一行的身份，要填，最多 40 个字"),
    "code_twice": gettext_lazy("同一个货号写了两行"),
    "no_category": gettext_lazy("没有这个分类，写成“家居 / 灯具”或“灯具”"),
    "no_title": gettext_lazy("第一行要有名称；空着表示与上一行是同一件商品"),
    "active": gettext_lazy("在卖写“是”或“否”"),
    "head": gettext_lazy("表头里缺少：名称、货号、价格"),
}
_YES, _NO = ("", "是", "1", "y", "yes", "true"), ("否", "0", "n", "no", "false")
_NEEDED = ("title", "code", "price")
_HEAP = 200
_FIELDS = {"specs": "value1", "weight_grams": "weight", "variants": "code"}


def _heads() -> dict[str, str]:
    """Head → column, in every language the file may have been written in."""
    found = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found |= {str(text).strip().casefold(): name for name, text in COLUMNS.items()}
    return found


def template() -> list[list[Cell]]:
    """The head and one product in two variants, to be written over."""
    place = next((name for _pk, name in queries.places()), "")
    texts = [_("绒面单人椅"), _("实木脚"), place, _("浙江安吉"), _("客厅，阅读"), _("坐着读书。")]
    first: list[Cell] = [*texts, _("颜色"), _("松绿"), "", "", "", "", "YZ-01"]
    second: list[Cell] = ["", "", "", "", "", "", _("颜色"), _("雾灰"), "", "", "", "", "YZ-02"]
    return [[str(head) for head in COLUMNS.values()], [*first, 129900, "9000", _("是")], [*second, 129900, "9000", _("是")]]


# ---- out ------------------------------------------------------------------------------------------------------------


def written(products: Any) -> Iterator[Sequence[Cell]]:
    """The rows of the file, head first: a line per variant, read in heaps by id (three statements each)."""
    yield [str(head) for head in (COLUMNS | SHOWN).values()]
    places, last = dict(queries.places()), None
    while True:
        heap: list[Product] = list((products.filter(pk__lt=last) if last else products).order_by("-pk")[:_HEAP])
        if not heap:
            return
        last = heap[-1].pk
        skus: dict[int, list[Sku]] = {each.pk: [] for each in heap}
        for sku in queries.skus(skus):
            skus[sku.product_id].append(sku)
        free = inventory.available([sku.pk for found in skus.values() for sku in found])
        for each in heap:
            for at, sku in enumerate(skus[each.pk]):
                yield _line(each, sku, places.get(each.category_id, ""), free[sku.pk], first=at == 0)


def _line(product: Product, sku: Sku, place: str, free: int, *, first: bool) -> list[Cell]:
    texts = [product.title, product.subtitle, place, product.origin, _("，").join(product.tags), product.description] if first else [""] * 6
    specs: list[str] = []
    for name, value in sku.specs.items():
        specs += [name, str(value)]
    specs += [""] * (6 - len(specs))
    said = _("是") if sku.active else _("否")
    return [*texts, *specs[:6], sku.code, sku.price, str(sku.weight_grams), said, str(free), states.word("products", product.status)]


# ---- in -------------------------------------------------------------------------------------------------------------


class Reading:
    """A table on its way in: the goods it holds and what is wrong, by line."""

    def __init__(self, rows: Sequence[Sequence[str]], *, most_skus: int) -> None:
        """Read and check all of it; nothing is written."""
        self.goods: list[dict[str, Any]] = []
        self.faults: list[dict[str, Any]] = []
        self.lines = 0
        self._codes: set[str] = set()
        self._places = self._named(queries.places())
        heads = _heads()
        columns = [heads.get(head.strip().casefold(), "") for head in rows[0]] if rows else []
        if rows and not set(_NEEDED) <= set(columns):
            self._blame(1, "", "head")
            self.lines = len(rows)
            return
        for number, row in enumerate(rows[1:], start=2):
            if any(row):
                self.lines += 1
                self._take(number, dict(zip(columns, row, strict=False)))
        self._check(most_skus)

    @staticmethod
    def _named(places: Iterable[tuple[int, str]]) -> dict[str, int]:
        """Categories by their whole name, and by the last part where that is enough."""
        known = list(places)
        found = {name.rpartition(" / ")[2].casefold(): pk for pk, name in reversed(known)}
        return found | {name.casefold(): pk for pk, name in known}

    def _blame(self, line: int, column: str, word: str) -> None:
        self.faults.append({"line": line, "column": column, "word": word})

    def _take(self, line: int, said: Mapping[str, str]) -> None:
        title = said.get("title", "")
        if title and not (self.goods and self.goods[-1]["title"] == title):
            self.goods.append(self._product(line, title, said))
        if not self.goods:
            self._blame(line, "title", "no_title")
            return
        self.goods[-1]["variants"].append(self._variant(line, said))

    def _product(self, line: int, title: str, said: Mapping[str, str]) -> dict[str, Any]:
        place = self._places.get(said.get("category", "").casefold())
        if place is None:
            self._blame(line, "category", "no_category")
        texts = {name: said.get(name, "") for name in ("subtitle", "origin", "description")}
        return {"line": line, "title": title, "category_id": place or 0, "tags": split(said.get("tags", "")), "variants": [], **texts}

    def _variant(self, line: int, said: Mapping[str, str]) -> dict[str, Any]:
        code, price = said.get("code", ""), typed.minor_units(said.get("price", ""))
        weight, active = typed.pieces(said.get("weight", "") or "500"), said.get("active", "").casefold()
        if not 0 < len(code) <= 40:  # noqa: PLR2004 - the column
            self._blame(line, "code", "no_code")
        elif code in self._codes:
            self._blame(line, "code", "code_twice")
        self._codes.add(code)
        if price is None:
            self._blame(line, "price", "price")
        if not weight:
            self._blame(line, "weight", "weight")
        if active not in _YES + _NO:
            self._blame(line, "active", "active")
        pairs = [(said.get(f"name{at}", ""), said.get(f"value{at}", "")) for at in (1, 2, 3)]
        specs = [[name, value] for name, value in pairs if name and value]
        return {"line": line, "code": code, "price": price or 1, "weight_grams": weight or 1, "active": active in _YES, "specs": specs}

    def _check(self, most_skus: int) -> None:
        """What the house itself would refuse of each product, at the line it stands in."""
        for each in self.goods:
            variants = [Variant(dict(one["specs"]), one["price"], one["code"], one["weight_grams"], one["active"]) for one in each["variants"]]
            texts = {name: each[name] for name in ("title", "subtitle", "description", "origin")}
            try:
                Draft(each["category_id"], variants=variants, tags=each["tags"], **texts).checked(most_skus=most_skus)
            except Malformed as problem:
                for name, word in problem.detail["fields"].items():
                    self._house(each, name.split("."), word)

    def _house(self, each: dict[str, Any], parts: list[str], word: str) -> None:
        own = len(parts) == 3  # noqa: PLR2004 - variants.0.price
        line = each["variants"][int(parts[1])]["line"] if own else each["line"]
        column = _FIELDS.get(parts[-1], parts[-1])
        if not any(fault["line"] == line and fault["column"] == column for fault in self.faults):
            self._blame(line, column, word)


def fault_text(fault: Mapping[str, Any]) -> dict[str, Any]:
    """A fault as people read it."""
    word = WORDS.get(fault["word"]) or FAULTS.get(fault["word"], fault["word"])
    return {"line": fault["line"], "column": str(COLUMNS.get(fault["column"], "")), "text": str(word)}
