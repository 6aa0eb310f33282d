"""What a basket costs here and now: goods, freight, warehouses, the reasons for them; reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wangdan.accounts.models import Address
from wangdan.accounts.rules import Destination
from wangdan.catalogue.models import Sku
from wangdan.checkout.queries.carts import goods_of, lines_of, lines_with_goods, picture_id, picture_url, sold_now
from wangdan.checkout.rules import COD_LIMIT, COD_PROVINCES, Asked, Wish, checked, why_no_cash, wishes
from wangdan.delivery import queries as delivery
from wangdan.delivery.models import Slot
from wangdan.delivery.rules import Freight, Sent
from wangdan.fulfilment import queries as fulfilment
from wangdan.kernel import options
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.money import split
from wangdan.kernel.sayings import Saying, saying
from wangdan.orders.rules import LINES_LIMIT, NewLine, NewOrder
from wangdan.payments import queries as payments
from wangdan.promotions import queries as promotions
from wangdan.promotions.rules import Basket, Item, Offer, Priced, PricedOrder, Share, Tried, price, summed
from wangdan.promotions.rules.offers import Taken, needed

FETCHED = Freight(0, (saying("checkout.fetched"),))
"""The freight of what the buyer fetches himself."""


@dataclass(frozen=True)
class QuotedLine:
    """A line with its frozen shares, in minor units."""

    product_id: int
    sku_id: int
    title: str
    specs: dict[str, str]
    picture: str
    picture_id: int | None
    price: int
    quantity: int
    amount: int
    discount: int
    freight_share: int
    total: int
    steps: tuple[Share, ...] = ()


@dataclass(frozen=True)
class QuotedShop:
    """Who sells."""

    id: int
    name: str
    own: bool


@dataclass(frozen=True)
class QuotedOrder:
    """What one shop would get, from which warehouses and why."""

    shop: QuotedShop
    lines: tuple[QuotedLine, ...]
    goods: int
    freight: int
    freight_reason: tuple[Saying, ...]
    discount: int
    total: int
    allocation: tuple[dict[str, Any], ...]

    @property
    def warehouses(self) -> list[str]:
        """The warehouses by name."""
        return list(dict.fromkeys(str(share["warehouse_name"]) for share in self.allocation))


@dataclass(frozen=True)
class Quote:
    """The price of everything asked for; `total` in minor units."""

    orders: tuple[QuotedOrder, ...]
    total: int
    currency: str
    destination: Destination
    method: str
    pickup_point_id: int | None
    basket: Basket
    freight: Mapping[int, int]
    standing: promotions.Standing
    tried: tuple[Tried, ...] = ()
    slot: Slot | None = None

    @property
    def points(self) -> int:
        """The points that are spent: what the amount taken off needs, never more than was asked for."""
        return needed(sum(share.amount for share in self.steps if share.step == "points"), self.standing.per_yuan)

    @property
    def steps(self) -> list[Share]:
        """What was taken off in all, step by step."""
        return summed(line.steps for order in self.orders for line in order.lines)

    @property
    def pieces(self) -> int:
        """Pieces in all orders."""
        return sum(line.quantity for order in self.orders for line in order.lines)


def prepare(actor: Actor, asked: Asked) -> Quote:
    """Price what the actor asks for (D01.6, D03.6–8, D11.3): one order per shop, freight to the address, warehouses with reasons.

    Six statements at most, flat in lines. Refuses with 404 for an address or pick-up point that is not there for him,
    `checkout.nothing_chosen`, `checkout.too_many_lines`, `checkout.not_for_sale` (skus), `inventory.cannot_hold` (skus),
    `checkout.slot_unavailable`, `delivery.cannot_send`, `checkout.cash_limit` (limit), `checkout.cash_region`, `checkout.cash_pickup`,
    `promotions.points_short`, `promotions.cannot_redeem`, `promotions.coupon_idle` (a coupon that takes nothing off here) and what
    `rules.checked` refuses.
    """
    asked = checked(asked)
    if asked.payment_method and asked.payment_method not in payments.methods_on():
        raise Malformed("checkout.payment_method_unknown")
    address = Address.objects.filter(person_id=actor.id or 0, pk=asked.address).first()
    if address is None:
        raise NotSeen
    destination = address.destination
    wanted, goods = _ticked(actor) if asked.lines is None else (asked.lines, goods_of(wish.sku for wish in asked.lines))
    wanted = _for_sale(wanted, goods, from_cart=asked.lines is None)
    items = tuple(_item(goods[wish.sku], wish.quantity) for wish in wanted)
    sums: dict[int, int] = {}
    for item in items:
        sums[item.shop_id] = sums.get(item.shop_id, 0) + item.price * item.quantity
    point = _point(asked, destination, list(sums))
    freight = _freights(items, goods, destination) if asked.delivery == "courier" else dict.fromkeys(sums, FETCHED)
    basket, fees, standing = Basket(items), {shop: found.amount for shop, found in freight.items()}, promotions.standing(actor, list(sums))
    priced = price(basket, fees, _offers(asked, standing))
    _require_used(asked, standing, priced)
    shares = _allocate(items, destination)
    orders = tuple(_quoted(order, goods, shares, freight[order.shop_id].reason) for order in priced.orders)
    slot = _slot(asked, destination, list(sums))
    quote = Quote(orders, priced.total, priced.currency, destination, asked.delivery, point, basket, fees, standing, priced.tried, slot)
    reason = why_not_cash(quote) if asked.payment_method == "cod" else None
    if reason:
        raise Refused(f"checkout.cash_{reason['reason']}", **reason)
    return quote


def _offers(asked: Asked, standing: promotions.Standing) -> list[Offer]:
    """What the pricing gets; refuses with `promotions.points_short` (balance) for more points than there are."""
    if asked.points > standing.points:
        raise Refused("promotions.points_short", balance=standing.points)
    coupons = {held.coupon_id or 0 for held in standing.coupons} if asked.best else set(asked.coupons)
    return standing.offers(coupons, asked.points)


def _require_used(asked: Asked, standing: promotions.Standing, priced: Priced) -> None:
    """Every coupon that was named takes something off. Refuses with `promotions.cannot_redeem`, `promotions.coupon_idle` (coupon, why, lacks)."""
    unknown = set(asked.coupons) - {held.coupon_id for held in standing.coupons}
    if unknown and not asked.best:
        raise Refused("promotions.cannot_redeem", coupons=sorted(unknown))
    for each in priced.tried:
        held = standing.held(each.offer.ref)
        if not asked.best and held and held.coupon_id and not each.taken:
            raise Refused("promotions.coupon_idle", coupon=held.coupon_id, why=each.why, lacks=each.lacks)


def taken(quote: Quote) -> tuple[Taken, ...]:
    """What each offer gives to the purchase, for the redemption; by offer and coupon, so that locks are taken in one order."""
    found = []
    for each in quote.tried:
        held = quote.standing.held(each.offer.ref)
        if each.taken and held:
            found.append(Taken(held.offer_id, held.coupon_id, each.gives, held.budgeted))
    return tuple(sorted(found, key=lambda each: (each.coupon or 0, each.offer)))


def _points(quote: Quote) -> list[int]:
    """The points of each order: by what they took off there."""
    amounts = [sum(share.amount for line in order.lines for share in line.steps if share.step == "points") for order in quote.orders]
    return split(quote.points, amounts) if quote.points else [0] * len(amounts)


def _freights(items: Sequence[Item], goods: Mapping[int, Sku], destination: Destination) -> dict[int, Freight]:
    """Freight per shop; refuses with `delivery.cannot_send` where a shop's template does not go."""
    sent: dict[int, list[Sent]] = {}
    for item in items:
        sku, amount = goods[item.sku_id], item.price * item.quantity
        sent.setdefault(item.shop_id, []).append(Sent(sku.product_id, item.quantity, sku.weight_grams * item.quantity, amount))
    found = delivery.freights(destination, sent)
    if not all(each.served for each in found.values()):
        raise Refused("delivery.cannot_send", province=destination.province)
    return found


def why_not_cash(quote: Quote) -> dict[str, object] | None:
    """Why the quote cannot be paid at the door, None if it can (D04.3; options `checkout.cod_limit_fen`, `checkout.cod_provinces`)."""
    return why_no_cash(
        [order.total for order in quote.orders],
        quote.destination.province,
        quote.method,
        limit=options.value(COD_LIMIT),
        provinces=options.value(COD_PROVINCES),
    )


def new_orders(quote: Quote, note: str) -> tuple[NewOrder, ...]:
    """The quote as orders to be opened."""
    return tuple(
        NewOrder(
            shop_id=order.shop.id,
            lines=tuple(
                NewLine(
                    product_id=line.product_id,
                    sku_id=line.sku_id,
                    title=line.title,
                    specs=line.specs,
                    picture_id=line.picture_id,
                    price=line.price,
                    quantity=line.quantity,
                    amount=line.amount,
                    discount=line.discount,
                    freight_share=line.freight_share,
                    total=line.total,
                    steps=tuple(share.document() for share in line.steps),
                )
                for line in order.lines
            ),
            goods=order.goods,
            freight=order.freight,
            freight_reason=order.freight_reason,
            discount=order.discount,
            total=order.total,
            allocation=order.allocation,
            note=note,
            points=points,
        )
        for order, points in zip(quote.orders, _points(quote), strict=True)
    )


def _ticked(actor: Actor) -> tuple[tuple[Wish, ...], dict[int, Sku]]:
    """What is ticked in the actor's cart, with its goods."""
    lines = lines_with_goods(lines_of(actor).filter(chosen=True).order_by("-added_at", "-id")[: LINES_LIMIT + 1])
    return wishes(tuple(Wish(line.sku_id, line.quantity) for line in lines)), {line.sku_id: line.sku for line in lines}


def _for_sale(wanted: Sequence[Wish], goods: Mapping[int, Sku], *, from_cart: bool) -> tuple[Wish, ...]:
    """What of it is sold now: a cart leaves out what is gone, goods asked for by name are refused."""
    fine = tuple(wish for wish in wanted if wish.sku in goods and sold_now(goods[wish.sku]))
    gone = [wish.sku for wish in wanted if wish not in fine]
    if gone and (not from_cart or not fine):
        raise Refused("checkout.not_for_sale", skus=gone)
    return fine


def _item(sku: Sku, quantity: int) -> Item:
    """The goods as the pricing knows them: with their own category and the one above."""
    category = sku.product.category
    above = (category.pk, category.parent_id) if category.parent_id else (category.pk,)
    return Item(sku.pk, sku.product.shop_id, sku.price, quantity, sku.product_id, above)


def _point(asked: Asked, destination: Destination, shops: list[int]) -> int | None:
    """The pick-up point that was named, else the nearest that serves the shops; 404 for one that is not there."""
    if asked.delivery != "pickup":
        return None
    points = delivery.pickup_points(destination, shops)
    lying = fulfilment.lying_at(point.pk for point in points if point.capacity is not None)
    full = {point.pk for point in points if point.capacity is not None and lying.get(point.pk, 0) + len(shops) > point.capacity}
    if asked.pickup_point in full:
        raise Refused("checkout.point_full")
    points = [point for point in points if point.pk not in full]
    if not points:
        raise Refused("checkout.no_pickup_point")
    if asked.pickup_point is None:
        return int(points[0].pk)
    if asked.pickup_point not in {point.pk for point in points}:
        raise NotSeen
    return asked.pickup_point


def _slot(asked: Asked, destination: Destination, shops: list[int]) -> Slot | None:
    """The slot that was chosen, with room for every order; refuses with `checkout.slot_unavailable` for one that cannot be had (D16.4)."""
    if asked.slot is None:
        return None
    found = delivery.open_slots(destination, shops).filter(pk=asked.slot).first()
    if found is None or found.taken + len(shops) > found.capacity:
        raise Refused("checkout.slot_unavailable", slot=asked.slot)
    return found


def _allocate(items: Sequence[Item], destination: Destination) -> dict[int, list[dict[str, Any]]]:
    """Which warehouse sends what, with the reason, by SKU; refuses with `inventory.cannot_hold` naming the short SKUs."""
    shares: dict[int, list[dict[str, Any]]] = {}
    for share in fulfilment.allocate([(item.shop_id, item.sku_id, item.quantity) for item in items], destination):
        document = {
            "sku": share.sku_id,
            "warehouse": share.warehouse_id,
            "warehouse_name": share.warehouse_name,
            "quantity": share.quantity,
            "reason": share.reason,
        }
        shares.setdefault(share.sku_id, []).append(document)
    return shares


def _quoted(order: PricedOrder, goods: Mapping[int, Sku], shares: Mapping[int, list[dict[str, Any]]], why: tuple[Saying, ...]) -> QuotedOrder:
    lines = []
    for line in order.lines:
        sku = goods[line.item.sku_id]
        lines.append(
            QuotedLine(
                product_id=sku.product_id,
                sku_id=sku.pk,
                title=sku.product.title,
                specs=sku.specs,
                picture=picture_url(sku),
                picture_id=picture_id(sku),
                price=sku.price,
                quantity=line.item.quantity,
                amount=line.amount,
                discount=line.discount,
                freight_share=line.freight_share,
                total=line.total,
                steps=line.steps,
            )
        )
    shop = goods[order.lines[0].item.sku_id].product.shop
    return QuotedOrder(
        shop=QuotedShop(shop.pk, shop.name, shop.own),
        lines=tuple(lines),
        goods=order.goods,
        freight=order.freight,
        freight_reason=why,
        discount=order.discount,
        total=order.total,
        allocation=tuple(share for line in order.lines for share in shares.get(line.item.sku_id, [])),
    )
