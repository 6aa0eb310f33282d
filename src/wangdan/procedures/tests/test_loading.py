"""Every fault that a file can have is told with its place, all at once; what is right becomes a definition."""

from importlib.resources import files

import pytest

from wangdan.procedures.rules import marks
from wangdan.procedures.rules.reading import load

GOOD = """\
procedure: flowers
version: 1
title: 婚礼花艺
calendar: shop
subject: "{bride} {no}"
roles: {desk: 前台, florist: {title: 花艺师, per_case: true}, boss: 店长}
values:
  style: [森系, 中式]
  scope: {full: 全套, base: 基础}
  flower: {columns: [code, label, days, rare, {price: money}], rows: [[rose, 玫瑰, 2, false, 3.50], [lily, 百合, 3, true, 12]]}
  heard: {reached: 接通, refused: 拒绝}
settings: {answer: {label: 回复时限, default: 4h}, calls: {label: 电话次数, default: 3}}
fields:
  bride: {type: text, label: 新娘, max: 40}
  phone: {type: phone, label: 电话, private: true}
  style: {type: choice, of: style, label: 风格}
  day: {type: date, label: 婚期, future: true}
  budget: {type: money, label: 预算, min: 500}
  rich: {type: bool, label: 大单, compute: "filled(budget) and budget > 20000"}
  why: {type: note, label: 原因}
lines:
  items:
    title: 花材
    columns:
      flower: {type: choice, of: flower, required: true}
      stems: {type: int, min: 1, max: 999, required: true}
      note: {type: text, show: "flower.rare"}
    check: [{need: "stems > 0", say: 数量不对}]
attachments: {sketch: {label: 草图, kinds: [image, pdf]}}
contacts: {channels: [call, wechat], outcomes: heard, quiet: [21:00, 08:30], per_day: 3, stop_on: refused, phone: phone}
steps:
  ask: {title: 登记, by: desk, start: true, ask: [bride!, phone!, style, day!, budget], outcomes: {ok: {label: 接单, then: [draw]}, no: {label: 不接, ask: [why!], end: lost}}}
  draw: {title: 设计, by: florist, ask: [items, sketch], outcomes: {done: {label: 完成, need: "files(sketch) > 0 and count(items) > 0", then: [bind]}}}
  bind: {title: 制作, by: florist, not_by: draw, outcomes: {ok: {label: 交付, end: won}}}
clocks:
  reply: {starts: ask.open, within: setting.answer, stops: [ask.done, contact.any], rungs: [{at: 50%, remind: desk}, {at: 0, escalate: boss}]}
  design: {starts: draw.open, within: {days: "max(items, 'flower.days')"}, stops: [draw.done], pause: [bind], rungs: [{at: 0, escalate: boss}]}
  ready: {starts: bind.open, before: day, by: 1d, stops: [bind.done], rungs: [{at: -2h, remind: florist}, {at: 0, escalate: boss}]}
  daily: {starts: case.started, every: 1d, until: case.closed, rungs: [{at: 0, remind: desk}]}
pages: {list: [no, bride, step, due], filters: [style, items.flower, overdue], board: step}
tests: [{name: 不接, do: [ask.no], expect: {closed: lost}}]
"""
FAULTS = [
    # what is no YAML, or none that may be read
    ("E001", "title: 婚礼花艺\ncalendar: shop", "title: [婚礼花艺\ncalendar⟦: shop", "this is not YAML"),
    ("E002", "title: 婚礼花艺", "title: ⟦!!python/name:os.system 婚礼花艺", "tags are not allowed"),
    ("E004", "heard: {reached: 接通, refused: 拒绝}", "heard: ⟦&a [*a]", "too large or endless"),
    ("E005", "version: 1\n", "version: 1\n⟦version: 2\n", "the key 'version' stands here twice (first in line 2)"),
    # shapes
    ("E101", "  draw: {title: 设计, by", "  draw: {title: 设计, ⟦buy: florist, by", "unknown key of step draw 'buy', did you mean 'by'?"),
    ("E101", "title: 婚礼花艺", "title: 婚礼花艺\n⟦titel: x", "unknown key of the procedure 'titel', did you mean 'title'?"),
    ("E101", "expect: {closed: lost}", "expect: {⟦clsed: lost}", "unknown expectation 'clsed', did you mean 'closed'?"),
    ("E102", "  bind: {title: 制作, by: florist,", "  bind: ⟦{by: florist,", "step bind lacks 'title'"),
    ("E102", "style: {type: choice, of: style,", "style: ⟦{type: choice,", "field style lacks 'of'"),
    ("E103", "roles: {desk: 前台, florist: {title: 花艺师, per_case: true}, boss: 店长}", "roles: ⟦[desk, florist, boss]", "roles must be a mapping"),
    ("E103", "title: 婚礼花艺", "title: ⟦{zh: 婚礼花艺}", "title must be a text, this is a mapping"),
    ("E104", "type: phone,", "type: ⟦phonne,", "unknown type 'phonne', did you mean 'phone'?"),
    ("E104", "kinds: [image, pdf]", "kinds: [image, ⟦pfd]", "unknown kind of file 'pfd', did you mean 'pdf'?"),
    ("E104", "columns: [code, label, days,", "columns: ⟦[kode, label, days,", "begin with code and label"),
    ("E104", "[rose, 玫瑰, 2, false, 3.50]", "⟦[rose, 玫瑰, 2]", "must be a list of 5 cells"),
    ("E104", "{at: -2h, remind: florist}", "⟦{at: -2h}", "a rung of clock ready does nothing"),
    ("E104", "quiet: [21:00, 08:30]", "quiet: ⟦[21:00, 25:30]", "must be two times of day"),
    ("E105", "version: 1\n", "version: ⟦one\n", "version must be a whole number from 1 to 9999, not 'one'"),
    ("E105", "private: true", "private: ⟦on", "must be true or false, not 'on'"),
    ("E105", "min: 500", "min: ⟦5e3", "must be an amount of yuan"),
    ("E105", "[lily, 百合, 3, true, 12]", "[lily, 百合, 3, true, ⟦dear]", "no amount of yuan"),
    ("E106", "  day: {type", "  ⟦Day: {type", "'Day' cannot be a name"),
    ("E106", "  day: {type", "  ⟦self: {type", "'self' cannot be a name"),
    ("E107", "[[rose, 玫瑰,", "[[lily, 玫瑰, 1, true, 1], [⟦lily, 玫瑰, 1, true, 1], [rose, 玫瑰,", "'lily' stands in values flower twice"),
    ("E107", "ask: [bride!, phone!,", "ask: [bride!, ⟦bride, phone!,", "'bride' is asked twice"),
    ("E108", "by: 1d", "by: ⟦1 day", "is not a duration"),
    ("E108", "{at: 0, escalate: boss}]}\n  daily", "{at: ⟦1d, escalate: boss}]}\n  daily", "has no sign"),
    # conditions, to the letter
    ("E201", '"stems > 0"', '"stems >⟦"', "check"),
    ("E202", '"stems > 0"', '"⟦[x for x in stems] == 0"', "check"),
    ("E203", '"filled(budget) and budget > 20000"', '"filled(budget) and ⟦budgte > 20000"', "did you mean 'budget'?"),
    ("E203", "\"max(items, 'flower.days')\"", "\"max(items, '⟦flowr.days')\"", "flowr"),
    ("E204", '"filled(budget) and budget > 20000"', '"⟦budget > style"', "style"),
    ("E205", '"filled(budget) and budget > 20000"', '"⟦filled()"', "filled"),
    ("E206", '"stems > 0"', '"⟦stems + 1"', "should be bool, it is number"),
    # names that nobody declares
    ("E301", "then: [bind]", "then: [⟦bnid]", "unknown step 'bnid', did you mean 'bind'?"),
    ("E302", "by: desk", "by: ⟦dask", "unknown role 'dask', did you mean 'desk'?"),
    ("E303", "ask: [items, sketch]", "ask: [items, ⟦skecth]", "unknown field, table or attachment 'skecth', did you mean 'sketch'?"),
    ("E303", 'subject: "{bride} {no}"', 'subject: "{⟦brid} {no}"', "unknown field 'brid', did you mean 'bride'?"),
    ("E303", "within: setting.answer", "within: ⟦setting.calls", "unknown setting with a duration"),
    ("E303", "list: [no, bride,", "list: [no, ⟦brude,", "unknown column 'brude', did you mean 'bride'?"),
    ("E304", "of: style", "of: ⟦stile", "unknown value set 'stile', did you mean 'style'?"),
    ("E304", "heard: {reached: 接通, refused: 拒绝}", "heard: {use: ⟦std.fid}", "did you mean 'std.fdi'?"),
    ("E305", "stops: [draw.done]", "stops: [⟦draw.dun]", "unknown event 'draw.dun', did you mean 'draw.done'?"),
    ("E305", "starts: ask.open", "starts: ⟦aks.open", "unknown event 'aks.open', did you mean 'ask.open'?"),
    ("E306", "stop_on: refused", "stop_on: ⟦refuse", "did you mean 'refused'?"),
    ("E306", "rungs: [{at: 0, remind: desk}]", "rungs: [{at: 0, act: ⟦bind.done}]", "unknown outcome 'bind.done'"),
    ("E307", "end: won", "end: won, spawn: {⟦flowerz: {}}", "unknown trade 'flowerz', did you mean 'flowers'?"),
    ("E308", "end: won", "end: won, do: {⟦bil: {amount: budget, method: online}}", "unknown effect 'bil', did you mean 'bill'?"),
    # the whole
    ("E401", "then: [bind]", "end: won", "nothing leads to step bind"),
    ("E402", "end: won}", "then: [bind]}", "with bind open, no way leads to an end"),
    ("E402", "end: won}", "end: won, ⟦then: [draw]}", "ends the case; it cannot open steps too"),
    ("E403", "start: true, ", "", "no step has 'start: true'"),
    ("E403", "  ⟦bind: {title: 制作,", "  ⟦bind: {title: 制作, start: true,", "'bind' is a second start, beside 'ask'"),
    ("E405", "then: [bind]}", "then: []}", "after ask.ok → draw.done nothing is open and the case has not ended"),
    ("E501", "before: day", "before: ⟦budget", "needs a date, 'budget' is of type money"),
    ("E502", "[{at: 50%, remind: desk}, {at: 0, escalate: boss}]", "[{at: 0, escalate: boss}, {at: 50%, remind: desk}]", "not in the order of time"),
    ("E503", "[{at: 0, remind: desk}]", "[{at: -2d, remind: desk}]", "lies before the clock starts (1d)"),
    ("E504", "within: setting.answer, ", "", "needs exactly one of within, before and every"),
    ("E504", "every: 1d", "every: 1d, within: 1d", "needs exactly one of within, before and every"),
    ("E504", "before: day, by: 1d", "before: day", "'before' and 'by' go together"),
    ("E601", "style, day!, budget]", "style, budget]", "ready runs towards day, which no step asks for"),
    ("E602", "{title: 花艺师, per_case: true}", "花艺师", "chooses a person for 'florist', which is not per_case"),
    ("E603", "style, day!, budget]", "style, day!, budget, rich]", "asks for rich, which is computed"),
]
PLACED = "⟦"


def broken(old: str, new: str) -> tuple[str, str]:
    """The good file with one thing wrong, and where the mark of the fault must stand (nothing: wherever)."""
    assert GOOD.count(old.replace(PLACED, "")) >= 1, old
    source = GOOD.replace(old.replace(PLACED, ""), new, 1)
    if PLACED not in source:
        return source, ""
    before = source[: source.index(PLACED)]
    return source.replace(PLACED, "", 1), f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_a_good_file_becomes_a_definition():
    """Nothing is wrong with it, not even a warning that a clock is missing at its first step."""
    found = load(GOOD, name="flowers.yaml")
    assert found.lines() == []
    assert found.definition is not None
    assert (found.definition.key, found.definition.start.key, found.definition.ends) == ("flowers", "ask", ("lost", "won"))
    assert found.definition.values["flower"].rows["rose"] == {"days": 2, "rare": False, "price": 350}
    assert found.definition.fields["budget"].low == 50_000
    assert found.definition.contacts is not None
    assert found.definition.contacts.quiet == (21 * 60, 8 * 60 + 30)


@pytest.mark.parametrize(("code", "old", "new", "message"), FAULTS, ids=[f"{code} {new[:24]}" for code, _, new, _ in FAULTS])
def test_a_fault_is_told_with_its_place(code: str, old: str, new: str, message: str):
    """`file:line:column code message`, the line and a caret; and the file cannot be activated."""
    if code == "E602":
        new = "花艺师"
        source, place = broken(old, new)
        source = source.replace("by: desk, start: true,", "by: desk, start: true, assign: {role: florist, by: [pick]},")
    else:
        source, place = broken(old, new)
    found = load(source, name="flowers.yaml")
    assert found.definition is None
    fitting = [fault for fault in found.errors if fault.code == code and message in fault.message]
    assert fitting, found.lines()
    if place:
        assert place in {f"{fault.mark.line}:{fault.mark.column}" for fault in fitting}, found.lines()
        assert any(line.startswith(f"flowers.yaml:{place} {code} ") for line in found.lines())


def test_all_faults_are_told_at_once_in_the_order_of_the_file():
    """Ten things wrong, ten places."""
    source = GOOD
    for old, new in [("by: desk", "by: dask"), ("of: style", "of: stile"), ("then: [bind]", "then: [bnid]"), ("before: day", "before: budget")]:
        source = source.replace(old, new, 1)
    found = load(source)
    assert [fault.code for fault in found.errors] == ["E304", "E302", "E301", "E501"]


def test_words_stay_as_they_are_written():
    """No truth from `no`, no number from `011`, no minutes from `9:00`: everything is a text until the schema says what it is."""
    tree = marks.read("no: on\ntime: 9:00\nold: 011\nnull: ~\n", marks.Faults())
    assert isinstance(tree, marks.Map)
    assert {key: getattr(entry.value, "text", None) for key, entry in tree.entries.items()} == {"no": "on", "time": "9:00", "old": "011", "null": "~"}


@pytest.mark.parametrize(
    "source", ["", "[]", "a", "a: b: c", "\t", "---\na: 1\n---\nb: 2\n", "{" * 500, "a: " + "[" * 5000, "\x00", "a: *b", "? [1]\n: 2"]
)
def test_what_is_no_procedure_is_told_so(source: str):
    """Nothing but faults comes of it."""
    found = load(source)
    assert found.definition is None
    assert found.errors


def test_too_large_and_too_many_aliases_are_refused():
    """A file of 2 MB, and a bomb of aliases."""
    assert [fault.code for fault in load("a: " + "x" * 2_000_001).errors] == ["E003"]
    bomb = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + at)}: &{chr(98 + at)} [{', '.join([f'*{chr(97 + at)}'] * 8)}]\n" for at in range(8)
    )
    assert "E004" in {fault.code for fault in load(bomb).errors}


@pytest.mark.parametrize(
    "name", sorted(each.name for each in files("wangdan.procedures").joinpath("library").iterdir() if each.name.endswith(".yaml"))
)
def test_the_library_can_be_activated(name: str):
    """Every trade that is shipped reads without an error."""
    library = files("wangdan.procedures").joinpath("library")
    keys = frozenset(each.name.removesuffix(".yaml") for each in library.iterdir())
    found = load(library.joinpath(name).read_text("utf-8"), name=name, procedures=keys)
    assert [line for line, fault in zip(found.lines(), found.faults, strict=True) if not fault.warning] == []
    assert found.definition is not None
    assert name == f"{found.definition.key}.yaml"
