"""What the life of a purchase and its orders tells to the modules above."""

from dataclasses import dataclass

from wangdan.kernel.fact import Fact


@dataclass(frozen=True)
class PurchasePlaced(Fact):
    """A purchase was placed; `ref` is `purchases:G…`, `orders` the numbers of its orders, `total` minor units."""

    orders: list[str]
    total: int
    currency: str


@dataclass(frozen=True)
class OrderPaid(Fact):
    """The money of an order is there; `amount` minor units."""

    amount: int


@dataclass(frozen=True)
class OrderHeld(Fact):
    """The rules of risk want a person to look before the shop sees the order."""


@dataclass(frozen=True)
class OrderApproved(Fact):
    """A person let a held order pass; now its shop may take it."""


@dataclass(frozen=True)
class OrderRejected(Fact):
    """A person did not let a held order pass; money and stock went back."""


@dataclass(frozen=True)
class BuyerAsked(Fact):
    """The buyer is asked to confirm a held order on its page."""


@dataclass(frozen=True)
class AuditLate(Fact):
    """A held order waits too long for a decision; `escalated` when its time is over."""

    escalated: bool


@dataclass(frozen=True)
class OrderAccepted(Fact):
    """The shop took the order; its parcels are planned."""


@dataclass(frozen=True)
class OrderDeclined(Fact):
    """The shop cannot deliver; money and stock went back."""

    reason: str


@dataclass(frozen=True)
class OrderCancelled(Fact):
    """The order was called off before shipping; money and stock went back."""

    reason: str


@dataclass(frozen=True)
class OrderExpired(Fact):
    """Nobody paid in time."""


@dataclass(frozen=True)
class ShopReminded(Fact):
    """The shop's time for its `step` (`accept` or `ship`) is nearly over; `due_at` in ISO 8601."""

    step: str
    due_at: str


@dataclass(frozen=True)
class ShopLate(Fact):
    """The shop's time for its `step` is over and the office steps in; at `over_at` ("" for never) the order is called off."""

    step: str
    over_at: str


@dataclass(frozen=True)
class AddressChanged(Fact):
    """The order goes to another address."""


@dataclass(frozen=True)
class SlotChanged(Fact):
    """The buyer chose other hours for the delivery, or none."""


@dataclass(frozen=True)
class OrderPartlyShipped(Fact):
    """One parcel left, others are still being prepared."""

    parcel: str


@dataclass(frozen=True)
class OrderShipped(Fact):
    """The last parcel left."""

    parcel: str


@dataclass(frozen=True)
class OrderDelivered(Fact):
    """Everything that was on the way is signed for."""


@dataclass(frozen=True)
class OrderCompleted(Fact):
    """The buyer, or the time, confirmed the receipt; `by` is `buyer` or `time`."""

    by: str


@dataclass(frozen=True)
class OrderReturned(Fact):
    """Nobody took the goods at the door; the order ended."""

    parcel: str


@dataclass(frozen=True)
class OrderEnded(Fact):
    """The order was wholly refunded after shipping."""


@dataclass(frozen=True)
class OrderReminded(Fact):
    """Somebody asks the shop to get on with it; `by` is `buyer` or `office`."""

    by: str = "office"


@dataclass(frozen=True)
class OrderEdited(Fact):
    """An administrator changed the order; totals `before` and `after` and what goes `back`, in minor units."""

    change: int
    before: int
    after: int
    back: int
