"""Placing for every desk: when the warehouse that was chosen ran dry in between and another has the goods, it is tried again."""

from typing import Any

from wangdan.checkout import operations
from wangdan.checkout.rules import Asked
from wangdan.inventory import queries as inventory
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Refused

_TRIES = 4


def place(call: Call, *, asked: Asked, expected_total: int, device: str = "") -> Any:
    """`checkout.place`, again while the stock as a whole suffices; refusals as there."""
    for _ in range(_TRIES - 1):
        try:
            return operations.place(call, asked=asked, expected_total=expected_total, device=device)
        except Refused as problem:
            if problem.code != "inventory.cannot_hold" or not _lies_elsewhere(problem.detail.get("skus", [])):
                raise
    return operations.place(call, asked=asked, expected_total=expected_total, device=device)


def _lies_elsewhere(short: list[dict[str, Any]]) -> bool:
    """Whether all warehouses together still have what was short."""
    free = inventory.available([entry["sku"] for entry in short])
    return bool(short) and all(free.get(entry["sku"], 0) >= entry["wanted"] for entry in short)
