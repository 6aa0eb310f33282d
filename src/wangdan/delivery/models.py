"""Tables of delivery: what a shop charges for freight, which carriers there are, where goods can be picked up, and when they are brought."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from wangdan.accounts.models import Organisation
from wangdan.delivery.rules import BY, Tariff, Zone
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import Root, RootedModel


class FreightTemplate(RootedModel):
    """What a shop charges for sending goods; minor units. `extra` is province code → surcharge, `zones` what holds in some regions instead.

    The shop's default template holds for all products that have no other. Its root is the shop's.
    """

    shop = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40, default="默认")
    is_default = models.BooleanField(default=True)
    by = models.CharField(max_length=8, choices=[(each, each) for each in BY], default="piece")
    first_fee = models.PositiveIntegerField()
    first = models.PositiveIntegerField(default=0)
    more = models.PositiveIntegerField(default=1)
    more_fee = models.PositiveIntegerField(default=0)
    free_over = models.PositiveIntegerField(null=True)
    free_pieces = models.PositiveIntegerField(null=True)
    extra = models.JSONField(default=dict)
    zones = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "name"], name=constraint("delivery_freight_name", "delivery.freight_name_taken")),
            models.UniqueConstraint(fields=["shop"], condition=Q(is_default=True), name="delivery_freight_one_default"),
            models.CheckConstraint(condition=Q(by__in=BY, more__gte=1), name="delivery_freight_makes_sense"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"freight:{self.shop_id}"

    @property
    def tariff(self) -> Tariff:
        """The same as plain numbers."""
        zones = tuple(Zone(**{**zone, "regions": tuple(zone["regions"])}) for zone in self.zones)
        return Tariff(self.first_fee, self.free_over, self.extra, self.by, self.first, self.more, self.more_fee, self.free_pieces, zones, self.name)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:  # noqa: ARG003 - every buyer is told what freight costs
        """Public."""
        return cls._default_manager.all()


class FreightOf(models.Model):
    """A product that has another template than its shop's default one; `cubic_cm` is how large one piece is packed, for templates by volume.

    Products are known by their number only: what is sold is no business of delivery.
    """

    product = models.BigIntegerField(unique=True)
    template = models.ForeignKey(FreightTemplate, on_delete=models.CASCADE, related_name="products")
    cubic_cm = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        """For logs."""
        return f"product {self.product} under freight {self.template_id}"


class Carrier(models.Model):
    """A company that carries parcels; `code` names its file in fulfilment/carriers, `cut_off` is the hour at which it comes for them."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=40, unique=True)
    phone = models.CharField(max_length=20, blank=True)
    takes_cash = models.BooleanField(default=True)
    cut_off = models.TimeField(null=True)
    heaviest_grams = models.PositiveIntegerField(null=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        """Its name is public."""
        return self.name

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"carriers:{self.code}"


class CarrierRule(models.Model):
    """What a carrier promises up to a distance (null: any), or to one province by code: days on the way and cost in minor units.

    `cost` is for the first kilogram, `per_kg` for each further one begun.

    A rule with a province goes before rules by distance; without `served` the carrier does not go there.
    """

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="rules")
    province = models.CharField(max_length=2, blank=True)
    up_to_km = models.PositiveIntegerField(null=True)
    days = models.PositiveSmallIntegerField()
    cost = models.PositiveIntegerField()
    per_kg = models.PositiveIntegerField(default=0)
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
    """Where a buyer fetches his parcel himself; the platform's points serve every shop. `capacity` parcels fit in at most (null: any number)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    province = models.CharField(max_length=40)
    city = models.CharField(max_length=40)
    district = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200)
    phone = models.CharField(max_length=20, blank=True)
    hours = models.CharField(max_length=60, blank=True)
    capacity = models.PositiveIntegerField(null=True)
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


class Slot(RootedModel):
    """Hours of a day in which somebody brings at most `capacity` orders to a region; held like stock. Its root is the organisation's.

    `area` is a division code of two digits (a province) or four (a city). After `closes_at` it cannot be chosen any more.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=4)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name=constraint("delivery_slot_bounds", "delivery.slot_full")),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="delivery_slot_in_order"),
            models.UniqueConstraint(fields=["organisation", "area", "starts_at"], name=constraint("delivery_slot_once", "delivery.slot_exists")),
        ]
        indexes: ClassVar = [models.Index(fields=["area", "starts_at"], name="delivery_slot_area")]

    def __str__(self) -> str:
        """For logs."""
        return f"slot {self.pk} in {self.area}: {self.taken} of {self.capacity}"

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"slots:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """Open ones to all; the rest to those who run them."""
        everything = cls._default_manager.all()
        if actor.roles & {"system", "admin", "supervisor"}:
            return everything
        return everything.filter(Q(active=True) | Q(organisation__in=actor.organisations))


class SlotHold(models.Model):
    """One place of a slot that is promised to a ref; a hold has no clock, whoever asked for it lets it go."""

    root = models.ForeignKey(Root, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=80)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ref"], condition=Q(active=True), name="delivery_slothold_once")]
        indexes: ClassVar = [
            models.Index(fields=["ref"], name="delivery_slothold_ref"),
            models.Index(fields=["slot"], condition=Q(active=True), name="delivery_slothold_slot"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"slot {self.slot_id} for {self.ref}"
