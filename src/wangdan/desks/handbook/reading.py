"""Reads docs/procedures: the list of all procedures, one procedure's steps, and what its journey says it proves."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
DOCUMENTS = ROOT / "docs" / "procedures"
_TITLE = re.compile(r"# (D\d{2}) (.+)")
_PROOF = re.compile(r"`(tests/journeys/test_d\d{2}_\w+\.py)`")
_CODE = re.compile(r"`([^`]+)`")
_STEP = re.compile(r"(D\d{2}\.\S+) (.+)")
_NOTHING = "–"


@dataclass(frozen=True)
class Step:
    """One step: its number and name as printed, the screens and operations that do it, a note in English."""

    number: str
    name: str
    screens: tuple[str, ...]
    operations: tuple[str, ...]
    note: str
    built: bool


@dataclass(frozen=True)
class Proof:
    """One test of the journey: its name and what it says it proves."""

    name: str
    text: str


@dataclass(frozen=True)
class Procedure:
    """One procedure: no steps while it is not built; `journey` is the path of the test that proves it."""

    number: str
    title: str
    english: str
    steps: tuple[Step, ...] = ()
    journey: str = ""
    proofs: tuple[Proof, ...] = ()

    @property
    def built(self) -> int:
        """How many of the steps are there."""
        return sum(step.built for step in self.steps)


def _rows(text: str) -> list[list[str]]:
    """The rows of the one table, without its head."""
    found = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return found[2:]


def _step(cells: list[str]) -> Step:
    named, screen, operation, note = cells
    parts = _STEP.fullmatch(named)
    assert parts is not None, named
    there = screen not in {"", _NOTHING} or operation not in {"", _NOTHING}
    screens = tuple(_CODE.findall(screen)) or ((screen,) if screen not in {"", _NOTHING} else ())
    return Step(parts[1], parts[2], screens, tuple(_CODE.findall(operation)), note.replace("`", ""), there)


def _proofs(journey: str) -> tuple[Proof, ...]:
    """The tests of the journey, each with the first line of what it says."""
    tree = ast.parse((ROOT / journey).read_text("utf-8"))
    tests = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))
    return tuple(Proof(node.name, (ast.get_docstring(node) or "").partition("\n")[0]) for node in tests)


@cache
def procedures() -> dict[str, Procedure]:
    """All procedures by number, in order; read once per process, for documents come with the release."""
    return {number: _procedure(number, title, english) for number, title, english in _rows((DOCUMENTS / "README.md").read_text("utf-8"))}


def _procedure(number: str, title: str, english: str) -> Procedure:
    path = DOCUMENTS / f"{number}.md"
    if not path.exists():
        return Procedure(number, title, english)
    text = path.read_text("utf-8")
    head, proof = _TITLE.match(text), _PROOF.search(text)
    assert head is not None, number
    journey = proof[1] if proof else ""
    return Procedure(number, head[2], english, tuple(map(_step, _rows(text))), journey, _proofs(journey) if journey else ())
