"""Tables of the ledger: transfers, each balanced because it has two sides and one amount; and the balances of guarded accounts."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wangdan.kernel.errors import constraint


class Transfer(models.Model):
    """`amount` minor units go from the account `credit` to the account `debit`. Append-only.

    `code` says why, `ref` what it is about (`orders:A26…`), `source` the one event that caused it; one event moves money once.
    """

    debit = models.CharField(max_length=80)
    credit = models.CharField(max_length=80)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    code = models.CharField(max_length=40)
    ref = models.CharField(max_length=80)
    source = models.CharField(max_length=120)
    act = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_transfer_amount"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="ledger_transfer_two_sides"),
            models.UniqueConstraint(fields=["code", "source"], name="ledger_transfer_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ref", "id"], name="ledger_transfer_ref"),
            models.Index(fields=["debit", "at"], name="ledger_transfer_debit"),
            models.Index(fields=["credit", "at"], name="ledger_transfer_credit"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.code} {self.amount} {self.currency} {self.credit} → {self.debit}"


class Balance(models.Model):
    """What a guarded account holds, changed in the statement that writes its transfers: never below zero, whoever spends at the same time."""

    account = models.CharField(max_length=80, primary_key=True)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name=constraint("ledger_balance_not_negative", "ledger.cannot_post"))
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.account} {self.amount} {self.currency}"
