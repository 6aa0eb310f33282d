"""Orders over HTTP: lists, one order, its time line and parcels, and every move on it (D05.7, D08.2–5, D12.3–8)."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from itertools import islice
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from wangdan.accounts.rules import OFFICE_ROLES, mask_phone
from wangdan.delivery import queries as delivery
from wangdan.desks import journal_words, order_money, states
from wangdan.desks.api.door import Body, Id, Limit, caller, listing, person
from wangdan.desks.api.parcels import documents
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import Malformed, NotSeen
from wangdan.kernel.journal import plain
from wangdan.orders import operations, queries
from wangdan.orders.models import Order
from wangdan.orders.queries import Filters, OrderView
from wangdan.payments.models import Attempt

router = Router()

No = Annotated[str, Field(max_length=20)]


class Move(Body):
    """What a move may need: a reason to cancel or decline, an address id to change it."""

    reason: Annotated[str, Field(max_length=1000)] | None = None
    address: Id | None = None


def _moment(text: str | None, *, end: bool = False) -> datetime | None:
    """A moment (ISO 8601) or a day in the zone of the business; the end of a span of days includes its day."""
    if not text:
        return None
    try:
        moment, day = parse_datetime(text.replace(" ", "+")), parse_date(text)
    except ValueError:
        moment = day = None
    if day is not None:
        return timezone.make_aware(datetime.combine(day, time.max if end else time.min))
    if moment is None:
        raise Malformed("orders.time_malformed")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _lines(found: OrderView) -> list[dict[str, Any]]:
    return [
        {
            "id": line.pk,
            "position": line.position,
            "product": line.product_id,
            "sku": line.sku_id,
            "title": line.title,
            "specs": line.specs,
            "picture": line.picture.url(200) if line.picture else "",
            "price": line.price,
            "quantity": line.quantity,
            "amount": line.amount,
            "discount": line.discount,
            "freight_share": line.freight_share,
            "total": line.total,
        }
        for line in found.lines
    ]


def _address(order: Order, actor: Actor) -> dict[str, str]:
    """Where it goes; the phone in full for the buyer only."""
    mine = actor.id == order.buyer_id
    return {
        "name": order.to_name,
        "phone": order.to_phone if mine else mask_phone(order.to_phone),
        "province": order.to_province,
        "city": order.to_city,
        "district": order.to_district,
        "street": order.to_street,
        "detail": order.to_detail,
    }


def _pay_urls(found: Sequence[OrderView], actor: Actor) -> dict[int, str]:
    """Where the buyer pays what is still open, by payment id; nobody else gets the address."""
    mine = [view.part.payment for view in found if view.part and view.part.status == "expected" and view.order.buyer_id == actor.id]
    return dict(Attempt.objects.filter(payment__in=mine, status="open").values_list("payment_id", "pay_url")) if mine else {}


def _payment(found: OrderView, actor: Actor, pay_urls: dict[int, str]) -> dict[str, Any] | None:
    part = found.part
    if part is None:
        return None
    payment = {
        "no": part.payment.no,
        "method": part.payment.method,
        "status": part.status,
        "status_text": states.word("parts", part.status),
        "amount": part.amount,
        "captured": part.captured,
        "refunding": part.refunding,
        "refunded": part.refunded,
    }
    if actor.id == found.order.buyer_id:
        payment["pay_url"] = pay_urls.get(part.payment_id) if part.status == "expected" else None
        payment["reference"] = part.payment.reference
    return payment


def _common(found: OrderView, actor: Actor, parcels: list[dict[str, Any]], pay_urls: dict[int, str]) -> dict[str, Any]:
    """An order as lists show it: all that the contract names."""
    order = found.order
    totals = {"goods": order.goods, "freight": order.freight, "discount": order.discount, "total": order.total}
    return {
        "no": order.no,
        "purchase_no": order.purchase.no,
        "status": order.status,
        "status_text": states.word("orders", order.status),
        "shop": {"id": order.shop_id, "name": order.shop.name},
        "lines": _lines(found),
        "totals": totals,
        **totals,
        "currency": order.currency,
        "delivery": order.method,
        "address": _address(order, actor),
        "payment_method": order.payment_method,
        "payment": _payment(found, actor, pay_urls),
        "parcels": parcels,
        "placed_at": order.placed_at,
        "pay_by": order.pay_by,
        "moves": list(found.moves),
    }


def _slot(order: Order) -> dict[str, Any] | None:
    """The delivery hours the order holds."""
    slot = delivery.slots_of([order.ref]).get(order.ref)
    return {"id": slot.pk, "starts_at": slot.starts_at, "ends_at": slot.ends_at} if slot else None


def document(found: OrderView, actor: Actor) -> dict[str, Any]:
    """An order with everything."""
    order = found.order
    sums = order_money.of_order(order, found.lines, paid=order.paid_at is not None)
    moments = ("placed_at", "pay_by", "paid_at", "accepted_at", "shipped_at", "delivered_at", "confirm_by", "completed_at", "closed_at")
    whole: dict[str, Any] = _common(found, actor, documents(actor, found.parcels), _pay_urls([found], actor)) | {
        "explain": [{"label": row.label, "amount": row.amount, "why": row.why} for row in sums.rows],
        "pickup_point": {"id": order.pickup_point_id, "name": order.pickup_point.name} if order.pickup_point else None,
        "slot": _slot(order),
        "note": order.note,
        "reason": order.reason,
        "siblings": [{"no": one.no, "shop": one.shop.name, "status": one.status} for one in found.siblings],
        **{name: getattr(order, name) for name in moments},
    }
    return dict(plain(whole))


@router.get("/orders", summary="Orders the caller may see, newest first")
def many(
    request: HttpRequest,
    status: str | None = None,
    q: Annotated[str, Field(max_length=80)] = "",
    since: Annotated[str | None, Query(alias="from")] = None,
    until: Annotated[str | None, Query(alias="to")] = None,
    mine: bool = False,  # noqa: FBT001, FBT002 - a query parameter
    cursor: str | None = None,
    limit: Limit = 20,
) -> dict[str, Any]:
    """`status` takes several with commas; `q` any number, phone, receiver's name or waybill; `from` and `to` days or moments of placing."""
    actor = person(request)
    states_wanted = tuple(part for part in (status or "").split(",") if part)
    filters = Filters(status=states_wanted, q=q, since=_moment(since), until=_moment(until, end=True), mine=mine)
    page = listing(queries.find(actor, filters), lambda order: order, cursor=cursor, limit=limit)
    found = queries.views(actor, page["items"], parcels=True)
    parcels = iter(documents(actor, [parcel for view in found for parcel in view.parcels]))
    urls = _pay_urls(found, actor)
    return page | {"items": [plain(_common(view, actor, list(islice(parcels, len(view.parcels))), urls)) for view in found]}


@router.get("/orders/{no}", summary="One order")
def one(request: HttpRequest, no: No) -> dict[str, Any]:
    """404 for an order that is not there for the caller."""
    actor = person(request)
    return document(queries.view(actor, no), actor)


@router.get("/orders/{no}/timeline", summary="What happened to an order, newest first")
def timeline(request: HttpRequest, no: No) -> dict[str, Any]:
    """In words: who, when, what, and what changed. Staff have names for the office and the shop only."""
    actor = person(request)
    found = queries.view(actor, no)
    rows = queries.entries(found.order, found.parcels)
    inside = bool(actor.roles & OFFICE_ROLES) or found.order.shop_id in actor.organisations
    names = journal_words.names_of(rows) if inside else {row.actor_id: _("工作人员") for row in rows if row.actor_id}
    return {"items": [_entry(row, names, found.order) for row in rows], "next": None}


def _entry(row: Any, names: dict[int, str], order: Order) -> dict[str, Any]:
    told = journal_words.entry(row, order, names)
    changes = [{"label": change.label, "before": change.before, "after": change.after} for change in told.changes]
    return {"at": row.at, "operation": row.operation, "about": row.ref, "text": told.text, "who": told.who, "changes": changes}


@router.get("/orders/{no}/parcels", summary="The parcels of an order with their way")
def parcels(request: HttpRequest, no: No) -> dict[str, Any]:
    """Each parcel has its own time line in `track`."""
    actor = person(request)
    return {"items": documents(actor, queries.view(actor, no).parcels), "next": None}


@router.post("/orders/{no}/{move}", summary="Make a move on an order")
def move(request: HttpRequest, no: No, move: Annotated[str, Field(max_length=40)], payload: Move | None = None) -> Any:
    """The names are those in `moves`: accept, decline {reason}, cancel {reason}, change_address {address}, confirm_receipt."""
    actor = person(request)
    payload = payload or Move()
    call = caller(request, lambda order: document(queries.view(actor, order.no), actor))
    if move == "accept":
        return operations.accept(call, no)
    if move == "confirm_receipt":
        return operations.confirm_receipt(call, no)
    if move == "decline":
        return operations.decline(call, no, reason=payload.reason or "")
    if move == "cancel":
        return operations.cancel(call, no, reason=payload.reason or "")
    if move == "change_address":
        if payload.address is None:
            raise Malformed("kernel.malformed", fields=[{"field": "address", "problem": "missing"}])
        return operations.change_address(call, no, address=payload.address)
    raise NotSeen
