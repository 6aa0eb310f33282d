"""What people typed, as numbers: yuan as minor units, pieces as whole numbers. Nothing here refuses; what is none reads as None."""

import unicodedata
from decimal import Decimal, InvalidOperation

_LARGEST = Decimal(10) ** 10
_FEN = Decimal("0.01")


def _plain(text: str) -> str:
    """Full-width digits folded, commas, spaces and the sign of the currency gone."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign not in ",¥￥ \u3000\t")


def minor_units(text: str) -> int | None:
    """An amount in yuan as minor units: 1,299 and ￥1299.00 are 129900; None for what is no amount above zero with at most two digits."""
    try:
        amount = Decimal(_plain(text))
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 < amount < _LARGEST or amount != amount.quantize(_FEN):
        return None
    return int(amount * 100)


def pieces(text: str, *, most: int = 10_000_000) -> int | None:
    """A whole number of pieces from 0 to `most`; None for anything else."""
    plain = _plain(text)
    if not (plain.isascii() and plain.isdigit()) or len(plain) > len(str(most)):
        return None
    return int(plain) if int(plain) <= most else None


def yuan(amount: int) -> str:
    """Minor units as one types them into a field: 1299.00."""
    return f"{amount // 100}.{amount % 100:02d}"


def zero(text: str) -> bool:
    """Whether somebody typed nothing at all as an amount: 0, 0.00, ￥0."""
    plain = _plain(text)
    return bool(plain) and not plain.strip("0.") and plain.count(".") <= 1 and plain != "."
