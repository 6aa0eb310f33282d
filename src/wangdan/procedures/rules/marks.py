"""Reads YAML as a tree of words, each with the line and column it stands at; every word stays the text that was written."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml
from rapidfuzz.distance import OSA

LARGEST = 2_000_000
"""Bytes of a file."""
MOST_ALIASES = 1_000
_DEEPEST = 60
_NEAR = 2
"""Wrong letters in a word that is still recognised."""


@dataclass(frozen=True)
class Mark:
    """A place in the file; lines and columns count from one."""

    line: int
    column: int

    def along(self, letters: int) -> "Mark":
        """So many letters to the right."""
        return Mark(self.line, self.column + letters)


@dataclass(frozen=True)
class Word:
    """A scalar, as written. `offset` is where its text begins within the line: a quoted one begins after the quote."""

    text: str
    mark: Mark
    offset: int = 0
    block: bool = False

    def at(self, letters: int) -> Mark:
        """Where a letter of the text stands; the beginning for a text over several lines."""
        return self.mark if self.block else self.mark.along(self.offset + letters)


@dataclass(frozen=True)
class Many:
    """A list."""

    items: tuple["Node", ...]
    mark: Mark


@dataclass(frozen=True)
class Entry:
    """A key with its value."""

    key: Word
    value: "Node"


@dataclass(frozen=True)
class Map:
    """A mapping, in the order of the file."""

    entries: dict[str, Entry]
    mark: Mark

    def get(self, key: str) -> "Node | None":
        """The value of a key."""
        found = self.entries.get(key)
        return found.value if found else None


Node = Word | Many | Map
KINDS = {Word: "a text", Many: "a list", Map: "a mapping"}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file and where. A code that begins with W is a warning."""

    mark: Mark
    code: str
    message: str

    @property
    def warning(self) -> bool:
        """Whether the file may be activated all the same."""
        return self.code.startswith("W")


@dataclass
class Faults:
    """Everything that is wrong with one file, gathered on the way."""

    found: list[Fault] = field(default_factory=list)

    def add(self, mark: Mark, code: str, message: str) -> None:
        """Note one; the same one is noted once."""
        fault = Fault(mark, code, message)
        if fault not in self.found:
            self.found.append(fault)

    def unknown(self, word: Word, code: str, what: str, known: Iterable[str]) -> None:
        """Note a name that nobody knows, with the one that was probably meant."""
        self.add(word.at(0), code, f"unknown {what} '{word.text}'{meant(word.text, known)}")

    @property
    def errors(self) -> list[Fault]:
        """Those that keep the file from being activated, in the order of the file."""
        return [fault for fault in self.sorted() if not fault.warning]

    @property
    def warnings(self) -> list[Fault]:
        """What its author should look at."""
        return [fault for fault in self.sorted() if fault.warning]

    def sorted(self) -> list[Fault]:
        """All of them in the order of the file."""
        return sorted(self.found, key=lambda fault: (fault.mark.line, fault.mark.column, fault.code))


def meant(text: str, known: Iterable[str]) -> str:
    """`, did you mean 'shade'?` for a word with up to two wrong letters; nothing when no known word is near."""
    near = sorted((OSA.distance(text, each), each) for each in known)
    return f", did you mean '{near[0][1]}'?" if near and near[0][0] <= min(_NEAR, max(1, len(text) // 2)) else ""


def shown(name: str, source: str, fault: Fault) -> str:
    """A fault as people read it: `file:line:column code message`, the line and a caret under the place."""
    lines = source.splitlines()
    line = lines[fault.mark.line - 1] if 0 < fault.mark.line <= len(lines) else ""
    pad = "".join("　" if ord(letter) > _WIDE else " " for letter in line[: fault.mark.column - 1])
    return f"{name}:{fault.mark.line}:{fault.mark.column} {fault.code} {fault.message}\n    {line}\n    {pad}^"


_WIDE = 0x2E7F
"""Letters from here on are as wide as two."""


def read(source: str, faults: Faults) -> Node | None:
    """The tree of a file, None when it is no YAML or not one that may be read: then the faults say why.

    No tags, no two keys of one name, no more than 2 MB, no more than 1,000 aliases and none within itself.
    """
    if len(source.encode("utf-8", "surrogatepass")) > LARGEST:
        faults.add(Mark(1, 1), "E003", f"the file is larger than {LARGEST:,} bytes")
        return None
    try:
        events = list(yaml.parse(source, Loader=yaml.BaseLoader))
        if sum(isinstance(event, yaml.AliasEvent) for event in events) > MOST_ALIASES:
            faults.add(Mark(1, 1), "E004", f"more than {MOST_ALIASES:,} aliases")
            return None
        documents = [each for each in yaml.compose_all(source, Loader=yaml.BaseLoader) if each is not None]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        where = Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
        faults.add(where, "E001", f"this is not YAML: {getattr(error, 'problem', None) or str(error).splitlines()[0]}")
        return None
    except RecursionError:
        faults.add(Mark(1, 1), "E001", "this is not YAML: it is nested too deeply")
        return None
    if len(documents) != 1:
        faults.add(Mark(1, 1), "E006", "the file is empty" if not documents else "the file holds more than one document")
        return None
    return _Tree(faults).node(documents[0], 0)


_PLAIN = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}


class _Tree:
    """Turns PyYAML's nodes into ours; aliases are followed, up to a size that no real file reaches."""

    def __init__(self, faults: Faults) -> None:
        """Nothing is read yet."""
        self.faults, self.size, self.open = faults, 0, set[int]()

    def node(self, found: yaml.Node, depth: int) -> Node:
        """One node with all below it."""
        mark = Mark(found.start_mark.line + 1, found.start_mark.column + 1)
        self.size += 1
        if depth > _DEEPEST or self.size > LARGEST // 10 or id(found) in self.open:
            self.faults.add(mark, "E004", "aliases make this too large or endless")
            return Word("", mark)
        if found.tag not in _PLAIN:
            self.faults.add(mark, "E002", f"tags are not allowed: {found.tag}")
        self.open.add(id(found))
        try:
            return self._of(found, mark, depth)
        finally:
            self.open.discard(id(found))

    def _of(self, found: yaml.Node, mark: Mark, depth: int) -> Node:
        if isinstance(found, yaml.SequenceNode):
            return Many(tuple(self.node(each, depth + 1) for each in found.value), mark)
        if isinstance(found, yaml.ScalarNode):
            several = found.start_mark.line != found.end_mark.line
            return Word(found.value, mark, offset=1 if found.style in ("'", '"') else 0, block=several or found.style in ("|", ">"))
        return self._map(found, mark, depth)

    def _map(self, found: yaml.Node, mark: Mark, depth: int) -> Map:
        entries: dict[str, Entry] = {}
        for key, value in found.value:
            word = self.node(key, depth + 1)
            if not isinstance(word, Word):
                self.faults.add(word.mark, "E103", "a key must be a text")
                continue
            if word.text in entries:
                self.faults.add(word.mark, "E005", f"the key '{word.text}' stands here twice (first in line {entries[word.text].key.mark.line})")
                continue
            entries[word.text] = Entry(word, self.node(value, depth + 1))
        return Map(entries, mark)
