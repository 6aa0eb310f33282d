"""What the fields of a procedure can hold, and which names its conditions may use."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Kind = Literal["text", "number", "money", "bool", "date", "datetime", "duration", "choice", "person", "org", "case", "file", "null", "table"]
"""A score is a number; null is the kind of what could not be understood."""


@dataclass(frozen=True)
class ValueSet:
    """The answers a choice can have, what is known about each, and for teeth where they stand."""

    key: str
    codes: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, "Type"] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    order: Mapping[str, int] | None = None
    """The place of a code along its arch."""
    arch: Mapping[str, str] | None = None
    """The arch a code stands in."""


@dataclass(frozen=True)
class Type:
    """The kind of a value; `of` names the answers of a choice, `many` a list of them."""

    kind: Kind
    of: ValueSet | None = None
    many: bool = False

    def __str__(self) -> str:
        """As a person calls it in a message."""
        one = f"choice of {self.of.key}" if self.of else self.kind
        return f"list of {one}" if self.many else one


@dataclass(frozen=True)
class Scope:
    """Every name that a condition may use at the place where it is written."""

    fields: Mapping[str, Type] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    slots: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    """Channels and outcomes of contacts."""
    steps: frozenset[str] = frozenset()
    outcomes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    procedures: frozenset[str] = frozenset()
    settings: Mapping[str, Type] = field(default_factory=dict)
    row: Mapping[str, Type] | None = None
    """The columns of the row that is looked at; they hide fields of the same name."""

    def within(self, table: str) -> "Scope":
        """The names that hold while one row of the table is looked at."""
        return replace(self, row=self.tables[table])
