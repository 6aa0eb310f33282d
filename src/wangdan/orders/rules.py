"""The life of an order and the limits around it, as plain tables."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from wangdan.accounts.rules import Destination
from wangdan.kernel.errors import Malformed
from wangdan.kernel.machine import Machine
from wangdan.kernel.option import Option
from wangdan.kernel.sayings import Saying
from wangdan.policy.risk import Feature
from wangdan.promotions.rules.offers import Taken

LIFE = Machine(
    "orders",
    start=("awaiting_payment", "awaiting_acceptance", "in_audit"),
    moves=[
        ("pay", "awaiting_payment", "awaiting_acceptance"),
        ("hold", "awaiting_acceptance", "in_audit"),
        ("approve", "in_audit", "awaiting_acceptance"),
        ("reject", "in_audit", "declined"),
        ("accept", "awaiting_acceptance", "awaiting_shipment"),
        ("decline", "awaiting_acceptance", "declined"),
        ("ship_part", ("awaiting_shipment", "partly_shipped"), "partly_shipped"),
        ("ship", ("awaiting_shipment", "partly_shipped"), "shipped"),
        ("deliver", ("partly_shipped", "shipped"), "delivered"),
        ("confirm_receipt", ("shipped", "delivered"), "completed"),
        ("cancel", ("awaiting_payment", "in_audit", "awaiting_acceptance", "awaiting_shipment"), "cancelled"),
        ("expire", "awaiting_payment", "cancelled"),
        ("return_to_sender", ("partly_shipped", "shipped"), "ended"),
        ("end", ("shipped", "delivered", "completed"), "ended"),
    ],
)
"""Goods paid at the door, and what costs nothing, start at awaiting_acceptance, or in audit when the rules of risk say so; all others at
awaiting_payment, and the rules look when the money is there, in the same transaction (C2): a shop never sees what was not screened."""

CLOSED = frozenset({"completed", "cancelled", "declined", "ended"})
"""States in which nothing is held any more."""
CALLED_OFF = frozenset({"cancelled", "declined"})
"""States of what never left: its coupons and points are as if never used."""
UNSHIPPED = frozenset({"awaiting_payment", "in_audit", "awaiting_acceptance", "awaiting_shipment"})
"""States in which no carrier has anything yet; the address may change (C3)."""
SHOP_STEPS = {"awaiting_acceptance": "accept", "awaiting_shipment": "ship", "partly_shipped": "ship"}
"""What an order in such a state waits for its shop to do."""
FORFEITS = {"accept": "not_accepted_in_time", "ship": "not_shipped_in_time"}
"""Step → the reason of an order that is called off because its shop never did it."""
ON_THE_WAY = frozenset({"partly_shipped", "shipped", "delivered"})

METHODS = ("courier", "pickup")
MARKS = ("red", "yellow", "green", "blue", "purple")
"""Flags that shop and office put on an order for each other; the buyer sees neither flag nor remark."""
REMARK_LIMIT = 200
"""Characters of a remark."""
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
EXTEND_BY = Option("orders.extend_by_days", default=3, low=1, high=30, text="买家延长收货一次延多久（天）")
AUDIT_REMIND = Option("orders.audit_remind_minutes", default=60, low=1, high=10_080, text="待审核的订单多久没有处理就提醒审核员（分钟）")
AUDIT_WITHIN = Option("orders.audit_within_minutes", default=240, low=1, high=20_160, text="待审核的订单应在多久内处理，过时上报主管（分钟）")
RISK_WINDOW = Option("orders.risk_window_hours", default=24, low=1, high=720, text="风险特征“近期下单数”数多久以内的订单（小时）")
REMIND_BEFORE = Option("orders.remind_before_hours", default=6, low=1, high=72, text="接单、发货时限之前多久提醒店铺（小时）")
FORFEIT_AFTER = Option(
    "orders.forfeit_after_hours", default=24, low=0, high=720, text="店铺超过接单、发货时限多久仍未办，订单自动取消并退款（小时，0 为不自动取消）"
)
CONFIRM_AFTER = Option("orders.confirm_after_days", default=7, low=1, high=60, text="签收后多久自动确认收货（天）")


@dataclass(frozen=True)
class Patience:
    """How long a shop may take for one step: done `within`, reminded `before` that, called off `grace` after it (none: never)."""

    within: timedelta
    before: timedelta
    grace: timedelta | None

    @property
    def moments(self) -> dict[str, timedelta]:
        """Since the wait began: when the shop is reminded (`soon`), when the office steps in (`late`), when the order is called off (`over`)."""
        found = {"soon": max(self.within - self.before, timedelta()), "late": self.within}
        return found if self.grace is None else {**found, "over": self.within + self.grace}

    def stage(self, waited: timedelta) -> str:
        """How far a wait has got: "" while there is time, then `soon`, `late`, `over`."""
        return next((name for name, at in reversed(self.moments.items()) if waited >= at), "")


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
    steps: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class NewOrder:
    """One order to be opened: what one shop sells within a purchase; amounts in minor units, `points` paid with."""

    shop_id: int
    lines: tuple[NewLine, ...]
    goods: int
    freight: int
    freight_reason: tuple[Saying, ...]
    discount: int
    total: int
    allocation: tuple[dict[str, Any], ...]
    note: str = ""
    points: int = 0


@dataclass(frozen=True)
class NewPurchase:
    """A purchase to be opened: how it is paid and handed over, its orders, what offers give to it (`taken`).

    `device` is a hash of where it came from ("" when there is none); `buyer_id` is set when it is not the actor who buys.
    """

    payment_method: str
    method: str
    pickup_point_id: int | None
    orders: tuple[NewOrder, ...]
    total: int
    device: str = ""
    buyer_id: int | None = None
    taken: tuple[Taken, ...] = ()
    slot_id: int | None = None


@dataclass(frozen=True)
class WantedLine:
    """A line as an order is to have it; `price` in minor units, None keeps what it was sold for, or takes today's for goods that are new."""

    sku: int
    quantity: int
    price: int | None = None


@dataclass(frozen=True)
class Wanted:
    """What an order is to become: all its lines, where it goes (None: as before), what the office takes off in all (None: as before)."""

    lines: tuple[WantedLine, ...]
    to: Destination | None = None
    off: int | None = None


LARGEST_PRICE = 10**10
"""Minor units of one piece."""


def checked_change(wanted: Wanted) -> Wanted:
    """The same, every number within bounds and no SKU twice.

    Refuses (422) with `orders.change_empty`, `orders.change_malformed` (sku).
    """
    if not wanted.lines or len(wanted.lines) > LINES_LIMIT:
        raise Malformed("orders.change_empty")
    for line in wanted.lines:
        if not 1 <= line.quantity <= PIECES_LIMIT or (line.price is not None and not 0 <= line.price <= LARGEST_PRICE):
            raise Malformed("orders.change_malformed", sku=line.sku)
    if len({line.sku for line in wanted.lines}) < len(wanted.lines) or (wanted.off or 0) < 0:
        raise Malformed("orders.change_malformed")
    return wanted


REMIND_AGAIN = Option("orders.remind_again_hours", default=6, low=1, high=72, text="催同一张订单的店铺最短间隔（小时）")
RUN_LIMIT = Option("orders.bulk_limit", default=500, low=1, high=5000, text="一次批量操作最多几张订单")
EXPORT_AT_ONCE = Option("orders.export_at_once", default=2000, low=0, high=50_000, text="最多几张订单的导出当场下载，更多的在后台做")
KEEP_FILES_DAYS = Option("orders.keep_exports_days", default=7, low=1, high=90, text="导出的文件保留几天")
BULK = ("accept", "decline", "cancel", "remind", "mark")
"""Moves that may be made on many orders at once."""
EXPORTS = ("csv", "xlsx")
RUN_STATES = ("waiting", "running", "done", "failed")

SEATS: dict[str, frozenset[str]] = {
    "accept": frozenset({"shop"}),
    "decline": frozenset({"shop", "staff"}),
    "cancel": frozenset({"buyer", "shop", "staff"}),
    "change_address": frozenset({"buyer", "staff", "auditor"}),
    "change_slot": frozenset({"buyer"}),
    "confirm_receipt": frozenset({"buyer"}),
    "remind": frozenset({"buyer", "staff"}),
    "extend_receipt": frozenset({"buyer"}),
    "hide": frozenset({"buyer"}),
    "unhide": frozenset({"buyer"}),
    "confirm_details": frozenset({"buyer"}),
    "approve": frozenset({"auditor"}),
    "reject": frozenset({"auditor"}),
    "edit": frozenset({"staff"}),
    "mark": frozenset({"shop", "staff"}),
    "look": frozenset({"shop", "staff", "auditor"}),
}
"""Which seat at an order a move belongs to: its buyer, a member of its shop, the platform's office, its audit. All others are the system's."""

STAFF = frozenset({"service", "supervisor", "admin"})
"""Roles of the office that act on orders of others."""
AUDITORS = frozenset({"auditor", "supervisor", "admin"})
"""Roles that decide on orders in audit."""

CHANNELS = ("phone", "sms", "mail", "site", "other")
"""Ways in which a buyer is spoken to about an order."""
RESULTS = ("confirmed", "will_change", "no_answer", "wrong_number", "denied", "other")
"""How such a talk ended."""
CONTACT_LIMIT = 500
"""Characters of the note on a talk."""

FEATURES = (
    Feature("account_age_days", "days"),
    Feature("account_orders", "count"),
    Feature("phone_orders", "count"),
    Feature("address_orders", "count"),
    Feature("device_orders", "count"),
    Feature("phone_accounts", "count"),
    Feature("device_accounts", "count"),
    Feature("first_order", "flag"),
    Feature("amount", "money"),
    Feature("pieces", "count"),
    Feature("price_off", "percent"),
    Feature("cod_refusals", "count"),
    Feature("address_unknown", "flag"),
    Feature("blocked", "count"),
    Feature("hour", "hour"),
    Feature("cod", "flag"),
)
"""What is known of an order when it is screened; the counts look back as long as the option says and stop at fifty."""
SERVED = ("awaiting_acceptance", "awaiting_shipment", "partly_shipped")
"""States in which an order waits for its shop."""


def clean_reason(reason: object) -> str:
    """A reason as it is kept: one line, 1 to 200 characters; refuses (422) with `orders.reason_missing` or `orders.reason_long`."""
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in str(reason or "")).split())
    if not text:
        raise Malformed("orders.reason_missing")
    if len(text) > REASON_LIMIT:
        raise Malformed("orders.reason_long", longest=REASON_LIMIT)
    return text
