"""A shop that takes too long, with a moved clock: reminded, reported, relieved; each side hears of it, and the money goes back (D10.2, D11.3)."""

from datetime import timedelta

import pytest
import time_machine

from wangdan.accounts.models import Person
from wangdan.checkout.tests.market import Buyer, Market, member, stock_of
from wangdan.checkout.tests.test_life import hear as told
from wangdan.desks import order_words
from wangdan.fulfilment.facts import ParcelShipped
from wangdan.fulfilment.models import Parcel
from wangdan.kernel import clock, operations
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Refused
from wangdan.kernel.jobs import run_sweep
from wangdan.notices.models import Notice
from wangdan.notices.tests.post import Post
from wangdan.notices.tests.test_telling import kinds, pay, place
from wangdan.orders import operations as orders
from wangdan.orders.models import Line, Order
from wangdan.payments.models import Part
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


def owner(shop: Market) -> Person:
    """Somebody who minds the shop."""
    return Person.objects.get(pk=member(shop.shops[0], "shop_owner").id)


def hear(order: Order, hours: float, post: Post) -> Order:
    """The order after the clock has looked at it so many hours from now, with the notices that come of it."""
    with time_machine.travel(clock.now() + timedelta(hours=hours), tick=True):
        run_sweep("orders.chase")
        post.react()
    return Order.objects.get(pk=order.pk)


def test_a_paid_order_that_nobody_accepts(shop: Market, one: Buyer) -> None:
    """18 h: the shop is reminded; 24 h: the office has a task and the buyer hears; 48 h: called off, money and stock back. Each once."""
    post, seller = Post(), owner(shop)
    (order,) = place(shop, one)
    pay(order)
    post.react()
    before = len(kinds(seller))
    assert hear(order, 17.9, post).chased == ""
    assert len(kinds(seller)) == before
    for _again in range(2):
        assert hear(order, 18.1, post).chased == "accept_soon"
    assert kinds(seller)[: len(kinds(seller)) - before] == ["shop_accept_soon"]
    for _again in range(2):
        assert hear(order, 24.1, post).chased == "accept_late"
    task = Task.objects.get(ref=order.ref, kind="orders.accept_late")
    assert (task.role, task.status, task.detail["hours"]) == ("service", "open", 24)
    assert kinds(one.person)[0] == "order_accept_late"
    assert kinds(seller)[0] == "shop_accept_late"
    assert hear(order, 47.9, post).status == "awaiting_acceptance"
    order = hear(order, 48.1, post)
    assert (order.status, order.reason) == ("cancelled", "not_accepted_in_time")
    part = Part.objects.get(ref=order.ref)
    assert part.refunded + part.refunding == order.total
    assert stock_of(Line.objects.get(order=order).sku) == (100, 0)
    assert Task.objects.get(pk=task.pk).status == "done"
    assert kinds(one.person)[0] == "order_not_accepted"
    assert kinds(seller)[0] == "shop_not_accepted"
    assert hear(order, 100, post).status == "cancelled"


def test_what_each_side_reads(shop: Market, one: Buyer) -> None:
    """The buyer's page says until when, then that the platform is at it; notices fill every gap."""
    post, seller = Post(), owner(shop)
    (order,) = place(shop, one)
    pay(order)
    order.refresh_from_db()
    assert "24 小时内接单" in order_words.sentence(order)
    assert "自动取消" in order_words.sentence(order)
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=True):
        run_sweep("orders.chase")
        post.react()
        assert "平台已在催" in order_words.sentence(Order.objects.get(pk=order.pk))
    for notice in [*Notice.objects.filter(person=seller), *Notice.objects.filter(person=one.person)]:
        assert "%(" not in str(notice.params)
    late = Notice.objects.get(person=one.person, kind="order_accept_late")
    assert late.params["over_at"]


def test_accepting_ends_the_chase_and_shipping_has_its_own(shop: Market, one: Buyer) -> None:
    """Accepted late: the task is settled; 42 h after that the shop is reminded to ship, 48 h the office steps in, 72 h called off."""
    post = Post()
    owner(shop)
    (order,) = place(shop, one)
    pay(order)
    assert hear(order, 25, post).chased == "accept_late"
    with time_machine.travel(clock.now() + timedelta(hours=26), tick=True):
        orders.accept(Call(SYSTEM), order.no)
        assert not Task.objects.filter(ref=order.ref, kind="orders.accept_late").exclude(status="done").exists()
        assert hear(order, 41.9, post).chased == "accept_late"
        assert hear(order, 42.1, post).chased == "ship_soon"
        assert hear(order, 48.1, post).chased == "ship_late"
        assert Task.objects.get(ref=order.ref, kind="orders.ship_late").status == "open"
        order = hear(order, 72.1, post)
    assert (order.status, order.reason) == ("cancelled", "not_shipped_in_time")
    assert stock_of(Line.objects.get(order=order).sku) == (100, 0)
    assert kinds(one.person)[0] == "order_not_shipped"


def test_the_option_at_nought_calls_nothing_off(shop: Market, one: Buyer) -> None:
    """The office keeps its task; the buyer is promised nothing."""
    post = Post()
    operations.set_option(Call(SYSTEM), name="orders.forfeit_after_hours", value=0)
    (order,) = place(shop, one)
    pay(order)
    order = hear(order, 500, post)
    assert (order.status, order.chased) == ("awaiting_acceptance", "accept_late")
    assert "自动取消" not in order_words.sentence(order)
    assert hear(order, 1000, post).status == "awaiting_acceptance"
    operations.set_option(Call(SYSTEM), name="orders.forfeit_after_hours", value=24)


@pytest.mark.parametrize("method", ["cod", "sandbox"])
def test_only_the_shops_own_time_counts(shop: Market, one: Buyer, method: str) -> None:
    """Goods paid at the door wait from the placing on; what the buyer has not paid is not the shop's to be blamed for."""
    post = Post()
    (order,) = place(shop, one, payment_method=method)
    order = hear(order, 19, post)
    assert order.chased == ("accept_soon" if method == "cod" else "")


def test_nothing_is_said_before_its_time(shop: Market, one: Buyer) -> None:
    """Called out of turn the operation refuses and changes nothing."""
    (order,) = place(shop, one)
    pay(order)
    before = Order.objects.filter(pk=order.pk).values().get()
    with pytest.raises(Refused) as refused:
        orders.chase(Call(SYSTEM), order.no)
    assert refused.value.code == "orders.cannot_chase"
    assert Order.objects.filter(pk=order.pk).values().get() == before


def test_a_partly_shipped_order_is_never_called_off(shop: Market, one: Buyer) -> None:
    """One parcel is on its way: the rest is a case for the office."""
    post = Post()
    (order,) = place(shop, one)
    pay(order)
    orders.accept(Call(SYSTEM), order.no)
    parcel = Parcel.objects.get(ref_of=order.ref)
    order = told(order, ParcelShipped, parcel=parcel.no, last=False)
    assert order.status == "partly_shipped"
    assert hear(order, 500, post).status == "partly_shipped"
    assert Order.objects.get(pk=order.pk).chased == "ship_late"
    assert hear(order, 600, post).status == "partly_shipped"
