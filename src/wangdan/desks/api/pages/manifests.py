"""Hand-over lists over HTTP: what a carrier takes, loaded parcel by parcel, counted and signed for (D10.3, D12.6)."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from wangdan.desks.api.door import Body, Id, Limit, caller, listing, person
from wangdan.desks.api.pages.warehouses import seen
from wangdan.fulfilment import operations, queries
from wangdan.fulfilment.models import Manifest
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import Malformed, NotSeen
from wangdan.kernel.journal import plain
from wangdan.kernel.operation import may

router = Router()

No = Annotated[str, Field(max_length=20)]
_MOST = 500


class New(Body):
    """The list of a carrier, by its code, in one warehouse."""

    warehouse: Id
    carrier: Annotated[str, Field(max_length=20)]


class Move(Body):
    """For `load` a parcel; for `close` the courier's name and how many he counted."""

    parcel: No | None = None
    courier: Annotated[str, Field(max_length=60)] | None = None
    counted: Annotated[int, Field(ge=0, le=100_000)] | None = None


def _row(manifest: Any) -> dict[str, Any]:
    whole = {
        "no": manifest.no,
        "warehouse": manifest.warehouse_id,
        "carrier": manifest.carrier.code,
        "carrier_name": manifest.carrier.name,
        "day": manifest.day,
        "opened_at": manifest.opened_at,
        "closed_at": manifest.closed_at,
        "courier": manifest.courier or None,
        "counted": manifest.counted,
    }
    return dict(plain(whole))


def _counted(manifest: Any) -> dict[str, Any]:
    return _row(manifest) | {"loaded": manifest.loaded, "grams": manifest.weight}


def document(actor: Actor, manifest: Manifest) -> dict[str, Any]:
    """A list with its parcels, the last loaded first (the newest 500), and the moves the actor may make now."""
    loads = list(manifest.loads.select_related("parcel")[:_MOST])
    parcels = [plain({"no": load.parcel.no, "waybill": load.parcel.waybill, "at": load.at}) for load in loads]
    names = {"load": "fulfilment.load", "close": "fulfilment.close_manifest"}
    moves = [move for move, name in names.items() if manifest.closed_at is None and may(actor, name)]
    return _row(manifest) | {"loaded": manifest.loads.count(), "parcels": parcels, "moves": moves}


@router.get("/manifests", summary="The hand-over lists of my warehouses, newest first")
def many(request: HttpRequest, warehouse: Id | None = None, cursor: str | None = None, limit: Limit = 20) -> dict[str, Any]:
    """`loaded` parcels of `grams`; 404 for a warehouse that is not mine."""
    actor = person(request)
    return listing(queries.manifests(actor, seen(actor, warehouse)), _counted, cursor=cursor, limit=limit)


@router.post("/manifests", summary="Open a carrier's list, or get the one that is open", response={201: dict})
def begin(request: HttpRequest, payload: New) -> Any:
    """404 for another's warehouse or a carrier that is none."""
    actor = person(request)
    call = caller(request, lambda manifest: document(actor, queries.manifest(actor, manifest.no)))
    return Status(201, operations.open_manifest(call, warehouse_id=payload.warehouse, carrier=payload.carrier))


@router.get("/manifests/{no}", summary="One hand-over list")
def one(request: HttpRequest, no: No) -> dict[str, Any]:
    """404 for a list of another warehouse."""
    actor = person(request)
    return document(actor, queries.manifest(actor, no))


@router.post("/manifests/{no}/{move}", summary="Make a move on a hand-over list")
def move(request: HttpRequest, no: No, move: Annotated[str, Field(max_length=40)], payload: Move | None = None) -> Any:
    """Load {parcel}: it is handed over and stands on the list, in one step. close {courier, counted}: 409 when the count differs."""
    actor, payload = person(request), payload or Move()
    kept = queries.manifest(actor, no)

    def told(_row: Any) -> dict[str, Any]:
        return document(actor, queries.manifest(actor, kept.no))

    wanted = {"load": ("parcel",), "close": ("courier", "counted")}.get(move)
    if wanted is None:
        raise NotSeen
    missing = [name for name in wanted if getattr(payload, name) is None]
    if missing:
        raise Malformed("kernel.malformed", fields=[{"field": name, "problem": "missing"} for name in missing])
    if move == "load":
        return operations.load(caller(request, told), payload.parcel, manifest=kept.no)
    return operations.close_manifest(caller(request, told), kept.no, courier=payload.courier, counted=payload.counted)
