"""Waves: parcels that one person fetches on one walk through the bins (D10.2)."""

from collections.abc import Sequence
from typing import Any

from wangdan.fulfilment import queries
from wangdan.fulfilment.models import Parcel, ParcelLine, Wave, WavePlace
from wangdan.fulfilment.operations.packing import count_by_hand, scan
from wangdan.fulfilment.rules import WAVE_LIFE, WAVE_PARCELS, hits
from wangdan.inventory.models import Warehouse
from wangdan.kernel.act import Act, Actor, Call
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.numbers import new_number
from wangdan.kernel.operation import operation
from wangdan.kernel.sayings import Saying


def _root_of_house(_actor: Actor, *, warehouse_id: int, **_: Any) -> int | None:
    """Waves of one warehouse are made one after the other."""
    return Warehouse.objects.filter(pk=warehouse_id).values_list("root_id", flat=True).first()


@operation("fulfilment.make_wave", root=_root_of_house)
def make_wave(act: Act, *, warehouse_id: int, nos: Sequence[str], why: Sequence[Saying] = ()) -> Wave:
    """Put parcels that wait to be picked into one wave, by hand or as proposed (`why`); each gets a box on the cart.

    Refuses with 404 for a warehouse that is not the actor's, `fulfilment.wave_empty`, `fulfilment.wave_too_big` (most), and
    `fulfilment.cannot_make_wave` (parcels) when one is not there, not to be picked any more or in another wave.
    """
    house = Warehouse.worked_in(act.actor).filter(pk=warehouse_id).first()
    if house is None:
        raise NotSeen
    wanted, most = list(dict.fromkeys(nos)), act.option(WAVE_PARCELS)
    if not wanted:
        raise Malformed("fulfilment.wave_empty")
    if len(wanted) > most:
        raise Refused("fulfilment.wave_too_big", most=most)
    free = {parcel.no: parcel for parcel in queries.unwaved(act.actor, house.pk).filter(no__in=wanted)}
    gone = [no for no in wanted if no not in free]
    if gone:
        raise Refused("fulfilment.cannot_make_wave", parcels=gone)
    wave = Wave.objects.create(
        root=act.new_root("waves"), no=new_number("W"), warehouse=house, why=list(why), made_by_id=act.actor.id, made_at=act.now
    )
    WavePlace.objects.bulk_create(WavePlace(wave=wave, parcel=free[no], box=box) for box, no in enumerate(wanted, start=1))
    act.note("parcels", None, wanted)
    return wave


@operation("fulfilment.start_wave", on=Wave)
def start_wave(act: Act, wave: Wave) -> Wave:
    """One person takes the wave; nobody else picks its parcels now. Refuses with `fulfilment.cannot_start_wave` when somebody has it."""
    if wave.status == "picking" and wave.picker_id == act.actor.id:
        return wave
    wave.status, wave.picker_id, wave.started_at = WAVE_LIFE.take("start_wave", wave.status), act.person_id, act.now
    wave.save(update_fields=["status", "picker", "started_at"])
    return wave


@operation("fulfilment.put_back_wave", on=Wave)
def put_back_wave(act: Act, wave: Wave) -> Wave:
    """Leave the wave to somebody else; what was picked stays picked. Refuses with `fulfilment.cannot_put_back_wave`."""
    wave.status, wave.picker_id = WAVE_LIFE.take("put_back_wave", wave.status), None
    wave.save(update_fields=["status", "picker"])
    act.note("by", None, act.actor.id)
    return wave


@operation("fulfilment.end_wave", on=Wave)
def end_wave(act: Act, wave: Wave) -> Wave:
    """The walk is over; parcels that are not picked leave the wave and wait for another one. Refuses with `fulfilment.cannot_end_wave`."""
    wave.status, wave.ended_at = WAVE_LIFE.take("end_wave", wave.status), act.now
    wave.save(update_fields=["status", "ended_at"])
    left = wave.places.filter(parcel__status="planned")
    act.note("left", None, list(left.values_list("parcel__no", flat=True)))
    left.delete()
    return wave


def scan_in_wave(call: Call, no: str, *, code: str) -> ParcelLine:
    """A piece was scanned on the walk: it counts for the first box that still wants it; returns the line it counted for.

    The wave ends with its last piece. Refuses as `scan` does, and with `fulfilment.wave_not_yours` for a wave that another person walks
    or nobody has taken.
    """
    wave = queries.wave(call.actor, no)
    _mine(call.actor, wave)
    lines = {line.pk: line for line in queries.wave_lines(wave)}
    goods = [queries.goods(line, "planned") for line in lines.values() if line.parcel.status == "planned"]
    found = hits(code, goods, shelves=True)
    if not found:
        raise Refused("fulfilment.not_in_parcel")
    waiting = [each for each in found if each.left]
    if not waiting:
        raise Refused("fulfilment.too_many_pieces")
    if len({lines[each.line_id].sku_id for each in waiting}) > 1:
        raise Refused("fulfilment.bin_shared")
    line = lines[waiting[0].line_id]
    if line.sku.code:
        scan(call, line.parcel.no, code=line.sku.code)
    else:
        count_by_hand(call, line.parcel.no, line=line.pk, pieces=1)
    return _counted(call, wave, line)


def count_in_wave(call: Call, no: str, *, line: int, pieces: int) -> ParcelLine:
    """The same for goods without a code, or many of a kind, counted by a person. Refuses as `count_by_hand` and `scan_in_wave` do."""
    wave = queries.wave(call.actor, no)
    _mine(call.actor, wave)
    found = next((each for each in queries.wave_lines(wave) if each.pk == line), None)
    if found is None:
        raise NotSeen
    count_by_hand(call, found.parcel.no, line=line, pieces=pieces)
    return _counted(call, wave, found)


def _mine(actor: Actor, wave: Wave) -> None:
    if wave.status != "picking" or wave.picker_id != actor.id:
        raise Refused("fulfilment.wave_not_yours", status=wave.status)


def _counted(call: Call, wave: Wave, line: ParcelLine) -> ParcelLine:
    """The line as it is now; a wave without a parcel to be picked ends by itself."""
    if not Parcel.objects.filter(place__wave=wave, status="planned").exists():
        end_wave(Call(call.actor), wave.no)
    line.refresh_from_db(fields=["picked"])
    return line
