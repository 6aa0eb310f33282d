"""Working time against a walk minute by minute, the vectors of the service anchor, and the days on which clocks are changed."""

import re
import timeit
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wangdan.procedures.rules.calendars import Calendar, Spans, Stretch, always
from wangdan.procedures.rules.china import china_days
from wangdan.procedures.rules.durations import parse_duration

SHANGHAI = "Asia/Shanghai"
BERLIN = "Europe/Berlin"
OFFICE: Spans = ((540, 720), (810, 1080))
CHINA = china_days(2026)
DAYS = {**dict.fromkeys(CHINA.off, ()), **dict.fromkeys(CHINA.makeup, OFFICE)}
STUDIO = Calendar("studio", SHANGHAI, (OFFICE,) * 5 + ((),) * 2, DAYS, day_minutes=450, confirmed_until=CHINA.confirmed_until)
"""The week of the anchor's vectors."""
FORWARD = """
09-18 16:00 + 1hd = 09-20 10:45 · 09-24 17:00 + 1d = 09-28 17:00 · 09-30 17:30 + 4h = 10-08 14:00 · 09-19 10:00 + 1hd = 09-20 14:15
09-30 17:30 + 30m = 09-30 18:00 · 09-30 11:30 + 30m = 09-30 12:00 · 09-30 12:40 + 30m = 09-30 14:00 · 09-30 07:00 + 30m = 09-30 09:30
09-30 22:00 + 30m = 10-08 09:30 · 10-03 10:00 + 30m = 10-08 09:30 · 10-03 10:00 + 1d = 10-08 10:00 · 09-18 20:00 + 1d = 09-20 20:00
09-18 16:00 + 2w = 10-08 16:00 · 09-18 16:00 + 1w = 09-28 16:00 · 09-21 16:00 + 1w = 09-28 16:00
"""
"""The first line is the anchor's, the others are what it leaves open: lunch, before opening, after closing, holidays, weeks."""
BACKWARD = """
10-10 15:00 - 3d = 09-30 15:00 · 09-20 10:45 - 1hd = 09-18 16:00 · 10-08 14:00 - 4h = 09-30 17:30 · 09-30 13:30 - 30m = 09-30 11:30
09-30 13:00 - 30m = 09-30 11:30 · 09-30 14:00 - 30m = 09-30 13:30 · 10-08 09:00 - 1m = 09-30 17:59 · 10-10 15:00 - 1w = 09-30 15:00
"""
ZONES = "Asia/Shanghai Europe/Berlin America/New_York Africa/Cairo Asia/Kathmandu Australia/Lord_Howe Pacific/Chatham America/Scoresbysund"
MINUTE = timedelta(minutes=1)
QUICK = settings(max_examples=120, deadline=None)


def at(text: str, zone: str = SHANGHAI) -> datetime:
    """A moment of 2026 on the local clock, such as 09-18 16:00."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize("vector", re.split(r"[·\n]", FORWARD.strip()))
def test_forward(vector: str) -> None:
    start, duration, due = re.split(r" [+=] ", vector.strip())
    assert STUDIO.span(at(start), parse_duration(duration)) == at(due)


@pytest.mark.parametrize("vector", re.split(r"[·\n]", BACKWARD.strip()))
def test_backward(vector: str) -> None:
    due, duration, start = re.split(r" [-=] ", vector.strip())
    assert STUDIO.before(at(due), parse_duration(duration)) == at(start)


def test_worked_over_the_spring_festival() -> None:
    """The last vector: Friday evening, a working Saturday, nine days off, Tuesday morning."""
    assert STUDIO.worked(at("02-13 17:00"), at("02-24 10:00")) == 570 * 60
    assert STUDIO.explain(at("02-13 17:00"), at("02-24 10:00")) == [
        Stretch(date(2026, 2, 13), date(2026, 2, 13), 3600),
        Stretch(date(2026, 2, 14), date(2026, 2, 14), 450 * 60),
        Stretch(date(2026, 2, 15), date(2026, 2, 23), 0),
        Stretch(date(2026, 2, 24), date(2026, 2, 24), 3600),
    ]


def test_the_sum_that_the_page_shows() -> None:
    """4h = 30m on Wednesday and 3h30 on the 8th, 1 to 7 October off."""
    assert STUDIO.explain(at("09-30 17:30"), at("10-08 14:00")) == [
        Stretch(date(2026, 9, 30), date(2026, 9, 30), 1800),
        Stretch(date(2026, 10, 1), date(2026, 10, 7), 0),
        Stretch(date(2026, 10, 8), date(2026, 10, 8), 12600),
    ]
    # a working day of which nothing fell between the two is not told
    assert STUDIO.explain(at("09-30 19:00"), at("10-08 08:00")) == [Stretch(date(2026, 10, 1), date(2026, 10, 7), 0)]
    # midnight still belongs to the day before
    assert STUDIO.explain(at("09-30 17:30"), at("10-01 00:00")) == [Stretch(date(2026, 9, 30), date(2026, 9, 30), 1800)]
    assert STUDIO.explain(at("10-08 08:00"), at("09-30 19:00")) == []


def test_a_week_off_entirely() -> None:
    """Eight days off in a row: nothing is worked, and a day more is the first day after."""
    eight = {date(2026, 6, 1) + timedelta(n): () for n in range(8)}
    calendar = replace(STUDIO, days=eight)
    assert calendar.worked(at("06-01 00:00"), at("06-09 00:00")) == 0
    assert calendar.add(at("05-29 17:00"), 7200) == at("06-09 10:00")
    assert calendar.add_days(at("05-29 17:00"), 1) == at("06-09 17:00")
    assert calendar.next_open(at("06-03 10:00")) == at("06-09 09:00")
    assert calendar.back(at("06-04 10:00"), 60) == at("05-29 17:59")


def test_open_and_next_open() -> None:
    assert all(STUDIO.is_open(at(moment)) for moment in ("09-30 09:00", "09-30 17:59", "09-20 10:00"))
    assert not any(STUDIO.is_open(at(moment)) for moment in ("09-30 08:59", "09-30 12:00", "09-25 10:00"))
    assert STUDIO.next_open(at("09-30 10:17")) == at("09-30 10:17")
    assert STUDIO.next_open(at("09-30 12:00")) == at("09-30 13:30")
    assert STUDIO.next_open(at("09-30 18:00")) == at("10-08 09:00")


def test_the_night_shift_goes_over_midnight() -> None:
    night = Calendar("night", SHANGHAI, (((0, 360), (1320, 1440)),) * 7)
    assert night.worked(at("05-04 21:00"), at("05-05 07:00")) == 8 * 3600
    assert night.add(at("05-04 23:00"), 3600) == at("05-05 00:00")
    assert night.add(at("05-04 23:00"), 3601) == at("05-05 00:00:01")
    assert night.back(at("05-05 01:00"), 7200) == at("05-04 23:00")
    assert night.is_open(at("05-05 00:00"))
    assert night.next_open(at("05-05 06:00")) == at("05-05 22:00")


def test_seconds_count_and_what_is_smaller_does_not() -> None:
    start = at("09-30 10:00:07.999999")
    assert STUDIO.add(start, 3) == at("09-30 10:00:10")
    assert STUDIO.worked(start, at("09-30 10:00:10.5")) == 3
    assert STUDIO.add(start, 0) == STUDIO.add_days(start, 0) == at("09-30 10:00:07")
    assert STUDIO.add(start, 3).tzinfo is UTC


def test_a_day_on_the_wall_is_not_always_24_hours() -> None:
    """On 29 March 2026 Berlin's clocks go from 2 to 3, on 25 October from 3 to 2."""
    wall = always(BERLIN)
    assert wall.worked(at("03-29 00:00", BERLIN), at("03-30 00:00", BERLIN)) == 23 * 3600
    assert wall.worked(at("10-25 00:00", BERLIN), at("10-26 00:00", BERLIN)) == 25 * 3600
    assert wall.add(at("03-28 12:00", BERLIN), 86400) == at("03-29 13:00", BERLIN)
    assert wall.span(at("03-28 12:00", BERLIN), parse_duration("1d")) == at("03-29 12:00", BERLIN)
    assert wall.span(at("03-28 02:30", BERLIN), parse_duration("1d")) == at("03-29 03:30", BERLIN)


def test_spans_in_the_hour_that_is_skipped_or_repeated() -> None:
    """150 to 195 is 2:30 to 3:15: a quarter of an hour in March; 2:30 to 3:00 twice and then the quarter in October."""
    calendar = Calendar("early", BERLIN, (((150, 195),),) * 7)
    assert calendar.worked(at("03-29 00:00", BERLIN), at("03-30 00:00", BERLIN)) == 15 * 60
    assert calendar.add(at("03-29 00:00", BERLIN), 60) == at("03-29 03:01", BERLIN)
    assert calendar.worked(at("10-25 00:00", BERLIN), at("10-26 00:00", BERLIN)) == 75 * 60
    assert calendar.add(at("10-25 00:00", BERLIN), 31 * 60) == at("10-25 02:31", BERLIN).replace(fold=1).astimezone(UTC)
    skipped = Calendar("skipped", BERLIN, (((120, 180),),) * 7)
    assert skipped.worked(at("03-29 00:00", BERLIN), at("03-30 00:00", BERLIN)) == 0
    assert skipped.add_days(at("03-28 02:30", BERLIN), 1) == at("03-30 02:30", BERLIN)


def test_a_date_that_never_was() -> None:
    """Samoa went from 29 to 31 December 2011."""
    wall = always("Pacific/Apia")
    start = datetime(2011, 12, 29, 12, tzinfo=ZoneInfo("Pacific/Apia")).astimezone(UTC)
    assert wall.add_days(start, 1) == start + timedelta(days=1) == datetime(2011, 12, 31, 12, tzinfo=ZoneInfo("Pacific/Apia"))
    assert wall.worked(start, datetime(2012, 1, 1, tzinfo=ZoneInfo("Pacific/Apia"))) == 36 * 3600
    assert Stretch(date(2011, 12, 30), date(2011, 12, 30), 0) in wall.explain(start, start + timedelta(days=2))


@QUICK
@given(
    zone=st.sampled_from(ZONES.split()),
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants them naive
    seconds=st.integers(0, 40_000_000),
)
def test_the_wall_clock_passes_as_seconds_do(zone: str, start: datetime, seconds: int) -> None:
    """The calendar without end agrees with plain time in every zone, over every change of the clocks."""
    wall, start = always(zone), start.replace(microsecond=0)
    end = start + timedelta(seconds=seconds)
    assert (wall.add(start, seconds), wall.back(end, seconds), wall.worked(start, end)) == (end, start, seconds)


def test_the_shortest_summer_time() -> None:
    """Recife had one week of it in October 2000: a day of 23 hours and one of 25."""
    wall, zone = always("America/Recife"), ZoneInfo("America/Recife")
    lengths = [wall.worked(datetime(2000, 10, day, tzinfo=zone), datetime(2000, 10, day + 1, tzinfo=zone)) // 3600 for day in range(6, 18)]
    assert sorted(lengths) == [23, *[24] * 10, 25]


@dataclass(frozen=True)
class Walk:
    """Some days of a zone, each minute with its local date and minute of the day."""

    zone: str
    begin: datetime
    minutes: tuple[tuple[date, int], ...]
    first: dict[tuple[date, int], int]
    """Where each of them comes first."""

    def moment(self, n: int) -> datetime:
        return self.begin + n * MINUTE


@lru_cache
def walk(zone: str, first: date, days: int = 12) -> Walk:
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    local = [(begin + n * MINUTE).astimezone(ZoneInfo(zone)) for n in range(days * 1440)]
    minutes = tuple((moment.date(), moment.hour * 60 + moment.minute) for moment in local)
    return Walk(zone, begin, minutes, {there: n for n, there in reversed(list(enumerate(minutes)))})


WALKS = [(SHANGHAI, 2, 11), (SHANGHAI, 9, 28), (BERLIN, 3, 25), (BERLIN, 10, 20), (BERLIN, 12, 27)]


@st.composite
def spans(draw: st.DrawFn, least: int = 0) -> Spans:
    """Up to three spans; often by the hour, so that edges meet those of days and of summer time."""
    edge = st.one_of(st.integers(0, 24).map(lambda hour: hour * 60), st.integers(0, 1440))
    count = draw(st.integers(least, 3)) * 2
    edges = sorted(draw(st.lists(edge, min_size=count, max_size=count, unique=True)))
    return tuple(zip(edges[::2], edges[1::2], strict=True))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Walk, Calendar, list[int]]:
    """A calendar with days off and make-up days, and the minutes of the walk that it works."""
    zone, month, day = draw(st.sampled_from(WALKS))
    first = date(2026, month, day)
    trail = walk(zone, first)
    week = [draw(spans(least=1)), *draw(st.lists(spans(), min_size=6, max_size=6))]
    shifted = draw(st.integers(0, 6))
    special = st.dictionaries(st.integers(0, 11).map(lambda n: first + timedelta(n)), st.one_of(st.just(()), spans()), max_size=6)
    calendar = Calendar("any", zone, tuple(week[shifted:] + week[:shifted]), draw(special), day_minutes=draw(st.integers(1, 1440)))
    opened = {
        day: {minute for begin, end in calendar.days.get(day, calendar.week[day.weekday()]) for minute in range(begin, end)}
        for day in {day for day, _ in trail.minutes}
    }
    return trail, calendar, [n for n, (day, minute) in enumerate(trail.minutes) if minute in opened[day]]


@QUICK
@given(world=worlds(), data=st.data())
def test_as_a_walk_minute_by_minute(world: tuple[Walk, Calendar, list[int]], data: st.DataObject) -> None:
    """add, back, worked, is_open and next_open agree with counting the minutes that are worked."""
    trail, calendar, works = world
    a = data.draw(st.integers(0, len(trail.minutes) - 1))
    b = data.draw(st.integers(a, len(trail.minutes) - 1))
    start, end = trail.moment(a), trail.moment(b)
    before, until = bisect_left(works, a), bisect_left(works, b)
    assert calendar.worked(start, end) == (until - before) * 60
    assert calendar.is_open(start) == (before < len(works) and works[before] == a)
    if before < len(works):
        assert calendar.next_open(start) == trail.moment(works[before])
        minutes = data.draw(st.integers(1, len(works) - before))
        assert calendar.add(start, minutes * 60) == trail.moment(works[before + minutes - 1] + 1)
    if until:
        minutes = data.draw(st.integers(1, until))
        assert calendar.back(end, minutes * 60) == trail.moment(works[until - minutes])


@QUICK
@given(world=worlds(), data=st.data())
def test_days_as_a_walk_day_by_day(world: tuple[Walk, Calendar, list[int]], data: st.DataObject) -> None:
    """add_days and weeks lead to the days on which at least one minute is worked, at the same minute where it exists."""
    trail, calendar, works = world
    a = data.draw(st.integers(1440, len(trail.minutes) - 1441))
    day, minute = trail.minutes[a]
    working = sorted({trail.minutes[n][0] for n in works} - {trail.minutes[0][0], trail.minutes[-1][0]})
    later, earlier = [that for that in working if that > day], [that for that in working if that < day][::-1]
    for sign, days in ((1, later), (-1, earlier)):
        for n, that in enumerate(days, 1):
            found = calendar.add_days(trail.moment(a), sign * n)
            # in March a skipped clock time is read an hour later
            expected = trail.first.get((that, minute), trail.first.get((that, minute + 60)))
            assert expected is not None
            assert found == trail.moment(expected)
    weekly = [that for that in later if that >= day + timedelta(7)]
    if weekly:
        assert calendar.span(trail.moment(a), parse_duration("1w")) == calendar.add_days(trail.moment(a), later.index(weekly[0]) + 1)
    weekly = [that for that in earlier if that <= day - timedelta(7)]
    if weekly:
        assert calendar.before(trail.moment(a), parse_duration("1w")) == calendar.add_days(trail.moment(a), -earlier.index(weekly[0]) - 1)


@QUICK
@given(world=worlds(), data=st.data())
def test_laws(world: tuple[Walk, Calendar, list[int]], data: st.DataObject) -> None:
    """What holds for every calendar, to the second: no time is lost, none is counted twice, and the sum shown is the sum."""
    trail, calendar, _ = world
    start, middle, end = sorted(trail.begin + timedelta(seconds=data.draw(st.integers(0, 12 * 86400))) for _ in range(3))
    a, b = data.draw(st.integers(0, 400_000)), data.draw(st.integers(0, 400_000))
    whole = calendar.worked(start, end)
    assert whole == calendar.worked(start, middle) + calendar.worked(middle, end)
    assert 0 <= calendar.worked(start, middle) <= whole <= (end - start).total_seconds()
    assert calendar.worked(end, start) == 0
    assert calendar.add(calendar.add(start, a), b) == calendar.add(start, a + b)
    assert calendar.back(calendar.back(start, a), b) == calendar.back(start, a + b)
    assert calendar.worked(start, calendar.add(start, a)) == a
    assert calendar.worked(calendar.back(start, a), start) == a
    assert calendar.add(start, a) <= calendar.add(start, a + 1)
    told = calendar.explain(start, end)
    assert sum(stretch.seconds for stretch in told) == whole
    assert all(stretch.first == stretch.last for stretch in told if stretch.seconds)
    assert all(one.last < other.first for one, other in pairwise(told))
    assert all(one.seconds or other.seconds or one.last + timedelta(1) < other.first for one, other in pairwise(told))


def test_china_2026_is_confirmed() -> None:
    assert sorted(CHINA.makeup) == [date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)]
    assert sum(day.weekday() < 5 for day in CHINA.off) == 19
    assert CHINA.confirmed_until == date(2026, 12, 31)
    assert CHINA.off[date(2026, 9, 25)] == "中秋节"
    assert CHINA.makeup[date(2026, 9, 20)] == "调休上班（换 2026-10-06 休息）"
    english = china_days(2026, "en_US")
    assert (set(english.off), set(english.makeup)) == (set(CHINA.off), set(CHINA.makeup))
    assert english.makeup[date(2026, 9, 20)] == "Working day (in exchange for 2026-10-06)"
    with pytest.raises(ValueError, match="zh_CN or en_US"):
        china_days(2026, "de")


@pytest.mark.parametrize("year", [1940, 2060, 2100, 2150])
def test_a_year_without_a_notice_is_never_certain(year: int) -> None:
    days = china_days(year)
    assert (days.makeup, days.confirmed_until) == ({}, None)
    assert all(day.year == year for day in days.off)


@pytest.mark.parametrize("year", range(2007, 2027))
def test_announced_years(year: int) -> None:
    """Make-up days lie on weekends, are not off as well, and the year is certain."""
    days = china_days(year)
    assert days.confirmed_until == date(year, 12, 31)
    assert days.makeup
    assert all(day.weekday() >= 5 and day.year == year for day in days.makeup)
    assert not set(days.makeup) & set(days.off)


def test_provisional_after_the_last_certain_day() -> None:
    assert not STUDIO.provisional(at("12-31 23:59"))
    assert STUDIO.provisional(datetime(2027, 1, 1, tzinfo=ZoneInfo(SHANGHAI)))
    assert replace(STUDIO, confirmed_until=None).provisional(at("01-05 10:00"))
    assert not always(SHANGHAI).provisional(at("01-05 10:00"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"zone": "Asia/Peking"}, "not a time zone"),
        ({"zone": ""}, "not a time zone"),
        ({"zone": "../etc/passwd"}, "not a time zone"),
        ({"week": (OFFICE,) * 6}, "a week has 7 days, not 6"),
        ({"week": ((),) * 7}, "no working time"),
        ({"week": (((540, 540),),) * 7}, "weekday 1: a span lies within minutes 0 to 1440 and ends after it begins, not 540 to 540"),
        ({"week": (((-1, 540),),) * 7}, "not -1 to 540"),
        ({"week": (((540, 1441),),) * 7}, "not 540 to 1441"),
        ({"week": (OFFICE,) * 6 + (((540, 720), (700, 800)),)}, "weekday 7: the span 700 to 800 begins before the one before it ends"),
        ({"days": {date(2026, 9, 20): ((810, 1080), (540, 720))}}, "2026-09-20: the span 540 to 720"),
        ({"day_minutes": 0}, "1 to 1440 minutes, not 0"),
    ],
)
def test_a_calendar_that_cannot_be(change: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(STUDIO, **change)  # type: ignore[arg-type]


def test_spans_may_touch_and_a_calendar_is_a_value() -> None:
    calendar = replace(STUDIO, week=(((540, 720), (720, 1080)),) * 7)
    assert calendar.worked(at("05-11 09:00"), at("05-11 18:00")) == 9 * 3600
    assert calendar.next_open(at("05-11 12:00")) == at("05-11 12:00")
    assert replace(STUDIO) == STUDIO
    assert hash(replace(STUDIO)) == hash(STUDIO)


def test_only_moments_with_a_zone_and_whole_amounts() -> None:
    naive = datetime(2026, 9, 30, 10)  # noqa: DTZ001
    for refused in (lambda: STUDIO.add(naive, 1), lambda: STUDIO.worked(naive, at("09-30 10:00")), lambda: STUDIO.is_open(naive)):
        with pytest.raises(ValueError, match="has no time zone"):
            refused()
    with pytest.raises(ValueError, match="lies outside 1970 to 2200"):
        STUDIO.add(datetime.max.replace(tzinfo=UTC), 1)
    with pytest.raises(ValueError, match="not negative"):
        STUDIO.add(at("09-30 10:00"), -1)


def test_nothing_is_more_than_ten_years_away() -> None:
    start, rare = at("09-30 10:00"), Calendar("rare", SHANGHAI, (OFFICE,) * 7, {date(2026, 1, 1) + timedelta(n): () for n in range(4500)})
    for refused in (
        lambda: STUDIO.add(start, 10**9),
        lambda: STUDIO.back(start, 10**15),
        lambda: STUDIO.add_days(start, 4000),
        lambda: STUDIO.add_days(start, -(10**12)),
        lambda: STUDIO.span(start, parse_duration("100000w")),
        lambda: STUDIO.before(start, parse_duration("99999d")),
        lambda: STUDIO.worked(start, start + timedelta(days=4000)),
        lambda: STUDIO.explain(start, start + timedelta(days=4000)),
        lambda: rare.next_open(start),
        lambda: rare.span(start, parse_duration("1w")),
    ):
        with pytest.raises(OverflowError, match="more than ten years away"):
            refused()


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN])
def test_a_deadline_400_days_away_takes_no_time(zone: str) -> None:
    """Under a millisecond; the best of several runs, since the machine is shared."""
    calendar, start = replace(STUDIO, zone=zone), at("01-10 10:00", zone)
    due = calendar.add_days(start, 275)
    assert due - start > timedelta(days=400)
    seconds = calendar.worked(start, due)
    for ask in (
        lambda: calendar.add(start, seconds),
        lambda: calendar.back(due, seconds),
        lambda: calendar.worked(start, due),
        lambda: calendar.add_days(start, 275),
    ):
        best = min(timeit.repeat(ask, number=1, repeat=20))
        assert best < 0.001
