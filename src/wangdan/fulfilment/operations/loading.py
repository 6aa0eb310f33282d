"""What a carrier takes along: parcels are scanned onto its list as they are loaded, then counted and signed for (D10.3, D12.6)."""

from typing import Any

from django.utils import timezone

from wangdan.accounts.rules import tidy
from wangdan.delivery import queries as delivery
from wangdan.fulfilment import queries
from wangdan.fulfilment.models import Loaded, Manifest, Parcel
from wangdan.fulfilment.operations.handing import hand_over
from wangdan.inventory.models import Warehouse
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.numbers import new_number
from wangdan.kernel.operation import operation

_NAME = 40


def _root_of_house(_actor: Actor, *, warehouse_id: int, **_: Any) -> int | None:
    return Warehouse.objects.filter(pk=warehouse_id).values_list("root_id", flat=True).first()


@operation("fulfilment.open_manifest", root=_root_of_house)
def open_manifest(act: Act, *, warehouse_id: int, carrier: str) -> Manifest:
    """Begin a carrier's list of today; the one that is open already is gone on with. Refuses with 404 for a foreign warehouse or carrier."""
    house = Warehouse.worked_in(act.actor).filter(pk=warehouse_id).first()
    if house is None:
        raise NotSeen
    company = delivery.carrier(carrier)
    found = Manifest.objects.filter(warehouse=house, carrier=company, closed_at=None).first()
    if found is not None:
        return found
    day = timezone.localdate(act.now)
    return Manifest.objects.create(root=act.new_root("manifests"), no=new_number("M"), warehouse=house, carrier=company, day=day, opened_at=act.now)


@operation("fulfilment.load", on=Parcel)
def load(act: Act, parcel: Parcel, *, manifest: str) -> Parcel:
    """The courier takes the parcel: it is handed over and stands on his list, in one step.

    Refuses with 404 for a list of another warehouse, `fulfilment.manifest_closed`, `fulfilment.other_carrier` (carrier), and as
    `hand_over` does.
    """
    kept = queries.manifest(act.actor, manifest)
    act.locking("row")
    listed = Manifest.objects.select_for_update(no_key=True).select_related("carrier").get(pk=kept.pk)
    if listed.closed_at is not None:
        raise Refused("fulfilment.manifest_closed")
    if parcel.warehouse_id != listed.warehouse_id:
        raise NotSeen
    if parcel.carrier_id != listed.carrier_id:
        raise Refused("fulfilment.other_carrier", carrier=parcel.carrier.name if parcel.carrier else "")
    hand_over(act, parcel)
    Loaded.objects.create(manifest=listed, parcel=parcel, at=act.now)
    return parcel


@operation("fulfilment.close_manifest", on=Manifest)
def close_manifest(act: Act, manifest: Manifest, *, courier: str, counted: int) -> Manifest:
    """The courier has counted what he takes and signs; `counted` must be what was scanned.

    Refuses with `fulfilment.manifest_closed`, `fulfilment.courier_missing`, `fulfilment.manifest_differs` (loaded, counted).
    """
    if manifest.closed_at is not None:
        raise Refused("fulfilment.manifest_closed")
    name = tidy(courier, _NAME)
    if not name:
        raise Malformed("fulfilment.courier_missing")
    act.locking("row")
    listed = Manifest.objects.select_for_update(no_key=True).get(pk=manifest.pk)
    loaded = listed.loads.count()
    if counted != loaded or not loaded:
        raise Refused("fulfilment.manifest_differs", loaded=loaded, counted=counted)
    manifest.courier, manifest.counted, manifest.closed_at = name, counted, act.now
    manifest.save(update_fields=["courier", "counted", "closed_at"])
    return manifest
