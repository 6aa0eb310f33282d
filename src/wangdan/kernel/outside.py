"""Signed calls to the outside world: one client for the process, its connections kept."""

import json
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from wangdan.kernel.signature import sign


@cache
def client() -> httpx.Client:
    """The process's client: making one reads every certificate of the machine, which takes longer than the call."""
    return httpx.Client(trust_env=False)


def call(method: str, path: str, document: dict[str, Any] | None = None, *, seconds: float) -> httpx.Response:
    """One signed call with a JSON document or none; at most so many `seconds` for each part of it.

    Raises httpx.HTTPError when nobody knows whether it arrived; what the answer says is the caller's business.
    """
    raw = json.dumps(document, ensure_ascii=False).encode() if document is not None else b""
    url = f"{settings.WANGDAN_SANDBOX_URL}{path}"
    headers = sign(settings.WANGDAN_SANDBOX_SECRET, method, urlsplit(url).path, raw) | {"Content-Type": "application/json"}
    return client().request(method, url, content=raw, headers=headers, timeout=seconds)
