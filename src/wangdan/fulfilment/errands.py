"""Calls to carriers: book, get the waybill, hand over; never inside a transaction."""

import httpx
from django.utils.dateparse import parse_datetime

from wangdan.fulfilment import operations
from wangdan.fulfilment.carriers import sandbox
from wangdan.fulfilment.models import Parcel
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Refused


def ship(call: Call, no: str, carrier: str = "") -> Parcel:
    """Hand a packed parcel over: the carrier is booked and asked for a waybill first, so that none travels without (D12.5, D13.6).

    Refuses as `book` and `hand_over` do, and with `fulfilment.carrier_silent` when the carrier gives no answer; then nothing moved and
    the same booking is asked again next time.
    """
    parcel = Parcel.visible_to(call.actor).filter(no=no).first()
    if parcel is None or parcel.method == "courier":
        parcel = operations.book(Call(call.actor), no, carrier=carrier)
        if not parcel.waybill:
            ours = Parcel.objects.select_related("carrier", "warehouse").get(pk=parcel.pk)
            try:
                said = sandbox.waybill(ours)
            except (httpx.HTTPError, ValueError) as error:
                raise Refused("fulfilment.carrier_silent") from error
            operations.booked(Call(SYSTEM), no, waybill=str(said["waybill"]), eta=parse_datetime(str(said.get("eta") or "")), booking=ours.booking)
    return operations.hand_over(call, no)
