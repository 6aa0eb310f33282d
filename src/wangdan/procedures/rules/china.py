"""The holidays of mainland China: which days are off, which weekend days are worked instead (调休), and whether that is certain."""

import re
from datetime import date
from typing import NamedTuple

from holidays import country_holidays

_WORKED = {"zh_CN": ("调休上班", "调休上班（换 {day} 休息）"), "en_US": ("Working day", "Working day (in exchange for {day})")}
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class PublicDays(NamedTuple):
    """One year's days as the State Council arranged them, or, without `confirmed_until`, as they are only predicted."""

    off: dict[date, str]
    """Days off and their names; some of them lie on a weekend."""
    makeup: dict[date, str]
    """Saturdays and Sundays that are worked, each with the day off it is exchanged for where that is known."""
    confirmed_until: date | None
    """The last day that is certain; None when the year's notice (about November of the year before) is not known yet."""


def china_days(year: int, language: str = "zh_CN") -> PublicDays:
    """The days off and the make-up days of a year, named in zh_CN or en_US.

    Every year announced since 2001 had make-up days; one without them is a guess from the lunar calendar.
    """
    if language not in _WORKED:
        raise ValueError(f"no names of holidays in {language!r}: ask for zh_CN or en_US")
    # at times days of December are arranged together with the New Year that follows
    years = (year, year + 1)
    off = {day: name for day, name in sorted(country_holidays("CN", years=years, language=language).items()) if day.year == year}
    known = country_holidays("CN", years=years, language="zh_CN")
    # the library names an exchange only within the text of the day off
    exchanged = {found[0]: day for day, name in known.items() if (found := _ISO.search(name))}
    plain, exact = _WORKED[language]
    makeup = {
        day: exact.format(day=free.isoformat()) if (free := exchanged.get(day.isoformat())) else plain
        for day in sorted(known.weekend_workdays)
        if day.year == year
    }
    return PublicDays(off, makeup, date(year, 12, 31) if makeup else None)
