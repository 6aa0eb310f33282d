"""Runs the tests that stand in a trade's file, on a case that nobody sees: they must pass before the trade is activated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wangdan.kernel.errors import Problem
from wangdan.procedures.rules.calendars import Calendar
from wangdan.procedures.rules.china import china_days
from wangdan.procedures.rules.clockwork import Times
from wangdan.procedures.rules.definition import Definition, Field, Step, Table, Trial
from wangdan.procedures.rules.durations import parse_duration
from wangdan.procedures.rules.engine import Engine, Who
from wangdan.procedures.rules.marks import Fault, Many, Map, Mark, Node, Word
from wangdan.procedures.rules.state import State
from wangdan.procedures.rules.values import sample

ZONE = "Asia/Shanghai"
_DAY = ((9 * 60, 12 * 60), (13 * 60 + 30, 18 * 60))
_FIRST = datetime(2026, 3, 4, 2, tzinfo=UTC)
"""When a test begins that does not say: a Wednesday at ten."""
_TIMES = re.compile(r"([1-9]\d{0,3}) x (.+)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d")
_LONGEST = 1_000
"""Acts of one test, repeated ones counted one by one."""


def office_week(key: str, years: tuple[int, ...] = (2026,)) -> Calendar:
    """Monday to Friday, 09:00–12:00 and 13:30–18:00, with the public holidays and make-up days of China."""
    days: dict[Any, Any] = {}
    for year in years:
        off, makeup, _ = china_days(year)
        days |= dict.fromkeys(off, ()) | dict.fromkeys(makeup, _DAY)
    return Calendar(key, ZONE, (_DAY,) * 5 + ((), ()), days, 450)


def standard_times(definition: Definition, calendars: Mapping[str, Calendar] | None = None) -> Times:
    """The calendars a trade names, as they are kept or else the office week; its settings at their defaults."""
    known = dict(calendars or {})
    for key in {definition.calendar, *(clock.calendar for clock in definition.clocks.values() if clock.calendar)}:
        known.setdefault(key, office_week(key))
    return Times(known, {key: each.default for key, each in definition.settings.items()})


def run(definition: Definition, times: Times | None = None) -> list[Fault]:
    """Every test of the file; a fault for each that does not come out as it says."""
    found = times or standard_times(definition)
    return [fault for trial in definition.tests for fault in [_Trial(definition, trial, found).run()] if fault]


class _WrongTestError(Exception):
    """A test that says something nobody understands."""

    def __init__(self, mark: Mark, message: str) -> None:
        super().__init__(message)
        self.mark, self.message = mark, message


@dataclass
class _Trial:
    """One test on its way."""

    definition: Definition
    trial: Trial
    times: Times
    state: State = field(default_factory=State)
    now: datetime = _FIRST
    told: list[str] = field(default_factory=list)
    refusal: tuple[str, str, str] | None = None
    """Act, code and words of what was refused."""

    def run(self) -> Fault | None:
        """The fault, if there is one."""
        try:
            if self.trial.at:
                self.now = self._moment(self.trial.at, self.trial.mark)
            self._as(None).start(no="TEST")
            acts = [each for act in self.trial.do for each in self._repeated(*act)]
            for at, (act, node, mark) in enumerate(acts):
                self._do(act, node, mark)
                if self.refusal and (at < len(acts) - 1 or not {"refused", "error"} & set(self.trial.expect)):
                    raise _WrongTestError(mark, f"{act} was refused: {self.refusal[1]} {self.refusal[2]}".strip())  # noqa: TRY301 - told below
            for name, node in self.trial.expect.items():
                self._expect(name, node)
        except _WrongTestError as wrong:
            return Fault(wrong.mark, "E701", f"test '{self.trial.name}': {wrong.message}")
        except Problem as problem:
            return Fault(self.trial.mark, "E701", f"test '{self.trial.name}': {problem.code} {problem.detail or ''}".strip())
        return None

    def _repeated(self, act: str, node: Node | None, mark: Mark) -> list[tuple[str, Node | None, Mark]]:
        several = _TIMES.fullmatch(act)
        count = int(several[1]) if several else 1
        if count > _LONGEST:
            raise _WrongTestError(mark, f"more than {_LONGEST} acts")
        return [(several[2] if several else act, node, mark)] * count

    def _as(self, step: Step | None) -> Engine:
        """An engine in the hands of whoever may do the step: the person chosen for it, or one of its own."""
        if step is None:
            person, roles = 1, frozenset(self.definition.roles)
        else:
            waiting = self.state.open_step(step.key)
            person = (waiting.assignee if waiting else None) or 100 + list(self.definition.steps).index(step.key)
            roles = frozenset({step.by})
        return Engine(self.definition, self.state, self.times, self.now, Who(person, roles))

    def _do(self, act: str, node: Node | None, mark: Mark) -> None:
        verb, _, rest = act.partition(" ")
        first, _, second = act.partition(".")
        try:
            if verb == "wait" and rest:
                self._wait(self.times.calendar(self.definition.calendar).span(self.now, parse_duration(rest)))
            elif verb == "at" and rest:
                self._wait(self._moment(rest, mark))
            elif verb == "hear" and rest:
                self._as(None).hear(rest)
            elif verb == "close" and rest:
                self._as(None).child(rest, -1)
            elif first == "file" and second in self.definition.attachments:
                self._as(None).attach(second)
            elif self.definition.contacts and first in self.definition.contacts.channels:
                self._talk(first, second)
            elif second in getattr(self.definition.steps.get(first), "outcomes", {}):
                self._end(self.definition.steps[first], second, node)
            else:
                raise _WrongTestError(mark, f"nobody understands '{act}'")
        except Problem as problem:
            self.refusal = act, problem.code, str(problem.detail.get("say", problem.detail or ""))
        except ValueError as error:
            raise _WrongTestError(mark, str(error)) from error

    def _wait(self, until: datetime) -> None:
        """Time passes; every clock that falls due on the way runs at its own moment."""
        for _ in range(_LONGEST):
            due = min((clock.next_rung for clock in self.state.clocks if clock.next_rung and clock.state == "armed"), default=until)
            self.now = max(self.now, min(due, until))
            engine = self._as(None)
            engine.tick()
            self.told += [event.data["role"] for event in engine.events if event.kind == "told"]
            if due >= until or not engine.events:
                break
        self.now = max(self.now, until)

    def _talk(self, channel: str, outcome: str) -> None:
        """A call; when it is too late or there were enough for the day, on the next working day."""
        try:
            self._as(None).contact(channel, outcome)
        except Problem as problem:
            if problem.code not in ("procedures.quiet_hours", "procedures.called_enough"):
                raise
            local = self.now.astimezone(ZoneInfo(ZONE)).replace(hour=0, minute=0) + timedelta(days=1)
            self._wait(self.times.calendar(self.definition.calendar).next_open(local.astimezone(UTC)))
            self._as(None).contact(channel, outcome)

    def _end(self, step: Step, outcome: str, node: Node | None) -> None:
        """A step ends: what is demanded is filled with samples, unless the test gives it."""
        given = self._given(step, outcome, node)
        people = {step.assign.role: 50} if step.assign else {}
        form = {name: self._sample(each) for name, each in step.form.items() if each.always}
        self._as(step).act(step.key, outcome, given, form=form, checks=step.checks, people=people)

    def _given(self, step: Step, outcome: str, node: Node | None) -> dict[str, Any]:
        asks = (*step.ask, *step.outcomes[outcome].ask)
        said = self._said(self.trial.given) | self._said(node)
        found: dict[str, Any] = {}
        for ask in asks:
            if ask.name in said:
                found[ask.name] = said[ask.name]
            elif ask.needed and ask.name in self.definition.fields and self.state.values.get(ask.name) is None:
                found[ask.name] = self._sample(self.definition.fields[ask.name])
            elif ask.needed and ask.name in self.definition.lines and not self.state.lines.get(ask.name):
                found[ask.name] = [self._sample_row(self.definition.lines[ask.name])]
            elif ask.needed and ask.name in self.definition.attachments and not self.state.files.get(ask.name):
                self._as(None).attach(ask.name)
        return found

    @staticmethod
    def _said(node: Node | None) -> dict[str, Any]:
        """What a test gives, as a form would."""
        return {key: _plain(entry.value) for key, entry in node.entries.items()} if isinstance(node, Map) else {}

    def _sample(self, each: Field) -> Any:
        return sample(each, now=self.now, zone=ZONE)

    def _sample_row(self, table: Table) -> dict[str, Any]:
        return {name: self._sample(column) for name, column in table.columns.items() if column.always}

    # ---- what must have come of it --------------------------------------------------------------------------------

    def _expect(self, name: str, node: Node) -> None:
        verb, _, what = name.partition(" ")
        wanted, found = _plain(node), self._found(verb, what)
        if verb == "due":
            wanted = self._local(self._moment(str(wanted), node.mark))
        if verb == "told":
            if wanted not in self.told:
                raise _WrongTestError(node.mark, f"{wanted} was told nothing")
            return
        if isinstance(found, list):
            wanted = sorted(wanted) if isinstance(wanted, list) else [wanted]
        if str(wanted) != str(found):
            raise _WrongTestError(node.mark, f"{name} should be {wanted}, it is {found}")

    def _found(self, verb: str, what: str) -> Any:
        clock = self.state.clock(what)
        if verb == "due":
            return self._local(clock.due) if clock and clock.due else "not set"
        if verb == "state":
            return clock.state if clock else "not set"
        if verb == "value":
            return self.state.values.get(what)
        if verb == "open":
            return sorted(step.key for step in self.state.open_steps)
        if verb in ("refused", "error"):
            return self.refusal[0 if verb == "refused" else 2] if self.refusal else "nothing"
        return self.state.outcome or "still open"

    def _moment(self, text: str, mark: Mark) -> datetime:
        if not _MOMENT.fullmatch(text):
            raise _WrongTestError(mark, f"'{text}' is no moment: 2026-09-18 16:00")
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)

    @staticmethod
    def _local(moment: datetime) -> str:
        return moment.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%d %H:%M")


def _plain(node: Node) -> Any:
    """A node as a form would give it: texts, lists, mappings."""
    if isinstance(node, Word):
        return node.text
    if isinstance(node, Many):
        return [_plain(each) for each in node.items]
    return {key: _plain(entry.value) for key, entry in node.entries.items()}
