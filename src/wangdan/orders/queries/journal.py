"""What the journal holds about one order: its own entries, its parcels', its money's; the desks put them into words."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from wangdan.kernel.models import Journal
from wangdan.orders.models import Order
from wangdan.payments.models import Attempt, Refund

_LONGEST = 300
INSIDE = frozenset({"orders.mark", "orders.remind"})
"""What shop and office say to each other; a buyer does not read it."""


def entries(order: Order, parcels: Sequence[Any]) -> list[Journal]:
    """The order's journal, newest first, without entries that changed and told nothing (D05.7, D13.6).

    Of the purchase's money only the attempts and this order's own refunds: siblings may belong to other shops.
    """
    attempts = Attempt.objects.filter(payment__purchase_ref=order.purchase.ref).values_list("no", flat=True)
    refunds = Refund.objects.filter(part__ref=order.ref).values_list("no", flat=True)
    refs = [order.ref, *(f"parcels:{parcel.no}" for parcel in parcels)]
    refs += [*(f"attempts:{no}" for no in attempts), *(f"refunds:{no}" for no in refunds)]
    rows = Journal.objects.filter(ref__in=refs).exclude(~Q(ref=order.ref), operation="checkout.place").order_by("-id")[:_LONGEST]
    return [row for row in rows if row.changes or row.facts]
