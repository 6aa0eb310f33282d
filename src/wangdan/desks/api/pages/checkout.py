"""Quote and place over HTTP (D03.6–9, D04.1, D11.3)."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictBool

from wangdan.accounts import queries as accounts
from wangdan.checkout import operations, queries, rules
from wangdan.checkout.operations import Placed
from wangdan.checkout.rules import Asked, Wish
from wangdan.delivery import queries as delivery
from wangdan.desks import placing, sayings
from wangdan.desks.api.door import Body, Id, caller, person
from wangdan.kernel.errors import Malformed

router = Router()
_SLOTS = 60


class WishedLine(Body):
    """So many pieces of a SKU."""

    sku: Id
    quantity: Annotated[int, Field(ge=1)]


class Wanted(Body):
    """What is asked for: `lines` to buy now, or `cart: true` for what is ticked there."""

    lines: list[WishedLine] | None = None
    cart: StrictBool = False
    address: Id
    delivery: Literal["courier", "pickup"] = "courier"
    pickup_point: Id | None = None
    payment_method: Annotated[str, Field(max_length=20)] | None = None
    note: Annotated[str, Field(max_length=1000)] = ""
    coupon: Any = None
    points: Any = None
    slot: Id | None = None


class Order(Wanted):
    """The same, with the way to pay and the total the buyer saw, in minor units."""

    payment_method: Annotated[str, Field(max_length=20)]
    expected_total: Annotated[int, Field(ge=0)]


def _asked(wanted: Wanted) -> Asked:
    """The body as the checkout takes it. Refuses what this release cannot do, and both or neither of lines and cart."""
    rules.not_yet(coupon=wanted.coupon, points=wanted.points)
    if (wanted.lines is not None) == wanted.cart:
        raise Malformed("checkout.nothing_chosen")
    lines = None if wanted.lines is None else tuple(Wish(line.sku, line.quantity) for line in wanted.lines)
    return Asked(
        lines=lines,
        address=wanted.address,
        delivery=wanted.delivery,
        pickup_point=wanted.pickup_point,
        payment_method=wanted.payment_method or "",
        note=wanted.note,
        slot=wanted.slot,
    )


def _quoted(quote: queries.Quote) -> Any:
    """The answer to a quote, its reasons in words."""
    return sayings.worded(queries.document(quote))


def _placed(placed: Placed) -> dict[str, Any]:
    """The answer to a placing."""
    return {
        "purchase_no": placed.purchase.no,
        "orders": [{"no": order.no, "shop": order.shop_id, "status": order.status, "total": order.total} for order in placed.orders],
        "total": placed.purchase.total,
        "currency": placed.purchase.currency,
        "payment": {
            "no": placed.payment.no,
            "method": placed.payment.method,
            "status": "expected" if placed.payment.amount else "captured",
            "amount": placed.payment.amount,
            "pay_url": placed.attempt.pay_url if placed.attempt else None,
            "reference": placed.payment.reference,
        },
    }


@router.post("/checkout/quote", summary="What it costs, per shop, with freight")
def quote(request: HttpRequest, payload: Wanted) -> Any:
    """Reserves nothing. 404 for an address that is not the buyer's; 409 `inventory.cannot_hold` names SKUs that are short."""
    call = caller(request, _quoted)
    return _quoted(queries.prepare(call.actor, _asked(payload))) if call.key is None else operations.quote(call, asked=_asked(payload))


@router.get("/checkout/slots", summary="When it can be brought to an address")
def slots(request: HttpRequest, address: Id, shop: Annotated[list[Id], Query(max_length=20)] = []) -> dict[str, Any]:  # noqa: B006 - ninja reads it
    """Hours that can be chosen now, the earliest first, with the places left; `shop` for each shop one buys from. 404 for a foreign address."""
    found = delivery.open_slots(accounts.address(person(request), address).destination, shop)[:_SLOTS]
    items = [
        {"id": row.pk, "starts_at": row.starts_at, "ends_at": row.ends_at, "closes_at": row.closes_at, "left": row.capacity - row.taken}
        for row in found
    ]
    return {"items": items, "next": None}


@router.post("/checkout/place", summary="Place the order", response={201: dict})
def place(request: HttpRequest, payload: Order) -> Any:
    """201 with purchase, orders and payment; 409 `checkout.total_changed` with the new quote, 409 `inventory.cannot_hold` with the SKUs."""
    call = caller(request, _placed)
    return Status(201, placing.place(call, asked=_asked(payload), expected_total=payload.expected_total))
