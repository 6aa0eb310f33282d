"""What the life of a shop tells the modules above; `ref` is `applications:ID`."""

from dataclasses import dataclass

from wangdan.kernel.fact import Fact


@dataclass(frozen=True)
class ApplicationSubmitted(Fact):
    """Somebody wants to open a shop, or wants it again after a rejection."""


@dataclass(frozen=True)
class ApplicationApproved(Fact):
    """The shop is open; `shop` is its organisation's id."""

    shop: int


@dataclass(frozen=True)
class ApplicationRejected(Fact):
    """Something is not right; `reason` is what the office wrote."""

    reason: str


@dataclass(frozen=True)
class CheckDue(Fact):
    """The shop's papers are to be looked at again by `check_by` (ISO 8601)."""

    check_by: str


@dataclass(frozen=True)
class CheckOverdue(Fact):
    """Nobody has looked in time; `paused` when the shop may not sell until somebody does."""

    shop: int
    paused: bool


@dataclass(frozen=True)
class CheckRenewed(Fact):
    """Somebody has looked; the next time is `check_by` (ISO 8601). `resumed` when the shop may sell again."""

    shop: int
    check_by: str
    resumed: bool


@dataclass(frozen=True)
class Invited(Fact):
    """A shop offers somebody a seat; `ref` is `invitations:ID`."""
