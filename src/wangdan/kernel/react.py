"""Who reacts to which fact, now or later, and what is swept by the clock."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings

from wangdan.kernel.fact import Fact
from wangdan.kernel.operation import Operation

Key = tuple[str, type[Fact]]
Table = Mapping[Key, Operation[Any] | list[Operation[Any]]]


@dataclass(frozen=True)
class Sweep:
    """Something the clock brings about: every `every` seconds `due(limit)` names handles, `run` is called on each as the system."""

    name: str
    due: Callable[[int], Iterable[Any]]
    run: Operation[Any]
    every: int
    limit: int = 500


NOW: dict[Key, list[Operation[Any]]] = defaultdict(list)
LATER: dict[Key, list[Operation[Any]]] = defaultdict(list)
SWEEPS: dict[str, Sweep] = {}
_loaded: set[str] = set()


def _merge(into: dict[Key, list[Operation[Any]]], table: Table) -> None:
    for key, found in table.items():
        into[key].extend(found if isinstance(found, list) else [found])


def load() -> None:
    """Import every module's queries, operations, errands and reactions once, bottom-up, and keep their tables; of the faces their errands."""
    for module in [*settings.MODULES, *settings.FACES]:
        if module in _loaded:
            continue
        _loaded.add(module)
        for part in ("queries", "operations", "errands", "reactions"):
            name = f"wangdan.{module}.{part}"
            if find_spec(name) is None:
                continue
            found = import_module(name)
            if part == "reactions":
                _merge(NOW, getattr(found, "NOW", {}))
                _merge(LATER, getattr(found, "LATER", {}))
                for sweep in getattr(found, "SWEEPS", ()):
                    SWEEPS[sweep.name] = sweep


def now(fact: Fact) -> list[Operation[Any]]:
    """The operations that run in the same transaction."""
    return NOW.get((fact.kind, type(fact)), [])


def later(fact: Fact) -> list[Operation[Any]]:
    """The operations the worker runs after the commit."""
    return LATER.get((fact.kind, type(fact)), [])
