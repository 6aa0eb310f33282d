"""The one builder: people, shops, warehouses and goods by running operations; the demo world and the tests' world are the same."""

from dataclasses import dataclass, field

from wangdan.accounts import operations as accounts
from wangdan.accounts import queries as people
from wangdan.accounts.models import Agreement, Organisation, Person
from wangdan.accounts.operations import Secret, Visit
from wangdan.accounts.rules import Destination
from wangdan.catalogue import operations as catalogue
from wangdan.catalogue.models import Category, Product, Sku
from wangdan.catalogue.rules import Draft, Variant
from wangdan.delivery import operations as delivery
from wangdan.delivery.models import Carrier
from wangdan.delivery.rules import Rule, Tariff
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Material
from wangdan.inventory import operations as inventory
from wangdan.inventory.models import Warehouse
from wangdan.kernel.act import SYSTEM, Call
from wangdan.policy import operations as policy

PASSWORD = "wangdan-demo"  # noqa: S105 - the demo world's public password
ROOT = Call(SYSTEM)
OFFICE = ("service", "auditor", "finance", "supervisor", "admin")
NAMES = {
    "buyer": "陈晓禾", "buyer2": "周砚", "seller": "谷雨", "seller2": "寒露", "warehouse": "立冬", "service": "小满", "auditor": "白露",
    "finance": "霜降", "supervisor": "清明", "admin": "立春",
}  # fmt: skip
FAR = {"54": 1200, "65": 1500, "63": 800, "62": 500, "15": 500, "46": 600}
"""Surcharge by province code, minor units."""
CARRIERS = {
    "qingyan": ("青雁速运", [(200, 1, 1200), (900, 2, 1500), (None, 3, 2200)]),
    "cangshan": ("苍山快递", [(300, 2, 700), (1200, 3, 900), (None, 4, 1300)]),
    "baita": ("白塔物流", [(500, 3, 550), (None, 6, 800)]),
}
"""Invented carriers: code → name and (up to km, days, cost in minor units)."""
CUT_OFFS = {"qingyan": "18:00", "cangshan": "16:30", "baita": "14:00"}
"""The hour at which each comes for the parcels of the day."""
HEAVIEST = {"qingyan": 30_000, "cangshan": 60_000}
"""The heaviest parcel each takes, in grams; the third takes anything."""
HOMES = (
    Destination("陈晓禾", "13800006021", "浙江省", "杭州市", "余杭区", "仓前街道", "云溪路 20 号 1 幢 1105 室", "330110"),
    Destination("周砚", "13900004417", "湖北省", "武汉市", "洪山区", "关山街道", "珞喻路 77 号 3 栋 902", "420111"),
    Destination("李静安", "13700008832", "广东省", "广州市", "天河区", "石牌街道", "体育东路 12 号 604 房", "440106"),
    Destination("王若溪", "13600002290", "四川省", "成都市", "武侯区", "玉林街道", "玉林西路 8 号 2 单元 301", "510107"),
)
TERMS = {
    "zh-hans": "您在网单购物即表示同意：提供真实信息；不转让、出借账号；订单提交成功即合同成立；商品签收后七日内可无理由退货，法律另有规定的除外。",
    "en": (
        "By shopping at Wangdan you agree: your details are true; the account is yours alone; a placed order is a contract; "
        "goods may be returned within seven days of delivery without giving a reason, unless the law says otherwise."
    ),
}
PRIVACY = {
    "zh-hans": "我们只收集下单、付款和送货所必需的信息：账号、手机号、收货地址。店铺和快递只看到完成这一单所需的部分。您可以随时查看、更正、删除。",
    "en": (
        "We keep only what ordering, paying and delivering need: the account, the phone, the address. Shops and carriers see only what "
        "their part of the order needs. You may see, correct and delete it at any time."
    ),
}


MATERIALS = (
    ("carton-s", "小纸箱", "box", 120), ("carton-m", "中纸箱", "box", 320), ("carton-l", "大纸箱", "box", 780),
    ("mailer", "快递袋", "box", 25), ("bubble", "气泡膜", "protection", 40), ("corner", "护角", "protection", 60),
    ("foam", "泡沫板", "protection", 90), ("air", "气柱袋", "protection", 30),
)  # fmt: skip
"""What parcels are packed in and protected with: code, name, kind, grams."""


def ground() -> None:
    """What every system needs, demo or not: divisions, agreements, carriers, packing material, rules of risk. Twice is once."""
    accounts.load_divisions(ROOT)
    policy.load_rules(ROOT)
    if not Agreement.objects.exists():
        accounts.publish_agreement(ROOT, kind="terms", version="2026-01", text=TERMS)
        accounts.publish_agreement(ROOT, kind="privacy", version="2026-01", text=PRIVACY)
    if not Carrier.objects.exists():
        for code, (name, steps) in CARRIERS.items():
            rules = [Rule("", km, days, cost, True, cost // 3) for km, days, cost in steps]
            terms = delivery.Terms(cut_off=CUT_OFFS[code], heaviest_grams=HEAVIEST.get(code))
            delivery.set_carrier(ROOT, code=code, name=name, rules=rules, terms=terms)
    if not Material.objects.exists():
        for code, name, kind, grams in MATERIALS:
            fulfilment.set_material(ROOT, code=code, name=name, kind=kind, grams=grams)


def call(person: Person, key: str | None = None) -> Call:
    """A call by this person, with the roles he has now."""
    return Call(people.actor_of(person), key)


@dataclass
class World:
    """Handles to a built world; tests add to it what they need."""

    people: dict[str, Person] = field(default_factory=dict)
    shops: list[Organisation] = field(default_factory=list)
    warehouses: list[Warehouse] = field(default_factory=list)
    platform: Organisation | None = None

    def person(self, name: str, *, shown: str = "") -> Person:
        """Somebody with an account; the same name twice is the same person."""
        if name not in self.people:
            entrance = accounts.register(ROOT, username=name, password=Secret(PASSWORD), accept_terms=True, visit=Visit())
            assert entrance.person is not None, entrance.problem
            self.people[name] = entrance.person
            if shown:
                accounts.change_profile(call(entrance.person), name=shown)
        return self.people[name]

    def call(self, name: str, key: str | None = None) -> Call:
        """A call by that person."""
        return call(self.people[name], key)

    def shop(self, name: str, owner: str, *, own: bool = False, place: tuple[str, str] = ("浙江省", "嘉兴市")) -> Organisation:
        """A shop with its owner and its freight."""
        shop = accounts.found(ROOT, kind="shop", name=name, own=own, province=place[0], city=place[1])
        accounts.appoint(ROOT, shop.pk, person=self.person(owner, shown=NAMES.get(owner, "")).pk, role="shop_owner")
        delivery.set_freight(ROOT, shop_id=shop.pk, tariff=Tariff(800, 9900, FAR))
        self.shops.append(shop)
        return shop

    def warehouse(self, of: Organisation, name: str, province: str, city: str, address: str) -> Warehouse:
        """A warehouse of a shop or the platform."""
        found = inventory.open_warehouse(ROOT, organisation_id=of.pk, name=name, province=province, city=city, address=address)
        self.warehouses.append(found)
        return found

    def stock(self, warehouse: Warehouse, pieces: dict[int, int]) -> None:
        """Pieces by SKU id arrive in a warehouse, on shelves in walking order."""
        if pieces:
            goods = [(sku, count, f"{'ABCD'[at // 120 % 4]}-{at // 12 % 10 + 1:02d}-{at % 12 + 1}") for at, (sku, count) in enumerate(pieces.items())]
            inventory.receive_many(ROOT, warehouse.pk, goods=goods)

    def category(self, name: str, slug: str) -> Category:
        """A category; the same slug twice is the same one."""
        return Category.objects.filter(slug=slug).first() or catalogue.add_category(ROOT, name=name, slug=slug)

    def product(self, shop: Organisation, title: str, price: int, stock: dict[str, int] | int = 20, category: Category | None = None) -> Product:
        """A product on sale with its stock in the shop's first warehouse: pieces, or colour → pieces. Price in minor units."""
        colours = stock if isinstance(stock, dict) else {"": stock}
        category = category or self.category("家具", "furniture")
        variants = [Variant({"颜色": colour} if colour else {}, price, code=f"{title[:20]}-{at}") for at, colour in enumerate(colours)]
        made = catalogue.create_product(ROOT, shop_id=shop.pk, draft=Draft(category.pk, title, variants, origin="浙江安吉"))
        catalogue.put_on_sale(ROOT, made.pk)
        skus = list(Sku.objects.filter(product=made).order_by("pk").values_list("pk", flat=True))
        self.stock(self.home_of(shop), {sku: count for sku, count in zip(skus, colours.values(), strict=True) if count})
        return made

    def home_of(self, shop: Organisation) -> Warehouse:
        """The first warehouse that serves the shop: its own, or the platform's for the platform's own goods."""
        return next(each for each in self.warehouses if each.organisation_id in {shop.pk, self.platform.pk if shop.own and self.platform else 0})


def built() -> World:
    """People, the platform with two warehouses, a shop of its own and a third-party shop with its own warehouse; no goods yet."""
    world = World()
    ground()
    for name, shown in NAMES.items():
        world.person(name, shown=shown)
    world.platform = accounts.found(ROOT, kind="platform", name="网单", province="浙江省", city="杭州市")
    for role in OFFICE:
        accounts.appoint(ROOT, world.platform.pk, person=world.people[role].pk, role=role)
    accounts.appoint(ROOT, world.platform.pk, person=world.people["warehouse"].pk, role="warehouse")
    world.shop("云杉家居", "seller", own=True)
    third = world.shop("松果数码", "seller2", place=("广东省", "深圳市"))
    world.warehouse(world.platform, "嘉兴仓", "浙江省", "嘉兴市", "南湖区 余新镇 仓储路 1 号")
    world.warehouse(world.platform, "武汉仓", "湖北省", "武汉市", "黄陂区 横店街道 川龙大道 9 号")
    world.warehouse(third, "深圳仓", "广东省", "深圳市", "龙岗区 坂田街道 环城南路 5 号")
    for shop, name, place in (
        (world.shops[0], "杭州未来科技城自提点", ("浙江省", "杭州市", "余杭区", "文一西路 998 号")),
        (third, "深圳坂田自提点", ("广东省", "深圳市", "龙岗区", "坂田街道 五和大道 118 号")),
    ):
        delivery.open_point(ROOT, shop_id=shop.pk, name=name, place=place, hours="9:00–21:00")
    return world
