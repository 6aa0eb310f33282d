"""The tests that stand in a trade's file: what they can say, and how one that fails is told; the commands that run them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from wangdan.procedures.rules import drawing, trials
from wangdan.procedures.rules.reading import load
from wangdan.procedures.tests.test_loading import GOOD
from wangdan.site.cli import app, procedure

RIGHT = [
    "{name: 不接, do: [ask.no], expect: {closed: lost}}",
    "{name: 到底, do: [ask.ok, file.sketch, draw.done, bind.ok], with: {items: [{flower: rose, stems: 9}]}, expect: {closed: won}}",
    "{name: 没有草图, do: [ask.ok, draw.done], with: {items: [{flower: rose, stems: 9}]}, expect: {refused: draw.done}}",
    "{name: 数量, do: [ask.ok, file.sketch, {draw.done: {items: [{flower: lily, stems: 0}]}}], expect: {refused: draw.done}}",
    "{name: 回复时限, at: 2026-09-18 16:00, do: [wait 30m], expect: {due reply: 2026-09-20 11:00, state reply: armed, open: ask}}",
    "{name: 超时告诉店长, at: 2026-09-18 16:00, do: [wait 3d], expect: {told: boss}}",
    "{name: 打电话停表, do: [call.reached], expect: {state reply: met}}",
    "{name: 大单, do: [{ask.ok: {budget: 30000}}], expect: {value rich: True}}",
    "{name: 电话打满, do: [7 x call.reached], expect: {open: ask}}",
]
WRONG = [
    ("{name: x, do: [ask.no], expect: {closed: won}}", "closed should be won, it is lost"),
    ("{name: x, do: [bind.ok], expect: {closed: won}}", "bind.ok was refused: procedures.step_not_open"),
    ("{name: x, do: [ask.yes], expect: {closed: won}}", "nobody understands 'ask.yes'"),
    ("{name: x, do: [wait long], expect: {closed: won}}", "is not a duration"),
    ("{name: x, do: [ask.no], expect: {refused: ask.no}}", "refused should be ask.no, it is nothing"),
    ("{name: x, at: noon, do: [ask.no], expect: {closed: lost}}", "'noon' is no moment"),
    ("{name: x, do: [{ask.ok: {budget: much}}], expect: {open: draw}}", "procedures.value_not_money"),
]


def filed(text: str) -> str:
    """The good file with another test."""
    return GOOD.replace("tests: [{name: 不接, do: [ask.no], expect: {closed: lost}}]", f"tests: [{text}]")


@pytest.mark.parametrize("text", RIGHT)
def test_a_test_of_the_file_passes(text: str):
    """Acts, talks, files, waiting; what is open, due, told, filled in, refused."""
    found = load(filed(text))
    assert found.definition is not None, found.lines()
    assert [fault.message for fault in trials.run(found.definition)] == []


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_test_that_fails_says_why_and_where(text: str, message: str):
    """E701 in the line of the test."""
    found = load(filed(text))
    assert found.definition is not None, found.lines()
    (fault,) = trials.run(found.definition)
    assert fault.code == "E701"
    assert message in fault.message
    assert fault.mark.line == len(GOOD.splitlines())


@pytest.mark.parametrize("file", sorted(procedure.LIBRARY.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_command_finds_the_library_right_and_draws_it(file: Path):
    """Every trade that is shipped passes its own tests; its picture names every step."""
    said = CliRunner().invoke(app, ["procedure", "lint", str(file)])
    assert said.exit_code == 0, said.output
    assert "is right" in said.output
    drawn = CliRunner().invoke(app, ["procedure", "diagram", str(file)])
    definition = load(file.read_text("utf-8"), procedures=frozenset(each.stem for each in procedure.LIBRARY.glob("*.yaml"))).definition
    assert definition is not None
    assert all(f"step_{key}[" in drawn.output for key in definition.steps)


def test_the_command_tells_all_faults_and_fails(tmp_path: Path):
    """One line each with its place, and exit 1."""
    file = tmp_path / "flowers.yaml"
    file.write_text(GOOD.replace("by: desk", "by: dask").replace("of: style", "of: stile"), "utf-8")
    said = CliRunner().invoke(app, ["procedure", "lint", str(file)])
    assert said.exit_code == 1
    assert "flowers.yaml:16:29 E304 unknown value set 'stile', did you mean 'style'?" in said.output
    assert "E302 unknown role 'dask'" in said.output
    assert "has 2 errors" in said.output


def test_quotes_in_titles_do_not_break_the_picture():
    """A title is a text, not a part of the chart."""
    found = load(GOOD.replace("title: 设计,", "title: '设\"计',"))
    assert found.definition is not None
    assert "设'计" in drawing.mermaid(found.definition)
