"""Tables of tasks: something a role must do by a time, for a ref."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from wangdan.accounts.models import Organisation, Person
from wangdan.kernel.act import Actor
from wangdan.kernel.models import RootedModel
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
