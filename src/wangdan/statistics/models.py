"""Tables of statistics: what happened in a shop or a warehouse on a day, what became of the orders of a day, which goods were paid for."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from wangdan.accounts.models import Organisation
from wangdan.accounts.rules import OFFICE_ROLES
from wangdan.catalogue.models import Product
from wangdan.inventory.models import Warehouse
from wangdan.kernel.act import Actor
from wangdan.statistics.rules import COUNTS, HOUSE_COUNTS


class Day(models.Model):
    """One shop on one day of the business's calendar; amounts in minor units.

    `placed` to `refunded` count what happened that day; `of_…` count what became, whenever, of the orders placed that day.
    """

    shop = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    placed = models.IntegerField(default=0)
    placed_amount = models.BigIntegerField(default=0)
    paid = models.IntegerField(default=0)
    paid_amount = models.BigIntegerField(default=0)
    shipped = models.IntegerField(default=0)
    received = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    refunded_amount = models.BigIntegerField(default=0)
    of_paid = models.IntegerField(default=0)
    of_shipped = models.IntegerField(default=0)
    of_received = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "day"], name="statistics_day_once"),
            models.CheckConstraint(condition=Q(**{f"{name}__gte": 0 for name in COUNTS}), name="statistics_day_not_negative"),
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="statistics_day_day")]

    def __str__(self) -> str:
        """For logs."""
        return f"shop {self.shop_id} on {self.day}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """One's own shops; all to the office."""
        everything = cls._default_manager.all()
        return everything if actor.roles & OFFICE_ROLES else everything.filter(shop__in=actor.organisations)


class Goods(models.Model):
    """What was paid for of one product on one day; `amount` in minor units."""

    shop = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    pieces = models.IntegerField(default=0)
    amount = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "day"], name="statistics_goods_once"),
            models.CheckConstraint(condition=Q(pieces__gte=0, amount__gte=0), name="statistics_goods_not_negative"),
        ]
        indexes: ClassVar = [models.Index(fields=["day", "shop"], name="statistics_goods_day")]

    def __str__(self) -> str:
        """For logs."""
        return f"product {self.product_id} on {self.day}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """One's own shops' goods; all to the office."""
        everything = cls._default_manager.all()
        return everything if actor.roles & OFFICE_ROLES else everything.filter(shop__in=actor.organisations)


class HouseDay(models.Model):
    """One warehouse on one day of the business's calendar.

    `planned` parcels came to be prepared; `shipped` parcels with `pieces` were handed over, `minutes` after they came in all, `late` of them
    after they should have; `missed` pieces were not on the shelf when somebody picked.
    """

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    planned = models.IntegerField(default=0)
    shipped = models.IntegerField(default=0)
    pieces = models.IntegerField(default=0)
    minutes = models.BigIntegerField(default=0)
    late = models.IntegerField(default=0)
    missed = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["warehouse", "day"], name="statistics_houseday_once"),
            models.CheckConstraint(condition=Q(**{f"{name}__gte": 0 for name in HOUSE_COUNTS}), name="statistics_houseday_not_negative"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"warehouse {self.warehouse_id} on {self.day}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """Those of warehouses one sees."""
        return cls._default_manager.filter(warehouse__in=Warehouse.visible_to(actor))
