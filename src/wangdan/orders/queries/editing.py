"""What a change would make of an order: lines, sums, the money that goes back or is asked for, the pieces held; nothing is written (D08.4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wangdan.accounts.rules import Destination, mask_name, mask_phone
from wangdan.catalogue.models import Sku
from wangdan.delivery import queries as delivery
from wangdan.delivery.rules import Sent
from wangdan.fulfilment import queries as fulfilment
from wangdan.inventory.rules import Want
from wangdan.kernel.errors import Refused
from wangdan.orders.models import Line, Order
from wangdan.orders.rules import UNSHIPPED, Wanted, WantedLine
from wangdan.payments.models import Part
from wangdan.promotions.rules import Basket, Item, Offer, PricedLine, PricedOrder, Share, price, summed

Told = dict[str, Any]
"""A document that JSON can hold."""


@dataclass(frozen=True)
class Plan:
    """A change before it is made; amounts in minor units. `back` goes to the buyer, `expected` is (before, after) of what is still to be paid.

    `stock` says how many pieces more or fewer are held, and where; `replans`: parcels in the house are called off and planned anew;
    `moves_house`: it goes to another place.
    """

    order: Order
    priced: PricedOrder
    goods: Mapping[int, Sku]
    known: Mapping[int, Line]
    freight_reason: list[Any]
    to: Destination
    allocation: list[Told]
    before: Told
    after: Told
    back: int
    expected: tuple[int, int] | None
    stock: list[Told]
    replans: bool
    moves_house: bool

    @property
    def total(self) -> int:
        """The new total."""
        return self.priced.total

    @property
    def wants(self) -> list[Want]:
        """What is to be held."""
        return [Want(self.order.ref, int(share["warehouse"]), int(share["sku"]), int(share["quantity"])) for share in self.allocation]


def plan(order: Order, wanted: Wanted) -> Plan:
    """What `wanted` (checked) makes of the order.

    What offers, coupons and points took off stays in sum; the freight never rises unless the address changes; pieces that stay, stay where
    they are held. Refuses with `orders.cannot_edit` (status), `orders.cannot_change_address`, `orders.not_for_sale` (skus),
    `orders.change_loses_offer`, `orders.change_to_nothing`, `orders.change_costs_more` (difference) after payment, `orders.change_nothing`,
    `inventory.cannot_hold` (skus), `delivery.cannot_send`.
    """
    if order.status not in UNSHIPPED:
        raise Refused("orders.cannot_edit", status=order.status)
    if wanted.to is not None and order.method != "courier":
        raise Refused("orders.cannot_change_address", status=order.status)
    known = {line.sku_id: line for line in Line.objects.filter(order=order).order_by("position")}
    goods = _goods(order, wanted, known)
    to = wanted.to or order.destination
    prices = {line.sku: _price(line, known, goods) for line in wanted.lines}
    sent = [_sent(goods[line.sku], line.quantity, prices[line.sku]) for line in wanted.lines]
    freight, why = _freight(order, to, sent)
    items = tuple(Item(line.sku, order.shop_id, prices[line.sku], line.quantity) for line in wanted.lines)
    priced = price(Basket(items), {order.shop_id: freight}, _offers(order, known, wanted)).orders[0]
    _require_offers(known.values(), priced)
    allocation = _allocation(order, wanted, to)
    before, after = _before(order, known), _after(priced, goods, known, to)
    if before == after and to == order.destination:
        raise Refused("orders.change_nothing")
    back, expected = _money(order, priced.total)
    stock = _stock(order, allocation, goods)
    cash = order.payment_method == "cod" and priced.total != order.total
    lines = [(line["sku"], line["quantity"]) for line in before["lines"]] != [(line["sku"], line["quantity"]) for line in after["lines"]]
    replans = order.status == "awaiting_shipment" and (bool(stock) or cash or lines)
    return Plan(order, priced, goods, known, why, to, allocation, before, after, back, expected, stock, replans, to != order.destination)


def _goods(order: Order, wanted: Wanted, known: Mapping[int, Line]) -> dict[int, Sku]:
    """The SKUs of the lines; those that are new must be on sale in the order's own shop."""
    found = {sku.pk: sku for sku in Sku.objects.filter(pk__in=[line.sku for line in wanted.lines]).select_related("product", "picture")}
    gone = []
    for line in wanted.lines:
        sku = found.get(line.sku)
        sold = sku is not None and sku.active and sku.product.status == "on_sale" and sku.product.shop_id == order.shop_id
        if line.sku not in known and not sold:
            gone.append(line.sku)
    if gone:
        raise Refused("orders.not_for_sale", skus=gone)
    return found


def _price(line: WantedLine, known: Mapping[int, Line], goods: Mapping[int, Sku]) -> int:
    if line.price is not None:
        return line.price
    return known[line.sku].price if line.sku in known else goods[line.sku].price


def _sent(sku: Sku, quantity: int, price: int) -> Sent:
    return Sent(sku.product_id, quantity, sku.weight_grams * quantity, price * quantity)


def _freight(order: Order, to: Destination, sent: list[Sent]) -> tuple[int, list[Any]]:
    """The freight and why: to another place as the shop's template says, to the same one what was agreed, or less when the template says less.

    Refuses with `delivery.cannot_send` where the template does not go; what was agreed for the same place stands.
    """
    if order.method != "courier":
        return order.freight, list(order.freight_reason)
    found = delivery.freight(order.shop_id, to, sent)
    if to == order.destination and (not found.served or found.amount >= order.freight):
        return order.freight, list(order.freight_reason)
    if not found.served:
        raise Refused("delivery.cannot_send", province=to.province)
    return found.amount, list(found.reason)


def _shares(lines: Iterable[Line]) -> list[Share]:
    return summed([Share(**step) for step in line.steps] for line in lines)


def _offers(order: Order, known: Mapping[int, Line], wanted: Wanted) -> list[Offer]:
    """What was given stays in sum, spread anew over the lines that are left; the office's own reduction is what is wanted of it."""
    offers = [
        Offer(share.offer, share.step, "off", share.name, share.funder, shop_id=order.shop_id, value=share.amount)
        for share in _shares(known.values())
        if share.step != "office"
    ]
    off = office_of(known.values()) if wanted.off is None else wanted.off
    return [*offers, Offer(f"office:{order.no}", "office", "off", "", "platform", shop_id=order.shop_id, value=off)] if off else offers


def office_of(lines: Iterable[Line]) -> int:
    """What the office took off these lines so far."""
    return sum(share.amount for share in _shares(lines) if share.step == "office")


def _require_offers(before: Iterable[Line], priced: PricedOrder) -> None:
    """Coupons, points and reductions that were used must still fit: they are accounts of their own."""
    was = {(share.step, share.offer): share.amount for share in _shares(before) if share.step != "office"}
    now = {(share.step, share.offer): share.amount for share in summed(line.steps for line in priced.lines) if share.step != "office"}
    if was != now:
        raise Refused("orders.change_loses_offer")


def _allocation(order: Order, wanted: Wanted, to: Destination) -> list[Told]:
    """The shares as they were, cut from the end where fewer pieces are wanted, with shares of the nearest warehouses where more are."""
    shares, more = [], []
    for line in wanted.lines:
        left = line.quantity
        for share in order.allocation:
            if int(share["sku"]) == line.sku and left:
                taken = min(left, int(share["quantity"]))
                shares.append({**share, "quantity": taken})
                left -= taken
        if left:
            more.append((order.shop_id, line.sku, left))
    for found in fulfilment.allocate(more, to) if more else ():
        same = next((share for share in shares if (share["sku"], share["warehouse"]) == (found.sku_id, found.warehouse_id)), None)
        if same is not None:
            same["quantity"] += found.quantity
            continue
        told = {"sku": found.sku_id, "warehouse": found.warehouse_id, "warehouse_name": found.warehouse_name}
        shares.append({**told, "quantity": found.quantity, "reason": found.reason})
    return shares


def _money(order: Order, total: int) -> tuple[int, tuple[int, int] | None]:
    """What goes back after payment, or what is asked for before it."""
    if total < 1:
        raise Refused("orders.change_to_nothing")
    if order.paid_at is None:
        return 0, (order.total, total)
    if total > order.total:
        raise Refused("orders.change_costs_more", difference=total - order.total, difference_yuan=f"{(total - order.total) / 100:.2f}")
    part = Part.objects.get(ref=order.ref)
    if order.total - total > part.captured - part.refunded - part.refunding:
        raise Refused("orders.cannot_edit", status=order.status)
    return order.total - total, None


def _stock(order: Order, allocation: list[Told], goods: Mapping[int, Sku]) -> list[Told]:
    """Per warehouse and SKU how many pieces more, or fewer, are held."""
    pieces: dict[tuple[str, int], int] = {}
    for share in allocation:
        key = (str(share["warehouse_name"]), int(share["sku"]))
        pieces[key] = pieces.get(key, 0) + int(share["quantity"])
    for share in order.allocation:
        key = (str(share["warehouse_name"]), int(share["sku"]))
        pieces[key] = pieces.get(key, 0) - int(share["quantity"])
    titles = dict(Line.objects.filter(order=order).values_list("sku_id", "title")) | {pk: sku.product.title for pk, sku in goods.items()}
    return [
        {"warehouse": house, "sku": sku, "title": titles.get(sku, ""), "pieces": count} for (house, sku), count in sorted(pieces.items()) if count
    ]


def _to(to: Destination) -> Told:
    return {"name": mask_name(to.name), "phone": mask_phone(to.phone), "place": to.region}


def _before(order: Order, known: Mapping[int, Line]) -> Told:
    lines = [
        {"sku": line.sku_id, "title": line.title, "specs": line.specs, "price": line.price, "quantity": line.quantity, "total": line.total}
        for line in known.values()
    ]
    sums = {"goods": order.goods, "freight": order.freight, "discount": order.discount, "total": order.total}
    return {"lines": lines, **sums, "office": office_of(known.values()), "to": _to(order.destination)}


def _after(priced: PricedOrder, goods: Mapping[int, Sku], known: Mapping[int, Line], to: Destination) -> Told:
    office = sum(share.amount for line in priced.lines for share in line.steps if share.step == "office")
    sums = {"goods": priced.goods, "freight": priced.freight, "discount": priced.discount, "total": priced.total}
    return {"lines": [_line(line, goods, known) for line in priced.lines], **sums, "office": office, "to": _to(to)}


def _line(line: PricedLine, goods: Mapping[int, Sku], known: Mapping[int, Line]) -> Told:
    sku, old = goods[line.item.sku_id], known.get(line.item.sku_id)
    title, specs = (old.title, old.specs) if old else (sku.product.title, sku.specs)
    numbers = {"price": line.item.price, "quantity": line.item.quantity, "total": line.total}
    return {"sku": sku.pk, "title": title, "specs": specs, **numbers}
