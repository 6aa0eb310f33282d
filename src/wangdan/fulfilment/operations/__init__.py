"""What can be done to a parcel, from planning to the door."""

from wangdan.fulfilment.operations.handing import book, booked, hand_over
from wangdan.fulfilment.operations.packing import inspect, pack, pick
from wangdan.fulfilment.operations.planning import call_off, plan, readdress
from wangdan.fulfilment.operations.travelling import collect, deliver, lose, refuse, take_back, track

__all__ = [
    "book",
    "booked",
    "call_off",
    "collect",
    "deliver",
    "hand_over",
    "inspect",
    "lose",
    "pack",
    "pick",
    "plan",
    "readdress",
    "refuse",
    "take_back",
    "track",
]
