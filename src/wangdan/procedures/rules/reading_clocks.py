"""Reads the clocks: when each starts, how long it has, what stops it, what happens on the way."""

from collections.abc import Callable
from typing import Any

from wangdan.procedures.rules.definition import Clock, Happening, Rung, Setting
from wangdan.procedures.rules.marks import Map, Node, Word
from wangdan.procedures.rules.names import Names
from wangdan.procedures.rules.shapes import Maker, Reader, Shapes

CASE = ("started", "closed")
STEP = ("open", "done")
LIMITS = ("within", "before", "every")


class Clocks:
    """Reads the section `clocks`."""

    def __init__(self, shapes: Shapes, names: Names, settings: dict[str, Setting]) -> None:
        """Of one file."""
        self.shapes, self.names, self.settings = shapes, names, settings

    def clock(self, key: Word, node: Node) -> Clock:
        """One clock."""
        shapes, what = self.shapes, f"clock {key.text}"
        happenings: Reader = lambda each: tuple(found for word in shapes.words(each, what) if (found := self.happening(word)))  # noqa: E731
        known: dict[str, Callable[[Node], Any]] = {
            "title": lambda each: shapes.text(each, f"title of {what}"),
            "starts": lambda each: self.happening(shapes.word(each, f"starts of {what}")),
            "within": lambda each: self._within(each, what),
            "before": lambda each: self._date(each, what),
            "by": lambda each: shapes.duration(each, f"by of {what}"),
            "every": lambda each: shapes.duration(each, f"every of {what}"),
            "opens": lambda each: shapes.one(each, "step", self.names.steps, "E301"),
            "clock": lambda each: shapes.one(each, "kind of clock", ("business", "wall"), "E104") == "wall",
            "calendar": lambda each: getattr(shapes.word(each, f"calendar of {what}"), "text", ""),
            "if": lambda each: shapes.condition(each, f"if of {what}"),
            "stops": happenings,
            "until": lambda each: self.happening(shapes.word(each, f"until of {what}")),
            "pause": lambda each: shapes.known(each, "step", self.names.steps, "E301"),
            "rungs": lambda each: self._rungs(each, what),
        }
        read = shapes.parts(node, what, known, ("starts",))
        self._limit(node, what)
        read |= read.pop("within", None) or {}
        read |= {"wall": read.pop("clock", False), "when": read.pop("if", None)}
        made: dict[str, Any] = {"title": key.text, "starts": Happening("case", "started")} | {
            name: each for name, each in read.items() if each is not None
        }
        return Clock(key=key.text, **made)

    def _limit(self, node: Node, what: str) -> None:
        """Exactly one of within, before (with by) and every."""
        if not isinstance(node, Map):
            return
        given = [name for name in LIMITS if name in node.entries]
        if len(given) != 1:
            self.shapes.wrong(node.mark, "E504", f"{what} needs exactly one of within, before and every")
        if ("before" in given) != ("by" in node.entries):
            self.shapes.wrong(node.mark, "E504", f"{what}: 'before' and 'by' go together")
        if "opens" in node.entries and "every" not in given:
            self.shapes.wrong(node.entries["opens"].key.mark, "E504", f"{what}: only a clock with 'every' opens a step; a rung may do it too")

    def happening(self, word: Word | None) -> Happening | None:
        """An event by its name."""
        if word is None:
            return None
        of, dot, what = word.text.partition(".")
        known = self._events(of)
        if not dot or not known:
            firsts = ("case", "contact", "field", "file", *self.names.steps)
            self.shapes.faults.unknown(word, "E305", "event", [f"{each}.{what or 'open'}" for each in firsts])
            return None
        if what not in known:
            self.shapes.faults.unknown(word, "E305", "event", [f"{of}.{each}" for each in known])
            return None
        return Happening(of, what)

    def _events(self, of: str) -> tuple[str, ...]:
        """What can happen to a thing."""
        if of == "case":
            return CASE
        if of == "contact":
            return ("any", *sorted(self.shapes.scope.contacts))
        if of == "field":
            return self.names.fields
        if of == "file":
            return self.names.slots
        return (*STEP, *sorted(self.names.outcomes[of])) if of in self.names.outcomes else ()

    def _within(self, node: Node, what: str) -> dict[str, Any]:
        """A duration, a setting, or a number of days or hours that is worked out."""
        shapes = self.shapes
        if isinstance(node, Map):
            number: Maker = lambda name: lambda each: shapes.condition(each, f"{name} of {what}", "number")  # noqa: E731
            read = shapes.parts(node, f"within of {what}", {"days": number("days"), "hours": number("hours")})
            if isinstance(node, Map) and len(node.entries) != 1:
                shapes.wrong(node.mark, "E504", f"within of {what} needs days or hours")
            return read
        if isinstance(node, Word) and node.text.startswith("setting."):
            name = node.text.removeprefix("setting.")
            if self.settings.get(name) is None or self.settings[name].kind != "duration":
                waits = [f"setting.{key}" for key, each in self.settings.items() if each.kind == "duration"]
                shapes.faults.unknown(node, "E303", "setting with a duration", waits)
                return {}
            return {"setting": name}
        return {"within": shapes.duration(node, f"within of {what}")}

    def _date(self, node: Node, what: str) -> str:
        """The field that a clock runs towards."""
        name = self.shapes.one(node, "field", self.names.fields, "E303")
        if name and self.names.kinds.get(name) not in ("date", "datetime"):
            self.shapes.wrong(node.mark, "E501", f"before of {what} needs a date, '{name}' is of type {self.names.kinds.get(name, 'text')}")
            return ""
        return name

    def _rungs(self, node: Node, what: str) -> tuple[Rung, ...]:
        found = []
        for item in self.shapes.many(node, f"the rungs of {what}"):
            rung = self._rung(item, what)
            if rung is not None:
                found.append(rung)
        return tuple(found)

    def _rung(self, node: Node, what: str) -> Rung | None:
        shapes = self.shapes
        roles: Reader = lambda each: shapes.known(each, "role", self.names.roles, "E302")  # noqa: E731
        read = shapes.parts(
            node,
            f"a rung of {what}",
            {
                "at": lambda each: shapes.instant(each, f"at of {what}"),
                "remind": roles,
                "escalate": roles,
                "notify": roles,
                "reassign": lambda each: shapes.truth(each, f"reassign of {what}"),
                "open": lambda each: shapes.one(each, "step", self.names.steps, "E301"),
                "act": lambda each: self.act(shapes.word(each, f"act of {what}")),
            },
            ("at",),
        )
        if isinstance(node, Map) and set(node.entries) == {"at"}:
            shapes.wrong(node.mark, "E104", f"a rung of {what} does nothing")
        return Rung(**read) if read.get("at") else None

    def act(self, word: Word | None) -> tuple[str, str] | None:
        """A step with one of its outcomes: `accept.ok`."""
        if word is None:
            return None
        step, _, outcome = word.text.partition(".")
        if outcome in self.names.outcomes.get(step, frozenset()):
            return step, outcome
        self.shapes.faults.unknown(word, "E306", "outcome", [f"{key}.{each}" for key, ends in self.names.outcomes.items() for each in sorted(ends)])
        return None
