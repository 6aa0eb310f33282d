"""What a buyer may do besides the life itself: take more time to look, put an order out of his list and back."""

from datetime import timedelta

from wangdan.kernel.act import Act
from wangdan.kernel.errors import Refused
from wangdan.kernel.operation import operation
from wangdan.orders.models import Order
from wangdan.orders.operations.seats import require_seat
from wangdan.orders.rules import CLOSED, EXTEND_BY


@operation("orders.extend_receipt", on=Order)
def extend_receipt(act: Act, order: Order) -> Order:
    """Give the buyer some days more before the receipt confirms itself, once per order (D13.9, C4).

    Refuses with `orders.cannot_extend_receipt` when nothing was delivered yet or all is over, `orders.extended_already` the second time.
    """
    require_seat(act, order, "extend_receipt")
    if order.status != "delivered" or order.confirm_by is None:
        raise Refused("orders.cannot_extend_receipt", status=order.status)
    if order.extended_at is not None:
        raise Refused("orders.extended_already")
    order.extended_at = act.now
    order.confirm_by += timedelta(days=act.option(EXTEND_BY))
    order.save(update_fields=["extended_at", "confirm_by"])
    return order


@operation("orders.hide", on=Order)
def hide(act: Act, order: Order) -> Order:
    """Take an order that is over out of the buyer's list; shop, office and the records of three years keep it (电子商务法 31).

    Refuses with `orders.cannot_hide` while it runs.
    """
    require_seat(act, order, "hide")
    if order.status not in CLOSED:
        raise Refused("orders.cannot_hide", status=order.status)
    order.hidden = True
    order.save(update_fields=["hidden"])
    return order


@operation("orders.unhide", on=Order)
def unhide(act: Act, order: Order) -> Order:
    """Put it back into the buyer's list; one that is there stays there."""
    require_seat(act, order, "unhide")
    order.hidden = False
    order.save(update_fields=["hidden"])
    return order
