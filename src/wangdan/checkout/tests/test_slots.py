"""Delivery slots at the checkout: quoted, taken at placing, let go when the order ends; never more than there are (D16.4)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from wangdan.checkout import operations, queries
from wangdan.checkout.tests.market import Buyer, Market, address, buyer, market, member, stock_of
from wangdan.checkout.tests.test_place import statements, whole
from wangdan.checkout.tests.threads import at_once
from wangdan.delivery import operations as delivery
from wangdan.delivery.models import FreightTemplate, Slot, SlotHold
from wangdan.delivery.queries import INVARIANTS
from wangdan.delivery.rules import Tariff, Window, Zone
from wangdan.fulfilment.models import Parcel
from wangdan.kernel import clock, guards
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Problem, Refused
from wangdan.kernel.models import Journal
from wangdan.orders import operations as orders

ROOT = Call(SYSTEM)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Market:
    """A market."""
    return market()


@pytest.fixture
def one() -> Buyer:
    """A buyer in Hangzhou."""
    return buyer()


def slot_of(shop: Market, capacity: int, *, area: str = "33", organisation: int | None = None) -> Slot:
    """A slot of tomorrow."""
    day = timezone.localdate(clock.now()) + timedelta(days=1)
    delivery.open_slots(ROOT, shop_id=organisation or shop.platform.pk, area=area, days=[day], windows=[Window("09:00", "12:00", capacity, 3)])
    return Slot.objects.latest("pk")


def place(one: Buyer, slot: Slot, *wishes: tuple[object, int], **changed: object) -> operations.Placed:
    """Place what costs what the quote says, with a slot."""
    asked = one.wants(*wishes, slot=slot.pk, **changed)
    return operations.place(one.call(), asked=asked, expected_total=queries.prepare(one.actor, asked).total)


def taken(slot: Slot) -> tuple[int, int]:
    """What the slot counts, and what is held of it; both say the same."""
    with connection.cursor() as cursor:
        for name, sql in INVARIANTS:
            cursor.execute(sql)
            assert [row for row in cursor.fetchall() if "slot" in name] == [], name
    return Slot.objects.get(pk=slot.pk).taken, SlotHold.objects.filter(slot=slot, active=True).count()


def test_a_slot_is_held_like_stock_and_let_go(shop: Market, one: Buyer) -> None:
    """One place per order of the purchase; cancelling, declining and expiring give it back, each once."""
    first, second, slot = shop.sku(price=500), shop.sku(shop=1, price=500), slot_of(shop, 3)
    made = place(one, slot, (first, 1), (second, 1))
    assert taken(slot) == (2, 2)
    quote = queries.document(queries.prepare(one.actor, one.wants((first, 1), slot=slot.pk)))
    assert quote["slot"]["id"] == slot.pk
    shenzhen = address(one.person, province="广东省", city="深圳市", code="440307")
    orders.change_address(one.call(), made.orders[1].no, address=shenzhen.pk)
    assert taken(slot) == (1, 1), "these hours are not for Guangdong"
    orders.cancel(one.call(), made.orders[0].no, reason="不想要了")
    assert taken(slot) == (0, 0)
    paid, unpaid = place(one, slot, (second, 1), payment_method="cod"), place(one, slot, (first, 1))
    assert taken(slot) == (2, 2)
    orders.decline(ROOT, paid.orders[0].no, reason="缺货")
    assert taken(slot) == (1, 1)
    with clock.at(clock.now() + timedelta(hours=1)):
        orders.expire(ROOT, unpaid.orders[0].no)
    assert taken(slot) == (0, 0)
    whole()


def test_what_cannot_be_chosen_is_refused_and_nothing_is_placed(shop: Market, one: Buyer) -> None:
    """Full, closed, past its hour, of another region, of another shop: refused at the quote, and no trace."""
    sku, full, away = shop.sku(price=500), slot_of(shop, 1), slot_of(shop, 5, area="44")
    foreign = slot_of(shop, 5, organisation=shop.shops[1].pk)
    place(buyer(), full, (sku, 1))
    before = stock_of(sku)
    for slot in (full, away, foreign):
        with pytest.raises(Refused, match=r"checkout\.slot_unavailable"):
            place(one, slot, (sku, 1))
    closed = slot_of(shop, 5, area="3301")
    delivery.close_slot(ROOT, closed.pk)
    with pytest.raises(Refused, match=r"checkout\.slot_unavailable"):
        place(one, closed, (sku, 1))
    delivery.change_slot(ROOT, closed.pk, capacity=1)
    with clock.at(closed.closes_at), pytest.raises(Refused, match=r"checkout\.slot_unavailable"):
        place(one, closed, (sku, 1))
    with pytest.raises(Malformed, match=r"checkout\.id_malformed"):
        queries.prepare(one.actor, one.wants((sku, 1), slot=0))
    assert stock_of(sku) == before
    place(one, closed, (sku, 1))
    with pytest.raises(Refused, match=r"delivery\.slot_full"):
        delivery.change_slot(ROOT, closed.pk, capacity=0)


def test_other_hours_after_placing(shop: Market, one: Buyer) -> None:
    """D16.4: the old place is free and the new one held, at once; what cannot be chosen changes nothing; a booked carrier ends it."""
    sku, early = shop.sku(price=500), slot_of(shop, 1)
    late, full, away = slot_of(shop, 1, area="3301"), slot_of(shop, 1, organisation=shop.shops[0].pk), slot_of(shop, 5, area="44")
    order = place(one, early, (sku, 1), payment_method="cod").orders[0]
    other = place(buyer(), full, (sku, 1), payment_method="cod").orders[0]
    orders.change_slot(one.call(), order.no, slot=late.pk)
    assert (taken(early), taken(late)) == ((0, 0), (1, 1))
    entry = Journal.objects.filter(operation="orders.change_slot", ref=order.ref).get()
    assert entry.changes["slot"] == [[each.starts_at.isoformat(), each.ends_at.isoformat()] for each in (early, late)]
    assert [fact["fact"] for fact in entry.facts] == ["orders.SlotChanged"]
    for wrong in (full.pk, away.pk, 0, 2**62):
        with pytest.raises(Refused, match=r"delivery\.slot_full"):
            orders.change_slot(one.call(), order.no, slot=wrong)
    with pytest.raises(NotSeen):
        orders.change_slot(buyer().call(), order.no, slot=early.pk)
    with pytest.raises(NotGranted):
        orders.change_slot(Call(member(shop.platform, "service")), order.no, slot=early.pk)
    orders.change_slot(one.call(), order.no, slot=late.pk)
    assert (taken(early), taken(late), taken(full), taken(away)) == ((0, 0), (1, 1), (1, 1), (0, 0))
    orders.change_slot(one.call(), order.no, slot=None)
    assert taken(late) == (0, 0)
    orders.change_slot(one.call(), order.no, slot=early.pk)
    orders.accept(ROOT, order.no)
    with guards.exempt("the warehouse called a carrier"):
        Parcel.objects.filter(ref_of=order.ref).update(booking="W1")
    with pytest.raises(Refused, match=r"orders\.cannot_change_slot"):
        orders.change_slot(one.call(), order.no, slot=late.pk)
    orders.cancel(ROOT, other.no, reason="不想要了")
    with pytest.raises(NotSeen):
        orders.change_slot(one.call(), other.no, slot=early.pk)
    with pytest.raises(Refused, match=r"orders\.cannot_change_slot"):
        orders.change_slot(ROOT, other.no, slot=late.pk)
    assert (taken(early), taken(late), taken(full)) == ((1, 1), (0, 0), (0, 0))
    whole()


def test_two_buyers_who_change_places_do_not_wait_for_each_other(shop: Market) -> None:
    """Twenty orders move to and fro between two slots at once: no deadlock, no place lost."""
    sku, slots, people = shop.sku(price=500), [slot_of(shop, 20), slot_of(shop, 20, area="3301")], [buyer() for _ in range(20)]
    placed = [place(one, slots[at % 2], (sku, 1), payment_method="cod").orders[0] for at, one in enumerate(people)]
    found = at_once(
        [
            lambda one=one, no=order.no, slot=slots[(at + 1) % 2].pk: orders.change_slot(one.call(), no, slot=slot)
            for at, (one, order) in enumerate(zip(people, placed, strict=True))
        ]
    )
    assert [each for each in found if isinstance(each, BaseException)] == []
    assert [taken(slot) for slot in slots] == [(10, 10), (10, 10)]


def test_sixty_buyers_on_ten_places(shop: Market) -> None:
    """Exactly ten have the slot, the others are refused with nothing held; no deadlock."""
    sku, slot = shop.sku(price=500), slot_of(shop, 10)
    people = [buyer() for _ in range(60)]
    asked = [one.wants((sku, 1), slot=slot.pk) for one in people]
    found = at_once(
        [lambda one=one, wish=wish: operations.place(one.call(), asked=wish, expected_total=1500) for one, wish in zip(people, asked, strict=True)]
    )
    refused = [each for each in found if isinstance(each, Problem)]
    assert (len(found) - len(refused), {each.code for each in refused}) == (10, {"delivery.slot_full"})
    assert taken(slot) == (10, 10)
    assert stock_of(sku) == (100, 10)
    whole()


def test_who_may_offer_hours(shop: Market) -> None:
    """Another organisation's slots are not there; impossible hours are refused; the same hours twice are once."""
    owner = Call(member(shop.shops[0], "shop_owner"))
    day = timezone.localdate(clock.now()) + timedelta(days=2)
    hours = [Window("09:00", "12:00", 5, 3)]
    with pytest.raises(NotSeen):
        delivery.open_slots(owner, shop_id=shop.platform.pk, area="33", days=[day], windows=hours)
    for wrong in ({"area": "99"}, {"area": "330110"}, {"days": []}, {"windows": []}):
        with pytest.raises(Malformed, match=r"delivery\.slots_malformed"):
            delivery.open_slots(owner, **{"shop_id": shop.shops[0].pk, "area": "33", "days": [day], "windows": hours, **wrong})
    assert not Slot.objects.exists()
    assert delivery.open_slots(owner, shop_id=shop.shops[0].pk, area="33", days=[day, day], windows=hours) == 1
    assert delivery.open_slots(owner, shop_id=shop.shops[0].pk, area="33", days=[day], windows=hours) == 0


def test_goods_travel_under_their_template(shop: Market, one: Buyer) -> None:
    """A second template for one product: its first fee is the greater, both further fees count; a region it does not serve is refused."""
    chair, pillow, house = shop.sku(price=500), shop.sku(price=700), shop.shops[0].pk
    owner = Call(member(shop.shops[0], "shop_owner"))
    heavy = delivery.add_freight(
        owner, shop_id=house, tariff=Tariff(3000, None, {}, "weight", 1, 1, 100, name="大件", zones=(Zone(("54",), 0, served=False),))
    )
    delivery.assign_freight(owner, heavy.pk, products={chair.product_id: 0})
    asked = one.wants((chair, 6), (pillow, 1))
    grams = chair.weight_grams * 6
    quote = queries.prepare(one.actor, asked)
    assert quote.orders[0].freight == 3000 + (-(-grams // 1000) - 1) * 100
    assert quote.orders[0].freight_reason[0]["code"] == "delivery.together"
    place_total = operations.place(one.call(), asked=asked, expected_total=quote.total).purchase.total
    assert place_total == quote.total
    lhasa = address(one.person, province="西藏自治区", city="拉萨市", code="540102")
    with pytest.raises(Refused, match=r"delivery\.cannot_send"):
        queries.prepare(one.actor, one.wants((chair, 1), address=lhasa.pk))
    delivery.drop_freight(owner, heavy.pk)
    assert queries.prepare(one.actor, asked).orders[0].freight < 3000
    with pytest.raises(Refused, match=r"delivery\.freight_needed"):
        delivery.drop_freight(owner, FreightTemplate.objects.get(shop=house).pk)
    with pytest.raises(Malformed, match=r"delivery\.freight_malformed"):
        delivery.add_freight(owner, shop_id=house, tariff=Tariff(1, None, {}, name="错", zones=(Zone(("33",), 1), Zone(("33",), 2))))
    with pytest.raises(NotSeen):
        delivery.add_freight(owner, shop_id=shop.shops[1].pk, tariff=Tariff(1, None, {}, name="别家"))
    assert FreightTemplate.objects.filter(shop=house).count() == 1


def test_placing_with_a_slot_costs_one_statement(shop: Market, one: Buyer) -> None:
    """The place is checked, counted and held in one statement, whatever the lines; still twenty at most."""
    slot = slot_of(shop, 50)
    without, with_slot = statements(shop, one, 5), statements(shop, one, 5, slot=slot.pk)
    assert with_slot == without + 1 <= 20
    assert taken(slot) == (2, 2)
