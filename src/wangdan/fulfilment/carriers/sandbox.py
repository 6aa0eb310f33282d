"""The couriers of the sandbox: signed calls for waybills, for what became of a parcel, and to give a waybill back."""

from typing import Any
from urllib.parse import quote

from wangdan.fulfilment.models import Parcel
from wangdan.kernel import outside

_TIMEOUT_SECONDS = 8.0


def _call(method: str, carrier: str, path: str, document: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = outside.call(method, f"/courier/{carrier}/waybills{path}", document, seconds=_TIMEOUT_SECONDS)
    return dict(answer.raise_for_status().json())


def waybill(parcel: Parcel) -> dict[str, Any]:
    """Ask the parcel's carrier for a waybill with the booking's id: `{waybill, pickup_at, eta}`; the same booking, the same waybill."""
    to = parcel.destination
    body = {
        "booking": parcel.booking,
        "parcel_no": parcel.no,
        "from": {"province": parcel.warehouse.province, "city": parcel.warehouse.city, "detail": parcel.warehouse.address},
        "to": {"name": to.name, "phone": to.phone, "province": to.province, "city": to.city, "detail": to.district + to.street + to.detail},
        "weight": parcel.scale_grams or parcel.weight_grams,
        "cod_amount": parcel.cod_amount,
    }
    return _call("POST", parcel.carrier.code if parcel.carrier else "", "", body)


def ask(carrier: str, waybill: str) -> dict[str, Any]:
    """What became of a parcel: `{status, eta, track: [events, oldest first]}`."""
    return _call("GET", carrier, f"/{quote(waybill, safe='')}")


def give_back(carrier: str, booking: str, parcel_no: str) -> None:
    """Cancel whatever waybill belongs to a booking; the carrier names it when asked with the same booking once more."""
    found = _call("POST", carrier, "", {"booking": booking, "parcel_no": parcel_no})
    _call("POST", carrier, f"/{quote(str(found['waybill']), safe='')}/cancel", {})
