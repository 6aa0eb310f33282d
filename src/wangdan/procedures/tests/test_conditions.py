"""What the conditions of procedures answer for a case: the two example files, every operator, every function."""

import timeit

import pytest

from wangdan.procedures.rules.conditions import compile_condition
from wangdan.procedures.tests.condition_case import DENTAL, LEAD, NUMBER, Case, dental, lead

# the two example files

RENOVATION = (
    "filled(budget) and filled(estimate) and budget < estimate * 0.7",
    "filled(visit_at)",
    "filled(visit_at) and filled(place)",
    "far or not filled(visit_at)",
    "files(design) > 0",
    "files(plan) > 0",
    "contacts(call) >= 20 or contacts(refused) > 0 or contacts(wrong) >= 2",
    "files(quote) > 0",
    "days_to(visit_at) <= 7",
    "days_to(visit_at) > 7",
)
DENTURES = (
    ("filled(remake_of)", None),
    ("product.shade", "items"),
    ("product.stump", "items"),
    ("unit != 'pontic' or filled(bridge)", "items"),
    ("not filled(bridge) or same_arch(teeth)", "items"),
    ("unique(items, 'teeth', 'unit')", None),
    ("contiguous(items, 'bridge', 'teeth')", None),
    ("count(items) > 0", None),
    ("all(goods, 'got == qty')", None),
)


@pytest.mark.parametrize("text", RENOVATION)
def test_the_renovation_lead_compiles(text):
    assert compile_condition(text, LEAD).value(Case()) in (True, False)


@pytest.mark.parametrize(("text", "table"), DENTURES)
def test_the_dental_order_compiles(text, table):
    scope = DENTAL.within(table) if table else DENTAL
    assert compile_condition(text, scope).value(Case(), {} if table else None) in (True, False)


def test_the_days_of_the_turnaround_are_a_number():
    condition = compile_condition("max(items, 'product.days')", DENTAL, wants="number")
    assert condition.value(Case(lines={"items": [{"product": "metal"}, {"product": "zr"}, {}]})) == 7
    assert condition.value(Case()) is None
    assert (condition.type, condition.tables, condition.columns) == (NUMBER, {"items"}, {"items.product"})


def test_a_condition_tells_what_it_reads():
    condition = compile_condition("filled(plan) and 面积 > 3 and rounds(consult) > 0 and contacts(call) > 1 and days_to(signed) > 0", LEAD)
    assert (condition.names, condition.slots, condition.steps, condition.contacts) == ({"面积", "signed"}, {"plan"}, {"consult"}, {"call"})
    assert condition.clock
    other = compile_condition("setting.most > cases(claim) and filled(items)", DENTAL)
    assert (other.settings, other.procedures, other.tables, other.clock) == ({"most"}, {"claim"}, {"items"}, False)
    assert compile_condition("product.shade", DENTAL.within("items")).columns == {"product"}


# operators

ANSWERS = [
    ("area < 5", {"area": 4}, True),
    ("area <= 5", {"area": "5.0"}, True),
    ("area > 5", {"area": "5.01"}, True),
    ("area >= 5.5", {"area": 5}, False),
    ("area == 12.5", {"area": "12.50"}, True),
    ("area != 12.5", {"area": 12}, True),
    ("1 < area < 3", {"area": 2}, True),
    ("1 < area < 3", {"area": 3}, False),
    ("area + 1 == 3 and area - 1 == 1 and area * 3 == 6 and area / 4 == 0.5", {"area": 2}, True),
    ("-area == -2", {"area": 2}, True),
    ("(area + 1) * 2 == 6", {"area": 2}, True),
    ("0.1 + 0.2 == 0.3", {}, True),
    ("area / score > 0", {"area": 2, "score": 0}, False),
    ("not area / score > 0", {"area": 2, "score": 0}, True),
    ("budget < 100", {"budget": 9999}, True),
    ("100 > budget", {"budget": 10000}, False),
    ("budget == 0.01", {"budget": 1}, True),
    ("budget + 1 == 2", {"budget": 100}, True),
    ("1 - budget == 0", {"budget": 100}, True),
    ("budget - estimate > -1", {"budget": 100, "estimate": 150}, True),
    ("budget < estimate * 0.7", {"budget": 69, "estimate": 100}, True),
    ("2 * budget >= estimate", {"budget": 50, "estimate": 100}, True),
    ("budget / estimate < 0.7", {"budget": 50, "estimate": 100}, True),
    ("budget / 2 == 0.5", {"budget": 100}, True),
    ("-budget < 0", {"budget": 1}, True),
    ("budget in (1, 2.5)", {"budget": 250}, True),
    ("style == '北欧'", {"style": "北欧"}, True),
    ("'北欧' != style", {"style": "新中式"}, True),
    ("style in ('北欧', '新中式')", {"style": "新中式"}, True),
    ("style in ['北欧']", {"style": "新中式"}, False),
    ("style not in ('北欧',)", {"style": "新中式"}, True),
    ("style not in ('北欧',)", {}, False),
    ("style in likes", {"style": "北欧", "likes": ["北欧"]}, True),
    ("'北欧' not in likes", {}, True),
    ("'北欧' in likes", {"likes": ["新中式"]}, False),
    ("area in (score, 3)", {"area": 2, "score": "2.0"}, True),
    ("area in (score, 3)", {"area": 2}, False),
    ("designer == leader", {"designer": 7, "leader": 7}, True),
    ("signed > born", {"signed": "2026-09-18", "born": "2026-09-17"}, True),
    ("signed == today()", {"signed": "2026-09-18"}, True),
    ("visit_at <= visit_at", {"visit_at": "2026-09-18T01:00:00Z"}, True),
    ("customer == '张三'", {"customer": "张三"}, True),
    ('customer == "张三"', {"customer": "张"}, False),
    ("wait == wait", {"wait": "2h"}, True),
    ("far == False", {"far": False}, True),
    ("far and met", {"far": True, "met": True}, True),
    ("far or met", {"met": True}, True),
    ("not far", {}, True),
    ("far", {}, False),
    ("True and not False", {}, True),
]


@pytest.mark.parametrize(("text", "values", "answer"), ANSWERS)
def test_operators(text, values, answer):
    assert lead(text, **values) is answer


def test_what_is_missing_compares_as_false_and_its_negation_holds():
    assert lead("budget < 5") is False
    assert lead("budget >= 5") is False
    assert lead("budget != 5") is False
    assert lead("not (budget < 5)") is True
    assert lead("budget + estimate", "money", budget=1) is None
    assert lead("-budget", "money") is None


RESULTS = [
    ("estimate * 0.7", "money", {"estimate": 15}, 11),
    ("100", "money", {}, 10000),
    ("area / 4", "number", {"area": 10}, "2.5"),
    ("area / 5", "number", {"area": "10.0"}, 2),
    ("today()", "date", {}, "2026-09-18"),
    ("visit_at", "datetime", {"visit_at": "2026-09-18T08:00:00+08:00"}, "2026-09-18T00:00:00+00:00"),
    ("style", "text", {"style": "北欧"}, "北欧"),
    ("likes", None, {"likes": ["北欧", None, 3]}, ["北欧"]),
    ("outcome(consult)", "choice", {}, None),
]


@pytest.mark.parametrize(("text", "wants", "values", "answer"), RESULTS)
def test_results_are_canonical(text, wants, values, answer):
    result = lead(text, wants, **values)
    assert (result, type(result)) == (answer, type(answer))


@pytest.mark.parametrize("raw", [None, True, "x", "NaN", "sNaN", "Infinity", "1e999999999", 10**40, "9" * 5000, [], {}, 1.5, float("nan"), ""])
def test_values_that_are_not_canonical_are_missing_or_harmless(raw):
    for name in LEAD.fields:
        compile_condition(name, LEAD, wants=None).value(Case(values={name: raw}))
        compile_condition(f"{name} == {name}" if name not in ("likes", "photo") else f"filled({name})", LEAD).value(Case(values={name: raw}))
    assert lead("area * area / area + budget / estimate > 0", area=raw, budget=raw, estimate=raw) in (True, False)


# functions


def test_filled_count_files_contacts_rounds_outcome_cases():
    for raw, answer in [(None, False), ("", False), (0, True), ("0", True)]:
        assert lead("filled(area)", area=raw) is answer
    assert lead("filled(far)", far=False) is True
    assert lead("filled(likes)", likes=[]) is False
    assert dental("filled(items)", {}) is True
    assert dental("filled(items)") is False
    assert dental("filled(scan) and files(scan) == 2", files={"scan": 2}) is True
    assert dental("filled(scan)") is False
    assert compile_condition("filled(product.price)", DENTAL.within("items")).value(Case(), {"product": "metal"}) is False
    assert dental("count(items)", {}, {}) == 2
    assert dental("count(items, 'bridge > 1')", {"bridge": 2}, {"bridge": 1}, {}) == 1
    assert dental("outcome(qc) == 'pass' and rounds(qc) == 2", outcomes={"qc": "pass"}, rounds={"qc": 2}) is True
    assert dental("outcome(qc) == 'pass' or rounds('qc') > 0") is False
    assert dental("cases(claim)", cases={"claim": 3}) == 3
    assert compile_condition("contacts('call') >= 20", LEAD).value(Case(contacts={"call": 20})) is True


def test_days_and_minutes():
    assert lead("days_to(signed)", "number", signed="2026-09-20") == 2
    assert lead("days_to(signed)", "number", signed="2026-09-16") == -2
    assert lead("days_to(signed)", "number") is None
    assert lead("days_to(visit_at)", "number", visit_at="2026-09-18T16:30:00Z") == 1  # half past midnight in Shanghai
    assert lead("days_to(visit_at)", "number", visit_at="0001-01-01T00:00:00+14:00") is not False
    assert lead("minutes_since(visit_at)", "number", visit_at="2026-09-18T07:00:30Z") == 59
    assert lead("minutes_since(visit_at)", "number", visit_at="2026-09-18T08:00:30Z") == -1
    assert lead("minutes_since(visit_at)", "number") is None


def test_sum_min_max_all_any():
    rows = ({"price": 100, "bridge": 2, "due": "2026-01-02"}, {"price": 50, "bridge": "1.5", "due": "2026-01-01"}, {})
    assert dental("sum(items, 'price * bridge')", *rows, wants="money") == 275
    assert dental("sum(items, 'bridge')", *rows) == "3.5"
    assert dental("sum(items, 'price')", wants="money") == 0
    assert dental("sum(items, 'price') > 1", *rows) is True
    assert dental("max(items, 'price')", *rows, wants="money") == 100
    assert dental("min(items, 'due')", *rows, wants="date") == "2026-01-01"
    assert dental("min(items, 'due')", wants="date") is None
    assert dental("all(items, 'price > 0.4')", *rows[:2]) is True
    assert dental("all(items, 'price > 0.4')", *rows) is False
    assert dental("all(items, 'price > 1')") is True
    assert dental("any(items, 'price == 1')", *rows) is True
    assert dental("any(items, 'price > 9')", *rows) is False
    assert dental("all(items, 'any(goods, \"qty > 1\")')", {}) is False
    assert compile_condition("price == max(items, 'price')", DENTAL.within("items")).value(Case(lines={"items": rows}), rows[0]) is True


def test_a_column_hides_the_field_of_its_name():
    row = compile_condition("shade == 'A1'", DENTAL.within("items"))
    assert row.value(Case(values={"shade": True}), {"shade": "A1"}) is True
    assert row.names == set()
    assert compile_condition("shade and any(items, 'shade == \"A1\"')", DENTAL).names == {"shade"}


def test_unique_looks_at_each_tooth():
    crown, veneer = {"teeth": ["11", "12"], "unit": "crown"}, {"teeth": ["12"], "unit": "veneer"}
    assert dental("unique(items, 'teeth', 'unit')", crown, veneer) is True
    assert dental("unique(items, 'teeth')", crown, veneer) is False
    assert dental("unique(items, 'teeth', 'unit')", crown, veneer | {"unit": "crown"}) is False
    assert dental("unique(items, 'teeth', 'unit')", {"teeth": ["11", "11"], "unit": "crown"}) is False
    assert dental("unique(items, 'unit', 'bridge')", {"unit": "crown"}, {"unit": "crown"}) is True
    assert dental("unique(items, 'bridge')", {"bridge": 1}, {"bridge": "1.0"}) is False


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        ([(1, ["12"]), (1, ["11", "21"])], True),
        ([(1, ["12", "21"])], False),
        ([(1, ["11", "41"])], False),
        ([(1, ["18"]), (2, ["11"])], True),
        ([(None, ["18"]), (None, ["11"])], True),
        ([(1, [])], True),
        ([(1, ["11", "99"])], False),
        ([(1, ["11"]), ("1.0", ["12"])], True),
        ([], True),
    ],
)
def test_a_bridge_is_contiguous(rows, answer):
    assert dental("contiguous(items, 'bridge', 'teeth')", *({"bridge": by, "teeth": teeth} for by, teeth in rows)) is answer


def test_one_arch():
    condition = compile_condition("same_arch(teeth)", DENTAL.within("items"))
    answers = [condition.value(Case(), {"teeth": teeth}) for teeth in (["11", "28"], ["11", "41"], [], None)]
    assert answers == [True, False, True, True]


def test_settings_and_columns():
    assert dental("sum(items, 'product.price') >= setting.rush", {"product": "zr"}, settings={"rush": 80000}) is True
    assert dental("setting.most > 1") is False
    assert dental("any(items, 'product.unit == \"crown\"')", {"product": "zr"}) is True


def test_an_answer_takes_no_time():
    condition = compile_condition(RENOVATION[0], LEAD)
    world = Case(values={"budget": 60, "estimate": 100})
    assert condition.value(world) is True
    assert min(timeit.repeat(lambda: condition.value(world), number=500, repeat=9)) / 500 < 20e-6
