"""Rules of fulfilment: the life of a parcel and what a carrier's event does to it. Plain Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wangdan.kernel.machine import Machine

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

METHODS = ("courier", "pickup")
IN_HOUSE = ("planned", "picked", "inspected", "packed")
"""States in which the warehouse still has it."""
OVER = frozenset({"delivered", "refused", "lost", "returned", "called_off"})
"""States after which nothing more is expected of the carrier."""


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
    reason: str


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
        why = "整单有货，离收货地最近" if len(whole) > 1 else "唯一整单有货的仓库"
        return [_share(house[sku], pieces, why) for sku, pieces in wanted.items()], {}
    return _split(wanted, houses)


def _split(wanted: Mapping[int, int], houses: Mapping[int, Mapping[int, Shelf]]) -> tuple[list[Share], dict[int, int]]:
    left, shares, short = dict(wanted), [], {}
    order = sorted(houses.values(), key=lambda rows: (-sum(sku in rows for sku in wanted), next(iter(rows.values())).km, next(iter(rows))))
    for house in order:
        for sku, shelf in house.items():
            taken = min(left.get(sku, 0), shelf.free)
            if taken:
                shares.append(_share(shelf, taken, "单仓不够，拆分发货"))
                left[sku] -= taken
    short = {sku: wanted[sku] - missing for sku, missing in left.items() if missing}
    return shares, short


def _share(shelf: Shelf, pieces: int, why: str) -> Share:
    return Share(shelf.sku_id, shelf.warehouse_id, shelf.name, pieces, f"{why}（{shelf.province}，约 {shelf.km} 公里）")
