"""What an order does when money, parcels or the clock say something."""

from wangdan.fulfilment.facts import CashReported, ParcelDelivered, ParcelRefused, ParcelReturned, ParcelShipped
from wangdan.kernel.react import Sweep
from wangdan.orders import operations, queries
from wangdan.orders.facts import (
    AddressChanged,
    OrderAccepted,
    OrderCancelled,
    OrderCompleted,
    OrderDeclined,
    OrderExpired,
    OrderHeld,
    OrderPaid,
    OrderRejected,
    OrderReturned,
    OrderShipped,
)
from wangdan.payments.facts import PaymentCaptured, RefundDone

NOW = {
    ("orders", PaymentCaptured): operations.pay,
    ("orders", OrderPaid): operations.screen,
    ("orders", AddressChanged): operations.screen_again,
    ("orders", RefundDone): operations.end,
    ("orders", ParcelShipped): [operations.ship_part, operations.ship],
    ("orders", ParcelDelivered): operations.deliver,
    ("orders", ParcelRefused): operations.return_to_sender,
    ("orders", ParcelReturned): operations.return_to_sender,
    ("orders", CashReported): operations.take_cash,
    ("orders", OrderAccepted): operations.end_chase,
    ("orders", OrderDeclined): operations.end_chase,
    ("orders", OrderCancelled): operations.end_chase,
    ("orders", OrderShipped): operations.end_chase,
}
LATER = {
    ("orders", OrderHeld): operations.queue_audit,
    ("orders", OrderCompleted): [operations.count_sales, operations.reward],
    ("orders", OrderCancelled): operations.restore,
    ("orders", OrderDeclined): operations.restore,
    ("orders", OrderRejected): operations.restore,
    ("orders", OrderExpired): operations.restore,
    ("orders", OrderReturned): operations.restore,
    ("orders", RefundDone): operations.restore,
}
SWEEPS = [
    Sweep("orders.expire", due=queries.due_to_expire, run=operations.expire, every=20),
    Sweep("orders.chase_audit", due=queries.due_to_chase, run=operations.chase_audit, every=60),
    Sweep("orders.drop_file", due=queries.old_files, run=operations.drop_file, every=3600),
    Sweep("orders.chase", due=queries.neglected, run=operations.chase, every=60),
    Sweep("orders.confirm_receipt", due=queries.due_to_confirm, run=operations.confirm_receipt, every=60),
]
