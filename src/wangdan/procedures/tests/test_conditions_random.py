"""Random conditions about random cases: well-typed ones always answer, others are refused, nothing else happens."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from wangdan.procedures.rules.conditions import compile_condition
from wangdan.procedures.rules.types import Type
from wangdan.procedures.tests.condition_case import DENTAL, LEAD, SHANGHAI, Case, compiles, lead

WORDS = [
    "area",
    "budget",
    "style",
    "likes",
    "far",
    "items",
    "filled(",
    "count(",
    "any(",
    ")",
    "(",
    "'",
    ",",
    ".",
    "and",
    "or",
    "not",
    "in",
    "==",
    "<",
    ">",
    "+",
    "-",
    "*",
    "/",
    "1",
    "0.5",
    "'北欧'",
    "面积",
    "setting.",
    "#",
    ":",
    "[",
    "]",
    "None",
    "if",
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)))
@settings(max_examples=400, deadline=None)
def test_no_text_raises_anything_else(text):
    compiles(text, LEAD)
    compiles(text, DENTAL)


# random expressions in random worlds

_number = st.recursive(
    st.sampled_from(["area", "score", "1", "0", "2.5", "面积", "files(plan)", "contacts(call)", "rounds(consult)", "days_to(signed)", "days_to(visit_at)",
                     "minutes_since(visit_at)", "(budget / estimate)", "((budget / 3) / (estimate - 1))"]),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner) | st.builds("({} / {})".format, inner, st.sampled_from(["area", "3", "score"]))
    | st.builds("(-{})".format, inner),
    max_leaves=4,
)  # fmt: skip
_money = st.recursive(
    st.sampled_from(["budget", "estimate", "deposit"]),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-"), inner | st.just("100")) | st.builds("({} * {})".format, inner, _number)
    | st.builds("({} / {})".format, inner, st.sampled_from(["area", "3", "days_to(born)"])),
    max_leaves=3,
)  # fmt: skip
_sign = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
_atom = st.one_of(
    st.builds("{} {} {}".format, _number, _sign, _number),
    st.builds("{} {} {} {} {}".format, _number, _sign, _number, _sign, _number),
    st.builds("{} {} {}".format, _money, _sign, _money | st.sampled_from(["0", "99.5"])),
    st.builds("{} {} {}".format, st.sampled_from(["signed", "born", "today()"]), _sign, st.sampled_from(["signed", "born", "today()"])),
    st.builds("style {} ('北欧', '新中式')".format, st.sampled_from(["in", "not in"])),
    st.builds("{} {} likes".format, st.sampled_from(["style", "'北欧'"]), st.sampled_from(["in", "not in"])),
    st.sampled_from(["far", "met", "outcome(consult) == 'visit'", "designer != leader", "visit_at < visit_at", "style == '北欧'"]),
    st.sampled_from(sorted(LEAD.fields) + sorted(LEAD.slots)).map("filled({})".format),
)
_truth = st.recursive(
    _atom,
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner) | st.builds("(not {})".format, inner),
    max_leaves=4,
)

_raw = {
    "text": st.text(max_size=5),
    "number": st.integers(-5, 5) | st.decimals(-99, 99, places=2).map(str),
    "money": st.integers(-(10**9), 10**9) | st.integers(-2, 2),
    "bool": st.booleans(),
    "date": st.dates().map(str),
    "datetime": st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    "choice": st.sampled_from(["北欧", "新中式", "full"]),
    "duration": st.just("2h"),
    "person": st.integers(1, 2),
    "file": st.just("f1"),
    "case": st.just("C1"),
}


def _values(fields: Mapping[str, Type]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {}, optional={name: st.none() | (st.lists(_raw[kind.kind], max_size=3) if kind.many else _raw[kind.kind]) for name, kind in fields.items()}
    )


_counts = st.fixed_dictionaries({}, optional={"plan": st.integers(0, 3), "call": st.integers(0, 3), "consult": st.integers(0, 3)})
_worlds = st.builds(
    Case, values=_values(LEAD.fields), files=_counts, contacts=_counts, rounds=_counts,
    outcomes=st.sampled_from([{}, {"consult": "visit"}]), today=st.dates(), now=st.datetimes(timezones=st.just(SHANGHAI)),
)  # fmt: skip


@given(_truth, _number, _money, _worlds)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_what_is_well_typed_compiles_and_answers(truth, number, money, world):
    assume(max(map(len, (truth, number, money))) <= 400)
    answer = _answer(truth, "bool", world)
    assert isinstance(answer, bool)
    assert _answer(f"not ({truth})", "bool", world) is not answer
    assert _answer(f"{truth} or True", "bool", world) is True
    assert isinstance(_answer(number, "number", world), int | str | None)
    kept = _answer(money, "money", world)
    assert kept is None or type(kept) is int


def _answer(text: str, wants: str, world: Case) -> Any:
    answer = compile_condition(text, LEAD, wants=wants).value(world)
    json.dumps(answer)
    return answer


_measure = st.sampled_from(["bridge", "price", "product.days", "product.price", "price * bridge", "price / bridge", "bridge / (bridge - 1)"])
_on_row = st.recursive(
    st.sampled_from(
        [
            "bridge > 1", "price < product.price", "product.shade", "filled(product.unit)", "'11' in teeth", "unit in ('crown', 'veneer')", "due > wanted",
            "product.unit == unit", "same_arch(teeth)", "product.unit in ('crown',)", "count(items) > bridge", "days_to(due) > 0", "filled(shade)",
        ]
    ),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner) | st.builds("(not {})".format, inner),
    max_leaves=3,
)  # fmt: skip
_on_table = st.one_of(
    st.builds('{}(items, "{}")'.format, st.sampled_from(["all", "any"]), _on_row),
    st.builds('count(items, "{}") > 1'.format, _on_row),
    st.builds('{0}(items, "{1}") > {0}(items, "{1}") / 2'.format, st.sampled_from(["sum", "min", "max"]), _measure),
    st.just("min(items, 'due') < today()"),
    st.sampled_from(["'teeth'", "'unit'", "'teeth', 'bridge'", "'price', 'due', 'product'"]).map("unique(items, {})".format),
    st.sampled_from(["bridge", "unit", "due", "price"]).map("contiguous(items, '{}', 'teeth')".format),
)
_rows = _values(DENTAL.tables["items"]).flatmap(
    lambda row: st.fixed_dictionaries(
        {},
        optional={
            "product": st.sampled_from(["zr", "metal", "?"]),
            "teeth": st.none() | st.lists(st.sampled_from(["11", "12", "21", "41", "?"]), max_size=4),
            "unit": st.sampled_from(["crown", "veneer"]),
        },
    ).map(lambda known: row | known)
)


@given(_on_table, _on_row, st.lists(_rows, max_size=4), _values(DENTAL.fields))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_said_of_rows_compiles_and_answers(of_table, of_row, rows, values):
    world = Case(values=values, lines={"items": rows})
    assert isinstance(compile_condition(of_table, DENTAL).value(world), bool)
    condition = compile_condition(of_row, DENTAL.within("items"))
    answers = [condition.value(world, row) for row in rows]
    assert compile_condition(f'count(items, "{of_row}")', DENTAL, wants="number").value(world) == sum(answers)
    assert compile_condition(f'all(items, "{of_row}")', DENTAL).value(world) is all(answers)


_whole = st.recursive(
    st.sampled_from(["area", "score", "3", "7"]), lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner), max_leaves=8
)


@given(_whole, _whole, _sign, st.integers(-9, 9), st.integers(-9, 9))
def test_whole_numbers_reckon_as_in_python(one, other, sign, area, score):
    text = f"{one} {sign} {other}"
    assert lead(text, area=area, score=score) is eval(text, {"area": area, "score": score})  # noqa: S307
