"""Tables of shops: who applied with which papers, what became of it, until when it holds."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from wangdan.accounts.models import Organisation, Person
from wangdan.files.models import File
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import RootedModel
from wangdan.shops.rules import KINDS, LIFE, LIVE, LONGEST_NAME, LONGEST_REASON, PAPERS, SEATS, SHELVED

REVIEWERS = frozenset({"supervisor", "admin"})
"""Roles of the office that decide who may sell."""


class Invitation(RootedModel):
    """A seat in a shop, offered to whoever has a phone or a user name; its root is the shop's. Nobody learns whether there is such a person."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"to"})
    STATES: ClassVar = [(each, each) for each in ("open", "accepted", "declined", "revoked")]

    shop = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to = models.CharField(max_length=40)
    role = models.CharField(max_length=20, choices=[(each, each) for each in SEATS])
    status = models.CharField(max_length=10, choices=STATES, default="open")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shop", "to", "role"], condition=Q(status="open"), name=constraint("shops_invitation_once", "shops.invited_already")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["to"], name="shops_invitation_to", condition=Q(status="open"))]

    def __str__(self) -> str:
        """For logs: no name, no number."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"invitations:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Invitation"]:
        """Those of one's own shop to its owner, those to oneself to everybody."""
        if "system" in actor.roles:
            return cls._default_manager.all()
        names = Person.objects.filter(pk=actor.id or 0).values_list("username", "phone").first() or ()
        mine = Q(to__in=[name for name in names if name])
        return cls._default_manager.filter(mine | Q(shop__in=actor.organisations) if "shop_owner" in actor.roles else mine)


class Application(RootedModel):
    """An application for a shop, later the shop's dossier: `check_by` is until when somebody must look at the papers again.

    The pictures of one that came to nothing are erased after a while (`erased_at`).
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name", "email", "phone", "identity", "licence_no", "company"})

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=[(each, each) for each in KINDS])
    status = models.CharField(max_length=12, choices=[(each, each) for each in LIFE.states], default=LIFE.start)
    shop_name = models.CharField(max_length=LONGEST_NAME)
    name = models.CharField(max_length=LONGEST_NAME)
    email = models.EmailField()
    phone = models.CharField(max_length=20)
    identity = models.CharField(max_length=18)
    company = models.CharField(max_length=80, blank=True, default="")
    licence_no = models.CharField(max_length=18, blank=True, default="")
    province = models.CharField(max_length=40)
    city = models.CharField(max_length=40, blank=True, default="")
    id_front = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", null=True)
    id_back = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", null=True)
    licence = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", null=True)
    shop = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True, default="")
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    handed_in_at = models.DateTimeField(null=True)
    check_by = models.DateTimeField(null=True)
    paused = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status__in=("submitted", "rejected")),
                name=constraint("shops_application_one_open", "shops.applied_already"),
            ),
            models.CheckConstraint(
                condition=~Q(kind="enterprise") | (Q(licence__isnull=False) | Q(erased_at__isnull=False)) & ~Q(licence_no=""),
                name="shops_application_licensed",
            ),
            models.CheckConstraint(
                condition=Q(id_front__isnull=False, id_back__isnull=False, erased_at=None) | Q(erased_at__isnull=False, status__in=SHELVED),
                name="shops_application_has_papers",
            ),
            models.CheckConstraint(
                condition=Q(status__in=LIVE, shop__isnull=False, check_by__isnull=False) | ~Q(status__in=LIVE),
                name="shops_application_live_has_clock",
            ),
            models.CheckConstraint(condition=Q(paused=False) | Q(status="overdue"), name="shops_application_paused_overdue"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "-id"], name="shops_application_status"),
            models.Index(fields=["check_by"], name="shops_application_check", condition=Q(status__in=("approved", "due"))),
        ]

    def __str__(self) -> str:
        """For logs: no name."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"applications:{self.pk}"

    @property
    def papers(self) -> tuple[str, ...]:
        """The names of its papers."""
        return PAPERS[self.kind]

    @property
    def kept(self) -> tuple[str, ...]:
        """The names of those whose pictures are still there."""
        return tuple(name for name in self.papers if getattr(self, f"{name}_id") is not None)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Application"]:
        """One's own, to the owners of its shop that shop's, all to those who decide."""
        everything = cls._default_manager.all()
        if actor.roles & (REVIEWERS | {"system"}):
            return everything
        mine = Q(person_id=actor.id or 0)
        return everything.filter(mine | Q(shop__in=actor.organisations) if "shop_owner" in actor.roles else mine)
