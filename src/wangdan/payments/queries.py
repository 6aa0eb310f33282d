"""Reads of payments: what is due to be asked, where one can pay, and what must always hold."""

from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q

from wangdan.kernel import chains, clock
from wangdan.payments.models import Attempt, Part, Payment, Refund
from wangdan.payments.rules import ASK_AFTER_SECONDS, ASK_EVERY_SECONDS, ATTEMPTS_LIMIT, LIFE, METHODS, REFUND_LIFE


def methods_on() -> tuple[str, ...]:
    """The ways to pay that this system offers: what its operator has turned on of what there is."""
    return tuple(method for method in METHODS if method in settings.WANGDAN_PAYMENT_METHODS)


def pay_url(payment: Payment) -> str | None:
    """The address of the open visit to the pay page, if there is one."""
    return Attempt.objects.filter(payment=payment, status="open").values_list("pay_url", flat=True).first()


def refs_of_number(number: str) -> list[str]:
    """The refs that a payment (B), a visit to the pay page (T) or a transfer reference (N) was over, or that a refund (R) is of."""
    named = {
        "B": Q(payment__no=number),
        "N": Q(payment__reference=number),
        "T": Q(payment__in=Attempt.objects.filter(no=number).values("payment")),
        "R": Q(pk__in=Refund.objects.filter(no=number).values("part")),
    }.get(number[:1])
    return list(Part.objects.filter(named).values_list("ref", flat=True)) if named else []


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
    (
        "payments: the money of a gateway, of orders and too much is what the ledger says",
        """
        SELECT s.account, s.amount, coalesce(l.balance, 0) FROM (
            SELECT 'held:orders' AS account, coalesce(-sum(captured - refunded), 0) AS amount FROM payments_part
            UNION ALL SELECT 'held:excess', coalesce((SELECT sum(amount) FROM payments_refund WHERE part_id IS NULL AND status = 'done'), 0)
                - coalesce(sum(excess), 0) FROM payments_capture
            UNION ALL SELECT 'gateway:' || g.gateway, coalesce((SELECT sum(amount) FROM payments_capture c WHERE c.gateway = g.gateway), 0)
                - coalesce((SELECT sum(r.amount) FROM payments_refund r JOIN payments_attempt a ON a.id = r.attempt_id
                    WHERE a.gateway = g.gateway AND r.status = 'done'), 0)
            FROM (SELECT DISTINCT gateway FROM payments_attempt) g
        ) s LEFT JOIN (
            SELECT account, sum(amount) AS balance FROM (
                SELECT debit AS account, amount FROM ledger_transfer WHERE code IN ('capture', 'refund')
                UNION ALL SELECT credit, -amount FROM ledger_transfer WHERE code IN ('capture', 'refund')
            ) sides GROUP BY account
        ) l ON l.account = s.account
        WHERE s.amount <> coalesce(l.balance, 0)
        """,
    ),
    (
        "payments: a refund is in the ledger once it is done, and not before",
        """
        SELECT r.no, r.status, r.amount, l.amount FROM payments_refund r
        LEFT JOIN ledger_transfer l ON l.code = 'refund' AND l.source = r.no
        WHERE (r.status = 'done' AND l.amount IS DISTINCT FROM r.amount) OR (r.status <> 'done' AND l.id IS NOT NULL)
        """,
    ),
    (
        "payments: what came in paid parts, the rest went back",
        """
        SELECT a.no, a.status, c.applied, c.excess, p.captured, r.amount FROM payments_attempt a
        LEFT JOIN (SELECT attempt_id, sum(applied) AS applied, sum(excess) AS excess FROM payments_capture GROUP BY 1) c ON c.attempt_id = a.id
        LEFT JOIN (SELECT captured_by_id, sum(captured) AS captured FROM payments_part GROUP BY 1) p ON p.captured_by_id = a.id
        LEFT JOIN (SELECT attempt_id, sum(amount) AS amount FROM payments_refund WHERE part_id IS NULL GROUP BY 1) r ON r.attempt_id = a.id
        WHERE coalesce(c.applied, 0) <> coalesce(p.captured, 0) OR coalesce(c.excess, 0) <> coalesce(r.amount, 0)
            OR (a.status = 'captured') <> (c.attempt_id IS NOT NULL)
        """,
    ),
    (
        "payments: the status of a part is what its sums say",
        """
        SELECT ref, status, amount, captured, refunded FROM payments_part
        WHERE status NOT IN ('let_go', CASE WHEN captured_at IS NULL THEN 'expected' WHEN refunded = 0 THEN 'captured'
            WHEN refunded >= captured THEN 'refunded' ELSE 'partly_refunded' END)
        """,
    ),
    (
        "payments: the open visit asks for exactly what still waits, and there is one",
        f"""
        SELECT p.no, w.due, a.amount, a.no FROM payments_payment p
        LEFT JOIN (SELECT payment_id, sum(amount) AS due FROM payments_part WHERE status = 'expected' GROUP BY 1) w ON w.payment_id = p.id
        LEFT JOIN payments_attempt a ON a.payment_id = p.id AND a.status = 'open'
        WHERE p.method = 'sandbox' AND coalesce(w.due, 0) <> coalesce(a.amount, 0)
            AND (a.id IS NOT NULL OR (SELECT count(*) FROM payments_attempt t WHERE t.payment_id = p.id) < {ATTEMPTS_LIMIT})
        """,  # noqa: S608 - our own number
    ),
    *chains.invariants("attempts", "payments_attempt", LIFE, ("open", "captured")),
    *chains.invariants("refunds", "payments_refund", REFUND_LIFE),
]
"""(what must hold, SQL whose rows are the breaches). A transfer or cash is booked as a visit that is captured from its birth."""
