"""Tables of the order centre: edits of orders, and long work over many of them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from wangdan.accounts.models import Person
from wangdan.kernel.act import Actor
from wangdan.kernel.models import RootedModel
from wangdan.orders.models.orders import Order
from wangdan.orders.rules import REASON_LIMIT, RUN_STATES


class Change(RootedModel):
    """One edit of an order by an administrator, as one thing: what it was, what it became, what that did to money and stock, why, who, when.

    `before` and `after`: `{lines: [{sku, title, specs, price, quantity, total}], goods, freight, discount, office, total, to: {name, phone,
    place}}`, names and phones masked. `money`: `{back, expected: [before, after] or null}`. `stock`: `[{warehouse, title, pieces}]`, pieces
    more (or fewer) held; `parcels` called off and planned anew.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=REASON_LIMIT)
    before = models.JSONField()
    after = models.JSONField()
    money = models.JSONField()
    stock = models.JSONField()
    parcels = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["order", "-id"], name="orders_change_order")]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"changes:{self.pk}"


class Run(RootedModel):
    """Long work over many orders that goes on behind: one move on each of them, or an export. `asked` says which and how, `total` how many.

    `done` went through, `refused` did not; each row says why. `file` is the name of an export among the kept ones.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"asked"})

    no = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=16)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=[(each, each) for each in RUN_STATES], default="waiting")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=40, blank=True, default="")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="orders_run_person"),
            models.Index(fields=["ended_at"], condition=~Q(file=""), name="orders_run_files"),
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(status__in=RUN_STATES), name="orders_run_status_known")]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"runs:{self.no}"

    @property
    def over(self) -> bool:
        """Whether nothing more happens."""
        return self.status in ("done", "failed")

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Run"]:
        """One's own; all to supervisors and administrators, and to the worker."""
        everything = cls._default_manager.all()
        return everything if actor.roles & {"supervisor", "admin", "system"} else everything.filter(person_id=actor.id or 0)


class RunRow(models.Model):
    """One order of a run: what became of it. `code` is empty when it went through, else the refusal's; `at` empty while it waits."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=80, blank=True, default="")
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "position"], name="orders_runrow_once")]
        indexes: ClassVar = [models.Index(fields=["run", "position"], condition=Q(at=None), name="orders_runrow_waiting")]

    def __str__(self) -> str:
        """For logs."""
        return f"row {self.position} of run {self.run_id}"
