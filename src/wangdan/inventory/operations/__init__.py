"""What can be done to stock: promise it, let it go, ship it; receive, adjust, count it."""

from wangdan.inventory.operations.counting import adjust, count, open_warehouse, place_bin, receive, receive_many, restock
from wangdan.inventory.operations.holding import consume, hold, rehold, release
from wangdan.inventory.operations.removing import remove_goods

__all__ = [
    "adjust", "consume", "count", "hold", "open_warehouse", "place_bin", "receive", "receive_many", "rehold", "release", "remove_goods", "restock",
]  # fmt: skip
