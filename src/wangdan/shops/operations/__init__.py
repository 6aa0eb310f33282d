"""What can be done about a shop: apply, decide, look at the papers, look again every six months, offer seats and take them."""

from wangdan.shops.operations.applying import apply, erase_papers, hand_in, look, resubmit, withdraw
from wangdan.shops.operations.deciding import approve, fall_due, lapse, reject, renew
from wangdan.shops.operations.staffing import invite, refuse_seat, revoke, take_seat

__all__ = [
    "apply",
    "approve",
    "erase_papers",
    "fall_due",
    "hand_in",
    "invite",
    "lapse",
    "look",
    "refuse_seat",
    "reject",
    "renew",
    "resubmit",
    "revoke",
    "take_seat",
    "withdraw",
]
