"""How each kind of value is read from what a person typed or a program sent; whatever is no such value is refused with a code."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from wangdan.accounts import rules as accounts
from wangdan.kernel import numbers
from wangdan.kernel.errors import Malformed
from wangdan.procedures.rules.definition import Field
from wangdan.procedures.rules.standard import shade_code
from wangdan.procedures.rules.types import ValueSet


class WrongValue(Malformed):
    """What was given is no value of the field; `code` says why, `detail` what would do."""

    default = "procedures.value_wrong"


@dataclass(frozen=True)
class Given:
    """Where and when a value is given, and which answers may be chosen just now (None: all of them)."""

    zone: str
    now: datetime
    codes: Collection[str | int] | None = None


Reader = Callable[[Field, Any, Given], Any]

LARGEST = 10**15
"""No measure and no amount is larger."""
SCORES = (1, 5)
LONGEST_URL = 2000
YEARS = (1900, 2199)
_LARGEST_ID = 2**63 - 1
_FINEST = Decimal("0.000001")
_MINOR, _WAN = 100, 10_000
_TYPED = 200
"""Nobody types a number, a date or the name of an answer that is longer."""
_SHOWN = 40
_JOINER = "\u200d"
_UNSEEN = {"Cc", "Cf", "Cs"}
_FILLERS = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}
"""Letters without ink: a name made of them would look empty."""
_INKLESS = {"C", "M", "Z"}
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,40})?(?:\.[0-9]{0,40})?"
_NUMBER = re.compile(rf"[+-]?(?=\.?[0-9]){_DIGITS}")
_CURRENCY = "(?:¥|RMB|CNY|人民币)"
_MONEY = re.compile(rf"(?:-\s*{_CURRENCY}?|{_CURRENCY}?\s*[+-]?)\s*((?=\.?[0-9]){_DIGITS})\s*(万)?\s*(?:元|圆|块|RMB|CNY)?", re.IGNORECASE)
_TRUE = {"true", "1", "on", "yes", "y", "是", "有", "对", "√", "✓"}
_FALSE = {"false", "0", "off", "no", "n", "否", "无", "错", "×", "✗"}
_DATE = r"([0-9]{4})\s?[-/.年]\s?([0-9]{1,2})\s?[-/.月]\s?([0-9]{1,2})\s?日?"
_TIME = r"([0-9]{1,2})\s?[:时点]\s?([0-9]{2})(?:分|:[0-9]{2}(?:\.[0-9]{1,9})?)?"
_DAY = re.compile(_DATE)
_PACKED_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_CLOCK = re.compile(_TIME)
_INSTANT = re.compile(rf"{_DATE}(?:\s?T\s?|\s?){_TIME}\s?(Z|[+-][0-9]{{2}}:?[0-9]{{2}})?", re.IGNORECASE)
LANDLINE = re.compile(
    r"(?:(?:\+|00)86-?0?|0|(?=[48]00))(10|2[0-9]|[3-9][0-9]{2})-?([0-9]{3,4})-?([0-9]{4})(?:(?:-|转|x|ext\.?)([0-9]{1,6}))?", re.IGNORECASE
)
_CASE = re.compile(r"[0-9A-Z]{1,40}")
_HOST = re.compile(r"[^\s/?#@\\:\[\]]+\.[^\s/?#@\\:\[\]]+(:[0-9]{1,5})?")


def clean(text: str, *, lines: bool = False) -> str:
    """What a person typed, without what cannot be seen: control characters, marks of direction, letters without ink; blanks joined."""
    kept = "".join(sign for sign in text if sign.isspace() or sign == _JOINER or (sign not in _FILLERS and unicodedata.category(sign) not in _UNSEEN))
    normal = unicodedata.normalize("NFC", kept)
    if lines:
        joined = "\n".join(" ".join(line.split()) for line in normal.splitlines())
        tidy = re.sub(r"\n{3,}", "\n\n", joined).strip("\n")
    else:
        tidy = " ".join(normal.split())
    return tidy if any(unicodedata.category(sign)[0] not in _INKLESS for sign in tidy) else ""


def is_missing(raw: Any) -> bool:
    """Whether nothing was given: no value, an empty text, an empty list."""
    return raw is None or (isinstance(raw, str) and not raw.strip()) or (isinstance(raw, list | tuple) and not raw)


def text(field: Field, raw: Any, _given: Given) -> str | None:
    """One line."""
    return _words(field, raw, lines=False)


def note(field: Field, raw: Any, _given: Given) -> str | None:
    """Several lines."""
    return _words(field, raw, lines=True)


def _words(field: Field, raw: Any, *, lines: bool) -> str | None:
    if not isinstance(raw, str):
        raise WrongValue("procedures.value_not_text")
    # what is far too long is not even looked at; what is cleaned away may be four times what remains
    found = clean(raw, lines=lines) if len(raw) <= 4 * field.longest + 1000 else raw
    if len(found) > field.longest:
        raise WrongValue("procedures.value_too_long", longest=field.longest)
    return found or None


def _typed(raw: Any, code: str) -> str:
    """A short text in its plain letters: full-width digits and signs become the usual ones."""
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) <= LARGEST:
        return str(raw)
    if not isinstance(raw, str) or len(raw) > _TYPED:
        raise WrongValue(code)
    return " ".join(unicodedata.normalize("NFKC", raw).replace("\u2212", "-").split())


def phone(_field: Field, raw: Any, _given: Given) -> str:
    """A number that can be called, as +8613812346021; landlines (+861062345678, with an extension -12) and numbers abroad too."""
    typed = _typed(raw, "procedures.value_not_phone")
    with suppress(Malformed):
        return accounts.mobile(typed)
    found = LANDLINE.fullmatch(re.sub(r"[\s()·.]", "", typed))
    if found is None:
        raise WrongValue("procedures.value_not_phone")
    area, head, tail, extension = found.groups()
    return f"+86{area}{head}{tail}" + (f"-{extension}" if extension else "")


def email(_field: Field, raw: Any, _given: Given) -> str:
    """A mail address in lower case."""
    if isinstance(raw, str) and len(raw) <= accounts.LONGEST_EMAIL:
        with suppress(Malformed):
            return accounts.email(unicodedata.normalize("NFKC", raw))
    raise WrongValue("procedures.value_not_email")


def url(_field: Field, raw: Any, _given: Given) -> str:
    """An address of the web, http or https; `www.` alone is enough."""
    if not isinstance(raw, str):
        raise WrongValue("procedures.value_not_url")
    if len(raw) > LONGEST_URL:
        raise WrongValue("procedures.value_too_long", longest=LONGEST_URL)
    typed = unicodedata.normalize("NFC", raw.strip())
    typed = f"https://{typed}" if typed.lower().startswith("www.") else typed
    if any(sign.isspace() or sign in '\\<>"' or unicodedata.category(sign) in _UNSEEN for sign in typed):
        raise WrongValue("procedures.value_not_url")
    try:
        parts = urlsplit(typed)
    except ValueError:
        raise WrongValue("procedures.value_not_url") from None
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(parts.netloc):
        raise WrongValue("procedures.value_not_url")
    rest = typed[len(parts.scheme) + len("://") + len(parts.netloc) :]
    return f"{parts.scheme}://{unicodedata.normalize('NFC', parts.netloc.lower())}{rest}"


def case(_field: Field, raw: Any, given: Given) -> str:
    """The number of a case, as numbers are kept."""
    number = numbers.normalise(_typed(raw, "procedures.value_not_case"))
    if not _CASE.fullmatch(number):
        raise WrongValue("procedures.value_not_case")
    return str(_offered(number, given))


def identity(_field: Field, raw: Any, given: Given) -> int:
    """A person or an organisation, by its number here."""
    typed = str(raw) if isinstance(raw, int) and 0 < raw <= _LARGEST_ID else _typed(raw, "procedures.value_not_known")
    if isinstance(raw, bool) or not re.fullmatch(r"[0-9]{1,19}", typed) or not 0 < int(typed) <= _LARGEST_ID:
        raise WrongValue("procedures.value_not_known")
    return int(_offered(int(typed), given))


def _offered(value: str | int, given: Given) -> str | int:
    if given.codes is not None and value not in given.codes:
        raise WrongValue("procedures.value_not_offered")
    return value


def _exact(field: Field, raw: Any) -> Decimal:
    """The number that was given, within reason."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise WrongValue("procedures.value_not_number")
    if isinstance(raw, str):
        unit = unicodedata.normalize("NFKC", field.unit).strip()
        typed = _typed(raw, "procedures.value_not_number").removesuffix(unit if unit[:1].isalpha() or unit == "%" else "").rstrip()
        if not _NUMBER.fullmatch(typed):
            raise WrongValue("procedures.value_not_number")
        return _measured(Decimal(typed.replace(",", "")))
    if isinstance(raw, int):
        return _measured(raw)
    return _measured(Decimal(str(raw)))


def _measured(value: Decimal | int) -> Decimal:
    if isinstance(value, Decimal) and not value.is_finite():
        raise WrongValue("procedures.value_not_number")
    if value > LARGEST:
        raise WrongValue("procedures.value_too_large", high=LARGEST)
    if value < -LARGEST:
        raise WrongValue("procedures.value_too_small", low=-LARGEST)
    return Decimal(value)


def _bounded(value: Decimal, low: int | None, high: int | None) -> Decimal:
    if low is not None and value < low:
        raise WrongValue("procedures.value_too_small", low=low)
    if high is not None and value > high:
        raise WrongValue("procedures.value_too_large", high=high)
    return value


def whole(field: Field, raw: Any, _given: Given) -> int:
    """A whole number."""
    value = _exact(field, raw)
    if value != value.to_integral_value():
        raise WrongValue("procedures.value_not_whole")
    return int(_bounded(value, field.low, field.high))


def fraction(field: Field, raw: Any, _given: Given) -> str:
    """An exact number as a text without trailing zeros, six places at most."""
    value = _exact(field, raw)
    if value != value.quantize(_FINEST):
        raise WrongValue("procedures.value_too_fine", places=6)
    return f"{_bounded(value, field.low, field.high).quantize(_FINEST).normalize() + 0:f}"


def money(field: Field, raw: Any, _given: Given) -> int:
    """An amount in minor units: a text is yuan (`¥1,999.50`, `30万`), a number from a program is minor units already."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return int(_bounded(_measured(raw), field.low, field.high))
    if not isinstance(raw, str):
        raise WrongValue("procedures.value_not_money")
    typed = _typed(raw, "procedures.value_not_money")
    found = _MONEY.fullmatch(typed)
    if found is None:
        raise WrongValue("procedures.value_not_money")
    yuan = _measured(Decimal(found[1].replace(",", ""))) * (_WAN if found[2] else 1)
    minor = yuan * _MINOR * (-1 if "-" in typed else 1)
    if minor != minor.to_integral_value():
        raise WrongValue("procedures.value_too_fine", places=2)
    return int(_bounded(_measured(minor), field.low, field.high))


def score(field: Field, raw: Any, given: Given) -> int:
    """From 1 (bad) to 5 (good)."""
    value = whole(field, raw.strip().removesuffix("分") if isinstance(raw, str) else raw, given)
    return int(_bounded(Decimal(value), *SCORES))


def truth(_field: Field, raw: Any, _given: Given) -> bool:
    """Yes or no."""
    if isinstance(raw, bool):
        return raw
    typed = _typed(raw, "procedures.value_not_bool").casefold() if isinstance(raw, str) else ""
    if typed not in _TRUE | _FALSE:
        raise WrongValue("procedures.value_not_bool")
    return typed in _TRUE


def day(field: Field, raw: Any, given: Given) -> str:
    """A day of the calendar; today is neither too early for a coming day nor too late for a past one."""
    typed = _typed(raw, "procedures.value_not_date")
    found = _DAY.fullmatch(typed) or _PACKED_DAY.fullmatch(typed)
    value = _day(found.groups(), "procedures.value_not_date") if found else None
    if value is None:
        raise WrongValue("procedures.value_not_date")
    today = given.now.astimezone(ZoneInfo(given.zone)).date()
    _in_time(field, value < today, value > today)
    return value.isoformat()


def _day(parts: tuple[str, ...], code: str) -> date:
    try:
        value = date(*map(int, parts))
    except ValueError:
        raise WrongValue(code) from None
    if not YEARS[0] <= value.year <= YEARS[1]:
        raise WrongValue(code)
    return value


def _in_time(field: Field, before: bool, after: bool) -> None:  # noqa: FBT001 - two sides of now
    if field.future and before:
        raise WrongValue("procedures.value_past")
    if field.past and after:
        raise WrongValue("procedures.value_future")


def instant(field: Field, raw: Any, given: Given) -> str:
    """A moment to the minute or second, kept in UTC; without an offset it is meant where the case is."""
    code = "procedures.value_not_datetime"
    found = _INSTANT.fullmatch(_typed(raw, code))
    if found is None:
        raise WrongValue(code)
    seconds = re.search(r":[0-9]{2}:([0-9]{2})", found[0])
    on = _day(found.groups()[:3], code)
    try:
        local = datetime(on.year, on.month, on.day, int(found[4]), int(found[5]), int(seconds[1]) if seconds else 0, tzinfo=_offset(found[6], given))
    except ValueError:
        raise WrongValue(code) from None
    value = local.astimezone(UTC)
    # an hour that the clocks jump over does not come back as itself
    if value.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None) or not YEARS[0] <= value.year <= YEARS[1]:
        raise WrongValue(code)
    _in_time(field, value <= given.now, value > given.now)
    return value.isoformat()


def _offset(written: str | None, given: Given) -> timezone | ZoneInfo:
    if not written:
        return ZoneInfo(given.zone)
    if written.upper() == "Z":
        return UTC
    minutes = int(written[1:3]) * 60 + int(written[-2:])
    return timezone(timedelta(minutes=-minutes if written[0] == "-" else minutes))


def clock(_field: Field, raw: Any, _given: Given) -> str:
    """A time of day, 00:00 to 23:59."""
    found = _CLOCK.fullmatch(_typed(raw, "procedures.value_not_time"))
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:  # noqa: PLR2004 - a day has 24 hours
        raise WrongValue("procedures.value_not_time")
    return f"{int(found[1]):02d}:{found[2]}"


def choice(field: Field, raw: Any, given: Given) -> str:
    """One of the answers, by its code or by a label that no other answer has."""
    typed = _typed(raw, "procedures.value_not_choice")
    # a code keeps the letters its file gave it, whatever is usual
    code = answer(field, raw if isinstance(raw, str) else typed)
    if code is None:
        raise WrongValue("procedures.value_not_choice", value=clean(typed)[:_SHOWN])
    return str(_offered(code, given))


def answer(field: Field, typed: str) -> str | None:
    """The code that was meant: as it stands, whatever its case and blanks, by its label, or as people mistype shades."""
    values = field.of or field.type.of or ValueSet("", ())
    if typed in values.codes:
        return typed
    wanted = folded(typed)
    codes = {code: code for code in values.codes}
    labels = {code: values.labels.get(code, code) for code in values.codes}
    for names, meant in ((codes, wanted), (labels, wanted)):
        found = _named(names, meant, typed)
        if len(found) == 1:
            return found[0]
    shade = shade_code(typed)
    return shade if shade in values.codes else None


def _named(names: Mapping[str, str], wanted: str, typed: str) -> list[str]:
    exact = [code for code, name in names.items() if name == typed]
    return exact or [code for code, name in names.items() if folded(name) == wanted]


def folded(typed: str) -> str:
    """A text as it is compared: plain letters, no case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", typed).casefold().split())
