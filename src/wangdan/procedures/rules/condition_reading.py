"""Finds what the names in a condition mean, gathers what it reads and everything that is wrong with it."""

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field

from wangdan.procedures.rules import condition_syntax as syntax
from wangdan.procedures.rules.condition_types import BROKEN, Part, Trouble
from wangdan.procedures.rules.condition_values import reader
from wangdan.procedures.rules.marks import meant
from wangdan.procedures.rules.types import Scope, Type


@dataclass
class Reads:
    """What a condition reads of the case, what is wrong with it, and how large it has become."""

    names: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    slots: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)
    procedures: set[str] = field(default_factory=set)
    settings: set[str] = field(default_factory=set)
    clock: bool = False
    troubles: list[Trouble] = field(default_factory=list)
    nodes: int = 0


class Reading(ABC):
    """One text being compiled: the whole condition, or a quoted one that looks at a row of a table."""

    def __init__(self, source: syntax.Source, scope: Scope, reads: Reads, table: str = "") -> None:
        """`table` is the one whose row a quoted condition looks at."""
        self.source = source
        self.scope = scope
        self.reads = reads
        self.table = table

    @abstractmethod
    def part(self, node: ast.expr) -> Part:
        """Compile one node."""

    @abstractmethod
    def again(self, source: syntax.Source, scope: Scope, table: str) -> "Reading":
        """The same kind of reading for a text within this one."""

    def fault(self, node: ast.expr, code: str, message: str) -> Part:
        """Report a piece that is wrong."""
        column, length = self.source.span(node)
        return self.fault_at(column, length, code, message)

    def fault_at(self, column: int, length: int, code: str, message: str) -> Part:
        """Report a place of the whole text that is wrong."""
        self.reads.troubles.append(Trouble(column, length, code, message))
        return BROKEN

    def row_part(self, node: ast.expr, table: str, usage: str) -> Part:
        """Compile a quoted text that looks at each row of a table."""
        word = self.quoted(node, usage)
        if word is None:
            return BROKEN
        base = self.source.span(node)[0] + 1
        tree = syntax.parse(word, base, self.reads.nodes)
        if isinstance(tree, Trouble):
            self.reads.troubles.append(tree)
            return BROKEN
        source, inner, self.reads.nodes = tree
        return self.again(source, self.scope.within(table), table).part(inner)

    def quoted(self, node: ast.expr, usage: str) -> str | None:
        """The letters of a quoted argument."""
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            self.fault(node, "E205", f"this argument is written in quotes: {usage}")
            return None
        word = syntax.string(self.source, node)
        if word is None:
            self.fault(node, "E202", "a text is written in one pair of plain quotes")
        return word

    def name(self, node: ast.Name) -> Part:
        """A field of the case or a column of the row."""
        word, row, scope = node.id, self.scope.row, self.scope
        if row is not None and word in row:
            self.reads.columns.add(f"{self.table}.{word}" if self.table else word)
            return _column(word, row[word])
        if word in scope.fields:
            self.reads.names.add(word)
            return _field(word, scope.fields[word])
        if word in scope.tables:
            return self.fault(node, "E204", f"'{word}' is a table, not a value: count({word}) or filled({word})")
        if word in scope.slots:
            return self.fault(node, "E204", f"'{word}' is an attachment, not a value: files({word}) or filled({word})")
        return self.unknown(node, "name", word, self.known())

    def known(self) -> list[str]:
        """The fields and columns that can be named here."""
        return [*(self.scope.row or {}), *self.scope.fields]

    def unknown(self, node: ast.expr, what: str, word: str, known: Iterable[str]) -> Part:
        """Report a name that nothing carries, with the one that was meant."""
        return self.fault(node, "E203", f"unknown {what} '{word}'{meant(word, known)}")

    def attribute(self, node: ast.Attribute) -> Part:
        """A column of a value set, or a setting."""
        if isinstance(node.value, ast.Name) and node.value.id == "setting":
            return self._setting(node)
        base = self.part(node.value)
        if base.broken:
            return BROKEN
        values = base.type.of
        if values is None:
            return self.fault(node, "E202", f"{base.type} has no columns; only a choice has, and setting")
        if base.type.many:
            return self.fault(node, "E204", f"{base.type} has many values, '{node.attr}' is asked of one")
        if node.attr not in values.columns:
            column, length = self._tail(node)
            hint = meant(node.attr, values.columns)
            return self.fault_at(column, length, "E203", f"unknown column '{node.attr}' of {values.key}{hint}")
        kind = values.columns[node.attr]
        read = reader(kind)
        known = {code: read(row.get(node.attr)) for code, row in values.rows.items()}
        run, empty = base.run, read(None)
        return Part(kind, lambda world, row: known.get(run(world, row), empty))

    def _setting(self, node: ast.Attribute) -> Part:
        word = node.attr
        if word not in self.scope.settings:
            column, length = self._tail(node)
            return self.fault_at(column, length, "E203", f"unknown setting '{word}'{meant(word, self.scope.settings)}")
        self.reads.settings.add(word)
        kind = self.scope.settings[word]
        read = reader(kind)
        return Part(kind, lambda world, _row: read(world.settings.get(word)))

    def _tail(self, node: ast.Attribute) -> tuple[int, int]:
        """Where the word after the dot stands."""
        column, length = self.source.span(node)
        letters = min(len(node.attr), length)
        return column + length - letters, letters


def _field(word: str, kind: Type) -> Part:
    read = reader(kind)
    return Part(kind, lambda world, _row: read(world.values.get(word)))


def _column(word: str, kind: Type) -> Part:
    read = reader(kind)
    return Part(kind, lambda _world, row: read(row.get(word)))
