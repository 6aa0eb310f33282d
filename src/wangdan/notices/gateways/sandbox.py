"""SMS and mail of the sandbox: one signed call, taken once per id."""

import json

import httpx
from django.conf import settings

from wangdan.kernel.signature import sign

_TIMEOUT_SECONDS = 5.0
_PATH = "/messages"


def send(*, key: str, channel: str, to: str, subject: str, text: str) -> httpx.Response:
    """Hand one message over; the same key is taken once, however often it is sent. An exception when nobody knows whether it arrived."""
    raw = json.dumps({"id": key, "channel": channel, "to": to, "subject": subject, "text": text}).encode()
    headers = sign(settings.WANGDAN_SANDBOX_SECRET, "POST", _PATH, raw) | {"Content-Type": "application/json"}
    return httpx.post(f"{settings.WANGDAN_SANDBOX_URL}{_PATH}", content=raw, headers=headers, timeout=_TIMEOUT_SECONDS)
