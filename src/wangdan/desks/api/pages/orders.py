"""Orders over HTTP: lists, one order, its time line and parcels, and every move on it (D05.7, D08.2–5, D12.3–8)."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from itertools import islice
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
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
from wangdan.orders.rules import Wanted, WantedLine
from wangdan.payments.models import Attempt
from wangdan.tasks.models import Approval

router = Router()

No = Annotated[str, Field(max_length=20)]


class LineWanted(Body):
    """A line as an edited order is to have it; without `price` as it was sold, or today's for goods that are new."""

    sku: Id
    quantity: Annotated[int, Field(ge=1, le=999)]
    price: Annotated[int, Field(ge=0, lt=2**53)] | None = None


class Move(Body):
    """What a move may need: a reason to cancel or decline, an address or a slot id to change it, a flag and a remark to mark it; lines to edit it.

    A slot of null means any hours.
    """

    reason: Annotated[str, Field(max_length=1000)] | None = None
    address: Id | None = None
    slot: Id | None = None
    mark: Annotated[str, Field(max_length=20)] = ""
    remark: Annotated[str, Field(max_length=1000)] = ""
    lines: Annotated[list[LineWanted], Field(max_length=100)] | None = None
    off: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    expected_total: Annotated[int, Field(ge=0, lt=2**53)] | None = None


class Narrow(Schema):
    """The conditions of a list; several values of one with commas, amounts in minor units."""

    status: Annotated[str, Field(max_length=200)] = ""
    q: Annotated[str, Field(max_length=80)] = ""
    mine: bool = False
    payment: Annotated[str, Field(max_length=80)] = ""
    parcel: Annotated[str, Field(max_length=80)] = ""
    method: Annotated[str, Field(max_length=80)] = ""
    flags: Annotated[str, Field(max_length=80)] = ""
    shop: Id | None = None
    low: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    high: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    customer: Annotated[str, Field(max_length=80)] = ""
    goods: Annotated[str, Field(max_length=80)] = ""
    waybill: Annotated[str, Field(max_length=80)] = ""

    def filters(self, since: datetime | None, until: datetime | None) -> Filters:
        """All conditions as the query takes them."""
        chosen = {name: _parts(getattr(self, name)) for name in ("status", "payment", "parcel", "method", "flags")}
        typed = {name: getattr(self, name) for name in ("q", "shop", "low", "high", "customer", "goods", "waybill")}
        return Filters(seat="buyer" if self.mine else "", since=since, until=until, **chosen, **typed)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


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
            "steps": line.steps,
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
    if queries.seats(actor, order) - {"buyer"}:
        whole |= {"mark": order.mark, "remark": order.remark, "refunded": order.refunded}
    return dict(plain(whole))


@router.get("/orders", summary="Orders the caller may see, newest first")
def many(
    request: HttpRequest,
    narrow: Query[Narrow],
    since: Annotated[str | None, Query(alias="from")] = None,
    until: Annotated[str | None, Query(alias="to")] = None,
    cursor: str | None = None,
    limit: Limit = 20,
) -> dict[str, Any]:
    """`status` takes several with commas; `q` any number, phone, receiver's name or waybill; `from` and `to` days or moments of placing."""
    actor = person(request)
    filters = narrow.filters(_moment(since), _moment(until, end=True))
    page = listing(queries.find(actor, filters), lambda order: order, order=queries.NEWEST, cursor=cursor, limit=limit)
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
    inside = bool(actor.roles & OFFICE_ROLES) or found.order.shop_id in actor.organisations
    rows = [row for row in queries.entries(found.order, found.parcels) if inside or row.operation not in queries.INSIDE]
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


_PLAIN = {
    "accept": operations.accept,
    "confirm_receipt": operations.confirm_receipt,
    "remind": operations.remind,
    "extend_receipt": operations.extend_receipt,
    "hide": operations.hide,
    "unhide": operations.unhide,
}
"""Moves that need nothing but the order."""
_REASONED = {"cancel": operations.cancel, "decline": operations.decline, "approve": operations.approve, "reject": operations.reject}
"""Moves that are told why."""


def _edit(request: HttpRequest, no: str, payload: Move) -> Any:
    """An administrator's edit: all lines as they are to be, what the office takes off, the total that is expected, the reason (D08.4)."""
    actor = person(request)
    if not payload.lines or payload.expected_total is None:
        missing = "lines" if not payload.lines else "expected_total"
        raise Malformed("kernel.malformed", fields=[{"field": missing, "problem": "missing"}])
    wanted = Wanted(tuple(WantedLine(line.sku, line.quantity, line.price) for line in payload.lines), off=payload.off)
    call = caller(request, lambda change: document(queries.view(actor, change.order.no), actor))
    return operations.edit(call, no, wanted=wanted, expected_total=payload.expected_total, reason=payload.reason or "")


@router.post("/orders/{no}/{move}", summary="Make a move on an order")
def move(request: HttpRequest, no: No, move: Annotated[str, Field(max_length=40)], payload: Move | None = None) -> Any:
    """The names are those in `moves`; cancel, decline, approve, reject take `reason`, change_address `address`.

    `change_slot` takes a `slot`, mark and edit what they name.

    What needs a second person by its amount answers with the order as it still is, and with `approval`, the number of what waits.
    """
    actor = person(request)
    payload = payload or Move()

    def answer(done: Any) -> dict[str, Any]:
        waits = {"approval": done.no} if isinstance(done, Approval) else {}
        return document(queries.view(actor, no), actor) | waits

    call = caller(request, answer)
    if move in _PLAIN:
        return _PLAIN[move](call, no)
    if move in _REASONED:
        return _REASONED[move](call, no, reason=payload.reason or "")
    if move == "edit":
        return _edit(request, no, payload)
    if move == "mark":
        return operations.mark(call, no, mark=payload.mark, remark=payload.remark)
    if move == "change_slot":
        if "slot" not in payload.model_fields_set:
            raise Malformed("kernel.malformed", fields=[{"field": "slot", "problem": "missing"}])
        return operations.change_slot(call, no, slot=payload.slot)
    if move == "change_address":
        if payload.address is None:
            raise Malformed("kernel.malformed", fields=[{"field": "address", "problem": "missing"}])
        return operations.change_address(call, no, address=payload.address)
    raise NotSeen
