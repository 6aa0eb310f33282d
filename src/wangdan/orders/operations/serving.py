"""What happens to an order before it leaves: the shop accepts or declines, the address changes."""

from collections import Counter
from datetime import timedelta

from wangdan.accounts.models import Address
from wangdan.delivery import operations as slots
from wangdan.delivery import queries as delivery
from wangdan.delivery.rules import Sent
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.operations.planning import Journey, Piece
from wangdan.inventory import operations as inventory
from wangdan.inventory import queries as stock
from wangdan.kernel.act import Act
from wangdan.kernel.errors import NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.orders.facts import AddressChanged, OrderAccepted, OrderDeclined
from wangdan.orders.models import Line, Order
from wangdan.orders.operations.placing import address_fields
from wangdan.orders.operations.seats import require_seat
from wangdan.orders.rules import LIFE, SHIP_WITHIN, UNSHIPPED, clean_reason
from wangdan.payments import operations as payments


@operation("orders.accept", on=Order)
def accept(act: Act, order: Order) -> Order:
    """The shop takes the order after the stock check; its parcels are planned on the held warehouses (D10.1, D12.3).

    Refuses with `orders.cannot_accept` in a wrong state, `orders.stock_missing` (skus) when the stock check fails.
    """
    require_seat(act, order, "accept")
    order.status = LIFE.take("accept", order.status)
    lines = list(Line.objects.filter(order=order).select_related("sku"))
    _check_stock(order, lines)
    order.accepted_at = act.now
    order.save(update_fields=["status", "accepted_at"])
    parcels = fulfilment.plan(act, ref=order.ref, root_id=order.root_id, pieces=[_piece(line) for line in lines], journey=_journey(act, order))
    if sum(parcel.pieces for parcel in parcels) != sum(line.quantity for line in lines):
        raise Refused("orders.stock_missing", skus=[])  # a count found fewer between the check and the plan
    act.tell(OrderAccepted(order.ref))
    return order


def _piece(line: Line) -> Piece:
    return Piece(str(line.pk), line.sku_id, line.title, line.specs, line.picture_id, line.quantity, line.sku.weight_grams)


def _journey(act: Act, order: Order) -> Journey:
    cash = order.total if order.payment_method == "cod" else 0
    ship_by = act.now + timedelta(hours=act.option(SHIP_WITHIN))
    return Journey(order.destination, order.method, order.pickup_point_id, cash, ship_by)


def _check_stock(order: Order, lines: list[Line]) -> None:
    """Every piece must still be held: a count may have found fewer."""
    held: Counter[int] = Counter()
    for hold in stock.holds(order.ref):
        if hold.status == "active":
            held[hold.sku_id] += hold.quantity
    short = [{"sku": line.sku_id, "wanted": line.quantity, "held": held[line.sku_id]} for line in lines if held[line.sku_id] < line.quantity]
    if short:
        raise Refused("orders.stock_missing", skus=short)


@operation("orders.decline", on=Order)
def decline(act: Act, order: Order, *, reason: str) -> Order:
    """The shop cannot deliver: its part of the money goes back, the stock is free again (D12.3).

    Refuses with `orders.cannot_decline` once accepted, `orders.reason_missing`.
    """
    require_seat(act, order, "decline")
    order.reason = clean_reason(reason)
    order.status = LIFE.take("decline", order.status)
    order.closed_at = act.now
    order.save(update_fields=["status", "reason", "closed_at"])
    payments.let_go(act, ref=order.ref)
    slots.release_slot(act, ref=order.ref)
    inventory.release(act, ref=order.ref)
    act.tell(OrderDeclined(order.ref, reason=order.reason))
    return order


def _sent(line: Line) -> Sent:
    return Sent(line.product_id, line.quantity, line.sku.weight_grams * line.quantity, line.amount)


@operation("orders.change_address", on=Order)
def change_address(act: Act, order: Order, *, address: int) -> Order:
    """Send the order elsewhere as long as nothing is shipped (C3); `address` is one of the buyer's.

    The freight agreed at placing stays: a place that costs no more is accepted without a refund, one that costs more is
    refused, and the buyer may cancel and order anew. The warehouses stay as allocated. Refuses with
    `orders.cannot_change_address` (wrong state, or picked up by the buyer), `orders.address_costs_more` (difference in
    minor units), `delivery.cannot_send`, and 404 for an address that is not the buyer's.
    """
    require_seat(act, order, "change_address")
    if order.status not in UNSHIPPED or order.method != "courier":
        raise Refused("orders.cannot_change_address", status=order.status)
    found = Address.objects.filter(person_id=order.buyer_id, pk=address).first()
    if found is None:
        raise NotSeen
    freight = delivery.freight(order.shop_id, found.destination, [_sent(line) for line in Line.objects.filter(order=order).select_related("sku")])
    if not freight.served:
        raise Refused("delivery.cannot_send", province=found.destination.province)
    if freight.amount > order.freight:
        raise Refused("orders.address_costs_more", difference=freight.amount - order.freight)
    fields = address_fields(found.destination)
    for name, value in fields.items():
        setattr(order, name, value)
    order.save(update_fields=list(fields))
    slots.review_slot(act, ref=order.ref, destination=order.destination)
    fulfilment.readdress(act, ref=order.ref, destination=order.destination)
    act.tell(AddressChanged(order.ref))
    return order
