"""The end of a parcel without a courier at the door: the buyer fetches it, or it comes back to the warehouse."""

import hmac

from wangdan.fulfilment.facts import ParcelDelivered, ParcelReturned
from wangdan.fulfilment.models import Parcel, ParcelLine, Track
from wangdan.fulfilment.operations.travelling import pending
from wangdan.fulfilment.rules import CODE_TRIES, LIFE
from wangdan.inventory import operations as inventory
from wangdan.kernel.act import Act, Call
from wangdan.kernel.errors import Refused
from wangdan.kernel.operation import operation
from wangdan.tasks import operations as tasks


@operation("fulfilment.collect", on=Parcel)
def collect(act: Act, parcel: Parcel, *, code: str) -> Parcel:
    """The buyer fetches it with his six digits (D03.7).

    Refuses with `fulfilment.cannot_collect`, `fulfilment.code_wrong`, `fulfilment.code_locked` after too many wrong ones.
    """
    if parcel.method != "pickup" or "collect" not in LIFE.open_moves(parcel.status):
        raise Refused("fulfilment.cannot_collect", status=parcel.status)
    if parcel.pickup_tries >= act.option(CODE_TRIES):
        raise Refused("fulfilment.code_locked")
    if not hmac.compare_digest("".join(code.split()).encode(), parcel.pickup_code.encode()):
        raise Refused("fulfilment.code_wrong")
    parcel.status, parcel.closed_at = LIFE.take("collect", parcel.status), act.now
    parcel.save(update_fields=["status", "closed_at"])
    Track.objects.create(parcel=parcel, at=act.now, heard_at=act.now, status="delivered")
    act.tell(ParcelDelivered(parcel.ref_of, parcel=parcel.no, last=not pending(parcel)))
    return parcel


@operation("fulfilment.miss_code", on=Parcel)
def miss_code(act: Act, parcel: Parcel) -> Parcel:
    """A wrong code was tried; kept although the hand-out itself was refused, so that nobody can try them all."""
    del act
    parcel.pickup_tries = min(parcel.pickup_tries + 1, 1000)
    parcel.save(update_fields=["pickup_tries"])
    return parcel


def hand_out(call: Call, no: str, *, code: str) -> Parcel:
    """Give a parcel to the buyer by his code and remember every wrong one. Refuses as `collect` does."""
    try:
        return collect(call, no, code=code)
    except Refused as refusal:
        if refusal.code == "fulfilment.code_wrong":
            miss_code(Call(call.actor), no)
        raise


@operation("fulfilment.take_back", on=Parcel)
def take_back(act: Act, parcel: Parcel) -> Parcel:
    """A refused or lost parcel came back in good order: its goods lie in the warehouse again (D04.6).

    One that was lost is told, unless its money went back or its goods were sent again meanwhile. Refuses with `fulfilment.cannot_take_back`.
    """
    was = parcel.status
    parcel.status, parcel.closed_at = LIFE.take("take_back", parcel.status), act.now
    parcel.save(update_fields=["status", "closed_at"])
    quantities: dict[int, int] = {}
    for line in ParcelLine.objects.filter(parcel=parcel):
        quantities[line.sku_id] = quantities.get(line.sku_id, 0) + line.quantity
    inventory.restock(act, warehouse_id=parcel.warehouse_id, quantities=quantities, ref=parcel.ref_of, note=parcel.no)
    Track.objects.create(parcel=parcel, at=act.now, heard_at=act.now, status="returned", place=parcel.warehouse.city)
    tasks.settle(act, ref=parcel.ref, kind="fulfilment.coming_back", outcome="fulfilment.back_on_shelf")
    tasks.settle(act, ref=parcel.ref, kind="fulfilment.lost", outcome="fulfilment.back_on_shelf")
    if was == "lost" and not parcel.settled:
        act.tell(ParcelReturned(parcel.ref_of, parcel=parcel.no, last=not pending(parcel)))
    return parcel
