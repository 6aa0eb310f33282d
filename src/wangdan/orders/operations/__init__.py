"""What can be done to an order, by stage of its life."""

from wangdan.orders.operations.ending import cancel, confirm_receipt, count_sales, end, expire
from wangdan.orders.operations.placing import open as open  # noqa: A004 - the verb of the house
from wangdan.orders.operations.placing import pay, take_cash
from wangdan.orders.operations.serving import accept, change_address, decline
from wangdan.orders.operations.travelling import deliver, refund_lost, resend, return_to_sender, ship, ship_part

__all__ = [
    "accept",
    "cancel",
    "change_address",
    "confirm_receipt",
    "count_sales",
    "decline",
    "deliver",
    "end",
    "expire",
    "open",
    "pay",
    "refund_lost",
    "resend",
    "return_to_sender",
    "ship",
    "ship_part",
    "take_cash",
]
