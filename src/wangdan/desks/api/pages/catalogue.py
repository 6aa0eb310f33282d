"""Goods over HTTP: categories, search and lists, one product with its variants and stock (D01.1, D05.2, D15.3–4)."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from wangdan.catalogue.models import Category, Picture, Product, Sku
from wangdan.desks import facets, finding
from wangdan.desks.api.door import Id, Limit, actor
from wangdan.desks.finding import Wanted
from wangdan.files.models import File
from wangdan.inventory import queries as inventory
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import Malformed, NotSeen

router = Router(auth=actor)

_BIG = 800
_SORTS = {"": "", "best": "", "sold": "sold", "price": "price", "-price": "-price", "new": "new"}
Price = Annotated[int, Field(ge=0, lt=2**63)]


class Wish(Schema):
    """What a list of goods is narrowed to and sorted by."""

    q: Annotated[str, Field(max_length=80)] = ""
    category: Annotated[str, Field(max_length=60)] = ""
    sort: Annotated[str, Field(max_length=20)] = ""
    cursor: Annotated[str, Field(max_length=40)] = ""
    limit: Limit = 20
    shop: Id | None = None
    price_from: Price | None = None
    price_to: Price | None = None
    in_stock: bool = False
    tag: Annotated[str, Field(max_length=20)] = ""
    attribute: Annotated[list[Annotated[str, Field(max_length=240)]], Field(max_length=6, default_factory=list)]
    facets: bool = False

    def attributes(self) -> tuple[tuple[str, str], ...]:
        """The wanted values as (name, value); one without a colon names nothing. Refuses with `kernel.malformed`."""
        pairs = [each.partition(":") for each in self.attribute]
        if not all(name and value for name, _, value in pairs):
            raise Malformed("kernel.malformed", fields=[{"field": "attribute", "problem": "malformed"}])
        return tuple((name, value) for name, _, value in pairs)


@router.get("/categories", summary="All categories, in the order of the store")
def categories(request: HttpRequest) -> dict[str, Any]:
    """Two levels: `parent` is the id of the category above, null at the top."""
    del request
    found = Category.objects.select_related("picture")
    return {"items": [_place(row) for row in found], "next": None}


def _place(row: Category) -> dict[str, Any]:
    picture = row.picture.url(_BIG) if row.picture else None
    return {"id": row.pk, "name": row.name, "slug": row.slug, "parent": row.parent_id, "picture_url": picture}


def _category(text: str) -> Category | None:
    """The category of that id or slug."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004 - longer is no id
    return Category.objects.filter(Q(slug=text) | Q(pk=number)).order_by("id").first()


def documents(products: Sequence[Product]) -> list[dict[str, Any]]:
    """The products with pictures, variants and stock, in three statements whatever their number; read them with shop and category."""
    ids = [product.pk for product in products]
    pictures: dict[int, list[File]] = {number: [] for number in ids}
    for picture in Picture.objects.filter(product__in=ids).select_related("file").order_by("position", "id"):
        pictures[picture.product_id].append(picture.file)
    skus: dict[int, list[Sku]] = {number: [] for number in ids}
    for sku in Sku.objects.filter(product__in=ids, active=True).order_by("position", "id"):
        skus[sku.product_id].append(sku)
    free = inventory.available([sku.pk for found in skus.values() for sku in found]) if ids else {}
    return [_document(product, pictures[product.pk], skus[product.pk], free) for product in products]


def _document(product: Product, pictures: Iterable[File], skus: Iterable[Sku], free: dict[int, int]) -> dict[str, Any]:
    """A product as the contract names its fields, with what the page shows beside them; what is not on sale has nothing available."""
    on_sale = product.status == "on_sale" and product.shop.active
    return {
        "id": product.pk,
        "title": product.title,
        "subtitle": product.subtitle,
        "price": product.price_min,
        "price_max": product.price_max,
        "currency": "CNY",
        "pictures": [file.pk for file in pictures],
        "picture_urls": [file.url(_BIG) for file in pictures],
        "shop": {"id": product.shop_id, "name": product.shop.name},
        "category": {"id": product.category_id, "name": product.category.name, "slug": product.category.slug},
        "skus": [
            {
                "id": sku.pk,
                "specs": sku.specs,
                "price": sku.price,
                "available": max(0, free.get(sku.pk, 0)) if on_sale else 0,
                "code": sku.code,
                "picture": sku.picture_id,
            }
            for sku in skus
        ],
        "sold": product.sold,
        "origin": product.origin,
        "tags": product.tags,
        "status": product.status,
        "listed_at": product.listed_at.isoformat() if product.listed_at else None,
    }


@router.get("/products", summary="Goods on sale: by words, category, shop, price; sorted")
def many(request: HttpRequest, wish: Query[Wish]) -> dict[str, Any]:
    """`category` is an id or slug and includes what is below it; `sort` is best, sold, price, -price or new; prices in minor units.

    `attribute` is a variant's or parameter's value as `颜色:松绿`, up to six of them. With `facets=true` the first page says what the goods can be
    narrowed by. Mistyped words are mended when nothing is found; `searched` says what was searched then.
    """
    if wish.sort not in _SORTS:
        raise Malformed("kernel.malformed", fields=[{"field": "sort", "problem": "unknown"}], sorts=sorted(filter(None, _SORTS)))
    _known(wish.cursor)
    place = _category(wish.category) if wish.category else None
    if wish.category and place is None:
        return {"items": [], "next": None}
    narrow = {"in_stock": wish.in_stock, "sort": _SORTS[wish.sort], "tag": wish.tag, "attributes": wish.attributes()}
    wanted = Wanted(wish.q, place, wish.shop, wish.price_from, wish.price_to, **narrow)
    goods = finding.on_sale(actor(request)).select_related("shop", "category")
    found = finding.find(goods, wanted, wish.cursor, wish.limit)
    answer: dict[str, Any] = {"items": documents(found.rows), "next": found.next or None}
    if found.mended:
        answer["searched"] = found.mended
    if wish.facets and not wish.cursor and found.fitting is not None:
        answer["facets"] = _facets(facets.facets(found.fitting))
    return answer


def _facets(found: facets.Facets) -> dict[str, Any]:
    """What to narrow by, the most frequent first, each with the number of goods; `more` when not all of them were counted."""
    return {
        "categories": [{"slug": each.value, "name": each.text, "count": each.count} for each in found.categories],
        "shops": [{"id": int(each.value), "name": each.text, "count": each.count} for each in found.shops],
        "prices": [{"price_from": _minor(each.low), "price_to": _minor(each.high), "count": each.count} for each in found.prices],
        "tags": [{"tag": each.value, "count": each.count} for each in found.tags],
        "attributes": [
            {"name": name, "values": [{"value": each.value, "count": each.count} for each in values]} for name, values in found.attributes
        ],
        "more": found.more,
    }


def _minor(yuan: int | None) -> int | None:
    return None if yuan is None else yuan * 100


def _known(cursor: str) -> None:
    """Refuse a cursor that no list gave, with `kernel.cursor_malformed`."""
    if cursor and not finding.is_cursor(cursor):
        raise Malformed("kernel.cursor_malformed")


def _one(actor: Actor, number: int) -> Product:
    found = Product.visible_to(actor).filter(pk=number).select_related("shop", "category").first()
    if found is None:
        raise NotSeen
    return found


@router.get("/products/{id}", summary="One product")
def one(request: HttpRequest, id: Id) -> dict[str, Any]:  # noqa: A002 - the contract's name
    """With its description and parameters; 404 for what is not on sale, except for the shop's own people."""
    product = _one(actor(request), id)
    [document] = documents([product])
    return document | {"description": product.description, "parameters": product.parameters}
