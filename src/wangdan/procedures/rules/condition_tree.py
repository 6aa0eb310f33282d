"""Compiles the tree of a condition, node by node: operators, comparisons, lists."""

import ast
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from wangdan.procedures.rules import condition_syntax as syntax
from wangdan.procedures.rules.condition_functions import call
from wangdan.procedures.rules.condition_reading import Reading
from wangdan.procedures.rules.condition_types import (
    BOOL,
    BROKEN,
    FALSE,
    MONEY,
    NUMBER,
    ORDERED,
    TESTS,
    TEXT,
    Part,
    Row,
    Run,
    World,
    comparison,
    constant,
    is_money,
    is_number,
    matched,
    unknown_code,
)
from wangdan.procedures.rules.types import Scope, Type

_CALLED = {
    "Lambda": "a function of one's own",
    "ListComp": "a loop",
    "SetComp": "a loop",
    "DictComp": "a loop",
    "GeneratorExp": "a loop",
    "NamedExpr": "an assignment",
    "JoinedStr": "a text with places to fill",
    "IfExp": "if … else",
    "Subscript": "an index",
    "Await": "await",
    "Tuple": "a list, except after in,",
    "List": "a list, except after in,",
    "Set": "a set",
    "Dict": "a dictionary",
    "Starred": "a star",
}
_SIGNS = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/"}
_NAMES = {"Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}


def _divide(one: Any, other: Any) -> Decimal:
    return Decimal(one) / Decimal(other)


_RECKON: Mapping[str, Callable[[Any, Any], Any]] = {"Add": operator.add, "Sub": operator.sub, "Mult": operator.mul, "Div": _divide}


class Tree(Reading):
    """Compiles what stands between the names."""

    def again(self, source: syntax.Source, scope: Scope, table: str) -> "Tree":
        """The same for a quoted text within this one."""
        return Tree(source, scope, self.reads, table)

    def part(self, node: ast.expr) -> Part:
        """Compile one node; what is not in the list below is refused."""
        match node:
            case ast.Name():
                return self.name(node)
            case ast.Constant():
                return self._constant(node)
            case ast.Compare():
                return self._compare(node)
            case ast.BoolOp():
                return self._join(node)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BinOp():
                return self._reckon(node)
            case ast.Call():
                return call(self, node)
            case ast.Attribute():
                return self.attribute(node)
        kind = type(node).__name__
        return self.fault(node, "E202", f"{_CALLED.get(kind, kind)} is not allowed in a condition")

    def _constant(self, node: ast.Constant) -> Part:
        value = node.value
        if isinstance(value, bool):
            return constant(BOOL, value)
        if isinstance(value, int | float):
            found = syntax.numeral(self.source, node)
            return self.fault(node, "E202", "this number is beyond all measure") if found is None else constant(NUMBER, found)
        if isinstance(value, str):
            word = syntax.string(self.source, node)
            return self.fault(node, "E202", "a text is written in one pair of plain quotes") if word is None else constant(TEXT, word)
        if value is None:
            return self.fault(node, "E202", "None is not allowed in a condition; ask filled(…) instead")
        return self.fault(node, "E202", f"{self.source.written(node)} is not allowed in a condition")

    def _join(self, node: ast.BoolOp) -> Part:
        word = "and" if isinstance(node.op, ast.And) else "or"
        runs = [self._truth(each, word) for each in node.values]
        if word == "and":
            return Part(BOOL, lambda world, row: all(run(world, row) for run in runs))
        return Part(BOOL, lambda world, row: any(run(world, row) for run in runs))

    def _truth(self, node: ast.expr, word: str) -> Run:
        part = self.part(node)
        if not part.broken and part.type != BOOL:
            self.fault(node, "E204", f"'{word}' joins conditions (bool), this is {part.type}")
        return part.run

    def _unary(self, node: ast.UnaryOp) -> Part:
        if isinstance(node.op, ast.Not):
            truth = self._truth(node.operand, "not")
            return Part(BOOL, lambda world, row: not truth(world, row))
        if not isinstance(node.op, ast.USub):
            return self.fault(node, "E202", f"the sign {self.source.written(node)[:1]} is not allowed in a condition")
        part = self.part(node.operand)
        if part.broken:
            return BROKEN
        if part.type not in (NUMBER, MONEY):
            return self.fault(node, "E204", f"a minus stands before number or money, not {part.type}")
        if part.const:
            return constant(part.type, -part.value)
        run = part.run
        return Part(part.type, lambda world, row: None if (value := run(world, row)) is None else -value)

    def _reckon(self, node: ast.BinOp) -> Part:
        sign = type(node.op).__name__
        if sign not in _RECKON:
            self.part(node.left)
            self.part(node.right)
            return self.fault(node, "E202", "a condition reckons with + - * / only")
        left, right = self.part(node.left), self.part(node.right)
        if left.broken or right.broken:
            return BROKEN
        found = _reckoned(sign, left, right)
        if found is None:
            hint = "; use days_to(…)" if {left.type.kind, right.type.kind} & {"date", "datetime"} else ""
            return self.fault(node, "E204", f"cannot reckon {left.type} {_SIGNS[sign]} {right.type}{hint}")
        if sign == "Div" and right.const and not right.value:
            return self.fault(node, "E204", "division by zero")
        kind, left, right = found
        if not left.const or not right.const:
            return Part(kind, _arithmetic(_RECKON[sign], left, right))
        value = _arithmetic(_RECKON[sign], left, right)(_NO_WORLD, {})
        return self.fault(node, "E202", "this number is beyond all measure") if value is None else constant(kind, value)

    def _compare(self, node: ast.Compare) -> Part:
        sides = [node.left, *node.comparators]
        pairs = zip(node.ops, sides, sides[1:], strict=False)
        runs = [self._pair(sign, left, right).run for sign, left, right in pairs]
        if len(runs) == 1:
            return Part(BOOL, runs[0])
        return Part(BOOL, lambda world, row: all(run(world, row) for run in runs))

    def _pair(self, sign: ast.cmpop, left: ast.expr, right: ast.expr) -> Part:
        if isinstance(sign, ast.In | ast.NotIn):
            return self._among(left, right, inside=isinstance(sign, ast.In))
        name = type(sign).__name__
        if name not in TESTS:
            self._between(left, right, "E202", "write == or != instead of is")
            return FALSE
        one, other = self.part(left), self.part(right)
        pair = self._aligned(left, one, right, other, _NAMES[name])
        if pair is None:
            return FALSE
        one, other = pair
        if name not in ("Eq", "NotEq") and one.type.kind not in ORDERED:
            self._between(left, right, "E204", f"{one.type} has no order: {_NAMES[name]} {other.type} means nothing, only == and != do")
            return FALSE
        return Part(BOOL, comparison(TESTS[name], one, other))

    def _aligned(self, left: ast.expr, one: Part, right: ast.expr, other: Part, sign: str) -> tuple[Part, Part] | None:
        """Both sides in one measure, or a report of why they have none."""
        if one.broken or other.broken:
            return None
        pair = matched(one, other)
        if pair is None:
            hint = _hint(one.type, other.type)
            self._between(left, right, "E204", f"cannot compare {one.type} {sign} {other.type}{hint}")
        elif said := unknown_code(one, other):
            self.fault(right, "E203", said)
        elif said := unknown_code(other, one):
            self.fault(left, "E203", said)
        else:
            return pair
        return None

    def _between(self, left: ast.expr, right: ast.expr, code: str, message: str) -> None:
        start = self.source.span(left)[0]
        column, length = self.source.span(right)
        self.fault_at(start, column + length - start, code, message)

    def _among(self, left: ast.expr, right: ast.expr, *, inside: bool) -> Part:
        one = self.part(left)
        if isinstance(right, ast.Tuple | ast.List):
            return self._in_list(left, one, right, inside=inside)
        many = self.part(right)
        if one.broken or many.broken:
            return FALSE
        if not many.type.many:
            self._between(left, right, "E204", f"in needs a list, {many.type} is none")
            return FALSE
        pair = self._aligned(left, one, right, Part(Type(many.type.kind, many.type.of), many.run), "in")
        if pair is None:
            return FALSE
        find, values = pair[0].run, many.run
        return Part(BOOL, lambda world, row: (value := find(world, row)) is not None and (value in values(world, row)) is inside)

    def _in_list(self, left: ast.expr, one: Part, right: ast.Tuple | ast.List, *, inside: bool) -> Part:
        parts = [(node, self.part(node)) for node in right.elts]
        pairs = [self._aligned(left, one, node, other, "in") for node, other in parts]
        found = [pair for pair in pairs if pair is not None]
        if len(found) < len(pairs) or not found:
            if not pairs:
                self.fault(right, "E205", "the list after in is empty")
            return FALSE
        return Part(BOOL, _in_these(one, found, inside=inside))


def _in_these(one: Part, pairs: list[tuple[Part, Part]], *, inside: bool) -> Run:
    """Whether a value is one of those listed; listed ones that are missing do not count."""
    find = pairs[0][0].run if one.const else one.run
    if all(other.const for _, other in pairs):
        fixed = frozenset(other.value for _, other in pairs)
        return lambda world, row: (value := find(world, row)) is not None and (value in fixed) is inside
    others = [other.run for _, other in pairs]

    def run(world: World, row: Row) -> bool:
        value = find(world, row)
        return value is not None and any(value == other(world, row) for other in others) is inside

    return run


def _reckoned(sign: str, left: Part, right: Part) -> tuple[Type, Part, Part] | None:
    """The type of a sum, difference, product or quotient, with its sides in the right measure."""
    if is_number(left) and is_number(right):
        return NUMBER, left, right
    if sign in ("Add", "Sub"):
        pair = matched(left, right)
        return (MONEY, *pair) if pair and is_money(pair[0]) else None
    if is_money(left) and is_number(right):
        return MONEY, left, right
    if sign == "Mult" and is_number(left) and is_money(right):
        return MONEY, left, right
    if sign == "Div" and is_money(left) and is_money(right):
        return NUMBER, left, right
    return None


def _arithmetic(reckon: Callable[[Any, Any], Any], left: Part, right: Part) -> Run:
    one, other = left.run, right.run

    def run(world: World, row: Row) -> Any:
        first, second = one(world, row), other(world, row)
        if first is None or second is None:
            return None
        try:
            return reckon(first, second)
        except ArithmeticError:
            return None

    return run


def _hint(left: Type, right: Type) -> str:
    kinds = {left.kind, right.kind}
    if left.many or right.many:
        return "; a list is asked with in"
    if kinds == {"choice", "number"}:
        return "; a code is written in quotes"
    if kinds & {"date", "datetime"}:
        return "; use days_to(…)"
    return ""


_NO_WORLD: Any = None
"""Constants look at no world."""
