"""A case as it stands, and the events it is made of: playing them again makes the same case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

OPEN = ("open", "claimed")


@dataclass(frozen=True)
class Event:
    """Something that happened to a case. `by`: the person, None for the system; `data`: JSON, by kind."""

    kind: str
    at: datetime
    by: int | None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StepState:
    """One round of a step."""

    key: str
    round: int
    role: str
    opened: datetime
    state: str = "open"
    assignee: int | None = None
    outcome: str = ""
    done: datetime | None = None
    by: int | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.state in OPEN


@dataclass(frozen=True)
class ClockState:
    """One round of a clock: what it may take (`budget`, seconds of its calendar), what it has taken, since when it runs, when it is due.

    While paused it is due at no time, so it is not late either. `breached` is the moment it ran out.
    """

    key: str
    round: int
    anchor: datetime
    calendar: str
    budget: int | None
    due: datetime | None
    running: datetime | None
    consumed: int = 0
    state: str = "armed"
    breached: datetime | None = None
    next_rung: datetime | None = None
    fired: tuple[str, ...] = ()

    @property
    def is_alive(self) -> bool:
        """Whether it still runs or waits."""
        return self.state in ("armed", "paused")


@dataclass(frozen=True)
class Contact:
    """One talk with the outside."""

    at: datetime
    by: int | None
    channel: str
    outcome: str
    note: str = ""
    next_at: datetime | None = None
    void: bool = False


@dataclass
class State:
    """Everything about one case that rules ask for."""

    no: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    """Files that count, by slot."""
    steps: list[StepState] = field(default_factory=list)
    clocks: list[ClockState] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=dict)
    """Role → the person chosen for this case."""
    children: dict[str, int] = field(default_factory=dict)
    """Trade → its open cases that began here."""
    frozen: frozenset[str] = frozenset()
    status: str = "new"
    outcome: str = ""
    opened: datetime | None = None
    closed: datetime | None = None

    @property
    def counted(self) -> tuple[Contact, ...]:
        """The talks that were not written down by mistake."""
        return tuple(contact for contact in self.contacts if not contact.void)

    def open_step(self, key: str) -> StepState | None:
        """The round of a step that is open."""
        return next((step for step in self.steps if step.key == key and step.is_open), None)

    def last(self, key: str) -> StepState | None:
        """The last round of a step that was finished."""
        return next((step for step in reversed(self.steps) if step.key == key and step.state == "done"), None)

    def clock(self, key: str) -> ClockState | None:
        """The newest round of a clock."""
        return next((clock for clock in reversed(self.clocks) if clock.key == key), None)

    @property
    def open_steps(self) -> tuple[StepState, ...]:
        """What somebody has to do."""
        return tuple(step for step in self.steps if step.is_open)

    @property
    def is_open(self) -> bool:
        """Whether it has begun and not ended."""
        return self.status == "open"


def play(state: State, event: Event) -> None:
    """Let one event happen to the case."""
    _PLAYS[event.kind](state, event)


def replay(events: list[Event]) -> State:
    """The case that these events make."""
    state = State()
    for event in events:
        play(state, event)
    return state


def moment(text: str | None) -> datetime | None:
    """A moment as events keep it."""
    return datetime.fromisoformat(text) if text else None


def _started(state: State, event: Event) -> None:
    state.no, state.status, state.opened = event.data.get("no", ""), "open", event.at


def _values(state: State, event: Event) -> None:
    state.values |= event.data["values"]


def _lines(state: State, event: Event) -> None:
    state.lines[event.data["table"]] = [dict(row) for row in event.data["rows"]]


def _change(state: State, event: Event, /, **changes: Any) -> None:
    key, number = event.data["step"], event.data["round"]
    state.steps = [replace(step, **changes) if (step.key, step.round) == (key, number) else step for step in state.steps]


def _step_opened(state: State, event: Event) -> None:
    data = event.data
    state.steps.append(StepState(data["step"], data["round"], data["role"], event.at, assignee=data.get("assignee")))


def _step_assigned(state: State, event: Event) -> None:
    person = event.data["person"]
    _change(state, event, assignee=person, state="claimed" if person and event.data.get("claimed") else "open")


def _step_done(state: State, event: Event) -> None:
    data = event.data
    checks = tuple(data.get("checks", ()))
    _change(state, event, state="done", outcome=data["outcome"], done=event.at, by=event.by, form=data.get("form", {}), checks=checks)


def _step_void(state: State, event: Event) -> None:
    _change(state, event, state="void", done=event.at)


def _person(state: State, event: Event) -> None:
    state.people[event.data["role"]] = event.data["person"]


def _frozen(state: State, event: Event) -> None:
    state.frozen |= frozenset(event.data["names"])


def _unfrozen(state: State, event: Event) -> None:
    state.frozen -= frozenset(event.data["names"])


def _contact(state: State, event: Event) -> None:
    data = event.data
    state.contacts.append(Contact(event.at, event.by, data["channel"], data["outcome"], data.get("note", ""), moment(data.get("next_at"))))


def _contact_void(state: State, event: Event) -> None:
    at = event.data["place"]
    state.contacts[at] = replace(state.contacts[at], void=True)


def _file(state: State, event: Event) -> None:
    slot = event.data["slot"]
    state.files[slot] = state.files.get(slot, 0) + event.data.get("count", 1)


def _clock_set(state: State, event: Event) -> None:
    """A clock in whatever it has become: armed, paused, running again, met, void, its rungs fired."""
    data = event.data
    made = ClockState(
        key=data["clock"], round=data["round"], anchor=datetime.fromisoformat(data["anchor"]), calendar=data["calendar"], budget=data["budget"],
        due=moment(data["due"]), running=moment(data["running"]), consumed=data["consumed"], state=data["state"], breached=moment(data["breached"]),
        next_rung=moment(data["next_rung"]), fired=tuple(data["fired"]),
    )  # fmt: skip
    places = [(clock.key, clock.round) for clock in state.clocks]
    if (made.key, made.round) in places:
        state.clocks[places.index((made.key, made.round))] = made
    else:
        state.clocks.append(made)


def _stamp(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def written(clock: ClockState, **why: Any) -> dict[str, Any]:
    """A clock as its event keeps it, with what made it so."""
    return {
        "clock": clock.key, "round": clock.round, "anchor": clock.anchor.isoformat(), "calendar": clock.calendar, "budget": clock.budget,
        "due": _stamp(clock.due), "running": _stamp(clock.running), "consumed": clock.consumed,
        "state": clock.state, "breached": _stamp(clock.breached),
        "next_rung": _stamp(clock.next_rung), "fired": list(clock.fired), **why,
    }  # fmt: skip


def _child(state: State, event: Event) -> None:
    trade = event.data["procedure"]
    state.children[trade] = state.children.get(trade, 0) + event.data["count"]


def _closed(state: State, event: Event) -> None:
    state.status, state.outcome, state.closed = "closed", event.data["outcome"], event.at


def _reopened(state: State, event: Event) -> None:
    del event
    state.status, state.outcome, state.closed = "open", "", None


def _nothing(state: State, event: Event) -> None:
    """Told or asked for; the case stays as it is."""


_PLAYS: dict[str, Callable[[State, Event], None]] = {
    "started": _started, "values": _values, "lines": _lines, "step_opened": _step_opened, "step_assigned": _step_assigned, "step_done": _step_done,
    "step_void": _step_void, "person": _person, "frozen": _frozen, "unfrozen": _unfrozen, "contact": _contact, "contact_void": _contact_void,
    "file": _file, "clock": _clock_set, "child": _child, "closed": _closed, "reopened": _reopened, "told": _nothing, "effect": _nothing,
    "spawned": _nothing, "heard": _nothing,
}  # fmt: skip
"""Kind of event → what it does to a case."""
