"""The life of an order and the limits around it, as plain tables."""

from dataclasses import dataclass
from typing import Any

from wangdan.kernel.errors import Malformed
from wangdan.kernel.machine import Machine
from wangdan.kernel.option import Option
from wangdan.kernel.sayings import Saying

LIFE = Machine(
    "orders",
    start=("awaiting_payment", "awaiting_acceptance"),
    moves=[
        ("pay", "awaiting_payment", "awaiting_acceptance"),
        ("accept", "awaiting_acceptance", "awaiting_shipment"),
        ("decline", "awaiting_acceptance", "declined"),
        ("ship_part", ("awaiting_shipment", "partly_shipped"), "partly_shipped"),
        ("ship", ("awaiting_shipment", "partly_shipped"), "shipped"),
        ("deliver", ("partly_shipped", "shipped"), "delivered"),
        ("confirm_receipt", ("shipped", "delivered"), "completed"),
        ("cancel", ("awaiting_payment", "awaiting_acceptance", "awaiting_shipment"), "cancelled"),
        ("expire", "awaiting_payment", "cancelled"),
        ("return_to_sender", ("partly_shipped", "shipped"), "ended"),
        ("end", ("shipped", "delivered", "completed"), "ended"),
    ],
)
"""Goods paid at the door, and what costs nothing, start at awaiting_acceptance, all others at awaiting_payment."""

CLOSED = frozenset({"completed", "cancelled", "declined", "ended"})
"""States in which nothing is held any more."""
UNSHIPPED = frozenset({"awaiting_payment", "awaiting_acceptance", "awaiting_shipment"})
"""States in which no carrier has anything yet; the address may change (C3)."""
ON_THE_WAY = frozenset({"partly_shipped", "shipped", "delivered"})

METHODS = ("courier", "pickup")
PAYMENT_METHODS = ("sandbox", "bank_transfer", "cod")

LINES_LIMIT = 100
"""Lines in one purchase."""
PIECES_LIMIT = 999
"""Pieces in one line."""
REASON_LIMIT = 200
"""Characters of a reason."""
NOTE_LIMIT = 200
"""Characters of a buyer's note."""

PAY_WITHIN = Option("orders.pay_within_minutes", default=30, low=1, high=1440, text="待付款订单多久未付自动取消（分钟）")
TRANSFER_WITHIN = Option("orders.transfer_within_days", default=3, low=1, high=30, text="银行转账订单多久未到账自动取消（天）")
ACCEPT_WITHIN = Option("orders.accept_within_hours", default=24, low=1, high=240, text="店铺应在多久内接单（小时）")
SHIP_WITHIN = Option("orders.ship_within_hours", default=48, low=1, high=720, text="接单后应在多久内发货（小时）")
CONFIRM_AFTER = Option("orders.confirm_after_days", default=7, low=1, high=60, text="签收后多久自动确认收货（天）")


@dataclass(frozen=True)
class NewLine:
    """One line of an order to be opened; amounts in minor units, shares frozen by `promotions.price`."""

    product_id: int
    sku_id: int
    title: str
    specs: dict[str, str]
    picture_id: int | None
    price: int
    quantity: int
    amount: int
    discount: int
    freight_share: int
    total: int


@dataclass(frozen=True)
class NewOrder:
    """One order to be opened: what one shop sells within a purchase; amounts in minor units."""

    shop_id: int
    lines: tuple[NewLine, ...]
    goods: int
    freight: int
    freight_reason: tuple[Saying, ...]
    discount: int
    total: int
    allocation: tuple[dict[str, Any], ...]
    note: str = ""


@dataclass(frozen=True)
class NewPurchase:
    """A purchase to be opened: how it is paid and handed over, and its orders."""

    payment_method: str
    method: str
    pickup_point_id: int | None
    orders: tuple[NewOrder, ...]
    total: int
    slot_id: int | None = None


SEATS: dict[str, frozenset[str]] = {
    "accept": frozenset({"shop"}),
    "decline": frozenset({"shop", "staff"}),
    "cancel": frozenset({"buyer", "shop", "staff"}),
    "change_address": frozenset({"buyer", "staff"}),
    "confirm_receipt": frozenset({"buyer"}),
}
"""Which seat at an order a move belongs to: its buyer, a member of its shop, the platform's office. All others are the system's."""

STAFF = frozenset({"service", "supervisor", "admin"})
"""Roles of the office that act on orders of others."""


def clean_reason(reason: object) -> str:
    """A reason as it is kept: one line, 1 to 200 characters; refuses (422) with `orders.reason_missing` or `orders.reason_long`."""
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in str(reason or "")).split())
    if not text:
        raise Malformed("orders.reason_missing")
    if len(text) > REASON_LIMIT:
        raise Malformed("orders.reason_long", longest=REASON_LIMIT)
    return text
