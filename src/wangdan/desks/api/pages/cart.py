"""The cart over HTTP: a person's by the token, a stranger's by the secret in `X-Cart-Token` (D01.3, D03.5, D05.3)."""

import secrets
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field, StrictBool

from wangdan.checkout import operations, queries
from wangdan.desks.api.door import Body, Id, actor, caller, person, stranger

router = Router(auth=actor)

Pieces = Annotated[int, Field(ge=1)]
"""Pieces of one line; the upper limit of 999 has a code of its own."""
_LONGEST_SECRET = 200


class NewLine(Body):
    """What goes into the cart."""

    sku: Id
    quantity: Pieces = 1


class LineChange(Body):
    """What changes in a line: quantity, variant (another SKU of the same goods), tick."""

    quantity: Pieces | None = None
    sku: Id | None = None
    chosen: StrictBool | None = None


class Choice(Body):
    """What is ticked: one line, a shop's lines, or all."""

    chosen: StrictBool
    line: Id | None = None
    shop: Id | None = None


class Bring(Body):
    """The secret of a stranger's cart that is brought along at log-in."""

    token: Annotated[str, Field(min_length=20, max_length=_LONGEST_SECRET)]


def _secret(request: HttpRequest) -> str:
    """The stranger's secret, empty for people and for strangers without a cart."""
    return "" if actor(request).id is not None else request.headers.get("X-Cart-Token", "")[:_LONGEST_SECRET]


def document(request: HttpRequest, secret: str) -> dict[str, Any]:
    """The cart as programs read it; amounts in minor units, `problem` is gone, sold_out, short or null."""
    cart = queries.cart(actor(request), secret)
    shops = [{"id": shop.id, "name": shop.name, "lines": [line.id for line in shop.lines]} for shop in cart.shops]
    lines = [
        {
            "id": line.id,
            "sku": line.sku_id,
            "product": line.product_id,
            "shop": line.shop_id,
            "title": line.title,
            "specs": line.specs,
            "picture": line.picture,
            "price": line.price,
            "quantity": line.quantity,
            "amount": line.amount,
            "chosen": line.chosen,
            "available": line.available,
            "problem": line.problem or None,
        }
        for line in (*cart.lines, *cart.gone)
    ]
    found: dict[str, Any] = {"shops": shops, "lines": lines, "pieces": cart.pieces, "chosen": cart.chosen, "total": cart.total}
    found["currency"] = cart.currency
    return found | {"token": secret} if secret else found


@router.get("/cart", summary="The cart with today's prices and stock")
def show(request: HttpRequest) -> dict[str, Any]:
    """Lines that cannot be bought any more say so in `problem`."""
    return document(request, _secret(request))


@router.post("/cart/lines", summary="Put a SKU into the cart", response={201: dict})
def add(request: HttpRequest, payload: NewLine) -> Any:
    """A stranger without `X-Cart-Token` gets a cart; its `token` is in the answer."""
    secret = _secret(request)
    if not secret and actor(request).id is None:
        secret = secrets.token_urlsafe(32)
    call = stranger(request, lambda _line: document(request, secret))
    return Status(201, operations.add(call, sku=payload.sku, quantity=payload.quantity, secret=secret))


@router.patch("/cart/lines/{line}", summary="Change quantity, variant or tick of a line")
def change(request: HttpRequest, line: Id, payload: LineChange) -> Any:
    """A variant that is in the cart already takes the pieces."""
    secret = _secret(request)
    call = stranger(request, lambda _line: document(request, secret))
    return operations.change(call, line=line, quantity=payload.quantity, sku=payload.sku, chosen=payload.chosen, secret=secret)


@router.delete("/cart/lines/{line}", summary="Take a line out of the cart")
def remove(request: HttpRequest, line: Id) -> Any:
    """Answers with the cart that is left."""
    secret = _secret(request)
    return operations.remove(stranger(request, lambda _none: document(request, secret)), line=line, secret=secret)


@router.post("/cart/choose", summary="Tick or untick lines")
def choose(request: HttpRequest, payload: Choice) -> Any:
    """What is ticked goes to the checkout with `cart: true`."""
    secret = _secret(request)
    call = stranger(request, lambda _none: document(request, secret))
    return operations.choose(call, chosen=payload.chosen, line=payload.line, shop=payload.shop, secret=secret)


@router.post("/cart/clear_gone", summary="Drop what cannot be bought any more")
def clear_gone(request: HttpRequest) -> Any:
    """Answers with the cart that is left."""
    secret = _secret(request)
    return operations.clear_gone(stranger(request, lambda _none: document(request, secret)), secret=secret)


@router.post("/cart/merge", auth=person, summary="Bring a stranger's cart along after log-in")
def merge(request: HttpRequest, payload: Bring) -> Any:
    """Pieces are added up, 999 of a SKU at most."""
    return operations.merge(caller(request, lambda _lines: document(request, "")), secret=payload.token)
