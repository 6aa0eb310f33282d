"""A small market for tests of checkout and orders: two shops, two warehouses, goods with stock, people with addresses."""

import itertools
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from wangdan.accounts.models import Address, Membership, Organisation, Person
from wangdan.accounts.queries import PersonActor, actor_of
from wangdan.catalogue.models import Category, Product, Sku
from wangdan.checkout.rules import Asked, Wish
from wangdan.delivery.models import Carrier, CarrierRule, FreightTemplate, PickupPoint
from wangdan.inventory.models import Move, Stock, Warehouse
from wangdan.kernel import clock, guards
from wangdan.kernel.act import Call
from wangdan.kernel.models import Root

_serial = itertools.count(1)
HANGZHOU = {"province": "浙江省", "city": "杭州市", "district": "余杭区", "street": "仓前街道", "code": "330110"}


def _root(kind: str) -> Root:
    return Root.objects.create(kind=kind)


def person(name: str = "buyer") -> Person:
    """Somebody with an account."""
    with guards.exempt("tests arrange people"):
        unique = f"{name}{next(_serial)}-{uuid.uuid4().hex[:8]}"
        return Person.objects.create(username=unique, name=name, root=_root("people"), joined_at=clock.now())


def address(of: Person, **changed: str) -> Address:
    """Where somebody wants goods delivered."""
    with guards.exempt("tests arrange addresses"):
        fields = {"name": "陈晓禾", "phone": "13800006021", "detail": "云溪路 20 号", **HANGZHOU, **changed}
        return Address.objects.create(person=of, root=of.root, changed_at=clock.now(), **fields)


def member(organisation: Organisation, role: str) -> PersonActor:
    """Somebody who works for an organisation."""
    someone = person(role)
    with guards.exempt("tests arrange roles"):
        Membership.objects.create(person=someone, organisation=organisation, role=role)
    return actor_of(someone)


@dataclass
class Market:
    """Two shops with a warehouse each (the first has two), and helpers to sell and buy."""

    shops: list[Organisation] = field(default_factory=list)
    warehouses: list[Warehouse] = field(default_factory=list)
    category: Category | None = None
    platform: Organisation | None = None
    point: PickupPoint | None = None

    def sku(self, *, shop: int = 0, price: int = 1000, stock: dict[int, int] | int = 100, product: Product | None = None, **specs: str) -> Sku:
        """Goods on sale; `stock` is pieces in the shop's first warehouse, or warehouse index → pieces."""
        with guards.exempt("tests arrange goods"):
            owner = self.shops[shop]
            product = product or Product.objects.create(
                shop=owner,
                root=owner.root,
                category=self.category,
                title=f"商品{next(_serial)}",
                status="on_sale",
                price_min=price,
                price_max=price,
                created_at=clock.now(),
                changed_at=clock.now(),
                listed_at=clock.now(),
            )
            sku = Sku.objects.create(product=product, root=owner.root, price=price, specs=specs or {"款式": str(next(_serial))})
            pieces = {shop * 2: stock} if isinstance(stock, int) else stock
            for at, count in pieces.items():
                self.stock(sku, at, count)
            return sku

    def stock(self, sku: Sku, at: int, count: int) -> None:
        """Lay pieces into a warehouse."""
        with guards.exempt("tests arrange stock"):
            row = Stock.objects.create(warehouse=self.warehouses[at], sku=sku, on_hand=count)
            if count:
                Move.objects.create(stock=row, delta=count, kind="receive", at=clock.now(), act=uuid.uuid4())


def market() -> Market:
    """Shop 0 with warehouses 0 and 1, shop 1 with warehouse 2; freight 10.00, free over 99.00."""
    made = Market()
    with guards.exempt("tests arrange a market"):
        made.platform = Organisation.objects.filter(kind="platform").first() or Organisation.objects.create(
            kind="platform", name="网单", root=_root("organisations")
        )
        made.category = Category.objects.create(name="家居", slug=f"home-{uuid.uuid4().hex[:8]}")
        for at, name in enumerate(("云杉", "松果")):
            shop = Organisation.objects.create(
                kind="shop", name=f"{name}{uuid.uuid4().hex[:8]}", own=at == 0, province="浙江省", root=_root("organisations")
            )
            FreightTemplate.objects.create(shop=shop, root=shop.root, first_fee=1000, free_over=9900)
            made.shops.append(shop)
        for at, (shop, province, city) in enumerate(((0, "浙江省", "杭州市"), (0, "广东省", "广州市"), (1, "广东省", "深圳市"))):
            made.warehouses.append(
                Warehouse.objects.create(
                    organisation=made.shops[shop], name=f"仓{at}-{uuid.uuid4().hex[:8]}", province=province, city=city, root=_root("warehouses")
                )
            )
        carrier, new = Carrier.objects.get_or_create(code="sf", defaults={"name": "顺丰"})
        if new:
            CarrierRule.objects.create(carrier=carrier, days=2, cost=1200)
        made.point = PickupPoint.objects.create(
            organisation=made.platform,
            name=f"自提{uuid.uuid4().hex[:8]}",
            province="浙江省",
            city="杭州市",
            address="云溪路 1 号",
            root=_root("points"),
        )
    return made


@dataclass
class Buyer:
    """Somebody who buys: the actor and his address."""

    person: Person
    actor: PersonActor
    address: Address

    def call(self, key: str | None = None, render: Any = None) -> Call:
        """A call of this buyer."""
        return Call(self.actor, key, render)

    def wants(self, *wishes: tuple[Sku, int], method: str = "sandbox", **changed: Any) -> Asked:
        """What he asks for, buy now."""
        lines = tuple(Wish(sku.pk, quantity) for sku, quantity in wishes) or None
        return Asked(**{"lines": lines, "address": self.address.pk, "payment_method": method, **changed})


def buyer(name: str = "buyer") -> Buyer:
    """A fresh buyer with an address in Hangzhou."""
    someone = person(name)
    return Buyer(someone, actor_of(someone), address(someone))


def stock_of(sku: Sku) -> tuple[int, int]:
    """Pieces on hand and held, over all warehouses."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(on_hand), sum(held) FROM inventory_stock WHERE sku_id = %s", [sku.pk])
        row = cursor.fetchone()
    return int(row[0] or 0), int(row[1] or 0)
