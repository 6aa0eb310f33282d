"""What a trade is once its file has been read: roles, fields, steps, outcomes, clocks. Frozen, plain, complete."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wangdan.procedures.rules.conditions import Condition
from wangdan.procedures.rules.durations import Duration, Instant
from wangdan.procedures.rules.marks import Mark, Node
from wangdan.procedures.rules.types import Scope, Type, ValueSet


@dataclass(frozen=True)
class Role:
    """Who takes part.

    `per_case`: one person is chosen for each case; `own`: people of the organisation the case belongs to; `outside`: somebody without an
    account, by a link; `skill`: what its people must have a valid certificate for.
    """

    key: str
    title: str
    per_case: bool = False
    own: bool = False
    outside: bool = False
    skill: str = ""


@dataclass(frozen=True)
class Field:
    """One thing to fill in. `kind` as in `values.KINDS`; `low`/`high` bound numbers (money in minor units), `longest` counts characters.

    `see` and `edit` name the roles that may, nobody named means everybody; `show` and `required` are asked anew whenever something changes.
    """

    key: str
    kind: str
    label: str
    type: Type
    of: ValueSet | None = None
    procedure: str = ""
    many: bool = False
    low: int | None = None
    high: int | None = None
    longest: int = 200
    private: bool = False
    unique_open: bool = False
    default: str = ""
    fixed: bool = False
    show: Condition | None = None
    required: Condition | None = None
    always: bool = False
    """Required whatever else is filled in."""
    compute: Condition | None = None
    where: Condition | None = None
    """Which rows of its value set may be chosen."""
    future: bool = False
    past: bool = False
    see: frozenset[str] = frozenset()
    edit: frozenset[str] = frozenset()
    widget: str = ""
    help: str = ""
    unit: str = ""
    suggest: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """What must hold, and what is said when it does not."""

    need: Condition
    say: str


@dataclass(frozen=True)
class Table:
    """Lines that are added one after the other."""

    key: str
    title: str
    columns: Mapping[str, Field]
    least: int = 0
    most: int = 100
    check: tuple[Rule, ...] = ()
    check_all: tuple[Rule, ...] = ()
    see: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Slot:
    """Where files are attached: of which kinds, how many, how large (MB)."""

    key: str
    label: str
    kinds: tuple[str, ...]
    most: int = 10
    mb: int = 20
    see: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Contacts:
    """How the outside is spoken to: channels, how a talk ends, hours without calls, how many a day, what ends all calling."""

    channels: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    quiet: tuple[int, int] | None = None
    """Minutes of the local day between which nobody is called."""
    per_day: int = 0
    stop_on: str = ""
    phone: str = ""
    """The field with the number."""


@dataclass(frozen=True)
class Ask:
    """A field, table or slot that a step asks for."""

    name: str
    needed: bool


@dataclass(frozen=True)
class Spawn:
    """A case of another trade that begins: which of its fields get which of ours (`self` is the number of this case)."""

    procedure: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Effect:
    """Something that other modules do in the same transaction, with conditions worked out on the case, names and plain words."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How a step may end, and what follows."""

    key: str
    label: str
    ask: tuple[Ask, ...] = ()
    need: Condition | None = None
    say: str = ""
    then: tuple[str, ...] = ()
    end: str = ""
    freeze: frozenset[str] = frozenset()
    unfreeze: frozenset[str] = frozenset()
    void: tuple[str, ...] = ()
    spawn: tuple[Spawn, ...] = ()
    do: tuple[Effect, ...] = ()
    unchecked: bool = False
    """May be chosen while checks of the step are open."""
    danger: bool = False


@dataclass(frozen=True)
class Assign:
    """Who gets the steps of a `per_case` role from here on: by hand or by the rules, in this order."""

    role: str
    by: tuple[str, ...]
    max_open: int = 0


@dataclass(frozen=True)
class Offer:
    """A step that is offered to several people at once; the first who accepts has it."""

    role: str
    by: tuple[str, ...]
    wave: int
    waves: int
    expires: Duration
    accept: str
    nobody: str


@dataclass(frozen=True)
class Step:
    """A piece of work of one role."""

    key: str
    title: str
    by: str
    outcomes: Mapping[str, Outcome]
    start: bool = False
    helpers: tuple[str, ...] = ()
    ask: tuple[Ask, ...] = ()
    form: Mapping[str, Field] = field(default_factory=dict)
    checks: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    """Steps that open together with this one."""
    assign: Assign | None = None
    offer: Offer | None = None
    not_by: tuple[str, ...] = ()
    """Steps whose last doer may not do this one."""
    help: str = ""


@dataclass(frozen=True)
class Happening:
    """An event that clocks start and stop at: `case.closed`, `consult.open`, `consult.done`, `consult.visit`, `contact.any`, `file.plan`."""

    of: str
    what: str

    @property
    def text(self) -> str:
        """As in the file."""
        return f"{self.of}.{self.what}"


@dataclass(frozen=True)
class Rung:
    """What a clock does at an instant: remind, escalate or notify roles, give the work to somebody else, open or end a step."""

    at: Instant
    remind: tuple[str, ...] = ()
    escalate: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    reassign: bool = False
    open: str = ""
    act: tuple[str, str] | None = None

    @property
    def key(self) -> str:
        """What it is called: its instant as written."""
        return self.at.text


@dataclass(frozen=True)
class Clock:
    """A deadline: within a time, before a date, or every so often."""

    key: str
    title: str
    starts: Happening
    within: Duration | None = None
    setting: str = ""
    """The setting that says within which time, in place of `within`."""
    days: Condition | None = None
    hours: Condition | None = None
    before: str = ""
    by: Duration | None = None
    every: Duration | None = None
    opens: str = ""
    wall: bool = False
    calendar: str = ""
    when: Condition | None = None
    stops: tuple[Happening, ...] = ()
    until: Happening | None = None
    pause: tuple[str, ...] = ()
    rungs: tuple[Rung, ...] = ()


@dataclass(frozen=True)
class Setting:
    """A limit of the trade that its administrators change without a new version: a duration or a whole number."""

    key: str
    label: str
    kind: str
    default: Duration | int


@dataclass(frozen=True)
class Macro:
    """A text that is sent often."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Pages:
    """Columns of the list, its filters, columns of the board, papers to print."""

    list: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    board: str = "step"
    print: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """A test in the file: what is done from when on, and what must have come of it."""

    name: str
    mark: Mark
    at: str
    do: tuple[tuple[str, Node | None, Mark], ...]
    given: Node | None
    expect: Mapping[str, Node]


@dataclass(frozen=True)
class Migration:
    """How running cases of an older version go on with this one."""

    since: int
    steps: Mapping[str, str]
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Definition:
    """A trade."""

    key: str
    version: int
    title: str
    calendar: str
    subject: str
    source: str
    sha256: str
    help: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)
    values: Mapping[str, ValueSet] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)
    lines: Mapping[str, Table] = field(default_factory=dict)
    attachments: Mapping[str, Slot] = field(default_factory=dict)
    contacts: Contacts | None = None
    steps: Mapping[str, Step] = field(default_factory=dict)
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    macros: Mapping[str, Macro] = field(default_factory=dict)
    hears: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """What happens outside (`paid`, `shipped`, `delivered`, …) → the steps it ends, with the outcome."""
    pages: Pages = Pages()
    tests: tuple[Trial, ...] = ()
    migrate: Migration | None = None
    scope: Scope | None = None

    @property
    def start(self) -> Step:
        """The step every case begins with."""
        return next(step for step in self.steps.values() if step.start)

    @property
    def ends(self) -> tuple[str, ...]:
        """How a case may end, in the order of the file."""
        return tuple(dict.fromkeys(outcome.end for step in self.steps.values() for outcome in step.outcomes.values() if outcome.end))
