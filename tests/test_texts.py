"""English is complete: every text has a translation with the same gaps, and the compiled catalogue is the written one."""

import re
from gettext import GNUTranslations

import polib
import pytest

from tests import texts

_GAPS = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NAMED = {"中文"}
"""Texts that stay as they are in every language."""


def gaps(text: str) -> set[str]:
    """The names a text is filled with."""
    return {a or b for a, b in _GAPS.findall(text)}


def forms(entry: polib.POEntry) -> list[str]:
    """Every English form of a text."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.fixture(scope="module")
def entries() -> dict[texts.Key, polib.POEntry]:
    """The catalogue by context and text."""
    return {(entry.msgctxt or "", entry.msgid): entry for entry in texts.catalogue()}


def test_every_text_is_in_the_catalogue_and_nothing_else(entries: dict[texts.Key, polib.POEntry]):
    """Run `python -m tests.texts` after changing texts."""
    found = texts.texts()
    assert set(found) - set(entries) == set()
    assert set(entries) - set(found) == set()


def test_every_text_is_translated(entries: dict[texts.Key, polib.POEntry]):
    """No form is empty or still Chinese."""
    empty = [entry.msgid for entry in entries.values() if not all(forms(entry))]
    chinese = [entry.msgid for entry in entries.values() if entry.msgid not in _NAMED and any(_HAN.search(form) for form in forms(entry))]
    assert (empty, chinese) == ([], [])


def test_translations_fill_the_same_gaps(entries: dict[texts.Key, polib.POEntry]):
    """A gap that is lost loses a number; one that is new breaks the page. The form for one may leave the count out."""
    wrong = []
    for entry in entries.values():
        wanted = gaps(entry.msgid)
        for place, form in enumerate(forms(entry)):
            lost = wanted - gaps(form)
            counted = bool(entry.msgid_plural) and place == 0 and lost <= {"n"}
            if gaps(form) - wanted or (lost and not counted):
                wrong.append((entry.msgid, form))
    assert wrong == []


def test_the_compiled_catalogue_is_the_written_one(entries: dict[texts.Key, polib.POEntry]):
    """What Django reads is what people wrote."""
    with texts.CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for (context, text), entry in entries.items():
        if entry.msgid_plural:
            said = [
                compiled.npgettext(context, text, entry.msgid_plural, n) if context else compiled.ngettext(text, entry.msgid_plural, n)
                for n in (1, 2)
            ]
            assert said == [entry.msgstr_plural[0], entry.msgstr_plural[1]]
        else:
            assert (compiled.pgettext(context, text) if context else compiled.gettext(text)) == entry.msgstr
