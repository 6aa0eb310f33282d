"""Tables of the audit: what the rules of risk said of an order, and the talks with its buyer."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from wangdan.accounts.models import Person
from wangdan.kernel.act import Actor
from wangdan.kernel.models import RootedModel
from wangdan.orders.models.orders import Order
from wangdan.orders.rules import AUDITORS, CHANNELS, CONTACT_LIMIT, REASON_LIMIT, RESULTS


class Audit(RootedModel):
    """What the rules of risk said of an order that touched one, and what a person decided when it was held (D04.2, D11.2).

    `hits`: rule, says, score and values of each; `rules`: their ids, `features`: all that was known. `noted`: below the threshold;
    `moot`: the order went another way, such as cancelled by its buyer. No buyer or shop ever reads it.
    """

    STATES: ClassVar = [(each, each) for each in ("noted", "open", "approved", "rejected", "moot")]

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=STATES)
    score = models.PositiveIntegerField()
    hold_from = models.PositiveIntegerField()
    hits = models.JSONField()
    rules = ArrayField(models.BigIntegerField())
    features = models.JSONField()
    at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    chase_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=REASON_LIMIT, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="orders_audit_due", condition=Q(status="open")),
            models.Index(fields=["chase_at"], name="orders_audit_chase", condition=Q(status="open")),
            models.Index(fields=["status", "-id"], name="orders_audit_status"),
            GinIndex(fields=["rules"], name="orders_audit_rules"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order"], condition=Q(status="open"), name="orders_audit_one_open"),
            models.CheckConstraint(
                condition=Q(status__in=("noted", "open"), decided_at=None) | Q(status__in=("approved", "rejected", "moot"), decided_at__isnull=False),
                name="orders_audit_decided",
            ),
            models.CheckConstraint(condition=~Q(status="open") | Q(due_at__isnull=False, remind_at__isnull=False), name="orders_audit_has_clock"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"audits:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Audit"]:
        """For those who decide, and for customer service who speaks with the buyer."""
        seers = AUDITORS | {"service", "system"}
        return cls._default_manager.all() if actor.roles & seers else cls._default_manager.none()


class Contact(models.Model):
    """One talk with the buyer about his order (D04.2): by which way, how it ended, a note. `by` is empty for the buyer's own word on the page."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"note"})

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=[(each, each) for each in CHANNELS])
    result = models.CharField(max_length=12, choices=[(each, each) for each in RESULTS])
    note = models.CharField(max_length=CONTACT_LIMIT, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"contacts:{self.pk}"
