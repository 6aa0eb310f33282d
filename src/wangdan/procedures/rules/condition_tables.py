"""The functions of conditions that look at the rows of a table."""

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

from wangdan.procedures.rules.condition_reading import Reading
from wangdan.procedures.rules.condition_types import BOOL, BROKEN, NUMBER, ORDERED, Part, Row, Run, World
from wangdan.procedures.rules.condition_values import reader
from wangdan.procedures.rules.marks import meant
from wangdan.procedures.rules.types import Type, ValueSet


def count(reading: Reading, call: ast.Call) -> Part:
    """How many rows there are, or how many of them hold."""
    table = _table(reading, call)
    if table is None:
        return BROKEN
    if len(call.args) == 1:
        return Part(NUMBER, lambda world, _row: len(world.lines.get(table) or ()))
    test = _test(reading, call, table)
    return Part(NUMBER, lambda world, _row: sum(1 for row in world.lines.get(table) or () if test(world, row)))


def _over_rows(judge: Callable[[Iterable[bool]], bool]) -> Callable[[Reading, ast.Call], Part]:
    """A function that judges a table by a condition on its rows."""

    def compiled(reading: Reading, call: ast.Call) -> Part:
        table = _table(reading, call)
        if table is None:
            return BROKEN
        test = _test(reading, call, table)
        return Part(BOOL, lambda world, _row: judge(test(world, row) for row in world.lines.get(table) or ()))

    return compiled


every = _over_rows(all)
"""Whether each row holds; without rows it does."""
some = _over_rows(any)
"""Whether some row holds."""


def total(reading: Reading, call: ast.Call) -> Part:
    """The sum over the rows that have a value."""
    found = _measured(reading, call, frozenset({"number", "money"}), "number or money")
    if found is None:
        return BROKEN
    kind, values = found

    def run(world: World, _row: Row) -> Any:
        try:
            return sum(values(world))
        except ArithmeticError:
            return None

    return Part(kind, run)


def _extreme(choose: Callable[..., Any]) -> Callable[[Reading, ast.Call], Part]:
    """A function that picks one value among the rows; missing when no row has one."""

    def compiled(reading: Reading, call: ast.Call) -> Part:
        found = _measured(reading, call, ORDERED, "number, money, date or datetime")
        if found is None:
            return BROKEN
        kind, values = found
        return Part(kind, lambda world, _row: choose(values(world), default=None))

    return compiled


least = _extreme(min)
"""The smallest value among the rows."""
most = _extreme(max)
"""The largest value among the rows."""


def unique(reading: Reading, call: ast.Call) -> Part:
    """Whether no combination occurs twice; of a list each element counts, a row that lacks a value does not."""
    table = _table(reading, call)
    columns = [_column(reading, node, table) for node in call.args[1:]] if table is not None else []
    if table is None or None in columns:
        return BROKEN
    reads = [_elements(*each) for each in columns if each]

    def run(world: World, _row: Row) -> bool:
        rows = world.lines.get(table) or ()
        seen = Counter(combination for row in rows for combination in product(*(read(row) for read in reads)))
        return all(times == 1 for times in seen.values())

    return Part(BOOL, run)


def contiguous(reading: Reading, call: ast.Call) -> Part:
    """Whether the rows of each group, taken together, stand side by side in one arch."""
    table = _table(reading, call)
    if table is None:
        return BROKEN
    by, column = _column(reading, call.args[1], table), _column(reading, call.args[2], table)
    if by is None or column is None:
        return BROKEN
    if by[1].many:
        return reading.fault(call.args[1], "E205", f"contiguous() groups by one value, '{by[0]}' is {by[1]}")
    values = _along(reading, call.args[2], column[1], "contiguous")
    if values is None:
        return BROKEN
    group, read = _elements(*by), _elements(*column)

    def run(world: World, _row: Row) -> bool:
        groups: dict[Any, set[str]] = {}
        for row in world.lines.get(table) or ():
            for key in group(row):
                groups.setdefault(key, set()).update(read(row))
        return all(_side_by_side(values, codes) for codes in groups.values())

    return Part(BOOL, run)


def same_arch(reading: Reading, call: ast.Call) -> Part:
    """Whether all teeth of a row lie in one arch; without teeth they do."""
    node = call.args[0]
    if not isinstance(node, ast.Name):
        return reading.fault(node, "E205", "same_arch() takes a column of teeth")
    part = reading.part(node)
    values = _along(reading, node, part.type, "same_arch")
    if values is None:
        return BROKEN
    arch, run, many = values.arch or {}, part.run, part.type.many

    def one_arch(world: World, row: Row) -> bool:
        found = run(world, row)
        codes = found if many else (found,)
        return len({arch.get(code) for code in codes}) <= 1

    return Part(BOOL, one_arch)


def _side_by_side(values: ValueSet, codes: set[str]) -> bool:
    order, arch = values.order or {}, values.arch or {}
    places = {order.get(code) for code in codes}
    if None in places or len({arch.get(code) for code in codes}) > 1:
        return False
    known = [place for place in places if place is not None]
    return not known or max(known) - min(known) + 1 == len(known)


def _table(reading: Reading, call: ast.Call) -> str | None:
    """The table that the first argument names."""
    node, name = call.args[0], call.func.id if isinstance(call.func, ast.Name) else ""
    if not isinstance(node, ast.Name):
        reading.fault(node, "E205", f"{name}() looks at a table, this is none")
        return None
    if node.id in reading.scope.tables:
        reading.reads.tables.add(node.id)
        return node.id
    if node.id in reading.known():
        kind = (reading.scope.row or {}).get(node.id) or reading.scope.fields[node.id]
        reading.fault(node, "E205", f"{name}() looks at a table, '{node.id}' is {kind}")
    else:
        reading.unknown(node, "table", node.id, reading.scope.tables)
    return None


def _test(reading: Reading, call: ast.Call, table: str) -> Run:
    """The condition on a row, from the second argument."""
    node, name = call.args[1], call.func.id if isinstance(call.func, ast.Name) else ""
    part = reading.row_part(node, table, f"{name}(table, 'condition')")
    if not part.broken and part.type != BOOL:
        column, length = reading.source.span(node)
        reading.fault_at(column + 1, length - 2, "E206", f"a condition on a row is bool, this is {part.type}")
    return part.run


def _measured(reading: Reading, call: ast.Call, kinds: frozenset[str], wanted: str) -> tuple[Type, Callable[[World], Iterable[Any]]] | None:
    """The values of an expression over the rows, those that are missing left out."""
    table = _table(reading, call)
    if table is None:
        return None
    node, name = call.args[1], call.func.id if isinstance(call.func, ast.Name) else ""
    part = reading.row_part(node, table, f"{name}(table, 'expression')")
    if part.broken:
        return None
    if part.type.kind not in kinds or part.type.many:
        column, length = reading.source.span(node)
        reading.fault_at(column + 1, length - 2, "E206", f"this needs {wanted}, not {part.type}")
        return None
    run = part.run

    def values(world: World) -> Iterable[Any]:
        found = (run(world, row) for row in world.lines.get(table) or ())
        return (value for value in found if value is not None)

    return part.type, values


def _column(reading: Reading, node: ast.expr, table: str) -> tuple[str, Type] | None:
    """The column that a quoted argument names."""
    word = reading.quoted(node, "unique(table, 'column')")
    if word is None:
        return None
    columns: Mapping[str, Type] = reading.scope.tables[table]
    if word not in columns:
        column, length = reading.source.span(node)
        reading.fault_at(column + 1, length - 2, "E203", f"unknown column '{word}' of {table}{meant(word, columns)}")
        return None
    reading.reads.columns.add(f"{table}.{word}")
    return word, columns[word]


def _elements(word: str, kind: Type) -> Callable[[Row], tuple[Any, ...]]:
    """The values of a column in a row as a tuple: each of a list, one, or none."""
    read = reader(kind)
    if kind.many:
        return lambda row: read(row.get(word))
    return lambda row: () if (value := read(row.get(word))) is None else (value,)


def _along(reading: Reading, node: ast.expr, kind: Type, name: str) -> ValueSet | None:
    """The value set of a column whose codes have a place along an arch."""
    if kind.kind == "null":
        return None
    if kind.of is None or kind.of.order is None or kind.of.arch is None:
        reading.fault(node, "E205", f"{name}() needs values that stand along an arch, this is {kind}")
        return None
    return kind.of
