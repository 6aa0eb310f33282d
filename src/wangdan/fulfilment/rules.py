"""Rules of fulfilment: the life of a parcel and what a carrier's event does to it. Plain Python."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from wangdan.kernel.machine import Machine
from wangdan.kernel.option import Option
from wangdan.kernel.sayings import Saying, saying

LIFE = Machine(
    "fulfilment",
    start="planned",
    moves=[
        ("pick", "planned", "picked"),
        ("inspect", "picked", "inspected"),
        ("pack", "inspected", "packed"),
        ("hand_over", "packed", "handed_over"),
        ("deliver", ("handed_over", "lost"), "delivered"),
        ("collect", "handed_over", "delivered"),
        ("refuse", "handed_over", "refused"),
        ("lose", "handed_over", "lost"),
        ("take_back", ("refused", "lost"), "returned"),
        ("call_off", ("planned", "picked", "inspected", "packed"), "called_off"),
    ],
)
"""A parcel's life; one that is handed over at a pick-up point is fetched by its buyer instead of being delivered."""

WAVE_LIFE = Machine(
    "fulfilment",
    start="open",
    moves=[
        ("start_wave", "open", "picking"),
        ("put_back_wave", "picking", "open"),
        ("end_wave", ("open", "picking"), "done"),
    ],
)
"""A wave's life: one person takes it, may put it back, and ends it."""
METHODS = ("courier", "pickup")
SETTLED = ("refunded", "resent")
"""How a lost parcel was made good to its buyer."""
MATERIAL_KINDS = ("box", "protection")
MOST_MATERIAL = 1_000_000
"""No warehouse keeps more of one material."""
IN_HOUSE = ("planned", "picked", "inspected", "packed")
"""States in which the warehouse still has it."""
COMING_BACK = ("refused", "lost")
"""States in which the goods are somewhere between the door and the warehouse."""
ASTRAY = (*COMING_BACK, "returned")
"""States of parcels that did not reach their buyer; few, so an index of their own names them."""

ASK_AFTER = Option("fulfilment.ask_after_minutes", default=30, low=1, high=1440, text="快递多久没有消息就主动去问（分钟）")
BACK_WITHIN = Option("fulfilment.back_within_days", default=5, low=1, high=60, text="拒收或丢失的包裹应在几天内回到仓库（天）")
FETCH_WITHIN = Option("fulfilment.fetch_within_days", default=7, low=1, high=60, text="自提包裹应在几天内取走（天）")
CODE_TRIES = Option("fulfilment.code_tries", default=5, low=1, high=20, text="取货码输错几次后只能由办公室核实（次）")

WAVE_PARCELS = Option("fulfilment.wave_parcels", default=12, low=1, high=60, text="一个波次最多几个包裹（拣货车有几个格子）")
WAVE_PIECES = Option("fulfilment.wave_pieces", default=60, low=1, high=999, text="一个波次最多几件货")
WEIGHT_OFF = Option("fulfilment.weight_off_percent", default=15, low=1, high=100, text="称重与商品重量差多少就要再核对（%）")

REASON_LENGTH = 120
HEAVIEST_GRAMS = 1_000_000
"""No parcel weighs more than a ton."""
_FINE_GRAMS = 60
"""A difference that tape and paper make."""
_ASK_SLOWER = 12
"""However long a carrier says nothing, it is asked at least after so many times the first pause."""
_WHOLE_SETS = 2000
"""So many sets of warehouses are compared at most when an order is split."""


def pause(asked: int) -> int:
    """How many times the first pause to wait before asking a silent carrier again: 1, 2, 4, 8, then 12."""
    return min(1 << min(asked, 4), _ASK_SLOWER)


@dataclass(frozen=True)
class Event:
    """What a carrier says about a parcel; times in ISO 8601, cash in minor units."""

    event_id: str
    event: str
    at: str = ""
    text: str = ""
    place: str = ""
    eta: str = ""
    cash: int = 0


@dataclass(frozen=True)
class Shelf:
    """Free pieces of a SKU in a warehouse, and how far that is from the buyer."""

    warehouse_id: int
    name: str
    province: str
    km: int
    sku_id: int
    free: int


@dataclass(frozen=True)
class Share:
    """What one warehouse sends of one SKU, and why."""

    sku_id: int
    warehouse_id: int
    warehouse_name: str
    quantity: int
    reason: Saying


def spread(wanted: Mapping[int, int], shelves: Sequence[Shelf]) -> tuple[list[Share], dict[int, int]]:
    """Which warehouse serves what a shop sells (SKU → pieces): the nearest that has everything, else the fewest nearest ones (D04.4, D18.4).

    Returns the shares and what is missing (SKU → pieces available).
    """
    houses: dict[int, dict[int, Shelf]] = {}
    for shelf in shelves:
        houses.setdefault(shelf.warehouse_id, {})[shelf.sku_id] = shelf
    whole = [house for house in houses.values() if all(sku in house and house[sku].free >= pieces for sku, pieces in wanted.items())]
    if whole:
        house = min(whole, key=lambda rows: (next(iter(rows.values())).km, next(iter(rows.values())).warehouse_id))
        near = next(iter(house.values()))
        why = saying("fulfilment.whole_nearest" if len(whole) > 1 else "fulfilment.whole_only", province=near.province, km=near.km)
        return [_share(house[sku], pieces, why) for sku, pieces in wanted.items()], {}
    return _split(wanted, houses)


def _split(wanted: Mapping[int, int], houses: Mapping[int, Mapping[int, Shelf]]) -> tuple[list[Share], dict[int, int]]:
    """Take from the smallest set of warehouses that has everything, of equal sets the nearest; from all of them when none has."""
    left, shares = dict(wanted), []
    for house in _fewest(wanted, list(houses.values())):
        for sku in wanted:
            taken = min(left[sku], house[sku].free) if sku in house else 0
            if taken > 0:
                why = saying("fulfilment.split", province=house[sku].province, km=house[sku].km)
                shares.append(_share(house[sku], taken, why))
                left[sku] -= taken
    return shares, {sku: wanted[sku] - missing for sku, missing in left.items() if missing}


def _fewest(wanted: Mapping[int, int], houses: Sequence[Mapping[int, Shelf]]) -> list[Mapping[int, Shelf]]:
    """The warehouses to take from, the nearest first."""

    def near(house: Mapping[int, Shelf]) -> tuple[int, int]:
        shelf = next(iter(house.values()))
        return shelf.km, shelf.warehouse_id

    useful = sorted((house for house in houses if wanted.keys() & house.keys()), key=near)
    compared = 0
    for size in range(2, len(useful)):
        whole = []
        for chosen in combinations(useful, size):
            compared += 1
            if all(sum(house[sku].free for house in chosen if sku in house) >= pieces for sku, pieces in wanted.items()):
                whole.append(chosen)
            if compared > _WHOLE_SETS:
                break
        if whole:
            return list(min(whole, key=lambda chosen: (sum(near(house)[0] for house in chosen), [near(house) for house in chosen])))
        if compared > _WHOLE_SETS:
            break
    return useful


def _share(shelf: Shelf, pieces: int, why: Saying) -> Share:
    return Share(shelf.sku_id, shelf.warehouse_id, shelf.name, pieces, why)


@dataclass(frozen=True)
class Goods:
    """What a line of a parcel wants in its stage: `code` and `bin` as they are printed, `done` of `wanted` pieces counted."""

    line_id: int
    code: str
    bin: str
    wanted: int
    done: int

    @property
    def left(self) -> int:
        """Pieces still to be counted."""
        return self.wanted - self.done


def fold(text: str) -> str:
    """A scanned or typed code as it is compared: no blanks, no case."""
    return "".join(text.split()).casefold()


def walk(shelf: str) -> tuple[tuple[int, str], ...]:
    """A bin in walking order: B-01-8 comes before B-01-11; what has no bin comes last."""
    parts = re.findall(r"\d+|\D+", shelf)
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in parts) or ((1, ""),)


def hits(code: str, goods: Iterable[Goods], *, shelves: bool) -> list[Goods]:
    """The lines that a scan can mean: by the code on the goods, else, while `shelves` count, by the bin they lie in."""
    said, found = fold(code), list(goods)
    if not said:
        return []
    by_code = [each for each in found if fold(each.code) == said]
    return by_code or [each for each in found if shelves and fold(each.bin) == said]


@dataclass(frozen=True)
class Waiting:
    """A parcel that waits to be picked: `cut_off` is when its carrier comes next, `lines` different goods of `pieces` in all."""

    no: str
    carrier: str
    cut_off: datetime | None
    ship_by: datetime
    lines: int
    pieces: int
    bin: str


@dataclass(frozen=True)
class Heap:
    """Parcels proposed as one wave; `single` when each has one kind of goods only."""

    carrier: str
    cut_off: datetime | None
    single: bool
    nos: tuple[str, ...]
    pieces: int


def heaps(waiting: Iterable[Waiting], *, most_parcels: int, most_pieces: int) -> list[Heap]:
    """Waves to propose (D10.2): by the hour at which the carrier comes, parcels with one kind of goods together, the most urgent first.

    No heap has more than `most_parcels`, nor more than `most_pieces` unless one parcel alone has; single ones are walked by bin.
    """
    groups: dict[tuple[bool, str, str, bool], list[Waiting]] = {}
    for each in waiting:
        when = each.cut_off.isoformat() if each.cut_off else ""
        groups.setdefault((each.cut_off is None, when, each.carrier, each.lines == 1), []).append(each)
    found = []
    for (_, _, carrier, single), group in sorted(groups.items()):
        ordered = sorted(group, key=lambda each: (walk(each.bin), each.no) if single else (each.ship_by, each.no))
        for heap in _cut(ordered, most_parcels, most_pieces):
            found.append(Heap(carrier, heap[0].cut_off, single, tuple(each.no for each in heap), sum(each.pieces for each in heap)))  # noqa: PERF401
    return found


def _cut(ordered: Sequence[Waiting], most_parcels: int, most_pieces: int) -> list[list[Waiting]]:
    made: list[list[Waiting]] = []
    for each in ordered:
        full = not made or len(made[-1]) >= most_parcels or sum(other.pieces for other in made[-1]) + each.pieces > most_pieces
        if full:
            made.append([])
        made[-1].append(each)
    return made


def weight_differs(goods: int, wrapping: int, scale: int, percent: int) -> bool:
    """Whether a scale's grams are so far from what goods and wrapping weigh that somebody should look again (D10.3).

    Goods whose weight nobody knows (0) are never wrong.
    """
    return goods > 0 and abs(scale - goods - wrapping) > max(_FINE_GRAMS, goods * percent // 100)


def grams(text: str) -> int | None:
    """What a scale types: 1.25kg, 1250 g, 1.25 (kilograms); None for what is no weight above nothing."""
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,3})?)(kg)?|(\d{1,6})g", fold(text))
    if found is None:
        return None
    weight = int(found[3]) if found[3] else round(float(found[1]) * 1000)
    return weight if 0 < weight <= HEAVIEST_GRAMS else None
