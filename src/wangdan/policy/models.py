"""Tables of policy: the rules of risk, and the list of what is blocked."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from wangdan.accounts.models import Person
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import RootedModel
from wangdan.policy.risk import BLOCKED_KINDS, MOST_SCORE, Draft, read

SEERS = frozenset({"auditor", "supervisor", "admin", "system"})
"""Who may read rules and the blocked list: nobody outside learns what is looked at."""


class Rule(RootedModel):
    """One rule of risk: when all conditions hold its score counts; `says` is the reason. `on_since`: since when it is on as it is now."""

    says = models.JSONField()
    conditions = models.JSONField()
    score = models.PositiveIntegerField()
    online = models.BooleanField(default=True)
    cod = models.BooleanField(default=True)
    on = models.BooleanField(default=True)
    on_since = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=MOST_SCORE), name="policy_rule_score"),
            models.CheckConstraint(condition=Q(online=True) | Q(cod=True), name=constraint("policy_rule_for_somebody", "policy.rule_for_nobody")),
            models.CheckConstraint(condition=Q(on=False) | Q(on_since__isnull=False), name="policy_rule_on_since"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"rules:{self.pk}"

    @property
    def draft(self) -> Draft:
        """The rule as it is written."""
        kept = {"id": self.pk, "says": self.says, "conditions": self.conditions, "score": self.score, "online": self.online, "cod": self.cod}
        return read(kept)[1]

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Rule"]:
        """For those who audit only."""
        return cls._default_manager.all() if actor.roles & SEERS else cls._default_manager.none()


class Blocked(RootedModel):
    """A phone, address, account (person id) or device (hash) whose orders a person looks at; until a moment, or until it is lifted."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"value"})

    kind = models.CharField(max_length=8, choices=[(each, each) for each in BLOCKED_KINDS])
    value = models.CharField(max_length=400)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "value"], condition=Q(lifted_at=None), name=constraint("policy_blocked_once", "policy.blocked_already")
            ),
        ]

    def __str__(self) -> str:
        """For logs: no number."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"blocked:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Blocked"]:
        """For those who audit only."""
        return cls._default_manager.all() if actor.roles & SEERS else cls._default_manager.none()
