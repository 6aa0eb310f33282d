"""How the clocks of a case run: armed, paused with what they have taken, running again, due, their rungs one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from wangdan.procedures.rules.calendars import Calendar, always
from wangdan.procedures.rules.condition_values import day, instant
from wangdan.procedures.rules.definition import Clock, Definition, Rung
from wangdan.procedures.rules.durations import Duration
from wangdan.procedures.rules.state import ClockState

_HOUR = 3600


@dataclass(frozen=True)
class Times:
    """The calendars that clocks run by, and the settings that say how long."""

    calendars: Mapping[str, Calendar]
    settings: Mapping[str, Any]

    def calendar(self, key: str) -> Calendar:
        """A calendar by its key; `wall:ZONE` is the clock on the wall."""
        return always(key.removeprefix("wall:")) if key.startswith("wall:") else self.calendars[key]

    def key_of(self, clock: Clock, definition: Definition) -> str:
        """Which calendar a clock runs by: its own, the trade's, or the wall in the zone of the trade's."""
        if clock.wall:
            return f"wall:{self.calendars[definition.calendar].zone}"
        return clock.calendar if clock.calendar in self.calendars else definition.calendar


def armed(clock: Clock, definition: Definition, times: Times, *, number: int, now: datetime, value: Any) -> ClockState | None:
    """A new round of a clock that starts now; None when what it runs towards or may take is missing.

    `value`: the date a clock with `before` runs towards, or the worked-out number of days or hours.
    """
    key = times.key_of(clock, definition)
    calendar = times.calendar(key)
    if clock.before:
        towards = _moment(value, calendar)
        if towards is None or clock.by is None:
            return None
        return ClockState(clock.key, number, now, key, None, max(now, calendar.before(towards, clock.by)), now)
    length = _length(clock, times, value)
    if length is None:
        return None
    due = calendar.span(now, length) if isinstance(length, Duration) else calendar.add(now, length)
    return ClockState(clock.key, number, now, key, calendar.worked(now, due), due, now)


def _length(clock: Clock, times: Times, value: Any) -> Duration | int | None:
    """How long it has: as written, by a setting, or worked out in days or hours."""
    if clock.setting:
        found = times.settings.get(clock.setting)
        return found if isinstance(found, Duration) else None
    if clock.days or clock.hours:
        number = float(value) if value is not None else 0.0
        if number <= 0:
            return None
        return Duration(max(1, round(number)), "d") if clock.days else int(number * _HOUR)
    return clock.within or clock.every


def _moment(value: Any, calendar: Calendar) -> datetime | None:
    """A date or a moment as a moment; a date begins at midnight of the calendar's zone."""
    found = day(value)
    return datetime.combine(found, time(), ZoneInfo(calendar.zone)).astimezone(UTC) if found else instant(value)


def rung_at(clock: ClockState, rung: Rung, calendar: Calendar) -> datetime | None:
    """When a rung of a running clock fires."""
    if clock.due is None or clock.running is None:
        return None
    at = rung.at
    if at.percent is not None:
        if clock.budget is None:
            return None
        return calendar.add(clock.running, max(0, clock.budget * at.percent // 100 - clock.consumed))
    if at.duration is None:
        return clock.due
    return calendar.before(clock.due, at.duration) if at.sign < 0 else calendar.span(clock.due, at.duration)


def _waiting(clock: Clock, state: ClockState, calendar: Calendar) -> list[tuple[datetime, Rung]]:
    """The rungs that have not fired with their instants, in the order of time."""
    found = [(at, rung) for rung in clock.rungs if rung.key not in state.fired and (at := rung_at(state, rung, calendar))]
    return sorted(found, key=lambda each: each[0])


def with_next(clock: Clock, state: ClockState, calendar: Calendar) -> ClockState:
    """The clock with the instant at which it does something next: its first rung that has not fired, or the moment it is due."""
    if state.state != "armed":
        return replace(state, next_rung=None)
    instants = [at for at, _ in _waiting(clock, state, calendar)]
    if state.breached is None and state.due:
        instants.append(state.due)
    return replace(state, next_rung=min(instants, default=None))


def due_rungs(clock: Clock, state: ClockState, calendar: Calendar, now: datetime) -> list[Rung]:
    """The rungs whose time has come and that have not fired, in the order of time."""
    return [rung for at, rung in _waiting(clock, state, calendar) if at <= now] if state.state == "armed" else []


def ended(state: ClockState, how: str) -> ClockState:
    """It runs no more: `met`, or `void` because what it was for is gone."""
    return replace(state, state=how, next_rung=None)


def paused(state: ClockState, calendar: Calendar, now: datetime) -> ClockState:
    """It stops counting; what it has taken is kept, and it is due at no time. A clock towards a date cannot be paused: the date stays."""
    if state.state != "armed" or state.running is None or state.budget is None:
        return state
    taken = state.consumed + calendar.worked(state.running, now)
    return replace(state, state="paused", consumed=taken, running=None, due=None, next_rung=None)


def resumed(state: ClockState, calendar: Calendar, now: datetime) -> ClockState:
    """It counts again, for what is left."""
    if state.state != "paused" or state.budget is None:
        return state
    left = max(0, state.budget - state.consumed)
    return replace(state, state="armed", running=now, due=calendar.add(now, left) if left else now)


def extended(state: ClockState, calendar: Calendar, budget: int) -> ClockState:
    """It has so much time from now on, of its calendar; rungs that have fired stay fired, one that ran out runs again."""
    more = replace(state, budget=budget, breached=None)
    return replace(more, due=calendar.add(more.running, max(0, budget - more.consumed))) if more.running else more


def next_round(state: ClockState, every: Duration, calendar: Calendar, now: datetime) -> ClockState:
    """The following round of a clock that comes again and again: after downtime the first one that lies ahead."""
    anchor = state.due or now
    due = calendar.span(anchor, every)
    while due <= now:
        anchor, due = due, calendar.span(due, every)
    budget = calendar.worked(anchor, due)
    return replace(state, round=state.round + 1, anchor=anchor, running=anchor, due=due, budget=budget, fired=(), breached=None, consumed=0)
