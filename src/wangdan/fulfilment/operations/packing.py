"""The work in the warehouse: pick, inspect, pack, piece by piece or at once (D10.2–3)."""

from django.db.models import F

from wangdan.fulfilment.models import Parcel, ParcelLine
from wangdan.fulfilment.queries import COUNTED, goods
from wangdan.fulfilment.rules import LIFE, hits
from wangdan.kernel.act import Act
from wangdan.kernel.errors import NotSeen, Refused
from wangdan.kernel.operation import operation


@operation("fulfilment.scan", on=Parcel)
def scan(act: Act, parcel: Parcel, *, code: str) -> Parcel:
    """A piece was scanned at the shelf or on the inspection table: it counts one; the last one of a stage moves the parcel on (D10.2).

    At the shelf the bin counts too. Refuses with `fulfilment.cannot_scan` in other stages, `fulfilment.not_in_parcel` for other goods,
    `fulfilment.too_many_pieces` when all of them are there, `fulfilment.bin_shared` for a bin with several goods of the parcel.
    """
    lines = _open_lines(parcel)
    found = hits(code, [goods(line, parcel.status) for line in lines], shelves=parcel.status == "planned")
    if not found:
        raise Refused("fulfilment.not_in_parcel")
    waiting = [each for each in found if each.left]
    if not waiting:
        raise Refused("fulfilment.too_many_pieces")
    if len(waiting) > 1 and len({each.code for each in waiting}) > 1:
        raise Refused("fulfilment.bin_shared")
    return _count(act, parcel, lines, waiting[0].line_id, 1)


@operation("fulfilment.count_by_hand", on=Parcel)
def count_by_hand(act: Act, parcel: Parcel, *, line: int, pieces: int) -> Parcel:
    """Pieces of a line counted by a person, because they have no code or are many of a kind; the journal says that nothing was scanned.

    Refuses with `fulfilment.cannot_scan` in other stages, 404 for a line of another parcel, `fulfilment.too_many_pieces`.
    """
    act.note("by_hand", None, pieces)
    return _count(act, parcel, _open_lines(parcel), line, pieces)


def _open_lines(parcel: Parcel) -> list[ParcelLine]:
    """The lines of a parcel whose pieces are being counted, in walking order."""
    if parcel.status not in COUNTED:
        raise Refused("fulfilment.cannot_scan", status=parcel.status)
    return list(ParcelLine.objects.filter(parcel=parcel).select_related("sku").order_by("bin", "id"))


def _count(act: Act, parcel: Parcel, lines: list[ParcelLine], wanted: int, pieces: int) -> Parcel:
    line = next((each for each in lines if each.pk == wanted), None)
    if line is None:
        raise NotSeen
    column, want = COUNTED[parcel.status], goods(line, parcel.status)
    if not 1 <= pieces <= want.left:
        raise Refused("fulfilment.too_many_pieces")
    setattr(line, column, want.done + pieces)
    line.save(update_fields=[column])
    act.note(f"line {line.pk} {column}", want.done, want.done + pieces)
    if not any(goods(each, parcel.status).left for each in lines):
        act.entry.settle()
        return (pick if parcel.status == "planned" else inspect)(act, parcel)
    return parcel


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
