"""The life of offers and coupons, what an offer may say, and the numbers around points and levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from wangdan.accounts.rules import tidy
from wangdan.kernel.errors import Malformed
from wangdan.kernel.machine import Machine
from wangdan.kernel.option import Option

LIFE = Machine(
    "promotions",
    start="running",
    moves=[("pause", "running", "paused"), ("resume", "paused", "running"), ("end", ("running", "paused"), "ended")],
)
"""Of an offer. Before its time and after it a running one waits or is over by the clock; what was claimed stays good to its own date."""
COUPON_LIFE = Machine(
    "coupons",
    start="available",
    moves=[("redeem", "available", "used"), ("give_back", "used", "available"), ("lapse", ("available", "used"), "expired")],
)
"""Of one buyer's coupon: used once; it comes back when everything it was used for is called off, unless its time is over by then."""

WAYS = ("reduction", "coupon")
GIVEN_KINDS = ("full", "percent", "free_freight")
SCOPES = ("all", "shops", "categories", "products")
MOST_RUNGS, MOST_TARGETS = 5, 200
HIGHEST = 10**9
"""Ten million yuan, in minor units."""
NAME_LIMIT = 40
YEAR = timedelta(days=365)

POINTS_PER_YUAN = Option("promotions.points_per_yuan", default=100, low=1, high=10000, text="多少积分抵 1 元")
POINTS_EARNED = Option("promotions.points_earned_per_yuan", default=1, low=0, high=1000, text="确认收货后，每付 1 元得多少积分")
POINTS_MOST_PERCENT = Option("promotions.points_most_percent", default=50, low=0, high=100, text="积分最多抵商品金额的百分之几")
POINTS_EXPIRE = Option("promotions.points_expire", default=True, text="积分是否在次年年底过期")
COUPONS_HELD = Option("promotions.coupons_held", default=200, low=10, high=1000, text="每人最多同时有多少张可用的优惠券")
COUPON_REMIND = Option("promotions.remind_coupon_days", default=3, low=0, high=30, text="优惠券到期前几天提醒买家（0 为不提醒）")
PASSWORD_FOR_POINTS = Option("promotions.points_need_password", default=True, text="用积分抵扣时是否要支付密码")


@dataclass(frozen=True)
class Draft:
    """What somebody wants to offer; amounts in minor units, `rungs` (from, off). For coupons: how many in all and per person, the budget, days."""

    way: str
    kind: str
    name: str
    rungs: tuple[tuple[int, int], ...]
    starts_at: datetime
    ends_at: datetime
    every: bool = False
    cap: int | None = None
    scope: str = "all"
    targets: tuple[int, ...] = ()
    most: int | None = None
    per_person: int = 1
    budget: int | None = None
    days: int | None = None
    code: str = ""
    listed: bool = True


@dataclass(frozen=True)
class Taken:
    """What one offer gives to a purchase, in minor units, by a coupon or by itself; `budgeted` when a guarded account pays it."""

    offer: int
    coupon: int | None
    amount: int
    budgeted: bool = False


def _whole(value: object, low: int, high: int, field: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Malformed("promotions.number_malformed", field=field, low=low, high=high)


def checked(draft: Draft) -> Draft:
    """The draft if it makes sense, its rungs from the lowest up.

    Refuses (422) with `promotions.name_missing`, `promotions.kind_unknown`, `promotions.rungs_malformed`, `promotions.scope_malformed`,
    `promotions.times_malformed`, `promotions.number_malformed` (field, low, high), `promotions.code_malformed`.
    """
    name = tidy(draft.name, NAME_LIMIT, "promotions.name_missing")
    if not name:
        raise Malformed("promotions.name_missing", longest=NAME_LIMIT)
    if draft.way not in WAYS or draft.kind not in GIVEN_KINDS:
        raise Malformed("promotions.kind_unknown")
    _check_rungs(draft)
    if draft.scope not in SCOPES or (draft.scope == "all") != (not draft.targets) or len(draft.targets) > MOST_TARGETS:
        raise Malformed("promotions.scope_malformed", most=MOST_TARGETS)
    if draft.ends_at <= draft.starts_at:
        raise Malformed("promotions.times_malformed")
    for field, most in (("cap", HIGHEST), ("most", 10**7), ("budget", HIGHEST * 100), ("days", 366)):
        if getattr(draft, field) is not None:
            _whole(getattr(draft, field), 1, most, field)
    _whole(draft.per_person, 1, 100, "per_person")
    code = draft.code.strip().upper()
    if code and not (code.isascii() and code.isalnum() and 4 <= len(code) <= 20 and not code.isdigit()):  # noqa: PLR2004 - as the refusal says
        raise Malformed("promotions.code_malformed")
    coupon = draft.way == "coupon"
    return Draft(
        **(
            draft.__dict__
            | {"name": name, "rungs": tuple(sorted(draft.rungs)), "code": code if coupon else "", "listed": coupon and draft.listed and not code}
        )
    )


def _check_rungs(draft: Draft) -> None:
    """From one to five rungs, each asking for more and giving more; money off below what it asks for (0 asks for nothing), percents below 100."""
    rungs = sorted(draft.rungs)
    if not 1 <= len(rungs) <= MOST_RUNGS or any(len(rung) != 2 for rung in rungs):  # noqa: PLR2004 - from, off
        raise Malformed("promotions.rungs_malformed", most=MOST_RUNGS)
    for full, off in rungs:
        _whole(full, 0, HIGHEST, "rungs")
        _whole(off, 0 if draft.kind == "free_freight" else 1, 99 if draft.kind == "percent" else HIGHEST, "rungs")
    climbs = all(low[0] < high[0] and low[1] < high[1] for low, high in pairwise(rungs))
    too_much = draft.kind == "full" and any(off >= full > 0 for full, off in rungs)
    if not climbs or too_much or (draft.kind == "free_freight" and len(rungs) > 1):
        raise Malformed("promotions.rungs_malformed", most=MOST_RUNGS)


def step_of(way: str, kind: str, *, shop: bool) -> str:
    """The step of the pricing at which such an offer works."""
    if kind == "free_freight":
        return "freight"
    return f"{'shop' if shop else 'platform'}_{way}"


# ---- points ---------------------------------------------------------------------------------------------------------


def worth(points: int, per_yuan: int) -> int:
    """What points are worth in minor units, rounded down."""
    return points * 100 // per_yuan


def needed(amount: int, per_yuan: int) -> int:
    """The points that pay `amount` minor units, rounded up."""
    return -(-amount * per_yuan // 100)


def earned(spent: int, per_yuan: int, level_percent: int) -> int:
    """The points for `spent` minor units, whole ones; a level's percent comes on top (100: none)."""
    return spent * per_yuan * level_percent // 10000


def back(points: int, refunded: int, captured: int) -> int:
    """How many of an order's points follow the money that went back: in proportion, rounded down, all with the last fen."""
    return points * min(refunded, captured) // captured if captured else 0


def spent_on_goods(amount: int, steps: Sequence[Mapping[str, Any]]) -> int:
    """What a line's goods cost its buyer in money: list amount less every step but the freight's; points are no money."""
    return amount - sum(int(step["amount"]) for step in steps if step["step"] != "freight")


def level_for(spent: int, levels: Sequence[tuple[int, int]]) -> int | None:
    """The id of the highest level reached; `levels` are (id, from minor units)."""
    reached = [(start, number) for number, start in levels if spent >= start]
    return max(reached)[1] if reached else None
