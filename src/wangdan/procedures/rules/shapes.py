"""Takes the tree of a file apart: mappings with known keys, lists, words, names, numbers, durations, conditions; notes whatever is wrong."""

import keyword
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from wangdan.procedures.rules.conditions import Condition, ConditionError, compile_condition
from wangdan.procedures.rules.durations import Duration, Instant, parse_duration, parse_offset
from wangdan.procedures.rules.marks import KINDS, Faults, Many, Map, Mark, Node, Word
from wangdan.procedures.rules.types import Scope

T = TypeVar("T")
Reader = Callable[[Node], Any]
Maker = Callable[..., Reader]
"""Makes a reader for what is named."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_RESERVED = {"setting", "case", "contact", "field", "file", "self", "me", "any", "all", "true", "false"}
TRUTHS = {"true": True, "false": False, "yes": True, "no": False}
_TEXT_LIMIT = 2_000


@dataclass
class Shapes:
    """Reads nodes of one file."""

    faults: Faults
    scope: Scope = field(default_factory=Scope)

    def wrong(self, mark: Mark, code: str, message: str) -> None:
        """Note a fault."""
        self.faults.add(mark, code, message)

    # ---- mappings and lists ---------------------------------------------------------------------------------------

    def map(self, node: Node | None, what: str) -> Map:
        """The node as a mapping; an empty one, and a fault, when it is none."""
        if isinstance(node, Map):
            return node
        mark = node.mark if node else Mark(1, 1)
        if node is not None:
            self.wrong(mark, "E103", f"{what} must be a mapping, this is {KINDS[type(node)]}")
        return Map({}, mark)

    def parts(self, node: Node, what: str, known: Mapping[str, Callable[[Node], Any]], needed: Iterable[str] = ()) -> dict[str, Any]:
        """The values of a mapping whose keys are known, each read by its reader; unknown and missing keys are faults."""
        found, read = self.map(node, what), {}
        for key, entry in found.entries.items():
            if key in known:
                read[key] = known[key](entry.value)
            else:
                self.faults.unknown(entry.key, "E101", f"key of {what}", tuple(known))
        if isinstance(node, Map):
            for key in needed:
                if key not in found.entries:
                    self.wrong(found.mark, "E102", f"{what} lacks '{key}'")
        return read

    def each(self, node: Node, what: str, read: Callable[[Word, Node], T], *, spoken: bool = True) -> dict[str, T]:
        """A mapping of names to things, in the order of the file; `spoken`: conditions speak of them."""
        found = self.map(node, what).entries
        return {key: read(entry.key, entry.value) for key, entry in found.items() if self.name(entry.key, spoken=spoken)}

    def many(self, node: Node, what: str) -> tuple[Node, ...]:
        """A list; a single word is a list of one."""
        if isinstance(node, Many):
            return node.items
        if isinstance(node, Word):
            return (node,)
        self.wrong(node.mark, "E103", f"{what} must be a list, this is {KINDS[type(node)]}")
        return ()

    def words(self, node: Node, what: str) -> tuple[Word, ...]:
        """A list of words."""
        found = [self.word(each, what) for each in self.many(node, what)]
        for at, word in enumerate(found):
            if word and word.text in {other.text for other in found[:at] if other}:
                self.wrong(word.mark, "E107", f"'{word.text}' stands in {what} twice")
        return tuple(word for word in found if word)

    def known(self, node: Node, what: str, names: Iterable[str], code: str) -> tuple[str, ...]:
        """A list of names that must be known."""
        names = tuple(names)
        found = self.words(node, f"the list of {what}s")
        for word in found:
            if word.text not in names:
                self.faults.unknown(word, code, what, names)
        return tuple(word.text for word in found if word.text in names)

    def one(self, node: Node, what: str, names: Iterable[str], code: str) -> str:
        """One name that must be known; nothing when it is not."""
        word, names = self.word(node, what), tuple(names)
        if word is None:
            return ""
        if word.text not in names:
            self.faults.unknown(word, code, what, names)
            return ""
        return word.text

    # ---- words ----------------------------------------------------------------------------------------------------

    def word(self, node: Node, what: str) -> Word | None:
        """The node as a word."""
        if isinstance(node, Word):
            return node
        self.wrong(node.mark, "E103", f"{what} must be a text, this is {KINDS[type(node)]}")
        return None

    def text(self, node: Node, what: str) -> str:
        """A text that people read: not empty, not endless."""
        word = self.word(node, what)
        if word is None:
            return ""
        if not word.text.strip():
            self.wrong(word.mark, "E104", f"{what} is empty")
        if len(word.text) > _TEXT_LIMIT:
            self.wrong(word.mark, "E104", f"{what} is longer than {_TEXT_LIMIT:,} characters")
        return word.text.strip()

    def name(self, word: Word, *, spoken: bool = True) -> bool:
        """Whether a name is one: small letters, digits and underlines; of those that conditions speak of, none with a meaning of its own."""
        good = bool(_NAME.fullmatch(word.text)) and not (spoken and (word.text in _RESERVED or keyword.iskeyword(word.text)))
        if not good:
            self.wrong(word.mark, "E106", f"'{word.text}' cannot be a name: small letters, digits and _, at most 40, no reserved word")
        return good

    def truth(self, node: Node, what: str) -> bool:
        """Yes or no."""
        word = self.word(node, what)
        if word is None:
            return False
        if word.text not in TRUTHS:
            self.wrong(word.mark, "E105", f"{what} must be true or false, not '{word.text}'")
        return TRUTHS.get(word.text, False)

    def number(self, node: Node, what: str, low: int, high: int) -> int:
        """A whole number within its bounds."""
        word = self.word(node, what)
        if word is None:
            return low
        if not _WHOLE.fullmatch(word.text) or not low <= int(word.text) <= high:
            self.wrong(word.mark, "E105", f"{what} must be a whole number from {low} to {high}, not '{word.text[:40]}'")
            return low
        return int(word.text)

    def duration(self, node: Node, what: str) -> Duration | None:
        """A length of time."""
        return self._parsed(node, what, parse_duration)

    def instant(self, node: Node, what: str) -> Instant | None:
        """The instant of a rung."""
        return self._parsed(node, what, parse_offset)

    def _parsed(self, node: Node, what: str, parse: Callable[[str], T]) -> T | None:
        word = self.word(node, what)
        if word is None:
            return None
        try:
            return parse(word.text)
        except ValueError as error:
            self.wrong(word.mark, "E108", f"{what}: {error}")
            return None

    # ---- conditions -----------------------------------------------------------------------------------------------

    def condition(self, node: Node, what: str, wants: str | None = "bool", row: str = "") -> Condition | None:
        """A condition, checked against the names of the file; `row`: the table whose rows it speaks of."""
        word = self.word(node, what)
        if word is None:
            return None
        scope = self.scope.within(row) if row else self.scope
        try:
            return compile_condition(word.text, scope, wants=wants)
        except ConditionError as error:
            for trouble in error.troubles:
                self.wrong(word.at(trouble.column), trouble.code, f"{what}: {trouble.message}")
            return None
