"""What happened in the sixty days: how many orders came how far, how long ago, how they were paid. Plain Python."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Fate:
    """How far a kind of order comes; placed between `low` and `high` hours ago, so that all its steps lie in the past."""

    stop: str
    count: int
    low: float
    high: float
    methods: str = "ssssssbcc"
    """Letters to draw from: sandbox, bank transfer, cod."""
    lines: tuple[int, ...] = (1, 1, 1, 2, 2, 3)
    pickup: float = 0.08


FATES = (
    Fate("completed", 104, 200, 1400),
    Fate("completed_by_time", 14, 300, 1400),
    Fate("delivered", 16, 84, 150),
    Fate("shipped", 16, 22, 36, pickup=0.0),
    Fate("at_point", 4, 22, 60, pickup=1.0),
    Fate("partly_shipped", 5, 20, 40, "sssb", (2,), 0.0),
    Fate("packed", 8, 16, 40),
    Fate("inspected", 5, 14, 34),
    Fate("picked", 6, 14, 34),
    Fate("planned", 14, 8, 40, lines=(1, 2, 2, 3)),
    Fate("planned", 2, 55, 62, "s", (1,), 0.0),
    Fate("awaiting_acceptance", 14, 1, 22, "sssscc"),
    Fate("awaiting_acceptance", 2, 25, 29, "s", (1,), 0.0),
    Fate("in_audit", 4, 0.3, 5.5, "sssc", (1, 2), 0.0),
    Fate("approved", 3, 6, 20, "ssc", (1,), 0.0),
    Fate("rejected", 5, 20, 900, "sssc", (1,), 0.0),
    Fate("unpaid", 6, 0.02, 0.1, "s"),
    Fate("untransferred", 4, 2, 44, "b"),
    Fate("expired", 8, 30, 1400, "s"),
    Fate("cancelled_unpaid", 5, 24, 1400, "s"),
    Fate("cancelled_paid", 7, 24, 1400, "sssc"),
    Fate("declined", 8, 30, 1400, "ssss"),
    Fate("refused", 7, 180, 1400, "ssccc", (1, 1, 2), 0.0),
    Fate("refused_now", 2, 80, 110, "sc", (1,), 0.0),
    Fate("lost", 1, 100, 140, "s", (1,), 0.0),
    Fate("apart", 3, 22, 36, "s", (1,), 0.0),
    Fate("last_ones", 8, 200, 900, "s", (1,), 0.0),
)
"""273 purchases; those of both shops make two orders."""
HELD = frozenset({"in_audit", "approved", "rejected"})
"""Fates of the one whose phone is blocked."""
METHODS = {"s": "sandbox", "b": "bank_transfer", "c": "cod"}
REJECT_REASONS = ("电话打不通，拒收过三次", "说没有下过单", "地址是空房子，快递找不到人")
CANCEL_REASONS = ("拍错颜色了", "尺寸选错，重新下单", "暂时不需要了", "地址填错了", "想换个付款方式")
DECLINE_REASONS = ("到货时发现有划痕，不能发", "仓库盘点少货，已下架", "这个颜色停产了")
NOTES = ("", "", "", "", "", "放门口就好", "请周末送", "送朋友的，不要放价格单", "电话提前十分钟", "麻烦包厚一点")


@dataclass(frozen=True)
class Plan:
    """One purchase to be: its fate, when, how it is paid and fetched, how many lines, whose turn."""

    stop: str
    hours_ago: float
    method: str
    pickup: bool
    lines: int
    turn: int


def plans(dice: Random, scale: float) -> Iterator[Plan]:
    """Every purchase, in no order; `scale` below one keeps at least one of each fate."""
    turn = 0
    for fate in FATES:
        for _ in range(max(1, round(fate.count * scale))):
            method = METHODS[dice.choice(fate.methods)]
            pickup = dice.random() < fate.pickup and method != "cod"
            yield Plan(fate.stop, dice.uniform(fate.low, fate.high), method, pickup, dice.choice(fate.lines), turn)
            turn += 1
