"""Tables of payments: what is expected for which ref, each visit to a pay page, what came in and what went back."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from wangdan.accounts.models import Person
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import RootedModel
from wangdan.payments.rules import LIFE, METHODS, PART_STATES, REFUND_LIFE

OFFICE = frozenset({"system", "admin", "service", "supervisor", "auditor", "finance"})
"""Roles that see every payment."""


class Payment(RootedModel):
    """What a payer owes for a purchase or case (`purchase_ref`), in parts. Belongs to the root of that purchase.

    `reference` (N…) is what the payer writes on a bank transfer; `pay_by` is only shown and told to the gateway, the clock is the order's.
    """

    no = models.CharField(max_length=12, unique=True)
    payer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    purchase_ref = models.CharField(max_length=80, unique=True)
    method = models.CharField(max_length=20, choices=[(each, each) for each in METHODS])
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    reference = models.CharField(max_length=12, unique=True, null=True)  # noqa: DJ001 - unique when there is one
    pay_by = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount__gte=0), name="payments_payment_amount")]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"payments:{self.no}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """The payer's own; all to the office."""
        everything = cls._default_manager.all()
        return everything if actor.roles & OFFICE else everything.filter(payer_id=actor.id or 0)


class Attempt(RootedModel):
    """One visit to a pay page, with a number of its own, over the parts that were open then (`parts`: their refs).

    `asked_at`: when we last asked the gateway; `over_at`: when the gateway said that nothing can come any more.
    """

    no = models.CharField(max_length=12, unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="+")
    gateway = models.CharField(max_length=20)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    payee = models.CharField(max_length=80)
    parts = models.JSONField(default=list)
    status = models.CharField(max_length=10, choices=[(state, state) for state in LIFE.states], default="open")
    gateway_no = models.CharField(max_length=64, blank=True, default="")
    pay_url = models.TextField(blank=True, default="")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_attempt_amount"),
            models.UniqueConstraint(fields=["payment"], condition=Q(status="open"), name="payments_attempt_one_open"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_at", "opened_at"], condition=Q(over_at=None), name="payments_attempt_to_ask"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"attempts:{self.no}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """The payer's own; all to the office."""
        everything = cls._default_manager.select_related("payment")
        return everything if actor.roles & OFFICE else everything.filter(payment__payer_id=actor.id or 0)


class Part(RootedModel):
    """What a payment holds for one ref. Minor units; `refunding` is promised and on its way, `refunded` is back with the payer."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    amount = models.BigIntegerField()
    captured = models.BigIntegerField(default=0)
    refunding = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    status = models.CharField(max_length=16, choices=[(state, state) for state in PART_STATES], default="expected")
    captured_by = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+", null=True)
    captured_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ref"], name="payments_part_ref"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunding__gte=0, captured__gte=F("refunded") + F("refunding"), amount__gte=F("captured")),
                name="payments_part_bounds",
            ),
            models.CheckConstraint(condition=Q(captured=0) | Q(captured=F("amount")), name="payments_part_whole"),
            models.CheckConstraint(
                condition=Q(status__in=("expected", "let_go"), captured=0, captured_at=None)
                | Q(status__in=("captured", "partly_refunded", "refunded"), captured=F("amount"), captured_at__isnull=False),
                name="payments_part_status",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["payment", "position"], name="payments_part_payment")]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.ref} {self.status}"


class Capture(models.Model):
    """Money that came in by an attempt, once per number of the gateway: what of it paid parts, what was too much."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+")
    gateway = models.CharField(max_length=20)
    gateway_no = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    applied = models.BigIntegerField()
    excess = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "gateway_no"], name=constraint("payments_capture_once", "payments.gateway_no_taken")),
            models.CheckConstraint(
                condition=Q(applied__gte=0, excess__gte=0, amount__gt=0, amount=F("applied") + F("excess")), name="payments_capture_sum"
            ),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.gateway} {self.gateway_no} {self.amount}"


class Refund(RootedModel):
    """Money that goes back through the attempt it came by. Without `part` it was too much from the start."""

    no = models.CharField(max_length=12, unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+", null=True)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(max_length=10, choices=[(state, state) for state in REFUND_LIFE.states], default="intended")
    gateway_no = models.CharField(max_length=64, blank=True, default="")
    trouble = models.CharField(max_length=200, blank=True, default="")
    opened_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount__gt=0), name="payments_refund_amount")]
        indexes: ClassVar = [
            models.Index(fields=["asked_at", "opened_at"], condition=Q(status__in=("intended", "unknown")), name="payments_refund_to_ask"),
            models.Index(fields=["part"], name="payments_refund_part"),
            models.Index(fields=["id"], name="payments_refund_under_way", condition=~Q(status="done")),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"refunds:{self.no}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """The payer's own; all to the office."""
        everything = cls._default_manager.select_related("payment", "attempt", "part")
        return everything if actor.roles & OFFICE else everything.filter(payment__payer_id=actor.id or 0)
