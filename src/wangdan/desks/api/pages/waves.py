"""Waves over HTTP: parcels fetched on one walk, as a handheld or another system would drive them (D10.2)."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from wangdan.desks import sayings, states
from wangdan.desks.api.door import Body, Id, Limit, caller, listing, person
from wangdan.desks.api.pages.warehouses import seen
from wangdan.fulfilment import operations, queries
from wangdan.fulfilment.models import ParcelLine, Wave
from wangdan.fulfilment.rules import WAVE_LIFE
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import Malformed, NotSeen
from wangdan.kernel.journal import plain
from wangdan.kernel.operation import may
from wangdan.kernel.sayings import saying

router = Router()

No = Annotated[str, Field(max_length=20)]
_MOVES = {"start": "start_wave", "put_back": "put_back_wave", "end": "end_wave"}


class New(Body):
    """A wave of parcels of one warehouse that wait to be picked."""

    warehouse: Id
    parcels: Annotated[list[No], Field(max_length=100)]


class Move(Body):
    """For `scan` the code of goods or bin; for `count` a line of the wave and how many pieces of it."""

    code: Annotated[str, Field(max_length=80)] | None = None
    line: Id | None = None
    pieces: Annotated[int, Field(ge=1, le=100_000)] | None = None


def _row(wave: Any) -> dict[str, Any]:
    whole = {
        "no": wave.no,
        "warehouse": wave.warehouse_id,
        "status": wave.status,
        "status_text": states.word("waves", wave.status),
        "picker": wave.picker.shown if wave.picker else None,
        "why": sayings.joined(wave.why),
        "made_at": wave.made_at,
        "started_at": wave.started_at,
        "ended_at": wave.ended_at,
    }
    return dict(plain(whole))


def _counted(wave: Any) -> dict[str, Any]:
    return _row(wave) | {"parcels": wave.parcels, "pieces": wave.pieces, "picked": wave.picked}


def document(actor: Actor, wave: Wave) -> dict[str, Any]:
    """A wave with what it fetches, in walking order, and the moves the actor may make now."""
    lines = [_line(line) for line in queries.wave_lines(wave)]
    moves = [name for name, move in _MOVES.items() if move in WAVE_LIFE.open_moves(wave.status) and may(actor, f"fulfilment.{move}")]
    if wave.status == "picking" and wave.picker_id == actor.id:
        moves += ["scan", "count"]
    return _row(wave) | {"lines": lines, "moves": moves}


def _line(line: ParcelLine) -> dict[str, Any]:
    goods = {"sku": line.sku_id, "code": line.sku.code, "title": line.title, "specs": line.specs}
    where = {"line": line.pk, "parcel": line.parcel.no, "box": line.parcel.place.box, "bin": line.bin}
    return where | goods | {"quantity": line.quantity, "picked": line.picked}


@router.get("/waves", summary="The waves of my warehouses, newest first")
def many(request: HttpRequest, warehouse: Id | None = None, cursor: str | None = None, limit: Limit = 20) -> dict[str, Any]:
    """`parcels`, `pieces` and `picked` are numbers here; 404 for a warehouse that is not mine."""
    actor = person(request)
    return listing(queries.waves(actor, seen(actor, warehouse)), _counted, cursor=cursor, limit=limit)


@router.post("/waves", summary="Make a wave", response={201: dict})
def make(request: HttpRequest, payload: New) -> Any:
    """409 `fulfilment.cannot_make_wave` names parcels that are not to be picked any more or in another wave; 404 for another's warehouse."""
    actor = person(request)
    call = caller(request, lambda wave: document(actor, queries.wave(actor, wave.no)))
    return Status(201, operations.make_wave(call, warehouse_id=payload.warehouse, nos=payload.parcels, why=[saying("fulfilment.wave_by_hand")]))


@router.get("/waves/{no}", summary="One wave")
def one(request: HttpRequest, no: No) -> dict[str, Any]:
    """404 for a wave of another warehouse."""
    actor = person(request)
    return document(actor, queries.wave(actor, no))


@router.post("/waves/{no}/{move}", summary="Make a move on a wave")
def move(request: HttpRequest, no: No, move: Annotated[str, Field(max_length=40)], payload: Move | None = None) -> Any:
    """start, put_back, end; scan {code} and count {line, pieces} for its picker. The last piece ends it."""
    actor, payload = person(request), payload or Move()
    wave = queries.wave(actor, no)
    if move in _MOVES:
        call = caller(request, lambda moved: document(actor, queries.wave(actor, moved.no)))
        return getattr(operations, _MOVES[move])(call, wave.no)
    wanted = {"scan": ("code",), "count": ("line", "pieces")}.get(move)
    if wanted is None:
        raise NotSeen
    missing = [name for name in wanted if getattr(payload, name) is None]
    if missing:
        raise Malformed("kernel.malformed", fields=[{"field": name, "problem": "missing"} for name in missing])
    given = {name: getattr(payload, name) for name in wanted}
    done = operations.scan_in_wave if move == "scan" else operations.count_in_wave
    done(caller(request), wave.no, **given)
    return document(actor, queries.wave(actor, wave.no))
