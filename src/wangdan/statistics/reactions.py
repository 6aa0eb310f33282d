"""Which facts are counted, by the worker."""

from wangdan.fulfilment.facts import ParcelPlanned, ParcelShipped, ShelfShort
from wangdan.orders import facts
from wangdan.payments.facts import RefundDone
from wangdan.statistics import operations

LATER = {
    ("purchases", facts.PurchasePlaced): operations.count,
    ("orders", facts.OrderPaid): operations.count,
    ("orders", facts.OrderShipped): operations.count,
    ("orders", facts.OrderCompleted): operations.count,
    ("orders", facts.OrderCancelled): operations.count,
    ("orders", facts.OrderDeclined): operations.count,
    ("orders", facts.OrderRejected): operations.count,
    ("orders", facts.OrderExpired): operations.count,
    ("orders", facts.OrderReturned): operations.count,
    ("orders", facts.OrderEnded): operations.count,
    ("orders", RefundDone): operations.count,
    ("orders", ParcelPlanned): operations.count_parcel,
    ("orders", ParcelShipped): operations.count_parcel,
    ("orders", ShelfShort): operations.count_parcel,
}
