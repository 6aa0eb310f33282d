"""The pickers of province, city, district and street: what can be chosen at each level, and what is chosen, from the table of divisions."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wangdan.accounts import queries
from wangdan.accounts.models import Division
from wangdan.accounts.parsing.gazetteer import gazetteer
from wangdan.accounts.rules import FILLERS

LEVELS = ("province", "city", "district", "street")
_DIGITS = (2, 4, 6, 9)


@dataclass(frozen=True)
class Picker:
    """One level: its field, its label, value and words of each choice, the value that is chosen; `needed` where it must be."""

    field: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str
    needed: bool


def _labels() -> dict[str, str]:
    return {"province": _("省份"), "city": _("城市"), "district": _("区县"), "street": _("街道或镇")}


def _code(given: Mapping[str, str]) -> str:
    """The deepest division that the names mean: what does not fit any more counts as not chosen."""
    table, names = gazetteer(), [given.get(level, "").strip() for level in LEVELS[:3]]
    for depth in (3, 2, 1):
        found = table.find(*(name if at < depth else "" for at, name in enumerate(names)))
        if found:
            return found
    return ""


def _words(row: Division, above: Division | None) -> str:
    """What stands for a level that does not exist reads as what it stands for: 北京市 for its 市辖区."""
    if row.name not in FILLERS:
        return row.name
    if row.name == "市辖区" and above is not None:
        return above.name
    return _("县") if row.name == "县" else _("直辖的县、市")


def _chosen(rows: list[Division], name: str, code: str) -> Division | None:
    """The row of that name, else the one the names together mean, else the only one."""
    named = next((row for row in rows if row.name == name), None)
    return named or next((row for row in rows if row.code == code), None) or (rows[0] if len(rows) == 1 else None)


def pickers(given: Mapping[str, str]) -> list[Picker]:
    """The four pickers for what is chosen so far; at most four statements. A level with one choice is chosen already."""
    code, above, made = _code(given), None, []
    parent: str | None = ""
    for level, digits in zip(LEVELS, _DIGITS, strict=True):
        rows = queries.divisions(parent) if parent is not None else []
        if level == "street":
            made.append(_street(rows, given.get("street", "").strip()))
            break
        row = _chosen(rows, given.get(level, "").strip(), code[:digits])
        choices = [(each.name, _words(each, above)) for each in rows]
        made.append(Picker(level, _labels()[level], choices, row.name if row else "", needed=bool(rows) or not made))
        above, parent = row, row.code if row else None
    return made


def _street(rows: list[Division], typed: str) -> Picker:
    """Streets may be left out, and one that the table does not know stays as it was typed."""
    names = [row.name for row in rows]
    known = [typed, *names] if typed and typed not in names else names
    return Picker("street", _labels()["street"], [(name, name) for name in known], typed, needed=False)
