"""What the outside world remembers: one SQLite file in WAL mode, committed before anything is answered, so that kill -9 loses nothing."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS attempts (no TEXT PRIMARY KEY, amount INTEGER, currency TEXT, payee TEXT, notify_url TEXT,
    status TEXT NOT NULL, gateway_no TEXT, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS refunds (no TEXT PRIMARY KEY, attempt_no TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    status TEXT NOT NULL, gateway_no TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS refunds_attempt ON refunds (attempt_no);
CREATE INDEX IF NOT EXISTS attempts_at ON attempts (at);
CREATE TABLE IF NOT EXISTS waybills (no TEXT PRIMARY KEY, carrier TEXT NOT NULL, booking TEXT NOT NULL, parcel_no TEXT NOT NULL,
    status TEXT NOT NULL, cash INTEGER NOT NULL, place TEXT NOT NULL, goal TEXT NOT NULL, pickup_at REAL NOT NULL, eta REAL NOT NULL,
    at REAL NOT NULL, UNIQUE (carrier, booking));
CREATE TABLE IF NOT EXISTS tracks (event_id TEXT PRIMARY KEY, waybill TEXT NOT NULL, event TEXT NOT NULL, document TEXT NOT NULL,
    at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS tracks_waybill ON tracks (waybill, at);
CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, channel TEXT NOT NULL, recipient TEXT NOT NULL, box TEXT NOT NULL,
    subject TEXT NOT NULL, text TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS messages_box ON messages (box, at);
CREATE TABLE IF NOT EXISTS pushes (id INTEGER PRIMARY KEY, target TEXT NOT NULL, lane TEXT NOT NULL, url TEXT NOT NULL,
    body BLOB NOT NULL, fault TEXT NOT NULL DEFAULT '', due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting', answer TEXT NOT NULL DEFAULT '', at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS pushes_due ON pushes (due) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS pushes_lane ON pushes (lane, id) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS faults (id INTEGER PRIMARY KEY, target TEXT NOT NULL, mode TEXT NOT NULL, left_over INTEGER NOT NULL,
    seconds REAL NOT NULL);
CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, at REAL NOT NULL);
"""
_KEEP_NONCES_SECONDS = 900


class Journal:
    """The one connection; the event loop is the only thread, so statements never interleave."""

    def __init__(self, folder: Path) -> None:
        """Open or create `sandbox.sqlite3` in the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "sandbox.sqlite3", isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA busy_timeout = 5000")
        self._db.executescript(SCHEMA)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def run(self, sql: str, *given: Any) -> int:
        """Run a statement; how many rows it touched."""
        return self._db.execute(sql, given).rowcount

    def one(self, sql: str, *given: Any) -> dict[str, Any] | None:
        """The first row, if any."""
        row = self._db.execute(sql, given).fetchone()
        return dict(row) if row else None

    def all(self, sql: str, *given: Any) -> list[dict[str, Any]]:
        """All rows."""
        return [dict(row) for row in self._db.execute(sql, given)]

    def spend(self, nonce: str) -> bool:
        """Whether the nonce was fresh; it is not afterwards."""
        now = time.time()
        self.run("DELETE FROM nonces WHERE at < ?", now - _KEEP_NONCES_SECONDS)
        return self.run("INSERT OR IGNORE INTO nonces VALUES (?, ?)", nonce, now) == 1

    def push(self, target: str, lane: str, url: str, document: dict[str, Any]) -> None:
        """Remember that somebody must be told; pushes of one lane go out in order unless a fault says otherwise."""
        now = time.time()
        fault = self.fault(target, ("delay", "duplicate", "reorder", "drop", "corrupt"))
        mode, seconds = (fault["mode"], fault["seconds"]) if fault else ("", 0.0)
        due = now + seconds if mode in ("delay", "reorder") else now
        if mode == "reorder":
            lane = f"{lane}:late"
        state = "dropped" if mode == "drop" else "waiting"
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        self.run(
            "INSERT INTO pushes (target, lane, url, body, fault, due, state, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            target, lane, url, body, mode, due, state, now,
        )  # fmt: skip

    def fault(self, target: str, modes: tuple[str, ...]) -> dict[str, Any] | None:
        """Take one piece of the oldest fault of these modes that is set for the target."""
        marks = ",".join("?" * len(modes))
        found = self.one(f"SELECT * FROM faults WHERE target = ? AND left_over > 0 AND mode IN ({marks}) ORDER BY id", target, *modes)  # noqa: S608
        if found:
            self.run("UPDATE faults SET left_over = left_over - 1 WHERE id = ?", found["id"])
        return found

    def close(self) -> None:
        """Close the file."""
        self._db.close()
