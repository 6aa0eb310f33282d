"""The bank: a pay page behind a signed link, and for the shop: query, close, refund, bills. Every answer is in the journal first."""

import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from sandbox import pages
from sandbox.faults import stumble
from sandbox.seal import SealError, read_token
from sandbox.web import Told, World, english, field, moment, signed, wants_html, world

_NOT_FOUND, _CONFLICT, _MALFORMED, _UNKNOWN, _SEE_OTHER = 404, 409, 422, 504, 303


def _read(request: Request) -> dict[str, Any]:
    """What the link asks for, with what we know of the attempt; Told 404 when we did not sign it."""
    here = world(request)
    try:
        link = read_token(here.secret, request.path_params["token"])
    except SealError as error:
        raise Told(_NOT_FOUND, "bank.unknown_link") from error
    row = here.journal.one("SELECT * FROM attempts WHERE no = ?", link["no"])
    status = row["status"] if row else "open"
    if status == "open" and link["expires"] < time.time():
        status = "expired"
    return link | {"status": status, "gateway_no": row["gateway_no"] if row else None}


def _tell(here: World, link: dict[str, Any], event: str, gateway_no: str) -> None:
    said = {"event": event, "attempt_no": link["no"], "amount": link["amount"], "currency": link["currency"], "payee": link["payee"]}
    here.journal.push("bank", link["no"], link["notify"], said | {"gateway_no": gateway_no, "paid_at": moment()})


async def page(request: Request) -> Response:
    """The pay page; for programs what it shows as JSON."""
    link = _read(request)
    if wants_html(request):
        return HTMLResponse(pages.pay(link, request.path_params["token"], english=english(request)))
    shown = {name: link[name] for name in ("status", "amount", "currency", "payee", "title")}
    return JSONResponse({"attempt_no": link["no"], **shown, "expires_at": moment(link["expires"])})


async def pay(request: Request) -> Response:
    """The payer pays: `paid` for good, also when pressed twice."""
    return _decide(request, "paid")


async def fail(request: Request) -> Response:
    """The payer's bank says no: `failed` for good."""
    return _decide(request, "failed")


def _decide(request: Request, wanted: str) -> Response:
    here = world(request)
    with here.journal.writing():
        link = _read(request)
        if link["status"] == "open":
            link |= {"status": wanted, "gateway_no": f"SB{datetime.now(UTC):%Y%m%d}{secrets.token_hex(8).upper()}"}
            _keep(here, link)
            _tell(here, link, wanted, link["gateway_no"])
    here.wake()
    if wants_html(request):
        return RedirectResponse(f"/pay/{request.path_params['token']}", _SEE_OTHER)
    if link["status"] != wanted:
        raise Told(_CONFLICT, f"bank.cannot_{'pay' if wanted == 'paid' else 'fail'}", status=link["status"])
    return JSONResponse({"attempt_no": link["no"], "status": wanted, "gateway_no": link["gateway_no"], "amount": link["amount"]})


def _keep(here: World, link: dict[str, Any]) -> None:
    here.journal.run(
        "INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        link["no"], link["amount"], link["currency"], link["payee"], link["notify"], link["status"], link["gateway_no"], time.time(),
    )  # fmt: skip


def _show(here: World, no: str) -> dict[str, Any]:
    """An attempt as the shop may ask about it; one nobody has visited is open."""
    row = here.journal.one("SELECT no, status, amount, currency, payee, gateway_no, at FROM attempts WHERE no = ?", no)
    if row is None:
        return {"attempt_no": no, "status": "open"}
    back = here.journal.one("SELECT COALESCE(SUM(amount), 0) AS sum FROM refunds WHERE attempt_no = ? AND status = 'done'", no)
    at = row.pop("at")
    return {"attempt_no": row.pop("no"), **row, "paid_at": moment(at), "refunded": back["sum"] if back else 0}


async def ask(request: Request) -> JSONResponse:
    """Signed: what became of an attempt: open, paid, failed or closed."""
    await signed(request)
    stumble(request, "bank")
    return JSONResponse(_show(world(request), request.path_params["no"]))


async def close(request: Request) -> JSONResponse:
    """Signed: nobody can pay this attempt from now on; one that is paid or failed stays what it is, and the answer says so."""
    await signed(request)
    stumble(request, "bank")
    here, no = world(request), request.path_params["no"]
    here.journal.run("INSERT OR IGNORE INTO attempts (no, status, at) VALUES (?, 'closed', ?)", no, time.time())
    return JSONResponse(_show(here, no))


async def refund(request: Request) -> JSONResponse:
    """Signed: money back through the attempt it came by, once per refund number; refused beyond what was paid."""
    said = await signed(request)
    stumble(request, "bank")
    here = world(request)
    no, attempt_no = field(said, "refund_no", str), field(said, "attempt_no", str)
    amount, currency = field(said, "amount", int), field(said, "currency", str)
    row = here.journal.one("SELECT * FROM refunds WHERE no = ?", no)
    if row and (row["attempt_no"], row["amount"], row["currency"]) != (attempt_no, amount, currency):
        raise Told(_MALFORMED, "bank.refund_no_reused")
    if row is None:
        if here.journal.fault("bank", ("refuse",)):
            raise Told(_CONFLICT, "bank.cannot_refund", reason="fault")
        with here.journal.writing():
            _refund(here, no, attempt_no, amount, currency)
    here.wake()
    if row is None and here.journal.fault("bank", ("unknown",)):
        raise Told(_UNKNOWN, "bank.no_answer")
    return JSONResponse(_refund_document(here, no))


def _refund(here: World, no: str, attempt_no: str, amount: int, currency: str) -> None:
    paid = here.journal.one("SELECT * FROM attempts WHERE no = ? AND status = 'paid'", attempt_no)
    back = here.journal.one("SELECT COALESCE(SUM(amount), 0) AS sum FROM refunds WHERE attempt_no = ? AND status = 'done'", attempt_no)
    left = paid["amount"] - back["sum"] if paid and back else 0
    if amount <= 0 or paid is None or amount > left or currency != paid["currency"]:
        raise Told(_CONFLICT, "bank.cannot_refund", left=left)
    gateway_no = f"SR{datetime.now(UTC):%Y%m%d}{secrets.token_hex(8).upper()}"
    here.journal.run("INSERT INTO refunds VALUES (?, ?, ?, ?, 'done', ?, ?)", no, attempt_no, amount, currency, gateway_no, time.time())
    said = {"event": "refunded", "refund_no": no, "attempt_no": attempt_no, "amount": amount, "currency": currency}
    said |= {"payee": paid["payee"], "gateway_no": gateway_no, "paid_at": moment()}
    here.journal.push("bank", f"refund:{no}", paid["notify_url"], said)


def _refund_document(here: World, no: str) -> dict[str, Any]:
    row = here.journal.one("SELECT no, attempt_no, amount, currency, status, gateway_no, at FROM refunds WHERE no = ?", no)
    if row is None:
        raise Told(_NOT_FOUND, "bank.unknown_refund")
    at = row.pop("at")
    return {"refund_no": row.pop("no"), **row, "refunded_at": moment(at)}


async def ask_refund(request: Request) -> JSONResponse:
    """Signed: what became of a refund; 404 when it never came to us."""
    await signed(request)
    stumble(request, "bank")
    return JSONResponse(_refund_document(world(request), request.path_params["no"]))


async def bills(request: Request) -> JSONResponse:
    """Signed: everything paid and refunded on one day (`date=2026-11-24`, UTC), for reconciliation."""
    await signed(request)
    stumble(request, "bank")
    try:
        day = datetime.fromisoformat(request.query_params.get("date", "")).replace(tzinfo=UTC)
    except ValueError as error:
        raise Told(_MALFORMED, "sandbox.malformed", field="date") from error
    span = (day.timestamp(), (day + timedelta(days=1)).timestamp())
    rows = world(request).journal.all(
        "SELECT 'payment' AS kind, no, no AS attempt_no, amount, currency, gateway_no, at FROM attempts "
        "WHERE status = 'paid' AND at >= ? AND at < ? UNION ALL "
        "SELECT 'refund', no, attempt_no, amount, currency, gateway_no, at FROM refunds WHERE at >= ? AND at < ? ORDER BY at",
        *span, *span,
    )  # fmt: skip
    return JSONResponse({"items": [row | {"at": moment(row["at"])} for row in rows]})
