"""Lengths of time as a procedure writes them (`4h`, `1hd`, `3d`), and the instants of a clock's rungs (`50%`, `-2h`, `0`)."""

import re
from dataclasses import dataclass

UNITS = {"m": "minutes", "h": "hours", "hd": "half days", "d": "days", "w": "weeks"}
"""The letters of a unit and what they stand for."""
MOST = 100_000
"""The largest amount of any unit."""
_WRITTEN = re.compile(r"(0|[1-9][0-9]*)(hd|[mhdw])")
_SHARE = re.compile(r"(0|[1-9][0-9]*)%")
_WHOLE = 100
_SHOWN = 30


@dataclass(frozen=True)
class Duration:
    """So many minutes, hours, half days, days or weeks; what they come to is said by a calendar."""

    amount: int
    unit: str

    def __post_init__(self) -> None:
        """Refuse what no procedure means."""
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit {self.unit!r}: the units are m, h, hd, d and w")
        if not 1 <= self.amount <= MOST:
            raise ValueError(f"{self.text} is out of range: the amount is between 1 and {MOST}")

    @property
    def text(self) -> str:
        """As it is written in a procedure."""
        return f"{self.amount}{self.unit}"


@dataclass(frozen=True)
class Instant:
    """When a rung fires: at a share of the time, or before (-1), at (0) or after (+1) the moment it is due."""

    percent: int | None
    sign: int
    duration: Duration | None

    def __post_init__(self) -> None:
        """A share has no sign; a sign has a duration; the due moment itself has neither."""
        if self.percent is not None:
            if self.sign or self.duration is not None:
                raise ValueError("a share of the time stands alone: 50%")
            if not 1 <= self.percent <= _WHOLE:
                raise ValueError(f"{self.percent}% is out of range: a share is between 1% and 100%")
        elif self.sign not in {-1, 0, 1} or (self.sign == 0) != (self.duration is None):
            raise ValueError("an instant is 0, or a duration with a sign: -2h, +1d")

    @property
    def text(self) -> str:
        """As it is written in a procedure."""
        if self.percent is not None:
            return f"{self.percent}%"
        return f"{'-' if self.sign < 0 else '+'}{self.duration.text}" if self.duration else "0"


def parse_duration(text: str) -> Duration:
    """A length of time from its letters: 30m, 4h, 1hd, 3d, 2w."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f"{_shown(text)} is not a duration: write a whole number and m, h, hd, d or w, for example 30m, 4h, 1hd, 3d, 2w")
    # int() refuses thousands of digits with a message about Python
    if len(found[1]) > len(str(MOST)):
        raise ValueError(f"{_shown(text)} is out of range: the amount is between 1 and {MOST}")
    return Duration(int(found[1]), found[2])


def parse_offset(text: str) -> Instant:
    """The instant of a rung: 50% of the time, -2h before it is due, 0 when it is due, +1d after."""
    if text == "0":
        return Instant(None, 0, None)
    if text[:1] in {"+", "-"}:
        return Instant(None, 1 if text[0] == "+" else -1, parse_duration(text[1:]))
    share = _SHARE.fullmatch(text)
    if share is not None:
        if len(share[1]) > len(str(_WHOLE)):
            raise ValueError(f"{_shown(text)} is out of range: a share is between 1% and 100%")
        return Instant(int(share[1]), 0, None)
    if _WRITTEN.fullmatch(text):
        raise ValueError(f"{_shown(text)} has no sign: write -{_cut(text)} for before it is due, +{_cut(text)} for after")
    raise ValueError(f"{_shown(text)} is not an instant: write 50%, -2h, 0 or +1d")


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _shown(text: str) -> str:
    return repr(_cut(text))
