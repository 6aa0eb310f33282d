"""What lies on the shelves of the demo world: most of everything, of some things ten to fifty, and a few that sell out or lie apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from wangdan.catalogue.models import Sku
from wangdan.fulfilment import operations as fulfilment
from wangdan.inventory.models import Warehouse
from wangdan.site.demo.goods import THIRD_PARTY
from wangdan.site.world import MATERIALS, ROOT, World

_LAST_ONES, _APART = 8, 6
_BULKY_GRAMS = 20_000
_RARE, _SOME = 0.35, 0.55


@dataclass(frozen=True)
class Shelf:
    """A SKU as the past buys it: how many pieces there were at first, whether it is meant to sell out, in which house alone it lies."""

    sku: Sku
    pieces: int
    last: bool = False
    apart: bool = False
    only: int | None = None


def _pieces(sku: Sku, dice: Random) -> int:
    """Ten to fifty of big or rare things, else more."""
    if sku.weight_grams >= _BULKY_GRAMS:
        return dice.randint(10, 40)
    return dice.randint(14, 50) if dice.random() < _RARE else dice.randint(60, 320)


def lay(world: World, skus: Iterable[Sku], dice: Random) -> list[Shelf]:
    """Fill the three warehouses; one delivery each, on shelves in walking order."""
    north, west, south = world.warehouses[:3]
    into: dict[int, dict[int, int]] = {house.pk: {} for house in (north, west, south)}
    shelves = []
    every = list(skus)
    odd = dice.sample([sku for sku in every if sku.weight_grams < _BULKY_GRAMS], min(_LAST_ONES + _APART, len(every) // 4))
    for sku in every:
        place = odd.index(sku) if sku in odd else None
        last, apart = place is not None and place < _LAST_ONES, place is not None and place >= _LAST_ONES
        own = sku.product.category.slug not in THIRD_PARTY
        only = None
        pieces = dice.randint(2, 3) if last else 2 if apart else _pieces(sku, dice)
        if not own:
            into[south.pk][sku.pk] = pieces
        elif apart:
            into[north.pk][sku.pk] = into[west.pk][sku.pk] = 1
        elif last or dice.random() > _SOME:
            only = dice.choice((north, west)).pk
            into[only][sku.pk] = pieces
        else:
            into[north.pk][sku.pk], into[west.pk][sku.pk] = pieces - pieces // 3, pieces // 3
        shelves.append(Shelf(sku, pieces, last, apart and own, only))
    for house in (north, west, south):
        world.stock(house, into[house.pk])
        _wrap(house)
    return shelves


def _wrap(house: Warehouse) -> None:
    """Packing material: a few hundred of each, one kind nearly used up."""
    for place, (code, _name, kind, _grams) in enumerate(MATERIALS):
        scarce = (place + house.pk) % len(MATERIALS) == 0
        fulfilment.keep_material(ROOT, house.pk, code=code, on_hand=18 if scarce else 240 + 60 * place, low=40 if kind == "box" else 30)
