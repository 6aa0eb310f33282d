"""Tables of purchases, their orders and the lines with their frozen shares."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wangdan.accounts.models import Organisation, Person
from wangdan.accounts.rules import OFFICE_ROLES, Destination
from wangdan.catalogue.models import Product, Sku
from wangdan.delivery.models import PickupPoint
from wangdan.files.models import File
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import RootedModel
from wangdan.orders.rules import LIFE, LINES_LIMIT, METHODS, NOTE_LIMIT, PAYMENT_METHODS, PIECES_LIMIT, REASON_LIMIT


class Purchase(RootedModel):
    """What a buyer ordered at once; it owns the root of its orders, parcels and payment. `total` in minor units."""

    no = models.CharField(max_length=12, unique=True)
    buyer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    payment_method = models.CharField(max_length=20)
    lines = models.PositiveSmallIntegerField()
    total = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    placed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["buyer", "-id"], name="orders_purchase_buyer")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(total__gte=0), name="orders_purchase_total"),
            models.CheckConstraint(
                condition=Q(lines__gte=1, lines__lte=LINES_LIMIT), name=constraint("orders_purchase_lines", "checkout.too_many_lines")
            ),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"purchases:{self.no}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Purchase"]:
        """The buyer's own; all to the office."""
        everything = cls._default_manager.all()
        return everything if actor.roles & OFFICE_ROLES else everything.filter(buyer_id=actor.id or 0)


class Order(RootedModel):
    """What one shop delivers of a purchase. Amounts in minor units; `pay_by` and `confirm_by` are the only clocks of its life.

    `freight_reason` and the `reason` of each share of the `allocation` are sayings. `chased` is the last word that
    the clock had with the shop about it: `accept_soon`, `accept_late`, `ship_soon`, `ship_late`.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"to_name", "to_phone", "to_street", "to_detail", "note"})

    no = models.CharField(max_length=12, unique=True)
    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=[(state, state) for state in LIFE.states])
    payment_method = models.CharField(max_length=20, choices=[(each, each) for each in PAYMENT_METHODS])
    method = models.CharField(max_length=8, choices=[(each, each) for each in METHODS])
    pickup_point = models.ForeignKey(PickupPoint, on_delete=models.PROTECT, related_name="+", null=True)
    goods = models.BigIntegerField()
    freight = models.BigIntegerField()
    freight_reason = models.JSONField(default=list, blank=True)
    discount = models.BigIntegerField()
    total = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    to_name = models.CharField(max_length=40)
    to_phone = models.CharField(max_length=20)
    to_province = models.CharField(max_length=40)
    to_city = models.CharField(max_length=40)
    to_district = models.CharField(max_length=40, blank=True)
    to_street = models.CharField(max_length=60, blank=True)
    to_detail = models.CharField(max_length=200)
    to_code = models.CharField(max_length=12, blank=True)
    note = models.CharField(max_length=NOTE_LIMIT, blank=True)
    reason = models.CharField(max_length=REASON_LIMIT, blank=True)
    allocation = models.JSONField(default=list)
    placed_at = models.DateTimeField()
    pay_by = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    confirm_by = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    chased = models.CharField(max_length=12, blank=True, default="", db_default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["buyer", "-id"], name="orders_order_buyer"),
            models.Index(fields=["buyer", "status", "-id"], name="orders_order_buyer_status"),
            models.Index(fields=["shop", "status", "-id"], name="orders_order_shop_status"),
            models.Index(fields=["shop", "-id"], name="orders_order_shop"),
            models.Index(fields=["status", "-id"], name="orders_order_status"),
            models.Index(fields=["to_phone", "-id"], name="orders_order_phone"),
            models.Index(fields=["to_name", "-id"], name="orders_order_name"),
            models.Index(fields=["-placed_at"], name="orders_order_placed"),
            models.Index(fields=["pay_by"], name="orders_order_pay_by", condition=Q(status="awaiting_payment")),
            models.Index(fields=["confirm_by"], name="orders_order_confirm_by", condition=Q(status__in=("shipped", "delivered"))),
            models.Index(fields=["placed_at"], name="orders_order_to_accept", condition=Q(status="awaiting_acceptance")),
            models.Index(fields=["accepted_at"], name="orders_order_to_ship", condition=Q(status__in=("awaiting_shipment", "partly_shipped"))),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(goods__gte=0, freight__gte=0, discount__gte=0, total__gte=0, discount__lte=F("goods") + F("freight")),
                name="orders_order_sums_not_negative",
            ),
            models.CheckConstraint(condition=Q(total=F("goods") + F("freight") - F("discount")), name="orders_order_total"),
            models.CheckConstraint(condition=Q(status__in=LIFE.states), name="orders_order_status_known"),
            models.CheckConstraint(condition=~Q(status="awaiting_payment") | Q(pay_by__isnull=False), name="orders_order_payable_has_clock"),
            models.CheckConstraint(condition=~Q(status="delivered") | Q(confirm_by__isnull=False), name="orders_order_delivered_has_clock"),
            models.CheckConstraint(condition=~Q(method="pickup") | Q(pickup_point__isnull=False), name="orders_order_pickup_has_point"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"orders:{self.no}"

    @property
    def destination(self) -> Destination:
        """Where it goes, as parcels keep it."""
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
    def visible_to(cls, actor: Actor) -> models.QuerySet["Order"]:
        """The buyer's own, those of the actor's shops, all to the office."""
        everything = cls._default_manager.all()
        if actor.roles & OFFICE_ROLES:
            return everything
        return everything.filter(Q(buyer_id=actor.id or 0) | Q(shop_id__in=actor.organisations))


class Line(models.Model):
    """One SKU of an order as it was sold: text, price and shares are frozen. Amounts in minor units."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    specs = models.JSONField(default=dict)
    picture = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", null=True)
    price = models.BigIntegerField()
    quantity = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    discount = models.BigIntegerField()
    freight_share = models.BigIntegerField()
    total = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["order_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="orders_line_position_once"),
            models.UniqueConstraint(fields=["order", "sku"], name="orders_line_sku_once"),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=LINES_LIMIT), name="orders_line_position"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=PIECES_LIMIT), name=constraint("orders_line_pieces", "checkout.too_many_pieces")
            ),
            models.CheckConstraint(condition=Q(price__gte=0, freight_share__gte=0, discount__gte=0), name="orders_line_not_negative"),
            models.CheckConstraint(condition=Q(amount=F("price") * F("quantity")), name="orders_line_amount"),
            models.CheckConstraint(condition=Q(total=F("amount") + F("freight_share") - F("discount"), total__gte=0), name="orders_line_total"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"line {self.position} of order {self.order_id}"

    @property
    def label(self) -> str:
        """The variant as people read it."""
        return "，".join(str(value) for value in self.specs.values())
