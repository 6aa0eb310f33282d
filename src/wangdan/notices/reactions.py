"""Which facts people are told of, by the worker; and the clock that takes up messages still waiting."""

from wangdan.accounts.facts import CodeWanted, PasswordChanged, PersonRegistered
from wangdan.fulfilment.facts import ParcelDelivered, ParcelLost, ParcelOutForDelivery, ParcelShipped
from wangdan.kernel.react import Sweep
from wangdan.notices import operations, queries
from wangdan.orders.facts import (
    AddressChanged,
    AuditLate,
    BuyerAsked,
    OrderAccepted,
    OrderApproved,
    OrderCancelled,
    OrderCompleted,
    OrderDeclined,
    OrderDelivered,
    OrderEdited,
    OrderExpired,
    OrderHeld,
    OrderPaid,
    OrderRejected,
    OrderReminded,
    OrderReturned,
    PurchasePlaced,
    ShopLate,
    ShopReminded,
    SlotChanged,
)
from wangdan.payments.facts import PaymentFailed, RefundDone
from wangdan.promotions.facts import CouponExpiring, CouponGiven, PointsCredited
from wangdan.shops.facts import ApplicationApproved, ApplicationRejected, ApplicationSubmitted, CheckDue, CheckOverdue, CheckRenewed, Invited

LATER = {
    ("codes", CodeWanted): operations.send_code,
    ("people", PersonRegistered): operations.tell,
    ("people", PasswordChanged): operations.tell,
    ("purchases", PurchasePlaced): operations.tell,
    ("orders", OrderPaid): operations.tell,
    ("orders", PaymentFailed): operations.tell,
    ("orders", OrderHeld): operations.tell,
    ("orders", BuyerAsked): operations.tell,
    ("orders", OrderApproved): operations.tell,
    ("orders", OrderRejected): operations.tell,
    ("orders", AuditLate): operations.tell,
    ("orders", OrderAccepted): operations.tell,
    ("orders", OrderDeclined): operations.tell,
    ("orders", OrderCancelled): operations.tell,
    ("orders", OrderExpired): operations.tell,
    ("orders", ShopReminded): operations.tell,
    ("orders", ShopLate): operations.tell,
    ("orders", AddressChanged): operations.tell,
    ("orders", SlotChanged): operations.tell,
    ("orders", OrderEdited): operations.tell,
    ("orders", OrderReminded): operations.tell,
    ("orders", ParcelShipped): operations.tell,
    ("orders", ParcelOutForDelivery): operations.tell,
    ("orders", ParcelDelivered): operations.tell,
    ("orders", ParcelLost): operations.tell,
    ("orders", OrderDelivered): operations.tell,
    ("orders", OrderCompleted): operations.tell,
    ("orders", OrderReturned): operations.tell,
    ("orders", RefundDone): operations.tell,
    ("coupons", CouponGiven): operations.tell,
    ("coupons", CouponExpiring): operations.tell,
    ("members", PointsCredited): operations.tell,
    ("applications", ApplicationSubmitted): operations.tell,
    ("applications", ApplicationApproved): operations.tell,
    ("applications", ApplicationRejected): operations.tell,
    ("applications", CheckDue): operations.tell,
    ("applications", CheckOverdue): operations.tell,
    ("applications", CheckRenewed): operations.tell,
    ("invitations", Invited): operations.tell,
}
SWEEPS = [Sweep("notices.take_up", due=queries.due, run=operations.take_up, every=10)]
