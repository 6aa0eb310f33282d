"""What parcels tell the modules above; `ref` is whom the parcel is for, such as `orders:A26…`; `last`: no other parcel of it is pending."""

from dataclasses import dataclass

from wangdan.kernel.fact import Fact


@dataclass(frozen=True)
class ParcelPlanned(Fact):
    """A warehouse has a parcel to prepare."""

    parcel: str


@dataclass(frozen=True)
class ShelfShort(Fact):
    """The picker of a parcel found `pieces` fewer on the shelf than it wanted."""

    parcel: str
    pieces: int


@dataclass(frozen=True)
class ParcelShipped(Fact):
    """A parcel left the warehouse; `last` when all of the ref have."""

    parcel: str
    last: bool


@dataclass(frozen=True)
class ParcelOutForDelivery(Fact):
    """The courier is on his way to the door with a parcel."""

    parcel: str


@dataclass(frozen=True)
class ParcelDelivered(Fact):
    """A parcel was signed for or fetched; `last` when none is on the way or in the house."""

    parcel: str
    last: bool


@dataclass(frozen=True)
class ParcelRefused(Fact):
    """Nobody took the parcel at the door."""

    parcel: str
    last: bool


@dataclass(frozen=True)
class ParcelLost(Fact):
    """The carrier cannot find the parcel."""

    parcel: str


@dataclass(frozen=True)
class ParcelReturned(Fact):
    """A parcel that the carrier had lost lies in the warehouse again; `last` when none is on the way or in the house."""

    parcel: str
    last: bool


@dataclass(frozen=True)
class CashReported(Fact):
    """The courier took cash for a parcel; `amount` minor units."""

    parcel: str
    amount: int
