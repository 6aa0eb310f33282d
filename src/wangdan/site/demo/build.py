"""Builds the demo world: people, pictures, goods, stock, and the past; the one thing that `manage fill` calls."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.conf import settings

from wangdan.accounts.models import Organisation
from wangdan.catalogue import operations as catalogue
from wangdan.catalogue.models import Category, Sku
from wangdan.catalogue.operations.importing import Goods
from wangdan.files import operations as files
from wangdan.kernel import clock
from wangdan.notices import operations as notices
from wangdan.notices.models import Notice
from wangdan.site import world as builder
from wangdan.site.demo import centre, deals, outside, people, shops, stock, today
from wangdan.site.demo.goods import THIRD_PARTY, Ware, wares
from wangdan.site.demo.past import live
from wangdan.site.demo.plans import plans
from wangdan.site.pictures.studio import Shot, Studio
from wangdan.site.world import ROOT, World

DAYS = 62
"""How far back the world begins."""
_UNREAD = timedelta(hours=6)
_ALIKE = (("灯", "灯具", "电灯"), ("手机", "电话"), ("杯", "杯子", "水杯"), ("耳机", "耳麦"))
"""Words that buyers use for the same goods."""
_FRESH = 0.06
"""The share of goods that were listed lately."""
Say = Callable[[str], None]


def build(*, scale: float = 1.0, workers: int = 2, width: int = 640, say: Say = lambda _text: None) -> World:
    """The whole demo world; `scale` below one makes fewer goods and orders, without workers all is done in this process, for tests."""
    until, dice = clock.now(), Random(20261124)  # noqa: S311 - the same world every time, not a secret
    offered = [ware for at, ware in enumerate(wares()) if at % max(1, round(1 / scale)) == 0]
    with Studio([shot for ware in offered for shot in ware.shots], workers=workers, width=width) as studio, clock.at(until - timedelta(days=DAYS)):
        world = builder.built()
        buyers = people.settle(world)
        shops.settle(world, until)
        say(f"people: {len(world.people)}")
        shots = _files(studio, world)
        say(f"pictures: {len(shots)}")
        _goods(world, offered, shots, dice)
        for texts in _ALIKE:
            catalogue.keep_synonyms(world.call("supervisor"), texts=texts)
        skus = list(Sku.objects.select_related("product", "product__category").order_by("pk"))
        shelves = stock.lay(world, skus, dice)
        today.terms(world, skus)
        say(f"goods: {len(offered)} products, {len(skus)} SKUs")
    live(world, list(plans(dice, scale)), buyers, shelves, (until, dice, workers > 0))
    deals.give(world)
    deals.spend(world, buyers[2:-1], dice)
    centre.work(world)
    today.hours(world)
    today.today(world)
    _read(world, until - _UNREAD)
    if settings.WANGDAN_SANDBOX_URL:
        say(f"outside: {outside.remember()} rows")
    return world


def _read(world: World, until: datetime) -> None:
    """The named people have read what came before this morning."""
    with clock.at(until):
        for name in ("buyer", "buyer2", "seller", "seller2"):
            last = Notice.objects.filter(person=world.people[name], at__lte=until).order_by("-pk").values_list("pk", flat=True).first()
            if last is not None:
                notices.read_all(world.call(name), until=last)


def _files(studio: Studio, world: World) -> dict[Shot, int]:
    """The pictures as public files of the platform."""
    assert world.platform is not None
    kept = files.upload_many(ROOT, pictures=studio.pictures(), organisation_id=world.platform.pk)
    return {shot: file.pk for shot, file in zip(studio.shots, kept, strict=True)}


def _goods(world: World, offered: list[Ware], shots: dict[Shot, int], dice: Random) -> None:
    """Twelve categories with a picture each, and what the two shops sell in them."""
    places: dict[str, Category] = {}
    for ware in offered:
        if ware.slug not in places:
            picture = shots[ware.shots[0]]
            places[ware.slug] = catalogue.add_category(ROOT, name=ware.category, slug=ware.slug, position=len(places), picture_id=picture)
    for shop, third in ((world.shops[0], False), (world.shops[1], True)):
        own = [ware for ware in offered if (ware.slug in THIRD_PARTY) == third]
        _import(shop, [(places[ware.slug].pk, ware) for ware in own], shots, dice)


def _import(shop: Organisation, own: list[tuple[int, Ware]], shots: dict[Shot, int], dice: Random) -> None:
    goods = []
    for category, ware in own:
        pictures = list(dict.fromkeys(shots[each] for each in ware.shots))
        sold = round(dice.lognormvariate(4.6, 1.1)) + (900 if ware.tag else 0)
        goods.append(Goods(ware.draft(category, shots), pictures, _listed(dice), sold))
    catalogue.import_products(ROOT, shop_id=shop.pk, goods=goods)


def _listed(dice: Random) -> datetime:
    """Most were there from the beginning, some are new."""
    days = dice.triangular(0, DAYS - 22, 0) if dice.random() > _FRESH else dice.uniform(DAYS - 13, DAYS - 1)
    return clock.now() + timedelta(days=days)
