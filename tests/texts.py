"""Every text that people read, found in the sources: `python -m tests.texts` brings the English catalogue up to date and compiles it."""

import ast
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "wangdan"
CATALOGUE = SOURCE / "site" / "locale" / "en" / "LC_MESSAGES" / "django.po"
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
_TEXT = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(_|gettext|ngettext|pgettext|npgettext)\(\s*{_TEXT}(?:\s*,\s*{_TEXT})?(?:\s*,\s*{_TEXT})?", re.DOTALL)

Key = tuple[str, str]
"""Context (empty for most) and text."""


@dataclass
class Found:
    """A text with its plural form, if it counts something, and where it stands."""

    plural: str = ""
    places: list[str] = field(default_factory=list)


def _add(into: dict[Key, Found], key: Key, plural: str, place: str) -> None:
    entry = into.setdefault(key, Found())
    entry.plural = entry.plural or plural
    if place not in entry.places:
        entry.places.append(place)


def _constant(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _in_python(path: Path, into: dict[Key, Found]) -> None:
    """Calls of gettext and its kin, and the `text` of every business option."""
    place = str(path.relative_to(ROOT))
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        name, given = node.func.id, [_constant(arg) for arg in node.args]
        if name in SINGULAR and given and given[0]:
            _add(into, ("", given[0]), "", place)
        elif name in PLURAL and len(given) > 1 and given[0]:
            _add(into, ("", given[0]), given[1], place)
        elif name in IN_CONTEXT and len(given) > 1 and given[1]:
            _add(into, (given[0], given[1]), "", place)
        elif name == "Option":
            text = next((_constant(each.value) for each in node.keywords if each.arg == "text"), "")
            if text:
                _add(into, ("", text), "", place)


def _in_template(path: Path, into: dict[Key, Found]) -> None:
    """The translate, blocktranslate and `_("…")` of a template, by Django's own reading."""
    place = str(path.relative_to(ROOT))
    for kind, *quoted in _CALL.findall(templatize(path.read_text("utf-8"), origin=place)):
        texts = [str(ast.literal_eval(each)) for each in quoted if each]
        if kind in ("_", "gettext"):
            _add(into, ("", texts[0]), "", place)
        elif kind == "ngettext":
            _add(into, ("", texts[0]), texts[1], place)
        elif kind == "pgettext":
            _add(into, (texts[0], texts[1]), "", place)
        else:
            _add(into, (texts[0], texts[1]), texts[2], place)


def texts() -> dict[Key, Found]:
    """All texts of the product."""
    found: dict[Key, Found] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "tests" not in path.parts and "migrations" not in path.parts:
            _in_python(path, found)
    for path in sorted([*SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("templates/**/*.txt")]):
        _in_template(path, found)
    return found


def catalogue() -> polib.POFile:
    """The English catalogue as it is."""
    if CATALOGUE.exists():
        return polib.pofile(str(CATALOGUE))
    made = polib.POFile(wrapwidth=140)
    made.metadata = {"Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit", "Language": "en"}
    made.metadata["Plural-Forms"] = "nplurals=2; plural=(n != 1);"
    return made


def update() -> int:
    """Add new texts without a translation, drop the ones nobody says any more, compile; returns how many lack a translation."""
    old = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue()}
    made = polib.POFile(wrapwidth=140)
    made.metadata = catalogue().metadata
    for key, found in sorted(texts().items()):
        kept = old.get(key)
        entry = polib.POEntry(msgctxt=key[0] or None, msgid=key[1])
        if found.plural:
            entry.msgid_plural = found.plural
            entry.msgstr_plural = kept.msgstr_plural if kept and kept.msgstr_plural else {0: "", 1: ""}
        else:
            entry.msgstr = kept.msgstr if kept else ""
        flags = ["python-brace-format"] if re.search(r"\{\w+\}", key[1]) else ["python-format"] if re.search(r"%\(\w+\)s", key[1]) else []
        entry.flags = flags
        made.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    made.save(str(CATALOGUE))
    made.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    return len(made.untranslated_entries())


if __name__ == "__main__":
    sys.stdout.write(f"{update()} texts lack a translation\n")
