"""Rules of inventory: what is wanted, which changes of a count there are, which holds a shortage hits. Plain Python."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wangdan.kernel.option import Option

COVER_DAYS = Option("inventory.cover_days", default=7, low=1, high=90, text="按近期销量，可售不够卖几天就提醒补货（天）")
SOLD_DAYS = Option("inventory.sold_days", default=30, low=7, high=180, text="算销量看最近多少天")
ZONE_LINES = Option("inventory.zone_lines", default=120, low=10, high=500, text="一张盘点单最多几种商品")
LOW_PIECES = Option("inventory.low_pieces", default=10, low=0, high=10_000, text="可售少于多少件算库存不足")
ARRIVAL_STATES = {"announced": "待收货", "receiving": "收货中", "closed": "已收完", "called_off": "已撤销"}
COUNT_STATES = {"open": "待盘", "recount": "待复盘", "done": "已盘"}
HOLD_STATES = {"active": "留货中", "consumed": "已出库", "released": "已释放", "short": "缺货"}
MOVE_KINDS = {"receive": "入库", "adjust": "调整", "count": "盘点", "ship": "出库", "restock": "退回入库"}
NAME_LENGTH, ADDRESS_LENGTH = 40, 200
MOST_PIECES = 10_000_000
"""No stock row counts more pieces than this."""


@dataclass(frozen=True)
class Want:
    """Pieces of a SKU that a ref wants from a warehouse."""

    ref: str
    warehouse_id: int
    sku_id: int
    quantity: int


def by_warehouse(wants: Iterable[Want]) -> dict[int, dict[int, int]]:
    """What is wanted in all: warehouse → SKU → pieces, both in the order in which rows are locked."""
    summed: dict[int, dict[int, int]] = {}
    for want in wants:
        skus = summed.setdefault(want.warehouse_id, {})
        skus[want.sku_id] = skus.get(want.sku_id, 0) + want.quantity
    return {warehouse: dict(sorted(summed[warehouse].items())) for warehouse in sorted(summed)}


def cut(holds: Iterable[tuple[int, int]], missing: int) -> list[tuple[int, int]]:
    """Which holds lose how many pieces when `missing` are not there: (hold, pieces) newest first, until all are found.

    `holds` are (id, quantity), newest first: who came first keeps what is left.
    """
    hit = []
    for hold, quantity in holds:
        if missing <= 0:
            break
        taken = min(quantity, missing)
        hit.append((hold, taken))
        missing -= taken
    return hit


@dataclass(frozen=True)
class First:
    """Whose shelf is empty: the ref certainly lacks `own` pieces, and has `kept` of its pieces in its box already."""

    ref: str = ""
    own: int = 0
    kept: int = 0


NOBODY = First()
"""No shelf in particular."""


def cut_first(holds: Sequence[tuple[int, str, int]], missing: int, first: First) -> dict[int, int]:
    """As `cut`, but what somebody at the empty shelf certainly lacks goes first, and what he has in hand last. Hold → pieces.

    `holds` are (id, ref, quantity), newest first.
    """
    lacking, others, kept = [], [], []
    for number, ref, quantity in holds:
        own = min(first.own, quantity) if ref == first.ref else 0
        safe = min(first.kept, quantity - own) if ref == first.ref else 0
        lacking.append((number, own))
        others.append((number, quantity - own - safe))
        kept.append((number, safe))
    hit: dict[int, int] = {}
    for number, pieces in cut([each for each in (*lacking, *others, *kept) if each[1]], missing):
        hit[number] = hit.get(number, 0) + pieces
    return hit


def take_from(free: Iterable[tuple[int, int]], wanted: int) -> list[tuple[int, int]]:
    """So many pieces from (warehouse, free pieces) in this order, as (warehouse, pieces); nothing when all together have too few."""
    taken = []
    for warehouse, pieces in free:
        part = min(pieces, wanted)
        if part > 0:
            taken.append((warehouse, part))
            wanted -= part
    return taken if wanted <= 0 else []


@dataclass(frozen=True)
class Miss:
    """Pieces that a ref misses: `found` pieces of the SKU lie in the warehouse in all, those in boxes included."""

    first: First
    warehouse_id: int
    sku_id: int
    found: int
    note: str


@dataclass(frozen=True)
class Difference:
    """How a delivery differs from what was announced, in pieces."""

    short: int
    over: int
    damaged: int

    @property
    def any(self) -> bool:
        """Whether it differs at all."""
        return bool(self.short or self.over or self.damaged)


def difference(lines: Iterable[tuple[int, int, int]]) -> Difference:
    """Short, over and damaged pieces of lines (expected, good, damaged); damaged ones did come, they are not short (D07.3)."""
    short = over = broken = 0
    for expected, good, damaged in lines:
        short += max(0, expected - good - damaged)
        over += max(0, good + damaged - expected)
        broken += damaged
    return Difference(short, over, broken)


def missing(free: int, wants: int, sold: int, days: int, ahead: int) -> int:
    """Pieces to order so that the limit is met and the next days are covered at the pace of the last `days`; at least one."""
    return max(wants - free, -(-sold * ahead // days) - free, 1)


def cover(free: int, sold: int, days: int) -> int | None:
    """How many days the free pieces last when as many are sold as in the last `days`; None when none were sold."""
    return free * days // sold if sold > 0 else None
