"""What the clock has made due, by the partial indexes on `pay_by`, `confirm_by` and `chase_at`."""

from datetime import timedelta

from django.db.models import Case, QuerySet, When

from wangdan.kernel import clock, options
from wangdan.orders.models import Audit, Order, Run
from wangdan.orders.queries.lateness import BEGAN
from wangdan.orders.rules import ACCEPT_WITHIN, KEEP_FILES_DAYS, SERVED, SHIP_WITHIN


def due_to_expire(limit: int) -> list[int]:
    """Orders whose time to pay is over, oldest first."""
    due = Order.objects.filter(status="awaiting_payment", pay_by__lte=clock.now())
    return list(due.order_by("pay_by").values_list("pk", flat=True)[:limit])


def due_to_confirm(limit: int) -> list[int]:
    """Delivered and paid orders whose time to confirm is over, oldest first."""
    due = Order.objects.filter(status="delivered", confirm_by__lte=clock.now(), paid_at__isnull=False)
    return list(due.order_by("confirm_by").values_list("pk", flat=True)[:limit])


def due_to_chase(limit: int) -> list[int]:
    """Held orders whose auditors are to be reminded, or whose time to decide is over, oldest first."""
    due = Audit.objects.filter(status="open", chase_at__lte=clock.now())
    return list(due.order_by("chase_at").values_list("pk", flat=True)[:limit])


def old_files(limit: int) -> list[int]:
    """Runs whose file has been kept long enough."""
    before = clock.now() - timedelta(days=options.value(KEEP_FILES_DAYS))
    return list(Run.objects.exclude(file="").filter(ended_at__lt=before).order_by("pk").values_list("pk", flat=True)[:limit])


def waiting_for_shop(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Those of the orders that wait for their shop, with the deadline of the next step as `due`."""
    accept, ship = timedelta(hours=options.value(ACCEPT_WITHIN)), timedelta(hours=options.value(SHIP_WITHIN))
    return rows.filter(status__in=SERVED).annotate(
        due=Case(
            When(status="awaiting_acceptance", then=BEGAN["accept"] + accept),
            default=BEGAN["ship"] + ship,
        )
    )
