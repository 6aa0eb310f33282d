"""What an account of the ledger is called and which transfers make sense."""

import re

_SHAPE = re.compile(r"[a-z_]{1,24}(?::[a-z0-9_:\-]{1,48})?")


def is_account(name: str) -> bool:
    """Whether the text names an account: `kind` or `kind:whose`, such as `gateway:sandbox`, `held:orders`."""
    return bool(_SHAPE.fullmatch(name))


def is_transfer(debit: str, credit: str, amount: int) -> bool:
    """Whether money can go this way: a positive amount of minor units between two different accounts."""
    return amount > 0 and debit != credit and is_account(debit) and is_account(credit)
