"""A shop's goods over HTTP, for its own programs (an ERP): products, prices and stock by the shop's own codes (D07.3)."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from wangdan.accounts import queries as accounts
from wangdan.accounts.queries import PersonActor
from wangdan.catalogue import operations, queries
from wangdan.catalogue.models import Product, Sku
from wangdan.catalogue.rules import LIFE, Draft, Variant
from wangdan.desks.api.door import Body, Id, Limit, caller, listing, person
from wangdan.inventory import operations as stock
from wangdan.inventory import queries as inventory
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen


def seller(request: HttpRequest) -> PersonActor:
    """Who calls, when he works for a shop; asked before anything that was sent is read. Refuses with 401, 403."""
    found = person(request)
    if not found.roles & {"shop_owner", "shop_clerk"}:
        raise NotGranted
    return found


router = Router(auth=seller)

Text = Annotated[str, Field(max_length=200)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Pieces = Annotated[int, Field(ge=0, le=10_000_000)]
_TEXTS = ("title", "subtitle", "description", "origin")


class SkuBody(Body):
    """A variant: `id` of the one it replaces, price in minor units, `picture` a public file."""

    id: Id | None = None
    specs: Annotated[dict[str, str], Field(default_factory=dict)]
    price: int
    code: Annotated[str, Field(max_length=40)] = ""
    weight_grams: int = 500
    active: bool = True
    picture: Id | None = None


class ProductBody(Body):
    """A product; what a PATCH leaves out stays as it is. `description` may hold the little HTML that docs/api.md names."""

    shop: Id | None = None
    category: Id | None = None
    title: Text | None = None
    subtitle: Text | None = None
    description: Annotated[str, Field(max_length=20_000)] | None = None
    origin: Text | None = None
    tags: list[str] | None = None
    parameters: list[tuple[str, str]] | None = None
    skus: Annotated[list[SkuBody], Field(max_length=300)] | None = None


class PriceBody(Body):
    """A new price in minor units."""

    price: int


class StockBody(Body):
    """Pieces that arrived (`received`) or were counted (`counted`, with held ones) in a warehouse."""

    warehouse: Id
    received: Pieces | None = None
    counted: Pieces | None = None
    bin: Annotated[str, Field(max_length=20)] = ""
    note: Annotated[str, Field(max_length=120)] = ""


def _shop(actor: Actor, wanted: int | None) -> int:
    """The shop that is meant: the one named, else the only one. Refuses with 403 without any, 404 for another's, 422 when it must be named."""
    mine = sorted({row.organisation_id for row in accounts.memberships(actor) if row.organisation.kind == "shop" and row.role != "warehouse"})
    if not mine:
        raise NotGranted
    if wanted is None and len(mine) > 1:
        raise Malformed("kernel.malformed", fields=[{"field": "shop", "problem": "missing"}], shops=mine)
    if wanted is not None and wanted not in mine:
        raise NotSeen
    return wanted or mine[0]


def documents(products: list[Product]) -> list[dict[str, Any]]:
    """The products as their shop reads them, in two statements whatever their number."""
    skus: dict[int, list[Sku]] = {product.pk: [] for product in products}
    for sku in queries.skus(skus):
        skus[sku.product_id].append(sku)
    every = [sku.pk for found in skus.values() for sku in found]
    free, held = (inventory.available(every), inventory.held(every)) if every else ({}, {})
    return [_document(product, skus[product.pk], free, held) for product in products]


def _document(product: Product, skus: list[Sku], free: dict[int, int], held: dict[int, int]) -> dict[str, Any]:
    texts = {name: getattr(product, name) for name in _TEXTS}
    return {
        "id": product.pk,
        "shop": product.shop_id,
        "category": product.category_id,
        "tags": product.tags,
        "parameters": product.parameters,
        "status": product.status,
        "moves": list(LIFE.open_moves(product.status)),
        "sold": product.sold,
        "changed_at": product.changed_at.isoformat(),
        "skus": [
            {
                "id": sku.pk,
                "specs": sku.specs,
                "price": sku.price,
                "code": sku.code,
                "weight_grams": sku.weight_grams,
                "active": sku.active,
                "picture": sku.picture_id,
                "available": free.get(sku.pk, 0),
                "held": held.get(sku.pk, 0),
            }
            for sku in skus
        ],
        **texts,
    }


def _one(product: Product) -> dict[str, Any]:
    [found] = documents([product])
    return found


def _variants(skus: list[SkuBody]) -> list[Variant]:
    return [Variant(each.specs, each.price, each.code, each.weight_grams, each.active, each.id, each.picture) for each in skus]


@router.get("/shop/products", summary="The goods of my shops, newest first")
def many(request: HttpRequest, status: str = "", code: str = "", cursor: str | None = None, limit: Limit = 20) -> dict[str, Any]:
    """`status` takes several with commas; `code` finds the product of a variant by the shop's own code. 403 for people without a shop."""
    actor = person(request)
    rows = queries.own(actor)
    if status:
        rows = rows.filter(status__in=[part for part in status.split(",") if part in LIFE.states])
    if code:
        rows = rows.filter(pk__in=Sku.objects.filter(code=code[:40]).values("product"))
    page = listing(rows, lambda product: product, cursor=cursor, limit=limit)
    return page | {"items": documents(page["items"])}


@router.post("/shop/products", summary="A new product, as a draft", response={201: dict})
def create(request: HttpRequest, payload: ProductBody) -> Any:
    """Needs category, title and at least one of skus. 422 `catalogue.draft_incomplete` names every field that is wrong."""
    shop = _shop(person(request), payload.shop)
    texts = {name: getattr(payload, name) or "" for name in _TEXTS}
    skus = _variants(payload.skus or [])
    draft = Draft(payload.category or 0, variants=skus, parameters=payload.parameters or [], tags=payload.tags or [], **texts)
    return Status(201, operations.create_product(caller(request, _one), shop_id=shop, draft=draft))


@router.get("/shop/products/{id}", summary="One product of my shops")
def one(request: HttpRequest, id: Id) -> dict[str, Any]:  # noqa: A002 - the contract's name
    """404 for another shop's."""
    return _one(queries.product(person(request), id))


@router.patch("/shop/products/{id}", summary="Change a product; what is left out stays")
def change(request: HttpRequest, id: Id, payload: ProductBody) -> Any:  # noqa: A002 - the contract's name
    """With `skus` the whole list is replaced: one that is left out is switched off, never deleted (C7)."""
    product = queries.product(person(request), id)
    texts = {name: getattr(product, name) if getattr(payload, name) is None else getattr(payload, name) for name in _TEXTS}
    if payload.skus is None:
        kept = queries.skus([product.pk])
        skus = [Variant(sku.specs, sku.price, sku.code, sku.weight_grams, sku.active, sku.pk, sku.picture_id) for sku in kept]
    else:
        skus = _variants(payload.skus)
    parameters = [(name, value) for name, value in product.parameters] if payload.parameters is None else payload.parameters
    tags = product.tags if payload.tags is None else payload.tags
    draft = Draft(payload.category or product.category_id, variants=skus, parameters=parameters, tags=tags, **texts)
    return operations.edit_product(caller(request, _one), product.pk, draft=draft)


@router.post("/shop/products/{id}/{move}", summary="Make a move on a product")
def move(request: HttpRequest, id: Id, move: Annotated[str, Field(max_length=40)]) -> Any:  # noqa: A002 - the contract's name
    """put_on_sale, take_off_sale, archive. 409 with the code of the refusal."""
    product = queries.product(person(request), id)
    moves = {"put_on_sale": operations.put_on_sale, "take_off_sale": operations.take_off_sale, "archive": operations.archive}
    if move not in moves:
        raise NotSeen
    return moves[move](caller(request, _one), product.pk)


def _coded(request: HttpRequest, code: str, shop: int | None) -> Sku:
    """The variant with that code of the shop that is meant. Refuses with 404."""
    found = queries.coded(_shop(person(request), shop), [code]).get(code)
    if found is None:
        raise NotSeen
    return found


@router.patch("/shop/skus/{code}", summary="The price of a variant by the shop's own code")
def price(request: HttpRequest, code: Code, payload: PriceBody, shop: Id | None = None) -> Any:
    """Placed orders keep theirs. 422 `catalogue.price_not_positive`; 404 for a code the shop does not have."""
    sku = _coded(request, code, shop)
    return operations.change_price(caller(request, _one), sku.product_id, prices={sku.pk: payload.price})


@router.post("/shop/skus/{code}/stock", summary="Pieces of a variant that arrived or were counted")
def count(request: HttpRequest, code: Code, payload: StockBody, shop: Id | None = None) -> Any:
    """Either `received` or `counted`. With an Idempotency-Key a second call adds nothing. 404 for a warehouse that is not mine."""
    if (payload.received is None) == (payload.counted is None):
        raise Malformed("kernel.malformed", fields=[{"field": "received", "problem": "either received or counted"}])
    sku = _coded(request, code, shop)

    def told(_row: Any) -> dict[str, Any]:
        return _one(queries.product(person(request), sku.product_id))

    call = caller(request, told)
    if payload.received is not None:
        return stock.receive(call, payload.warehouse, sku_id=sku.pk, quantity=payload.received, bin=payload.bin, note=payload.note)
    return stock.count(call, payload.warehouse, sku_id=sku.pk, found=payload.counted, note=payload.note)
