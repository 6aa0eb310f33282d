"""Facts are counted once, on the right day; the numbers agree with the orders; each sees his own; the pages plot them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from wangdan.desks.tests.browser import page
from wangdan.desks.warehouse.tests.trade import ROOT, Trade
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Parcel
from wangdan.fulfilment.rules import Event
from wangdan.kernel import clock, guards
from wangdan.kernel.jobs import REACTION, run_reaction
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.site import checks
from wangdan.statistics import operations, queries
from wangdan.statistics.models import Day, Goods, HouseDay
from wangdan.statistics.rules import HOUSE_COUNTS, calendar, minutes, share, span

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trade() -> Trade:
    """Two shops, two warehouses, carriers."""
    return Trade()


def counted(*, twice: bool = False) -> None:
    """The worker has counted every fact so far."""
    for job in ProcrastinateJob.objects.filter(task_name=REACTION, status="todo").order_by("id"):
        if job.args["reaction"].startswith("statistics."):
            run_reaction(**job.args)
            if twice:
                run_reaction(**job.args)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s", [REACTION])


def breaks() -> int:
    """Days whose numbers differ from the orders or the parcels."""
    found = [each for each in checks.run() if each.name.startswith("statistics:")]
    assert len(found) == 2
    return sum(each.count for each in found)


def lived(trade: Trade) -> Order:
    """An order from placing to receipt, and one that was called off."""
    parcel = trade.at("handed_over")
    fulfilment.deliver(ROOT, parcel.no, said=Event("e1", "delivered", cash=parcel.cod_amount))
    orders.confirm_receipt(trade.world.call("buyer"), parcel.ref_of[7:])
    gone = trade.transferred()
    orders.cancel(trade.world.call("buyer"), gone.no, reason="买错了")
    return Order.objects.get(no=parcel.ref_of[7:])


def test_a_days_numbers(trade: Trade) -> None:
    """D11.7: what was placed, paid, shipped, received, closed; a job that runs twice counts once; counting anew gives the same."""
    order = lived(trade)
    counted(twice=True)
    rows = list(Day.objects.order_by("shop_id").values())
    first = next(row for row in rows if row["shop_id"] == order.shop_id)
    other = Order.objects.exclude(pk=order.pk).get()
    assert (first["placed"], first["paid"], first["shipped"], first["received"], first["closed"]) == (2, 2, 1, 1, 1)
    assert (first["of_paid"], first["of_shipped"], first["of_received"]) == (2, 1, 1)
    assert first["placed_amount"] == first["paid_amount"] == order.total + other.total
    assert dict(Goods.objects.values_list("product_id", "pieces")) == {trade.green.product_id: 4}
    assert breaks() == 0
    operations.rebuild(ROOT)
    again = list(Day.objects.order_by("shop_id").values())
    kept = [name for name in first if name not in ("id", "refunded_amount")]
    assert [[row[name] for name in kept] for row in again] == [[row[name] for name in kept] for row in rows]


def test_the_day_is_the_business_day_and_the_funnel_that_of_placing(trade: Trade) -> None:
    """An order of yesterday that is received today counts as received today, and in yesterday's funnel."""
    today = timezone.localtime(clock.now()).replace(hour=0, minute=30, second=0, microsecond=0)
    with clock.at(today - timedelta(hours=1)):
        parcel = trade.at("handed_over")
    with clock.at(today):
        fulfilment.deliver(ROOT, parcel.no, said=Event("e1", "delivered", cash=parcel.cod_amount))
        orders.confirm_receipt(trade.world.call("buyer"), parcel.ref_of[7:])
    counted()
    seller = trade.world.call("seller").actor
    found = queries.span(seller, 7)
    assert (found.yesterday["placed"], found.yesterday["received"], found.yesterday["of_received"]) == (1, 0, 1)
    assert (found.today["placed"], found.today["received"], found.today["of_received"]) == (0, 1, 0)
    assert found.funnel == [("placed", 1, 100), ("of_paid", 1, 100), ("of_shipped", 1, 100), ("of_received", 1, 100)]
    assert breaks() == 0


def test_a_difference_is_found_once_everything_is_counted(trade: Trade) -> None:
    """While facts wait the line of `check` says nothing; a number that is wrong then is named."""
    lived(trade)
    assert breaks() == 0
    counted()
    with guards.exempt("a number goes wrong"):
        Day.objects.update(paid_amount=1)
    assert breaks() == 1


def house_days() -> list[dict[str, int]]:
    """The warehouses' days."""
    return list(HouseDay.objects.order_by("warehouse", "day").values("warehouse", "day", *HOUSE_COUNTS))


def test_a_warehouses_day(trade: Trade) -> None:
    """D10.2, D10.3: parcels that came and left, their pieces, how long and whether in time, what the shelf lacked; counted anew it is the same."""
    now, house = clock.now(), trade.world.warehouses[0].pk
    with clock.at(now - timedelta(hours=60)):
        trade.at("packed", (trade.green, 2))
        short = trade.order((trade.oat, 3))
    [slow] = Parcel.objects.filter(status="packed")
    fulfilment.book(ROOT, slow.no)
    fulfilment.booked(ROOT, slow.no, waybill="QY1")
    fulfilment.hand_over(ROOT, slow.no)
    fulfilment.report_short(ROOT, short.no, line=short.lines.get().pk, found=1)
    counted(twice=True)
    rows = house_days()
    summed = {name: sum(row[name] for row in rows if row["warehouse"] == house) for name in HOUSE_COUNTS}
    assert summed == {"planned": 2, "shipped": 1, "pieces": 2, "minutes": minutes(slow.planned_at, now), "late": 1, "missed": 2}
    assert breaks() == 0
    operations.rebuild(ROOT)
    assert house_days() == rows
    seen = [queries.house_span(trade.world.call(name).actor, 7, [house]).total("shipped") for name in ("warehouse", "seller2", "supervisor", "buyer")]
    assert seen == [1, 0, 1, 0]
    with guards.exempt("a number goes wrong"):
        HouseDay.objects.update(missed=9)
    assert breaks() > 0


def test_the_warehouses_page_within_its_statements(trade: Trade) -> None:
    """The page says what waits, what left and how long it took; empty it says why; a buyer is refused, a shop sees its own warehouse only."""
    keeper = trade.seat("warehouse")
    assert "这些天没有包裹" in page(keeper, "/warehouse/statistics")
    trade.at("handed_over")
    trade.order()
    counted()
    with CaptureQueriesContext(connection) as seen:
        shown = page(keeper, "/warehouse/statistics?days=30")
    assert len(seen) <= 14
    assert ("wd-plot" in shown, "100%" in shown, "?tab=pick&amp;house=" in shown) == (True, True, True)
    assert trade.seat("buyer").get("/warehouse/statistics").status_code == 403
    assert "嘉兴" not in page(trade.seat("seller2"), "/warehouse/statistics")


def test_each_sees_his_own(trade: Trade) -> None:
    """A shop its own days, the office all; a buyer none; a stranger's page leads to the log-in, a buyer's is refused."""
    lived(trade)
    counted()
    assert [queries.span(trade.world.call(name).actor, 7).total("placed") for name in ("seller", "seller2", "service", "buyer")] == [2, 0, 2, 0]
    assert len(queries.best(trade.world.call("seller2").actor, 7)) == 0
    assert trade.seat("buyer").get("/shop/statistics").status_code == trade.seat("buyer").get("/office/statistics").status_code == 403


def test_the_pages_within_their_statements(trade: Trade) -> None:
    """Numbers, bars, the best goods, what is out of stock, late shops; an empty one says so."""
    assert "这些天还没有订单" in page(trade.seat("seller"), "/shop/statistics")
    lived(trade)
    late = trade.transferred()
    with guards.exempt("time passes"):
        Order.objects.filter(pk=late.pk).update(paid_at=clock.now() - timedelta(days=3))
    trade.world.product(trade.world.shops[0], "落地灯 客厅 三档", 32900, {"黑": 0})
    counted()
    for name, path, budget in (("seller", "/shop/statistics?days=30", 12), ("admin", "/office/statistics?days=90", 14)):
        client = trade.seat(name)
        page(client, path)
        with CaptureQueriesContext(connection) as seen:
            shown = page(client, path)
        assert len(seen) <= budget, path
        assert ("wd-plot" in shown, "绒面单人椅" in shown, "落地灯" in shown, ">关闭<" in shown) == (True, True, True, True)
    assert "让订单等过头的店铺" in page(trade.seat("service"), "/office/statistics")
    assert "/office/orders?late=1&amp;shop=" in page(trade.seat("service"), "/office/statistics")


def test_spans_and_shares() -> None:
    """Anything else is a week; nothing of nothing is nothing; a calendar has every day."""
    assert [span(each) for each in ("30", 90, "x", None, "-7")] == [30, 90, 7, 7, 7]
    assert (share(1, 3), share(0, 0), share(2, 2)) == (33, 0, 100)
    days = calendar(clock.now().date(), 7)
    assert (len(days), days[-1] - days[0]) == (7, timedelta(days=6))
