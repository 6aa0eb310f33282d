"""The work in the warehouse: pick, inspect, pack (D10.2–3)."""

from django.db.models import F

from wangdan.fulfilment.models import Parcel, ParcelLine
from wangdan.fulfilment.rules import LIFE
from wangdan.kernel.act import Act
from wangdan.kernel.operation import operation


@operation("fulfilment.pick", on=Parcel)
def pick(act: Act, parcel: Parcel) -> Parcel:
    """Everything is off the shelves. Refuses with `fulfilment.cannot_pick`."""
    parcel.status, parcel.picked_at = LIFE.take("pick", parcel.status), act.now
    parcel.save(update_fields=["status", "picked_at"])
    ParcelLine.objects.filter(parcel=parcel).update(picked=F("quantity"))
    return parcel


@operation("fulfilment.inspect", on=Parcel)
def inspect(act: Act, parcel: Parcel) -> Parcel:
    """A second pair of eyes: right goods, right count, undamaged. Refuses with `fulfilment.cannot_inspect`."""
    parcel.status, parcel.inspected_at = LIFE.take("inspect", parcel.status), act.now
    parcel.save(update_fields=["status", "inspected_at"])
    ParcelLine.objects.filter(parcel=parcel).update(inspected=F("picked"))
    return parcel


@operation("fulfilment.pack", on=Parcel)
def pack(act: Act, parcel: Parcel) -> Parcel:
    """Packed with protection, ready for the carrier. Refuses with `fulfilment.cannot_pack`."""
    parcel.status, parcel.packed_at = LIFE.take("pack", parcel.status), act.now
    parcel.save(update_fields=["status", "packed_at"])
    return parcel
