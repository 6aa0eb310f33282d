"""A toy: the smallest row that has a root, a number, a state and something personal."""

from typing import ClassVar

from django.db import models

from wangdan.kernel.act import Actor
from wangdan.kernel.models import RootedModel


class Toy(RootedModel):
    """Seen by its owner and the system."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"phone"})

    no = models.CharField(max_length=20, unique=True)
    owner_id = models.BigIntegerField()
    status = models.CharField(max_length=10, default="new")
    turns = models.IntegerField(default=0)
    phone = models.CharField(max_length=20, blank=True)

    class Meta:
        app_label = "toys"
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(turns__lte=9), name="toys_toy_turns")]

    def __str__(self) -> str:
        """For test output."""
        return f"{self.no} {self.status}"

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"toys:{self.no}"

    @classmethod
    def visible_to(cls, actor: Actor) -> "models.QuerySet[Toy]":
        """The owner's own toys."""
        return cls.objects.all() if "system" in actor.roles else cls.objects.filter(owner_id=actor.id)
