"""Out of the house: the carrier is booked, gives a waybill, takes the parcel; stock is consumed at that moment."""

import secrets
from datetime import datetime

from wangdan.delivery import queries as delivery
from wangdan.fulfilment.facts import ParcelShipped
from wangdan.fulfilment.models import Parcel, ParcelLine, Track
from wangdan.fulfilment.rules import IN_HOUSE, LIFE
from wangdan.inventory import operations as inventory
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Refused
from wangdan.kernel.operation import operation


@operation("fulfilment.book", on=Parcel)
def book(act: Act, parcel: Parcel, *, carrier: str = "") -> Parcel:
    """Intend to call the carrier (D12.5, D13.6); the booking id is what it is asked with, however often.

    Refuses with `fulfilment.cannot_hand_over` before packing, `delivery.carrier_unfit`, `fulfilment.carrier_settled` once a waybill is there.
    """
    del act
    if parcel.status != "packed" or parcel.method != "courier":
        raise Refused("fulfilment.cannot_hand_over", status=parcel.status)
    if parcel.waybill:
        if carrier and parcel.carrier and parcel.carrier.code != carrier:
            raise Refused("fulfilment.carrier_settled", carrier=parcel.carrier.code)
        return parcel
    if carrier or parcel.carrier is None:
        goal = parcel.to_code or parcel.to_province
        choice = delivery.choose_carrier(parcel.warehouse.province, goal, cash=parcel.cod_amount > 0, wanted=carrier)
        if parcel.carrier_id != choice.carrier.pk:
            parcel.booking = ""
        parcel.carrier, parcel.carrier_reason = choice.carrier, choice.reason
    parcel.booking = parcel.booking or secrets.token_hex(12)
    parcel.save(update_fields=["carrier", "carrier_reason", "booking"])
    return parcel


@operation("fulfilment.booked", on=Parcel)
def booked(act: Act, parcel: Parcel, *, waybill: str, eta: datetime | None = None, booking: str = "") -> Parcel:
    """The carrier gave a waybill; the first one stays. One for a `booking` that was replaced meanwhile is not this parcel's."""
    del act
    if not parcel.waybill and booking in ("", parcel.booking):
        parcel.waybill, parcel.eta = waybill[:40], eta
        parcel.save(update_fields=["waybill", "eta"])
    return parcel


@operation("fulfilment.hand_over", on=Parcel)
def hand_over(act: Act, parcel: Parcel) -> Parcel:
    """The carrier took it, or it lies at the pick-up point; the goods leave the stock now (D04.5, D12.5, C6).

    Refuses with `fulfilment.cannot_hand_over` in a wrong state, `fulfilment.waybill_missing`, `inventory.cannot_consume`.
    """
    status = LIFE.take("hand_over", parcel.status)
    if parcel.method == "courier" and not parcel.waybill:
        raise Refused("fulfilment.waybill_missing")
    if parcel.method == "pickup":
        parcel.pickup_code = f"{secrets.randbelow(10**6):06d}"
    parcel.status, parcel.handed_over_at = status, act.now
    parcel.save(update_fields=["status", "handed_over_at", "pickup_code"])
    quantities: dict[int, int] = {}
    for line in ParcelLine.objects.filter(parcel=parcel):
        quantities[line.sku_id] = quantities.get(line.sku_id, 0) + line.quantity
    inventory.consume(act, ref=parcel.ref_of, warehouse_id=parcel.warehouse_id, quantities=quantities, note=parcel.no)
    text = f"{parcel.warehouse.name}已发出" if parcel.method == "courier" else "已送到自提点，等待取货"
    Track.objects.create(parcel=parcel, at=act.now, heard_at=act.now, status="handed_over", text=text, place=parcel.warehouse.city)
    pending = Parcel.objects.filter(ref_of=parcel.ref_of, status__in=IN_HOUSE).exclude(pk=parcel.pk).exists()
    act.tell(ParcelShipped(parcel.ref_of, parcel=parcel.no, last=not pending))
    return parcel
