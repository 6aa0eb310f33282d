"""A notice as people read it: title, text, where it leads, its icon; one way for pages and programs."""

from dataclasses import dataclass
from datetime import datetime

from wangdan.notices import texts
from wangdan.notices.models import Notice
from wangdan.notices.rules import path

ICONS: dict[str, str] = {
    "order_paid": "wallet",
    "order_cash_taken": "cash",
    "payment_failed": "alert-circle",
    "order_held": "shield-check",
    "order_confirm_please": "help-circle",
    "order_passed": "circle-check",
    "order_rejected": "ban",
    "order_accepted": "building-store",
    "order_declined": "ban",
    "order_cancelled": "ban",
    "order_called_off": "ban",
    "order_expired": "clock-exclamation",
    "order_accept_late": "clock-exclamation",
    "order_ship_late": "clock-exclamation",
    "order_not_accepted": "ban",
    "order_not_shipped": "ban",
    "parcel_shipped": "truck",
    "parcel_at_point": "building-store",
    "parcel_near": "truck-delivery",
    "parcel_delivered": "package",
    "parcel_lost": "alert-triangle",
    "order_delivered": "clipboard-check",
    "order_completed": "circle-check",
    "order_completed_by_time": "circle-check",
    "order_returned": "truck-return",
    "refund_done": "receipt-refund",
    "shop_order_paid": "wallet",
    "shop_order_cancelled": "ban",
    "shop_order_expired": "clock-exclamation",
    "shop_accept_soon": "clock",
    "shop_ship_soon": "clock",
    "shop_accept_late": "clock-exclamation",
    "shop_ship_late": "clock-exclamation",
    "shop_not_accepted": "ban",
    "shop_not_shipped": "ban",
    "shop_address_changed": "map-pin",
    "shop_order_completed": "circle-check",
    "shop_order_returned": "truck-return",
    "shop_order_rejected": "ban",
    "audit_due": "clock",
    "audit_overdue": "clock-exclamation",
    "shop_applied": "building-store",
    "shop_approved": "building-store",
    "shop_rejected": "alert-circle",
    "shop_check_due": "clock",
    "shop_check_overdue": "clock-exclamation",
    "shop_check_paused": "ban",
    "shop_check_renewed": "circle-check",
    "shop_invited": "user",
    "shop_slot_changed": "clock",
    "coupon_given": "ticket",
    "coupon_expiring": "ticket",
    "points_earned": "coin",
    "points_granted": "coin",
    "points_back": "coin",
    "registered": "user",
    "password_changed": "lock",
}
"""Kind → icon; all others are a receipt."""


@dataclass(frozen=True)
class Entry:
    """One line of the inbox; `path` is empty when it leads nowhere."""

    id: int
    kind: str
    title: str
    text: str
    path: str
    icon: str
    at: datetime
    read: datetime | None


def entry(notice: Notice) -> Entry:
    """The notice in the present language."""
    return Entry(
        id=notice.pk,
        kind=notice.kind,
        title=texts.title(notice.kind),
        text=texts.text(notice.kind, notice.params),
        path=path(notice.kind, notice.ref),
        icon=ICONS.get(notice.kind, "receipt"),
        at=notice.at,
        read=notice.read_at,
    )
