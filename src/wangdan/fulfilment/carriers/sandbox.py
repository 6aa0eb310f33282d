"""The couriers of the sandbox: signed calls for waybills."""

import json
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from wangdan.fulfilment.models import Parcel
from wangdan.kernel.signature import sign

_TIMEOUT_SECONDS = 8.0


def waybill(parcel: Parcel) -> dict[str, Any]:
    """Ask the parcel's carrier for a waybill with the booking's id: `{waybill, pickup_at, eta}`; the same booking, the same waybill."""
    to = parcel.destination
    body = {
        "booking": parcel.booking,
        "parcel_no": parcel.no,
        "from": {"province": parcel.warehouse.province, "city": parcel.warehouse.city, "detail": parcel.warehouse.address},
        "to": {"name": to.name, "phone": to.phone, "province": to.province, "city": to.city, "detail": to.district + to.street + to.detail},
        "weight": parcel.weight_grams,
        "cod_amount": parcel.cod_amount,
    }
    raw = json.dumps(body, ensure_ascii=False).encode()
    url = f"{settings.WANGDAN_SANDBOX_URL}/courier/{parcel.carrier.code if parcel.carrier else ''}/waybills"
    headers = sign(settings.WANGDAN_SANDBOX_SECRET, "POST", urlsplit(url).path, raw)
    answer = httpx.post(url, content=raw, headers=headers | {"Content-Type": "application/json"}, timeout=_TIMEOUT_SECONDS)
    return dict(answer.raise_for_status().json())
