"""Count lists over HTTP: a zone counted goods by goods, twice where it differs (D07.3)."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from wangdan.desks import states
from wangdan.desks.api.door import Body, Id, Limit, caller, listing, person
from wangdan.desks.api.pages.warehouses import seen
from wangdan.inventory import operations, queries
from wangdan.inventory.models import CountLine, CountList
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import Malformed, NotSeen
from wangdan.kernel.journal import plain
from wangdan.kernel.operation import may

router = Router()

No = Annotated[str, Field(max_length=20)]


class New(Body):
    """The bins of a warehouse whose names begin with `zone`; empty for all of it."""

    warehouse: Id
    zone: Annotated[str, Field(max_length=20)] = ""


class Move(Body):
    """For `enter` a line and how many pieces there are in all, those picked and not yet handed over included; `why` a second number differs."""

    line: Id | None = None
    found: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    why: Annotated[str, Field(max_length=120)] = ""


def _row(counted: Any) -> dict[str, Any]:
    whole = {
        "no": counted.no,
        "warehouse": counted.warehouse_id,
        "zone": counted.zone,
        "made_at": counted.made_at,
        "closed_at": counted.closed_at,
    }
    return dict(plain(whole))


def _summed(counted: Any) -> dict[str, Any]:
    return _row(counted) | {"kinds": counted.kinds, "done": counted.done, "booked": counted.booked}


def document(actor: Actor, counted: CountList) -> dict[str, Any]:
    """A count list with its lines by bin, and the moves the actor may make now. What the books say is told once a line is done."""
    names = {"enter": "inventory.enter_count", "drop": "inventory.drop_count"}
    moves = [move for move, name in names.items() if counted.closed_at is None and may(actor, name)]
    return _row(counted) | {"lines": [_line(line) for line in counted.lines.select_related("sku__product")], "moves": moves}


def _line(line: CountLine) -> dict[str, Any]:
    goods = {"sku": line.sku_id, "code": line.sku.code, "title": line.sku.product.title, "specs": line.sku.specs, "bin": line.bin}
    state = {"line": line.pk, "status": line.status, "status_text": states.word("counts", line.status)}
    return state | goods | {"first": line.first, "second": line.second, "booked": line.booked, "why": line.why}


@router.get("/counts", summary="The count lists of my warehouses, newest first")
def many(request: HttpRequest, warehouse: Id | None = None, cursor: str | None = None, limit: Limit = 20) -> dict[str, Any]:
    """`kinds` of goods, `done` of them, and the pieces that were `booked`; 404 for a warehouse that is not mine."""
    actor = person(request)
    return listing(queries.count_lists(actor, seen(actor, warehouse)), _summed, cursor=cursor, limit=limit)


@router.post("/counts", summary="Begin to count a zone", response={201: dict})
def make(request: HttpRequest, payload: New) -> Any:
    """409 `inventory.zone_empty`, `inventory.zone_too_large`; 404 for another's warehouse."""
    actor = person(request)
    call = caller(request, lambda counted: document(actor, queries.count_list(actor, counted.no)))
    return Status(201, operations.make_count(call, warehouse_id=payload.warehouse, zone=payload.zone))


@router.get("/counts/{no}", summary="One count list")
def one(request: HttpRequest, no: No) -> dict[str, Any]:
    """404 for a list of another warehouse."""
    actor = person(request)
    return document(actor, queries.count_list(actor, no))


@router.post("/counts/{no}/{move}", summary="Make a move on a count list")
def move(request: HttpRequest, no: No, move: Annotated[str, Field(max_length=40)], payload: Move | None = None) -> Any:
    """Enter {line, found, why?}: as the books say is done, else it is counted once more. drop: what is left waits for another list."""
    actor, payload = person(request), payload or Move()
    counted = queries.count_list(actor, no)
    call = caller(request, lambda _row: document(actor, queries.count_list(actor, counted.no)))
    if move == "drop":
        return operations.drop_count(call, counted.no)
    if move != "enter":
        raise NotSeen
    missing = [name for name in ("line", "found") if getattr(payload, name) is None]
    if missing:
        raise Malformed("kernel.malformed", fields=[{"field": name, "problem": "missing"} for name in missing])
    return operations.enter_count(call, counted.no, line=payload.line, found=payload.found, why=payload.why)
