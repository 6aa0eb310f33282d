"""Rules of promotions: the one pricing pipeline, and the life of offers."""

from wangdan.promotions.rules.offers import COUPON_LIFE, LIFE
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
    "COUPON_LIFE",
    "LIFE",
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
