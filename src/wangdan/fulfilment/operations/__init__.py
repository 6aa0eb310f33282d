"""What can be done to a parcel, from planning to the door."""

from wangdan.fulfilment.operations.fetching import collect, hand_out, miss_code, take_back
from wangdan.fulfilment.operations.handing import book, booked, hand_over, print_label, rebook
from wangdan.fulfilment.operations.loading import close_manifest, load, open_manifest
from wangdan.fulfilment.operations.missing import report_short
from wangdan.fulfilment.operations.packing import add_photo, count_by_hand, follow_bin, inspect, pack, pick, scan
from wangdan.fulfilment.operations.planning import call_off, plan, readdress
from wangdan.fulfilment.operations.straying import call_back, claim, close_claim, send_again, write_off
from wangdan.fulfilment.operations.travelling import ask, deliver, hear, lose, refuse, track
from wangdan.fulfilment.operations.waving import count_in_wave, end_wave, make_wave, put_back_wave, scan_in_wave, start_wave
from wangdan.fulfilment.operations.wrapping import keep_material, set_material

__all__ = [
    "add_photo",
    "ask",
    "book",
    "booked",
    "call_back",
    "call_off",
    "claim",
    "close_claim",
    "close_manifest",
    "collect",
    "count_by_hand",
    "count_in_wave",
    "deliver",
    "end_wave",
    "follow_bin",
    "hand_out",
    "hand_over",
    "hear",
    "inspect",
    "keep_material",
    "load",
    "lose",
    "make_wave",
    "miss_code",
    "open_manifest",
    "pack",
    "pick",
    "plan",
    "print_label",
    "put_back_wave",
    "readdress",
    "rebook",
    "refuse",
    "report_short",
    "scan",
    "scan_in_wave",
    "send_again",
    "set_material",
    "start_wave",
    "take_back",
    "track",
    "write_off",
]
