"""Errands: calls to the outside world, made by the worker, never inside a transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Errand:
    """A function that calls the outside with a timeout and then runs an operation with the outcome."""

    name: str
    run: Callable[..., None]
    tries: int

    def __call__(self, **kwargs: Any) -> None:
        """Run it here and now; the worker does, and so may a desk that needs the answer at once."""
        self.run(**kwargs)


ERRANDS: dict[str, Errand] = {}


def errand(name: str, *, tries: int = 8) -> Callable[[Callable[..., None]], Errand]:
    """Register a call to the outside under `module.verb`; a failing call is tried again with back-off, `tries` times in all."""

    def register(function: Callable[..., None]) -> Errand:
        if name in ERRANDS:
            message = f"errand {name} is declared twice"
            raise ValueError(message)
        ERRANDS[name] = Errand(name, function, tries)
        return ERRANDS[name]

    return register
