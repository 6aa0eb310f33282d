"""Reads what can be filled in: value sets, fields, tables of lines, files, contacts, settings."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from wangdan.procedures.rules.conditions import Condition
from wangdan.procedures.rules.definition import Contacts, Field, Macro, Rule, Setting, Slot, Table
from wangdan.procedures.rules.marks import Many, Map, Node, Word
from wangdan.procedures.rules.shapes import TRUTHS, Maker, Reader, Shapes
from wangdan.procedures.rules.standard import STANDARD
from wangdan.procedures.rules.types import Kind, Type, ValueSet

TYPES: dict[str, Kind] = {
    "text": "text", "note": "text", "phone": "text", "email": "text", "url": "text", "time": "text", "address": "text",
    "int": "number", "decimal": "number", "score": "number", "money": "money", "bool": "bool", "date": "date", "datetime": "datetime",
    "choice": "choice", "person": "person", "org": "org", "case": "case",
}  # fmt: skip
"""How a field is declared → the kind of value that conditions see."""
BOUNDED = {"int", "decimal", "money", "text", "note", "score"}
FILE_KINDS = ("image", "pdf", "stl", "ply", "obj", "dcm", "dwg", "xlsx", "docx", "csv", "txt", "zip", "audio", "video")
COLUMN_KINDS: dict[str, Kind] = {"text": "text", "number": "number", "money": "money", "bool": "bool"}
_INT = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_LARGEST = 10**15
_YUAN = 100
_LONG = 2_000
"""Characters of a note that names no limit."""
_OF_LISTS = {"unique_open", "default", "fixed", "compute", "future", "past"}


def money(text: str) -> int | None:
    """Yuan as written, in minor units."""
    return round(float(text) * _YUAN) if re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,2})?", text) else None


class Values:
    """Reads the section `values`."""

    def __init__(self, shapes: Shapes) -> None:
        """Of one file."""
        self.shapes, self.sets = shapes, dict[str, ValueSet]()

    def read(self, key: Word, node: Node) -> ValueSet:
        """One value set; those above it in the file may be named by its columns."""
        self.sets[key.text] = self._read(key, node)
        return self.sets[key.text]

    def _read(self, key: Word, node: Node) -> ValueSet:
        """A list, labels by code, a standard one by `use`, or a table by `columns` and `rows`."""
        if isinstance(node, Many):
            words = self.shapes.words(node, f"values {key.text}")
            return ValueSet(key.text, tuple(word.text for word in words), {word.text: word.text for word in words})
        found = self.shapes.map(node, f"values {key.text}")
        if "use" in found.entries:
            read = self.shapes.parts(found, f"values {key.text}", {"use": lambda each: self.shapes.one(each, "standard set", STANDARD, "E304")})
            return replace(STANDARD[read["use"]], key=key.text) if read["use"] else ValueSet(key.text, ())
        if "columns" in found.entries:
            return self._table(key, found)
        labels = {code: self.shapes.text(entry.value, f"the label of {code}") for code, entry in found.entries.items()}
        if isinstance(node, Map) and not labels:
            self.shapes.wrong(node.mark, "E104", f"values {key.text} is empty")
        return ValueSet(key.text, tuple(labels), labels)

    def _table(self, key: Word, node: Map) -> ValueSet:
        """Codes with what is known about each."""
        what = f"values {key.text}"
        read = self.shapes.parts(node, what, {"columns": lambda each: each, "rows": lambda each: each}, ("columns", "rows"))
        names, kinds = self._heads(read.get("columns"), what)
        rows: dict[str, list[Word]] = {}
        for row in self.shapes.many(read["rows"], f"the rows of {what}") if "rows" in read else ():
            cells = [cell for cell in (self.shapes.word(each, "a cell") for each in (row.items if isinstance(row, Many) else ())) if cell]
            if len(cells) != len(names):
                self.shapes.wrong(row.mark, "E104", f"a row of {what} must be a list of {len(names)} cells: {', '.join(names)}")
            elif cells[0].text in rows:
                self.shapes.wrong(cells[0].mark, "E107", f"'{cells[0].text}' stands in {what} twice")
            else:
                rows[cells[0].text] = cells
        columns = {name: kinds[name] or Type(_kind_of([cells[at].text for cells in rows.values()])) for at, name in enumerate(names) if at > 1}
        table = {code: {name: self._cell(columns[name], cells[at]) for at, name in enumerate(names) if at > 1} for code, cells in rows.items()}
        return ValueSet(key.text, tuple(rows), {code: cells[1].text for code, cells in rows.items()}, columns, table)

    def _heads(self, node: Node | None, what: str) -> tuple[list[str], dict[str, Type | None]]:
        """The columns: `code`, `label`, then names, with a kind or another value set where cells do not show it: `{price: money}`."""
        names: list[str] = []
        kinds: dict[str, Type | None] = {}
        for head in self.shapes.many(node, f"the columns of {what}") if node else ():
            for word, kind in self._head(head):
                if self.shapes.name(word):
                    names.append(word.text)
                    kinds[word.text] = kind
        if node and names[:2] != ["code", "label"]:
            self.shapes.wrong(node.mark, "E104", f"the columns of {what} begin with code and label")
        return names, kinds

    def _head(self, head: Node) -> list[tuple[Word, Type | None]]:
        if isinstance(head, Word):
            return [(head, None)]
        return [(entry.key, self._type(entry.value)) for entry in self.shapes.map(head, "a column").entries.values()]

    def _type(self, node: Node) -> Type:
        name = self.shapes.one(node, "kind of column", (*COLUMN_KINDS, *self.sets), "E104")
        return Type("choice", self.sets[name]) if name in self.sets else Type(COLUMN_KINDS.get(name, "text"))

    def _cell(self, type_: Type, cell: Word) -> Any:
        kind = type_.kind
        if type_.of:
            return self.shapes.one(cell, f"value of {type_.of.key}", type_.of.codes, "E304") or None
        if kind == "bool":
            return self.shapes.truth(cell, "a cell")
        if kind == "number":
            if not _NUMBER.fullmatch(cell.text):
                self.shapes.wrong(cell.mark, "E105", f"'{cell.text}' is no number")
                return None
            return int(cell.text) if _INT.fullmatch(cell.text) else cell.text
        if kind == "money":
            found = money(cell.text)
            if found is None:
                self.shapes.wrong(cell.mark, "E105", f"'{cell.text}' is no amount of yuan")
            return found
        return cell.text


def _kind_of(cells: list[str]) -> Kind:
    if cells and all(cell in TRUTHS for cell in cells):
        return "bool"
    return "number" if cells and all(_NUMBER.fullmatch(cell) for cell in cells) else "text"


class Fields:
    """Reads fields, of the case, of a step's form or of a table's rows."""

    def __init__(self, shapes: Shapes, values: dict[str, ValueSet], roles: tuple[str, ...], procedures: frozenset[str]) -> None:
        """`procedures`: the trades that a field may point at."""
        self.shapes, self.values, self.roles, self.procedures = shapes, values, roles, procedures

    def field(self, key: Word, node: Node, row: str = "") -> Field:
        """One field; `row`: the table whose column it is."""
        shapes, what = self.shapes, f"field {key.text}"
        kind = self._kind(node)
        read = shapes.parts(node, what, self._known(what, kind, row), ("type",))
        read.pop("type", None)
        required = read.pop("required", None)
        chosen = read.pop("of", None)
        if kind == "choice" and not isinstance(chosen, ValueSet) and isinstance(node, Map) and "of" not in node.entries:
            shapes.wrong(node.mark, "E102", f"{what} lacks 'of', the values to choose from")
        read |= {"low": read.pop("min", None), "high": read.pop("max", None)} if kind not in ("text", "note") else {}
        for name, of_text in (("longest", "max"),):
            if of_text in read:
                read[name] = read.pop(of_text)
        read.pop("min", None)
        read.setdefault("label", key.text)
        if kind in ("note", "url"):
            read.setdefault("longest", _LONG)
        several = read.get("many", False)
        made = Type(TYPES.get(kind, "text"), chosen if isinstance(chosen, ValueSet) else None, several)
        of = chosen if isinstance(chosen, ValueSet) else None
        return Field(
            key=key.text,
            kind=kind,
            type=made,
            of=of,
            procedure=chosen if isinstance(chosen, str) else "",
            always=required is True,
            required=required if isinstance(required, Condition) else None,
            **read,
        )

    def _kind(self, node: Node) -> str:
        found = node.get("type") if isinstance(node, Map) else None
        return self.shapes.one(found, "type", TYPES, "E104") or "text" if found else "text"

    def _known(self, what: str, kind: str, row: str) -> dict[str, Callable[[Node], Any]]:
        """Every key a field of this kind can have, with its reader."""
        shapes = self.shapes
        text: Maker = lambda name: lambda node: shapes.text(node, f"{name} of {what}")  # noqa: E731
        truth: Maker = lambda name: lambda node: shapes.truth(node, f"{name} of {what}")  # noqa: E731
        condition: Maker = lambda name, wants="bool": lambda node: shapes.condition(node, f"{name} of {what}", wants, row)  # noqa: E731
        roles: Reader = lambda node: frozenset(shapes.known(node, "role", self.roles, "E302"))  # noqa: E731
        known: dict[str, Callable[[Node], Any]] = {
            "type": lambda node: node,
            "label": text("label"), "help": text("help"), "unit": text("unit"), "default": text("default"), "widget": text("widget"),
            "private": truth("private"), "unique_open": truth("unique_open"), "fixed": truth("fixed"), "many": truth("many"),
            "show": condition("show"), "required": lambda node: self._required(node, what, row),
            "compute": condition("compute", TYPES.get(kind, "text")), "where": condition("where"),
            "see": roles, "edit": roles,
            "suggest": lambda node: tuple(word.text for word in shapes.words(node, f"suggestions of {what}")),
        }  # fmt: skip
        if kind in ("date", "datetime"):
            known |= {"future": truth("future"), "past": truth("past")}
        if kind in BOUNDED:
            bound: Maker = lambda name: lambda node: self._bound(node, f"{name} of {what}", kind)  # noqa: E731
            known |= {"min": bound("min"), "max": bound("max")}
        if kind == "choice":
            known["of"] = lambda node: self.values.get(shapes.one(node, "value set", self.values, "E304"))
        if kind == "case":
            known["of"] = lambda node: shapes.one(node, "trade", self.procedures, "E307")
        return {name: read for name, read in known.items() if not row or name not in _OF_LISTS - {"default", "compute"}}

    def _required(self, node: Node, what: str, row: str) -> bool | Condition | None:
        if isinstance(node, Word) and node.text in TRUTHS:
            return TRUTHS[node.text]
        return self.shapes.condition(node, f"required of {what}", "bool", row)

    def _bound(self, node: Node, what: str, kind: str) -> int | None:
        if kind != "money":
            return self.shapes.number(node, what, -_LARGEST if kind in ("int", "decimal") else 0, _LARGEST)
        word = self.shapes.word(node, what)
        found = money(word.text) if word else None
        if word and found is None:
            self.shapes.wrong(word.mark, "E105", f"{what} must be an amount of yuan, not '{word.text[:40]}'")
        return found

    def table(self, key: Word, node: Node) -> Table:
        """One table of lines."""
        shapes, what = self.shapes, f"lines {key.text}"
        rules: Maker = lambda row: lambda each: self._rules(each, what, row)  # noqa: E731
        known: dict[str, Callable[[Node], Any]] = {
            "title": lambda each: shapes.text(each, f"title of {what}"),
            "min": lambda each: shapes.number(each, f"min of {what}", 0, 1000),
            "max": lambda each: shapes.number(each, f"max of {what}", 1, 1000),
            "columns": lambda each: shapes.each(each, f"the columns of {what}", lambda word, column: self.field(word, column, key.text)),
            "check": rules(key.text),
            "check_all": rules(""),
            "see": lambda each: frozenset(shapes.known(each, "role", self.roles, "E302")),
        }
        read = shapes.parts(node, what, known, ("title", "columns"))
        read |= {"least": read.pop("min", 0), "most": read.pop("max", 100)}
        return Table(key=key.text, **({"title": key.text, "columns": {}} | read))

    def _rules(self, node: Node, what: str, row: str) -> tuple[Rule, ...]:
        found = [self._rule(item, what, row) for item in self.shapes.many(node, f"the checks of {what}")]
        return tuple(rule for rule in found if rule)

    def _rule(self, node: Node, what: str, row: str) -> Rule | None:
        read = self.shapes.parts(
            node,
            f"a check of {what}",
            {"need": lambda each: self.shapes.condition(each, f"a check of {what}", "bool", row), "say": lambda each: self.shapes.text(each, "say")},
            ("need", "say"),
        )
        return Rule(read["need"], read["say"]) if read.get("need") and read.get("say") else None

    def slot(self, key: Word, node: Node) -> Slot:
        """Where files of one kind are attached."""
        shapes, what = self.shapes, f"attachment {key.text}"
        read = shapes.parts(
            node,
            what,
            {
                "label": lambda each: shapes.text(each, f"label of {what}"),
                "kinds": lambda each: shapes.known(each, "kind of file", FILE_KINDS, "E104"),
                "max": lambda each: shapes.number(each, f"max of {what}", 1, 100),
                "mb": lambda each: shapes.number(each, f"mb of {what}", 1, 500),
                "see": lambda each: frozenset(shapes.known(each, "role", self.roles, "E302")),
            },
            ("label", "kinds"),
        )
        read |= {"most": read.pop("max", 10)}
        return Slot(key=key.text, **({"label": key.text, "kinds": ()} | read))


def contacts(shapes: Shapes, node: Node, values: dict[str, ValueSet], fields: tuple[str, ...]) -> Contacts:
    """How the outside is spoken to."""
    labels = {"call": "电话", "wechat": "微信", "visit": "面谈", "sms": "短信", "mail": "邮件", "chat": "在线"}
    read = shapes.parts(
        node,
        "contacts",
        {
            "channels": lambda each: {name: labels[name] for name in shapes.known(each, "channel", labels, "E104")},
            "outcomes": lambda each: values.get(shapes.one(each, "value set", values, "E304")),
            "quiet": lambda each: _quiet(shapes, each),
            "per_day": lambda each: shapes.number(each, "per_day of contacts", 1, 100),
            "stop_on": lambda each: each,
            "phone": lambda each: shapes.one(each, "field", fields, "E303"),
        },
        ("channels", "outcomes"),
    )
    found = read.get("outcomes")
    stop = shapes.one(read["stop_on"], "outcome of a contact", found.codes if found else (), "E306") if "stop_on" in read else ""
    return Contacts(
        channels=read.get("channels", {}),
        outcomes={code: found.labels.get(code, code) for code in found.codes} if found else {},
        quiet=read.get("quiet"),
        per_day=read.get("per_day", 0),
        stop_on=stop,
        phone=read.get("phone", ""),
    )


def _quiet(shapes: Shapes, node: Node) -> tuple[int, int] | None:
    times = [_TIME.fullmatch(word.text) for word in shapes.words(node, "quiet of contacts")]
    if len(times) != len(("from", "to")) or not all(times):
        shapes.wrong(node.mark, "E104", "quiet of contacts must be two times of day: [21:00, 08:30]")
        return None
    begins, ends = (int(found[1]) * 60 + int(found[2]) for found in times if found)
    return begins, ends


def setting(shapes: Shapes, key: Word, node: Node) -> Setting | None:
    """A limit that administrators change without a new version."""
    what = f"setting {key.text}"
    read = shapes.parts(node, what, {"label": lambda each: shapes.text(each, f"label of {what}"), "default": lambda each: each}, ("label", "default"))
    word = read.get("default")
    if not isinstance(word, Word):
        return None
    whole = bool(_INT.fullmatch(word.text))
    default = shapes.number(word, what, 0, 1_000_000) if whole else shapes.duration(word, what)
    return Setting(key.text, read.get("label", ""), "number" if whole else "duration", default) if default is not None else None


def macro(shapes: Shapes, key: Word, node: Node) -> Macro:
    """A text that is sent often."""
    what = f"macro {key.text}"
    read = shapes.parts(node, what, {"label": lambda each: shapes.text(each, what), "text": lambda each: shapes.text(each, what)}, ("label", "text"))
    return Macro(key.text, read.get("label", ""), read.get("text", ""))
