"""What every part of the outside world shares on the web: refusals, who wants HTML, signed bodies, times."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from sandbox.journal import Journal
from sandbox.seal import SealError, verify

_BODY_LIMIT = 256 * 1024
_OK, _UNAUTHORISED, _TOO_LARGE, _MALFORMED = 200, 401, 413, 422


class Told(Exception):  # noqa: N818 - an answer, not a fault
    """Stop here and answer this."""

    def __init__(self, status: int, code: str, /, **detail: Any) -> None:
        """`code` is `bank.cannot_pay` and the like."""
        self.status, self.code, self.detail = status, code, detail
        super().__init__(code)


class World:
    """What the process holds: its journal, the secret it shares with the shop, and the shop's address."""

    def __init__(self, journal: Journal, secret: str, shop_url: str) -> None:
        """Set up by `sandbox.app`."""
        self.journal, self.secret, self.shop_url = journal, secret, shop_url.rstrip("/")
        self.wake: Any = lambda: None


def world(request: Request) -> World:
    """The world this request came to."""
    found: World = request.app.state.world
    return found


def wants_html(request: Request) -> bool:
    """Whether a person with a browser asks; programs get JSON."""
    return "text/html" in request.headers.get("accept", "")


def english(request: Request) -> bool:
    """Whether the reader prefers English."""
    return request.headers.get("accept-language", "").lower().startswith("en")


async def signed(request: Request) -> dict[str, Any]:
    """The JSON body of a genuine, fresh request of the shop; Told 401 when it is not, 422 when it is no JSON object."""
    body = await request.body()
    if len(body) > _BODY_LIMIT:
        raise Told(_TOO_LARGE, "sandbox.too_large")
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    here = world(request)
    try:
        nonce = verify(here.secret, request.method, path, body, request.headers)
    except SealError as error:
        raise Told(_UNAUTHORISED, f"sandbox.{error}") from error
    if not here.journal.spend(nonce):
        raise Told(_UNAUTHORISED, "sandbox.nonce_used")
    return document(body) if body else {}


def document(body: bytes) -> dict[str, Any]:
    """The JSON object in the body; Told 422 when there is none."""
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Told(_MALFORMED, "sandbox.malformed") from error
    if not isinstance(found, dict):
        raise Told(_MALFORMED, "sandbox.malformed")
    return found


def field(said: dict[str, Any], name: str, kind: type, default: Any = None) -> Any:
    """A field of the right type; Told 422 when it is missing or of another."""
    found = said.get(name, default)
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise Told(_MALFORMED, "sandbox.malformed", field=name)
    return found


async def told(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - the handler's shape
    """A refusal as JSON."""
    assert isinstance(error, Told)
    return JSONResponse({"code": error.code, "message": error.code, "detail": error.detail}, error.status)


def moment(stamp: float | None = None) -> str:
    """A time as UTC ISO 8601 with seconds."""
    return datetime.fromtimestamp(time.time() if stamp is None else stamp, UTC).isoformat(timespec="seconds")


STATIC = Path(__file__).parent / "static"
