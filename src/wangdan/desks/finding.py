"""Finding goods for pages and API: by words (mended when they are mistyped), category, shop, price, stock; keyset pages (D01.1, D05.2)."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Q, QuerySet

from wangdan.catalogue.models import Category, Product, Word
from wangdan.catalogue.rules import words
from wangdan.inventory.models import Stock
from wangdan.kernel.act import Actor

_FIELDS = {"": "appeal", "sold": "sold", "price": "price_min", "-price": "price_min", "new": "listed_at"}
_MOST_VOCABULARY = 20_000
_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; prices in minor units, `sort` is empty, sold, price, -price or new."""

    text: str = ""
    category: Category | None = None
    shop_id: int | None = None
    low: int | None = None
    high: int | None = None
    in_stock: bool = False
    sort: str = ""


@dataclass(frozen=True)
class Found:
    """A page of goods, the cursor of the next one, and the words that were searched instead of mistyped ones."""

    rows: list[Any]
    next: str
    mended: str = ""


def on_sale(actor: Actor) -> QuerySet[Product]:
    """Everything a buyer may buy."""
    return Product.visible_to(actor).filter(status="on_sale", shop__active=True)


def find(goods: QuerySet[Product], wanted: Wanted, cursor: str, size: int) -> Found:
    """The page after `cursor` of the goods that fit (those of `on_sale`, with what the caller shows of them); a cursor that is none begins anew."""
    rows = _fitting(goods, wanted)
    asked = words.asked(wanted.text)
    if not asked:
        return Found([], "") if wanted.text.strip() else _page(rows, wanted, cursor, size)
    exact = rows.filter(search=_query([[word] for word in asked]))
    found = _page(exact, wanted, cursor, size)
    if found.rows or cursor:
        return found
    vocabulary = dict(Word.objects.order_by("-weight", "id").values_list("text", "pinyin")[:_MOST_VOCABULARY])
    spellings = [[word] if word in vocabulary else words.meant(word, vocabulary) or [word] for word in asked]
    found = _page(rows.filter(search=_query(spellings, any_word=True)), wanted, cursor, size)
    mended = "".join(each[0] for each in spellings)
    return Found(found.rows, "", mended if found.rows and mended != "".join(asked) else "")


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
    if wanted.in_stock:
        free = Stock.objects.filter(on_hand__gt=F("held"), warehouse__active=True, sku__active=True)
        rows = rows.filter(pk__in=free.values("sku__product"))
    return rows


def _page(rows: QuerySet[Product], wanted: Wanted, cursor: str, size: int) -> Found:
    """A page in the wanted order; the cursor names the last row, whose own values say where to go on."""
    field, up = _FIELDS.get(wanted.sort, "appeal"), wanted.sort == "price"
    last = (
        Product.objects.filter(pk=int(cursor)).values(field, "pk").first()
        if cursor.isascii() and cursor.isdigit() and int(cursor) <= _LARGEST
        else None
    )
    if last:
        step = "gt" if up else "lt"
        rows = rows.filter(Q(**{f"{field}__{step}": last[field]}) | Q(**{field: last[field], f"pk__{step}": last["pk"]}))
    order = (field, "pk") if up else (f"-{field}", "-pk")
    found = list(rows.order_by(*order)[: size + 1])
    return Found(found[:size], str(found[size - 1].pk) if len(found) > size else "")
