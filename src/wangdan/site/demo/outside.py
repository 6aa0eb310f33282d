"""The outside of the demo's past: what bank and couriers said then, and how the sandbox is told that it said so."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from django.conf import settings

from wangdan.fulfilment.models import Parcel, Track
from wangdan.fulfilment.rules import Event
from wangdan.kernel import clock, outside
from wangdan.payments.models import Attempt, Refund
from wangdan.payments.rules import Said

_TIMEOUT_SECONDS = 20.0
_CHUNK = 150
_BANK = {"captured": "paid", "failed": "failed", "closed": "closed"}


class Outside:
    """Bank and couriers of the past; their numbers look as those of the sandbox do."""

    def __init__(self, dice: Random) -> None:
        """Nothing was said yet."""
        self._dice = dice

    def _gateway_no(self, kind: str) -> str:
        return f"{kind}{clock.now():%Y%m%d}{self._dice.getrandbits(64):016X}"

    def bank(self, attempt: Attempt, event: str) -> Said:
        """What the bank says of a visit to its page: paid or failed."""
        return Said(event, attempt.no, attempt.amount, attempt.currency, attempt.payee, self._gateway_no("SB"))

    def closed(self, no: str) -> Said:
        """The bank closed a visit."""
        return Said("closed", no)

    def refunded(self, refund: Refund) -> Said:
        """The bank sent money back."""
        return Said("refunded", refund.no, refund.amount, refund.currency, refund.attempt.payee, self._gateway_no("SR"))

    def transfer_no(self) -> str:
        """The number of a transfer on the bank's statement."""
        return self._gateway_no("TR")

    def waybill(self, carrier: str) -> str:
        """A number of the carrier."""
        return f"{carrier[:2].upper()}{self._dice.randrange(10**13):013d}"

    def event(self, parcel: Parcel, event: str, text: str, place: str) -> Event:
        """A push of the carrier; the cash of a parcel that is paid at the door comes with the sign-off."""
        cash = parcel.cod_amount if event == "delivered" else 0
        return Event(f"{parcel.waybill}-{self._dice.getrandbits(48):012x}", event, clock.now().isoformat(), text, place, cash=cash)


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _attempts() -> Iterator[dict[str, Any]]:
    notify = f"{settings.WANGDAN_PUBLIC_URL}/api/v1/hooks/payments/sandbox"
    for row in Attempt.objects.filter(gateway="sandbox").exclude(status="open"):
        yield {
            "no": row.no, "amount": row.amount, "currency": row.currency, "payee": row.payee, "notify_url": notify, "status": _BANK[row.status],
            "gateway_no": row.gateway_no, "at": _stamp(row.ended_at),
        }  # fmt: skip


def _refunds() -> Iterator[dict[str, Any]]:
    for row in Refund.objects.filter(status="done", attempt__gateway="sandbox").select_related("attempt"):
        yield {
            "no": row.no, "attempt_no": row.attempt.no, "amount": row.amount, "currency": row.currency, "status": "done",
            "gateway_no": row.gateway_no, "at": _stamp(row.done_at),
        }  # fmt: skip


def _waybills() -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    tracks: dict[int, list[Track]] = {}
    for track in Track.objects.exclude(event_id="").order_by("id"):
        tracks.setdefault(track.parcel_id, []).append(track)
    for row in Parcel.objects.exclude(waybill="").select_related("carrier", "warehouse"):
        told = tracks.get(row.pk, [])
        yield (
            {
                "no": row.waybill, "carrier": row.carrier.code if row.carrier else "", "booking": row.booking, "parcel_no": row.no,
                "status": told[-1].status if told else "booked", "cash": row.cod_amount, "place": f"{row.warehouse.province} {row.warehouse.city}",
                "goal": f"{row.to_province} {row.to_city}", "pickup_at": _stamp(row.handed_over_at), "eta": _stamp(row.eta),
                "at": _stamp(row.handed_over_at),
            },
            [
                {
                    "event_id": each.event_id, "waybill": row.waybill, "event": each.status, "at": _stamp(each.at),
                    "document": {
                        "event_id": each.event_id, "waybill": row.waybill, "event": each.status, "at": each.at.isoformat(), "text": each.text,
                        "place": each.place,
                    },
                }
                for each in told
            ],
        )  # fmt: skip


def remember() -> int:
    """Tell the sandbox everything it would know had it been there, so that refunds, sign-offs and bills go on; returns the rows told."""
    rows = [("attempts", row) for row in _attempts()] + [("refunds", row) for row in _refunds()]
    for waybill, tracks in _waybills():
        rows += [("waybills", waybill), *(("tracks", track) for track in tracks)]
    for start in range(0, len(rows), _CHUNK):
        document: dict[str, list[dict[str, Any]]] = {}
        for table, row in rows[start : start + _CHUNK]:
            document.setdefault(table, []).append(row)
        outside.call("POST", "/past", document, seconds=_TIMEOUT_SECONDS).raise_for_status()
    return len(rows)
