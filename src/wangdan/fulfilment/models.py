"""Tables of fulfilment: parcels, what is in them, every step of their way; waves, packing material, hand-over lists."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from wangdan.accounts.models import Person
from wangdan.accounts.rules import OFFICE_ROLES, Destination
from wangdan.catalogue.models import Sku, Specs
from wangdan.delivery.models import Carrier, PickupPoint
from wangdan.files.models import File
from wangdan.fulfilment.rules import ASTRAY, IN_HOUSE, LIFE, MATERIAL_KINDS, METHODS, SETTLED, WAVE_LIFE
from wangdan.inventory.models import Warehouse
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import RootedModel


class Parcel(RootedModel):
    """What leaves one warehouse for one ref. Cash to collect in minor units; `booking` is our id for the carrier, set before it is called.

    `carrier_reason` holds sayings; `pickup_at` is when the courier comes to our door, `ask_at` when a silent one is asked, for the `asked`th time.
    `weight_grams` is what the goods should weigh, `scale_grams` what the scale said of the whole; `wrapping` are codes of material.
    One at a pick-up point is kept `keep_until`; a lost one is `settled` by a refund or another parcel, `claim` (minor units) is what the carrier
    is asked for it and `claim_paid` what it paid. `moved_from` is the parcel whose missing pieces it brings, `why` (sayings) says so.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"to_name", "to_phone", "to_street", "to_detail", "pickup_code"})

    no = models.CharField(max_length=12, unique=True)
    ref_of = models.CharField(max_length=80)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=[(state, state) for state in LIFE.states], default=LIFE.start)
    method = models.CharField(max_length=8, choices=[(each, each) for each in METHODS], default="courier")
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+", null=True)
    carrier_reason = models.JSONField(default=list, blank=True)
    booking = models.CharField(max_length=40, blank=True)
    waybill = models.CharField(max_length=40, blank=True)
    pickup_point = models.ForeignKey(PickupPoint, on_delete=models.PROTECT, related_name="+", null=True)
    pickup_code = models.CharField(max_length=6, blank=True)
    pickup_tries = models.PositiveSmallIntegerField(default=0)
    cod_amount = models.BigIntegerField(default=0)
    cash_reported = models.BigIntegerField(null=True)
    weight_grams = models.PositiveIntegerField(default=0)
    scale_grams = models.PositiveIntegerField(null=True)
    wrapping = models.JSONField(default=list, blank=True)
    why = models.JSONField(default=list, blank=True)
    moved_from = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    pieces = models.PositiveIntegerField()
    to_name = models.CharField(max_length=40)
    to_phone = models.CharField(max_length=20)
    to_province = models.CharField(max_length=40)
    to_city = models.CharField(max_length=40)
    to_district = models.CharField(max_length=40, blank=True)
    to_street = models.CharField(max_length=60, blank=True)
    to_detail = models.CharField(max_length=200)
    to_code = models.CharField(max_length=12, blank=True)
    planned_at = models.DateTimeField()
    ship_by = models.DateTimeField()
    picked_at = models.DateTimeField(null=True)
    inspected_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    eta = models.DateTimeField(null=True)
    pickup_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
    keep_until = models.DateTimeField(null=True)
    settled = models.CharField(max_length=8, choices=[(each, each) for each in SETTLED], blank=True)
    claim = models.BigIntegerField(null=True)
    claim_paid = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=LIFE.states), name="fulfilment_parcel_status_known"),
            models.CheckConstraint(condition=Q(cod_amount__gte=0, pieces__gte=1), name="fulfilment_parcel_not_negative"),
            models.CheckConstraint(
                condition=~Q(status="handed_over", method="courier") | (Q(carrier__isnull=False) & ~Q(waybill="")),
                name="fulfilment_parcel_travels_with_waybill",
            ),
            models.CheckConstraint(condition=~Q(method="pickup") | Q(pickup_point__isnull=False), name="fulfilment_parcel_pickup_has_point"),
            models.UniqueConstraint(
                fields=["carrier", "waybill"], condition=~Q(waybill=""), name=constraint("fulfilment_parcel_waybill", "fulfilment.waybill_taken")
            ),
            models.UniqueConstraint(fields=["booking"], condition=~Q(booking=""), name="fulfilment_parcel_booking"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ref_of", "status"], name="fulfilment_parcel_ref"),
            models.Index(fields=["warehouse", "ship_by", "id"], condition=Q(status__in=IN_HOUSE), name="fulfilment_parcel_queue"),
            models.Index(fields=["warehouse", "status", "-id"], name="fulfilment_parcel_status"),
            models.Index(fields=["waybill"], condition=~Q(waybill=""), name="fulfilment_parcel_by_waybill"),
            models.Index(fields=["status", "-id"], condition=Q(status__in=ASTRAY), name="fulfilment_parcel_astray"),
            models.Index(fields=["ref_of"], condition=Q(status="returned"), name="fulfilment_parcel_returned"),
            models.Index(fields=["keep_until"], condition=Q(status="handed_over", method="pickup"), name="fulfilment_parcel_keep"),
            models.Index(fields=["ask_at"], condition=Q(status="handed_over"), name="fulfilment_parcel_ask"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"parcel {self.no} {self.status}"

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"parcels:{self.no}"

    @property
    def shown(self) -> str:
        """The status as people read it: what lies at a pick-up point is not under way but waits for its buyer."""
        return "at_point" if self.status == "handed_over" and self.method == "pickup" else self.status

    @property
    def destination(self) -> Destination:
        """Where it goes."""
        return Destination(
            name=self.to_name,
            phone=self.to_phone,
            province=self.to_province,
            city=self.to_city,
            district=self.to_district,
            street=self.to_street,
            detail=self.to_detail,
            code=self.to_code,
        )

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """Those of one's warehouses and pick-up points; all to the office. Buyers come by their order."""
        everything = cls._default_manager.all()
        if actor.roles & OFFICE_ROLES:
            return everything
        mine = actor.organisations
        return everything.filter(Q(warehouse__organisation__in=mine) | Q(pickup_point__organisation__in=mine, status="handed_over"))


class ParcelLine(models.Model):
    """Pieces of one SKU in a parcel; `line` is the caller's own name for its line. `picked` and `inspected` count scans."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="lines")
    line = models.CharField(max_length=40)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    specs = Specs(default=dict)
    picture = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", null=True)
    bin = models.CharField(max_length=20, blank=True)
    quantity = models.PositiveIntegerField()
    picked = models.PositiveIntegerField(default=0)
    inspected = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["bin", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parcel", "line", "sku"], name="fulfilment_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, picked__lte=F("quantity"), inspected__lte=F("picked")),
                name=constraint("fulfilment_line_counts", "fulfilment.too_many_pieces"),
            ),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.quantity} of sku {self.sku_id} in parcel {self.parcel_id}"

    @property
    def label(self) -> str:
        """The variant as people read it."""
        return "，".join(str(value) for value in self.specs.values())


class Track(models.Model):
    """One step on a parcel's way; an event of a carrier is kept once, whatever order they come in.

    `text` is what the carrier said; a step of ours has none, its status and its parcel tell it, and the `carrier` that was booked or let go.
    """

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="track")
    at = models.DateTimeField()
    heard_at = models.DateTimeField()
    status = models.CharField(max_length=20)
    text = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=80, blank=True)
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+", null=True)
    event_id = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parcel", "event_id"], condition=~Q(event_id=""), name="fulfilment_track_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["parcel", "-at", "-id"], name="fulfilment_track_parcel")]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.status} of parcel {self.parcel_id}"


class Material(models.Model):
    """What parcels are packed in or protected with; `grams` is what one weighs."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=[(each, each) for each in MATERIAL_KINDS])
    grams = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(kind__in=MATERIAL_KINDS), name="fulfilment_material_kind_known")]

    def __str__(self) -> str:
        """Its name."""
        return self.name

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"materials:{self.code}"


class MaterialStock(models.Model):
    """How many of a material lie in a warehouse; below `low` somebody orders more. Packing takes from it and never waits for it."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="+")
    on_hand = models.PositiveIntegerField(default=0)
    low = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["warehouse", "material"], name="fulfilment_materialstock_once")]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.on_hand} of material {self.material_id} in warehouse {self.warehouse_id}"


class Photo(models.Model):
    """A picture of the goods as they were inspected or came back; `stage` is the parcel's status at that moment."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="photos")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["parcel", "file"], name="fulfilment_photo_once")]

    def __str__(self) -> str:
        """For logs."""
        return f"photo {self.pk} of parcel {self.parcel_id}"

    def url(self, width: int) -> str:
        """Address of the picture for whoever may see the parcel or its order."""
        return f"/photos/{self.pk}/{width}"


def _of_houses(everything: models.QuerySet, actor: Actor) -> models.QuerySet:
    """Those of one's warehouses; all to the office."""
    return everything if actor.roles & OFFICE_ROLES else everything.filter(warehouse__organisation__in=actor.organisations)


class Wave(RootedModel):
    """Parcels that one picker fetches on one walk through the bins; `why` holds sayings. Its root is its own."""

    no = models.CharField(max_length=12, unique=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=[(state, state) for state in WAVE_LIFE.states], default=WAVE_LIFE.start)
    why = models.JSONField(default=list, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    picker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=WAVE_LIFE.states), name="fulfilment_wave_status_known"),
            models.CheckConstraint(condition=~Q(status="picking") | Q(picker__isnull=False), name="fulfilment_wave_has_a_picker"),
        ]
        indexes: ClassVar = [models.Index(fields=["warehouse", "-id"], name="fulfilment_wave_house")]

    def __str__(self) -> str:
        """For logs."""
        return f"wave {self.no} {self.status}"

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"waves:{self.no}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """Those of one's warehouses; all to the office."""
        return _of_houses(cls._default_manager.all(), actor)


constraint("fulfilment_waveplace_parcel_id_key", "fulfilment.cannot_make_wave")


class WavePlace(models.Model):
    """A parcel's place in a wave; its pieces go into the box of that number on the picker's cart. A parcel is in one wave at most."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="places")
    parcel = models.OneToOneField(Parcel, on_delete=models.PROTECT, related_name="place")
    box = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["box"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["wave", "box"], name="fulfilment_waveplace_box_once")]

    def __str__(self) -> str:
        """For logs."""
        return f"box {self.box} of wave {self.wave_id}"


class Manifest(RootedModel):
    """What one carrier takes from one warehouse on one day: parcels are scanned as they are loaded, then counted and signed for."""

    no = models.CharField(max_length=12, unique=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    courier = models.CharField(max_length=40, blank=True)
    counted = models.PositiveIntegerField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["warehouse", "carrier"], condition=Q(closed_at=None), name="fulfilment_manifest_one_open"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(counted__isnull=False), name="fulfilment_manifest_counted"),
        ]
        indexes: ClassVar = [models.Index(fields=["warehouse", "-id"], name="fulfilment_manifest_house")]

    def __str__(self) -> str:
        """For logs."""
        return f"manifest {self.no}"

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"manifests:{self.no}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """Those of one's warehouses; all to the office."""
        return _of_houses(cls._default_manager.all(), actor)


class Loaded(models.Model):
    """A parcel that was scanned onto a manifest as the courier took it."""

    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="loads")
    parcel = models.OneToOneField(Parcel, on_delete=models.PROTECT, related_name="load")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        """For logs."""
        return f"parcel {self.parcel_id} on manifest {self.manifest_id}"
