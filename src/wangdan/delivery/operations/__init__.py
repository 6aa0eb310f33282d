"""What can be done about delivery: freight, carriers, pick-up points, slots."""

from wangdan.delivery.operations.carriers import Terms, change_point, close_point, open_point, set_carrier
from wangdan.delivery.operations.freight import add_freight, assign_freight, change_freight, drop_freight, set_freight
from wangdan.delivery.operations.slots import Choice, change_slot, close_slot, move_slot, open_slots, release_slot, review_slot, take_slot

__all__ = [
    "Choice",
    "Terms",
    "add_freight",
    "assign_freight",
    "change_freight",
    "change_point",
    "change_slot",
    "close_point",
    "close_slot",
    "drop_freight",
    "move_slot",
    "open_point",
    "open_slots",
    "release_slot",
    "review_slot",
    "set_carrier",
    "set_freight",
    "take_slot",
]
