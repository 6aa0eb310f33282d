"""Quote and place over HTTP (D03.6–9, D04.1, D11.3)."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field, StrictBool, StrictInt

from wangdan.accounts import queries as accounts
from wangdan.accounts.operations import Secret
from wangdan.checkout import operations, queries
from wangdan.checkout.operations import Placed
from wangdan.checkout.rules import Asked, Wish
from wangdan.delivery import queries as delivery
from wangdan.desks import placing, sayings
from wangdan.desks.api.door import Body, Id, caller, person
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Malformed
from wangdan.promotions import operations as promotions

router = Router()
Named = Annotated[str, Field(max_length=20)]
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
    coupon: Id | Named | list[Id] | None = None
    points: Annotated[StrictInt, Field(ge=0, lt=2**53)] | None = None
    slot: Id | None = None


class Order(Wanted):
    """The same, with the way to pay and the total the buyer saw, in minor units; `device` is the caller's own name of the device, kept as a hash."""

    payment_method: Annotated[str, Field(max_length=20)]
    expected_total: Annotated[int, Field(ge=0)]
    device: Annotated[str, Field(max_length=200)] = ""
    payment_password: Annotated[str, Field(max_length=200)] | None = None


def _coupons(call: Call, coupon: int | str | list[int] | None) -> dict[str, Any]:
    """Ids as they are, `best` for the best of each giver, any other word is a code: it is claimed when it is first named, once."""
    if isinstance(coupon, str) and coupon.isascii() and coupon.isdigit():
        return {"coupons": (int(coupon),)}
    if isinstance(coupon, str) and coupon:
        return {"best": True} if coupon == "best" else {"coupons": (promotions.claim(Call(call.actor), code=coupon).pk,)}
    return {"coupons": tuple(coupon) if isinstance(coupon, list) else (coupon,) if coupon else ()}


def _asked(call: Call, wanted: Wanted) -> Asked:
    """The body as the checkout takes it. Refuses both or neither of lines and cart."""
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
        points=wanted.points or 0,
        slot=wanted.slot,
        **_coupons(call, wanted.coupon),
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
    """Reserves nothing. 404 for an address that is not the buyer's; 409 `inventory.cannot_hold` names SKUs that are short.

    `coupon` is the id of a claimed coupon (or several, one per giver), a code, or `best`; without it none is used, and `coupons` in the answer
    says what each would give and which is `best`. `points` are spent as far as the answer's `points.most` allows.
    """
    call = caller(request, _quoted)
    asked = _asked(call, payload)
    return _quoted(queries.prepare(call.actor, asked)) if call.key is None else operations.quote(call, asked=asked)


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
    """201 with purchase, orders and payment; 409 `checkout.total_changed` with the new quote, 409 `inventory.cannot_hold` with the SKUs.

    `payment_password` is needed when points are spent: 422 `accounts.payment_password_wrong` with the tries left, 429 when it is locked.
    """
    call = caller(request, _placed)
    secret = Secret(payload.payment_password) if payload.payment_password else None
    device = accounts.keyed("device", payload.device) if payload.device else ""
    wanted = _asked(call, payload)
    return Status(201, placing.place(call, asked=wanted, expected_total=payload.expected_total, device=device, secret=secret))
