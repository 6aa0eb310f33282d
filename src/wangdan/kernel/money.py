"""Money arithmetic: integers in minor units, one rounding, one way to split."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal


def round_half_up(amount: Decimal) -> int:
    """Turn an exact amount of minor units into a whole one, halves away from zero: the only rounding in the house."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` minor units by `weights` (≥ 0) with the largest remainder; the parts always sum to `total`.

    Ties go to the earlier part; with all weights zero the split is even. Refuses a negative total or weight and no weights at all.
    """
    if not weights:
        if total:
            message = "cannot split an amount over nothing"
            raise ValueError(message)
        return []
    if total < 0 or min(weights) < 0:
        message = "amounts and weights are never negative"
        raise ValueError(message)
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    parts = [total * weight // whole for weight in weights]
    rest = total - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in by_remainder[:rest]:
        parts[at] += 1
    return parts
