"""What people are told and by which ways; how often a message is tried. Plain Python."""

from dataclasses import dataclass
from datetime import timedelta

from wangdan.kernel.option import Option

INBOX, SMS, MAIL = "inbox", "sms", "mail"


@dataclass(frozen=True)
class Kind:
    """One kind of notice: its ways; `receiver`: without a proved phone the SMS goes to the phone of the delivery; `secret`: no text is ever kept."""

    ways: frozenset[str]
    receiver: bool = False
    secret: bool = False


def _by(*ways: str, receiver: bool = False, secret: bool = False) -> Kind:
    return Kind(frozenset(ways), receiver, secret)


KINDS: dict[str, Kind] = {
    # the buyer's order
    "order_placed": _by(INBOX, SMS, MAIL),  # D11.1, D12.2
    "order_placed_cod": _by(INBOX, SMS, MAIL),  # D11.1, D12.2
    "order_paid": _by(INBOX, SMS, MAIL),  # D13.5, D18.4.3
    "payment_failed": _by(INBOX, SMS),  # D18.4.4
    "order_cash_taken": _by(INBOX),  # D04.3: paid at the door
    "order_held": _by(INBOX, SMS, MAIL),  # D18.2.4: something is to be checked; never what
    "order_confirm_please": _by(INBOX, SMS, MAIL),  # D04.2: the auditor asks
    "order_passed": _by(INBOX, SMS, MAIL),  # D11.2, D18.2.3
    "order_rejected": _by(INBOX, SMS, MAIL),  # D18.2.4
    "order_accepted": _by(INBOX),  # D12.3
    "order_declined": _by(INBOX, SMS, MAIL),  # D18.2.4
    "order_cancelled": _by(INBOX),  # D08.5
    "order_called_off": _by(INBOX, SMS, MAIL),  # D18.2.4: somebody else did it
    "order_expired": _by(INBOX),
    "order_edited": _by(INBOX, SMS, MAIL),  # D08.4
    "order_edited_back": _by(INBOX, SMS, MAIL),  # D08.4
    "order_accept_late": _by(INBOX),  # D11.3: the platform steps in
    "order_ship_late": _by(INBOX),
    "order_not_accepted": _by(INBOX, SMS, MAIL),
    "order_not_shipped": _by(INBOX, SMS, MAIL),
    "parcel_shipped": _by(INBOX, SMS, MAIL, receiver=True),  # D01.8, D13.7
    "parcel_at_point": _by(INBOX, SMS, MAIL, receiver=True),  # D03.7
    "parcel_near": _by(INBOX, SMS, receiver=True),  # D16.8
    "parcel_delivered": _by(INBOX),  # D16.8: others are still on the way
    "parcel_lost": _by(INBOX, MAIL),
    "order_delivered": _by(INBOX, SMS, MAIL),  # D13.9
    "order_completed": _by(INBOX, MAIL),  # D13.10
    "order_completed_by_time": _by(INBOX, MAIL),  # D13.10
    "order_returned": _by(INBOX, SMS),
    "refund_done": _by(INBOX, SMS, MAIL),  # D04.6
    # the shop
    "shop_order_placed": _by(INBOX, MAIL),  # D12.2: at the same time
    "shop_order_paid": _by(INBOX, SMS, MAIL),  # D12.3
    "shop_order_placed_cod": _by(INBOX, SMS, MAIL),  # D12.2, D12.3
    "shop_order_reminded": _by(INBOX, MAIL),  # D16.8
    "shop_order_cancelled": _by(INBOX, MAIL),
    "shop_order_expired": _by(INBOX),
    "shop_accept_soon": _by(INBOX, SMS),  # D10.2, D12.3
    "shop_ship_soon": _by(INBOX, SMS),
    "shop_accept_late": _by(INBOX, SMS, MAIL),
    "shop_ship_late": _by(INBOX, SMS, MAIL),
    "shop_not_accepted": _by(INBOX, MAIL),
    "shop_not_shipped": _by(INBOX, MAIL),
    "shop_address_changed": _by(INBOX),
    "shop_slot_changed": _by(INBOX),
    "shop_order_edited": _by(INBOX, MAIL),  # D08.4
    "shop_reminded": _by(INBOX, MAIL),
    "shop_order_completed": _by(INBOX),  # D13.10
    "shop_order_returned": _by(INBOX),
    "shop_order_rejected": _by(INBOX),
    # the office
    "audit_due": _by(INBOX),  # D04.2: promptly
    "audit_overdue": _by(INBOX, MAIL),
    "shop_applied": _by(INBOX),  # D07.1
    "shop_approved": _by(INBOX, SMS, MAIL),
    "shop_rejected": _by(INBOX, SMS, MAIL),
    "shop_check_due": _by(INBOX, SMS, MAIL),  # E-Commerce Law 27
    "shop_check_overdue": _by(INBOX, SMS, MAIL),
    "shop_check_paused": _by(INBOX, SMS, MAIL),
    "shop_check_renewed": _by(INBOX, MAIL),
    "shop_invited": _by(INBOX, SMS),  # D07.2 用户管理
    # coupons and points; only in the inbox, nobody is sent what he did not ask for
    "coupon_given": _by(INBOX),  # D16.3
    "coupon_expiring": _by(INBOX),
    "points_earned": _by(INBOX),
    "points_granted": _by(INBOX),
    "points_back": _by(INBOX),
    # the account
    "registered": _by(INBOX),  # D15.1
    "password_changed": _by(INBOX, SMS, MAIL),  # D15.9
    "code_register": _by(SMS, secret=True),
    "code_login": _by(SMS, secret=True),
    "code_password": _by(SMS, secret=True),
    "code_phone": _by(SMS, secret=True),
    "code_email": _by(MAIL, secret=True),
    "code_confirm": _by(SMS, secret=True),
}
"""Every kind with its ways; `texts.py` has the words of each."""

SECRET = frozenset(name for name, kind in KINDS.items() if kind.secret)

TRIES = Option("notices.tries", default=8, low=1, high=20, text="短信和邮件最多尝试发送几次")
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
TRUST = timedelta(seconds=30)
"""How long a fresh message is left to its own errand before the sweep takes it up."""
SUBJECT_LENGTH, TROUBLE_LENGTH = 200, 200


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries in vain: 5 s, 10 s, 20 s … at most 15 minutes."""
    doublings: int = min(max(0, tries - 1), 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def yuan(amount: int, currency: str = "CNY") -> str:
    """Minor units as money in a message: ¥1,299.00."""
    sign = "¥" if currency == "CNY" else f"{currency} "
    return f"{'−' if amount < 0 else ''}{sign}{abs(amount) // 100:,}.{abs(amount) % 100:02d}"


_OWN = {"applications": "/apply", "invitations": "/me/invitations", "coupons": "/me/coupons", "members": "/me/points"}
"""What a ref is about → the reader's own page of it."""


def path(kind: str, ref: str) -> str:
    """Where a notice leads: the page of its thing for the one who reads it, "" when it has none."""
    what, _colon, number = ref.partition(":")
    if kind.startswith("audit_"):
        return f"/office/audit/{number}"
    if what == "orders":
        return f"/shop/orders/{number}" if kind.startswith("shop_") else f"/me/orders/{number}"
    if what in _OWN:
        return _OWN[what]
    if what == "purchases":
        return f"/me/orders?q={number}"
    return {"registered": "/me/profile", "password_changed": "/me/profile"}.get(kind, "")
