"""Parcels over HTTP for those who prepare them: my warehouse's work and every move (D10.2–3, D04.5)."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from wangdan.desks import states
from wangdan.desks.api.door import Body, Limit, caller, person
from wangdan.fulfilment import errands, operations, queries
from wangdan.fulfilment.models import Parcel
from wangdan.fulfilment.rules import IN_HOUSE, LIFE
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import Malformed, NotSeen
from wangdan.kernel.journal import plain

router = Router()

No = Annotated[str, Field(max_length=20)]


class Move(Body):
    """What a move may need: another carrier at hand-over, the buyer's digits when he fetches it."""

    carrier: Annotated[str, Field(max_length=20)] | None = None
    code: Annotated[str, Field(max_length=10)] | None = None


def document(parcel: Parcel, actor: Actor) -> dict[str, Any]:
    """A parcel as those who work on it read it."""
    whole = {
        "no": parcel.no,
        "order": parcel.ref_of.partition(":")[2],
        "status": parcel.status,
        "status_text": states.word("parcels", parcel.status),
        "warehouse": parcel.warehouse.name,
        "delivery": parcel.method,
        "carrier": parcel.carrier.code if parcel.carrier else None,
        "carrier_name": parcel.carrier.name if parcel.carrier else None,
        "carrier_reason": parcel.carrier_reason,
        "waybill": parcel.waybill or None,
        "eta": parcel.eta,
        "ship_by": parcel.ship_by,
        "lines": [
            {"line": line.line, "sku": line.sku_id, "title": line.title, "specs": line.specs, "quantity": line.quantity, "bin": line.bin}
            for line in parcel.lines.all()
        ],
        "track": [{"at": step.at, "status": step.status, "text": step.text, "place": step.place} for step in parcel.track.all()],
        "moves": queries.moves(actor, parcel),
    }
    return dict(plain(whole))


@router.get("/parcels", summary="What my warehouses have to do, the most urgent first")
def many(request: HttpRequest, status: str = "", limit: Limit = 50) -> dict[str, Any]:
    """`status` takes several with commas; without it what is still in the house."""
    actor = person(request)
    wanted = [part for part in status.split(",") if part in LIFE.states] if status else list(IN_HOUSE)
    return {"items": [document(parcel, actor) for parcel in queries.work(actor, wanted)[:limit]], "next": None}


@router.get("/parcels/{no}", summary="One parcel")
def one(request: HttpRequest, no: No) -> dict[str, Any]:
    """404 for a parcel of another warehouse."""
    actor = person(request)
    return document(queries.one(actor, no), actor)


@router.post("/parcels/{no}/{move}", summary="Make a move on a parcel")
def move(request: HttpRequest, no: No, move: Annotated[str, Field(max_length=40)], payload: Move | None = None) -> Any:
    """pick, inspect, pack, hand_over {carrier?}, take_back, collect {code}."""
    actor, payload = person(request), payload or Move()
    call = caller(request, lambda parcel: document(queries.one(actor, parcel.no), actor))
    plainly = {"pick": operations.pick, "inspect": operations.inspect, "pack": operations.pack, "take_back": operations.take_back}
    if move in plainly:
        return plainly[move](call, no)
    if move == "hand_over":
        return errands.ship(call, no, payload.carrier or "")
    if move == "collect":
        if payload.code is None:
            raise Malformed("kernel.malformed", fields=[{"field": "code", "problem": "missing"}])
        return operations.collect(call, no, code=payload.code)
    raise NotSeen
