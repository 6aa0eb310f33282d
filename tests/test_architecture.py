"""The laws that a machine can hold: layers, anatomy, names, sizes, foreign keys, the map."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey

from wangdan.orders.rules import LIFE

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "wangdan"
OURS = [*SOURCE.rglob("*.py"), *(ROOT / "sandbox").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
FILES = [path for path in OURS if "migrations" not in path.parts]
CODE = [path for path in FILES if "tests" not in path.parts]
FORBIDDEN = {"utils", "helpers", "common", "services", "managers", "mixins", "base"}
ANATOMY = ["rules", "facts", "models", "queries", "operations", "errands", "reactions"]
BELOW = {"management", "templatetags"}
LONGEST_FILE, LONGEST_FUNCTION, MOST_ARGUMENTS = 400, 40, 6
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]["layers"]


def name(path: Path) -> str:
    """The file's name from the root."""
    return str(path.relative_to(ROOT))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_every_file_begins_by_saying_what_it_is_for():
    """The first line of every file is a docstring."""
    assert [name(path) for path in FILES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


def test_no_file_is_longer_than_400_lines():
    """A longer one is split by life stage."""
    assert [name(path) for path in FILES if len(path.read_text("utf-8").splitlines()) > LONGEST_FILE] == []


def test_functions_are_short_and_take_few_arguments():
    """At most 40 lines and six arguments beside self, act and the row."""
    long, wide = [], []
    for path in CODE:
        for node in functions(path):
            body = [statement for statement in node.body if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))]
            if body and (body[-1].end_lineno or 0) - body[0].lineno + 1 > LONGEST_FUNCTION:
                long.append(f"{name(path)}:{node.name}")
            given = [each.arg for each in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]]
            own = 1 if given and given[0] in {"self", "cls", "act", "request", "call"} else 0
            command = "cli" in path.parts
            if len(given) - own > MOST_ARGUMENTS and not command:
                wide.append(f"{name(path)}:{node.name}")
    assert (long, wide) == ([], [])


def test_no_file_has_a_name_that_says_nothing():
    """What does not fit a room needs a room with a name."""
    assert [name(path) for path in FILES if path.stem in FORBIDDEN] == []


def test_modules_keep_their_anatomy():
    """Each file of a module imports only those above it in the list."""
    faults = []
    for module in settings.MODULES:
        for path in (SOURCE / module).rglob("*.py"):
            part = path.relative_to(SOURCE / module).parts[0].removesuffix(".py")
            if module == "kernel" or part not in ANATOMY or "tests" in path.parts:
                continue
            for wanted in re.findall(rf"^from wangdan\.{module}(?:\.(\w+))?", path.read_text("utf-8"), re.MULTILINE):
                if wanted in ANATOMY and ANATOMY.index(wanted) > ANATOMY.index(part):
                    faults.append(f"{name(path)} imports {wanted}")  # noqa: PERF401
    assert faults == []


def test_rules_are_plain_python():
    """No Django, no clock, no database in rules and facts."""
    paths = [path for module in settings.MODULES for stem in ("rules", "facts") for path in (SOURCE / module).glob(f"{stem}*")]
    files = [file for path in paths for file in ([path] if path.suffix == ".py" else path.rglob("*.py"))]
    banned = re.compile(r"^(?:from|import) (?:django|wangdan\.kernel\.(?:clock|models|act|operation))\b", re.MULTILINE)
    assert [name(path) for path in files if banned.search(path.read_text("utf-8"))] == []


def test_imports_stand_at_the_top():
    """A late import hides a cycle."""
    late = []
    for path in CODE:
        for node in functions(path):
            if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node)):
                late.append(f"{name(path)}:{node.name}")  # noqa: PERF401
    assert late == []


@pytest.mark.parametrize("word", ["django.dispatch", "post_save", "pre_save"])
def test_no_signals(word: str):
    """Who reacts to what stands in reactions.py."""
    assert [name(path) for path in CODE if word in path.read_text("utf-8")] == []


def place(module: str) -> int:
    """How high a module stands; 0 is the top."""
    return next(at for at, row in enumerate(LAYERS) if module in row.split(" | "))


def test_foreign_keys_point_down_and_leave_no_way_back():
    """An association is a reference: it obeys the DAG; across modules nothing leads back up."""
    faults = []
    for model in apps.get_models():
        if not model.__module__.startswith("wangdan."):
            continue
        for field in model._meta.fields:
            if not isinstance(field, ForeignKey) or field.remote_field.model._meta.app_label == model._meta.app_label:
                continue
            target = field.remote_field.model
            if not target.__module__.startswith("wangdan."):
                continue
            if place(target._meta.app_label) <= place(model._meta.app_label):
                faults.append(f"{model._meta.label}.{field.name} points up")
            if field.remote_field.related_name != "+":
                faults.append(f"{model._meta.label}.{field.name} has a way back")
    assert faults == []


def test_the_map_shows_the_contract():
    """MAP.md's picture and the import contract are the same."""
    text = (ROOT / "MAP.md").read_text("utf-8")
    drawn = re.search(r"```\n(site\n.*?)\n```", text, re.DOTALL)
    assert drawn is not None
    assert drawn.group(1).splitlines() == LAYERS
    modules = {module for row in LAYERS for module in row.split(" | ")} - {"site", "desks"}
    assert modules == set(settings.MODULES)


def test_the_map_draws_the_life_of_an_order():
    """The diagram is the table LIFE."""
    assert LIFE.mermaid() in (ROOT / "MAP.md").read_text("utf-8")
