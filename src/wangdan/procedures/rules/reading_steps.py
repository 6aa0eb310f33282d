"""Reads the work: steps with what they ask, their outcomes and what follows from each."""

from collections.abc import Callable, Mapping
from typing import Any

from wangdan.procedures.rules.definition import Ask, Assign, Effect, Offer, Outcome, Spawn, Step
from wangdan.procedures.rules.marks import Map, Node, Word
from wangdan.procedures.rules.names import Names
from wangdan.procedures.rules.reading_fields import Fields
from wangdan.procedures.rules.shapes import Maker, Reader, Shapes

PICKS = ("pick", "original", "skill", "area", "shift", "least_open")
"""How somebody is found: by hand, who did it before, who can, who works there, who is on duty, who has least to do."""
EFFECTS: dict[str, dict[str, str]] = {
    "bill": {"amount": "money", "method": "word:account,online"},
    "ship": {"to": "field:address", "goods": "table"},
    "settle": {"to": "role", "amount": "money"},
    "tell": {"to": "role", "text": "text"},
}
"""What other modules can be asked to do, with the kinds of what they are told."""


class Steps:
    """Reads the section `steps`."""

    def __init__(self, shapes: Shapes, names: Names, fields: Fields) -> None:
        """Of one file."""
        self.shapes, self.names, self.fields = shapes, names, fields

    def step(self, key: Word, node: Node) -> Step:
        """One step."""
        shapes, what = self.shapes, f"step {key.text}"
        truth: Maker = lambda name: lambda each: shapes.truth(each, f"{name} of {what}")  # noqa: E731
        steps: Reader = lambda each: shapes.known(each, "step", self.names.steps, "E301")  # noqa: E731
        known: dict[str, Callable[[Node], Any]] = {
            "title": lambda each: shapes.text(each, f"title of {what}"),
            "help": lambda each: shapes.text(each, f"help of {what}"),
            "by": lambda each: shapes.one(each, "role", self.names.roles, "E302"),
            "with": lambda each: shapes.known(each, "role", self.names.roles, "E302"),
            "start": truth("start"),
            "ask": self.asks,
            "form": lambda each: shapes.each(each, f"the form of {what}", self.fields.field),
            "checks": lambda each: tuple(word.text for word in shapes.words(each, f"the checks of {what}")),
            "also": steps,
            "not_by": steps,
            "assign": lambda each: self._assign(each, what),
            "offer": lambda each: self._offer(each, key.text),
            "outcomes": lambda each: shapes.each(each, f"the outcomes of {what}", self.outcome, spoken=False),
        }
        read = shapes.parts(node, what, known, ("title", "by", "outcomes"))
        if isinstance(node, Map) and "outcomes" in node.entries and not read["outcomes"]:
            shapes.wrong(node.entries["outcomes"].key.mark, "E104", f"{what} has no outcome")
        read["helpers"] = read.pop("with", ())
        return Step(key=key.text, **({"title": key.text, "by": "", "outcomes": {}} | read))

    def asks(self, node: Node) -> tuple[Ask, ...]:
        """Fields, tables and slots by name; `!` after a name: must be filled in here."""
        found: list[Ask] = []
        for word in self.shapes.words(node, "ask"):
            name = word.text.removesuffix("!")
            if name not in self.names.askable:
                self.shapes.faults.unknown(Word(name, word.mark, word.offset, word.block), "E303", "field, table or attachment", self.names.askable)
            elif name in {each.name for each in found}:
                self.shapes.wrong(word.mark, "E107", f"'{name}' is asked twice")
            else:
                found.append(Ask(name, needed=word.text.endswith("!")))
        return tuple(found)

    def outcome(self, key: Word, node: Node) -> Outcome:
        """How a step may end."""
        shapes, what = self.shapes, f"outcome {key.text}"
        truth: Maker = lambda name: lambda each: shapes.truth(each, f"{name} of {what}")  # noqa: E731
        steps: Reader = lambda each: shapes.known(each, "step", self.names.steps, "E301")  # noqa: E731
        askable: Reader = lambda each: frozenset(shapes.known(each, "field, table or attachment", self.names.askable, "E303"))  # noqa: E731
        known: dict[str, Callable[[Node], Any]] = {
            "label": lambda each: shapes.text(each, f"label of {what}"),
            "ask": self.asks,
            "need": lambda each: shapes.condition(each, f"need of {what}"),
            "say": lambda each: shapes.text(each, f"say of {what}"),
            "then": steps,
            "void": steps,
            "end": lambda each: self._end(each, what),
            "freeze": askable,
            "unfreeze": askable,
            "spawn": lambda each: self._spawn(each, what),
            "do": lambda each: self._effects(each, what),
            "unchecked": truth("unchecked"),
            "danger": truth("danger"),
        }
        read = shapes.parts(node, what, known, ("label",))
        if isinstance(node, Map) and read.get("end") and read.get("then"):
            shapes.wrong(node.entries["then"].key.mark, "E402", f"{what} ends the case; it cannot open steps too")
        return Outcome(key=key.text, **({"label": key.text} | read))

    def _end(self, node: Node, what: str) -> str:
        word = self.shapes.word(node, f"end of {what}")
        return word.text if word and self.shapes.name(word, spoken=False) else ""

    def _spawn(self, node: Node, what: str) -> tuple[Spawn, ...]:
        """Cases of other trades that begin, each with what they get."""
        found: list[Spawn] = []
        for procedure, entry in self.shapes.map(node, f"spawn of {what}").entries.items():
            if procedure not in self.names.procedures:
                self.shapes.faults.unknown(entry.key, "E307", "trade", self.names.procedures)
                continue
            values: dict[str, str] = {}
            for field, given in self.shapes.map(entry.value, f"spawn of {what}").entries.items():
                name = self.shapes.one(given.value, "field", (*self.names.fields, "self"), "E303")
                if name:
                    values[field] = name
            found.append(Spawn(procedure, values))
        return tuple(found)

    def _assign(self, node: Node, what: str) -> Assign | None:
        shapes = self.shapes
        read = shapes.parts(
            node,
            f"assign of {what}",
            {
                "role": lambda each: shapes.one(each, "role", self.names.roles, "E302"),
                "by": lambda each: shapes.known(each, "way to choose", PICKS, "E104"),
                "max_open": lambda each: shapes.number(each, f"max_open of {what}", 1, 1000),
            },
            ("role", "by"),
        )
        return Assign(read["role"], read["by"], read.get("max_open", 0)) if read.get("role") and read.get("by") else None

    def _offer(self, node: Node, step: str) -> Offer | None:
        shapes, what = self.shapes, f"offer of {step}"
        outcome: Reader = lambda each: shapes.one(each, "outcome", self.names.outcomes.get(step, frozenset()), "E306")  # noqa: E731
        read = shapes.parts(
            node,
            what,
            {
                "role": lambda each: shapes.one(each, "role", self.names.roles, "E302"),
                "by": lambda each: shapes.known(each, "way to choose", PICKS[1:], "E104"),
                "wave": lambda each: shapes.number(each, f"wave of {what}", 1, 100),
                "waves": lambda each: shapes.number(each, f"waves of {what}", 1, 20),
                "expires": lambda each: shapes.duration(each, f"expires of {what}"),
                "accept": outcome,
                "nobody": outcome,
            },
            ("role", "by", "expires", "accept", "nobody"),
        )
        if not all(read.get(name) for name in ("role", "by", "expires", "accept", "nobody")):
            return None
        return Offer(**({"wave": 3, "waves": 3} | read))

    def _effects(self, node: Node, what: str) -> tuple[Effect, ...]:
        """What other modules do, each with its arguments."""
        found: list[Effect] = []
        for name, entry in self.shapes.map(node, f"do of {what}").entries.items():
            if name not in EFFECTS:
                self.shapes.faults.unknown(entry.key, "E308", "effect", tuple(EFFECTS))
                continue
            readers = {argument: self._argument(kind, f"{argument} of {name}") for argument, kind in EFFECTS[name].items()}
            found.append(Effect(name, self.shapes.parts(entry.value, f"{name} of {what}", readers, EFFECTS[name])))
        return tuple(found)

    def _argument(self, kind: str, what: str) -> Callable[[Node], Any]:
        shapes, (form, _, rest) = self.shapes, kind.partition(":")
        readers: Mapping[str, Callable[[Node], Any]] = {
            "money": lambda each: shapes.condition(each, what, "money"),
            "word": lambda each: shapes.one(each, what, rest.split(","), "E104"),
            "field": lambda each: shapes.one(each, f"field of type {rest}", [key for key, of in self.names.kinds.items() if of == rest], "E303"),
            "table": lambda each: shapes.one(each, "table", self.names.tables, "E303"),
            "role": lambda each: shapes.one(each, "role", self.names.roles, "E302"),
            "text": lambda each: shapes.text(each, what),
        }
        return readers[form]
