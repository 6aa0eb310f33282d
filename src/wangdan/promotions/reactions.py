"""What the clock does for promotions: coupons and points whose time is over or soon will be, levels that follow from the last 365 days."""

from wangdan.kernel.react import Sweep
from wangdan.promotions import operations, queries

SWEEPS = [
    Sweep("promotions.lapse", due=queries.due_to_lapse, run=operations.lapse, every=300),
    Sweep("promotions.remind", due=queries.due_to_remind, run=operations.remind, every=300),
    Sweep("promotions.review", due=queries.due_to_review, run=operations.review, every=300),
    Sweep("promotions.expire_points", due=queries.due_to_expire_points, run=operations.expire_points, every=300),
]
