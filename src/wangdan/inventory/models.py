"""Tables of inventory: warehouses, stock per SKU, holds for a ref, every change of a count; deliveries and count lists."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, Q

from wangdan.accounts.models import Organisation, Person
from wangdan.accounts.rules import OFFICE_ROLES
from wangdan.catalogue.models import Sku
from wangdan.inventory.rules import ADDRESS_LENGTH, ARRIVAL_STATES, COUNT_STATES, HOLD_STATES, MOVE_KINDS, NAME_LENGTH
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import Root, RootedModel

constraint("inventory_warehouse_name_key", "inventory.warehouse_name_taken")


class Warehouse(RootedModel):
    """A place with stock, of a shop or of the platform. It has a root of its own, so that counting never waits for selling."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    province = models.CharField(max_length=40)
    city = models.CharField(max_length=40)
    address = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        """Its name is public."""
        return self.name

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"warehouses:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """Those of one's organisations; the platform's also to the people of its own shops, whose goods lie there; all to the office."""
        everything = cls._default_manager.all()
        if actor.roles & OFFICE_ROLES:
            return everything
        own = Organisation.objects.filter(pk__in=actor.organisations, kind="shop", own=True)
        return everything.filter(Q(organisation__in=actor.organisations) | Q(organisation__kind="platform") & Exists(own))

    @classmethod
    def worked_in(cls, actor: Actor) -> models.QuerySet[Self]:
        """Those whose own people one belongs to; all to the office. A shop whose goods lie in the platform's house does not do the house's work."""
        everything = cls._default_manager.all()
        return everything if actor.roles & OFFICE_ROLES else everything.filter(organisation__in=actor.organisations)


class Stock(models.Model):
    """Pieces of a SKU in a warehouse: `on_hand` lie there, `held` of them are promised. No oversell: the schema holds it.

    Below `low` free pieces (null: the option) it is time to replenish.
    """

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    on_hand = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    bin = models.CharField(max_length=20, blank=True)
    low = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["warehouse", "sku"], name="inventory_stock_once"),
            models.CheckConstraint(
                condition=Q(held__gte=0, held__lte=F("on_hand")), name=constraint("inventory_stock_bounds", "inventory.cannot_hold")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["sku"], name="inventory_stock_sku")]

    def __str__(self) -> str:
        """For logs."""
        return f"stock of sku {self.sku_id} in warehouse {self.warehouse_id}"

    @property
    def available(self) -> int:
        """Pieces that can still be promised."""
        return self.on_hand - self.held


class Move(models.Model):
    """One change of a count: append-only; the sum of a stock row's moves is what lies there. `person` made it, nobody for the system's."""

    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="+")
    delta = models.IntegerField()
    kind = models.CharField(max_length=12, choices=[(kind, text) for kind, text in MOVE_KINDS.items()])
    ref = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    act = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(delta=0), name="inventory_move_changes")]
        indexes: ClassVar = [models.Index(fields=["stock", "-id"], name="inventory_move_stock")]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.kind} {self.delta:+d} on stock {self.stock_id}"


class Hold(models.Model):
    """Pieces promised to a ref. `short`: a count found fewer, these are missing. A hold has no clock."""

    root = models.ForeignKey(Root, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=80)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    quantity = models.IntegerField()
    status = models.CharField(max_length=8, choices=[(status, text) for status, text in HOLD_STATES.items()], default="active")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_hold_quantity"),
            models.UniqueConstraint(
                fields=["ref", "warehouse", "sku"], condition=Q(status="active"), name=constraint("inventory_hold_once", "inventory.held_twice")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ref"], name="inventory_hold_ref"),
            models.Index(fields=["id"], name="inventory_hold_short", condition=Q(status="short")),
            models.Index(fields=["warehouse", "sku", "-id"], name="inventory_hold_active", condition=Q(status="active")),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"hold of {self.quantity} for {self.ref}: {self.status}"


class Arrival(RootedModel):
    """A delivery that a supplier announced, and what really came of it. Its root is its own."""

    no = models.CharField(max_length=12, unique=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    supplier = models.CharField(max_length=NAME_LENGTH)
    reference = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=12, choices=[(state, text) for state, text in ARRIVAL_STATES.items()], default="announced")
    expected_on = models.DateField(null=True)
    note = models.CharField(max_length=120, blank=True)
    announced_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=list(ARRIVAL_STATES)), name="inventory_arrival_status_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["warehouse", "-id"], name="inventory_arrival_house")]

    def __str__(self) -> str:
        """For logs."""
        return f"arrival {self.no} {self.status}"

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"arrivals:{self.no}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """Those of warehouses one works in."""
        return cls._default_manager.filter(warehouse__in=Warehouse.worked_in(actor))


class ArrivalLine(models.Model):
    """Pieces of a SKU in a delivery: `good` ones lie in the stock, `damaged` ones came and do not."""

    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="lines")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    expected = models.PositiveIntegerField()
    good = models.PositiveIntegerField(default=0)
    damaged = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["arrival", "sku"], name="inventory_arrivalline_once")]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.expected} of sku {self.sku_id} in arrival {self.arrival_id}"


class CountList(RootedModel):
    """The bins of a zone to be counted, goods by goods. Its root is its own."""

    no = models.CharField(max_length=12, unique=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    zone = models.CharField(max_length=20, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["warehouse", "-id"], name="inventory_countlist_house")]

    def __str__(self) -> str:
        """For logs."""
        return f"count list {self.no}"

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"counts:{self.no}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """Those of warehouses one works in."""
        return cls._default_manager.filter(warehouse__in=Warehouse.worked_in(actor))


class CountLine(models.Model):
    """Goods to be counted: `first` and `second` are what was found in all, `booked` the difference that was booked at last, `why` its reason."""

    of = models.ForeignKey(CountList, on_delete=models.PROTECT, related_name="lines")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    bin = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=8, choices=[(state, text) for state, text in COUNT_STATES.items()], default="open")
    first = models.PositiveIntegerField(null=True)
    second = models.PositiveIntegerField(null=True)
    booked = models.IntegerField(default=0)
    why = models.CharField(max_length=120, blank=True)
    counted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar = ["bin", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of", "sku"], name="inventory_countline_once"),
            models.CheckConstraint(condition=Q(status="open") | Q(first__isnull=False), name="inventory_countline_counted"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"sku {self.sku_id} of count {self.of_id}: {self.status}"
