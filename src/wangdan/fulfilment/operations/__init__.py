"""What can be done to a parcel, from planning to the door."""

from wangdan.fulfilment.operations.fetching import collect, hand_out, miss_code, take_back
from wangdan.fulfilment.operations.handing import book, booked, hand_over, print_label, rebook
from wangdan.fulfilment.operations.packing import count_by_hand, inspect, pack, pick, scan
from wangdan.fulfilment.operations.planning import call_off, plan, readdress
from wangdan.fulfilment.operations.travelling import ask, deliver, hear, lose, refuse, track

__all__ = [
    "ask",
    "book",
    "booked",
    "call_off",
    "collect",
    "count_by_hand",
    "deliver",
    "hand_out",
    "hand_over",
    "hear",
    "inspect",
    "lose",
    "miss_code",
    "pack",
    "pick",
    "plan",
    "print_label",
    "readdress",
    "rebook",
    "refuse",
    "scan",
    "take_back",
    "track",
]
