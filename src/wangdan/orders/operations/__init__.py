"""What can be done to an order, by stage of its life."""

from wangdan.orders.operations.auditing import approve, ask_buyer, confirm_details, log_contact, reject
from wangdan.orders.operations.editing import edit
from wangdan.orders.operations.ending import cancel, confirm_receipt, count_sales, end, expire
from wangdan.orders.operations.keeping import change_slot, extend_receipt, hide, unhide
from wangdan.orders.operations.lateness import chase, end_chase
from wangdan.orders.operations.noting import look, mark, remind
from wangdan.orders.operations.placing import open as open  # noqa: A004 - the verb of the house
from wangdan.orders.operations.placing import pay, take_cash
from wangdan.orders.operations.rewarding import restore, reward
from wangdan.orders.operations.running import begin_run, drop_file, export, export_full, note_export, note_row
from wangdan.orders.operations.screening import chase_audit, hold, queue_audit, screen, screen_again
from wangdan.orders.operations.serving import accept, change_address, decline
from wangdan.orders.operations.travelling import deliver, refund_lost, resend, return_to_sender, ship, ship_part

__all__ = [
    "accept",
    "approve",
    "ask_buyer",
    "begin_run",
    "cancel",
    "change_address",
    "change_slot",
    "chase",
    "chase_audit",
    "confirm_details",
    "confirm_receipt",
    "count_sales",
    "decline",
    "deliver",
    "drop_file",
    "edit",
    "end",
    "end_chase",
    "expire",
    "export",
    "export_full",
    "extend_receipt",
    "hide",
    "hold",
    "log_contact",
    "look",
    "mark",
    "note_export",
    "note_row",
    "open",
    "pay",
    "queue_audit",
    "refund_lost",
    "reject",
    "remind",
    "resend",
    "restore",
    "return_to_sender",
    "reward",
    "screen",
    "screen_again",
    "ship",
    "ship_part",
    "take_cash",
    "unhide",
]
