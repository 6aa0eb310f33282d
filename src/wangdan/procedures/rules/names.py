"""Which names a file declares, gathered before it is read, so that everything may be named before it is declared."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wangdan.procedures.rules.marks import Map, Node, Word

_NOWHERE = Map({}, None)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Names:
    """The names of one file, and the trades there are."""

    roles: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Field → its declared type."""
    tables: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    outcomes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    settings: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    procedures: frozenset[str] = frozenset()

    @property
    def askable(self) -> tuple[str, ...]:
        """What a step may ask for."""
        return (*self.fields, *self.tables, *self.slots)


def under(node: Node | None, key: str) -> Map:
    """The mapping at a key; an empty one when there is none."""
    found = node.get(key) if isinstance(node, Map) else None
    return found if isinstance(found, Map) else _NOWHERE


def gather(top: Map, procedures: frozenset[str]) -> Names:
    """The names of a file, however wrong the rest of it may be."""
    steps, fields, key = under(top, "steps"), under(top, "fields"), top.get("procedure")
    kinds = {name: each.get("type") for name, entry in fields.entries.items() if isinstance(each := entry.value, Map)}
    return Names(
        roles=tuple(under(top, "roles").entries),
        fields=tuple(fields.entries),
        kinds={name: kind.text for name, kind in kinds.items() if isinstance(kind, Word)},
        tables=tuple(under(top, "lines").entries),
        slots=tuple(under(top, "attachments").entries),
        steps=tuple(steps.entries),
        outcomes={name: frozenset(under(entry.value, "outcomes").entries) for name, entry in steps.entries.items()},
        settings=tuple(under(top, "settings").entries),
        clocks=tuple(under(top, "clocks").entries),
        procedures=procedures | ({key.text} if isinstance(key, Word) else frozenset()),
    )
