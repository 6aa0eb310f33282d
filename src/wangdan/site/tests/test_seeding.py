"""Orders seeded by COPY are as sound as those that went through the door: every invariant, every table, twice."""

from collections import Counter

import pytest

from wangdan.kernel import clock
from wangdan.kernel.act import SYSTEM
from wangdan.orders.models import Line, Order
from wangdan.orders.queries import Filters, find
from wangdan.payments.models import Part
from wangdan.site import checks
from wangdan.site.seeding import fill
from wangdan.site.seeding.deals import SPAN


@pytest.mark.django_db(transaction=True)
def test_seeded_orders_hold():
    """Two heaps, one after the other: open and closed ones of two years, paid in every way, found by the list."""
    for count in (300, 200):
        assert fill.seed(count) == count
    assert [result.name for result in checks.run() if not result.holds] == []
    statuses = Counter(Order.objects.values_list("status", flat=True))
    assert statuses["completed"] > 300
    assert {"cancelled", "declined", "ended", "shipped"} <= set(statuses)
    assert set(Order.objects.values_list("payment_method", flat=True)) == {"sandbox", "cod", "bank_transfer"}
    assert {order.money for order in Order.objects.all()} >= {"captured", "partly_refunded", "refunded", "let_go"}
    assert {order.ref: order.money for order in Order.objects.all()} == dict(Part.objects.values_list("ref", "status"))
    moments = list(find(SYSTEM, Filters()).values_list("placed_at", flat=True))
    assert len(moments) == 500
    assert clock.now() - SPAN < moments[-1] < moments[0] <= clock.now()
    assert Line.objects.count() > 500
