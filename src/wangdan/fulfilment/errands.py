"""Calls to carriers: book and get the waybill, ask after a silent parcel, give a booking back; never inside a transaction."""

import logging
from typing import Any

import httpx
from django.utils.dateparse import parse_datetime

from wangdan.fulfilment import operations
from wangdan.fulfilment.carriers import sandbox
from wangdan.fulfilment.models import Parcel
from wangdan.fulfilment.rules import Event
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errand import errand
from wangdan.kernel.errors import Refused

log = logging.getLogger("wangdan.fulfilment")
_SAID_NO = 409


def reserve(call: Call, no: str, carrier: str = "") -> Parcel:
    """Book the carrier and get its waybill, so that no parcel travels without (D12.5, D13.6).

    Refuses as `book` does, with `fulfilment.carrier_silent` when the carrier gives no answer and `fulfilment.carrier_refused` when it
    says no; then nothing moved, and the same booking is asked again next time: one waybill whatever happens.
    """
    parcel = operations.book(Call(call.actor), no, carrier=carrier)
    if parcel.waybill:
        return parcel
    ours = Parcel.objects.select_related("carrier", "warehouse").get(pk=parcel.pk)
    try:
        said = sandbox.waybill(ours)
        waybill = str(said["waybill"])
    except httpx.HTTPStatusError as error:
        silent = error.response.status_code != _SAID_NO
        raise Refused("fulfilment.carrier_silent" if silent else "fulfilment.carrier_refused") from error
    except (httpx.HTTPError, KeyError, ValueError) as error:
        raise Refused("fulfilment.carrier_silent") from error
    eta, pickup_at = (parse_datetime(str(said.get(name) or "")) for name in ("eta", "pickup_at"))
    return operations.booked(Call(SYSTEM), no, waybill=waybill, eta=eta, pickup_at=pickup_at, booking=ours.booking)


def rebook(call: Call, no: str, *, carrier: str, reason: str) -> Parcel:
    """Let a carrier that does not come go and book another. Refuses as `operations.rebook` and `reserve` do.

    When the new one is silent, the old one is let go all the same, and the parcel waits to be booked.
    """
    operations.rebook(call, no, carrier=carrier, reason=reason)
    return reserve(call, no)


def ship(call: Call, no: str, carrier: str = "") -> Parcel:
    """Hand a packed parcel over; one for a courier is booked first. Refuses as `reserve` and `hand_over` do.

    One that is on its way already goes straight to the door, where a repeated key finds its answer.
    """
    ours = Parcel.visible_to(call.actor).filter(no=no)
    parcel = ours.first()
    if parcel is None or (parcel.method == "courier" and parcel.status != "handed_over"):
        try:
            reserve(call, no, carrier)
        except Refused:
            if not ours.filter(status="handed_over").exists():
                raise
    return operations.hand_over(call, no, carrier=carrier)


def event(said: dict[str, Any]) -> Event:
    """A carrier's document as an event; what is no text is empty, what is no amount is nothing."""
    words = {name: value if isinstance(value := said.get(name), str) else "" for name in ("event_id", "event", "at", "text", "place", "eta")}
    cash = said.get("cash")
    return Event(**words, cash=cash if isinstance(cash, int) and not isinstance(cash, bool) and cash > 0 else 0)


@errand("fulfilment.ask")
def ask(*, parcel: str) -> None:
    """Ask what became of a parcel whose carrier is silent; what it says was heard once is passed over. The sweep asks again."""
    row = Parcel.objects.select_related("carrier").filter(no=parcel, status="handed_over").first()
    if row is None or row.carrier is None:
        return
    try:
        said = sandbox.ask(row.carrier.code, row.waybill)
    except (httpx.HTTPError, ValueError) as error:
        log.info("the carrier said nothing about %s: %s", parcel, type(error).__name__)
        return
    steps = said.get("track")
    for each in steps if isinstance(steps, list) else ():
        heard = event(each if isinstance(each, dict) else {})
        if heard.event and heard.event_id:
            operations.hear(Call(SYSTEM), parcel, said=heard)


@errand("fulfilment.give_back")
def give_back(*, parcel: str, carrier: str, booking: str) -> None:
    """A booking that nobody needs any more is cancelled at the carrier; one that is silent is asked again by the queue."""
    sandbox.give_back(carrier, booking, parcel)
