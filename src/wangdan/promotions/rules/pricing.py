"""The one pricing pipeline: what a basket costs, per shop and per line, step by step, to the last fen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from wangdan.kernel.money import round_half_up, split

STEPS = ("level", "shop_reduction", "platform_reduction", "shop_coupon", "platform_coupon", "office", "points", "freight")
"""After the list price, always in this order; each takes from what the steps before have left. The freight comes last: its coupon asks for goods."""
KINDS = ("full", "percent", "free_freight", "off")
FUNDERS = ("shop", "platform")
_COUPONS = frozenset({"shop_coupon", "platform_coupon"})


@dataclass(frozen=True)
class Item:
    """What is bought: `price` in minor units for one piece; `product_id` and `categories` (its own and those above) say which offers fit."""

    sku_id: int
    shop_id: int
    price: int
    quantity: int
    product_id: int = 0
    categories: tuple[int, ...] = ()


@dataclass(frozen=True)
class Basket:
    """Everything one buyer buys at once, in any order."""

    items: tuple[Item, ...]
    currency: str = "CNY"


@dataclass(frozen=True)
class Offer:
    """Something that takes money off at one step; `ref` names it (`coupons:12`), `funder` is who bears it: `shop` or `platform`.

    Its lines: those of `shop_id` (None: of all shops) within `scope` (`all`, or `shops`, `categories`, `products`, `skus` with `targets`).
    `rungs` are (from, off) with `from` in minor units of what is left of its lines. Kinds: `full` takes the highest rung's minor units, once or
    for `every` full amount; `percent` its percent, `cap` at most; `free_freight` the freight; `off` takes `value`, beside any other offer, but
    no more than `most_percent` of what is left.
    """

    ref: str
    step: str
    kind: str
    name: str = ""
    funder: str = "platform"
    shop_id: int | None = None
    scope: str = "all"
    targets: frozenset[int] = frozenset()
    rungs: tuple[tuple[int, int], ...] = ()
    every: bool = False
    cap: int | None = None
    value: int = 0
    most_percent: int = 100


@dataclass(frozen=True)
class Share:
    """What one offer takes off one line at one step, in minor units, and who bears it; frozen on the line as `document()`."""

    step: str
    offer: str
    name: str
    amount: int
    funder: str

    def document(self) -> dict[str, Any]:
        """`{step, offer, name, amount, funder}`, as lines of orders keep it."""
        return asdict(self)


@dataclass(frozen=True)
class Tried:
    """What became of an offer: `taken` with what it `gives` in all, else why not.

    `why`: `taken`, `other_goods` (nothing of its scope is bought), `not_reached`, `other_gives_more` (of one step only one offer works on a line,
    of one giver's coupons only one), `nothing_left`. `lacks` is what is missing to the next rung, 0 when there is none; `next_off` what it gives.
    """

    offer: Offer
    gives: int
    why: str
    lacks: int = 0
    next_off: int = 0

    @property
    def taken(self) -> bool:
        """Whether it took something off."""
        return self.why == "taken"


@dataclass(frozen=True)
class PricedLine:
    """An item with its frozen shares, in minor units: `total` is `amount` less `discount` (the sum of `steps`) plus `freight_share`."""

    item: Item
    amount: int
    discount: int
    freight_share: int
    total: int
    steps: tuple[Share, ...] = ()


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
    """The price of a basket: one order per shop, shops by id, lines as they came; `tried` says of every offer what became of it."""

    orders: tuple[PricedOrder, ...]
    total: int
    currency: str
    tried: tuple[Tried, ...] = ()

    def given(self, step: str) -> int:
        """What a step took off in all."""
        return sum(each.gives for each in self.tried if each.taken and each.offer.step == step)


@dataclass
class _Open:
    """A line while it is being priced: what is left of its goods and of its freight."""

    item: Item
    left: int
    freight: int
    freight_left: int
    steps: list[Share] = field(default_factory=list)


def price(basket: Basket, freight: Mapping[int, int], offers: Iterable[Offer] = ()) -> Priced:
    """Price a basket; `freight` is minor units per shop id (a missing shop ships free), `offers` is all that may take something off.

    List price, then `STEPS` in their order. Of one step a line takes part in one offer only: first in the one that gives most (ties to the smaller
    ref), then the next best on other lines; one shop's coupons, and the platform's, never join each other. Each amount is shared over the offer's
    lines by what is left of them, largest remainder, ties to the smaller SKU id, so that nothing depends on the order of the lines and no line
    falls below zero.
    Refuses (ValueError) a negative price or freight, pieces below one, an unknown step: callers have checked what people typed.
    Source D12.9, D16.3, D18.3: refunds and commission are taken from these shares.
    """
    if any(item.price < 0 or item.quantity < 1 for item in basket.items):
        message = "a price is never negative, a quantity never below one"
        raise ValueError(message)
    wanted = sorted(offers, key=lambda offer: (offer.step, offer.ref))
    if any(offer.step not in STEPS or offer.kind not in KINDS or offer.funder not in FUNDERS for offer in wanted):
        message = "no such step, kind or funder"
        raise ValueError(message)
    opened = _opened(basket, freight)
    tried = [found for step in STEPS for found in _take(step, opened, [offer for offer in wanted if offer.step == step])]
    shops = sorted({item.shop_id for item in basket.items})
    orders = tuple(_order(shop, [line for line in opened if line.item.shop_id == shop]) for shop in shops)
    return Priced(orders, sum(order.total for order in orders), basket.currency, tuple(tried))


def _opened(basket: Basket, freight: Mapping[int, int]) -> list[_Open]:
    """The lines before any step, as they came, with their shares of the freight by amount."""
    amounts = [item.price * item.quantity for item in basket.items]
    lines = [_Open(item, amount, 0, 0) for item, amount in zip(basket.items, amounts, strict=True)]
    for shop in {item.shop_id for item in basket.items}:
        ours = _in_order([line for line in lines if line.item.shop_id == shop])
        for line, share in zip(ours, split(freight.get(shop, 0), [line.left for line in ours]), strict=True):
            line.freight = line.freight_left = share
    return lines


def _in_order(lines: Iterable[_Open]) -> list[_Open]:
    """By SKU, whatever order they came in."""
    return sorted(lines, key=lambda line: (line.item.sku_id, line.item.price, line.item.quantity))


def in_scope(offer: Offer, item: Item) -> bool:
    """Whether the offer is about this item."""
    if offer.shop_id not in (None, item.shop_id):
        return False
    if offer.scope == "all":
        return True
    ours = {"shops": (item.shop_id,), "categories": item.categories, "products": (item.product_id,), "skus": (item.sku_id,)}[offer.scope]
    return not offer.targets.isdisjoint(ours)


def _take(step: str, opened: Sequence[_Open], offers: list[Offer]) -> list[Tried]:
    """One step: the best offer, then the best of those whose lines are still free, until nothing more is given."""
    waiting = [(offer, [line for line in opened if in_scope(offer, line.item)]) for offer in offers]
    spent: set[int] = set()
    tried: list[Tried] = []
    while waiting:
        free = [(offer, lines) for offer, lines in waiting if offer.kind == "off" or spent.isdisjoint(map(id, lines))]
        best, ours = min(free, key=lambda each: (-_gives(*each), each[0].ref), default=(None, []))
        gain = _gives(best, ours) if best else 0
        if best is None or not gain:
            break
        waiting.remove((best, ours))
        tried.append(_told(best, ours, gain, "taken"))
        _spread(best, ours, gain)
        if best.kind != "off":
            whole = [line for line in opened if best.shop_id in (None, line.item.shop_id)] if step in _COUPONS else ours
            spent.update(map(id, whole))
    return tried + [_told(offer, lines, 0, _why_not(offer, lines, spent)) for offer, lines in waiting]


def _why_not(offer: Offer, lines: list[_Open], spent: set[int]) -> str:
    if not lines:
        return "other_goods"
    if offer.kind != "off" and not spent.isdisjoint(map(id, lines)):
        return "other_gives_more"
    base = sum(line.left for line in lines)
    return "not_reached" if offer.rungs and base < min(offer.rungs)[0] else "nothing_left"


def _gives(offer: Offer, lines: Sequence[_Open]) -> int:
    """What the offer takes off these lines now, in minor units."""
    goods = sum(line.left for line in lines)
    bound = sum(line.freight_left for line in lines) if offer.step == "freight" else goods
    if offer.kind == "off":
        return min(offer.value, bound * offer.most_percent // 100)
    reached = [rung for rung in offer.rungs if lines and goods >= rung[0]]
    if not reached:
        return 0
    full, off = max(reached)
    given = bound
    if offer.kind == "percent":
        given = round_half_up(Decimal(bound * off) / 100)
    elif offer.kind == "full":
        given = off * (goods // full if offer.every and full else 1)
    return min(given, bound) if offer.cap is None else min(given, bound, offer.cap)


def _told(offer: Offer, lines: Sequence[_Open], gain: int, why: str) -> Tried:
    """What became of it, with the way to the next rung as it was before this offer took anything."""
    base = sum(line.left for line in lines)
    ahead = min((rung for rung in offer.rungs if rung[0] > base), default=None)
    return Tried(offer, gain, why, ahead[0] - base if ahead else 0, ahead[1] if ahead else 0)


def _spread(offer: Offer, lines: Sequence[_Open], gain: int) -> None:
    """Share what is given over the lines by what is left of them."""
    ours, of_freight = _in_order(lines), offer.step == "freight"
    for line, amount in zip(ours, split(gain, [line.freight_left if of_freight else line.left for line in ours]), strict=True):
        if not amount:
            continue
        line.steps.append(Share(offer.step, offer.ref, offer.name, amount, offer.funder))
        if of_freight:
            line.freight_left -= amount
        else:
            line.left -= amount


def _order(shop_id: int, opened: Sequence[_Open]) -> PricedOrder:
    lines = tuple(
        PricedLine(
            line.item,
            amount=line.item.price * line.item.quantity,
            discount=sum(share.amount for share in line.steps),
            freight_share=line.freight,
            total=line.left + line.freight_left,
            steps=tuple(sorted(line.steps, key=lambda share: (STEPS.index(share.step), share.offer))),
        )
        for line in opened
    )
    return PricedOrder(
        shop_id,
        lines,
        goods=sum(line.amount for line in lines),
        freight=sum(line.freight_share for line in lines),
        discount=sum(line.discount for line in lines),
        total=sum(line.total for line in lines),
    )


def summed(lines: Iterable[Iterable[Share]]) -> list[Share]:
    """The shares of many lines added up per step and offer, in the order of the steps: what an order or a purchase shows."""
    sums: dict[tuple[int, str], Share] = {}
    for share in (share for line in lines for share in line):
        key = STEPS.index(share.step), share.offer
        before = sums[key].amount if key in sums else 0
        sums[key] = Share(share.step, share.offer, share.name, before + share.amount, share.funder)
    return [sums[key] for key in sorted(sums)]


def kept(lines: Mapping[int, Iterable[Share]]) -> list[Offer]:
    """Frozen shares (SKU id → shares) as offers of fixed amounts: pricing the same goods anew with them gives the same order.

    For edits of an order after placing: what was promised stays, as far as the goods that are left can bear it.
    """
    return [
        Offer(share.offer, share.step, "off", share.name, share.funder, scope="skus", targets=frozenset({sku}), value=share.amount)
        for sku, shares in lines.items()
        for share in shares
    ]


def part_of(line_total: int, quantity: int, taken: int, pieces: int) -> int:
    """What `pieces` of a line of `quantity` are worth in minor units when `taken` went before: all parts sum to the line's total.

    Refuses (ValueError) more pieces than are left. Source D04.6, D18.5: refunds are taken from frozen shares.
    """
    if pieces < 0 or taken < 0 or taken + pieces > quantity:
        message = "more pieces than the line has"
        raise ValueError(message)
    return line_total * (taken + pieces) // quantity - line_total * taken // quantity
