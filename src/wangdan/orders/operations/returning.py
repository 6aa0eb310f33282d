"""What turned-away parcels are worth: fixed shares of the lines, so that what goes back never exceeds what came, whatever comes first."""

from collections import Counter
from collections.abc import Iterable, Sequence

from wangdan.fulfilment.models import Parcel
from wangdan.kernel.act import Act
from wangdan.orders.models import Line, Order
from wangdan.payments import operations as payments
from wangdan.payments.models import Part
from wangdan.promotions.rules import part_of

TURNED_AWAY = frozenset({"refused", "returned"})
"""States of a parcel whose goods the buyer does not have and will not get."""


def worth(order: Order, parcels: Sequence[Parcel], nos: Iterable[str]) -> int:
    """What the pieces in these of the order's parcels (all of them, oldest first) were sold for, in minor units.

    Each parcel has its share of a line by its place among the parcels: the shares of all sum to the line's total (D04.6).
    One that was called off, because its pieces come from another warehouse, or whose goods were sent again, has none.
    """
    lines = {line.pk: line for line in Line.objects.filter(order=order)}
    wanted, before, amount = set(nos), Counter[int](), 0
    for parcel in parcels:
        if parcel.status == "called_off" or parcel.settled == "resent":
            continue
        for content in parcel.lines.all():
            line = lines[int(content.line)]
            if parcel.no in wanted:
                amount += part_of(line.total, line.quantity, before[line.pk], content.quantity)
            before[line.pk] += content.quantity
    return amount


def give_back(act: Act, order: Order, parcels: Sequence[Parcel], nos: Iterable[str]) -> None:
    """Refund what these parcels are worth; nothing when it is nothing."""
    amount = min(worth(order, parcels, nos), left(order))
    if amount:
        payments.refund(act, ref=order.ref, amount=amount, reason="refused_at_the_door")


def left(order: Order) -> int:
    """What of the order's money has not gone back yet: a split that came after a refund may round a minor unit differently."""
    part = Part.objects.filter(ref=order.ref).first()
    return part.captured - part.refunded - part.refunding if part else 0
