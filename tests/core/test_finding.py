"""The one finder of orders: every condition finds what it means and nothing else, whoever asks; pages and counts are bounded (D05.7, D08.4–5, D11.4)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.core import stage
from wangdan.catalogue.models import Sku
from wangdan.checkout.tests.market import Buyer, Market, address, buyer, market, member
from wangdan.desks import keyset
from wangdan.fulfilment.models import Parcel
from wangdan.inventory import operations as inventory
from wangdan.kernel import clock, guards
from wangdan.kernel.act import SYSTEM, Actor
from wangdan.orders import operations, queries
from wangdan.orders.models import Order
from wangdan.orders.queries import FLAGS, Filters, counts, find
from wangdan.payments.models import Attempt, Part, Refund
from wangdan.tasks import operations as tasks
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Market:
    """A market."""
    return market()


def nos(actor: Actor, **asked: Any) -> list[str]:
    """The numbers found."""
    return [order.no for order in find(actor, Filters(**asked))]


def office(shop: Market, role: str = "service") -> Actor:
    """Somebody of the platform's office."""
    assert shop.platform is not None
    return member(shop.platform, role)


def two(shop: Market) -> tuple[Order, Order, Buyer]:
    """An order of a plain buyer, delivered, and one of somebody else who has not paid yet."""
    [first] = stage.delivered(buyer("first"), (shop.sku(price=1000), 1))
    other = buyer("other")
    other.address = address(other.person, name="周砚", phone="13900004417")
    second = stage.placed(other, (shop.sku(shop=1, price=30_000), 2), method="bank_transfer").orders[0]
    return first, Order.objects.get(pk=second.pk), other


def test_every_number_of_ours_finds_its_order(shop: Market) -> None:
    """Order, purchase, payment, visit, reference, parcel, refund, task; as typed by people; and none of another purchase."""
    [first] = stage.accepted(buyer(), (shop.sku(price=1000), 1))
    _other, second, _who = two(shop)
    clerk = office(shop, "supervisor")
    payment = Part.objects.select_related("payment").get(ref=first.ref).payment
    operations.cancel(stage.ROOT, first.no, reason="x")
    tasks.open(stage.ROOT, kind="orders.money_does_not_fit", ref=first.ref, role="finance", detail={"amount": 1})
    numbers = [first.no, first.purchase.no, payment.no, Attempt.objects.get(payment=payment).no, Parcel.objects.get(ref_of=first.ref).no]
    numbers += [Refund.objects.get(part__ref=first.ref).no, Task.objects.get(ref=first.ref).no, first.no.lower(), f" {first.no[:4]} {first.no[4:]} "]
    assert {number: nos(clerk, q=number) for number in numbers} == {number: [first.no] for number in numbers}
    reference = Part.objects.select_related("payment").get(ref=second.ref).payment.reference
    assert nos(clerk, q=reference) == [second.no]
    assert nos(clerk, q="A26000000000") == []


def test_people_are_found_by_what_they_are_called_and_their_phone(shop: Market) -> None:
    """Receiver, whole phone, last four digits, user name, shown name; a shop finds receivers, not accounts."""
    first, second, other = two(shop)
    clerk = office(shop)
    for text in ("周砚", "13900004417", "+86 139 0000 4417", "4417", other.person.username, "other"):
        assert nos(clerk, customer=text) == [second.no], text
        assert nos(clerk, q=text) == [second.no], text
    assert nos(clerk, customer="nobody") == nos(clerk, customer="0000") == []
    keeper = member(shop.shops[1], "shop_clerk")
    assert nos(keeper, seat="shop", customer="4417") == [second.no]
    assert nos(keeper, seat="shop", customer=other.person.username) == []
    assert first.no in nos(clerk, customer="陈晓禾")


def test_states_of_order_money_and_parcels(shop: Market) -> None:
    """Each state finds its own; an unknown one finds nothing; two are alternatives."""
    first, second, _who = two(shop)
    clerk = office(shop)
    assert nos(clerk, status=("delivered",)) == [first.no]
    assert nos(clerk, status=("delivered", "awaiting_payment")) == [second.no, first.no]
    assert (
        nos(clerk, status=("nonsense",)) == nos(clerk, payment=("nonsense",)) == nos(clerk, parcel=("nonsense",)) == nos(clerk, flags=("no",)) == []
    )
    assert nos(clerk, payment=("captured",)) == [first.no]
    assert nos(clerk, payment=("expected",)) == [second.no]
    assert nos(clerk, parcel=("delivered",)) == [first.no]
    assert nos(clerk, parcel=("lost",)) == []
    operations.cancel(stage.ROOT, second.no, reason="x")
    assert nos(clerk, payment=("let_go",)) == [second.no]
    [third] = stage.paid(buyer(), (shop.sku(price=1000), 1))
    operations.cancel(stage.ROOT, third.no, reason="x")
    assert third.no in nos(clerk, flags=("refunding",))
    stage.repaid()
    assert nos(clerk, payment=("refunded",)) == [third.no]
    assert nos(clerk, flags=("refunding",)) == []
    assert {order.no: order.money for order in Order.objects.all()} == {
        order.no: Part.objects.get(ref=order.ref).status for order in Order.objects.all()
    }
    stage.whole()


def test_parcels_gone_astray_and_under_way(shop: Market) -> None:
    """Refused at the door, and still on the road."""
    [refused], [road] = (stage.sent(buyer(), (shop.sku(price=1000), 1)) for _ in range(2))
    stage.turn_away(stage.parcels(refused)[0])
    clerk = office(shop)
    assert nos(clerk, parcel=("refused",)) == [refused.no]
    assert nos(clerk, parcel=("handed_over",)) == [road.no]
    assert nos(clerk, parcel=("refused", "handed_over")) == [road.no, refused.no]
    waybill = stage.parcels(road)[0].waybill
    assert nos(clerk, waybill=waybill) == nos(clerk, q=waybill.lower()) == [road.no]


def test_goods_amount_time_shop_and_way_of_paying(shop: Market) -> None:
    """Code of a variant, words of a title, bounds that include, days that exclude their end."""
    first, second, _who = two(shop)
    clerk = office(shop)
    sku = Sku.objects.select_related("product").get(product__shop=shop.shops[1])
    with guards.exempt("tests name goods"):
        Sku.objects.filter(pk=sku.pk).update(code="LAMP-7")
    assert nos(clerk, goods="LAMP-7") == nos(clerk, goods=sku.product.title) == [second.no]
    assert nos(clerk, goods="no such thing") == []
    assert nos(clerk, low=second.total, high=second.total) == [second.no]
    assert nos(clerk, high=second.total - 1) == [first.no]
    assert nos(clerk, shop=shop.shops[0].pk) == [first.no]
    assert nos(clerk, shop=-1) == nos(clerk, shop=2**63) == []
    assert nos(clerk, method=("bank_transfer",)) == [second.no]
    assert nos(clerk, since=second.placed_at) == [second.no]
    assert nos(clerk, until=second.placed_at) == [first.no]


def test_flags(shop: Market) -> None:
    """Late, short, asked about, marked, with a note; and all of several."""
    sku = shop.sku(price=1000, stock=2)
    [plain], [missing] = (stage.paid(buyer(), (sku, 1), note=note) for note in ("", "请放门口"))
    clerk = office(shop)
    inventory.count(stage.ROOT, shop.warehouses[0].pk, sku_id=sku.pk, found=1, note="盘点")
    operations.mark(stage.ROOT, plain.no, mark="red", remark="先发")
    assert nos(clerk, flags=("short",)) == nos(clerk, flags=("attention",)) == [missing.no]
    assert nos(clerk, flags=("note",)) == [missing.no]
    assert nos(clerk, flags=("marked",)) == nos(clerk, mark=("red",)) == [plain.no]
    assert nos(clerk, flags=("short", "marked")) == nos(clerk, flags=("late",)) == nos(clerk, flags=("held",)) == nos(clerk, flags=("cod",)) == []
    with guards.exempt("time passes"):
        Order.objects.filter(pk=plain.pk).update(paid_at=clock.now() - timedelta(days=3))
    assert nos(clerk, flags=("late",)) == nos(clerk, flags=("late", "marked")) == [plain.no]
    assert set(FLAGS) == {"late", "held", "attention", "short", "refunding", "cod", "changed", "note", "marked"}


def test_each_sees_his_own(shop: Market) -> None:
    """A buyer his, a shop its, from its seat; nobody by a number that is another's."""
    first, second, other = two(shop)
    keeper = member(shop.shops[0], "shop_owner")
    assert nos(other.actor) == nos(other.actor, seat="buyer") == [second.no]
    assert nos(keeper, seat="shop") == [first.no]
    assert nos(keeper, seat="buyer") == []
    assert nos(other.actor, q=first.no) == nos(other.actor, q="陈晓禾") == []
    assert nos(other.actor, seat="buyer", q=f"{stage.Order.objects.get(pk=second.pk).no}") == [second.no]
    title = Sku.objects.get(product__shop=shop.shops[1]).product.title
    assert nos(other.actor, seat="buyer", q=title) == [second.no]


def test_pages_go_by_the_moment_of_placing_and_miss_nothing(shop: Market) -> None:
    """Two orders of one moment, one that was written later but placed earlier: each once, newest first."""
    sku = shop.sku(price=1000)
    made = [stage.placed(buyer(), (sku, 1)).orders[0] for _ in range(5)]
    moment = clock.now() - timedelta(days=1)
    with guards.exempt("time passes"):
        Order.objects.filter(pk__in=[made[1].pk, made[2].pk]).update(placed_at=moment)
        Order.objects.filter(pk=made[4].pk).update(placed_at=moment - timedelta(days=9))
    seen, cursor = [], ""
    while True:
        page = keyset.page(find(SYSTEM, Filters()), cursor, 1, by="placed_at")
        seen += [order.pk for order in page.rows]
        if not page.next:
            break
        cursor = page.next
    assert seen == [made[at].pk for at in (3, 0, 2, 1, 4)]
    for nonsense in ("x", "-", "1-", "-1", "9" * 40, f"{2**63}-{2**63}", "０-１"):
        assert len(keyset.page(find(SYSTEM, Filters()), nonsense, 10, by="placed_at").rows) == 5


def test_counts_stop_and_take_one_statement(shop: Market) -> None:
    """No tab counts a table."""
    sku = shop.sku(price=1000)
    for _ in range(4):
        stage.placed(buyer(), (sku, 1))
    wanted = {"all": Filters(), "pay": Filters(status=("awaiting_payment",)), "way": Filters(status=("shipped",))}
    with CaptureQueriesContext(connection) as told:
        assert counts(SYSTEM, wanted, most=2) == {"all": 3, "pay": 3, "way": 0}
    assert len(told) == 1
    assert counts(SYSTEM, {}) == {}
    assert counts(buyer().actor, {"mine": replace(wanted["all"], seat="buyer")}) == {"mine": 0}


def test_a_list_is_one_statement_and_one_per_text(shop: Market) -> None:
    """However many conditions are chosen."""
    two(shop)
    clerk = office(shop)
    with CaptureQueriesContext(connection) as told:
        list(
            find(clerk, Filters(status=("delivered",), payment=("captured",), parcel=("delivered", "lost"), flags=("attention",), low=1, shop=1))[:40]
        )
    assert len(told) == 1
    with CaptureQueriesContext(connection) as told:
        list(find(clerk, Filters(q="陈晓禾"))[:40])
    assert len(told) == 3
    assert queries.NEWEST == ("-placed_at", "-id")
