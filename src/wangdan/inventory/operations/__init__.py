"""What can be done to stock: promise it, let it go, ship it; receive, adjust, count it; announce deliveries and check them in."""

from wangdan.inventory.operations.arriving import announce, call_off_arrival, check_in, close_arrival
from wangdan.inventory.operations.counting import adjust, count, open_warehouse, place_bin, receive, receive_many, restock, set_low
from wangdan.inventory.operations.holding import consume, hold, rehold, release
from wangdan.inventory.operations.missing import come_short
from wangdan.inventory.operations.removing import remove_goods
from wangdan.inventory.operations.stocktaking import drop_count, enter_count, make_count, warn_low

__all__ = [
    "adjust",
    "announce",
    "call_off_arrival",
    "check_in",
    "close_arrival",
    "come_short",
    "consume",
    "count",
    "drop_count",
    "enter_count",
    "hold",
    "make_count",
    "open_warehouse",
    "place_bin",
    "receive",
    "receive_many",
    "rehold",
    "release",
    "remove_goods",
    "restock",
    "set_low",
    "warn_low",
]
