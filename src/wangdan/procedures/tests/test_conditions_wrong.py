"""What is wrong with a condition, and where: every code, attacks, naughty strings."""

import json
from pathlib import Path

import pytest

from wangdan.procedures.rules.conditions import ConditionError, compile_condition
from wangdan.procedures.rules.types import Scope
from wangdan.procedures.tests.condition_case import DENTAL, LEAD, compiles

NAUGHTY = Path(__file__).parents[4] / "tests/data/naughty"


def _troubles(text: str, scope: Scope = LEAD, wants: str | None = "bool") -> list[tuple[int, int, str]]:
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, scope, wants=wants)
    return [(each.column, each.length, each.code) for each in caught.value.troubles]


def _message(text: str, scope: Scope = LEAD, wants: str | None = "bool") -> str:
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, scope, wants=wants)
    return caught.value.troubles[0].message


# what is wrong, and where

WRONG = [
    ("", 0, 0, "E201", "empty"),
    ("area >", 6, 0, "E201", "missing at the end"),
    ("(area > 1", 0, 1, "E201", "never closed"),
    ("area = 1", 5, 1, "E201", "write =="),
    ("面积 > （1", 5, 1, "E201", "write ( instead of （"),
    ("far && met", 5, 1, "E201", "write and"),
    ("far # and met", 4, 9, "E201", "remarks"),
    ("far\0", 3, 1, "E201", "U+0000"),
    ("面积 > 1 \ud800", 7, 1, "E201", "U+D800"),
    ("customer == 'a\\n'", 14, 1, "E202", "backslash"),
    ("customer == 'a' 'b'", 12, 7, "E202", "plain quotes"),
    ("customer == r'a'", 12, 4, "E202", "plain quotes"),
    ("customer == None", 12, 4, "E202", "filled"),
    ("far if met else far", 0, 19, "E202", "if … else"),
    ("area // 2 > 1", 0, 9, "E202", "+ - * /"),
    ("area is 2", 0, 9, "E202", "=="),
    ("+area > 1", 0, 5, "E202", "sign +"),
    ("likes[0] == '北欧'", 0, 8, "E202", "index"),
    ("customer.upper == 'A'", 0, 14, "E202", "text has no columns"),
    ("area > 1j", 7, 2, "E202", "1j"),
    ("area > 1e400", 7, 5, "E202", "measure"),
    ("far or (area, 2)", 7, 9, "E202", "a list"),
    ("面积 > aera", 5, 4, "E203", "unknown name 'aera', did you mean 'area'?"),
    ("面积 > zzzzzz", 5, 6, "E203", "unknown name 'zzzzzz'"),
    ("style == '北鸥'", 9, 4, "E203", "unknown value '北鸥' of style, did you mean '北欧'?"),
    ("'北鸥' in likes", 0, 4, "E203", "did you mean '北欧'?"),
    ("style in ('北欧', '新中')", 16, 4, "E203", "did you mean '新中式'?"),
    ("files(plans) > 0", 6, 5, "E203", "unknown attachment 'plans', did you mean 'plan'?"),
    ("contacts(calls) > 0", 9, 5, "E203", "did you mean 'call'?"),
    ("rounds(consul) > 0", 7, 6, "E203", "did you mean 'consult'?"),
    ("outcome(consult) == 'visti'", 20, 7, "E203", "outcomes of consult, did you mean 'visit'?"),
    ("fileld(area)", 0, 6, "E203", "unknown function 'fileld', did you mean 'filled'?"),
    ("budget < style", 0, 14, "E204", "cannot compare money < choice of style"),
    ("budget * estimate > 1", 0, 17, "E204", "cannot reckon money * money"),
    ("area > 0 and 1 / budget > 1", 13, 10, "E204", "number / money"),
    ("far + 1 > 2", 0, 7, "E204", "cannot reckon bool + number"),
    ("budget < area", 0, 13, "E204", "money < number"),
    ("signed + 3 > today()", 0, 10, "E204", "use days_to"),
    ("signed < visit_at", 0, 17, "E204", "date < datetime; use days_to"),
    ("style == 3", 0, 10, "E204", "a code is written in quotes"),
    ("style == scope", 0, 14, "E204", "choice of style == choice of scope"),
    ("style < '北欧'", 0, 12, "E204", "no order"),
    ("likes == '北欧'", 0, 13, "E204", "asked with in"),
    ("area in score", 0, 13, "E204", "number is none"),
    ("plan and far", 0, 4, "E204", "files(plan)"),
    ("far and budget", 8, 6, "E204", "bool), this is money"),
    ("not area", 4, 8 - 4, "E204", "this is number"),
    ("-far", 0, 4, "E204", "not bool"),
    ("area / 0 > 1", 0, 8, "E204", "division by zero"),
    ("1 < area < '3'", 4, 10, "E204", "number < text"),
    ("photo == photo", 0, 14, "E204", "file == file"),
    ("filled()", 0, 8, "E205", "filled() takes 1 argument(s), not 0: filled(field)"),
    ("filled(1)", 7, 1, "E205", "a field, a table or an attachment"),
    ("files(1) > 0", 6, 1, "E205", "takes one name: files(attachment)"),
    ("days_to(budget) > 1", 8, 6, "E205", "takes a date or a datetime, not money"),
    ("minutes_since(signed) > 1", 14, 6, "E205", "takes a datetime, not date"),
    ("days_to(x=1) > 1", 0, 12, "E205", "plainly"),
    ("count(style) > 1", 6, 5, "E205", "'style' is choice of style"),
    ("area in ()", 8, 2, "E205", "empty"),
    ("budget", 0, 6, "E206", "should be bool, it is money"),
    ("likes", 0, 5, "E206", "list of choice of style"),
    ("a" * 501, 500, 1, "E207", "500 letters"),
    ("1" + "+1" * 60, 0, 121, "E207", "100 parts"),
    ("-" * 40 + "1", 0, 41, "E207", "deeply"),
]


@pytest.mark.parametrize(("text", "column", "length", "code", "said"), WRONG)
def test_what_is_wrong_and_where(text, column, length, code, said):
    assert _troubles(text) == [(column, length, code)]
    assert said in _message(text)


INSIDE = [
    ("any(items, 'bridge > bridg')", 21, 5, "E203", "did you mean 'bridge'?"),
    ("any(items, 'product.shadee')", 20, 6, "E203", "unknown column 'shadee' of product, did you mean 'shade'?"),
    ("any(items, 'teeth.arch == 1')", 12, 10, "E204", "list of choice of tooth"),
    ("any(items, \"shade == 'A9'\")", 21, 4, "E203", "of shade, did you mean"),
    ("any(items, 'bridge > ')", 20, 0, "E201", "missing"),
    ("any(items, '')", 12, 0, "E201", "empty"),
    ("any(items, 'bridge')", 12, 6, "E206", "bool, this is number"),
    ("sum(items, 'due') > 1", 12, 3, "E206", "number or money, not date"),
    ("max(items, 'teeth') > 1", 12, 5, "E206", "not list of choice of tooth"),
    ("any(items, 'all(goods, \"qty > z\")')", 30, 1, "E203", "unknown name 'z'"),
    ("any(itmes, 'bridge > 1')", 4, 5, "E203", "unknown table 'itmes', did you mean 'items'?"),
    ("any(items, bridge > 1)", 11, 10, "E205", "in quotes"),
    ("any(items, f'bridge')", 11, 9, "E205", "in quotes"),
    ("any('items', 'far')", 4, 7, "E205", "this is none"),
    ("any(items)", 0, 10, "E205", "takes 2 argument(s), not 1"),
    ("unique(items)", 0, 13, "E205", "at least 2"),
    ("unique(items, 'tooth')", 15, 5, "E203", "did you mean 'teeth'?"),
    ("contiguous(items, 'teeth', 'teeth')", 18, 7, "E205", "groups by one value"),
    ("contiguous(items, 'bridge', 'unit')", 28, 6, "E205", "along an arch"),
    ("same_arch(patient)", 10, 7, "E205", "along an arch"),
    ("same_arch('teeth')", 10, 7, "E205", "column of teeth"),
    ("items", 0, 5, "E204", "count(items)"),
    ("setting.rsh > 1", 8, 3, "E203", "unknown setting 'rsh', did you mean 'rush'?"),
    ("cases(clam) > 1", 6, 4, "E203", "did you mean 'claim'?"),
]


@pytest.mark.parametrize(("text", "column", "length", "code", "said"), INSIDE)
def test_what_is_wrong_within_quotes_is_found_in_the_whole_text(text, column, length, code, said):
    assert _troubles(text, DENTAL) == [(column, length, code)]
    assert said in _message(text, DENTAL)


def test_everything_wrong_is_said_at_once():
    assert _troubles("budgt > 1 and\n  files(plann) > 0 or style == 'x'") == [(0, 5, "E203"), (22, 5, "E203"), (45, 3, "E203")]


ATTACKS = [
    "__import__('os')", "().__class__", "().__class__.__bases__[0]", "9**9**9", "'x'*10**9", "lambda: 1", "[x for x in likes]", "(x := 1)",
    "f'{customer}'", "customer.__class__", "setting.__class__", "style.__class__", "exec('1')", "open('/etc/passwd')", "(" * 5000 + ")" * 5000,
    "(" * 240 + ")" * 240, "-" * 499 + "1", "not " * 120 + "far", "9" * 499, "9" * 100000, "1e99999999999999999999 > area", "0x" + "f" * 400,
    "\0", "far\0far", "\ud800", "*far", "**far", "...", "b'x'", "{**far}", "await far", "yield far", "far; far", "import os", "[" * 300, "'" * 3, '"""x"""',
    "1if far else 2", "a.b" * 100, "count(count(count(items)))", "getattr(far, 'x')", "days_to(days_to(signed))", "any(items, *likes)",
]  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_attacks_are_refused(text):
    for wants in ("bool", None):
        assert _troubles(text, LEAD, wants)


def test_naughty_strings_are_refused_calmly():
    files = sorted(NAUGHTY.glob("*.json"))
    assert files
    for file in files:
        for line in json.loads(file.read_text()):
            for text in (line["s"], f"customer == '{line['s']}'", f"any(items, '{line['s']}')"):
                compiles(text, DENTAL)
                compiles(text, LEAD)
