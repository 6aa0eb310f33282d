"""What the clock has made due, by the partial indexes on `pay_by`, `confirm_by` and `chase_at`."""

from wangdan.kernel import clock
from wangdan.orders.models import Audit, Order


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
