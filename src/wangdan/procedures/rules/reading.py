"""Reads a trade from its file: every fault at once, each with its place; a definition only when there is none."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wangdan.procedures.rules import linting, reading_fields
from wangdan.procedures.rules.definition import Definition, Migration, Pages, Role, Trial
from wangdan.procedures.rules.marks import Fault, Faults, Map, Mark, Node, Word, read, shown
from wangdan.procedures.rules.names import Names, gather, under
from wangdan.procedures.rules.reading_clocks import Clocks
from wangdan.procedures.rules.reading_fields import TYPES, Fields, Values
from wangdan.procedures.rules.reading_steps import Steps
from wangdan.procedures.rules.shapes import Maker, Reader, Shapes
from wangdan.procedures.rules.types import Scope, Type, ValueSet

OUTSIDE = ("paid", "refunded", "shipped", "delivered", "lost")
"""What other modules tell of a case."""
PAPERS = ("prescription", "bag_label", "work_order", "quote", "record")
"""Papers that can be printed."""
SUBJECT_NAME = re.compile(r"\{([a-z0-9_]+)\}")
EXPECTS = ("refused", "error", "open", "closed", "told")
"""What a test of the file can expect, beside `due CLOCK`, `state CLOCK` and `value FIELD`."""
_HEAD = ("procedure", "version", "title", "calendar", "subject", "roles", "steps")


@dataclass(frozen=True)
class Reading:
    """What came of a file: the definition when it may be activated, and all faults and warnings."""

    name: str
    source: str
    definition: Definition | None
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """What keeps it from being activated."""
        return tuple(fault for fault in self.faults if not fault.warning)

    def lines(self) -> list[str]:
        """The faults as people read them, with the line and a caret."""
        return [shown(self.name, self.source, fault) for fault in self.faults]


def load(source: str, *, name: str = "procedure.yaml", procedures: frozenset[str] = frozenset()) -> Reading:
    """Read a trade. `procedures`: the keys of the other trades there are, which it may point at."""
    faults = Faults()
    top = read(source, faults)
    if top is not None and not isinstance(top, Map):
        faults.add(top.mark, "E103", "a procedure must be a mapping")
    made = _File(source, top, faults, procedures).definition() if isinstance(top, Map) else None
    if made is not None and isinstance(top, Map):
        linting.check(made, top, faults)
    found = tuple(faults.sorted())
    return Reading(name, source, made if made and not faults.errors else None, found)


class _File:
    """One file on its way to a definition."""

    def __init__(self, source: str, top: Map, faults: Faults, procedures: frozenset[str]) -> None:
        """The names come first, so that everything may be used before it is declared."""
        self.source, self.top, self.faults = source, top, faults
        self.names: Names = gather(top, procedures)
        self.shapes = Shapes(faults)

    def definition(self) -> Definition | None:
        """The definition, as far as it can be read; None when not even its head can."""
        shapes, top = self.shapes, self.top
        values = shapes.each(top.get("values") or Map({}, top.mark), "values", Values(shapes).read)
        found_settings = shapes.each(under(top, "settings"), "settings", lambda key, node: reading_fields.setting(shapes, key, node))
        settings = {key: each for key, each in found_settings.items() if each}
        shapes.scope = self._scope(values, {key: Type("duration" if each.kind == "duration" else "number") for key, each in settings.items()})
        fields = Fields(shapes, values, self.names.roles, self.names.procedures)
        contacts: Reader = lambda node: reading_fields.contacts(shapes, node, values, self.names.fields)  # noqa: E731
        known: dict[str, Callable[[Node], Any]] = {
            "procedure": self._key,
            "version": lambda node: shapes.number(node, "version", 1, 9999),
            "title": lambda node: shapes.text(node, "title"),
            "help": lambda node: shapes.text(node, "help"),
            "calendar": lambda node: shapes.text(node, "calendar"),
            "subject": self._subject,
            "roles": lambda node: shapes.each(node, "roles", self._role, spoken=False),
            "values": lambda _: values,
            "settings": lambda _: settings,
            "fields": lambda node: shapes.each(node, "fields", fields.field),
            "lines": lambda node: shapes.each(node, "lines", fields.table),
            "attachments": lambda node: shapes.each(node, "attachments", fields.slot),
            "contacts": contacts,
            "steps": lambda node: shapes.each(node, "steps", Steps(shapes, self.names, fields).step, spoken=False),
            "clocks": lambda node: shapes.each(node, "clocks", Clocks(shapes, self.names, settings).clock),
            "macros": lambda node: shapes.each(node, "macros", lambda key, each: reading_fields.macro(shapes, key, each)),
            "hears": self._hears,
            "pages": self._pages,
            "tests": self._trials,
            "migrate": self._migration,
        }
        found = shapes.parts(top, "the procedure", known, _HEAD)
        if any(not found.get(key) for key in ("procedure", "version", "roles", "steps")):
            return None
        sha256 = hashlib.sha256(self.source.encode("utf-8", "surrogatepass")).hexdigest()
        head = {"key": found.pop("procedure"), "title": "", "calendar": "", "subject": "", "source": self.source, "sha256": sha256}
        return Definition(**(head | found), scope=shapes.scope)

    def _scope(self, values: dict[str, ValueSet], settings: dict[str, Type]) -> Scope:
        """Every name that conditions of this file may use."""
        contacts = under(self.top, "contacts")
        outcomes = contacts.get("outcomes")
        heard = values.get(outcomes.text) if isinstance(outcomes, Word) else None
        channels = getattr(contacts.get("channels"), "items", ())
        return Scope(
            fields={name: self._type(entry.value, values) for name, entry in under(self.top, "fields").entries.items()},
            tables={
                name: {column: self._type(each.value, values) for column, each in under(entry.value, "columns").entries.items()}
                for name, entry in under(self.top, "lines").entries.items()
            },
            slots=frozenset(self.names.slots),
            contacts=frozenset(each.text for each in channels if isinstance(each, Word)) | frozenset(heard.codes if heard else ()),
            steps=frozenset(self.names.steps),
            outcomes=self.names.outcomes,
            procedures=self.names.procedures,
            settings=settings,
        )

    @staticmethod
    def _type(node: Node, values: dict[str, ValueSet]) -> Type:
        """The type of a field, as far as it is declared."""
        kind, of, many = (node.get(key) if isinstance(node, Map) else None for key in ("type", "of", "many"))
        named = TYPES.get(kind.text, "text") if isinstance(kind, Word) else "text"
        chosen = values.get(of.text) if named == "choice" and isinstance(of, Word) else None
        return Type(named, chosen, many=isinstance(many, Word) and many.text == "true")

    def _key(self, node: Node) -> str:
        word = self.shapes.word(node, "procedure")
        return word.text if word and self.shapes.name(word) else ""

    def _subject(self, node: Node) -> str:
        """What a case is called: a text with names of fields in braces, and `{no}`."""
        word = self.shapes.word(node, "subject")
        for found in SUBJECT_NAME.finditer(word.text) if word else ():
            if found[1] not in (*self.names.fields, "no"):
                place = Word(found[1], word.at(found.start(1)))  # type: ignore[union-attr]
                self.faults.unknown(place, "E303", "field", (*self.names.fields, "no"))
        return word.text if word else ""

    def _role(self, key: Word, node: Node) -> Role:
        """A title, or a title with what is special."""
        shapes, what = self.shapes, f"role {key.text}"
        if isinstance(node, Word):
            return Role(key.text, shapes.text(node, what))
        truth: Maker = lambda name: lambda each: shapes.truth(each, f"{name} of {what}")  # noqa: E731
        known: dict[str, Callable[[Node], Any]] = {
            "title": lambda each: shapes.text(each, what),
            "per_case": truth("per_case"),
            "outside": truth("outside"),
            "org": lambda each: shapes.one(each, "organisation", ("own",), "E104") == "own",
            "skill": lambda each: shapes.text(each, f"skill of {what}"),
        }
        found = shapes.parts(node, what, known, ("title",))
        found["own"] = found.pop("org", False)
        return Role(key.text, **({"title": key.text} | found))

    def _hears(self, node: Node) -> dict[str, tuple[tuple[str, str], ...]]:
        """What happens outside → the steps it ends."""
        found: dict[str, tuple[tuple[str, str], ...]] = {}
        clocks = Clocks(self.shapes, self.names, {})
        for name, entry in self.shapes.map(node, "hears").entries.items():
            if name not in OUTSIDE:
                self.faults.unknown(entry.key, "E305", "event from outside", OUTSIDE)
                continue
            acts = [clocks.act(word) for word in self.shapes.words(entry.value, name)]
            found[name] = tuple(act for act in acts if act)
        return found

    def _pages(self, node: Node) -> Pages:
        shapes, names = self.shapes, self.names
        columns = [f"{table}.{column}" for table, each in shapes.scope.tables.items() for column in each]
        shown_there = ("no", "subject", "step", "due", "owner", "org", "opened", *names.roles, *names.fields, *columns)
        asked = ("date", "no", "step", "overdue", "owner", "org", "outcome", *names.roles, *names.fields, *columns)
        one: Maker = lambda known, what: lambda each: shapes.known(each, what, known, "E303")  # noqa: E731
        found = shapes.parts(
            node,
            "pages",
            {
                "list": one(shown_there, "column"),
                "filters": one(asked, "filter"),
                "board": lambda each: shapes.one(each, "board", ("step", "owner", "week"), "E104") or "step",
                "print": one(PAPERS, "paper"),
            },
        )
        return Pages(**found)

    def _trials(self, node: Node) -> tuple[Trial, ...]:
        return tuple(trial for item in self.shapes.many(node, "tests") if (trial := self._trial(item)))

    def _trial(self, node: Node) -> Trial | None:
        """One test: name, from when on, what is done, what is given, what must come of it."""
        shapes = self.shapes
        found = shapes.parts(
            node,
            "a test",
            {
                "name": lambda each: shapes.text(each, "name of a test"),
                "at": lambda each: shapes.text(each, "at of a test"),
                "do": lambda each: tuple(act for item in shapes.many(each, "do of a test") if (act := self._do(item))),
                "with": lambda each: shapes.map(each, "with of a test"),
                "expect": self._expected,
            },
            ("name", "do", "expect"),
        )
        if not isinstance(node, Map) or not found.get("name"):
            return None
        return Trial(found["name"], node.mark, found.get("at", ""), found.get("do", ()), found.get("with"), found.get("expect", {}))

    def _do(self, node: Node) -> tuple[str, Node | None, Mark] | None:
        """`intake.ok`, `19 x call.no_answer`, `wait 3d`, or one of them with what is filled in: `{consult.visit: {visit_at: …}}`."""
        if isinstance(node, Map) and len(node.entries) == 1:
            entry = next(iter(node.entries.values()))
            return entry.key.text, entry.value, entry.key.mark
        word = self.shapes.word(node, "an act of a test")
        return (word.text, None, word.mark) if word else None

    def _expected(self, node: Node) -> dict[str, Node]:
        return {key: entry.value for key, entry in self.shapes.map(node, "expect of a test").entries.items() if self._expects(entry.key)}

    def _expects(self, key: Word) -> bool:
        """Whether this can be expected."""
        verb, _, name = key.text.partition(" ")
        known = {"due": self.names.clocks, "state": self.names.clocks, "value": self.names.fields}.get(verb)
        if known is not None and name:
            if name not in known:
                self.faults.unknown(Word(name, key.mark.along(len(verb) + 1)), "E303", "field" if verb == "value" else "clock", known)
            return name in known
        if verb not in EXPECTS:
            self.faults.unknown(key, "E101", "expectation", (*EXPECTS, "due", "state", "value"))
        return verb in EXPECTS

    def _migration(self, node: Node) -> Migration | None:
        shapes = self.shapes
        mapped: Reader = lambda each: {key: shapes.text(entry.value, key) for key, entry in shapes.map(each, "migrate").entries.items()}  # noqa: E731
        found = shapes.parts(
            node, "migrate", {"from": lambda each: shapes.number(each, "from of migrate", 1, 9999), "steps": mapped, "fields": mapped}, ("from",)
        )
        return Migration(found["from"], found.get("steps", {}), found.get("fields", {})) if "from" in found else None
