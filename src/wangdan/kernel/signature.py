"""Signed HTTP both ways: who sent this body, when, and has it been seen before."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping

from wangdan.kernel.errors import Unauthenticated

WINDOW_SECONDS = 300
HEADERS = ("X-Timestamp", "X-Nonce", "X-Signature")
_LONGEST_NONCE = 64


def sign(secret: str, method: str, path: str, body: bytes, *, timestamp: int | None = None, nonce: str = "") -> dict[str, str]:
    """The three headers that prove who sent this request and when."""
    stamp, once = str(timestamp or int(time.time())), nonce or secrets.token_urlsafe(16)
    return dict(zip(HEADERS, (stamp, once, _digest(secret, stamp, once, f"{method}\n{path}\n".encode() + body)), strict=True))


def _digest(secret: str, stamp: str, nonce: str, rest: bytes) -> str:
    return hmac.new(secret.encode(), f"{stamp}\n{nonce}\n".encode() + rest, hashlib.sha256).hexdigest()


def verify(secret: str, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> str:
    """Check the three headers against the body; returns the nonce, which the caller must claim once.

    Refuses with `kernel.signature_missing`, `kernel.signature_wrong` or `kernel.signature_stale` (401) and says no more.
    """
    stamp, nonce, given = (headers.get(name, "") for name in HEADERS)
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and 0 < len(nonce) <= _LONGEST_NONCE and given):  # noqa: PLR2004
        raise Unauthenticated("kernel.signature_missing")
    wanted = _digest(secret, stamp, nonce, f"{method}\n{path}\n".encode() + body)
    if not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace")):
        raise Unauthenticated("kernel.signature_wrong")
    if abs(int(stamp) - int(time.time())) > WINDOW_SECONDS:
        raise Unauthenticated("kernel.signature_stale")
    return nonce
