"""How we prove who we are, and believe who calls: HMAC-SHA256 over time, nonce, method, path and body; signed pay tokens."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

WINDOW_SECONDS = 300
_STAMP_DIGITS = 12
_NONCE_LENGTH = 64


class SealError(Exception):
    """The signature, its time or its nonce is not good; the message is the code we answer with."""


def _mac(secret: str, text: bytes) -> str:
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def sign(secret: str, method: str, path: str, body: bytes) -> dict[str, str]:
    """The headers that prove this request; `path` with its query, as it goes over the wire."""
    stamp, nonce = str(int(time.time())), secrets.token_urlsafe(16)
    text = f"{stamp}\n{nonce}\n{method}\n{path}\n".encode() + body
    return {"X-Timestamp": stamp, "X-Nonce": nonce, "X-Signature": _mac(secret, text)}


def verify(secret: str, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> str:
    """The nonce of a genuine request, to be spent once; SealError otherwise."""
    stamp, nonce, given = (headers.get(name, "") for name in ("X-Timestamp", "X-Nonce", "X-Signature"))
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _STAMP_DIGITS and 0 < len(nonce) <= _NONCE_LENGTH and given):
        code = "signature_missing"
        raise SealError(code)
    wanted = _mac(secret, f"{stamp}\n{nonce}\n{method}\n{path}\n".encode() + body)
    if not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace")):
        code = "signature_wrong"
        raise SealError(code)
    if abs(int(stamp) - int(time.time())) > WINDOW_SECONDS:
        code = "signature_stale"
        raise SealError(code)
    return nonce


def read_token(secret: str, token: str) -> dict[str, Any]:
    """What a pay token says: `payload.mac`, payload base64url JSON, mac over `pay\\n` and the payload. SealError when forged."""  # noqa: D301
    payload, _, given = token.partition(".")
    if not hmac.compare_digest(_mac(secret, b"pay\n" + payload.encode("utf-8", "replace")).encode(), given.encode("utf-8", "replace")):
        code = "token_wrong"
        raise SealError(code)
    try:
        said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error) as error:
        code = "token_wrong"
        raise SealError(code) from error
    return dict(said)
