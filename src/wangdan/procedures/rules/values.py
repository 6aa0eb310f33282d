"""The kinds of value a field can have: how each is checked, shown, found again, made up for a test, and hidden from curious eyes."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from wangdan.accounts import rules as accounts
from wangdan.procedures.rules import value_kinds as kinds
from wangdan.procedures.rules.definition import Field
from wangdan.procedures.rules.value_kinds import LARGEST, Given, Reader, WrongValue

__all__ = ["KINDS", "Handling", "WrongValue", "canonical", "masked", "number_of", "sample", "shown", "text_of"]

MOST = 200
"""Nobody gives more answers to one question."""
LONGEST_KEPT = 200
"""How much of a text a search index keeps."""
_STARS = "**"
_ADDRESS_SHOWN = 6
_MINOR = 100
_SPREAD = 90


def _as_it_is(_field: Field, value: Any, _zone: str) -> str:
    return str(value)


def _no_number(_value: Any) -> None:
    return None


def _lower(value: Any) -> str:
    return unicodedata.normalize("NFKC", str(value)).casefold()[:LONGEST_KEPT]


def _hidden(_value: Any) -> str:
    return _STARS


@dataclass(frozen=True)
class Handling:
    """Everything done with one value of a kind: read, make a sample, show, reckon and look up in an index, show to whom it is private."""

    read: Reader
    sample: Callable[[Field, Given, int], Any]
    show: Callable[[Field, Any, str], str] = _as_it_is
    number: Callable[[Any], int | Decimal | None] = _no_number
    text: Callable[[Any], str] = _lower
    mask: Callable[[Any], str] = _hidden


def canonical(field: Field, raw: Any, *, zone: str, now: datetime, codes: Collection[str | int] | None = None) -> Any:
    """What is kept of what somebody gave: None for nothing; refuses with WrongValue what is no value of the field.

    `codes`: the answers (or persons, organisations, cases) that may be chosen just now, None means every one. What was kept before reads as itself.
    """
    given = Given(zone, now, codes)
    read = KINDS[field.kind].read
    if not field.many:
        return None if kinds.is_missing(raw) else read(field, raw, given)
    found = []
    for each in _items(field, raw):
        value = None if kinds.is_missing(each) else read(field, each, given)
        if value is not None and value not in found:
            found.append(value)
    values = field.of or field.type.of
    if field.kind == "choice" and values:
        places = {code: at for at, code in enumerate(values.codes)}
        found.sort(key=places.__getitem__)
    return found or None


def _items(field: Field, raw: Any) -> list[Any] | tuple[Any, ...]:
    """The parts of a list, however it was given: a list, one value, or a text with commas (answers) or lines (anything else)."""
    if kinds.is_missing(raw):
        return ()
    if isinstance(raw, str):
        raw = _split(field, raw)
    if not isinstance(raw, list | tuple):
        return (raw,)
    if len(raw) > MOST:
        raise WrongValue("procedures.value_too_many", most=MOST)
    return raw


def _split(field: Field, raw: str) -> list[str]:
    if field.kind != "choice":
        return raw.split("\n", MOST)
    if len(raw) <= LONGEST_KEPT and kinds.answer(field, raw) is not None:
        return [raw]
    parts = re.split(r"[,，、;；\n]", raw, maxsplit=MOST)
    return parts if len(parts) > 1 else raw.split(maxsplit=MOST)


def shown(field: Field, value: Any, *, zone: str) -> str:
    """The value as people read it in any language: labels of answers, 1,999.50, local time; without its unit, names of people left as numbers."""
    if kinds.is_missing(value):
        return ""
    show = KINDS[field.kind].show
    if isinstance(value, list | tuple):
        return "、".join(show(field, each, zone) for each in value)
    return show(field, value, zone)


def number_of(field: Field, value: Any) -> int | Decimal | None:
    """What an index sorts and compares by: minor units of money, seconds since 1970, minutes of the day; None for texts and lists."""
    if field.many or kinds.is_missing(value):
        return None
    return KINDS[field.kind].number(value)


def text_of(field: Field, value: Any) -> str:
    """What an index finds it by, small letters, the start of a long text; a list as `|11|12|`, so that `|1|` does not find 11."""
    if kinds.is_missing(value):
        return ""
    text = KINDS[field.kind].text
    if isinstance(value, list | tuple):
        kept = ""
        for each in map(text, value):
            if len(kept) + len(each) + 2 > LONGEST_KEPT:
                break
            kept = f"{kept or '|'}{each}|"
        return kept
    return text(value)


def masked(field: Field, value: Any) -> str:
    """A private value in a list: 张**, 138****8000, and stars for what has no harmless part."""
    if kinds.is_missing(value):
        return ""
    if isinstance(value, list | tuple):
        return _STARS
    return KINDS[field.kind].mask(value)


def sample(field: Field, *, now: datetime, zone: str, at: int = 0) -> Any:
    """A plausible value for a test of the trade, another one for each `at`; None when there is nothing to choose from."""
    value = KINDS[field.kind].sample(field, Given(zone, now), at)
    return [value] if field.many and value is not None else value


def _truth(value: Any) -> int:
    return int(value is True)


def _number(value: Any) -> int | Decimal | None:
    if isinstance(value, int):
        return value
    with suppress(ArithmeticError, ValueError):
        found = Decimal(str(value))
        return found if found.is_finite() else None
    return None


def _seconds(value: Any) -> int | None:
    """Since 1970; a day counts from its midnight in UTC."""
    with suppress(ValueError):
        found = datetime.fromisoformat(str(value))
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    return None


def _minutes(value: Any) -> int | None:
    hour, _, minute = str(value).partition(":")
    return int(hour) * 60 + int(minute) if hour.isdecimal() and minute.isdecimal() else None


def _show_money(_field: Field, value: Any, _zone: str) -> str:
    if not isinstance(value, int):
        return str(value)
    yuan, fen = divmod(abs(value), _MINOR)
    return f"{'-' if value < 0 else ''}{yuan:,}.{fen:02d}"


def _show_answer(field: Field, value: Any, _zone: str) -> str:
    values = field.of or field.type.of
    return values.labels.get(value, value) if values and isinstance(value, str) else str(value)


def _show_instant(_field: Field, value: Any, zone: str) -> str:
    with suppress(ValueError):
        found = datetime.fromisoformat(str(value))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    return str(value)


def _show_phone(_field: Field, value: Any, _zone: str) -> str:
    return _dialled(str(value))


def _dialled(phone: str) -> str:
    """As it is dialled in the country."""
    if not phone.startswith("+86") or accounts.is_mobile(phone):
        return phone.removeprefix("+86")
    found = kinds.LANDLINE.fullmatch(phone)
    if found is None or found[1] in {"400", "800"}:
        return phone.removeprefix("+86")
    return f"0{found[1]}-{found[2]}{found[3]}" + (f"-{found[4]}" if found[4] else "")


def _mask_words(value: Any) -> str:
    return f"{str(value)[:1]}{_STARS}"


def _mask_phone(value: Any) -> str:
    digits = re.sub(r"[^0-9]", "", _dialled(str(value)))
    if len(digits) < accounts.MOBILE_DIGITS - 4:
        return "*" * max(2, len(digits) - 2) + digits[-2:]
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > accounts.MOBILE_DIGITS - 2 else f"{digits[:2]}****{digits[-2:]}"


def _mask_address(value: Any) -> str:
    return str(value)[: min(_ADDRESS_SHOWN, len(str(value)) // 3)] + _STARS


def _mask_email(value: Any) -> str:
    return accounts.mask_email(str(value)) if "@" in str(value) else _STARS


def _within(field: Field, usual: int, at: int, step: int = 1) -> int:
    """A number near the usual one, inside the bounds of the field."""
    low, high = field.low, field.high
    begin = usual if low is None else max(low, usual)
    if high is not None and begin > high:
        begin = high if low is None else low
    last = min(begin + _SPREAD * step, LARGEST) if high is None else high
    return begin + at * step % max(last - begin + 1, 1)


def _sample_words(field: Field, _given: Given, at: int) -> str:
    """A suggestion of the file, or the label with a number."""
    suggested = kinds.clean(field.suggest[at % len(field.suggest)])[: field.longest] if field.suggest else ""
    # what was cut may be a mark without its letter
    if found := kinds.clean(suggested):
        return found
    tail = str(at + 1)[-field.longest :]
    return kinds.clean(kinds.clean(field.label)[: max(field.longest - len(tail), 0)].strip() + tail)[: field.longest]


def _sample_score(_field: Field, _given: Given, at: int) -> int:
    low = max(kinds.SCORES[0], _field.low or 0)
    high = min(kinds.SCORES[1], kinds.SCORES[1] if _field.high is None else _field.high)
    return high - at % max(high - low + 1, 1)


def _sample_day(field: Field, given: Given, at: int) -> str:
    return _sample_date(field, given, at).isoformat()


def _sample_date(field: Field, given: Given, at: int) -> date:
    away = timedelta(days=7 + at % 365)
    today = given.now.astimezone(ZoneInfo(given.zone)).date()
    return today - away if field.past and not field.future else today + away


def _sample_instant(field: Field, given: Given, at: int) -> str:
    """Ten in the morning, so that nobody is called at night."""
    on = _sample_date(field, given, at)
    return datetime(on.year, on.month, on.day, 10, tzinfo=ZoneInfo(given.zone)).astimezone(UTC).isoformat()


def _sample_answer(field: Field, _given: Given, at: int) -> str | None:
    values = field.of or field.type.of
    return values.codes[at % len(values.codes)] if values and values.codes else None


KINDS: Mapping[str, Handling] = {
    "text": Handling(kinds.text, _sample_words, mask=_mask_words),
    "note": Handling(kinds.note, _sample_words),
    "phone": Handling(kinds.phone, lambda _field, _given, at: f"+86138{80000000 + at % 10_000_000:08d}", _show_phone, mask=_mask_phone),
    "email": Handling(kinds.email, lambda _field, _given, at: f"sample{at}@example.com", mask=_mask_email),
    "url": Handling(kinds.url, lambda _field, _given, at: f"https://example.com/{at}"),
    "int": Handling(kinds.whole, lambda field, _given, at: _within(field, 1, at), number=_number),
    "decimal": Handling(kinds.fraction, lambda field, _given, at: str(_within(field, 1, at)), number=_number),
    "money": Handling(kinds.money, lambda field, _given, at: _within(field, 100 * _MINOR, at, _MINOR), _show_money, _number),
    "bool": Handling(kinds.truth, lambda _field, _given, at: at % 2 == 0, lambda _field, value, _zone: "✓" if value is True else "✗", _truth),
    "date": Handling(kinds.day, _sample_day, number=_seconds),
    "datetime": Handling(kinds.instant, _sample_instant, _show_instant, _seconds),
    "choice": Handling(kinds.choice, _sample_answer, _show_answer, text=lambda value: str(value)[:LONGEST_KEPT]),
    "score": Handling(kinds.score, _sample_score, number=_number),
    "address": Handling(kinds.text, lambda field, _given, at: f"上海市浦东新区世纪大道{at + 1}号"[-field.longest :], mask=_mask_address),
    "person": Handling(kinds.identity, lambda _field, _given, at: at + 1, number=_number),
    "org": Handling(kinds.identity, lambda _field, _given, at: at + 1, number=_number),
    "case": Handling(kinds.case, lambda _field, _given, at: f"T{at:011d}"),
    "time": Handling(kinds.clock, lambda _field, _given, at: f"{9 + at % 9:02d}:00", number=_minutes),
}
"""Every kind that a file can name under `type`."""
