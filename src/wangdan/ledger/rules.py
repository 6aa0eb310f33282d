"""What an account of the ledger is called, which transfers make sense, which accounts are guarded."""

import re
from dataclasses import dataclass

_SHAPE = re.compile(r"[a-z_]{1,24}(?::[a-z0-9_:\-]{1,48})?")
GUARDED = ("points:", "budget:")
"""How the names of guarded accounts begin: they keep a balance, which never falls below zero. All others queue on no row."""
POINTS = "PTS"
"""The currency of points; everything else is money."""


@dataclass(frozen=True)
class Entry:
    """A transfer to be made: `amount` goes from `credit` to `debit`; `source` names the one event behind it."""

    debit: str
    credit: str
    amount: int
    code: str
    ref: str
    source: str
    currency: str = "CNY"


def is_account(name: str) -> bool:
    """Whether the text names an account: `kind` or `kind:whose`, such as `gateway:sandbox`, `held:orders`."""
    return bool(_SHAPE.fullmatch(name))


def is_transfer(debit: str, credit: str, amount: int) -> bool:
    """Whether money can go this way: a positive amount of minor units between two different accounts."""
    return amount > 0 and debit != credit and is_account(debit) and is_account(credit)


def changes(entries: list[Entry]) -> dict[str, tuple[str, int]]:
    """What the entries do to guarded accounts: account → (currency, change), by name."""
    sums: dict[str, tuple[str, int]] = {}
    for entry in entries:
        for account, change in ((entry.debit, entry.amount), (entry.credit, -entry.amount)):
            if account.startswith(GUARDED):
                sums[account] = entry.currency, sums.get(account, ("", 0))[1] + change
    return dict(sorted(sums.items()))
