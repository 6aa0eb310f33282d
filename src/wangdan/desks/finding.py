"""Finding goods for pages and API: by words (mended when they are mistyped), category, shop, price, stock, tag and attributes (D01.1, D05.2).

What is out of stock comes last in every order; keyset pages.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from wangdan.catalogue import queries as catalogue
from wangdan.catalogue.models import Category, Product, Sku, Word
from wangdan.catalogue.rules import words
from wangdan.inventory.models import Stock
from wangdan.kernel.act import Actor
from wangdan.kernel.planning import planned_anew

_FIELDS = {"": "appeal", "sold": "sold", "price": "price_min", "-price": "price_min", "new": "listed_at"}
_MOST_VOCABULARY = 20_000
_LARGEST = 2**63 - 1
_GONE = "o"
"""Begins the cursor of a page among what is out of stock."""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; prices in minor units, `sort` is empty, sold, price, -price or new.

    `attributes` are (name, value) of a variant or a parameter.
    """

    text: str = ""
    category: Category | None = None
    shop_id: int | None = None
    low: int | None = None
    high: int | None = None
    in_stock: bool = False
    sort: str = ""
    tag: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Found:
    """A page of goods, the cursor of the next one, the words that were searched instead of mistyped ones, and all goods that fit."""

    rows: list[Any]
    next: str
    mended: str = ""
    fitting: Any = None


def on_sale(actor: Actor) -> QuerySet[Product]:
    """Everything a buyer may buy."""
    return Product.visible_to(actor).filter(status="on_sale", shop__active=True)


def find(goods: QuerySet[Product], wanted: Wanted, cursor: str, size: int) -> Found:
    """The page after `cursor` of the goods that fit (those of `on_sale`, with what the caller shows of them); a cursor that is none begins anew."""
    rows = _fitting(goods, wanted)
    asked = words.asked(wanted.text)
    if not asked:
        return Found([], "") if wanted.text.strip() else _page(rows, wanted, cursor, size)
    alike = catalogue.alike()
    found = _page(rows.filter(search=_query(words.spread(asked, alike))), wanted, cursor, size)
    if found.rows or cursor:
        return found
    vocabulary = dict(Word.objects.order_by("-weight", "id").values_list("text", "pinyin")[:_MOST_VOCABULARY])
    spellings = [[word] if word in vocabulary else words.meant(word, vocabulary) or [word] for word in asked]
    spread = [[spelling for every in words.spread(group, alike) for spelling in every] for group in spellings]
    found = _page(rows.filter(search=_query(spread, any_word=True)), wanted, "", size)
    mended = "".join(each[0] for each in spellings)
    return Found(found.rows, "", mended if found.rows and mended != "".join(asked) else "", found.fitting)


def _query(spellings: list[list[str]], *, any_word: bool = False) -> SearchQuery:
    return SearchQuery(words.query(spellings, any_word=any_word), search_type="raw", config="simple")


def _fitting(rows: QuerySet[Product], wanted: Wanted) -> QuerySet[Product]:
    """The goods within the conditions."""
    if wanted.category is not None:
        rows = rows.filter(Q(category=wanted.category) | Q(category__parent=wanted.category))
    if wanted.shop_id is not None:
        rows = rows.filter(shop_id=wanted.shop_id)
    if wanted.low is not None:
        rows = rows.filter(price_max__gte=wanted.low)
    if wanted.high is not None:
        rows = rows.filter(price_min__lte=wanted.high)
    if wanted.tag:
        rows = rows.filter(tags__contains=[wanted.tag])
    for name, value in wanted.attributes:
        variants = Sku.objects.filter(active=True, specs__contains={name: value})
        rows = rows.filter(Q(pk__in=variants.values("product")) | Q(parameters__contains=[[name, value]]))
    return rows


def _free() -> Exists:
    """Whether a piece of any active variant can be had."""
    return Exists(Stock.objects.filter(sku__product=OuterRef("pk"), sku__active=True, on_hand__gt=F("held"), warehouse__active=True))


def is_cursor(text: str) -> bool:
    """Whether a list could have given this cursor."""
    number = text.removeprefix(_GONE)
    return number.isascii() and number.isdigit() and int(number[:20]) <= _LARGEST and Product.objects.filter(pk=int(number)).exists()


def _page(rows: QuerySet[Product], wanted: Wanted, cursor: str, size: int) -> Found:
    """A page in the wanted order: what is in stock, then, once that is over, the rest. One statement, two for the last pages."""
    found: list[Any] = []
    if not cursor.startswith(_GONE):
        found = _some(rows.filter(_free()), wanted, cursor, size + 1)
    if len(found) > size:
        return Found(found[:size], str(found[size - 1].pk), fitting=rows)
    if wanted.in_stock:
        return Found(found, "", fitting=rows.filter(_free()))
    begun = len(found)
    found += _some(rows.exclude(_free()), wanted, cursor.removeprefix(_GONE) if cursor.startswith(_GONE) else "", size + 1 - begun)
    if len(found) <= size:
        return Found(found, "", fitting=rows)
    last = found[size - 1].pk
    return Found(found[:size], str(last) if begun == size else f"{_GONE}{last}", fitting=rows)


def _some(rows: QuerySet[Product], wanted: Wanted, after: str, most: int) -> list[Any]:
    """At most so many rows in the wanted order; `after` names a row, whose own values say where to go on."""
    field, up = _FIELDS.get(wanted.sort, "appeal"), wanted.sort == "price"
    number = int(after) if after.isascii() and after.isdigit() and int(after) <= _LARGEST else 0
    last = Product.objects.filter(pk=number).values(field, "pk").first() if number else None
    if last:
        step = "gt" if up else "lt"
        rows = rows.filter(Q(**{f"{field}__{step}": last[field]}) | Q(**{field: last[field], f"pk__{step}": last["pk"]}))
    order = (field, "pk") if up else (f"-{field}", "-pk")
    with planned_anew():
        return list(rows.order_by(*order)[:most])
