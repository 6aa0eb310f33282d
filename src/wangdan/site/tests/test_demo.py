"""The demo world in small: every fate of an order happens, in the past, and every invariant holds afterwards."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from wangdan.fulfilment.models import Parcel
from wangdan.kernel import clock
from wangdan.kernel.models import Journal
from wangdan.ledger.models import Transfer
from wangdan.orders.models import Order
from wangdan.orders.rules import LIFE
from wangdan.payments.models import Attempt, Payment
from wangdan.promotions.models import Coupon, Redemption
from wangdan.site import checks
from wangdan.site.demo.build import DAYS, build
from wangdan.site.demo.shops import OLDEST


@pytest.fixture
def past(transactional_db: None, settings, tmp_path) -> None:
    """A tenth of the world, drawn small and in this process."""
    settings.MEDIA_ROOT = tmp_path
    settings.WANGDAN_SANDBOX_URL = ""
    build(scale=0.1, workers=0, width=200)


def test_the_past_holds(past: None):
    """Every state of the life is there, all parcel stages too; journal and ledger lie in the past; nothing waits for the worker; all checks hold."""
    statuses = Counter(Order.objects.values_list("status", flat=True))
    assert set(statuses) == set(LIFE.states)
    parcels = set(Parcel.objects.values_list("status", flat=True))
    assert parcels >= {"planned", "picked", "inspected", "packed", "handed_over", "delivered", "refused", "returned", "lost"}
    assert set(Payment.objects.values_list("method", flat=True)) == {"sandbox", "bank_transfer", "cod"}
    assert [result.name for result in checks.run() if not result.holds] == []
    now = clock.now()
    for rows, oldest in ((Journal.objects.exclude(operation="accounts.load_divisions"), OLDEST), (Transfer.objects.all(), timedelta(days=DAYS))):
        moments = list(rows.values_list("at", flat=True))
        assert moments
        assert now - oldest - timedelta(days=1) < min(moments)
        assert max(moments) <= now
    used = set(Coupon.objects.filter(status="used").values_list("pk", flat=True))
    assert used
    assert set(Redemption.objects.exclude(coupon=None).values_list("coupon", flat=True)) == used
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT status::text FROM procrastinate_jobs")
        assert {status for (status,) in cursor.fetchall()} == {"succeeded", "cancelled"}


def test_what_is_open_can_go_on(past: None):
    """An order to be paid has an open visit whose link still lives; a parcel under way has a waybill and comes soon."""
    online = Order.objects.filter(status="awaiting_payment", payment_method="sandbox")
    assert online
    for order in online:
        assert order.pay_by is not None
        assert order.pay_by > clock.now() + timedelta(minutes=10)
        assert Attempt.objects.filter(root_id=order.root_id, status="open").exclude(pay_url="").exists()
    for parcel in Parcel.objects.filter(status="handed_over", method="courier"):
        assert parcel.waybill
        assert parcel.booking
        assert parcel.eta is not None


def test_the_clock_is_moved_in_the_demo_only(settings):
    """`clock.at` is refused outside the demo and leaves no trace inside it."""
    before = clock.now()
    with clock.at(before - timedelta(days=3)):
        assert clock.now() == before - timedelta(days=3)
    assert clock.now() >= before
    settings.WANGDAN_DEMO = False
    with pytest.raises(ValueError, match="only the demo"), clock.at(before):
        pass
