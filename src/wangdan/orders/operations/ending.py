"""How an order ends: called off, expired, confirmed, wholly refunded."""

from collections import Counter

from wangdan.catalogue import operations as catalogue
from wangdan.delivery import operations as delivery
from wangdan.fulfilment import operations as fulfilment
from wangdan.inventory import operations as inventory
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Refused
from wangdan.kernel.operation import operation
from wangdan.orders.facts import OrderCancelled, OrderCompleted, OrderEnded, OrderExpired
from wangdan.orders.models import Line, Order
from wangdan.orders.operations.screening import end_audit
from wangdan.orders.operations.seats import require_seat
from wangdan.orders.rules import LIFE, clean_reason
from wangdan.payments import operations as payments
from wangdan.payments.facts import RefundDone


@operation("orders.cancel", on=Order)
def cancel(act: Act, order: Order, *, reason: str) -> Order:
    """Call off an order that has not left the shelf: goods go back, money is let go (D08.5, C6).

    Refuses with `orders.cannot_cancel` (wrong state), `fulfilment.cannot_call_off` (the carrier has a parcel), `orders.reason_missing`.
    """
    require_seat(act, order, "cancel")
    order.reason = clean_reason(reason)
    held = order.status == "in_audit"
    order.status = LIFE.take("cancel", order.status)
    order.closed_at = act.now
    order.save(update_fields=["status", "reason", "closed_at"])
    if held:
        end_audit(act, order, outcome="moot")
    fulfilment.call_off(act, ref=order.ref)
    payments.let_go(act, ref=order.ref)
    delivery.release_slot(act, ref=order.ref)
    inventory.release(act, ref=order.ref)
    act.tell(OrderCancelled(order.ref, reason=order.reason))
    return order


@operation("orders.expire", on=Order)
def expire(act: Act, order: Order) -> Order:
    """The sweep: nobody paid by `pay_by`, so stock and payment are let go (C6).

    Refuses with `orders.cannot_expire` when it was paid meanwhile or the time is not over.
    """
    if order.pay_by is None or order.pay_by > act.now:
        raise Refused("orders.cannot_expire", status=order.status)
    order.status = LIFE.take("expire", order.status)
    order.closed_at = act.now
    order.reason = "not_paid_in_time"
    order.save(update_fields=["status", "closed_at", "reason"])
    payments.let_go(act, ref=order.ref)
    delivery.release_slot(act, ref=order.ref)
    inventory.release(act, ref=order.ref)
    act.tell(OrderExpired(order.ref))
    return order


@operation("orders.confirm_receipt", on=Order)
def confirm_receipt(act: Act, order: Order) -> Order:
    """The buyer has the goods and is content, or 7 days (option) passed since the carrier's sign-off (D01.10, D12.8, C4).

    Refuses with `orders.cannot_confirm_receipt` before shipping and, for the sweep, before the time is over;
    `orders.cash_missing` when goods paid at the door are not paid yet.
    """
    require_seat(act, order, "confirm_receipt")
    by_time = "system" in act.actor.roles
    if by_time and (order.status != "delivered" or order.confirm_by is None or order.confirm_by > act.now):
        raise Refused("orders.cannot_confirm_receipt", status=order.status)
    order.status = LIFE.take("confirm_receipt", order.status)
    if order.paid_at is None:
        raise Refused("orders.cash_missing")
    order.completed_at = order.closed_at = act.now
    order.save(update_fields=["status", "completed_at", "closed_at"])
    act.tell(OrderCompleted(order.ref, by="time" if by_time else "buyer"))
    return order


@operation("orders.end", on=Order)
def end(act: Act, order: Order, *, fact: RefundDone) -> Order:
    """NOW: money went back; when it was all the money of a shipped order, the order is 已关闭."""
    order.refunded += fact.amount
    ends = fact.whole and "end" in LIFE.open_moves(order.status)
    if ends:
        order.status, order.closed_at = LIFE.take("end", order.status), act.now
        act.tell(OrderEnded(order.ref))
    order.save(update_fields=["refunded", "status", "closed_at"])
    return order


def _shop_root(_actor: Actor, *, fact: OrderCompleted) -> int | None:
    """Sold counts are the shop's rows, so the shop's root is locked."""
    return Order.objects.filter(no=fact.handle).values_list("shop__root_id", flat=True).first()


@operation("orders.count_sales", root=_shop_root)
def count_sales(act: Act, *, fact: OrderCompleted) -> None:
    """LATER: completed pieces count towards the hot list (D05.2)."""
    pieces: Counter[int] = Counter()
    for product, quantity in Line.objects.filter(order__no=fact.handle).values_list("product_id", "quantity"):
        pieces[product] += quantity
    catalogue.count_sold(act, pieces=pieces)
