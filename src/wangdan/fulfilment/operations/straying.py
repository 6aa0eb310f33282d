"""Parcels that went astray: nobody fetched them, the carrier lost them; they come back, are sent again, written off or claimed for (D04.6, D10.4)."""

from collections.abc import Sequence

from wangdan.fulfilment.facts import ParcelPlanned, ParcelRefused
from wangdan.fulfilment.models import Parcel, ParcelLine, Track
from wangdan.fulfilment.operations.planning import Journey, new_parcel
from wangdan.fulfilment.operations.travelling import come_back, pending
from wangdan.fulfilment.rules import LIFE, SETTLED, Share
from wangdan.inventory.models import Stock, Warehouse
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused
from wangdan.kernel.operation import operation
from wangdan.kernel.sayings import saying
from wangdan.tasks import operations as tasks


@operation("fulfilment.call_back", on=Parcel)
def call_back(act: Act, parcel: Parcel) -> Parcel:
    """The sweep: nobody fetched the parcel at its pick-up point in time, so it goes back to the warehouse as one that was refused (D03.7).

    Refuses with `fulfilment.cannot_call_back` before its time is over.
    """
    if parcel.method != "pickup" or parcel.status != "handed_over" or parcel.keep_until is None or parcel.keep_until > act.now:
        raise Refused("fulfilment.cannot_call_back", status=parcel.status)
    parcel.status, parcel.closed_at = LIFE.take("refuse", parcel.status), act.now
    parcel.save(update_fields=["status", "closed_at"])
    Track.objects.create(parcel=parcel, at=act.now, heard_at=act.now, status="unfetched", place=parcel.warehouse.city)
    come_back(act, parcel)
    act.tell(ParcelRefused(parcel.ref_of, parcel=parcel.no, last=not pending(parcel)))
    return parcel


@operation("fulfilment.write_off", on=Parcel)
def write_off(act: Act, parcel: Parcel, *, how: str) -> Parcel:
    """A lost parcel was made good: `refunded` or `resent`; what comes of it later moves no money again. Only joined.

    Refuses with `fulfilment.cannot_write_off` for one that is not lost, or settled already.
    """
    if parcel.status != "lost" or parcel.settled or how not in SETTLED:
        raise Refused("fulfilment.cannot_write_off", status=parcel.status)
    parcel.settled = how
    parcel.save(update_fields=["settled"])
    tasks.settle(act, ref=parcel.ref, kind="fulfilment.lost", outcome="fulfilment.made_good")
    return parcel


@operation("fulfilment.send_again", on=Parcel)
def send_again(act: Act, parcel: Parcel, *, shares: Sequence[Share]) -> list[Parcel]:
    """The goods of a lost parcel once more, from the warehouses of the shares, whose holds the caller has taken; its cash goes along.

    Only joined. Refuses as `write_off` does, `delivery.no_carrier` where none goes.
    """
    write_off(act, parcel, how="resent")
    lines = {line.sku_id: line for line in ParcelLine.objects.filter(parcel=parcel).select_related("sku")}
    made: list[Parcel] = []
    for number in sorted({share.warehouse_id for share in shares}):
        own = [share for share in shares if share.warehouse_id == number]
        made.append(_again(act, parcel, [(lines[share.sku_id], share.quantity) for share in own], number, cash=0 if made else parcel.cod_amount))
    parcel.cod_amount = 0
    parcel.save(update_fields=["cod_amount"])
    return made


def _again(act: Act, parcel: Parcel, goods: Sequence[tuple[ParcelLine, int]], warehouse_id: int, *, cash: int) -> Parcel:
    house = Warehouse.objects.get(pk=warehouse_id)
    load = sum(count for _, count in goods), sum(line.sku.weight_grams * count for line, count in goods)
    made = new_parcel(act, parcel.ref_of, parcel.root_id, house, Journey(parcel.destination, parcel.method, parcel.pickup_point_id, cash), load)
    made.moved_from, made.why = parcel, [saying("fulfilment.sent_again", parcel=parcel.no)]
    made.save()
    bins = dict(Stock.objects.filter(warehouse=house, sku__in=[line.sku_id for line, _ in goods]).values_list("sku_id", "bin"))
    ParcelLine.objects.bulk_create(
        ParcelLine(
            parcel=made,
            line=line.line,
            sku_id=line.sku_id,
            title=line.title,
            specs=line.specs,
            picture_id=line.picture_id,
            bin=bins.get(line.sku_id, ""),
            quantity=count,
        )
        for line, count in goods
    )
    act.born(made)
    act.tell(ParcelPlanned(parcel.ref_of, parcel=made.no))
    return made


@operation("fulfilment.claim", on=Parcel)
def claim(act: Act, parcel: Parcel, *, amount: int) -> Parcel:
    """Ask the carrier for a lost or damaged parcel's worth, in minor units; finance has a task until it is paid or refused.

    Refuses with `fulfilment.cannot_claim` for one that no carrier had or that was claimed before, `fulfilment.claim_malformed`.
    """
    if parcel.handed_over_at is None or parcel.carrier is None or parcel.claim is not None:
        raise Refused("fulfilment.cannot_claim", status=parcel.status)
    if not 0 < amount < 10**12:
        raise Malformed("fulfilment.claim_malformed")
    parcel.claim = amount
    parcel.save(update_fields=["claim"])
    tasks.open(act, kind="fulfilment.claimed", ref=parcel.ref, role="finance", detail={"amount": amount, "carrier": parcel.carrier.name})
    return parcel


@operation("fulfilment.close_claim", on=Parcel)
def close_claim(act: Act, parcel: Parcel, *, paid: int) -> Parcel:
    """The carrier paid so much (0: it refused). Refuses with `fulfilment.cannot_claim` where none is open, `fulfilment.claim_malformed`."""
    if parcel.claim is None or parcel.claim_paid is not None:
        raise Refused("fulfilment.cannot_claim", status=parcel.status)
    if not 0 <= paid <= parcel.claim:
        raise Malformed("fulfilment.claim_malformed")
    parcel.claim_paid = paid
    parcel.save(update_fields=["claim_paid"])
    tasks.settle(act, ref=parcel.ref, kind="fulfilment.claimed", outcome="fulfilment.claim_closed")
    return parcel
