"""The functions that a condition may call: how they are used, what they read, what they answer."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from wangdan.procedures.rules import condition_tables as tables
from wangdan.procedures.rules.condition_reading import Reading, Reads
from wangdan.procedures.rules.condition_types import BOOL, BROKEN, DATE, NUMBER, Part, Row, Run, World
from wangdan.procedures.rules.condition_values import is_filled
from wangdan.procedures.rules.marks import meant
from wangdan.procedures.rules.types import Scope, Type, ValueSet


@dataclass(frozen=True)
class Function:
    """A function: how it is compiled, how many arguments it takes, how it is written."""

    compile: Callable[[Reading, ast.Call], Part]
    least: int
    most: int
    usage: str


def call(reading: Reading, node: ast.Call) -> Part:
    """Compile a call of one of the functions."""
    if not isinstance(node.func, ast.Name):
        return reading.fault(node.func, "E202", "only the functions of conditions can be called, by their names")
    name = node.func.id
    if name not in FUNCTIONS:
        return reading.unknown(node.func, "function", name, FUNCTIONS)
    function = FUNCTIONS[name]
    if node.keywords or any(isinstance(each, ast.Starred) for each in node.args):
        return reading.fault(node, "E205", f"{name}() takes its arguments plainly: {function.usage}")
    given = len(node.args)
    if not function.least <= given <= function.most:
        if function.most > _MANY - 1:
            wanted = f"at least {function.least}"
        else:
            wanted = " or ".join(str(each) for each in range(function.least, function.most + 1))
        return reading.fault(node, "E205", f"{name}() takes {wanted} argument(s), not {given}: {function.usage}")
    return function.compile(reading, node)


def _filled(reading: Reading, node: ast.Call) -> Part:
    """Whether a field has a value, a table a row, a slot a file."""
    what = node.args[0]
    if isinstance(what, ast.Attribute):
        part = reading.part(what)
        run = part.run
        return BROKEN if part.broken else Part(BOOL, lambda world, row: is_filled(run(world, row)))
    if not isinstance(what, ast.Name):
        return reading.fault(what, "E205", "filled() takes a field, a table or an attachment")
    return _filled_name(reading, what)


def _filled_name(reading: Reading, node: ast.Name) -> Part:
    word, scope = node.id, reading.scope
    if word in reading.known():
        reading.part(node)
        if scope.row is not None and word in scope.row:
            return Part(BOOL, lambda _world, row: is_filled(row.get(word)))
        return Part(BOOL, lambda world, _row: is_filled(world.values.get(word)))
    if word in scope.tables:
        reading.reads.tables.add(word)
        return Part(BOOL, lambda world, _row: bool(world.lines.get(word)))
    if word in scope.slots:
        reading.reads.slots.add(word)
        return Part(BOOL, lambda world, _row: world.files.get(word, 0) > 0)
    return reading.unknown(node, "name", word, [*reading.known(), *scope.tables, *scope.slots])


def _how_many(
    what: str, known: Callable[[Scope], frozenset[str]], reads: Callable[[Reads], set[str]], counts: Callable[[World], Mapping[str, int]]
) -> Callable[[Reading, ast.Call], Part]:
    """A function that takes one name and answers how many there are: files, contacts, open cases, finished rounds."""

    def compiled(reading: Reading, node: ast.Call) -> Part:
        word = _word(reading, node, known(reading.scope), what)
        if word is None:
            return BROKEN
        reads(reading.reads).add(word)
        return Part(NUMBER, lambda world, _row: counts(world).get(word, 0))

    return compiled


_files = _how_many("attachment", lambda scope: scope.slots, lambda reads: reads.slots, lambda world: world.files)
_contacts = _how_many("channel or outcome of contacts", lambda scope: scope.contacts, lambda reads: reads.contacts, lambda world: world.contacts)
_cases = _how_many("procedure", lambda scope: scope.procedures, lambda reads: reads.procedures, lambda world: world.cases)
_rounds = _how_many("step", lambda scope: scope.steps, lambda reads: reads.steps, lambda world: world.rounds)


def _outcome(reading: Reading, node: ast.Call) -> Part:
    """How a step ended the last time."""
    word = _word(reading, node, reading.scope.steps, "step")
    if word is None:
        return BROKEN
    reading.reads.steps.add(word)
    codes = tuple(sorted(reading.scope.outcomes.get(word, ())))
    return Part(Type("choice", ValueSet(f"outcomes of {word}", codes)), lambda world, _row: world.outcomes.get(word))


def _today(reading: Reading, _node: ast.Call) -> Part:
    """The calendar day."""
    reading.reads.clock = True
    return Part(DATE, lambda world, _row: world.today)


def _days_to(reading: Reading, node: ast.Call) -> Part:
    """Calendar days from today; negative for what has passed."""
    part = _moment(reading, node, ("date", "datetime"))
    if part is None:
        return BROKEN
    day = part.run if part.type.kind == "date" else _local_day(part.run)

    def run(world: World, row: Row) -> int | None:
        found = day(world, row)
        return None if found is None else int((found - world.today).days)

    return Part(NUMBER, run)


def _local_day(instant: Run) -> Run:
    def run(world: World, row: Row) -> date | None:
        found: datetime | None = instant(world, row)
        try:
            return None if found is None else found.astimezone(world.now.tzinfo).date()
        except ArithmeticError:  # the first or last day of the calendar
            return None

    return run


def _minutes_since(reading: Reading, node: ast.Call) -> Part:
    """Whole minutes that have passed; negative for what is to come."""
    part = _moment(reading, node, ("datetime",))
    if part is None:
        return BROKEN
    instant = part.run

    def run(world: World, row: Row) -> int | None:
        found = instant(world, row)
        if found is None:
            return None
        passed = world.now - found
        return int(passed.days * 1440 + passed.seconds // 60)

    return Part(NUMBER, run)


def _moment(reading: Reading, node: ast.Call, kinds: tuple[str, ...]) -> Part | None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    part = reading.part(node.args[0])
    reading.reads.clock = True
    if part.broken:
        return None
    if part.type.kind not in kinds or part.type.many:
        reading.fault(node.args[0], "E205", f"{name}() takes a {' or a '.join(kinds)}, not {part.type}")
        return None
    return part


def _word(reading: Reading, node: ast.Call, known: frozenset[str], what: str) -> str | None:
    """The name of a slot, step, channel or procedure; it may be quoted, for Python's own words such as pass."""
    name, given = node.func.id if isinstance(node.func, ast.Name) else "", node.args[0]
    if isinstance(given, ast.Name):
        word = given.id
    elif isinstance(given, ast.Constant) and isinstance(given.value, str):
        word = given.value
    else:
        reading.fault(given, "E205", f"{name}() takes one name: {FUNCTIONS[name].usage}")
        return None
    if word in known:
        return word
    reading.fault(given, "E203", f"unknown {what} '{word}'{meant(word, known)}")
    return None


_MANY = 20
FUNCTIONS: Mapping[str, Function] = {
    "filled": Function(_filled, 1, 1, "filled(field)"),
    "count": Function(tables.count, 1, 2, "count(table, 'condition')"),
    "files": Function(_files, 1, 1, "files(attachment)"),
    "contacts": Function(_contacts, 1, 1, "contacts(channel)"),
    "days_to": Function(_days_to, 1, 1, "days_to(date)"),
    "today": Function(_today, 0, 0, "today()"),
    "sum": Function(tables.total, 2, 2, "sum(table, 'expression')"),
    "min": Function(tables.least, 2, 2, "min(table, 'expression')"),
    "max": Function(tables.most, 2, 2, "max(table, 'expression')"),
    "all": Function(tables.every, 2, 2, "all(table, 'condition')"),
    "any": Function(tables.some, 2, 2, "any(table, 'condition')"),
    "unique": Function(tables.unique, 2, _MANY, "unique(table, 'column', …)"),
    "contiguous": Function(tables.contiguous, 3, 3, "contiguous(table, 'by', 'column')"),
    "same_arch": Function(tables.same_arch, 1, 1, "same_arch(column)"),
    "rounds": Function(_rounds, 1, 1, "rounds(step)"),
    "outcome": Function(_outcome, 1, 1, "outcome(step)"),
    "cases": Function(_cases, 1, 1, "cases(procedure)"),
    "minutes_since": Function(_minutes_since, 1, 1, "minutes_since(datetime)"),
}
