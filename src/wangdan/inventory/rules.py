"""Rules of inventory: what is wanted, which changes of a count there are, which holds a shortage hits. Plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass

from wangdan.kernel.option import Option

LOW_PIECES = Option("inventory.low_pieces", default=10, low=0, high=10_000, text="可售少于多少件算库存不足")
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
