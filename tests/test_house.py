"""The laws of the house that need the whole of it: moves, grants, texts of errors and sayings, options."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

from wangdan.desks import sayings
from wangdan.desks.errors import TEXTS
from wangdan.kernel.machine import Machine
from wangdan.kernel.operation import OPERATIONS
from wangdan.kernel.option import Option
from wangdan.kernel.sayings import PLAIN
from wangdan.policy import rules as policy

SOURCE = Path(import_module("wangdan").__path__[0])
_CODE = re.compile(r"[a-z]+\.[a-z_]*[a-z]")
RAISED = {"Refused", "Malformed", "NotSeen", "NotGranted", "Unauthenticated", "TooMany"}


def lives() -> list[Machine]:
    """Every LIFE of the house."""
    names = [f"wangdan.{module}.rules" for module in settings.MODULES]
    return [rules.LIFE for rules in map(import_module, filter(find_spec, names)) if hasattr(rules, "LIFE")]


def test_every_move_of_a_life_is_an_operation_of_that_name():
    """Law 3: one name, five uses."""
    missing = [f"{life.module}.{move}" for life in lives() for move in life.moves if f"{life.module}.{move}" not in OPERATIONS]
    assert missing == []


def test_every_operation_is_granted_to_somebody_or_is_the_systems():
    """No verb without a permission, no permission without a verb."""
    granted = set().union(*policy.GRANTS.values())
    ours = {name for name in OPERATIONS if not name.startswith("toys.")}
    assert ours - granted - policy.SYSTEM_ONLY == set()
    assert (granted | policy.SYSTEM_ONLY) - ours == set()


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """Every file of the product, read."""
    return ((path, ast.parse(path.read_text("utf-8"))) for path in SOURCE.rglob("*.py") if "tests" not in path.parts)


def _strings(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def codes_raised() -> dict[str, str]:
    """Every error code that the source names, with the file that names it."""
    found = {}
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED and node.args:
                found |= {code: str(path.relative_to(SOURCE)) for code in _strings(node.args[0]) if _CODE.fullmatch(code)}
    return found | {f"{life.module}.cannot_{move}": "LIFE" for life in lives() for move in life.moves}


def test_every_error_code_has_a_text():
    """A code without words is no answer to a person."""
    missing = {code: where for code, where in codes_raised().items() if code not in TEXTS}
    assert missing == {}


def _said(node: ast.Call, names: dict[str, ast.expr]) -> Iterator[tuple[str, set[str]]]:
    """What one call says: a saying, a task by its kind and detail, the outcome that settles one."""
    called = ast.unparse(node.func)
    given = {each.arg: names.get(each.value.id, each.value) if isinstance(each.value, ast.Name) else each.value for each in node.keywords}
    if called == "saying":
        yield from ((code, {name for name in given if name}) for code in _strings(node.args[0]))
    elif called == "tasks.open":
        detail = given.get("detail", ast.Dict([], []))
        assert isinstance(detail, ast.Dict), "the detail of a task is written out where it is opened"
        yield from ((code, {str(ast.literal_eval(key)) for key in detail.keys if key}) for code in _strings(given["kind"]))
    elif called == "tasks.settle":
        yield from ((code, set()) for code in _strings(given["outcome"]))


def codes_said() -> dict[str, set[str]]:
    """Every code that the system says, with the values that come with it wherever it is said."""
    found: dict[str, set[str]] = {PLAIN: {"text"}}
    for _path, tree in sources():
        names = {node.targets[0].id: node.value for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}
        for node in ast.walk(tree):
            for code, values in _said(node, names) if isinstance(node, ast.Call) else ():
                found[code] = found.get(code, values) & values
    return found


def test_every_saying_has_a_text_and_every_text_is_said():
    """No bare code reaches a person, no sentence stands in the table for nothing."""
    assert set(codes_said()) == set(sayings.TEXTS)


def test_every_gap_of_a_saying_is_filled():
    """A value that is not said would break the page."""
    said = codes_said()
    gaps = {code: set(re.findall(r"\{(\w+)\}", str(text))) for code, text in sayings.TEXTS.items()}
    assert {code: wanted - said[code] for code, wanted in gaps.items() if wanted - said[code]} == {}


def test_every_option_says_in_words_what_it_does():
    """Administrators read the text, not the name."""
    assert {option.name for option in Option.known.values() if not option.text.strip()} == set()
