"""The couriers: waybills for the shop, and a hand that moves a parcel along, which is pushed to the shop."""

import json
import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from sandbox import pages
from sandbox.faults import stumble
from sandbox.web import Told, World, document, english, field, moment, signed, wants_html, world

EVENTS = {
    "picked_up": "快递员已上门取件",
    "in_transit": "快件运输中，离开【{place}】发往【{goal}】",
    "out_for_delivery": "快件到达【{goal}】，快递员正在派送",
    "delivered": "已签收，感谢使用",
    "refused": "收件人拒收，快件退回",
    "lost": "快件遗失，正在核查",
}
FINAL = frozenset({"delivered", "refused", "lost", "cancelled"})
_PREFIX = {"shunfeng": "SF", "sf": "SF", "zhongtong": "ZT", "yuantong": "YT", "shentong": "ST", "yunda": "YD", "jd": "JD", "ems": "EM"}
_DAY, _PICKUP_SECONDS = 86400, 7200
_NOT_FOUND, _CONFLICT, _MALFORMED, _UNKNOWN, _SEE_OTHER = 404, 409, 422, 504, 303


def _place(said: Any) -> str:
    """The province and city of an address, whatever its shape."""
    if isinstance(said, dict):
        return " ".join(str(said[name]) for name in ("province", "city") if said.get(name))[:80]
    return str(said or "")[:80]


def _eta(carrier: str, place: str, goal: str) -> float:
    """One day within a province, else two with the fast ones and three with the others."""
    near = bool(place) and place.split(" ", maxsplit=1)[0] == goal.split(" ", maxsplit=1)[0]
    days = 1 if near else 2 if carrier in ("shunfeng", "sf", "jd") else 3
    return time.time() + days * _DAY


async def book(request: Request) -> JSONResponse:
    """Signed: a waybill for a parcel, one per booking however often it is asked for."""
    said = await signed(request)
    stumble(request, "courier")
    here, carrier, booking = world(request), request.path_params["carrier"], field(said, "booking", str)
    place, goal = _place(said.get("from")), _place(said.get("to"))
    found = here.journal.one("SELECT no FROM waybills WHERE carrier = ? AND booking = ?", carrier, booking)
    if found is None:
        if here.journal.fault("courier", ("refuse",)):
            raise Told(_CONFLICT, "courier.cannot_book", reason="fault")
        no = f"{_PREFIX.get(carrier, carrier[:2].upper())}{secrets.randbelow(10**13):013d}"
        now = time.time()
        cash = said.get("cod_amount") or 0
        if isinstance(cash, bool) or not isinstance(cash, int) or cash < 0:
            raise Told(_MALFORMED, "sandbox.malformed", field="cod_amount")
        here.journal.run(
            "INSERT INTO waybills VALUES (?, ?, ?, ?, 'booked', ?, ?, ?, ?, ?, ?)",
            no, carrier, booking, str(said.get("parcel_no", "")), cash, place, goal,
            now + _PICKUP_SECONDS, _eta(carrier, place, goal), now,
        )  # fmt: skip
        if here.journal.fault("courier", ("unknown",)):
            raise Told(_UNKNOWN, "courier.no_answer")
        found = {"no": no}
    return JSONResponse(_show(here, carrier, found["no"]))


def _show(here: World, carrier: str, no: str) -> dict[str, Any]:
    row = here.journal.one("SELECT * FROM waybills WHERE no = ? AND carrier = ?", no, carrier)
    if row is None:
        raise Told(_NOT_FOUND, "courier.unknown_waybill")
    track = here.journal.all("SELECT document FROM tracks WHERE waybill = ? ORDER BY at, rowid", no)
    return {
        "waybill": no,
        "parcel_no": row["parcel_no"],
        "status": row["status"],
        "pickup_at": moment(row["pickup_at"]),
        "eta": moment(row["eta"]),
        "track": [json.loads(entry["document"]) for entry in track],
    }


async def ask(request: Request) -> JSONResponse:
    """Signed: where a parcel is, with everything that happened to it, oldest first."""
    await signed(request)
    stumble(request, "courier")
    return JSONResponse(_show(world(request), request.path_params["carrier"], request.path_params["waybill"]))


async def cancel(request: Request) -> JSONResponse:
    """Signed: give a waybill back before pick-up."""
    await signed(request)
    stumble(request, "courier")
    here, carrier, no = world(request), request.path_params["carrier"], request.path_params["waybill"]
    shown = _show(here, carrier, no)
    if shown["status"] not in ("booked", "cancelled"):
        raise Told(_CONFLICT, "courier.cannot_cancel", status=shown["status"])
    here.journal.run("UPDATE waybills SET status = 'cancelled' WHERE no = ?", no)
    return JSONResponse(_show(here, carrier, no))


async def move(request: Request) -> Response:
    """Move a parcel by hand: `POST /parcels/{waybill}/{event}`, body may hold `place` and `text`."""
    body = await request.body()
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    said: dict[str, Any] = {} if form or not body else document(body)
    here, no, event = world(request), request.path_params["waybill"], request.path_params["event"]
    if event not in EVENTS:
        raise Told(_NOT_FOUND, "courier.unknown_event", events=list(EVENTS))
    with here.journal.writing():
        row = here.journal.one("SELECT * FROM waybills WHERE no = ?", no)
        if row is None:
            raise Told(_NOT_FOUND, "courier.unknown_waybill")
        if row["status"] in FINAL:
            raise Told(_CONFLICT, "courier.cannot_move", status=row["status"])
        told = _track(here, row, event, said)
    here.wake()
    if wants_html(request):
        return RedirectResponse("/parcels", _SEE_OTHER)
    return JSONResponse(told)


def _track(here: World, row: dict[str, Any], event: str, said: dict[str, Any]) -> dict[str, Any]:
    here_now = row["place"] if event in ("picked_up", "in_transit") else row["goal"]
    told: dict[str, Any] = {
        "event_id": f"{row['no']}-{secrets.token_hex(6)}",
        "waybill": row["no"],
        "event": event,
        "at": moment(),
        "text": str(said.get("text") or EVENTS[event].format(place=row["place"] or "始发地", goal=row["goal"] or "目的地"))[:200],
        "place": str(said.get("place") or here_now)[:80],
        "eta": moment(row["eta"]),
    }
    if event == "delivered" and row["cash"]:
        told["cash"] = row["cash"]
    here.journal.run("UPDATE waybills SET status = ? WHERE no = ?", event, row["no"])
    line = json.dumps(told, ensure_ascii=False)
    here.journal.run("INSERT INTO tracks VALUES (?, ?, ?, ?, ?)", told["event_id"], row["no"], event, line, time.time())
    here.journal.push("courier", row["no"], f"{here.shop_url}/api/v1/hooks/carriers/{row['carrier']}", told)
    return told


async def parcels(request: Request) -> Response:
    """The latest waybills; for people with a button for every next event."""
    found = world(request).journal.all("SELECT no, carrier, parcel_no, status, cash, goal, at FROM waybills ORDER BY at DESC LIMIT 50")
    if wants_html(request):
        return HTMLResponse(pages.parcels(found, EVENTS, FINAL, english=english(request)))
    return JSONResponse({"items": [row | {"at": moment(row["at"])} for row in found]})
