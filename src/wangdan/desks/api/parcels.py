"""A parcel as programs read it: one document for those who prepare it and for those who wait for it."""

from collections.abc import Iterable, Sequence
from typing import Any

from wangdan.desks import sayings, states
from wangdan.fulfilment import queries
from wangdan.fulfilment.models import Parcel
from wangdan.kernel.act import Actor
from wangdan.kernel.journal import plain


def documents(actor: Actor, parcels: Sequence[Parcel]) -> list[dict[str, Any]]:
    """The parcels, each with the moves the actor may make now: none on one that is not in his hands (one statement more at most)."""
    return [_document(parcel, moves) for parcel, moves in zip(parcels, queries.moves_of(actor, parcels), strict=True)]


def document(actor: Actor, parcel: Parcel) -> dict[str, Any]:
    """One parcel."""
    return documents(actor, [parcel])[0]


def _document(parcel: Parcel, moves: Iterable[str]) -> dict[str, Any]:
    lines = [
        {"line": line.line, "sku": line.sku_id, "title": line.title, "specs": line.specs, "quantity": line.quantity, "bin": line.bin}
        for line in parcel.lines.all()
    ]
    whole = {
        "no": parcel.no,
        "order": parcel.ref_of.partition(":")[2],
        "status": parcel.status,
        "status_text": states.word("parcels", parcel.status),
        "warehouse": parcel.warehouse.name,
        "delivery": parcel.method,
        "carrier": parcel.carrier.code if parcel.carrier else None,
        "carrier_name": parcel.carrier.name if parcel.carrier else None,
        "carrier_reason": sayings.joined(parcel.carrier_reason),
        "waybill": parcel.waybill or None,
        "eta": parcel.eta,
        "ship_by": parcel.ship_by,
        "lines": lines,
        "why": sayings.joined(parcel.why),
        "wrapping": parcel.wrapping,
        "grams": parcel.scale_grams or parcel.weight_grams,
        "keep_until": parcel.keep_until,
        "track": [{"at": step.at, "status": step.status, "text": sayings.stop(step, parcel), "place": step.place} for step in parcel.track.all()],
        "moves": list(moves),
    }
    return dict(plain(whole))
