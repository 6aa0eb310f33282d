"""The laws of the house that need the whole of it: moves, grants, error texts, options."""

import ast
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

from wangdan.desks.errors import TEXTS
from wangdan.kernel.machine import Machine
from wangdan.kernel.operation import OPERATIONS
from wangdan.kernel.option import Option
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


def codes_raised() -> dict[str, str]:
    """Every error code that the source names, with the file that names it."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED and node.args:
                named = [each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
                found |= {code: str(path.relative_to(SOURCE)) for code in named if _CODE.fullmatch(code)}
    return found | {f"{life.module}.cannot_{move}": "LIFE" for life in lives() for move in life.moves}


def test_every_error_code_has_a_text():
    """A code without words is no answer to a person."""
    missing = {code: where for code, where in codes_raised().items() if code not in TEXTS}
    assert missing == {}


def test_every_option_says_in_words_what_it_does():
    """Administrators read the text, not the name."""
    assert {option.name for option in Option.known.values() if not option.text.strip()} == set()
