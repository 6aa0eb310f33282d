"""Working time: when somebody works, when a deadline falls, and how much of the time between two moments was worked.

What counts are the instants whose local wall clock lies within a span: an hour that summer time skips is not worked, an hour it
repeats is worked twice. Forward the answer is the earliest instant that fits, backward the latest; all to the second.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TypeAlias
from zoneinfo import ZoneInfo

from wangdan.procedures.rules.durations import Duration

Spans: TypeAlias = tuple[tuple[int, int], ...]
"""From which to which minute of the local day, several times a day; 1440 is midnight."""
_Turn: TypeAlias = tuple[int, int, int]
"""When the clocks are changed (in seconds since 1970), and the offset from UTC before and after."""

_FURTHEST = 3653
"""Days, ten years: further away a deadline is a mistake."""
_MIDNIGHT = 1440
_DAY = 86_400
_WEEKDAYS = 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_SECOND = timedelta(seconds=1)
_YEARS = range(1970, 2201)
_BLOCK = 512
"""Days whose clock changes are looked up together."""
_STEP = 4
"""Days within which no zone changed its clocks twice; the shortest summer time since 1970 was a week (Recife, 2000)."""


@dataclass(frozen=True)
class Stretch:
    """So much was worked on these days; a stretch of several days is one of days off."""

    first: date
    last: date
    seconds: int


@dataclass(frozen=True)
class Calendar:
    """The working time of a shop, a studio or a desk: its week, and the days that differ from it."""

    key: str
    zone: str
    week: tuple[Spans, ...]
    """Monday first."""
    days: Mapping[date, Spans] = field(default_factory=dict, hash=False)
    """Days off (no spans), make-up days, days with other hours."""
    day_minutes: int = 480
    """What an ordinary working day has; a half day is half of it."""
    confirmed_until: date | None = None
    """The last day whose holidays are certain; None when none is."""

    def __post_init__(self) -> None:
        """Refuse a calendar that cannot be reckoned with."""
        _zone(self.zone)
        if len(self.week) != _WEEKDAYS:
            raise ValueError(f"calendar {self.key}: a week has 7 days, not {len(self.week)}")
        object.__setattr__(self, "week", tuple(_checked(spans, f"calendar {self.key}, weekday {n}") for n, spans in enumerate(self.week, 1)))
        object.__setattr__(self, "days", {day: _checked(spans, f"calendar {self.key}, {day}") for day, spans in self.days.items()})
        if not any(self.week):
            raise ValueError(f"calendar {self.key}: the week has no working time")
        if not 1 <= self.day_minutes <= _MIDNIGHT:
            raise ValueError(f"calendar {self.key}: a working day has 1 to {_MIDNIGHT} minutes, not {self.day_minutes}")

    def add(self, start: datetime, seconds: int) -> datetime:
        """When so much working time has passed since the start: at closing time rather than at the next opening."""
        left, now = _amount(seconds), _stamp(start)
        if left == 0:
            return _moment(now)
        first = self._local_day(now)
        for day in _walk(first, 1):
            there = self._worked_on(day, now, None) if day == first else self._seconds(day)
            if left > there:
                left -= there
                continue
            for opened, closed in self._hours(day):
                begun = max(opened, now)
                if left <= closed - begun:
                    return _moment(begun + left)
                left -= max(0, closed - begun)
        raise _too_far()

    def back(self, end: datetime, seconds: int) -> datetime:
        """When to begin at the latest so that so much working time lies before the end."""
        left, now = _amount(seconds), _stamp(end)
        if left == 0:
            return _moment(now)
        last = self._local_day(now)
        for day in _walk(last, -1):
            there = self._worked_on(day, None, now) if day == last else self._seconds(day)
            if left > there:
                left -= there
                continue
            for opened, closed in reversed(self._hours(day)):
                ended = min(closed, now)
                if left <= ended - opened:
                    return _moment(ended - left)
                left -= max(0, ended - opened)
        raise _too_far()

    def worked(self, start: datetime, end: datetime) -> int:
        """How many seconds were worked between two moments; none if the end comes first."""
        return sum(seconds for _, seconds in self._day_by_day(start, end))

    def add_days(self, start: datetime, n: int) -> datetime:
        """The same clock time n working days on, or back when n is negative; the day of the start is not counted, worked or not."""
        now = _stamp(start)
        if n == 0:
            return _moment(now)
        first, left = self._local_day(now), abs(n)
        for day in _walk(first, 1 if n > 0 else -1):
            if day != first and self._seconds(day):
                left -= 1
                if left == 0:
                    return self._same_clock(now, day)
        raise _too_far()

    def span(self, start: datetime, duration: Duration) -> datetime:
        """When a duration that begins at the start is over.

        Minutes, hours and half days are working time; days are working days, at the same clock time; weeks lead to the same weekday
        and clock time, or to the next working day when that one is off.
        """
        return self._shift(start, duration, 1)

    def before(self, moment: datetime, duration: Duration) -> datetime:
        """When a duration must begin to be over at the moment; weeks that lead to a day off lead to the working day before it."""
        return self._shift(moment, duration, -1)

    def is_open(self, moment: datetime) -> bool:
        """Whether work is done at this moment; at closing time it is not."""
        now = _stamp(moment)
        return any(opened <= now < closed for opened, closed in self._hours(self._local_day(now)))

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself if work is done then, or else the next opening."""
        now = _stamp(moment)
        for day in _walk(self._local_day(now), 1):
            for opened, closed in self._hours(day):
                if now < closed:
                    return _moment(max(opened, now))
        raise _too_far()

    def provisional(self, moment: datetime) -> bool:
        """Whether the holidays of that day are not certain yet, so that a deadline on it may still move."""
        return self.confirmed_until is None or self._local_day(_stamp(moment)) > self.confirmed_until.toordinal()

    def explain(self, start: datetime, end: datetime) -> list[Stretch]:
        """How the working time between two moments came together: each day worked, and each run of days off as one stretch.

        A working day of which nothing fell between the two (the start after closing, the end before opening) is left out.
        """
        told: list[Stretch] = []
        for day, seconds in self._day_by_day(start, end):
            that = date.fromordinal(day)
            if seconds:
                told.append(Stretch(that, that, seconds))
            elif not self._seconds(day):
                run = told.pop() if told and not told[-1].seconds and told[-1].last.toordinal() == day - 1 else None
                told.append(Stretch(run.first if run else that, that, 0))
        return told

    def _shift(self, moment: datetime, duration: Duration, sign: int) -> datetime:
        if duration.unit == "d":
            return self.add_days(moment, sign * duration.amount)
        if duration.unit == "w":
            return self._weeks(moment, sign * duration.amount)
        seconds = duration.amount * {"m": 60, "h": 3600, "hd": self.day_minutes * 30}[duration.unit]
        return self.add(moment, seconds) if sign > 0 else self.back(moment, seconds)

    def _weeks(self, moment: datetime, n: int) -> datetime:
        now = _stamp(moment)
        if abs(n) * _WEEKDAYS <= _FURTHEST:
            for day in _walk(self._local_day(now) + n * _WEEKDAYS, 1 if n > 0 else -1):
                if self._seconds(day):
                    return self._same_clock(now, day)
        raise _too_far()

    def _same_clock(self, now: int, day: int) -> datetime:
        """A clock time that summer time skips is moved on by the hour skipped; of one that comes twice the first is meant."""
        clock = _moment(now).astimezone(_zone(self.zone)).time()
        return datetime.combine(date.fromordinal(day), clock.replace(fold=0), _zone(self.zone)).astimezone(UTC)

    def _day_by_day(self, start: datetime, end: datetime) -> Iterator[tuple[int, int]]:
        """Each local day from start to end with its seconds worked."""
        begun, ended = _stamp(start), _stamp(end)
        if ended <= begun:
            return
        first, last = self._local_day(begun), self._local_day(ended - 1)
        if last - first > _FURTHEST:
            raise _too_far()
        for day in range(first, last + 1):
            if day in {first, last}:
                yield day, self._worked_on(day, begun, ended)
            else:
                yield day, self._seconds(day)

    def _local_day(self, now: int) -> int:
        return _moment(now).astimezone(_zone(self.zone)).toordinal()

    def _plan(self, day: int) -> tuple[Spans, int]:
        """The spans of a day and their seconds by the clock on the wall."""
        return self._special.get(day) or self._ordinary[(day - 1) % _WEEKDAYS]

    @cached_property
    def _ordinary(self) -> tuple[tuple[Spans, int], ...]:
        return tuple((spans, _seconds_of(spans)) for spans in self.week)

    @cached_property
    def _special(self) -> dict[int, tuple[Spans, int]]:
        return {day.toordinal(): (spans, _seconds_of(spans)) for day, spans in self.days.items()}

    def _seconds(self, day: int) -> int:
        """What is worked on a whole day."""
        spans, seconds = self._plan(day)
        if spans and day in _turns(self.zone, day // _BLOCK):
            return self._worked_on(day, None, None)
        return seconds

    def _worked_on(self, day: int, begun: int | None, ended: int | None) -> int:
        return sum(
            max(0, (closed if ended is None else min(closed, ended)) - (opened if begun is None else max(opened, begun)))
            for opened, closed in self._hours(day)
        )

    def _hours(self, day: int) -> list[tuple[int, int]]:
        """The spans of a day as instants."""
        spans, _ = self._plan(day)
        midnight = (day - _EPOCH_DAY) * _DAY
        turn = _turns(self.zone, day // _BLOCK).get(day)
        if turn is None:
            midnight -= _offset(self.zone, midnight)
            return [(midnight + begin * 60, midnight + end * 60) for begin, end in spans]
        changed, before, after = turn
        early, late = midnight - before, midnight - after
        cut = [(early + begin * 60, min(early + end * 60, changed)) for begin, end in spans]
        cut += [(max(late + begin * 60, changed), late + end * 60) for begin, end in spans]
        return [(opened, closed) for opened, closed in cut if opened < closed]


def always(zone: str) -> Calendar:
    """The clock on the wall: every hour of every day counts, and nothing about it is provisional."""
    return Calendar("always", zone, (((0, _MIDNIGHT),),) * _WEEKDAYS, day_minutes=_MIDNIGHT, confirmed_until=date.max)


def _checked(spans: Spans, where: str) -> Spans:
    free = 0
    for begin, end in spans:
        if not 0 <= begin < end <= _MIDNIGHT:
            raise ValueError(f"{where}: a span lies within minutes 0 to {_MIDNIGHT} and ends after it begins, not {begin} to {end}")
        if begin < free:
            raise ValueError(f"{where}: the span {begin} to {end} begins before the one before it ends; write spans in order, without overlap")
        free = end
    return tuple((begin, end) for begin, end in spans)


def _seconds_of(spans: Spans) -> int:
    return sum(end - begin for begin, end in spans) * 60


def _amount(seconds: int) -> int:
    if seconds < 0:
        raise ValueError(f"{seconds} seconds: an amount of working time is not negative")
    return seconds


def _walk(day: int, step: int) -> range:
    return range(day, day + step * (_FURTHEST + 1), step)


def _too_far() -> OverflowError:
    return OverflowError("more than ten years away: no deadline is that far")


def _stamp(moment: datetime) -> int:
    """Whole seconds since 1970; what is smaller is dropped."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    if moment.year not in _YEARS:
        raise ValueError(f"{moment.isoformat()} lies outside {_YEARS[0]} to {_YEARS[-1]}")
    return (moment - _EPOCH) // _SECOND


def _moment(stamp: int) -> datetime:
    return _EPOCH + timedelta(seconds=stamp)


@lru_cache(maxsize=1024)
def _zone(key: str) -> ZoneInfo:
    try:
        return ZoneInfo(key)
    except (KeyError, ValueError, OSError) as unknown:
        raise ValueError(f"{key!r} is not a time zone; write for example Asia/Shanghai") from unknown


def _offset(zone: str, midnight: int) -> int:
    """Seconds ahead of UTC at noon of the day whose midnight this would be in UTC."""
    ahead = _moment(midnight + _DAY // 2).replace(tzinfo=_zone(zone)).utcoffset()
    assert ahead is not None
    return ahead // _SECOND


def _ahead(zone: str, now: int) -> int:
    ahead = _moment(now).astimezone(_zone(zone)).utcoffset()
    assert ahead is not None
    return ahead // _SECOND


@lru_cache(maxsize=1024)
def _turns(zone: str, block: int) -> Mapping[int, _Turn]:
    """The days of a block near a change of the clocks; a day east or west of UTC's may be the one that is longer or shorter."""
    found: dict[int, _Turn] = {}
    first = block * _BLOCK
    offset = _ahead(zone, (first - _STEP - _EPOCH_DAY) * _DAY)
    for day in range(first - _STEP, first + _BLOCK + _STEP, _STEP):
        low = (day - _EPOCH_DAY) * _DAY
        high = low + _STEP * _DAY
        then = _ahead(zone, high)
        if then == offset:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _ahead(zone, middle) == offset else (low, middle)
        turned = high // _DAY + _EPOCH_DAY
        found.update(dict.fromkeys((turned - 1, turned, turned + 1), (high, offset, then)))
        offset = then
    return MappingProxyType({day: turn for day, turn in found.items() if first <= day < first + _BLOCK})
