"""The conditions of procedures: little expressions, checked when a procedure is loaded, answered for a case later.

A missing value makes every comparison false and every sum, difference, product or quotient missing; `not` turns such a false
into true, so `not (budget < 5)` holds for a case without a budget: write `filled(budget) and …` where that matters. `!=` and
`not in` are comparisons too. A missing bool is false, a missing list is empty, rows without a value are left out of sum, min
and max, and the smallest of nothing is missing.

Money is reckoned exactly and rounded once, when it is the result. A number written next to money in a comparison, sum or
difference means yuan: `deposit >= 100`. A factor or divisor is a plain number: `estimate * 0.7`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wangdan.procedures.rules import condition_syntax as syntax
from wangdan.procedures.rules.condition_reading import Reads
from wangdan.procedures.rules.condition_tree import Tree
from wangdan.procedures.rules.condition_types import NUMBER, ConditionError, Part, Row, Run, Trouble, World, as_money
from wangdan.procedures.rules.condition_values import Reader, writer
from wangdan.procedures.rules.types import Scope, Type

__all__ = ["Condition", "ConditionError", "Trouble", "World", "compile_condition"]

_NO_ROW: Row = {}


@dataclass(frozen=True)
class Condition:
    """A condition that has been checked: its type, everything it reads, and its answer for a case."""

    text: str
    type: Type
    names: frozenset[str]
    """Fields of the case."""
    columns: frozenset[str]
    """Columns: bare ones of the row it is asked about, `table.column` of rows it looks through."""
    tables: frozenset[str]
    slots: frozenset[str]
    steps: frozenset[str]
    contacts: frozenset[str]
    procedures: frozenset[str]
    settings: frozenset[str]
    clock: bool
    """Whether the answer changes by itself as time passes."""
    run: Run = field(repr=False, compare=False)
    keep: Reader = field(repr=False, compare=False)

    def value(self, world: World, row: Mapping[str, Any] | None = None) -> Any:
        """The answer for a case, for one row of it where the condition speaks of a row: a canonical value, None when missing."""
        return self.keep(self.run(world, _NO_ROW if row is None else row))


def compile_condition(text: str, scope: Scope, *, wants: str | None = "bool") -> Condition:
    """Check a condition against the names that hold where it is written; raises ConditionError with everything wrong with it.

    `wants` is the kind its answer must have; a choice will do for a text and a plain number for money (in yuan).
    """
    reads = Reads(troubles=syntax.foreign(text))
    part = None if reads.troubles else _read(text, scope, reads)
    if part is not None and not reads.troubles:
        part = _wanted(text, part, wants, reads)
    if part is None or reads.troubles:
        raise ConditionError(text, reads.troubles)
    return Condition(
        text=text,
        type=part.type,
        names=frozenset(reads.names),
        columns=frozenset(reads.columns),
        tables=frozenset(reads.tables),
        slots=frozenset(reads.slots),
        steps=frozenset(reads.steps),
        contacts=frozenset(reads.contacts),
        procedures=frozenset(reads.procedures),
        settings=frozenset(reads.settings),
        clock=reads.clock,
        run=part.run,
        keep=writer(part.type),
    )


def _read(text: str, scope: Scope, reads: Reads) -> Part | None:
    tree = syntax.parse(text, 0, 0)
    if isinstance(tree, Trouble):
        reads.troubles.append(tree)
        return None
    source, node, reads.nodes = tree
    return Tree(source, scope, reads).part(node)


def _wanted(text: str, part: Part, wants: str | None, reads: Reads) -> Part:
    """The result in the kind that is wanted."""
    kind = part.type.kind
    if wants == "money" and part.type == NUMBER and part.const:
        return as_money(part)
    if wants is None or (not part.type.many and (kind == wants or (wants == "text" and kind == "choice"))):
        return part
    reads.troubles.append(Trouble(0, len(text), "E206", f"the result should be {wants}, it is {part.type}"))
    return part
