"""The one pricing pipeline: what a basket costs, per shop and per line, to the last fen."""

from collections.abc import Mapping
from dataclasses import dataclass

from wangdan.kernel.money import split


@dataclass(frozen=True)
class Item:
    """What is bought: `price` in minor units for one piece."""

    sku_id: int
    shop_id: int
    price: int
    quantity: int


@dataclass(frozen=True)
class Basket:
    """Everything one buyer buys at once, in any order."""

    items: tuple[Item, ...]
    currency: str = "CNY"


@dataclass(frozen=True)
class PricedLine:
    """An item with its frozen shares, in minor units: `total` is `amount` less `discount` plus `freight_share`."""

    item: Item
    amount: int
    discount: int
    freight_share: int
    total: int


@dataclass(frozen=True)
class PricedOrder:
    """What one shop gets: sums of its lines, in minor units."""

    shop_id: int
    lines: tuple[PricedLine, ...]
    goods: int
    freight: int
    discount: int
    total: int


@dataclass(frozen=True)
class Priced:
    """The price of a basket: one order per shop, shops by id, lines as they came."""

    orders: tuple[PricedOrder, ...]
    total: int
    currency: str


def price(basket: Basket, freight: Mapping[int, int]) -> Priced:
    """Price a basket; `freight` is minor units per shop id (a missing shop ships free).

    Freight is shared over a shop's lines by amount with the largest remainder, ties to the smaller SKU id, so that the
    shares do not depend on the order of the lines. Refuses (ValueError) a negative price or freight and pieces below one:
    callers have checked what people typed. Source D12.9, D18.3: refunds and commission are taken from these shares.
    """
    if any(item.price < 0 or item.quantity < 1 for item in basket.items):
        message = "a price is never negative, a quantity never below one"
        raise ValueError(message)
    shops = sorted({item.shop_id for item in basket.items})
    orders = tuple(_of_shop(shop, basket, freight.get(shop, 0)) for shop in shops)
    return Priced(orders, sum(order.total for order in orders), basket.currency)


def _of_shop(shop_id: int, basket: Basket, freight: int) -> PricedOrder:
    items = [item for item in basket.items if item.shop_id == shop_id]
    amounts = [item.price * item.quantity for item in items]
    shares = _shares(freight, items, amounts)
    lines = tuple(
        PricedLine(item, amount=amount, discount=0, freight_share=share, total=amount + share)
        for item, amount, share in zip(items, amounts, shares, strict=True)
    )
    goods = sum(amounts)
    return PricedOrder(shop_id, lines, goods=goods, freight=freight, discount=0, total=goods + freight)


def _shares(total: int, items: list[Item], amounts: list[int]) -> list[int]:
    """The share of each item, settled in SKU order whatever order they came in."""
    places = sorted(range(len(items)), key=lambda at: (items[at].sku_id, items[at].price, items[at].quantity))
    shares = dict(zip(places, split(total, [amounts[at] for at in places]), strict=True))
    return [shares[at] for at in range(len(items))]


def part_of(line_total: int, quantity: int, taken: int, pieces: int) -> int:
    """What `pieces` of a line of `quantity` are worth in minor units when `taken` went before: all parts sum to the line's total.

    Refuses (ValueError) more pieces than are left. Source D04.6, D18.5: refunds are taken from frozen shares.
    """
    if pieces < 0 or taken < 0 or taken + pieces > quantity:
        message = "more pieces than the line has"
        raise ValueError(message)
    return line_total * (taken + pieces) // quantity - line_total * taken // quantity
