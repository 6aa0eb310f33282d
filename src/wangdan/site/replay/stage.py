"""The world a data set is played in: its shops with keepers, warehouses, goods and stock, and its customers; by operations, twice is once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar
from zlib import crc32

from wangdan.accounts import operations as accounts
from wangdan.accounts import queries as people
from wangdan.accounts.models import Address, Membership, Organisation, Person
from wangdan.accounts.operations import Newcomer
from wangdan.accounts.queries import PersonActor
from wangdan.accounts.rules import Destination
from wangdan.catalogue import operations as catalogue
from wangdan.catalogue.models import Category, Sku
from wangdan.catalogue.operations import Goods
from wangdan.catalogue.rules import MOST_SKUS, Draft, Variant
from wangdan.inventory import operations as inventory
from wangdan.inventory import queries as stock
from wangdan.inventory.models import Warehouse
from wangdan.kernel import clock
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Problem

T = TypeVar("T")
ROOT = Call(SYSTEM)
PLACES = (
    ("浙江省", "杭州市", "余杭区"), ("上海市", "", "浦东新区"), ("江苏省", "南京市", "鼓楼区"), ("湖北省", "武汉市", "洪山区"),
    ("广东省", "广州市", "天河区"), ("四川省", "成都市", "武侯区"), ("北京市", "", "海淀区"), ("山东省", "济南市", "历下区"),
    ("河南省", "郑州市", "金水区"), ("陕西省", "西安市", "雁塔区"), ("辽宁省", "沈阳市", "和平区"), ("福建省", "厦门市", "思明区"),
    ("湖南省", "长沙市", "岳麓区"), ("云南省", "昆明市", "五华区"),
)  # fmt: skip
"""Where customers and shops live here: the data sets' own places are abroad, so each gets one of these by its name's checksum."""
_PEOPLE, _GOODS, _LONGEST = 1000, 400, 30
Ware = tuple[str, int]
"""An article at a price (minor units): what becomes one SKU."""


@dataclass(frozen=True)
class Range:
    """What one shop of the data set sells: ware → (title, pieces that will be asked for); so many warehouses share the stock."""

    key: str
    name: str
    keeper: str
    goods: Mapping[Ware, tuple[str, int]]
    warehouses: int = 1


@dataclass(frozen=True)
class Booth:
    """A shop as it stands: who keeps it, its SKUs by ware, and why some wares could not be listed."""

    key: str
    shop_id: int
    keeper: PersonActor
    skus: Mapping[Ware, int]
    unlisted: Mapping[Ware, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Customer:
    """Somebody who buys: the actor and the address his goods go to."""

    actor: PersonActor
    address: int


def several(things: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """The things in tuples of at most `size`."""
    rest = iter(things)
    while some := tuple(islice(rest, size)):
        yield some


def place_of(name: str) -> tuple[str, str, str]:
    """The place that a name lives at."""
    return PLACES[crc32(name.encode()) % len(PLACES)]


def username(of_set: str, key: str) -> str:
    """The user name of a person of the data set."""
    return f"{of_set.partition('-')[0]}-{key}"[:_LONGEST].casefold()


def _newcomer(name: str) -> Newcomer:
    province, city, district = place_of(name)
    phone = f"1380000{crc32(name.encode()) % 10_000:04d}"
    return Newcomer(name, "", Destination("收货人", phone, province, city, district, "", f"回放路 {crc32(name.encode()) % 999 + 1} 号", ""))


def take_over(names: Iterable[str]) -> None:
    """Open accounts for all these user names, each with an address."""
    for some in several(sorted(set(names)), _PEOPLE):
        accounts.import_people(ROOT, people=[_newcomer(name) for name in some])


def actors(names: Iterable[str]) -> dict[str, PersonActor]:
    """The people of these user names as actors, with the roles they have."""
    found: dict[str, PersonActor] = {}
    for some in several(sorted(set(names)), _PEOPLE):
        persons = list(Person.objects.filter(username__in=some))
        members = set(Membership.objects.filter(person__in=persons).values_list("person_id", flat=True))
        for person in persons:
            plain = PersonActor(person.pk, f"person:{person.pk}", person.root_id, frozenset({"anyone", "buyer"}), frozenset())
            found[person.username] = people.actor_of(person) if person.pk in members else plain
    return found


def customers(names: Iterable[str]) -> dict[str, Customer]:
    """The same with the default address of each."""
    known = actors(names)
    homes: dict[int, int] = {}
    for some in several([actor.id for actor in known.values()], _PEOPLE):
        homes |= dict(Address.objects.filter(person__in=some, is_default=True).values_list("person_id", "pk"))
    return {name: Customer(actor, homes[actor.id]) for name, actor in known.items()}


def finance(of_set: str) -> PersonActor:
    """Somebody of the platform's finance, who matches bank transfers and carries refunds out by hand."""
    name = username(of_set, "finance")
    platform = people.platform() or accounts.found(ROOT, kind="platform", name="网单", province="浙江省", city="杭州市")
    take_over([name])
    accounts.appoint(ROOT, platform.pk, person=Person.objects.get(username=name).pk, role="finance")
    return actors([name])[name]


def raise_shop(wanted: Range) -> Booth:
    """Found the shop, open its warehouses, list its goods and lay in what is missing of the pieces that will be asked for."""
    shop = Organisation.objects.filter(kind="shop", name=wanted.name).first()
    province, city, _ = place_of(wanted.keeper)
    shop = shop or accounts.found(ROOT, kind="shop", name=wanted.name, province=province, city=city or province)
    keeper = Person.objects.get(username=wanted.keeper)
    accounts.appoint(ROOT, shop.pk, person=keeper.pk, role="shop_owner")
    unlisted = _list_goods(shop, wanted)
    skus = {(code, price): pk for code, price, pk in Sku.objects.filter(product__shop=shop).values_list("code", "price", "pk")}
    own = {ware: skus[ware] for ware in wanted.goods if ware in skus}
    _lay_in(_warehouses(shop, wanted), {own[ware]: pieces for ware, (_, pieces) in wanted.goods.items() if ware in own})
    return Booth(wanted.key, shop.pk, people.actor_of(keeper), own, unlisted)


def _warehouses(shop: Organisation, wanted: Range) -> list[Warehouse]:
    found = list(Warehouse.objects.filter(organisation=shop).order_by("pk"))
    for at in range(len(found), wanted.warehouses):
        province, city, _ = place_of(f"{wanted.keeper} {at}")
        name = f"{wanted.key[:30]}-{shop.pk}仓{at + 1}"[:40]
        found.append(inventory.open_warehouse(ROOT, organisation_id=shop.pk, name=name, province=province, city=city or province))
    return found


def _list_goods(shop: Organisation, wanted: Range) -> dict[Ware, str]:
    """Put on sale what is not yet; returns why the rest cannot be."""
    known = set(Sku.objects.filter(product__shop=shop).values_list("code", "price"))
    place = category().pk
    by_article: dict[str, list[int]] = {}
    for article, price in wanted.goods:
        if (article, price) not in known:
            by_article.setdefault(article, []).append(price)
    drafts: list[Draft] = []
    unlisted: dict[Ware, str] = {}
    for article, prices in sorted(by_article.items()):
        title = wanted.goods[article, prices[0]][0][:120]
        good, bad = _priced(place, title, article, prices)
        drafts += good
        unlisted |= bad
    now = clock.now()
    for some in several(drafts, _GOODS):
        catalogue.import_products(ROOT, shop_id=shop.pk, goods=[Goods(draft, listed_at=now) for draft in some])
    return unlisted


def category() -> Category:
    """Where the goods of the data sets stand."""
    return Category.objects.filter(slug="replay").first() or catalogue.add_category(ROOT, name="回放", slug="replay")


def _priced(place: int, title: str, article: str, prices: Sequence[int]) -> tuple[list[Draft], dict[Ware, str]]:
    """An article as products with one variant per price, as many as a product may have; a price the catalogue refuses is left out."""
    fine: list[Variant] = []
    unlisted: dict[Ware, str] = {}
    for price in sorted(prices):
        variant = Variant({"报价": f"{price / 100:.2f}"}, price, code=article)
        try:
            Draft(place, title, [variant]).checked()
        except Problem as problem:
            unlisted[article, price] = f"{problem.code} {' '.join(sorted(set(problem.detail['fields'].values())))}"
        else:
            fine.append(variant)
    return [Draft(place, title, list(some)) for some in several(fine, MOST_SKUS.default)], unlisted


def _lay_in(warehouses: Sequence[Warehouse], pieces: Mapping[int, int]) -> None:
    """Receive what is missing: all but a third in the first warehouse, the rest spread over the others."""
    free: dict[int, int] = {}
    for some in several(pieces, _PEOPLE):
        free |= stock.available(some)
    short = Counter({sku: count - free[sku] for sku, count in pieces.items() if count > free[sku]})
    for at, warehouse in enumerate(warehouses):
        goods = [(sku, _share(count, at, len(warehouses)), f"R-{sku % 90 + 10}") for sku, count in short.items()]
        for some in several([each for each in goods if each[1]], _PEOPLE):
            inventory.receive_many(ROOT, warehouse.pk, goods=some, note="回放备货")


def _share(count: int, at: int, houses: int) -> int:
    if houses == 1:
        return count
    rest = count // 3
    return count - rest if at == 0 else rest // (houses - 1) + (rest % (houses - 1) if at == 1 else 0)
