"""The parts a condition is compiled into, the world it looks at, and which types go together."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from wangdan.procedures.rules.marks import meant
from wangdan.procedures.rules.types import Type

MINOR = 100
"""Minor units of one yuan: a number written next to money means yuan."""

NUMBER, MONEY, BOOL, TEXT, DATE, NOTHING = (Type("number"), Type("money"), Type("bool"), Type("text"), Type("date"), Type("null"))
ORDERED = frozenset({"number", "money", "date", "datetime"})
_COMPARED = ORDERED | {"text", "bool", "duration", "choice", "person", "org", "case"}

Row = Mapping[str, Any]


class World(Protocol):
    """What a condition sees of a case. All values are canonical JSON; `now` is aware and stands in the zone of the case's calendar."""

    @property
    def values(self) -> Mapping[str, Any]:
        """Field → value."""

    @property
    def lines(self) -> Mapping[str, Sequence[Row]]:
        """Table → rows."""

    @property
    def files(self) -> Mapping[str, int]:
        """Attachment slot → number of files."""

    @property
    def contacts(self) -> Mapping[str, int]:
        """Channel or outcome → number of contacts."""

    @property
    def today(self) -> date:
        """The calendar day."""

    @property
    def now(self) -> datetime:
        """The instant."""

    @property
    def rounds(self) -> Mapping[str, int]:
        """Step → finished rounds."""

    @property
    def outcomes(self) -> Mapping[str, str]:
        """Step → its last outcome."""

    @property
    def cases(self) -> Mapping[str, int]:
        """Procedure → open cases that belong to this one."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Setting → value."""


Run = Callable[[World, Row], Any]


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong with a condition: where in its text, and what."""

    column: int
    """Letters before it in the whole text."""
    length: int
    code: str
    message: str


class ConditionError(Exception):
    """A condition that cannot be used, with everything that is wrong with it, in reading order."""

    def __init__(self, text: str, troubles: Iterable[Trouble]) -> None:
        """Keep the troubles sorted by where they stand."""
        self.text = text
        self.troubles = sorted(troubles, key=lambda each: (each.column, each.code))
        super().__init__("; ".join(f"{each.column} {each.code} {each.message}" for each in self.troubles))


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a condition: its type and how its value is found. A constant's value is known already."""

    type: Type
    run: Run
    const: bool = False
    value: Any = None

    @property
    def broken(self) -> bool:
        """Whether it was not understood; it has been reported, so nothing more is said about it."""
        return self.type.kind == "null"


BROKEN = Part(NOTHING, lambda _world, _row: None)
FALSE = Part(BOOL, lambda _world, _row: False)


def constant(kind: Type, value: Any) -> Part:
    """A value that stands in the text."""
    return Part(kind, lambda _world, _row: value, const=True, value=value)


def as_money(part: Part) -> Part:
    """A number next to money, read as yuan."""
    return constant(MONEY, part.value * MINOR)


def is_money(part: Part) -> bool:
    """Whether it is one sum of money."""
    return part.type == MONEY


def is_number(part: Part) -> bool:
    """Whether it is one number."""
    return part.type == NUMBER


def matched(left: Part, right: Part) -> tuple[Part, Part] | None:
    """Both sides of a comparison in the same measure; nothing when they cannot be compared."""
    if left.type.many or right.type.many:
        return None
    if is_money(left) and is_number(right) and right.const:
        return left, as_money(right)
    if is_number(left) and left.const and is_money(right):
        return as_money(left), right
    if is_code(left, right) or is_code(right, left) or (_same(left.type, right.type)):
        return left, right
    return None


def _same(left: Type, right: Type) -> bool:
    if left.kind != right.kind or left.kind not in _COMPARED:
        return False
    return (left.of.key if left.of else None) == (right.of.key if right.of else None)


def is_code(choice: Part, word: Part) -> bool:
    """Whether a choice stands next to a quoted word that should be one of its codes."""
    return choice.type.kind == "choice" and word.type == TEXT and word.const


def unknown_code(choice: Part, word: Part) -> str:
    """What to say about a quoted word that is none of the choice's codes; empty when it is one."""
    values = choice.type.of
    if not is_code(choice, word) or values is None or word.value in values.codes:
        return ""
    return f"unknown value {word.value!r} of {values.key}{meant(word.value, values.codes)}"


def comparison(test: Callable[[Any, Any], bool], left: Part, right: Part) -> Run:
    """A comparison; it is false as soon as one side is missing."""
    one, other, fixed = left.run, right.run, right.value
    if right.const:
        return lambda world, row: (value := one(world, row)) is not None and test(value, fixed)

    def compare(world: World, row: Row) -> bool:
        first = one(world, row)
        second = other(world, row)
        return first is not None and second is not None and test(first, second)

    return compare


TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
}
