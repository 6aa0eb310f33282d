"""What promotions tell of one buyer; `ref` is `coupons:ID` or `members:ID` (the person's)."""

from dataclasses import dataclass

from wangdan.kernel.fact import Fact


@dataclass(frozen=True)
class CouponGiven(Fact):
    """A shop or the office gave somebody a coupon; what he claims himself is not told."""


@dataclass(frozen=True)
class CouponExpiring(Fact):
    """The time of a coupon that was not used is soon over."""


@dataclass(frozen=True)
class PointsCredited(Fact):
    """Points came onto an account: `why` is earned, granted or back; `about` is the ref of the order, empty for a gift."""

    points: int
    why: str
    about: str = ""
