"""What the warehouses and desks of the demo have before them today: waves, deliveries, a count, delivery hours, goods that run out."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from wangdan.catalogue.models import Sku
from wangdan.delivery import operations as delivery
from wangdan.delivery.rules import Tariff, Window, Zone
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment import queries
from wangdan.inventory import operations as inventory
from wangdan.inventory import queries as stock
from wangdan.inventory.models import CountLine, Stock
from wangdan.kernel import clock
from wangdan.kernel.act import Call
from wangdan.kernel.sayings import saying
from wangdan.site.world import ROOT, World

_HOURS = (Window("09:00", "12:00", 20, 3), Window("14:00", "18:00", 20, 3), Window("19:00", "21:00", 8, 4))
_AREAS = ("33", "42", "44")
_BULKY_GRAMS, _RUN_OUT, _LIMIT = 20_000, 5, 40


def terms(world: World, skus: Sequence[Sku]) -> None:
    """The own shop sends big things by weight; the third party charges by piece, less nearby and nothing in its own province."""
    own, third = world.shops[:2]
    heavy = Tariff(3900, None, {"54": 6000, "65": 5000}, "weight", 20, 5, 600, zones=(Zone(("33", "31"), 2900, 20, 5, 400),), name="大件")
    made = delivery.add_freight(world.call("seller"), shop_id=own.pk, tariff=heavy)
    bulky = {sku.product_id: 0 for sku in skus if sku.product.shop_id == own.pk and sku.weight_grams >= _BULKY_GRAMS}
    if bulky:
        delivery.assign_freight(world.call("seller"), made.pk, products=bulky)
    plain = Tariff(
        600, 19900, {"54": 1500, "65": 1200}, first=1, more=2, more_fee=200, zones=(Zone(("44",), 0), Zone(("33", "31", "32"), 500, 2)), name="默认"
    )
    delivery.set_freight(world.call("seller2"), shop_id=third.pk, tariff=plain)


def hours(world: World) -> None:
    """Delivery hours of the next days in three provinces; the evenings are short."""
    assert world.platform is not None
    first = timezone.localdate(clock.now()) + timedelta(days=1)
    for area in _AREAS:
        delivery.open_slots(ROOT, shop_id=world.platform.pk, area=area, days=[first + timedelta(days=at) for at in range(6)], windows=_HOURS)


def today(world: World) -> None:
    """The morning's work: one wave on its way, one proposed; a delivery that differs, one to come; a count half done; what runs out."""
    hands, house = world.call("warehouse"), world.warehouses[0]
    _walk(hands, house.pk)
    _receive(hands, house.pk)
    _count(hands, house.pk)
    rows = Stock.objects.filter(warehouse=house, sku__active=True).order_by("on_hand", "id")[:_RUN_OUT]
    for row in rows:
        inventory.set_low(hands, house.pk, sku_id=row.sku_id, pieces=_LIMIT)
    for number in stock.due_low(9):
        inventory.warn_low(ROOT, number)


def _walk(hands: Call, house: int) -> None:
    """The first proposal is a wave of which some pieces are in their boxes."""
    waiting = list(queries.unwaved(hands.actor, house)[:40])
    proposed = queries.proposals(waiting)
    if not proposed:
        return
    first = proposed[0]
    why = [saying("fulfilment.wave_for_carrier", carrier=first.carrier)] if first.carrier else [saying("fulfilment.wave_by_hand")]
    wave = fulfilment.make_wave(hands, warehouse_id=house, nos=first.nos, why=why)
    fulfilment.start_wave(hands, wave.no)
    lines = queries.wave_lines(wave)
    if len(lines) > 1 and lines[0].sku.code:
        fulfilment.scan_in_wave(hands, wave.no, code=lines[0].sku.code)


def _receive(hands: Call, house: int) -> None:
    """A delivery of this morning: one kind short, one damaged; another one comes tomorrow."""
    rows = list(Stock.objects.filter(warehouse=house, sku__active=True).select_related("sku").order_by("-on_hand", "id")[:6])
    if len(rows) < 6:  # noqa: PLR2004 - three kinds each
        return
    told = {"warehouse_id": house, "supplier": "安吉绿源家居厂"}
    arrival = inventory.announce(hands, lines=[(row.sku_id, 24) for row in rows[:3]], reference="PO-2611-018", **told)
    for row, good, damaged in zip(rows[:3], (24, 20, 22), (0, 0, 2), strict=True):
        inventory.check_in(hands, arrival.no, sku_id=row.sku_id, good=good, damaged=damaged, bin=row.bin)
    inventory.close_arrival(hands, arrival.no, note="一箱短装四件，两件外箱压坏，司机已签字")
    tomorrow = timezone.localdate(clock.now()) + timedelta(days=1)
    inventory.announce(hands, lines=[(row.sku_id, 36) for row in rows[3:]], reference="PO-2611-021", expected_on=tomorrow, **told)


def _count(hands: Call, house: int) -> None:
    """The first zone's first bins are counted, one differs and waits to be counted again."""
    zones = stock.zones(house)
    if not zones:
        return
    made = inventory.make_count(hands, warehouse_id=house, zone=f"{zones[0][0]}-01")
    for at, line in enumerate(CountLine.objects.filter(of=made).order_by("bin", "id")[:3]):
        on_hand = Stock.objects.get(warehouse=house, sku=line.sku_id).on_hand
        inventory.enter_count(hands, made.no, line=line.pk, found=on_hand - (1 if at == 1 else 0))
