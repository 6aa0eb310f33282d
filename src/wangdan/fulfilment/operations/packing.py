"""The work in the warehouse: pick, inspect, pack, piece by piece or at once (D10.2–3)."""

from collections.abc import Sequence

from django.db.models import F

from wangdan.files import queries as files
from wangdan.fulfilment.models import Material, Parcel, ParcelLine, Photo
from wangdan.fulfilment.operations.wrapping import use
from wangdan.fulfilment.queries import COUNTED, goods, others_wave
from wangdan.fulfilment.rules import HEAVIEST_GRAMS, LIFE, WEIGHT_OFF, hits, weight_differs
from wangdan.inventory.facts import GoodsMoved
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.operation import operation

_MOST_PHOTOS = 12
_MOST_WRAPPING = 10


@operation("fulfilment.scan", on=Parcel)
def scan(act: Act, parcel: Parcel, *, code: str) -> Parcel:
    """A piece was scanned at the shelf or on the inspection table: it counts one; the last one of a stage moves the parcel on (D10.2).

    At the shelf the bin counts too. Refuses with `fulfilment.cannot_scan` in other stages, `fulfilment.not_in_parcel` for other goods,
    `fulfilment.too_many_pieces` when all of them are there, `fulfilment.bin_shared` for a bin with several goods of the parcel,
    `fulfilment.in_others_wave` while somebody else fetches the parcel on his walk.
    """
    lines = _open_lines(act, parcel)
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
    return _count(act, parcel, _open_lines(act, parcel), line, pieces)


def free_hands(act: Act, parcel: Parcel) -> None:
    """Two pickers never work on one parcel: who walks a wave has its parcels alone."""
    wave = others_wave(act.actor, parcel) if parcel.status == "planned" and "system" not in act.actor.roles else None
    if wave is not None:
        raise Refused("fulfilment.in_others_wave", wave=wave.no)


def _open_lines(act: Act, parcel: Parcel) -> list[ParcelLine]:
    """The lines of a parcel whose pieces are being counted, in walking order."""
    if parcel.status not in COUNTED:
        raise Refused("fulfilment.cannot_scan", status=parcel.status)
    free_hands(act, parcel)
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


@operation("fulfilment.follow_bin")
def follow_bin(act: Act, *, fact: GoodsMoved) -> None:
    """NOW: goods lie in another bin, so the parcels that still fetch them are sent there."""
    del act
    waiting = ParcelLine.objects.filter(sku=fact.sku, parcel__warehouse=int(fact.handle), parcel__status="planned")
    waiting.exclude(bin=fact.bin).update(bin=fact.bin)


@operation("fulfilment.pick", on=Parcel)
def pick(act: Act, parcel: Parcel) -> Parcel:
    """Everything is off the shelves. Refuses with `fulfilment.cannot_pick`, `fulfilment.in_others_wave`."""
    free_hands(act, parcel)
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


@operation("fulfilment.add_photo", on=Parcel)
def add_photo(act: Act, parcel: Parcel, *, file: int) -> Photo:
    """Keep a picture of the goods as they are inspected, packed or came back; the buyer sees it with his order (D10.2, D18.6.4).

    Refuses with 404 for a picture that is not the actor's, `fulfilment.cannot_photograph` before picking, `fulfilment.too_many_photos` (most).
    """
    if parcel.status in ("planned", "called_off"):
        raise Refused("fulfilment.cannot_photograph", status=parcel.status)
    if Photo.objects.filter(parcel=parcel).count() >= _MOST_PHOTOS:
        raise Refused("fulfilment.too_many_photos", most=_MOST_PHOTOS)
    kept = files.file(act.actor, file)
    act.note("photo", None, kept.pk)
    return Photo.objects.create(parcel=parcel, file=kept, stage=parcel.status, person_id=act.actor.id, at=act.now)


@operation("fulfilment.pack", on=Parcel)
def pack(act: Act, parcel: Parcel, *, wrapping: Sequence[str] = (), grams: int | None = None, checked: bool = False) -> Parcel:
    """Packed with protection (`wrapping` are codes of material) and weighed (`grams`), ready for the carrier (D10.3).

    Refuses with `fulfilment.cannot_pack`, `fulfilment.material_unknown`, `fulfilment.weight_malformed`, and `fulfilment.weight_differs`
    (goods, scale: grams) when the scale says something else than the goods should weigh and nobody `checked` it again.
    """
    parcel.status, parcel.packed_at = LIFE.take("pack", parcel.status), act.now
    codes = list(dict.fromkeys(wrapping))
    weights = dict(Material.objects.filter(code__in=codes, active=True).values_list("code", "grams"))
    if len(weights) != len(codes) or len(codes) > _MOST_WRAPPING:
        raise Malformed("fulfilment.material_unknown")
    if grams is not None:
        if not 0 < grams <= HEAVIEST_GRAMS:
            raise Malformed("fulfilment.weight_malformed")
        differs = weight_differs(parcel.weight_grams, sum(weights.values()), grams, act.option(WEIGHT_OFF))
        if differs and not checked:
            raise Refused("fulfilment.weight_differs", goods=parcel.weight_grams + sum(weights.values()), scale=grams)
        if differs:
            act.note("weight_checked", parcel.weight_grams, grams)
    parcel.wrapping, parcel.scale_grams = codes, grams
    parcel.save(update_fields=["status", "packed_at", "wrapping", "scale_grams"])
    use(act, parcel)
    return parcel
