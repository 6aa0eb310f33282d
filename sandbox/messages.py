"""SMS and mail: takes what the shop sends, once per id, and shows it to whom it was for."""

import asyncio
import re
import time

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from sandbox import pages
from sandbox.faults import stumble
from sandbox.web import Told, english, field, moment, signed, wants_html, world

_MALFORMED, _DOWN = 422, 503
_LIMIT = 100
_CHINA_WITH_PREFIX = 13


def box(address: str) -> str:
    """Whose box it is: a mail address in lower case, a phone number by its digits without 86."""
    plain = address.strip().lower()
    if "@" in plain:
        return plain
    digits = re.sub(r"\D", "", plain)
    if len(digits) == _CHINA_WITH_PREFIX and digits.startswith("86"):
        digits = digits[2:]
    return digits or plain


async def send(request: Request) -> JSONResponse:
    """Signed: one message `{id, channel: sms|mail, to, subject?, text}`; the same id is taken once."""
    said = await signed(request)
    stumble(request, "messages")
    here = world(request)
    fault = here.journal.fault("messages", ("delay", "drop"))
    if fault and fault["mode"] == "delay":
        await asyncio.sleep(fault["seconds"])
    elif fault:
        raise Told(_DOWN, "messages.dropped")
    channel, to = field(said, "channel", str), field(said, "to", str)
    if channel not in ("sms", "mail") or not box(to):
        raise Told(_MALFORMED, "sandbox.malformed", field="channel")
    one = (field(said, "id", str), channel, to, box(to), field(said, "subject", str, ""), field(said, "text", str))
    fresh = here.journal.run("INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)", *one, time.time())
    return JSONResponse({"id": one[0], "status": "accepted", "repeated": not fresh})


async def inbox(request: Request) -> Response:
    """`GET /messages?to=`: the newest 100 messages for a phone or mail address, newest first; without `to` for everybody."""
    to = request.query_params.get("to", "")
    what = 'SELECT id, channel, recipient AS "to", subject, text, at FROM messages'
    journal = world(request).journal
    rows = (
        journal.all(f"{what} WHERE box = ? ORDER BY at DESC, rowid DESC LIMIT ?", box(to), _LIMIT)
        if to
        else journal.all(f"{what} ORDER BY at DESC, rowid DESC LIMIT ?", _LIMIT)
    )
    items = [row | {"at": moment(row["at"])} for row in rows]
    if wants_html(request):
        return HTMLResponse(pages.inbox(to, items, english=english(request)))
    return JSONResponse({"items": items})
