"""What is said and read about an order beside its life: a flag with a remark, whom to call, a reminder to the shop."""

from datetime import timedelta

from wangdan.accounts.rules import tidy
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused
from wangdan.kernel.operation import operation
from wangdan.orders.facts import OrderReminded
from wangdan.orders.models import Order
from wangdan.orders.operations.seats import require_seat
from wangdan.orders.rules import MARKS, REMARK_LIMIT, REMIND_AGAIN, SERVED


def checked_mark(mark: str, remark: str) -> tuple[str, str]:
    """A flag of ours (or none) and a remark as it is kept; refuses (422) with `orders.mark_unknown`, `orders.remark_long` (longest)."""
    if mark and mark not in MARKS:
        raise Malformed("orders.mark_unknown")
    return mark, tidy(remark, REMARK_LIMIT, "orders.remark_long")


@operation("orders.mark", on=Order)
def mark(act: Act, order: Order, *, mark: str = "", remark: str = "") -> Order:
    """Put a flag and a remark on an order for each other, or take them away; the buyer never sees either.

    Refuses with `orders.mark_unknown`, `orders.remark_long`.
    """
    require_seat(act, order, "mark")
    order.mark, order.remark = checked_mark(mark, remark)
    order.save(update_fields=["mark", "remark"])
    return order


@operation("orders.look", on=Order)
def look(act: Act, order: Order) -> Order:
    """Read the receiver's name and phone in full, to call him; who looked stays in the journal (PIPL 51)."""
    require_seat(act, order, "look")
    act.note("looked", None, "receiver")
    return order


@operation("orders.remind", on=Order)
def remind(act: Act, order: Order) -> Order:
    """The office, or the buyer himself, asks the shop to accept or ship (D08.7, D16.8); it is told in its inbox and by mail.

    Refuses with `orders.cannot_remind` when the order does not wait for its shop, `orders.reminded_lately` (hours) within the option's pause.
    """
    require_seat(act, order, "remind")
    if order.status not in SERVED:
        raise Refused("orders.cannot_remind", status=order.status)
    pause = act.option(REMIND_AGAIN)
    if order.reminded_at and order.reminded_at > act.now - timedelta(hours=pause):
        raise Refused("orders.reminded_lately", hours=pause)
    order.reminded_at = act.now
    order.save(update_fields=["reminded_at"])
    act.tell(OrderReminded(order.ref, by="buyer" if act.actor.id == order.buyer_id else "office"))
    return order
