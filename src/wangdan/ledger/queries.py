"""Reads of the ledger: what a guarded account holds, how it came about, and what must always hold."""

from django.db.models import Q, QuerySet

from wangdan.ledger.models import Balance, Transfer


def balance(account: str) -> int:
    """What a guarded account holds; nothing when it was never opened."""
    return Balance.objects.filter(account=account).values_list("amount", flat=True).first() or 0


def history(account: str) -> QuerySet[Transfer]:
    """Every transfer of an account; page it by `-id`. Whoever asks has checked whose account it is."""
    return Transfer.objects.filter(Q(debit=account) | Q(credit=account))


INVARIANTS: list[tuple[str, str]] = [
    (
        "ledger: a guarded account holds what its transfers say",
        """
        SELECT coalesce(b.account, t.account), b.amount, t.amount FROM ledger_balance b FULL JOIN (
            SELECT account, sum(amount) AS amount FROM (
                SELECT debit AS account, amount FROM ledger_transfer WHERE debit LIKE 'points:%' OR debit LIKE 'budget:%'
                UNION ALL SELECT credit, -amount FROM ledger_transfer WHERE credit LIKE 'points:%' OR credit LIKE 'budget:%'
            ) sides GROUP BY account
        ) t ON t.account = b.account
        WHERE coalesce(b.amount, 0) <> coalesce(t.amount, 0)
    """,
    ),
    (
        "ledger: points move among points, money among money",
        "SELECT id, debit, credit, currency FROM ledger_transfer WHERE (currency = 'PTS') <> (code LIKE 'points_%')",
    ),
]
