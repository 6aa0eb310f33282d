"""Makes the outside world misbehave on demand: `POST /faults {target, mode, count}`."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from sandbox.web import Told, document, field, world

TARGETS = ("bank", "courier", "messages")
ALSO = {
    "payment": "bank", "payments": "bank", "notify": "bank", "notifies": "bank", "couriers": "courier", "carrier": "courier",
    "carriers": "courier", "parcels": "courier", "tracking": "courier", "message": "messages", "sms": "messages", "mail": "messages",
}  # fmt: skip
"""What people call the three when they have not read this file."""
MODES = {
    "delay": "pushes (for messages: answers) come `seconds` later",
    "duplicate": "pushes come twice at the same time",
    "reorder": "pushes are overtaken by later ones",
    "drop": "pushes never come (for messages: 503, nothing kept)",
    "corrupt": "the first try of a push carries a changed body under the old signature",
    "refuse": "refunds and waybills are refused",
    "unknown": "refunds and waybills are done, but the answer is a 504",
    "down": "calls of the shop are answered 503",
}
_SECONDS = 3
_MOST_SECONDS, _MOST_COUNT = 600, 10_000
_MALFORMED = 422


async def set_fault(request: Request) -> JSONResponse:
    """Set a fault for the next `count` events (default 1) of the target; mode `none` clears the target's faults."""
    said: dict[str, Any] = document(await request.body())
    target, mode = field(said, "target", str), field(said, "mode", str)
    target = ALSO.get(target, target)
    count, seconds = field(said, "count", int, 1), field(said, "seconds", (int, float), _SECONDS)  # type: ignore[arg-type]
    if target not in TARGETS or (mode not in MODES and mode != "none") or not 0 <= count <= _MOST_COUNT or not 0 <= seconds <= _MOST_SECONDS:
        raise Told(_MALFORMED, "sandbox.malformed", targets=list(TARGETS), modes=[*MODES, "none"])
    journal = world(request).journal
    if mode == "none":
        journal.run("DELETE FROM faults WHERE target = ?", target)
    else:
        journal.run("INSERT INTO faults (target, mode, left_over, seconds) VALUES (?, ?, ?, ?)", target, mode, count, seconds)
    return JSONResponse({"faults": _all(request)})


async def list_faults(request: Request) -> JSONResponse:
    """Faults that are still to come, and what the modes do."""
    return JSONResponse({"faults": _all(request), "modes": MODES})


def _all(request: Request) -> list[dict[str, Any]]:
    rows = world(request).journal.all("SELECT target, mode, left_over AS count, seconds FROM faults WHERE left_over > 0 ORDER BY id")
    return rows  # noqa: RET504


def stumble(request: Request, target: str) -> None:
    """Answer 503 when the target is down."""
    if world(request).journal.fault(target, ("down",)):
        raise Told(503, "sandbox.down")
