"""The bank of the sandbox: signed pay links, questions, closing, refunds, and its notify read. Nothing is believed here, only read."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from django.conf import settings

from wangdan.kernel import outside
from wangdan.payments.rules import Said

PAYEE = "wangdan"
"""The account our money goes to; compared in every message."""
_TIMEOUT_SECONDS = 5.0
_CONFLICT = 409
_EVENTS = {"paid": "paid", "failed": "failed", "closed": "closed", "open": "open", "refunded": "refunded", "done": "refunded"}


def pay_url(*, no: str, amount: int, currency: str, title: str, back: str, expires: datetime) -> str:
    """The signed link to the bank's page of one attempt; making it needs no call."""
    public = settings.WANGDAN_PUBLIC_URL
    link = {"no": no, "amount": amount, "currency": currency, "payee": PAYEE, "title": title, "expires": int(expires.timestamp())}
    link |= {"notify": f"{public}/api/v1/hooks/payments/sandbox", "back": f"{public}{back}"}
    payload = base64.urlsafe_b64encode(json.dumps(link, ensure_ascii=False).encode()).decode().rstrip("=")
    mac = hmac.new(settings.WANGDAN_SANDBOX_SECRET.encode(), b"pay\n" + payload.encode(), hashlib.sha256).hexdigest()
    return f"{settings.WANGDAN_SANDBOX_URL}/pay/{payload}.{mac}"


def read(said: dict[str, Any]) -> Said:
    """A notify or answer in our words; missing fields read as nothing and will not match."""
    number = said.get("refund_no") or said.get("attempt_no")
    amount = said.get("amount")
    return Said(
        event=_EVENTS.get(str(said.get("event") or said.get("status")), ""),
        no=str(number or ""),
        amount=amount if isinstance(amount, int) and not isinstance(amount, bool) else 0,
        currency=str(said.get("currency") or ""),
        payee=str(said.get("payee") or ""),
        gateway_no=str(said.get("gateway_no") or "")[:64],
    )


def ask(no: str) -> Said:
    """What became of an attempt."""
    return read(outside.call("GET", f"/bank/attempts/{no}", seconds=_TIMEOUT_SECONDS).raise_for_status().json())


def close(no: str) -> Said:
    """Nobody can pay the attempt from now on; the answer says what it is."""
    return read(outside.call("POST", f"/bank/attempts/{no}/close", seconds=_TIMEOUT_SECONDS).raise_for_status().json())


def refund(*, no: str, attempt: str, amount: int, currency: str) -> Said:
    """Money back, once per refund number; `refused` when the bank says no for good, an exception when nobody knows."""
    wanted = {"refund_no": no, "attempt_no": attempt, "amount": amount, "currency": currency}
    answer = outside.call("POST", "/bank/refunds", wanted, seconds=_TIMEOUT_SECONDS)
    if answer.status_code == _CONFLICT:
        return Said("refused", no, text=answer.text[:200])
    return read(answer.raise_for_status().json())
