"""The engine, by rule and by chance: I1–I8 of a case hold after whatever people and clocks do."""

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wangdan.kernel.errors import Malformed, NotGranted, Problem, Refused
from wangdan.procedures.rules import trials
from wangdan.procedures.rules.definition import Definition
from wangdan.procedures.rules.engine import SYSTEM, Engine, Who
from wangdan.procedures.rules.reading import load
from wangdan.procedures.rules.state import Event, State, replay
from wangdan.procedures.rules.values import sample

NOW = datetime(2026, 9, 18, 8, tzinfo=UTC)  # a Friday, 16:00 in Shanghai
DESIGNER = 50


@cache
def trade(name: str) -> Definition:
    """A trade of the library."""
    library = files("wangdan.procedures").joinpath("library")
    keys = frozenset(each.name.removesuffix(".yaml") for each in library.iterdir())
    found = load(library.joinpath(f"{name}.yaml").read_text("utf-8"), name=name, procedures=keys).definition
    assert found is not None
    return found


class Case:
    """One case with everything that ever happened to it."""

    def __init__(self, name: str = "renovation_lead", now: datetime = NOW) -> None:
        """It begins."""
        self.definition, self.state, self.now = trade(name), State(), now
        self.times = trials.standard_times(self.definition)
        self.events: list[Event] = []
        self.run(Who(1, frozenset(self.definition.roles)), "start", no="S26TEST")

    def run(self, who: Who, act: str, *args: Any, **kwargs: Any) -> list[Event]:
        """One act; refused ones leave nothing, as the transaction does."""
        engine = Engine(self.definition, replay(self.events), self.times, self.now, who)
        getattr(engine, act)(*args, **kwargs)
        self.state = engine.state
        self.events += engine.events
        return engine.events

    def end(self, step: str, outcome: str, given: dict[str, Any] | None = None, **kwargs: Any) -> list[Event]:
        """Whoever may ends a step, with samples for what is demanded."""
        found = self.definition.steps[step]
        waiting = self.state.open_step(step)
        person = (waiting.assignee if waiting else None) or 100 + list(self.definition.steps).index(step)
        asks = [ask for ask in (*found.ask, *found.outcomes[outcome].ask) if ask.needed and ask.name in self.definition.fields]
        filled = {ask.name: sample(self.definition.fields[ask.name], now=self.now, zone=trials.ZONE) for ask in asks}
        people = {found.assign.role: DESIGNER} if found.assign else {}
        extra = {"people": people, "checks": found.checks} | kwargs
        return self.run(Who(person, frozenset({found.by})), "act", step, outcome, filled | (given or {}), **extra)

    def due(self, clock: str) -> str:
        """When a clock is due, on the wall."""
        now = self.state.clock(clock)
        return trials._Trial._local(now.due) if now and now.due else "–"

    def pass_to(self, moment: datetime) -> list[Event]:
        """Time passes and a sweep comes by."""
        self.now = moment
        return self.run(SYSTEM, "tick")


def talking() -> Case:
    """A lead whose designer is to call."""
    case = Case()
    case.end("intake", "ok")
    case.end("handover", "ok")
    return case


def test_half_a_day_is_half_of_the_calendars_day():
    """D20.一: Friday 16:00 and half a working day is Sunday 10:45 where Sunday makes up for a holiday."""
    assert talking().due("first_contact") == "2026-09-20 10:45"


def test_a_step_belongs_to_its_role_and_its_person():
    """The designer who was chosen, not another one, not the service desk."""
    case = talking()
    for who in (Who(51, frozenset({"designer"})), Who(9, frozenset({"service"}))):
        with pytest.raises(NotGranted, match=r"procedures\.not_your_step"):
            case.run(who, "act", "consult", "invite")
    assert case.state.open_step("consult") is not None


def test_the_second_pair_of_eyes_is_another_person():
    """D17: whoever made it does not inspect it."""
    case = Case("dental_order")
    case.run(Who(1, frozenset({"clinic"})), "save", {"items": [{"product": "metal", "teeth": ["11"], "unit": "crown"}]})
    case.end("draft", "send")
    case.end("receive", "ok")
    case.end("plan", "ok")
    case.end("make", "done")
    with pytest.raises(Refused, match=r"procedures\.four_eyes"):
        case.run(Who(DESIGNER, frozenset({"qc", "tech"})), "act", "qc", "pass", checks=case.definition.steps["qc"].checks)
    case.end("qc", "pass")
    assert [step.key for step in case.state.open_steps] == ["ship"]


def test_what_is_frozen_changes_only_after_it_is_let_go():
    """I9: the prescription is what was sent, until the lab asks and the clinic amends."""
    case = Case("dental_order")
    clinic, items = Who(1, frozenset({"clinic"})), [{"product": "metal", "teeth": ["11"], "unit": "crown"}]
    case.run(clinic, "save", {"items": items})
    case.end("draft", "send")
    case.end("receive", "ask", {"question": "牙位?"})
    with pytest.raises(Problem):
        case.run(clinic, "save", {"items": [*items, items[0] | {"teeth": ["12"]}]})
    case.end("reply", "amend", {"answer": "改"})
    case.run(clinic, "save", {"items": [*items, items[0] | {"teeth": ["12"]}]})
    assert len(case.state.lines["items"]) == 2


def test_a_clock_waits_for_the_clinic_and_counts_what_is_left():
    """I5: while the clinic answers the lab's clock stands still and is due at no time."""
    case = Case("dental_order")
    case.run(Who(1, frozenset({"clinic"})), "save", {"items": [{"product": "zr", "teeth": ["11"], "unit": "crown", "shade": "A2"}]})
    case.end("draft", "send")
    case.end("receive", "ok")
    begun = case.state.clock("turnaround")
    assert begun is not None
    assert case.due("turnaround") == "2026-09-29 16:00"  # seven working days, one of them the Sunday, the 25th off
    case.end("plan", "ok")
    case.end("make", "tryin")
    waiting = case.state.clock("turnaround")
    assert waiting is not None
    assert (waiting.state, waiting.due) == ("paused", None)
    case.pass_to(NOW + timedelta(days=30))
    case.end("tryin", "ok")
    again = case.state.clock("turnaround")
    assert again is not None
    assert again.due is not None
    left = case.times.calendars["lab"].worked(case.now, again.due)
    assert (again.state, left) == ("armed", (begun.budget or 0) - again.consumed)


def test_a_hidden_field_is_cleared_and_that_is_kept():
    """I8: without the order that is made anew there is no reason for it."""
    case = Case("dental_order")
    clinic = Who(1, frozenset({"clinic"}))
    case.run(clinic, "save", {"remake_of": "S26OTHER1234", "reason": "颜色"})
    assert case.state.values["reason"] == "颜色"
    events = case.run(clinic, "save", {"remake_of": None})
    assert case.state.values["reason"] is None
    assert any(event.data.get("followed") for event in events)


def test_only_what_is_offered_can_be_chosen():
    """D14.3: a rockfall net has no mode of a network guard; nothing of it stays."""
    case = Case("protection_unit")
    case.end("prepare", "ready", {"kind": "net"})
    case.end("power", "ok")
    before = list(case.events)
    with pytest.raises(Malformed, match=r"procedures\.value_not_offered"):
        case.run(Who(1, frozenset({"operator"})), "save", {"mode": "block"})
    assert case.events == before
    case.run(Who(1, frozenset({"operator"})), "save", {"mode": "watch"})
    assert case.state.values["mode"] == "watch"


def test_a_case_begins_with_the_defaults_of_the_file():
    """D02: a job is of normal urgency unless somebody says so."""
    assert Case("dispatch").state.values["priority"] == "normal"


def test_twenty_calls_or_a_refusal():
    """D20.五.B: nineteen calls are not enough, twenty are; a refusal is enough at once, and nobody calls again."""
    case = talking()
    case.end("consult", "invite")
    designer = Who(DESIGNER, frozenset({"designer"}))
    morning = datetime(2026, 10, 8, 2, tzinfo=UTC)
    for at in range(19):
        case.now = morning + timedelta(days=at // 3, minutes=at)
        case.run(designer, "contact", "call", "no_answer")
    with pytest.raises(Refused, match=r"procedures\.condition"):
        case.end("invite", "dead")
    case.now += timedelta(days=1)
    case.run(designer, "contact", "call", "refused")
    with pytest.raises(Refused, match=r"procedures\.no_contact"):
        case.run(designer, "contact", "call", "no_answer")
    case.end("invite", "dead")
    assert (case.state.status, case.state.outcome) == ("closed", "lost")


@pytest.mark.parametrize(("hour", "allowed"), [(8, False), (9, True), (20, True), (21, False), (23, False)])
def test_nobody_is_called_in_quiet_hours(hour: int, *, allowed: bool):
    """21:00 to 08:30 on the wall."""
    case = talking()
    case.now = datetime(2026, 9, 21, hour - 8, tzinfo=UTC)
    if allowed:
        case.run(Who(DESIGNER, frozenset({"designer"})), "contact", "call", "reached")
        return
    with pytest.raises(Refused, match=r"procedures\.quiet_hours"):
        case.run(Who(DESIGNER, frozenset({"designer"})), "contact", "call", "reached")


def test_a_week_of_downtime_fires_each_rung_once_in_order():
    """I6: the sweep comes a week late: every rung once, what comes daily once, and the next one lies ahead."""
    case = talking()
    told = [(event.data["clock"], event.data["role"]) for event in case.pass_to(NOW + timedelta(days=7)) if event.kind == "told"]
    assert [each for each in told if each[0] == "first_contact"] == [
        ("first_contact", "designer"),
        ("first_contact", "leader"),
        ("first_contact", "chief"),
    ]
    assert told.count(("daily", "service")) == 1
    assert case.pass_to(case.now) == []
    daily = case.state.clock("daily")
    assert daily is not None
    assert daily.due is not None
    assert daily.due > case.now


TRADES = ["renovation_lead", "dental_order", "dispatch", "protection_unit", "unit_alarm", "service_desk", "satisfaction"]
WALKS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 40)), max_size=40)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(TRADES), walk=WALKS)
def test_a_case_keeps_its_promises_whatever_happens(name: str, walk: list[tuple[int, int]]):
    """I1 replay, I2 open or closed as a whole, I3 one outcome a round, I5 due and consumed, I6 a rung once."""
    case = Case(name)
    if name == "dental_order":
        case.run(Who(1, frozenset({"clinic"})), "save", {"items": [{"product": "zr", "teeth": ["11"], "unit": "crown", "shade": "A2"}]})
    consumed: dict[tuple[str, int], int] = {}
    for pick, hours in walk:
        case.now += timedelta(hours=hours)
        before = list(case.events)
        try:
            chance(case, pick)
        except Problem:
            assert case.events == before
        holds(case, consumed)


def chance(case: Case, pick: int) -> None:
    """Something somebody could do now."""
    if pick % 5 == 0:
        case.run(SYSTEM, "tick")
        return
    if pick % 5 == 1 and case.definition.contacts:
        outcomes = list(case.definition.contacts.outcomes)
        case.run(Who(DESIGNER, frozenset({"designer"})), "contact", "call", outcomes[pick // 5 % len(outcomes)])
        return
    if pick % 5 == 2 and case.definition.attachments:
        slots = list(case.definition.attachments)
        case.run(SYSTEM, "attach", slots[pick // 5 % len(slots)])
        return
    ways = [(step.key, outcome) for step in case.state.open_steps for outcome in case.definition.steps[step.key].outcomes]
    if ways:
        case.end(*ways[pick // 5 % len(ways)])


def holds(case: Case, consumed: dict[tuple[str, int], int]) -> None:
    """The invariants."""
    state = case.state
    assert replay(case.events) == state  # I1
    alive = [clock for clock in state.clocks if clock.is_alive]
    if state.is_open:
        assert state.open_steps or alive  # I2
    else:
        assert not state.open_steps
        assert not alive
    assert len({(step.key, step.round) for step in state.steps}) == len(state.steps)
    for key in case.definition.steps:
        assert len([step for step in state.steps if step.key == key and step.is_open]) <= 1
    ended = [(event.data["step"], event.data["round"]) for event in case.events if event.kind == "step_done"]
    assert len(ended) == len(set(ended))  # I3
    assert len({clock.key for clock in alive}) == len(alive)
    for clock in state.clocks:
        assert (clock.due is None) == (clock.state == "paused")  # I5
        assert clock.consumed >= consumed.get((clock.key, clock.round), 0)
        consumed[clock.key, clock.round] = clock.consumed
        assert len(clock.fired) == len(set(clock.fired))  # I6
    fired = [
        (event.data["clock"], event.data["round"], event.data["rung"]) for event in case.events if event.kind == "clock" and "rung" in event.data
    ]
    assert len(fired) == len(set(fired))
