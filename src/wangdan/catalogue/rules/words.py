"""How text becomes words: cutting Chinese, pinyin, search vectors and queries, and the word that was meant."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from wangdan.kernel.errors import Malformed

_WORDY = re.compile(r"[^\W_]", re.UNICODE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]+\Z")
_LONGEST_WORD = 40
_LONGEST_QUERY = 80
_MOST_WORDS = 12
MOST_ALIKE, LONGEST_SYNONYM = 10, 20
_CLOSE = 60
"""Of 100: how alike a mistyped word must be to be taken for another one."""


def _cutter() -> Any:
    """The cutter of Chinese text with its dictionary, loaded when first needed: it is a quarter of the start of a process."""
    return import_module("rjieba")


def _speaker() -> Any:
    """The dictionary of readings, loaded when first needed: it is another quarter."""
    return import_module("pypinyin")


def plain(text: str) -> str:
    """The text as it is compared: full-width forms folded, small letters, no control characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(" " if unicodedata.category(char)[0] == "C" else char for char in folded)


def indexed(text: str) -> list[str]:
    """Words to find a text by: long words and the words within them, in order."""
    return _kept(_cutter().cut_for_search(plain(text)))


def asked(text: str) -> list[str]:
    """The words of a query, at most twelve, without repetition."""
    return list(dict.fromkeys(_kept(_cutter().cut(plain(text)[:_LONGEST_QUERY]))))[:_MOST_WORDS]


def _kept(words: Iterable[str]) -> list[str]:
    return [word[:_LONGEST_WORD] for word in (each.strip() for each in words) if _WORDY.search(word)]


def sounds(text: str) -> str:
    """Pinyin without tones or spaces: `luodideng`; other letters stay."""
    speaker = _speaker()
    spoken = speaker.lazy_pinyin(plain(text), style=speaker.Style.NORMAL, errors=lambda part: "".join(filter(str.isalnum, part)))
    return "".join(spoken)[:160]


def sort_key(text: str) -> str:
    """What lists by name are sorted by: pinyin with syllables apart, so that 陶 comes before 桃子."""
    speaker = _speaker()
    return " ".join(speaker.lazy_pinyin(plain(text), style=speaker.Style.TONE3, neutral_tone_with_five=True))[:240]


def vector(parts: Mapping[str, Sequence[str]]) -> str:
    """The text of a tsvector from words by weight: `{"A": words of the title, "B": …}`; single Han characters follow with weight D.

    Written out word by word, so that the same cutting is used for goods and for queries, and no parser of the database comes between.
    """
    places: dict[str, list[str]] = {}
    at = 0
    for weight, words in parts.items():
        for word in words:
            at = min(at + 1, 16_000)
            places.setdefault(word, []).append(f"{at}{weight}")
    for char in dict.fromkeys("".join(_HAN.findall("".join(word for words in parts.values() for word in words)))):
        places.setdefault(char, ["16001D"])
    return " ".join(f"{_quoted(word)}:{','.join(found[:8])}" for word, found in places.items())


def query(words: Sequence[Sequence[str]], *, any_word: bool = False) -> str:
    """The text of a tsquery: every word (or any) must occur, each in one of its spellings; words match as beginnings too.

    A spelling of several words (with blanks between) occurs when all of them do.
    """
    groups = ["(" + " | ".join(map(_spelled, spellings)) + ")" for spellings in words if spellings]
    return (" | " if any_word else " & ").join(groups)


def _spelled(spelling: str) -> str:
    parts = [f"{_quoted(part)}:*" for part in spelling.split(" ") if part]
    return parts[0] if len(parts) == 1 else "(" + " & ".join(parts) + ")"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def synonyms(texts: Iterable[str]) -> list[str]:
    """A group of words that mean the same, as they are kept: folded, without repetition.

    Refuses (422) with `catalogue.synonyms_malformed`: two to ten of them, each up to twenty characters with something to search in it.
    """
    found = list(dict.fromkeys(" ".join(plain(text).split()) for text in texts))
    if not 2 <= len(found) <= MOST_ALIKE or any(len(each) > LONGEST_SYNONYM or not asked(each) for each in found):  # noqa: PLR2004 - two are a group
        raise Malformed("catalogue.synonyms_malformed", most=MOST_ALIKE, longest=LONGEST_SYNONYM)
    return found


def spread(asked_for: Sequence[str], alike: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Each word with the spellings of those that mean the same; `alike` maps a word to its group."""
    return [[word, *(" ".join(asked(other)) for other in alike.get(word, ()) if other != word)] for word in asked_for]


def meant(word: str, vocabulary: Mapping[str, str], *, most: int = 3) -> list[str]:
    """The known words that `word` may stand for: same sound first, then beginnings of the sound, then close spellings.

    `vocabulary` maps a word to its pinyin. Empty when nothing is near.
    """
    sound = sounds(word)
    same = [known for known, spoken in vocabulary.items() if spoken == sound]
    if same or not sound:
        return same[:most]
    if _LATIN.match(word) and len(word) > 2:  # noqa: PLR2004
        begun = sorted((known for known, spoken in vocabulary.items() if spoken.startswith(word) and _HAN.search(known)), key=len)
        if begun:
            return begun[:most]
    if len(sound) < 3:  # noqa: PLR2004
        return []
    near = process.extract(sound, vocabulary, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=0.78, limit=20)
    ranked = sorted(near, key=lambda hit: (-(hit[1] * 100 + fuzz.ratio(word, hit[2])), len(hit[2])))
    close = [known for _, score, known in ranked if score * 100 + fuzz.ratio(word, known) >= 100 + (_CLOSE - 40) or _LATIN.match(word)]
    return close[:most]
