"""What payments tell to the modules above; `ref` is the ref of the part, such as `orders:A26…`."""

from dataclasses import dataclass

from wangdan.kernel.fact import Fact


@dataclass(frozen=True)
class PaymentCaptured(Fact):
    """The money of one part is there; `payment` is the number B…, `amount` minor units."""

    payment: str
    amount: int
    currency: str = "CNY"


@dataclass(frozen=True)
class PaymentFailed(Fact):
    """A try to pay failed at the gateway; the part still waits for money."""

    payment: str
    amount: int


@dataclass(frozen=True)
class PartLetGo(Fact):
    """Nobody will pay this part any more; nothing had been captured."""

    payment: str
    amount: int


@dataclass(frozen=True)
class RefundDone(Fact):
    """Money of this part went back to the payer; `amount` minor units, `refund` the number R…, `whole` when nothing is left of it."""

    refund: str
    amount: int
    whole: bool = False
    currency: str = "CNY"
