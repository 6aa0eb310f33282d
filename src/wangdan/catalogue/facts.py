"""What goods tell the modules above, and themselves for later."""

from dataclasses import dataclass

from wangdan.kernel.fact import Fact


@dataclass(frozen=True)
class SheetWanted(Fact):
    """A long table of goods is to be taken by the worker; `ref` is `sheets:ID`."""
