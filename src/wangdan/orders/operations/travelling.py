"""An order on its way: its parcels leave, arrive, or come back."""

from collections.abc import Sequence
from datetime import timedelta

from wangdan.fulfilment import operations as hands
from wangdan.fulfilment import queries as fulfilment
from wangdan.fulfilment.facts import ParcelDelivered, ParcelRefused, ParcelReturned, ParcelShipped
from wangdan.fulfilment.models import Parcel
from wangdan.inventory import operations as inventory
from wangdan.inventory.rules import Want
from wangdan.kernel.act import Act
from wangdan.kernel.errors import NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.orders.facts import OrderDelivered, OrderPartlyShipped, OrderReturned, OrderShipped
from wangdan.orders.models import Order
from wangdan.orders.operations.returning import give_back
from wangdan.orders.rules import CONFIRM_AFTER, LIFE, ON_THE_WAY
from wangdan.payments import operations as payments
from wangdan.tasks import operations as tasks


def _can(move: str, order: Order) -> bool:
    return move in LIFE.open_moves(order.status)


def _out_of_turn(act: Act, order: Order, parcel: str) -> None:
    """A carrier's fact that the order's state has no place for: somebody looks at it."""
    tasks.open(act, kind="orders.parcel_out_of_turn", ref=order.ref, role="service", detail={"parcel": parcel})


@operation("orders.ship_part", on=Order)
def ship_part(act: Act, order: Order, *, fact: ParcelShipped) -> Order:
    """NOW: a parcel left and others are still being prepared (C5). Not its turn when the last parcel left: see `ship`."""
    if fact.last:
        return order
    if not _can("ship_part", order):
        if fulfilment.is_again(fact.parcel):
            return order
        _out_of_turn(act, order, fact.parcel)
        return order
    order.status = LIFE.take("ship_part", order.status)
    order.shipped_at = order.shipped_at or act.now
    order.save(update_fields=["status", "shipped_at"])
    act.tell(OrderPartlyShipped(order.ref, parcel=fact.parcel))
    return order


@operation("orders.ship", on=Order)
def ship(act: Act, order: Order, *, fact: ParcelShipped) -> Order:
    """NOW: the last parcel left the warehouse, the order is 待收货 (D01.8, D04.5). Never refuses: out of turn is a task."""
    if not fact.last:
        return order
    if not _can("ship", order):
        if fulfilment.is_again(fact.parcel):
            return order
        _out_of_turn(act, order, fact.parcel)
        return order
    order.status = LIFE.take("ship", order.status)
    order.shipped_at = order.shipped_at or act.now
    order.save(update_fields=["status", "shipped_at"])
    act.tell(OrderShipped(order.ref, parcel=fact.parcel))
    return order


@operation("orders.deliver", on=Order)
def deliver(act: Act, order: Order, *, fact: ParcelDelivered) -> Order:
    """NOW: the last parcel on the way is signed for, 已签收; from now the time runs for the confirmation (D13.8, C4)."""
    if not fact.last or order.status == "completed":
        return order
    if not _can("deliver", order):
        if fulfilment.is_again(fact.parcel):
            return order
        _out_of_turn(act, order, fact.parcel)
        return order
    _arrived(act, order)
    return order


@operation("orders.return_to_sender", on=Order)
def return_to_sender(act: Act, order: Order, *, fact: ParcelRefused | ParcelReturned) -> Order:
    """NOW: a parcel was refused at the door, or a lost one came back; its share of the money goes back (D04.6, D10.4).

    When nothing else is on the way and nothing was delivered the order ends; when the rest is delivered it is 已签收.
    """
    parcels = fulfilment.parcels_of(order.ref)
    refused = next((parcel for parcel in parcels if parcel.no == fact.parcel), None)
    if refused is None or not _can("return_to_sender", order):
        _out_of_turn(act, order, fact.parcel)
        return order
    _go_on_without(act, order, parcels, refused)
    return order


def _go_on_without(act: Act, order: Order, parcels: Sequence[Parcel], refused: Parcel) -> None:
    """The share of a parcel goes back, and the order ends, arrives or waits for its other parcels."""
    others = {parcel.status for parcel in parcels if parcel.no != refused.no} - {"refused", "lost", "returned", "called_off"}
    if order.paid_at is not None:
        give_back(act, order, parcels, [refused.no])
    if not others:
        order.status = LIFE.take("return_to_sender", order.status)
        order.closed_at = act.now
        order.reason = "refused_at_the_door"
        order.save(update_fields=["status", "closed_at", "reason"])
        if order.paid_at is None:
            payments.let_go(act, ref=order.ref)
        act.tell(OrderReturned(order.ref, parcel=refused.no))
    elif others == {"delivered"}:
        _arrived(act, order)
        if order.paid_at is None and refused.cod_amount:
            tasks.open(act, kind="orders.cash_missing", ref=order.ref, role="finance", detail={"parcel": refused.no})


def _lost(order: Order, parcels: Sequence[Parcel], no: str) -> Parcel:
    """A parcel of the order that its carrier has lost. Refuses with 404."""
    found = next((parcel for parcel in parcels if parcel.no == no), None)
    if found is None:
        raise NotSeen
    if found.status != "lost" or order.status not in ON_THE_WAY:
        raise Refused("orders.cannot_make_good", status=order.status)
    return found


@operation("orders.refund_lost", on=Order)
def refund_lost(act: Act, order: Order, *, parcel: str) -> Order:
    """The carrier will not find a parcel: its share of the money goes back, the goods are written off (D04.6).

    Refuses with 404, `orders.cannot_make_good` for one that is not lost or an order that is over, `fulfilment.cannot_write_off` a second time.
    """
    parcels = fulfilment.parcels_of(order.ref)
    lost = _lost(order, parcels, parcel)
    hands.write_off(act, lost, how="refunded")
    if _can("return_to_sender", order):
        _go_on_without(act, order, parcels, lost)
    elif order.paid_at is not None:
        give_back(act, order, parcels, [lost.no])
    return order


@operation("orders.resend", on=Order)
def resend(act: Act, order: Order, *, parcel: str) -> list[Parcel]:
    """The goods of a lost parcel once more, from the nearest warehouse that has them; the buyer pays nothing (D04.6, D11.6).

    Refuses as `refund_lost` does, `inventory.cannot_hold` (skus) when there are no others.
    """
    lost = _lost(order, fulfilment.parcels_of(order.ref), parcel)
    goods = [(order.shop_id, line.sku_id, line.quantity) for line in lost.lines.all()]
    shares = fulfilment.allocate(goods, order.destination)
    wants = [Want(order.ref, share.warehouse_id, share.sku_id, share.quantity) for share in shares]
    made = hands.send_again(act, lost, shares=shares)
    inventory.hold(act, wants=wants, root_id=order.root_id)
    return made


def _arrived(act: Act, order: Order) -> None:
    order.status = LIFE.take("deliver", order.status)
    order.delivered_at = act.now
    order.confirm_by = act.now + timedelta(days=act.option(CONFIRM_AFTER))
    order.save(update_fields=["status", "delivered_at", "confirm_by"])
    act.tell(OrderDelivered(order.ref))
