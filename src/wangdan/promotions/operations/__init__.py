"""Writes of promotions: offers, coupons, points and levels."""

from wangdan.promotions.operations.coupons import claim, give, give_back, lapse, redeem, remind
from wangdan.promotions.operations.offers import create, end, pause, person_named, resume, set_level
from wangdan.promotions.operations.points import earn, expire_points, follow, grant_points, review

__all__ = [
    "claim",
    "create",
    "earn",
    "end",
    "expire_points",
    "follow",
    "give",
    "give_back",
    "grant_points",
    "lapse",
    "pause",
    "person_named",
    "redeem",
    "remind",
    "resume",
    "review",
    "set_level",
]
