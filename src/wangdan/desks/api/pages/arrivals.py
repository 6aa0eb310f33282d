"""Deliveries of suppliers over HTTP: announced by an ERP, checked in by whoever unpacks them (D07.3)."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from wangdan.desks import states
from wangdan.desks.api.door import Body, Id, Limit, caller, listing, person
from wangdan.desks.api.pages.warehouses import seen
from wangdan.inventory import operations, queries
from wangdan.inventory.models import Arrival, ArrivalLine, Warehouse
from wangdan.inventory.rules import difference
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import Malformed, NotSeen
from wangdan.kernel.journal import plain
from wangdan.kernel.operation import may

router = Router()

No = Annotated[str, Field(max_length=20)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Pieces = Annotated[int, Field(ge=0, le=10_000_000)]
_OPEN = ("announced", "receiving")


class Line(Body):
    """Goods by id (`sku`) or by their own `code`, and how many pieces."""

    sku: Id | None = None
    code: Code | None = None
    pieces: Pieces


class New(Body):
    """A delivery that a supplier will bring; `reference` is the purchase's number, `expected_on` a day (YYYY-MM-DD)."""

    warehouse: Id
    supplier: Annotated[str, Field(max_length=80)]
    reference: Annotated[str, Field(max_length=40)] = ""
    expected_on: Annotated[str, Field(max_length=10)] | None = None
    lines: Annotated[list[Line], Field(max_length=200)]


class Move(Body):
    """For `check_in` goods by `sku` or `code`, `good` and `damaged` pieces and the bin; for `close` a note when it differs."""

    sku: Id | None = None
    code: Code | None = None
    good: Pieces = 0
    damaged: Pieces = 0
    bin: Annotated[str, Field(max_length=20)] = ""
    note: Annotated[str, Field(max_length=120)] = ""


def _row(arrival: Any) -> dict[str, Any]:
    whole = {
        "no": arrival.no,
        "warehouse": arrival.warehouse_id,
        "supplier": arrival.supplier,
        "reference": arrival.reference,
        "status": arrival.status,
        "status_text": states.word("arrivals", arrival.status),
        "expected_on": arrival.expected_on,
        "note": arrival.note,
        "announced_at": arrival.announced_at,
        "closed_at": arrival.closed_at,
    }
    return dict(plain(whole))


def _counted(arrival: Any) -> dict[str, Any]:
    return _row(arrival) | {"expected": arrival.expected, "good": arrival.good, "damaged": arrival.damaged}


def document(actor: Actor, arrival: Arrival) -> dict[str, Any]:
    """A delivery with its lines, what differs so far, and the moves the actor may make now."""
    lines = list(arrival.lines.select_related("sku__product"))
    found = difference((line.expected, line.good, line.damaged) for line in lines)
    names = {"check_in": "check_in", "close": "close_arrival", "call_off": "call_off_arrival"}
    allowed = [move for move, name in names.items() if arrival.status in _OPEN and may(actor, f"inventory.{name}")]
    moves = [move for move in allowed if move != "call_off" or arrival.status == "announced"]
    differs = {"short": found.short, "over": found.over, "damaged": found.damaged}
    return _row(arrival) | {"lines": [_line(line) for line in lines], "differs": differs, "moves": moves}


def _line(line: ArrivalLine) -> dict[str, Any]:
    goods = {"sku": line.sku_id, "code": line.sku.code, "title": line.sku.product.title, "specs": line.sku.specs}
    return goods | {"expected": line.expected, "good": line.good, "damaged": line.damaged}


def _skus(house: Warehouse, lines: list[tuple[int | None, str | None]]) -> list[int]:
    """The goods that are meant. Refuses with 422 for a line that names none, 404 for a code that the warehouse's owner does not have."""
    bare = [at for at, (sku, code) in enumerate(lines) if sku is None and not code]
    if bare:
        raise Malformed("kernel.malformed", fields=[{"field": f"lines.{at}.sku", "problem": "missing"} for at in bare])
    coded = {sku.code.casefold(): sku.pk for sku in queries.coded(house, [code for sku, code in lines if sku is None and code])}
    found = [coded.get((code or "").casefold()) if sku is None else sku for sku, code in lines]
    if None in found:
        raise NotSeen
    return [sku for sku in found if sku is not None]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Malformed("kernel.malformed", fields=[{"field": "expected_on", "problem": "date"}]) from error


@router.get("/arrivals", summary="The deliveries of my warehouses, newest first")
def many(request: HttpRequest, warehouse: Id | None = None, cursor: str | None = None, limit: Limit = 20) -> dict[str, Any]:
    """`expected`, `good` and `damaged` pieces; 404 for a warehouse that is not mine."""
    actor = person(request)
    return listing(queries.arrivals(actor, seen(actor, warehouse)), _counted, cursor=cursor, limit=limit)


@router.post("/arrivals", summary="Announce a delivery", response={201: dict})
def announce(request: HttpRequest, payload: New) -> Any:
    """Goods by id or by code; the same goods twice are added up. 404 for another's warehouse or goods."""
    actor = person(request)
    house = queries.warehouse(actor, payload.warehouse)
    skus = _skus(house, [(line.sku, line.code) for line in payload.lines])
    told = {"supplier": payload.supplier, "reference": payload.reference, "expected_on": _day(payload.expected_on)}
    lines = list(zip(skus, [line.pieces for line in payload.lines], strict=True))
    call = caller(request, lambda arrival: document(actor, queries.arrival(actor, arrival.no)))
    return Status(201, operations.announce(call, warehouse_id=house.pk, lines=lines, **told))


@router.get("/arrivals/{no}", summary="One delivery")
def one(request: HttpRequest, no: No) -> dict[str, Any]:
    """404 for a delivery to another warehouse."""
    actor = person(request)
    return document(actor, queries.arrival(actor, no))


@router.post("/arrivals/{no}/{move}", summary="Make a move on a delivery")
def move(request: HttpRequest, no: No, move: Annotated[str, Field(max_length=40)], payload: Move | None = None) -> Any:
    """check_in {sku or code, good, damaged?, bin?}, close {note?}, call_off. What differs needs a note to close."""
    actor, payload = person(request), payload or Move()
    arrival = queries.arrival(actor, no)
    call = caller(request, lambda _row: document(actor, queries.arrival(actor, arrival.no)))
    if move == "check_in":
        [sku] = _skus(arrival.warehouse, [(payload.sku, payload.code)])
        return operations.check_in(call, arrival.no, sku_id=sku, good=payload.good, damaged=payload.damaged, bin=payload.bin)
    if move == "close":
        return operations.close_arrival(call, arrival.no, note=payload.note)
    if move == "call_off":
        return operations.call_off_arrival(call, arrival.no)
    raise NotSeen
