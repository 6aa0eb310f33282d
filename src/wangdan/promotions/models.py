"""Tables of promotions: offers, the coupons of buyers, what was given for which purchase, levels, members and what they earned."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from wangdan.accounts.models import Organisation, Person
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import RootedModel
from wangdan.promotions.rules import COUPON_LIFE, LIFE
from wangdan.promotions.rules.offers import GIVEN_KINDS, SCOPES, WAYS

_OFFICE = frozenset({"system", "admin", "service", "supervisor", "auditor", "finance"})


class Offer(RootedModel):
    """A reduction that works by itself, or a kind of coupon that buyers claim; of a shop, or of the platform (no shop), who bears it.

    `rungs` are [from, off]: minor units of goods, and minor units (`full`) or percent. `claimed` counts coupons given out, never above `most`.
    """

    way = models.CharField(max_length=10, choices=[(way, way) for way in WAYS])
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in GIVEN_KINDS])
    shop = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=40)
    rungs = models.JSONField(default=list)
    every = models.BooleanField(default=False)
    cap = models.BigIntegerField(null=True)
    scope = models.CharField(max_length=10, choices=[(scope, scope) for scope in SCOPES], default="all")
    targets = ArrayField(models.BigIntegerField(), default=list)
    status = models.CharField(max_length=8, choices=[(state, state) for state in LIFE.states], default="running")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    most = models.PositiveIntegerField(null=True)
    per_person = models.PositiveIntegerField(default=1)
    budget = models.BigIntegerField(null=True)
    days = models.PositiveIntegerField(null=True)
    code = models.CharField(max_length=20, null=True, unique=True)  # noqa: DJ001 - unique when there is one
    listed = models.BooleanField(default=False)
    claimed = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(most=None) | Q(claimed__lte=F("most")), name=constraint("promotions_offer_most", "promotions.all_claimed")
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="promotions_offer_times"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["shop", "-id"], name="promotions_offer_shop"),
            models.Index(fields=["way", "ends_at"], name="promotions_offer_running", condition=Q(status="running")),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal and the frozen shares call it."""
        return f"offers:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """All to the office, a shop's own to its people; buyers read offers through coupons and prices only."""
        everything = cls._default_manager.select_related("shop")
        return everything if actor.roles & _OFFICE else everything.filter(shop_id__in=actor.organisations)


class Coupon(RootedModel):
    """One buyer's coupon: claimed, given (`how`), used once; `reminded_at`: when its owner was told that it ends. Its root is the buyer's."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=[(state, state) for state in COUPON_LIFE.states], default="available")
    how = models.CharField(max_length=8, choices=[(how, how) for how in ("claimed", "code", "given")])
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    claimed_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status="used", used_at__isnull=False) | ~Q(status="used"), name="promotions_coupon_used_when"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "status", "-id"], name="promotions_coupon_person"),
            models.Index(fields=["offer", "person"], name="promotions_coupon_offer"),
            models.Index(fields=["valid_until"], name="promotions_coupon_until", condition=Q(status="available")),
            models.Index(fields=["valid_until"], name="promotions_coupon_remind", condition=Q(status="available", reminded_at=None)),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal and the frozen shares call it."""
        return f"coupons:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """One's own; all to the system."""
        everything = cls._default_manager.select_related("offer__shop")
        return everything if "system" in actor.roles else everything.filter(person_id=actor.id or 0)


class Redemption(models.Model):
    """What an offer gave to a purchase (`ref`), by a coupon or by itself; `returned_at` when all of that was called off.

    A coupon that was redeemed and has not come back cannot be redeemed again: the database holds it.
    """

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="+", null=True)
    purchase = models.CharField(max_length=80)
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["coupon"], condition=Q(returned_at=None), name=constraint("promotions_redemption_once", "promotions.coupon_used")
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="promotions_redemption_amount"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["purchase"], name="promotions_redemption_purchase"),
            models.Index(fields=["offer"], name="promotions_redemption_offer"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.purchase} {self.amount}"


class Level(models.Model):
    """A member level: from how much spent in the last 365 days (minor units), how many percent off, points in percent of the usual."""

    name = models.CharField(max_length=20, unique=True)
    spent_from = models.BigIntegerField(unique=True)
    percent_off = models.PositiveSmallIntegerField(default=0)
    points_percent = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering: ClassVar = ["spent_from"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(percent_off__lte=50, points_percent__gte=100, points_percent__lte=1000, spent_from__gte=0), name="promotions_level_bounds"
            )
        ]

    def __str__(self) -> str:
        """Its name."""
        return self.name

    @property
    def ref(self) -> str:
        """What the journal and the frozen shares call it."""
        return f"levels:{self.pk}"


class Member(RootedModel):
    """What a buyer is to the house: the level and the spending it follows from; `points_year` is the last year whose expiry was done."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    level = models.ForeignKey(Level, on_delete=models.SET_NULL, related_name="+", null=True)
    spent = models.BigIntegerField(default=0)
    reviewed_at = models.DateTimeField()
    points_year = models.PositiveSmallIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["reviewed_at"], name="promotions_member_review", condition=Q(spent__gt=0)),
            models.Index(fields=["points_year"], name="promotions_member_year"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"members:{self.person_id}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """One's own; all to the system."""
        everything = cls._default_manager.select_related("level")
        return everything if "system" in actor.roles else everything.filter(person_id=actor.id or 0)


class Earning(models.Model):
    """What an order (`ref`) brought its buyer once it was completed: `spent` on goods, `refunded` of it, the points it earned."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    ref = models.CharField(max_length=80, unique=True)
    spent = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    points = models.BigIntegerField()
    taken_back = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(spent__gte=0, refunded__gte=0, refunded__lte=F("spent"), taken_back__gte=0, taken_back__lte=F("points")),
                name="promotions_earning_bounds",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["person", "at"], name="promotions_earning_person")]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.ref} {self.points}"
