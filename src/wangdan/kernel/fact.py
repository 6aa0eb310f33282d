"""Facts: what a module tells the ones above it, frozen, JSON-able, about a ref."""

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True)
class Fact:
    """Something that has happened to `ref` (such as `orders:A26…`). Subclasses live in facts.py and add JSON-able fields."""

    known: ClassVar[dict[str, type["Fact"]]] = {}

    ref: str

    def __init_subclass__(cls) -> None:
        """Register the fact under `module.Name`, the name the journal keeps for ever."""
        super().__init_subclass__()
        Fact.known[cls.name()] = cls

    @classmethod
    def name(cls) -> str:
        """`module.Name`, where module is the folder the fact is declared in."""
        parts = cls.__module__.split(".")
        return f"{parts[1] if len(parts) > 1 else parts[0]}.{cls.__name__}"

    @property
    def kind(self) -> str:
        """The kind of thing the fact is about: the ref before the colon."""
        return self.ref.partition(":")[0]

    @property
    def handle(self) -> str:
        """The number of the thing the fact is about: the ref after the colon."""
        return self.ref.partition(":")[2]

    def document(self) -> dict[str, Any]:
        """The fact as the journal keeps it."""
        return {"fact": self.name(), **asdict(self)}

    @classmethod
    def read(cls, document: dict[str, Any]) -> "Fact":
        """The fact a journal entry holds; fields it has lost since are dropped, new ones need defaults."""
        kind = cls.known[document["fact"]]
        names = {field.name for field in fields(kind)}
        return kind(**{name: value for name, value in document.items() if name in names})
