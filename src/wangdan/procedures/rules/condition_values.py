"""Canonical values as they are kept, and as conditions reckon with them. Whatever is not canonical counts as missing."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from wangdan.kernel.money import round_half_up
from wangdan.procedures.rules.types import Type

Reader = Callable[[Any], Any]
_DIGITS = 30
"""A longer number is no measure of anything, and would only make reckoning slow."""
_LARGEST = 10**_DIGITS


def reader(kind: Type) -> Reader:
    """How a kept value of this type is read; a list that is missing is an empty one."""
    one: Reader = _READERS.get(kind.kind, _nothing)
    if not kind.many:
        return one

    def many(raw: Any) -> tuple[Any, ...]:
        if not isinstance(raw, list | tuple):
            return ()
        return tuple(value for each in raw if (value := one(each)) is not None)

    return many


def writer(kind: Type) -> Reader:
    """How a result of this type is kept: money in whole minor units, a missing bool as False."""
    one: Reader = _WRITERS.get(kind.kind, _as_it_is)
    if not kind.many:
        return one
    return lambda values: [one(each) for each in values]


def is_filled(raw: Any) -> bool:
    """Whether a kept value says anything; 0 and False do."""
    return raw is not None and raw not in ("", [], ())


def number(raw: Any) -> int | Decimal | None:
    """A number of any reasonable size, exactly."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return raw if -_LARGEST < raw < _LARGEST else None
    if not isinstance(raw, str | float | Decimal):
        return None
    try:
        value = Decimal(raw if isinstance(raw, Decimal) else str(raw))
    except ArithmeticError:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < _DIGITS else None


def day(raw: Any) -> date | None:
    """A calendar day."""
    if not isinstance(raw, str):
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def instant(raw: Any) -> datetime | None:
    """An instant; without an offset it is UTC."""
    if not isinstance(raw, str):
        return None
    try:
        value = datetime.fromisoformat(raw)
    except ValueError:
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _nothing(_raw: Any) -> None:
    return None


def _text(raw: Any) -> str | None:
    return raw if isinstance(raw, str) and raw else None


def _key(raw: Any) -> str | int | None:
    return raw if isinstance(raw, str | int) and not isinstance(raw, bool) and raw != "" else None


def _money(raw: Any) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and -_LARGEST < raw < _LARGEST else None


def _bool(raw: Any) -> bool | None:
    return raw if isinstance(raw, bool) else None


def _as_it_is(value: Any) -> Any:
    return value


def _kept_number(value: int | Decimal | None) -> int | str | None:
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"


def _kept_money(value: int | Decimal | None) -> int | None:
    if value is None or isinstance(value, int):
        return value
    try:
        return round_half_up(value)
    except ArithmeticError:
        return None


def _kept_day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _kept_instant(value: datetime | None) -> str | None:
    if value is None:
        return None
    try:
        return value.astimezone(UTC).isoformat()
    except ArithmeticError:  # the first or last day of the calendar
        return None


_READERS: Mapping[str, Reader] = {
    "text": _text,
    "number": number,
    "money": _money,
    "bool": _bool,
    "date": day,
    "datetime": instant,
    "duration": _text,
    "choice": _text,
    "person": _key,
    "org": _key,
    "case": _key,
    "file": _key,
}
_WRITERS: Mapping[str, Reader] = {
    "number": _kept_number,
    "money": _kept_money,
    "bool": bool,
    "date": _kept_day,
    "datetime": _kept_instant,
}
