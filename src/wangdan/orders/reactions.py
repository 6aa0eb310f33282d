"""What an order does when money, parcels or the clock say something."""

from wangdan.fulfilment.facts import CashReported, ParcelDelivered, ParcelRefused, ParcelReturned, ParcelShipped
from wangdan.kernel.react import Sweep
from wangdan.orders import operations, queries
from wangdan.orders.facts import OrderCancelled, OrderCompleted, OrderDeclined, OrderExpired, OrderReturned
from wangdan.payments.facts import PaymentCaptured, RefundDone

NOW = {
    ("orders", PaymentCaptured): operations.pay,
    ("orders", RefundDone): operations.end,
    ("orders", ParcelShipped): [operations.ship_part, operations.ship],
    ("orders", ParcelDelivered): operations.deliver,
    ("orders", ParcelRefused): operations.return_to_sender,
    ("orders", ParcelReturned): operations.return_to_sender,
    ("orders", CashReported): operations.take_cash,
}
LATER = {
    ("orders", OrderCompleted): [operations.count_sales, operations.reward],
    ("orders", OrderCancelled): operations.restore,
    ("orders", OrderDeclined): operations.restore,
    ("orders", OrderExpired): operations.restore,
    ("orders", OrderReturned): operations.restore,
    ("orders", RefundDone): operations.restore,
}
SWEEPS = [
    Sweep("orders.expire", due=queries.due_to_expire, run=operations.expire, every=20),
    Sweep("orders.confirm_receipt", due=queries.due_to_confirm, run=operations.confirm_receipt, every=60),
]
