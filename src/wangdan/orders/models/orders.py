"""Tables of purchases, their orders and the lines with their frozen shares."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Right

from wangdan.accounts.models import Organisation, Person
from wangdan.accounts.rules import OFFICE_ROLES, Destination
from wangdan.catalogue.models import Product, Sku, Specs
from wangdan.delivery.models import PickupPoint
from wangdan.files.models import File
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import RootedModel
from wangdan.orders.rules import LIFE, LINES_LIMIT, MARKS, METHODS, NOTE_LIMIT, PAYMENT_METHODS, PIECES_LIMIT, REASON_LIMIT, REMARK_LIMIT


class Purchase(RootedModel):
    """What a buyer ordered at once; it owns the root of its orders, parcels and payment. `total` in minor units, `device` a keyed hash."""

    no = models.CharField(max_length=12, unique=True)
    buyer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    payment_method = models.CharField(max_length=20)
    lines = models.PositiveSmallIntegerField()
    total = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    device = models.CharField(max_length=64, blank=True, default="")
    placed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["buyer", "-id"], name="orders_purchase_buyer"),
            models.Index(fields=["device", "-id"], name="orders_purchase_device", condition=~Q(device="")),
        ]
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

    `freight_reason` and the `reason` of each share of the `allocation` are sayings. `refunded` is what is back with the buyer, as the
    payment says; `reduced` what changes after payment took off: the payment captured `total` and `reduced`. `mark` and `remark` are what shop
    and office note for each other. `chased` is the last word that
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
    refunded = models.BigIntegerField(default=0, db_default=0)
    reduced = models.BigIntegerField(default=0, db_default=0)
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
    mark = models.CharField(max_length=8, blank=True, default="", db_default="", choices=[(each, each) for each in MARKS])
    remark = models.CharField(max_length=REMARK_LIMIT, blank=True, default="", db_default="")
    allocation = models.JSONField(default=list)
    placed_at = models.DateTimeField()
    pay_by = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    confirm_by = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    extended_at = models.DateTimeField(null=True)
    hidden = models.BooleanField(default=False)
    chased = models.CharField(max_length=12, blank=True, default="", db_default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-placed_at", "-id"], name="orders_order_newest"),
            models.Index(fields=["buyer", "-placed_at", "-id"], name="orders_order_of_buyer"),
            models.Index(fields=["shop", "-placed_at", "-id"], name="orders_order_of_shop"),
            models.Index(fields=["shop", "status", "-placed_at", "-id"], name="orders_order_shop_state"),
            models.Index(fields=["status", "-placed_at", "-id"], name="orders_order_state"),
            models.Index(fields=["to_phone", "-placed_at", "-id"], name="orders_order_to_phone"),
            models.Index(fields=["to_name", "-placed_at", "-id"], name="orders_order_to_name"),
            models.Index(Right("to_phone", 4), F("placed_at").desc(), F("id").desc(), name="orders_order_tail"),
            models.Index(fields=["to_detail", "-id"], name="orders_order_door"),
            models.Index(fields=["total"], name="orders_order_amount"),
            models.Index(fields=["id"], include=["placed_at", "shop"], name="orders_order_sorted"),
            models.Index(fields=["-placed_at", "-id"], name="orders_order_refunded", condition=Q(refunded__gt=0)),
            models.Index(fields=["-placed_at", "-id"], name="orders_order_marked", condition=~Q(mark="")),
            models.Index(fields=["-placed_at", "-id"], name="orders_order_unpaid", condition=Q(paid_at=None, closed_at=None)),
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
            models.CheckConstraint(condition=Q(refunded__gte=0, reduced__gte=0), name="orders_order_refunded_not_negative"),
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
    def money(self) -> str:
        """The state of its money, as the payment has it: expected, captured, partly_refunded, refunded, let_go."""
        if self.paid_at is None:
            return "expected" if self.closed_at is None else "let_go"
        return "captured" if not self.refunded else "partly_refunded" if self.refunded < self.total + self.reduced else "refunded"

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
    """One SKU of an order as it was sold: text, price and shares are frozen. Amounts in minor units.

    `steps` are the shares of what was taken off, `[{step, offer, name, amount, funder}]`; they sum to `discount`.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=120)
    specs = Specs(default=dict)
    picture = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", null=True)
    price = models.BigIntegerField()
    quantity = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    discount = models.BigIntegerField()
    freight_share = models.BigIntegerField()
    total = models.BigIntegerField()
    steps = models.JSONField(default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["order_id", "position"]
        indexes: ClassVar = [
            models.Index(fields=["product", "-id"], include=["order"], name="orders_line_product"),
            models.Index(fields=["sku", "-id"], include=["order"], name="orders_line_sku"),
        ]
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
