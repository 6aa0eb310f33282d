"""Tables of tasks: something a role must do by a time, for a ref; and what needs a second person."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wangdan.accounts.models import Organisation, Person
from wangdan.kernel.act import Actor
from wangdan.kernel.models import RootedModel
from wangdan.kernel.operation import OPERATIONS, may
from wangdan.kernel.sayings import Saying, saying

ALL_SEEING = frozenset({"supervisor", "admin", "system"})


class Task(RootedModel):
    """One thing to do. `ref` names what it is about, `role` (and organisation) who may do it, `due_at` by when.

    `outcome` is what a person wrote, or the code of what settled it.
    """

    STATES: ClassVar = [("open", "待认领"), ("claimed", "处理中"), ("done", "已完成")]

    no = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=60)
    ref = models.CharField(max_length=80)
    detail = models.JSONField(default=dict)
    role = models.CharField(max_length=20)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=8, choices=STATES, default="open")
    claimed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "ref"], condition=~Q(status="done"), name="tasks_task_one_open"),
            models.CheckConstraint(
                condition=Q(status="open", claimed_by=None) | Q(status="claimed", claimed_by__isnull=False) | Q(status="done"),
                name="tasks_task_claimed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["role", "organisation", "due_at"], condition=~Q(status="done"), name="tasks_task_queue"),
            models.Index(fields=["ref"], name="tasks_task_ref"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.no} {self.kind} {self.ref}"

    @property
    def says(self) -> Saying:
        """What is to be done: the kind, with the detail as values."""
        return saying(self.kind, **self.detail)

    @property
    def journal_ref(self) -> str:
        """What the journal calls the task itself."""
        return f"tasks:{self.no}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Task"]:
        """Those of one's roles in one's organisations (and of no organisation); supervisors and administrators see all."""
        if actor.roles & ALL_SEEING:
            return cls.objects.all()
        mine = Q(organisation=None) | Q(organisation__in=actor.organisations)
        return cls.objects.filter(mine, role__in=actor.roles)


class Approval(RootedModel):
    """An operation that one person wanted and that runs when a second one agrees: what, on which row, with which arguments, how much.

    It belongs to the root of the row it is about, so that who approves locks what the operation changes. `amount` in minor units.
    A `moot` one was overtaken: what was asked for happened otherwise or cannot happen any more; nobody decided it.
    """

    STATES: ClassVar = [("open", "待复核"), ("approved", "已同意"), ("rejected", "已驳回"), ("moot", "不用了")]

    no = models.CharField(max_length=12, unique=True)
    operation = models.CharField(max_length=80)
    ref = models.CharField(max_length=80)
    row = models.BigIntegerField(null=True)
    arguments = models.JSONField(default=dict)
    amount = models.BigIntegerField()
    status = models.CharField(max_length=8, choices=STATES, default="open")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "ref"], condition=Q(status="open"), name="tasks_approval_one_open"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="tasks_approval_amount"),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="tasks_approval_two_people"),
            models.CheckConstraint(
                condition=Q(status="open", decided_by=None, decided_at=None)
                | Q(status="moot", decided_by=None, decided_at__isnull=False)
                | Q(status__in=("approved", "rejected"), decided_by__isnull=False, decided_at__isnull=False),
                name="tasks_approval_decided",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "-id"], name="tasks_approval_status"),
            models.Index(fields=["ref"], name="tasks_approval_ref"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.no} {self.operation} {self.ref}"

    @property
    def journal_ref(self) -> str:
        """What the journal calls the approval itself."""
        return f"approvals:{self.no}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Approval"]:
        """What one asked for oneself, and what is about an operation that one may do; supervisors and administrators see all."""
        if actor.roles & ALL_SEEING:
            return cls.objects.all()
        mine = [name for name in OPERATIONS if may(actor, name)]
        return cls.objects.filter(Q(asked_by_id=actor.id or -1) | Q(operation__in=mine))
