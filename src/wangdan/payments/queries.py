"""Reads of payments: what is due to be asked, where one can pay, and what must always hold."""

from datetime import timedelta

from django.db.models import F, Q

from wangdan.kernel import clock
from wangdan.payments.models import Attempt, Payment, Refund
from wangdan.payments.rules import ASK_AFTER_SECONDS, ASK_EVERY_SECONDS


def pay_url(payment: Payment) -> str | None:
    """The address of the open visit to the pay page, if there is one."""
    return Attempt.objects.filter(payment=payment, status="open").values_list("pay_url", flat=True).first()


def refs_of_number(number: str) -> list[str]:
    """The purchase's ref a payment, attempt, refund or transfer reference belongs to."""
    named = Q(no=number) | Q(reference=number)
    named |= Q(pk__in=Attempt.objects.filter(no=number).values("payment")) | Q(pk__in=Refund.objects.filter(no=number).values("payment"))
    return list(Payment.objects.filter(named).values_list("purchase_ref", flat=True))


def due_to_ask(limit: int) -> list[int]:
    """Online attempts whose outcome is not known for good and that were not asked about lately; those never asked about come first."""
    now = clock.now()
    due = Attempt.objects.filter(over_at=None, gateway="sandbox", opened_at__lte=now - timedelta(seconds=ASK_AFTER_SECONDS))
    due = due.filter(Q(asked_at=None) | Q(asked_at__lte=now - timedelta(seconds=ASK_EVERY_SECONDS)))
    return list(due.order_by(F("asked_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:limit])


def due_refunds(limit: int) -> list[int]:
    """Refunds without an answer that were not asked for lately."""
    late = clock.now() - timedelta(seconds=ASK_EVERY_SECONDS)
    due = Refund.objects.filter(status__in=("intended", "unknown"), opened_at__lte=late, attempt__gateway="sandbox")
    due = due.filter(Q(asked_at=None) | Q(asked_at__lte=late))
    return list(due.order_by(F("asked_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:limit])


INVARIANTS: list[tuple[str, str]] = [
    (
        "payments: parts sum to the payment",
        """
        SELECT p.no, p.amount, sum(t.amount) FROM payments_payment p LEFT JOIN payments_part t ON t.payment_id = p.id
        GROUP BY p.id HAVING p.amount IS DISTINCT FROM sum(t.amount)
        """,
    ),
    (
        "payments: what is refunded is the sum of settled refunds, what is refunding of the open ones",
        """
        SELECT t.ref, t.refunded, t.refunding FROM payments_part t LEFT JOIN payments_refund r ON r.part_id = t.id
        GROUP BY t.id
        HAVING t.refunded <> coalesce(sum(r.amount) FILTER (WHERE r.status = 'done'), 0)
            OR t.refunding <> coalesce(sum(r.amount) FILTER (WHERE r.status <> 'done'), 0)
        """,
    ),
    (
        "payments: what is captured for orders is in the ledger",
        """
        SELECT t.ref, t.captured, t.refunded FROM payments_part t LEFT JOIN ledger_transfer l ON l.ref = t.ref
        GROUP BY t.id
        HAVING t.captured <> coalesce(sum(l.amount) FILTER (WHERE l.code = 'capture'), 0)
            OR t.refunded <> coalesce(sum(l.amount) FILTER (WHERE l.code = 'refund'), 0)
        """,
    ),
]
"""(what must hold, SQL whose rows are the breaches)."""
