"""`wangdan bench browse`: pages of the store at 10,000 products, beside an empty page through the same middleware in the same run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.test import Client
from rich.table import Table

from bench.ground import Act, rate, ratios
from wangdan.catalogue import operations as catalogue
from wangdan.catalogue.models import Category, Product, Sku
from wangdan.catalogue.operations import Goods
from wangdan.catalogue.rules import Draft, Variant
from wangdan.inventory import operations as inventory
from wangdan.inventory.models import Warehouse
from wangdan.kernel import clock
from wangdan.site.replay import stage
from wangdan.site.replay.stage import Range
from wangdan.site.world import ROOT, ground

SHOPS, CATEGORIES = 10, 20
_KINDS = ("落地灯", "台灯", "餐桌", "书架", "单人椅", "地毯", "手机支架", "耳机", "键盘", "花瓶", "收纳篮", "马克杯")
_COLOURS, _WOODS = ("松绿", "雾灰", "米白", "墨黑", "砖红"), ("橡木", "胡桃木", "铁", "陶瓷", "棉麻")
_SOME = 500


def _draft(at: int, category: int) -> Draft:
    kind, wood = _KINDS[at % len(_KINDS)], _WOODS[at % 5]
    variants = [Variant({"颜色": colour}, 1_000 + at % 997 * 100 + more * 500, f"B{at}-{more}") for more, colour in enumerate(_COLOURS[: 2 + at % 3])]
    return Draft(category, f"{wood}{kind} {at}", variants, origin="浙江安吉", parameters=[("材质", wood)], tags=("新款",) if at % 7 == 0 else ())


def _market(products: int) -> None:
    """Ten shops with as many products each in twenty categories; every tenth variant is sold out."""
    ground()
    names = [f"bench-{at}" for at in range(SHOPS)]
    stage.take_over(names)
    places = [catalogue.add_category(ROOT, name=f"分类 {at}", slug=f"bench-{at}").pk for at in range(CATEGORIES)]
    for shop, name in enumerate(names):
        booth = stage.raise_shop(Range(name, f"压测店 {shop}", name, {(f"S{shop}", 1000): (f"样品 {shop}", 5)}))
        drafts = [_draft(at, places[at % CATEGORIES]) for at in range(shop, products, SHOPS)]
        for first in range(0, len(drafts), _SOME):
            goods = [Goods(draft, listed_at=clock.now()) for draft in drafts[first : first + _SOME]]
            catalogue.import_products(ROOT, shop_id=booth.shop_id, goods=goods)
        warehouse = Warehouse.objects.get(organisation_id=booth.shop_id)
        skus = Sku.objects.filter(product__shop=booth.shop_id).order_by("pk").values_list("pk", flat=True)
        stocked = [(sku, 20, "A-01-1") for at, sku in enumerate(skus) if at % 10]
        inventory.receive_many(ROOT, warehouse.pk, goods=stocked)


@dataclass
class Reading:
    """One visitor of a page, who looks at another of its kind each time."""

    paths: list[str]
    client: Client | None = field(default=None, repr=False)

    def __call__(self, client: int, done: int) -> None:
        """Read it."""
        self.client = self.client or Client()
        answer = self.client.get(self.paths[(client * 31 + done) % len(self.paths)])
        assert answer.status_code == 200, answer.status_code  # noqa: PLR2004


def report(url: str, *, clients: int, seconds: float, size: int) -> Table:
    """The ratios as a table."""
    return ratios(
        measure(url, clients, seconds, size), "empty pages", "of an empty page's rate", f"{size:,} products, {clients} clients, {seconds:g} s each"
    )


def measure(_url: str, clients: int, seconds: float, size: int) -> Iterator[tuple[str, float, float]]:
    """What was read, its rate, and that of the empty page right before and after it."""
    settings.ALLOWED_HOSTS = ["testserver"]
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    _market(size)
    places, products = list(Category.objects.values_list("slug", flat=True)), list(Product.objects.values_list("pk", flat=True)[:500])
    cases: tuple[tuple[str, Act], ...] = (
        ("the home page", Reading(["/"])),
        ("a category with its facets", Reading([f"/c/{slug}" for slug in places])),
        ("a search with its facets", Reading([f"/search?q={kind}" for kind in _KINDS])),
        ("a search for a word nobody has", Reading(["/search?q=落第灯", "/search?q=单人以"])),
        ("suggestions while typing", Reading(["/search/words?q=luo", "/search/words?q=手"])),
        ("a product", Reading([f"/p/{pk}" for pk in products])),
    )
    empty = Reading(["/robots.txt"])
    limit = rate(empty, clients, seconds)
    for name, act in cases:
        ours = rate(act, clients, seconds)
        after = rate(empty, clients, seconds)
        yield f"{name} ({ours:.0f} req/s)", ours, (limit + after) / 2
        limit = after
