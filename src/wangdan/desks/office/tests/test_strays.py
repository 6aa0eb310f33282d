"""Parcels gone astray: what they mean is spelled out, and refund, sending again and the claim do what they say (D04.6, D10.4, D03.7)."""

from datetime import timedelta

import pytest
from django.db import connection

from wangdan.desks.tests.browser import page
from wangdan.desks.warehouse.tests.trade import ROOT, Trade
from wangdan.fulfilment import operations, queries
from wangdan.fulfilment.models import Parcel
from wangdan.fulfilment.rules import Event
from wangdan.inventory.models import Stock
from wangdan.inventory.queries import INVARIANTS as STOCK
from wangdan.kernel import clock
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Refused
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.orders.queries import INVARIANTS
from wangdan.payments.models import Refund
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trade() -> Trade:
    """Goods, people, two warehouses."""
    return Trade()


def consistent() -> None:
    """Every invariant of orders, parcels and stock holds."""
    with connection.cursor() as cursor:
        for name, sql in (*STOCK, *queries.INVARIANTS, *INVARIANTS):
            cursor.execute(sql)
            assert cursor.fetchall() == [], name


def on_hand(trade: Trade) -> int:
    """Green chairs in the first warehouse."""
    return Stock.objects.get(warehouse=trade.world.warehouses[0], sku=trade.green).on_hand


def lost(trade: Trade) -> tuple[Parcel, Order]:
    """A paid order whose only parcel the carrier cannot find."""
    order = trade.transferred()
    orders.accept(ROOT, order.no)
    parcel = Parcel.objects.get(ref_of=order.ref)
    carry(parcel)
    operations.lose(ROOT, parcel.no, said=Event("l1", "lost"))
    return Parcel.objects.get(pk=parcel.pk), Order.objects.get(pk=order.pk)


def carry(parcel: Parcel) -> None:
    """From the shelf to the courier."""
    for step in (operations.pick, operations.inspect, operations.pack, operations.book):
        step(ROOT, parcel.no)
    operations.booked(ROOT, parcel.no, waybill=f"QY{parcel.pk:010d}")
    operations.hand_over(ROOT, parcel.no)


def test_a_lost_parcel_says_what_it_means_and_is_refunded(trade: Trade) -> None:
    """The task names money and stock; finance refunds its share, the order ends, the task is settled; once."""
    parcel, order = lost(trade)
    task = Task.objects.get(kind="fulfilment.lost")
    shown = page(trade.seat("service"), f"/office/tasks/{task.no}")
    assert "钱和货会怎样" in shown
    assert "这个包裹值 ¥" in shown
    assert "已从库存扣掉" in shown
    assert f"/office/parcels/{parcel.no}" in shown
    with pytest.raises(NotGranted):
        orders.refund_lost(trade.world.call("service"), order.no, parcel=parcel.no)
    assert not Refund.objects.exists()
    client = trade.seat("finance")
    assert "找不回来，退款" in page(client, f"/office/parcels/{parcel.no}")
    client.post(f"/office/parcels/{parcel.no}/refund")
    client.post(f"/office/parcels/{parcel.no}/refund")
    assert list(Refund.objects.values_list("amount", flat=True)) == [order.total]
    order.refresh_from_db()
    assert (order.status, Task.objects.get(kind="fulfilment.lost").status) == ("ended", "done")
    consistent()
    before = on_hand(trade)
    operations.take_back(ROOT, parcel.no)
    assert (on_hand(trade), Refund.objects.count()) == (before + 1, 1)
    assert not Task.objects.filter(kind="orders.parcel_out_of_turn").exists()
    consistent()


def test_a_lost_parcel_is_sent_again(trade: Trade) -> None:
    """Service sends the goods once more: a new parcel with the reason, stock leaves twice, no money moves, the order arrives."""
    parcel, order = lost(trade)
    before = on_hand(trade)
    trade.seat("service").post(f"/office/parcels/{parcel.no}/resend")
    made = Parcel.objects.get(moved_from=parcel)
    assert (made.status, made.pieces, made.why[0]["code"]) == ("planned", 1, "fulfilment.sent_again")
    consistent()
    carry(made)
    assert Order.objects.get(pk=order.pk).status == "shipped"
    operations.deliver(ROOT, made.no, said=Event("d1", "delivered"))
    assert Order.objects.get(pk=order.pk).status == "delivered"
    assert (on_hand(trade), Refund.objects.count()) == (before - 1, 0)
    assert not Task.objects.filter(kind="orders.parcel_out_of_turn").exists()
    with pytest.raises(Refused, match=r"fulfilment\.cannot_write_off"):
        orders.resend(trade.world.call("service"), order.no, parcel=parcel.no)
    consistent()


def test_nothing_to_send_again_changes_nothing(trade: Trade) -> None:
    """No stock: refused, the parcel is still lost and unsettled; what is not lost is not made good."""
    parcel, order = lost(trade)
    trade.world.call("warehouse")
    Stock.objects.filter(pk=0)
    row = Stock.objects.get(warehouse=trade.world.warehouses[0], sku=trade.green)
    from wangdan.inventory import operations as inventory

    inventory.count(ROOT, row.warehouse_id, sku_id=row.sku_id, found=0, note="盘点")
    with pytest.raises(Refused, match=r"inventory\.cannot_hold"):
        orders.resend(trade.world.call("service"), order.no, parcel=parcel.no)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.settled, Parcel.objects.count()) == ("lost", "", 1)
    other = trade.at("handed_over", (trade.oat, 1))
    with pytest.raises(Refused, match=r"orders\.cannot_make_good"):
        orders.resend(trade.world.call("service"), other.ref_of[7:], parcel=other.no)
    with pytest.raises(NotSeen):
        orders.resend(trade.world.call("service"), other.ref_of[7:], parcel=parcel.no)
    consistent()


def test_a_claim_at_the_carrier(trade: Trade) -> None:
    """Service asks for it, finance has the task and books what was paid; neither more than asked nor twice."""
    parcel, _order = lost(trade)
    trade.seat("service").post(f"/office/parcels/{parcel.no}/claim", {"amount": "19.00"})
    parcel.refresh_from_db()
    task = Task.objects.get(kind="fulfilment.claimed")
    assert (parcel.claim, task.role, task.detail["amount"]) == (1900, "finance", 1900)
    with pytest.raises(Refused, match=r"fulfilment\.cannot_claim"):
        operations.claim(trade.world.call("service"), parcel.no, amount=5)
    with pytest.raises(Malformed, match=r"fulfilment\.claim_malformed"):
        operations.close_claim(trade.world.call("finance"), parcel.no, paid=2000)
    trade.seat("finance").post(f"/office/parcels/{parcel.no}/close", {"amount": "0"})
    parcel.refresh_from_db()
    assert (parcel.claim_paid, Task.objects.get(kind="fulfilment.claimed").status) == (0, "done")
    assert "已赔 ¥0.00" in page(trade.seat("finance"), f"/office/parcels/{parcel.no}")


def test_a_refused_parcel_is_followed_until_it_is_back(trade: Trade) -> None:
    """The task says that the money is on its way and the goods are not in stock; taken back, it is settled."""
    parcel = trade.at("handed_over", (trade.green, 1))
    operations.refuse(ROOT, parcel.no, said=Event("r1", "refused"))
    task = Task.objects.get(kind="fulfilment.coming_back")
    assert task.due_at is not None
    shown = page(trade.seat("service"), f"/office/tasks/{task.no}")
    assert "在回仓路上" in shown
    assert "没有收到钱，不用退" in shown
    operations.take_back(ROOT, parcel.no)
    assert Task.objects.get(kind="fulfilment.coming_back").status == "done"
    consistent()


def test_nobody_fetches_it_in_time(trade: Trade) -> None:
    """The buyer reads until when; after that it goes back, the money too, and the warehouse takes it in."""
    parcel = trade.to_fetch()
    order = Order.objects.get(no=parcel.ref_of[7:])
    assert parcel.keep_until is not None
    assert "过期退回并退款" in page(trade.seat("buyer"), f"/me/orders/{order.no}")
    with pytest.raises(Refused, match=r"fulfilment\.cannot_call_back"):
        operations.call_back(ROOT, parcel.no)
    assert queries.due_to_call_back(10) == []
    with clock.at(parcel.keep_until + timedelta(minutes=1)):
        assert queries.due_to_call_back(10) == [parcel.no]
        operations.call_back(ROOT, parcel.no)
    order.refresh_from_db()
    assert (Parcel.objects.get(pk=parcel.pk).status, order.status) == ("refused", "ended")
    assert Refund.objects.get().amount == order.total
    operations.take_back(ROOT, parcel.no)
    consistent()


def test_a_full_point_takes_no_more(trade: Trade) -> None:
    """As many parcels as fit: the next buyer is told, and may take another point or the courier."""
    parcel = trade.to_fetch()
    from wangdan.delivery import operations as delivery

    delivery.change_point(ROOT, parcel.pickup_point_id, hours="9:00–21:00", phone="", capacity=1)
    with pytest.raises(Refused, match=r"checkout\.point_full"):
        trade.transferred(delivery="pickup", pickup_point=parcel.pickup_point_id)
    assert Order.objects.count() == 1


def test_a_shortage_says_what_it_means(trade: Trade) -> None:
    """The supervisor's task: what is missing, what it is worth, where others lie, what happens by itself."""
    parcel = trade.order((trade.green, 5))
    line = parcel.lines.get()
    operations.report_short(trade.world.call("warehouse"), parcel.no, line=line.pk, found=0)
    task = Task.objects.get(kind="inventory.short")
    shown = page(trade.seat("supervisor"), f"/office/tasks/{task.no}")
    for words in ("缺 5 件", "别的仓库也没有", "这些值 ¥", "补到货自动留给这张订单"):
        assert words in shown, words
