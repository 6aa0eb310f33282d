"""The one clock: everything that asks for the time asks here."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from django.conf import settings

_moment: ContextVar[datetime | None] = ContextVar("wangdan_moment", default=None)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_offset(text: str) -> timedelta:
    """Read `+35m`, `-2h`, `+3d` (seconds, minutes, hours, days); empty means none. Refuses the rest with ValueError."""
    if not text:
        return timedelta()
    found = re.fullmatch(r"([+-]?)(\d{1,6})([smhd])", text)
    if not found:
        message = f"WANGDAN_CLOCK must look like +35m, -2h or +3d, not {text!r}"
        raise ValueError(message)
    sign, number, unit = found.groups()
    span = timedelta(**{_UNITS[unit]: int(number)})
    return -span if sign == "-" else span


def offset() -> timedelta:
    """How far the business clock runs from the wall clock: a drill's tool, refused outside the demo."""
    text = os.environ.get("WANGDAN_CLOCK", "")
    if text and not getattr(settings, "WANGDAN_DEMO", False):
        message = "WANGDAN_CLOCK works in the demo only"
        raise ValueError(message)
    return parse_offset(text)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at that moment: how the demo world gets its past. Refused outside the demo."""
    if not getattr(settings, "WANGDAN_DEMO", False):
        message = "only the demo world has a made past"
        raise ValueError(message)
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def now() -> datetime:
    """The present moment of the business, aware, in UTC."""
    return _moment.get() or datetime.now(UTC) + offset()
