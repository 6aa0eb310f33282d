"""Tells the shop what has happened, signed, again and again with growing pauses until it answers 2xx; survives a restart."""

import asyncio
import contextlib
import time
from typing import Any
from urllib.parse import urlsplit

import httpx

from sandbox.seal import sign
from sandbox.web import World

PAUSES_SECONDS = (1, 2, 4, 8, 15, 30, 60, 120, 300, 600, 1800, 3600, 3600, 3600, 3600, 3600)
AT_ONCE = 8
_TIMEOUT_SECONDS = 10.0
_IDLE_SECONDS = 0.5
_GOOD = range(200, 300)

_DUE = """
SELECT * FROM pushes p WHERE state = 'waiting' AND due <= ?
AND NOT EXISTS (SELECT 1 FROM pushes q WHERE q.lane = p.lane AND q.state = 'waiting' AND q.id < p.id)
ORDER BY due, id LIMIT ?
"""


class Postman:
    """One background task that empties the table of pushes."""

    def __init__(self, world: World) -> None:
        """Deliver for this world."""
        self._world = world
        self._bell = asyncio.Event()
        self._client = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False)
        world.wake = self._bell.set

    async def work(self) -> None:
        """Deliver for ever."""
        while True:
            self._bell.clear()
            due = self._world.journal.all(_DUE, time.time(), AT_ONCE)
            if due:
                await asyncio.gather(*(self._deliver(push) for push in due))
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), _IDLE_SECONDS)

    async def stop(self) -> None:
        """Close connections."""
        await self._client.aclose()

    async def _deliver(self, push: dict[str, Any]) -> None:
        first = push["tries"] == 0
        twins = 2 if push["fault"] == "duplicate" and first else 1
        corrupt = push["fault"] == "corrupt" and first
        answers = await asyncio.gather(*(self._send(push, corrupt=corrupt) for _ in range(twins)))
        status, text = answers[0]
        tries = push["tries"] + 1
        if status in _GOOD:
            state, due = "done", push["due"]
        elif tries > len(PAUSES_SECONDS):
            state, due = "given_up", push["due"]
        else:
            state, due = "waiting", time.time() + PAUSES_SECONDS[tries - 1]
        self._world.journal.run("UPDATE pushes SET state = ?, tries = ?, due = ?, answer = ? WHERE id = ?", state, tries, due, text[:500], push["id"])

    async def _send(self, push: dict[str, Any], *, corrupt: bool) -> tuple[int, str]:
        body = bytes(push["body"])
        parts = urlsplit(push["url"])
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = sign(self._world.secret, "POST", path, body) | {"Content-Type": "application/json"}
        if corrupt:
            body = body.replace(b'"amount":', b'"amount":1', 1) if b'"amount":' in body else body.replace(b'"event":"', b'"event":"x', 1)
        try:
            answer = await self._client.post(push["url"], content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return 0, f"{type(error).__name__}: {error}"
        return answer.status_code, f"{answer.status_code} {answer.text}"
