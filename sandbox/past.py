"""What the outside world knew before it was started: a shop's demo tells its own past, signed, and nobody is notified of it."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from sandbox.web import Told, signed, world

_MALFORMED = 422
_COLUMNS = {
    "attempts": ("no", "amount", "currency", "payee", "notify_url", "status", "gateway_no", "at"),
    "refunds": ("no", "attempt_no", "amount", "currency", "status", "gateway_no", "at"),
    "waybills": ("no", "carrier", "booking", "parcel_no", "status", "cash", "place", "goal", "pickup_at", "eta", "at"),
    "tracks": ("event_id", "waybill", "event", "document", "at"),
}


def _values(table: str, row: Any) -> list[Any]:
    if not isinstance(row, dict) or set(row) != set(_COLUMNS[table]):
        raise Told(_MALFORMED, "sandbox.malformed", field=table)
    found = [json.dumps(row[name], ensure_ascii=False) if name == "document" else row[name] for name in _COLUMNS[table]]
    if any(not isinstance(value, (str, int, float)) or isinstance(value, bool) for value in found):
        raise Told(_MALFORMED, "sandbox.malformed", field=table)
    return found


async def remember(request: Request) -> JSONResponse:
    """Signed: rows of `attempts`, `refunds`, `waybills`, `tracks` as this world keeps them; what is known already stays. 422 for anything else."""
    said = await signed(request)
    unknown = set(said) - set(_COLUMNS)
    if unknown or not all(isinstance(rows, list) for rows in said.values()):
        raise Told(_MALFORMED, "sandbox.malformed", field=", ".join(sorted(unknown)))
    journal, new = world(request).journal, 0
    with journal.writing():
        for table, rows in said.items():
            columns = _COLUMNS[table]
            sql = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - our own names
            new += sum(journal.run(sql, *_values(table, row)) for row in rows)
    return JSONResponse({"new": new})
