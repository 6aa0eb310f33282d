"""Parcels over HTTP for those who prepare them: my warehouse's work and every move (D10.2–3, D04.5)."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field, StrictBool

from wangdan.desks.api.door import Body, Limit, caller, listing, person
from wangdan.desks.api.parcels import document, documents
from wangdan.fulfilment import errands, operations, queries
from wangdan.fulfilment.rules import IN_HOUSE, LIFE
from wangdan.kernel.errors import Malformed, NotSeen

router = Router()

No = Annotated[str, Field(max_length=20)]


class Move(Body):
    """What a move may need: another carrier at hand-over, why the one that was booked is let go, the buyer's digits when he fetches it.

    For packing: codes of material, what the scale says in grams, and that a doubtful weight was looked at again.
    """

    carrier: Annotated[str, Field(max_length=20)] | None = None
    reason: Annotated[str, Field(max_length=200)] | None = None
    code: Annotated[str, Field(max_length=10)] | None = None
    wrapping: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=12)] = []  # noqa: RUF012 - pydantic copies it
    grams: Annotated[int, Field(ge=1)] | None = None
    checked: StrictBool = False


@router.get("/parcels", summary="What my warehouses have to do, the most urgent first")
def many(request: HttpRequest, status: str = "", cursor: str | None = None, limit: Limit = 50) -> dict[str, Any]:
    """`status` takes several with commas; without it what is still in the house."""
    actor = person(request)
    wanted = [part for part in status.split(",") if part in LIFE.states] if status else list(IN_HOUSE)
    page = listing(queries.work(actor, wanted), lambda parcel: parcel, order=("ship_by", "id"), cursor=cursor, limit=limit)
    return page | {"items": documents(actor, page["items"])}


@router.get("/parcels/{no}", summary="One parcel")
def one(request: HttpRequest, no: No) -> dict[str, Any]:
    """404 for a parcel of another warehouse."""
    actor = person(request)
    return document(actor, queries.one(actor, no))


@router.post("/parcels/{no}/{move}", summary="Make a move on a parcel")
def move(request: HttpRequest, no: No, move: Annotated[str, Field(max_length=40)], payload: Move | None = None) -> Any:
    """pick, inspect, pack {wrapping?, grams?, checked?}, hand_over {carrier?}, rebook {carrier, reason}, take_back, collect {code}."""
    actor, payload = person(request), payload or Move()
    call = caller(request, lambda parcel: document(actor, queries.one(actor, parcel.no)))
    plainly = {"pick": operations.pick, "inspect": operations.inspect, "take_back": operations.take_back}
    if move in plainly:
        return plainly[move](call, no)
    if move == "pack":
        return operations.pack(
            call, no, wrapping=[code.replace("\x00", "") for code in payload.wrapping], grams=payload.grams, checked=payload.checked
        )
    if move == "hand_over":
        return errands.ship(call, no, payload.carrier or "")
    if move == "rebook":
        return errands.rebook(call, no, carrier=payload.carrier or "", reason=payload.reason or "")
    if move == "collect":
        if payload.code is None:
            raise Malformed("kernel.malformed", fields=[{"field": "code", "problem": "missing"}])
        return operations.hand_out(call, no, code=payload.code)
    raise NotSeen
