"""Tables of delivery: what a shop charges for freight, which carriers there are, where goods can be picked up."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from wangdan.accounts.models import Organisation
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import RootedModel


class FreightTemplate(RootedModel):
    """What a shop charges for sending an order; minor units. `extra` is province code → surcharge. Its root is the shop's."""

    shop = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    first_fee = models.PositiveIntegerField()
    free_over = models.PositiveIntegerField(null=True)
    extra = models.JSONField(default=dict)

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"freight:{self.shop_id}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:  # noqa: ARG003 - every buyer is told what freight costs
        """Public."""
        return cls._default_manager.all()


class Carrier(models.Model):
    """A company that carries parcels; `code` names its file in fulfilment/carriers."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=40, unique=True)
    phone = models.CharField(max_length=20, blank=True)
    takes_cash = models.BooleanField(default=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        """Its name is public."""
        return self.name

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"carriers:{self.code}"


class CarrierRule(models.Model):
    """What a carrier promises up to a distance (null: any), or to one province by name: days on the way and cost in minor units.

    A rule with a province goes before rules by distance; without `served` the carrier does not go there.
    """

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="rules")
    province = models.CharField(max_length=2, blank=True)
    up_to_km = models.PositiveIntegerField(null=True)
    days = models.PositiveSmallIntegerField()
    cost = models.PositiveIntegerField()
    served = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["carrier", "province", "up_to_km"], nulls_distinct=False, name="delivery_rule_once"),
            models.CheckConstraint(condition=Q(days__gte=1), name="delivery_rule_days"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"rule {self.pk} of carrier {self.carrier_id}"


class PickupPoint(RootedModel):
    """Where a buyer fetches his parcel himself; the platform's points serve every shop."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    province = models.CharField(max_length=40)
    city = models.CharField(max_length=40)
    district = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200)
    phone = models.CharField(max_length=20, blank=True)
    hours = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name=constraint("delivery_point_name", "delivery.point_exists")),
        ]

    def __str__(self) -> str:
        """Its name is public."""
        return self.name

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"points:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """Open ones to all; the rest to those who run them."""
        everything = cls._default_manager.all()
        if actor.roles & {"system", "admin"}:
            return everything
        return everything.filter(Q(active=True) | Q(organisation__in=actor.organisations))
