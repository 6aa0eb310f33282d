"""What inventory tells the modules above it."""

from dataclasses import dataclass

from wangdan.kernel.fact import Fact


@dataclass(frozen=True)
class GoodsMoved(Fact):
    """The goods of a SKU lie in another bin of the warehouse now."""

    sku: int
    bin: str


@dataclass(frozen=True)
class HoldShort(Fact):
    """A count found fewer pieces than were promised: `ref` misses `pieces` of a SKU in a warehouse."""

    warehouse: int
    sku: int
    pieces: int
