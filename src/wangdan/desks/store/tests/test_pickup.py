"""Self pick-up on the checkout and the order's page: a shop's own point is offered, and the code is the buyer's to see (D03.7)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from wangdan.delivery import operations as delivery
from wangdan.delivery.models import Slot
from wangdan.delivery.rules import Window
from wangdan.desks.tests.browser import page
from wangdan.desks.warehouse.tests.trade import Trade
from wangdan.kernel import clock
from wangdan.kernel.act import SYSTEM, Call

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trade() -> Trade:
    """Goods of two shops, each with a pick-up point of its own."""
    return Trade()


def test_the_shops_own_point_is_offered(trade: Trade) -> None:
    """One shop: its point can be chosen and is chosen; goods of two shops have no point in common."""
    client = trade.seat("buyer")
    path = f"/checkout?sku={trade.green.pk}&quantity=1"
    assert 'value="pickup" data-again-on disabled' not in page(client, path)
    shown = page(client, f"{path}&delivery=pickup")
    assert "杭州未来科技城自提点" in shown
    assert "深圳坂田自提点" not in shown
    assert 'name="pickup_point"' in shown
    for sku in (trade.green, trade.keys):
        client.post("/cart/add", {"sku": sku.pk, "quantity": 1})
    both = client.get("/checkout?cart=1").content.decode()
    assert "杭州未来科技城自提点" not in both
    assert "几家店的货不能一起自提" in both
    assert "附近没有自提点" not in both


def test_the_same_hours_are_one_choice(trade: Trade) -> None:
    """The platform's hours and the shop's own of the same time: one button, the one with room; once chosen it stands in one line."""
    client, day = trade.seat("buyer"), timezone.localdate(clock.now()) + timedelta(days=1)
    for house, room in ((trade.world.platform, 0), (trade.green.product.shop, 5)):
        delivery.open_slots(Call(SYSTEM), shop_id=house.pk, area="33", days=[day], windows=[Window("09:00", "12:00", room, 3)])
    full, free = Slot.objects.order_by("pk")
    path = f"/checkout?sku={trade.green.pk}&quantity=1"
    shown = page(client, path)
    assert shown.count("09:00–12:00") == 1
    assert f'value="{free.pk}"' in shown
    assert f'name="slot" value="{full.pk}"' not in shown
    assert page(client, f"{path}&slot={free.pk}").count("09:00–12:00") == 2


def test_the_buyer_sees_his_code(trade: Trade) -> None:
    """On his order's page, once the parcel lies there; not on the shop's."""
    parcel = trade.to_fetch()
    order = parcel.ref_of[7:]
    mine = page(trade.seat("buyer"), f"/me/orders/{order}")
    assert f"{parcel.pickup_code[:3]} {parcel.pickup_code[3:]}" in mine
    assert "待取货" in mine
    theirs = page(trade.seat("seller"), f"/shop/orders/{order}")
    assert parcel.pickup_code not in theirs
    assert f"{parcel.pickup_code[:3]} {parcel.pickup_code[3:]}" not in theirs
