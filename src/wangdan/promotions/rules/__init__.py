"""Rules of promotions: the one pricing pipeline."""

from wangdan.promotions.rules.pricing import (
    STEPS,
    Basket,
    Item,
    Offer,
    Priced,
    PricedLine,
    PricedOrder,
    Share,
    Tried,
    in_scope,
    kept,
    part_of,
    price,
    summed,
)

__all__ = [
    "STEPS",
    "Basket",
    "Item",
    "Offer",
    "Priced",
    "PricedLine",
    "PricedOrder",
    "Share",
    "Tried",
    "in_scope",
    "kept",
    "part_of",
    "price",
    "summed",
]
