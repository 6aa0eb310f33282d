"""Tables of the catalogue: categories, products, their SKUs and pictures, and the words that are searched."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from wangdan.catalogue.rules import LIFE
from wangdan.catalogue.rules.words import LONGEST_SYNONYM
from wangdan.files.models import File
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import constraint
from wangdan.kernel.models import RootedModel

_OFFICE = frozenset({"system", "admin", "service", "supervisor", "auditor", "finance"})


class Specs(models.JSONField):
    """What makes a variant: {"颜色": "松绿", "尺寸": "1.2 米"} in the shop's own order, which a JSON object would lose; so the column holds pairs."""

    def get_prep_value(self, value: Any) -> Any:
        """As pairs."""
        return super().get_prep_value([list(pair) for pair in value.items()] if isinstance(value, dict) else value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """As a dict."""
        return None if value is None else dict(super().from_db_value(value, expression, connection))


class Category(models.Model):
    """A place in the tree of goods, two levels at most."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=40)
    slug = models.SlugField(max_length=40, unique=True)
    position = models.PositiveIntegerField(default=0)
    picture = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        """For logs."""
        return self.name

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"categories:{self.pk}"


class Product(RootedModel):
    """Something a shop sells; its root is the shop's. Prices are minor units, `sold` counts pieces.

    `withdrawn`: it would be on sale, were its shop not paused.
    """

    shop = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    subtitle = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    origin = models.CharField(max_length=60, blank=True)
    parameters = models.JSONField(default=list)
    tags = ArrayField(models.CharField(max_length=20), default=list)
    status = models.CharField(max_length=16, choices=[(state, state) for state in LIFE.states], default=LIFE.start)
    price_min = models.BigIntegerField()
    price_max = models.BigIntegerField()
    sold = models.PositiveIntegerField(default=0)
    appeal = models.IntegerField(default=0)
    search = SearchVectorField(null=True)
    pinyin = models.CharField(max_length=240, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    listed_at = models.DateTimeField(null=True)
    withdrawn = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="catalogue_product_search"),
            GinIndex(fields=["parameters"], name="catalogue_product_parameters", opclasses=["jsonb_path_ops"]),
            GinIndex(fields=["tags"], name="catalogue_product_tags"),
            models.Index(fields=["shop", "-id"], name="catalogue_product_shop"),
            models.Index(fields=["shop", "status", "-id"], name="catalogue_product_shop_status"),
            models.Index(fields=["-appeal", "-id"], name="catalogue_product_appeal", condition=Q(status="on_sale")),
            models.Index(fields=["-sold", "-id"], name="catalogue_product_sold", condition=Q(status="on_sale")),
            models.Index(fields=["price_min", "id"], name="catalogue_product_price", condition=Q(status="on_sale")),
            models.Index(fields=["-listed_at", "-id"], name="catalogue_product_new", condition=Q(status="on_sale")),
            models.Index(fields=["category", "-appeal", "-id"], name="catalogue_product_category", condition=Q(status="on_sale")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(price_min__gt=0, price_max__gte=models.F("price_min")),
                name=constraint("catalogue_product_prices", "catalogue.price_not_positive"),
            ),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"products:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """Goods on sale to all; the rest to the shop's people and the office."""
        everything = cls._default_manager.all()
        if actor.roles & _OFFICE:
            return everything
        return everything.filter(Q(status="on_sale") | Q(shop_id__in=actor.organisations))


class Sku(RootedModel):
    """One variant that can be bought: `specs` such as {"颜色": "松绿", "尺寸": "1.2 米"}, price in minor units."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40, blank=True)
    specs = Specs(default=dict)
    price = models.BigIntegerField()
    picture = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+", null=True)
    weight_grams = models.PositiveIntegerField(default=500)
    active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price__gt=0), name=constraint("catalogue_sku_price", "catalogue.price_not_positive")),
            models.UniqueConstraint(fields=["product", "specs"], name=constraint("catalogue_sku_specs_once", "catalogue.specs_twice")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["code"], name="catalogue_sku_code", condition=~Q(code="")),
            GinIndex(fields=["specs"], name="catalogue_sku_specs", opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"skus:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """As the product is."""
        return cls._default_manager.filter(product__in=Product.visible_to(actor))

    @property
    def label(self) -> str:
        """The variant as people read it: `松绿，1.2 米`; empty for goods without variants."""
        return "，".join(str(value) for value in self.specs.values())


class Price(models.Model):
    """What a variant cost from `at` on, in minor units, and who set it (nobody: the system); append-only."""

    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="+")
    price = models.BigIntegerField()
    before = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["sku", "-id"], name="catalogue_price_sku")]

    def __str__(self) -> str:
        """For logs."""
        return f"{self.price} of sku {self.sku_id}"


class Picture(RootedModel):
    """A picture of a product, in the order of `position`; the first is the one on lists."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        indexes: ClassVar = [models.Index(fields=["product", "position", "id"], name="catalogue_picture_order")]

    def __str__(self) -> str:
        """For logs."""
        return f"picture {self.position} of product {self.product_id}"


class Sheet(RootedModel):
    """A table of goods that a shop has handed in: read and checked, then taken as a whole or not at all; its root is the shop's.

    `goods` are the drafts it holds, `faults` what is wrong by line; `made` and `changed` count products, `trouble` is why it could not be taken.
    """

    STATES: ClassVar = [(each, each) for each in ("faulty", "checked", "waiting", "done", "failed")]

    shop = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    status = models.CharField(max_length=8, choices=STATES)
    lines = models.PositiveIntegerField()
    goods = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    trouble = models.JSONField(default=dict)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["shop", "-id"], name="catalogue_sheet_shop")]

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"sheets:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Self]:
        """Those of one's own shops."""
        everything = cls._default_manager.all()
        return everything if "system" in actor.roles else everything.filter(shop__in=actor.organisations)


class Word(models.Model):
    """A word that occurs in goods on sale, for mending what people mistype; `pinyin` without tones or spaces."""

    text = models.CharField(max_length=40, unique=True)
    pinyin = models.CharField(max_length=160, db_index=True)
    weight = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        """For logs."""
        return self.text


class SynonymGroup(models.Model):
    """Words that mean the same to people who search: 手机 = 电话. Kept by the office."""

    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        """For logs."""
        return self.ref

    @property
    def ref(self) -> str:
        """What the journal calls it."""
        return f"synonyms:{self.pk}"


class Synonym(models.Model):
    """One word of a group; a word is in one group only."""

    group = models.ForeignKey(SynonymGroup, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=LONGEST_SYNONYM)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["text"], name=constraint("catalogue_synonym_once", "catalogue.synonym_twice"))]

    def __str__(self) -> str:
        """For logs."""
        return self.text
