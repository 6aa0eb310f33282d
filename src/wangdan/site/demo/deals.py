"""What takes money off in the demo world: a reduction, coupons, points, member levels, the payment password of the two buyers."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Address, Person
from wangdan.accounts.operations import Secret
from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.inventory import queries as stock
from wangdan.kernel import clock
from wangdan.kernel.act import Call
from wangdan.payments.errands import hear
from wangdan.promotions import operations
from wangdan.promotions.models import Member, Offer
from wangdan.promotions.rules.offers import Draft
from wangdan.site.demo.outside import Outside
from wangdan.site.world import PASSWORD, ROOT, World

PAYMENT_PASSWORD = "168168"  # noqa: S105 - the demo world's public payment password
LEVELS = (("银卡会员", 100_000, 1, 110), ("金卡会员", 500_000, 2, 125), ("黑卡会员", 2_000_000, 4, 150))
"""Name, spent from (minor units), percent off, points in percent."""
POINTS = {"buyer": 2_600, "buyer2": 800}
CODE = "WANGDAN26"
_PLENTY, _WORTH = 12, (21_000, 90_000)


def _draft(way: str, kind: str, name: str, rungs: tuple[tuple[int, int], ...], **more: object) -> Draft:
    now = clock.now()
    return Draft(way, kind, name, rungs, now - timedelta(days=1), now + timedelta(days=60), **more)  # type: ignore[arg-type]


def give(world: World) -> None:
    """Let it all begin now: the past was paid without it, but for the points and levels that its orders have earned."""
    assert world.platform is not None
    own, third = world.shops[0], world.shops[1]
    operations.create(world.call("seller"), own.pk, draft=_draft("reduction", "full", "每满 300 减 40", ((30_000, 4_000),), every=True))
    operations.create(world.call("seller"), own.pk, draft=_draft("coupon", "full", "家居券", ((10_000, 1_000), (50_000, 6_000)), days=30))
    operations.create(world.call("seller2"), third.pk, draft=_draft("coupon", "percent", "数码九折券", ((10_000, 10),), cap=5_000, most=500))
    office = world.call("supervisor")
    operations.create(office, world.platform.pk, draft=_draft("coupon", "full", "新客券", ((20_000, 2_000),), most=1_000, budget=2_000_000))
    operations.create(office, world.platform.pk, draft=_draft("coupon", "free_freight", "包邮券", ((0, 0),), per_person=3, days=14))
    operations.create(office, world.platform.pk, draft=_draft("coupon", "full", "口令券", ((5_000, 500),), code=CODE))
    for name, spent, off, points in LEVELS:
        operations.set_level(ROOT, name=name, spent_from=spent, percent_off=off, points_percent=points)
    for member in Member.objects.order_by("pk"):
        operations.review(ROOT, member.pk)
    for name, points in POINTS.items():
        _equip(world, name, points)


def _claim(call: Call) -> None:
    """Take one of every coupon in the centre."""
    for offer in Offer.objects.filter(way="coupon", listed=True).order_by("pk"):
        operations.claim(call, offer=offer.pk)


def _equip(world: World, name: str, points: int) -> None:
    """A buyer with coupons in hand, points, and a payment password."""
    operations.grant_points(world.call("admin"), person=world.people[name].pk, points=points, reason="开业赠送")
    _claim(world.call(name))
    accounts.set_payment_password(world.call(name), new=Secret(PAYMENT_PASSWORD), own=Secret(PASSWORD), by_code=False)


def spend(world: World, buyers: Sequence[tuple[Person, Address]], dice: Random) -> None:
    """The shoppers hear of it and buy at once, each at the best price; so the offers have been used, and two shops have paid for them."""
    skus = list(Sku.objects.filter(active=True, price__range=_WORTH, product__status="on_sale").order_by("pk"))
    free, bank = stock.available([sku.pk for sku in skus]), Outside(dice)
    for person, address in buyers:
        call = world.call(person.username)
        _claim(call)
        sku = dice.choice([sku for sku in skus if free[sku.pk] > _PLENTY])
        asked = Asked((Wish(sku.pk, 1),), address.pk, payment_method="sandbox", best=True)
        placed = checkout.place(call, asked=asked, expected_total=prepare(call.actor, asked).total)
        if placed.attempt is not None:
            hear(bank.bank(placed.attempt, "paid"))
