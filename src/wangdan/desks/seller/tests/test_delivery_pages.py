"""Freight templates, delivery hours, pick-up points and carriers on the desks: what is typed is what holds; what cannot be read comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from wangdan.delivery.models import CarrierRule, FreightOf, FreightTemplate, PickupPoint, Slot
from wangdan.desks.tests.browser import page
from wangdan.desks.warehouse.tests.trade import Trade
from wangdan.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trade() -> Trade:
    """Goods, people, two warehouses."""
    return Trade()


FORM = {
    "name": "大件", "by": "weight", "first_fee": "39", "first": "20", "more": "5", "more_fee": "6", "free_over": "", "free_pieces": "",
    "extra": "西藏:60 新疆:50", "z0-regions": "浙江、上海", "z0-first_fee": "29", "z0-first": "20", "z0-more": "5", "z0-more_fee": "4",
    "z1-regions": "拉萨市", "z1-served": "no",
}  # fmt: skip


def test_a_template_is_what_was_typed(trade: Trade) -> None:
    """Made, read back word by word, changed, given to goods, dropped; the default one stays (D07.3)."""
    client = trade.seat("seller")
    assert "运费模板" in page(client, "/shop/freight")
    client.post("/shop/freight/0", FORM)
    row = FreightTemplate.objects.get(name="大件")
    assert (row.by, row.first_fee, row.first, row.more, row.more_fee, row.free_over, row.extra) == (
        "weight",
        3900,
        20,
        5,
        600,
        None,
        {"54": 6000, "65": 5000},
    )
    assert [(zone["regions"], zone["first_fee"], zone["served"]) for zone in row.zones] == [(["33", "31"], 2900, True), (["5401"], 0, False)]
    shown = page(client, "/shop/freight")
    for words in ("首 20 公斤 39.00 元", "浙江、上海：首 20 公斤 29.00 元", "拉萨市：不送", "偏远加收：西藏 60.00、新疆 50.00"):
        assert words in shown, words
    form = page(client, f"/shop/freight/{row.pk}")
    assert 'value="浙江、上海"' in form
    client.post("/shop/freight", {"product": trade.green.product_id, "template": row.pk, "litres": "12.5"})
    assert FreightOf.objects.get().cubic_cm == 12_500
    client.post(f"/shop/freight/{row.pk}", {**FORM, "first_fee": "45"})
    assert FreightTemplate.objects.get(name="大件").first_fee == 4500
    client.post(f"/shop/freight/{row.pk}", {"drop": "1"})
    assert FreightTemplate.objects.filter(shop=trade.world.shops[0]).count() == 1
    assert not FreightOf.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("first_fee", "much"), ("z0-regions", "火星"), ("extra", "西藏"), ("more", "-1"), ("by", "colour")]
)
def test_what_cannot_be_read_comes_back_as_typed(trade: Trade, field: str, value: str) -> None:
    """Nothing is kept, everything stands as it was typed."""
    answer = trade.seat("seller").post("/shop/freight/0", {**FORM, field: value})
    assert answer.status_code == 422
    assert 'value="浙江、上海"' in answer.content.decode() or field == "z0-regions"
    assert FreightTemplate.objects.filter(shop=trade.world.shops[0]).count() == 1


def test_foreign_templates_are_not_there(trade: Trade) -> None:
    """Another shop's template is 404; buyers do not enter; goods of others cannot be given."""
    foreign = FreightTemplate.objects.get(shop=trade.world.shops[1])
    client = trade.seat("seller")
    assert client.get(f"/shop/freight/{foreign.pk}").status_code == 404
    assert client.post(f"/shop/freight/{foreign.pk}", FORM).status_code == 404
    assert client.post("/shop/freight", {"product": trade.keys.product_id, "template": foreign.pk}).status_code == 404
    assert trade.seat("buyer").get("/shop/freight").status_code == 403


def test_hours_are_offered_changed_and_closed(trade: Trade) -> None:
    """The office offers hours to a city, the buyer sees them at the checkout; fewer than taken is refused (D16.4)."""
    client, first = trade.seat("supervisor"), timezone.localdate(clock.now()) + timedelta(days=1)
    told = {"area": "杭州", "first": str(first), "last": str(first + timedelta(days=1)), "windows": "09:00-12:00 5\n14:00-18:00 1 4"}
    client.post("/office/carriers/slots", told)
    assert Slot.objects.filter(area="3301").count() == 4
    assert "09:00–12:00" in page(client, "/office/carriers/slots")
    shown = page(trade.seat("buyer"), f"/checkout?sku={trade.green.pk}&quantity=1")
    assert "什么时候送" in shown
    assert "14:00–18:00" in shown
    slot = Slot.objects.order_by("starts_at").first()
    client.post("/office/carriers/slots", {"name": "change", "slot": slot.pk, "capacity": "9"})
    client.post("/office/carriers/slots", {"name": "close", "slot": Slot.objects.order_by("starts_at").last().pk})
    slot.refresh_from_db()
    assert (slot.capacity, Slot.objects.filter(active=True).count()) == (9, 3)
    for wrong in ({"area": "火星"}, {"first": "x"}, {"windows": "morning"}, {"last": str(first - timedelta(days=1))}):
        assert client.post("/office/carriers/slots", {**told, **wrong}).status_code == 422
    assert Slot.objects.count() == 4
    foreign = trade.seat("seller2").post("/shop/freight/slots", {"name": "close", "slot": slot.pk})
    assert foreign.status_code == 404
    assert Slot.objects.get(pk=slot.pk).active


def test_points_have_hours_and_room(trade: Trade) -> None:
    """Opened, given room, closed and opened again by who runs them."""
    client = trade.seat("seller")
    where = {
        "name": "杭州文三路自提点",
        "province": "浙江省",
        "city": "杭州市",
        "district": "西湖区",
        "address": "文三路 1 号",
        "hours": "8:00–20:00",
        "capacity": "60",
    }
    client.post("/shop/freight/points", where)
    made = PickupPoint.objects.get(name="杭州文三路自提点")
    assert (made.capacity, made.hours) == (60, "8:00–20:00")
    client.post("/shop/freight/points", {**where, "capacity": "many"})
    client.post("/shop/freight/points", {"point": made.pk, "deed": "close"})
    made.refresh_from_db()
    assert not made.active
    client.post("/shop/freight/points", {"point": made.pk, "deed": "change", "hours": "9:00–21:00", "phone": "", "capacity": ""})
    made.refresh_from_db()
    assert (made.active, made.capacity, made.hours) == (True, None, "9:00–21:00")
    assert "杭州文三路自提点" in page(client, "/shop/freight/points")
    assert trade.seat("seller2").post("/shop/freight/points", {"point": made.pk, "deed": "close"}).status_code == 404


def test_carriers_say_why_and_why_not(trade: Trade) -> None:
    """The trial names every carrier with its reason, the chosen one on top; the rules are a table that the administrator edits (D12.5)."""
    client = trade.seat("supervisor")
    shown = page(client, "/office/carriers?to=拉萨&weight=45&cash=1")
    for words in ("会选它", "青雁速运", "最重收 30 kg，这件 45 kg", "浙江省 → 拉萨市"):
        assert words in shown, words
    assert "目的地写省或市" in page(client, "/office/carriers?to=火星")
    assert client.get("/office/carriers/qingyan").status_code == 403
    admin = trade.seat("admin")
    form = {
        "name": "青雁速运",
        "cut_off": "17:30",
        "heaviest": "25",
        "cash": "1",
        "r0-province": "西藏",
        "r0-no": "1",
        "r1-days": "3",
        "r1-cost": "18",
        "r1-per_kg": "5",
    }
    admin.post("/office/carriers/qingyan", form)
    rows = list(CarrierRule.objects.filter(carrier__code="qingyan").order_by("id").values_list("province", "served", "days", "cost", "per_kg"))
    assert rows == [("54", False, 1, 0, 0), ("", True, 3, 1800, 500)]
    assert "不送西藏" in page(client, "/office/carriers?to=拉萨&weight=1")
    assert admin.post("/office/carriers/qingyan", {**form, "r1-cost": "x"}).status_code == 422
    assert admin.post("/office/carriers/qingyan", {"name": "青雁速运"}).status_code == 422
    assert CarrierRule.objects.filter(carrier__code="qingyan").count() == 2
    assert trade.seat("service").get("/office/carriers").status_code == 403
