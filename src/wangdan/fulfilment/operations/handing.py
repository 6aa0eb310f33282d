"""Out of the house: the carrier is booked, gives a waybill, takes the parcel; stock is consumed at that moment."""

import secrets
from datetime import datetime, timedelta

from wangdan.accounts.rules import tidy
from wangdan.delivery import queries as delivery
from wangdan.fulfilment.facts import ParcelShipped
from wangdan.fulfilment.models import Parcel, ParcelLine, Track
from wangdan.fulfilment.rules import ASK_AFTER, FETCH_WITHIN, IN_HOUSE, LIFE, REASON_LENGTH
from wangdan.inventory import operations as inventory
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused
from wangdan.kernel.operation import operation


def let_booking_go(act: Act, parcel: Parcel) -> None:
    """Whatever the carrier has noted under the parcel's booking is given back, also a waybill whose answer never came."""
    if parcel.booking and parcel.carrier:
        act.errand("fulfilment.give_back", parcel=parcel.no, carrier=parcel.carrier.code, booking=parcel.booking)


def weight_of(parcel: Parcel) -> int:
    """What the carrier reckons with: the scale, else what the goods should weigh; grams."""
    return parcel.scale_grams or parcel.weight_grams


@operation("fulfilment.book", on=Parcel)
def book(act: Act, parcel: Parcel, *, carrier: str = "") -> Parcel:
    """Intend to call the carrier (D12.5, D13.6); the booking id is what it is asked with, however often.

    Another carrier is another booking, and the first one's is given back. Refuses with `fulfilment.cannot_hand_over` before packing,
    `delivery.carrier_unfit`, `fulfilment.carrier_settled` once a waybill is there.
    """
    if parcel.status != "packed" or parcel.method != "courier":
        raise Refused("fulfilment.cannot_hand_over", status=parcel.status)
    if parcel.waybill:
        if carrier and parcel.carrier and parcel.carrier.code != carrier:
            raise Refused("fulfilment.carrier_settled", carrier=parcel.carrier.name)
        return parcel
    if parcel.carrier is None or carrier not in ("", parcel.carrier.code):
        goal = parcel.to_code or parcel.to_province
        choice = delivery.choose_carrier(parcel.warehouse.province, goal, cash=parcel.cod_amount > 0, wanted=carrier, grams=weight_of(parcel))
        let_booking_go(act, parcel)
        parcel.carrier, parcel.carrier_reason, parcel.booking = choice.carrier, choice.reason, ""
    parcel.booking = parcel.booking or secrets.token_hex(12)
    parcel.save(update_fields=["carrier", "carrier_reason", "booking"])
    return parcel


@operation("fulfilment.booked", on=Parcel)
def booked(act: Act, parcel: Parcel, *, waybill: str, eta: datetime | None = None, booking: str = "", pickup_at: datetime | None = None) -> Parcel:
    """The carrier gave a waybill and says when it comes to the door; the first one stays.

    One for a `booking` that was replaced, or for a parcel called off meanwhile, is not this parcel's: it is on its way back already.
    """
    if parcel.waybill or booking not in ("", parcel.booking) or parcel.status != "packed":
        return parcel
    parcel.waybill, parcel.eta, parcel.pickup_at = waybill[:40], eta, pickup_at
    parcel.save(update_fields=["waybill", "eta", "pickup_at"])
    Track.objects.create(parcel=parcel, at=act.now, heard_at=act.now, status="booked", carrier=parcel.carrier, place=parcel.warehouse.city)
    return parcel


@operation("fulfilment.rebook", on=Parcel)
def rebook(act: Act, parcel: Parcel, *, carrier: str, reason: str) -> Parcel:
    """The carrier gave a waybill but does not come: its booking is given back, another one is intended, and why is kept (D12.5, D13.6).

    The same carrier may be booked anew. Refuses with `fulfilment.cannot_rebook` before there is a waybill and after hand-over,
    `fulfilment.reason_missing`, `delivery.carrier_unfit`.
    """
    if parcel.status != "packed" or not parcel.waybill or parcel.carrier is None:
        raise Refused("fulfilment.cannot_rebook", status=parcel.status)
    why = tidy(reason, REASON_LENGTH)
    if not why or not carrier:
        raise Malformed("fulfilment.reason_missing")
    goal, cash = parcel.to_code or parcel.to_province, parcel.cod_amount > 0
    choice = delivery.choose_carrier(parcel.warehouse.province, goal, cash=cash, wanted=carrier, grams=weight_of(parcel))
    let_booking_go(act, parcel)
    Track.objects.create(parcel=parcel, at=act.now, heard_at=act.now, status="rebooked", carrier=parcel.carrier, place=parcel.warehouse.city)
    parcel.carrier, parcel.carrier_reason, parcel.booking = choice.carrier, choice.reason, secrets.token_hex(12)
    parcel.waybill, parcel.eta, parcel.pickup_at = "", None, None
    parcel.save(update_fields=["carrier", "carrier_reason", "booking", "waybill", "eta", "pickup_at"])
    act.note("reason", None, why)
    return parcel


@operation("fulfilment.hand_over", on=Parcel)
def hand_over(act: Act, parcel: Parcel, *, carrier: str = "") -> Parcel:
    """The carrier took it, or it lies at the pick-up point; the goods leave the stock now (D04.5, D12.5, C6).

    Refuses with `fulfilment.cannot_hand_over` in a wrong state, `fulfilment.waybill_missing`, `inventory.cannot_consume`, and
    `fulfilment.carrier_settled` when `carrier` is not the one that was booked.
    """
    status = LIFE.take("hand_over", parcel.status)
    if carrier and parcel.carrier and parcel.carrier.code != carrier:
        raise Refused("fulfilment.carrier_settled", carrier=parcel.carrier.name)
    if parcel.method == "courier" and not parcel.waybill:
        raise Refused("fulfilment.waybill_missing")
    if parcel.method == "pickup":
        parcel.pickup_code = f"{secrets.randbelow(10**6):06d}"
        parcel.keep_until = act.now + timedelta(days=act.option(FETCH_WITHIN))
    else:
        parcel.ask_at = act.now + timedelta(minutes=act.option(ASK_AFTER))
    parcel.status, parcel.handed_over_at = status, act.now
    parcel.save(update_fields=["status", "handed_over_at", "pickup_code", "keep_until", "ask_at"])
    quantities: dict[int, int] = {}
    for line in ParcelLine.objects.filter(parcel=parcel):
        quantities[line.sku_id] = quantities.get(line.sku_id, 0) + line.quantity
    inventory.consume(act, ref=parcel.ref_of, warehouse_id=parcel.warehouse_id, quantities=quantities, note=parcel.no)
    Track.objects.create(parcel=parcel, at=act.now, heard_at=act.now, status="handed_over", place=parcel.warehouse.city)
    pending = Parcel.objects.filter(ref_of=parcel.ref_of, status__in=IN_HOUSE).exclude(pk=parcel.pk).exists()
    act.tell(ParcelShipped(parcel.ref_of, parcel=parcel.no, last=not pending))
    return parcel


@operation("fulfilment.print_label", on=Parcel)
def print_label(act: Act, parcel: Parcel) -> Parcel:
    """Somebody prints the label, the only place where the receiver stands in full: who looked is kept (PIPL 51).

    Refuses with `fulfilment.cannot_print` for a parcel that is not packed, `fulfilment.waybill_missing` before the carrier answered.
    """
    if parcel.status not in ("packed", "handed_over"):
        raise Refused("fulfilment.cannot_print", status=parcel.status)
    if parcel.method == "courier" and not parcel.waybill:
        raise Refused("fulfilment.waybill_missing")
    act.note("label", None, "printed")
    return parcel
