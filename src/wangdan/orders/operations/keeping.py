"""What a buyer may do besides the life itself: choose other delivery hours, take more time to look, put an order out of his list and back."""

from datetime import timedelta

from wangdan.delivery import operations as slots
from wangdan.delivery import queries as delivery
from wangdan.delivery.models import Slot
from wangdan.fulfilment import queries as fulfilment
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Refused
from wangdan.kernel.operation import operation
from wangdan.orders.facts import SlotChanged
from wangdan.orders.models import Order
from wangdan.orders.operations.seats import require_seat
from wangdan.orders.rules import CLOSED, EXTEND_BY, UNSHIPPED


@operation("orders.change_slot", on=Order)
def change_slot(act: Act, order: Order, *, slot: int | None) -> Order:
    """Have it brought at other hours, or at any (None), as long as no carrier knows of it: the old place is free, the new one held, at once (D16.4).

    Refuses with `orders.cannot_change_slot` (shipped, booked with a carrier, picked up by the buyer, over), `delivery.slot_full` for hours that
    are full, over or not for this way; then the old hours stay. The same hours again change nothing.
    """
    require_seat(act, order, "change_slot")
    booked = any(parcel.booking for parcel in fulfilment.parcels_of(order.ref) if parcel.status != "called_off")
    if order.status not in UNSHIPPED or order.method != "courier" or booked:
        raise Refused("orders.cannot_change_slot", status=order.status)
    before = delivery.slots_of([order.ref]).get(order.ref)
    if slot == (before.pk if before else None):
        return order
    choice = None if slot is None else slots.Choice(slot, (order.ref,), order.root_id, order.destination, (order.shop_id,))
    slots.move_slot(act, ref=order.ref, choice=choice)
    act.note("slot", _hours(before), _hours(delivery.slots_of([order.ref]).get(order.ref)))
    act.tell(SlotChanged(order.ref))
    return order


def _hours(slot: Slot | None) -> list[str] | None:
    return [slot.starts_at.isoformat(), slot.ends_at.isoformat()] if slot else None


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
