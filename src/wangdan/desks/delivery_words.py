"""Regions as people type and read them: 浙江、杭州市 ↔ division codes of provinces and cities; money fields of tables."""

import re
from collections.abc import Iterable

from wangdan.accounts.parsing.gazetteer import gazetteer
from wangdan.delivery.rules import PROVINCES

_BETWEEN = re.compile(r"[\s,，、;；/|]+")
_PROVINCE, _CITY = 2, 4


def code_of(name: str) -> str:
    """The code of a province (two digits) or a city (four) by name or code; empty for what is neither."""
    table = gazetteer()
    if name.isascii() and name.isdigit():
        return name if name in table.names and len(name) in (_PROVINCE, _CITY) and name[:2] in PROVINCES else ""
    found = [code for code in table.aliases.get(name, {}) if len(code) in (_PROVINCE, _CITY) and code[:2] in PROVINCES]
    return min(found, key=lambda code: (len(code), code), default="")


def codes_of(text: str) -> tuple[list[str], list[str]]:
    """The codes of all names in a text, each once, and the names that are no province and no city."""
    names = [name for name in _BETWEEN.split(text.strip()) if name]
    codes = {name: code_of(name) for name in names}
    return list(dict.fromkeys(code for code in codes.values() if code)), [name for name, code in codes.items() if not code]


def names_of(codes: Iterable[str]) -> str:
    """Codes as people read them."""
    table = gazetteer()
    return "、".join(PROVINCES[code][0] if code in PROVINCES else table.names.get(code, code) for code in codes)
