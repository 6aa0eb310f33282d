"""What buyers do with their orders beside the life itself: buy again, remind, take more time, tidy the list; advice and its switch; sharing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Organisation
from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.checkout.models import CartLine
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.delivery import operations as delivery
from wangdan.delivery.models import Slot
from wangdan.delivery.queries import areas
from wangdan.delivery.rules import Window
from wangdan.desks.api.tests.caller import Caller
from wangdan.desks.tests.browser import page
from wangdan.desks.warehouse.tests.trade import ROOT, Trade
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.rules import Event
from wangdan.kernel import clock, guards
from wangdan.kernel.models import Journal
from wangdan.notices.models import Notice
from wangdan.notices.tests.post import Post
from wangdan.orders import operations, queries
from wangdan.orders.models import Order
from wangdan.site import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trade() -> Trade:
    """Two shops, two warehouses, carriers."""
    return Trade()


def order_of(parcel) -> Order:
    """The order of a parcel, as it is now."""
    return Order.objects.get(no=parcel.ref_of[7:])


def delivered(trade: Trade) -> Order:
    """An order that the carrier delivered and whose cash is there."""
    parcel = trade.at("handed_over")
    fulfilment.deliver(ROOT, parcel.no, said=Event("e1", "delivered", cash=parcel.cod_amount))
    return order_of(parcel)


def done(client: Client, order: Order, name: str) -> str:
    """The page after a move by its form."""
    answer = client.post(f"/me/orders/{order.no}/{name}", {"nonce": f"{name}{order.no}{Journal.objects.count()}"}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_other_hours_by_the_order_page(trade: Trade) -> None:
    """D16.4: the page offers the hours of the destination, shows the chosen ones and tells the shop; API alike; hours that are gone are refused."""
    post, order, client = Post(), order_of(trade.at("planned")), trade.seat("buyer")
    house, [area, *_] = Organisation.objects.get(kind="platform"), areas(order.destination)
    assert "change_slot" not in page(client, f"/me/orders/{order.no}"), "no hours, no door"
    day = timezone.localdate(clock.now()) + timedelta(days=2)
    delivery.open_slots(ROOT, shop_id=house.pk, area=area, days=[day], windows=[Window("09:00", "12:00", 1, 3), Window("14:00", "18:00", 0, 3)])
    first, full = Slot.objects.order_by("starts_at")
    assert f"/me/orders/{order.no}/change_slot" in page(client, f"/me/orders/{order.no}")
    shown = page(client, f"/me/orders/{order.no}/change_slot")
    assert ("09:00–12:00" in shown, "约满" in shown) == (True, True)
    here = f"/me/orders/{order.no}/change_slot"
    refused = client.post(here, {"nonce": "n1", "slot": full.pk}, follow=True).content.decode()
    assert ("刚刚约满" in refused, "送货时段 " in refused) == (True, False)
    done = client.post(here, {"nonce": "n2", "slot": first.pk}, follow=True).content.decode()
    assert ("送货时段已改" in done, "09:00–12:00" in done) == (True, True)
    assert Slot.objects.get(pk=first.pk).taken == 1
    post.react()
    assert Notice.objects.filter(kind="shop_slot_changed", person=trade.world.people["seller"]).count() == 1
    api = Caller(trade.world.people["buyer"])
    assert api.post(f"/orders/{order.no}/change_slot", {}).status_code == 422
    assert Slot.objects.get(pk=first.pk).taken == 1
    assert api.post(f"/orders/{order.no}/change_slot", {"slot": None}).json()["slot"] is None
    assert Slot.objects.get(pk=first.pk).taken == 0


def test_a_reminder_reaches_the_shop_once_in_six_hours(trade: Trade) -> None:
    """D16.8: after payment and before shipping; the second one within six hours is refused, later it is not."""
    post, order, client = Post(), order_of(trade.at("planned")), trade.seat("buyer")
    owner = trade.world.people["seller"]
    assert "催发货" in page(client, f"/me/orders/{order.no}")
    assert "已提醒店铺尽快发货" in done(client, order, "remind")
    assert "6 小时内已经催过" in done(client, order, "remind")
    post.react()
    assert Notice.objects.filter(person=owner, kind="shop_order_reminded").count() == 1
    with clock.at(clock.now() + timedelta(hours=7)):
        operations.remind(trade.world.call("buyer"), order.no)
    shipped = order_of(trade.at("handed_over"))
    assert "订单现在不是在等店铺，不用催" in done(client, shipped, "remind")
    assert (order_of(trade.at("planned")).reminded_at, Order.objects.get(pk=shipped.pk).reminded_at) == (None, None)


def test_more_time_is_given_once(trade: Trade) -> None:
    """D13.9: three days more before the receipt confirms itself; a second time is refused and changes nothing."""
    order, client = delivered(trade), trade.seat("buyer")
    assert "再多 3 天" in page(client, f"/me/orders/{order.no}/extend_receipt")
    assert "收货时间已延长" in done(client, order, "extend_receipt")
    assert "已经延长过一次" in done(client, order, "extend_receipt")
    after = Order.objects.get(pk=order.pk)
    assert after.confirm_by == order.confirm_by + timedelta(days=3)
    assert "延长收货" not in page(client, f"/me/orders/{order.no}").split("wd-line")[0]
    api = Caller(trade.world.people["buyer"])
    assert api.post(f"/orders/{order.no}/extend_receipt").json()["code"] == "orders.extended_already"


def test_an_order_leaves_the_list_and_comes_back(trade: Trade) -> None:
    """Only when it is over; by its number it is still found; the shop sees it as before."""
    order, client = delivered(trade), trade.seat("buyer")
    assert "订单还没结束" in done(client, order, "hide")
    done(client, order, "confirm_receipt")
    listed = f"/me/orders/{order.no}"
    assert listed in page(client, "/me/orders")
    assert "已从列表里拿掉" in done(client, order, "hide")
    assert listed not in page(client, "/me/orders")
    assert listed in page(client, "/me/orders?tab=hidden")
    assert listed in page(client, f"/me/orders?q={order.no}")
    assert order.no in page(trade.seat("seller"), "/shop/orders").replace(" ", "")
    done(client, order, "unhide")
    assert listed in page(client, "/me/orders")


def test_the_same_goods_once_more(trade: Trade) -> None:
    """D05.7: all of it goes into the cart; what is not sold any more is left out and said, nothing at all is refused."""
    order, client = order_of(trade.at("planned")), trade.seat("buyer")
    operations.cancel(trade.world.call("buyer"), order.no, reason="买错了")
    client.post(f"/me/orders/{order.no}/again", {"nonce": "a1"})
    assert dict(CartLine.objects.values_list("sku_id", "quantity")) == {trade.green.pk: 2, trade.oat.pk: 1}
    with guards.exempt("the shop sells it no more"):
        Sku.objects.filter(pk=trade.oat.pk).update(active=False)
    assert "有 1 种商品已经买不到了" in client.post(f"/me/orders/{order.no}/again", {"nonce": "a2"}, follow=True).content.decode()
    with guards.exempt("the shop sells nothing more"):
        Sku.objects.update(active=False)
    before = list(CartLine.objects.values_list("sku_id", "quantity"))
    client.post(f"/me/orders/{order.no}/again", {"nonce": "a3"})
    assert list(CartLine.objects.values_list("sku_id", "quantity")) == before
    assert trade.seat("buyer2").post(f"/me/orders/{order.no}/again", {"nonce": "a4"}).status_code == 404


def test_others_do_nothing_to_a_buyers_order(trade: Trade) -> None:
    """Not the shop, not the office, not another buyer."""
    order = delivered(trade)
    for name, status in (("buyer2", 404), ("seller", 403), ("service", 403)):
        for move in ("extend_receipt", "hide"):
            assert Caller(trade.world.people[name]).post(f"/orders/{order.no}/{move}").status_code == status, (name, move)
    assert Order.objects.get(pk=order.pk).extended_at is None


def bought_by_another(trade: Trade, *skus: Sku) -> Order:
    """An order of the other buyer."""
    home = accounts.add_address(trade.world.call("buyer2"), to=world.HOMES[1])
    asked = Asked(lines=tuple(Wish(sku.pk, 1) for sku in skus), address=home.pk, payment_method="cod")
    call = trade.world.call("buyer2")
    return checkout.place(call, asked=asked, expected_total=prepare(call.actor, asked).total).orders[0]


def test_what_is_bought_together_stands_beside(trade: Trade) -> None:
    """D05.2: from the purchases of 90 days over all shops; called-off orders and old ones do not count."""
    trade.world.product(trade.world.shops[0], "落地灯 客厅 三档", 32900, 9)
    lamp = Sku.objects.latest("pk")
    bought_by_another(trade, trade.green, trade.keys)
    gone = trade.at("planned", (trade.green, 1), (lamp, 1))
    operations.cancel(trade.world.call("buyer"), gone.ref_of[7:], reason="买错了")
    with clock.at(clock.now() - timedelta(days=91)):
        trade.at("planned", (trade.green, 1), (lamp, 1))
    assert queries.together([trade.green.product_id], most=5) == [trade.keys.product_id]
    beside = page(Client(), f"/p/{trade.green.product_id}/beside")
    assert f"/p/{trade.keys.product_id}" in beside.partition("一起看看")[0]
    assert "买了它的人还买了" not in page(Client(), f"/p/{lamp.product_id}/beside")


def test_advice_can_be_switched_off(trade: Trade) -> None:
    """电子商务法 18: what others bought with the buyer's goods stands on his home page, until he switches it off."""
    mine = trade.seat("buyer")
    assert "可以关掉" not in page(mine, "/")
    trade.at("planned", (trade.green, 1))
    bought_by_another(trade, trade.green, trade.keys)
    with CaptureQueriesContext(connection) as seen:
        assert "可以关掉" in page(mine, "/")
    assert len(seen) <= 16
    assert "可以关掉" not in page(Client(), "/")
    mine.post("/me/profile", {"personal": "0", "nonce": "p1"})
    assert "可以关掉" not in page(mine, "/")
    assert "打开个性化推荐" in page(mine, "/me/profile")
    mine.post("/me/profile", {"personal": "1", "nonce": "p2"})
    assert "可以关掉" in page(mine, "/")


def test_goods_can_be_shown_to_somebody(trade: Trade) -> None:
    """D05.8: the page has the address and a square to scan; goods that are not there have none."""
    shown = page(Client(), f"/p/{trade.green.product_id}/share")
    assert f'value="http://testserver/p/{trade.green.product_id}"' in shown
    assert "wd-square" in shown
    assert Client().get("/p/99999/share").status_code == 404
