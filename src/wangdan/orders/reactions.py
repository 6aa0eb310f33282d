"""What an order does when money, parcels or the clock say something."""

from wangdan.fulfilment.facts import CashReported, ParcelDelivered, ParcelRefused, ParcelReturned, ParcelShipped
from wangdan.kernel.react import Sweep
from wangdan.orders import operations, queries
from wangdan.orders.facts import OrderAccepted, OrderCancelled, OrderCompleted, OrderDeclined, OrderShipped
from wangdan.payments.facts import PaymentCaptured, RefundDone

NOW = {
    ("orders", PaymentCaptured): operations.pay,
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
    ("orders", OrderCompleted): operations.count_sales,
}
SWEEPS = [
    Sweep("orders.expire", due=queries.due_to_expire, run=operations.expire, every=20),
    Sweep("orders.chase", due=queries.due_to_chase, run=operations.chase, every=60),
    Sweep("orders.confirm_receipt", due=queries.due_to_confirm, run=operations.confirm_receipt, every=60),
]
