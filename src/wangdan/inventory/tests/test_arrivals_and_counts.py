"""Deliveries checked in, zones counted twice where they differ, bins that change, goods that run out (D07.3)."""

import pytest
from django.db import connection

from wangdan.checkout.tests.threads import at_once
from wangdan.desks.tests.browser import page
from wangdan.desks.warehouse.tests.trade import ROOT, Trade, says
from wangdan.fulfilment.models import ParcelLine
from wangdan.inventory import operations, queries
from wangdan.inventory.models import Arrival, CountLine, CountList, Hold, Move, Stock
from wangdan.inventory.rules import cover, difference
from wangdan.kernel.errors import Malformed, NotSeen, Problem, Refused
from wangdan.kernel.models import Journal
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trade() -> Trade:
    """Goods in three warehouses."""
    return Trade()


def on_hand(trade: Trade, sku: object, place: int = 0) -> int:
    """Pieces that lie in a warehouse."""
    return Stock.objects.get(warehouse=trade.world.warehouses[place], sku=sku).on_hand


def consistent() -> None:
    """Every invariant of stock holds."""
    with connection.cursor() as cursor:
        for name, sql in queries.INVARIANTS:
            cursor.execute(sql)
            assert cursor.fetchall() == [], name


def test_damaged_pieces_came_and_are_not_short() -> None:
    """Short is what did not come at all; over is what came beyond; no sales, no days."""
    assert vars(difference([(10, 6, 1), (5, 8, 0), (3, 3, 0)])) == {"short": 3, "over": 3, "damaged": 1}
    assert not difference([(3, 3, 0)]).any
    assert (cover(20, 60, 30), cover(0, 5, 30), cover(9, 0, 30)) == (10, 0, None)


def test_a_delivery_with_every_difference(trade: Trade) -> None:
    """Announced by code, scanned, counted, put into a bin; damaged pieces are no stock; the difference is a task with its numbers."""
    client, house = trade.seat("warehouse"), trade.world.warehouses[0]
    before = on_hand(trade, trade.green), on_hand(trade, trade.oat)
    wrong = client.post(
        "/warehouse/arrivals/announce", {"house": house.pk, "supplier": "安吉椅业", "goods": f"{trade.green.code} 5\nNO-SUCH 3\nrubbish"}
    )
    assert wrong.status_code == 422
    assert "第 2 行：没有条码是 NO-SUCH 的商品" in wrong.content.decode()
    assert "第 3 行看不懂" in wrong.content.decode()
    assert not Arrival.objects.exists()
    client.post("/warehouse/arrivals/announce", {"house": house.pk, "supplier": "安吉椅业", "goods": f"{trade.green.code} 5\n{trade.oat.code}\t2"})
    arrival = Arrival.objects.get()
    path = f"/warehouse/arrivals/{arrival.no}"
    assert "收了 1 / 5" in says(client, f"{path}/scan", code=trade.green.code.upper())
    assert "不认识这个条码" in says(client, f"{path}/scan", code="nothing")
    assert "不认识这个条码" in says(client, f"{path}/scan", code=trade.keys.code)
    says(client, f"{path}/enter", sku=str(trade.green.pk), good="2", damaged="1", bin="C-09-1")
    assert "多了" in says(client, f"{path}/enter", sku=str(trade.oat.pk), good="3", damaged="", bin="")
    assert (on_hand(trade, trade.green), on_hand(trade, trade.oat)) == (before[0] + 3, before[1] + 3)
    assert Stock.objects.get(warehouse=house, sku=trade.green).bin == "C-09-1"
    assert client.post(f"{path}/close", {"note": ""}).status_code == 422
    client.post(f"{path}/close", {"note": "少一件，坏一件，多一件"})
    task = Task.objects.get(kind="inventory.arrival_differs")
    assert (task.detail["short"], task.detail["surplus"], task.detail["damaged"], task.role) == (1, 1, 1, "warehouse")
    assert "安吉椅业的到货与通知不符：少 1 件，多 1 件，破损 1 件" in page(client, "/warehouse")
    assert "安吉椅业" in page(client, f"/warehouse/tasks/{task.no}")
    with pytest.raises(Refused, match=r"inventory\.arrival_closed"):
        operations.check_in(trade.world.call("warehouse"), arrival.no, sku_id=trade.green.pk, good=1)
    assert Move.objects.filter(ref=arrival.ref, kind="receive").count() == 3
    consistent()


def test_what_a_delivery_refuses(trade: Trade) -> None:
    """Another's goods and house, nothing, no supplier, no pieces; one that was begun is not called off."""
    call, house = trade.world.call("warehouse"), trade.world.warehouses[0].pk
    before = Journal.objects.count()
    for given, problem, code in (
        ({"warehouse_id": trade.world.warehouses[2].pk, "supplier": "x", "lines": [(trade.keys.pk, 1)]}, NotSeen, "kernel.not_seen"),
        ({"warehouse_id": house, "supplier": "x", "lines": [(trade.keys.pk, 1)]}, NotSeen, "kernel.not_seen"),
        ({"warehouse_id": house, "supplier": " ", "lines": [(trade.green.pk, 1)]}, Malformed, "inventory.supplier_missing"),
        ({"warehouse_id": house, "supplier": "x", "lines": []}, Malformed, "inventory.arrival_empty"),
        ({"warehouse_id": house, "supplier": "x", "lines": [(trade.green.pk, 0)]}, Malformed, "inventory.pieces_malformed"),
    ):
        with pytest.raises(problem, match=code):
            operations.announce(call, **given)
    assert (Arrival.objects.count(), Journal.objects.count()) == (0, before)
    made = operations.announce(call, warehouse_id=house, supplier="x", lines=[(trade.green.pk, 2)])
    with pytest.raises(Malformed):
        operations.check_in(call, made.no, sku_id=trade.green.pk, good=0)
    operations.check_in(call, made.no, sku_id=trade.green.pk, good=2)
    with pytest.raises(Refused, match=r"inventory\.arrival_closed"):
        operations.call_off_arrival(call, made.no)
    assert operations.close_arrival(call, made.no).status == "closed"
    assert not Task.objects.exists()
    for path in ("", "/scan", "/enter", "/close"):
        assert trade.seat("seller2").post(f"/warehouse/arrivals/{made.no}{path}", {"code": "x"}).status_code in (404, 405), path


def test_a_zone_is_counted_twice_where_it_differs(trade: Trade) -> None:
    """Equal is done at once; a difference is counted again, and booked with a reason; fewer than held turns the newest holds short."""
    house, call = trade.world.warehouses[0], trade.world.call("warehouse")
    first, second = trade.order((trade.green, 2)), trade.order((trade.green, 3))
    made = operations.make_count(call, warehouse_id=house.pk, zone="a")
    lines = {line.sku_id: line for line in CountLine.objects.filter(of=made)}
    assert set(lines) == {trade.green.pk, trade.oat.pk}
    assert operations.enter_count(call, made.no, line=lines[trade.oat.pk].pk, found=on_hand(trade, trade.oat)).status == "done"
    green = lines[trade.green.pk].pk
    assert operations.enter_count(call, made.no, line=green, found=4).status == "recount"
    assert on_hand(trade, trade.green) == 50
    with pytest.raises(Malformed, match=r"inventory\.note_missing"):
        operations.enter_count(call, made.no, line=green, found=4)
    done = operations.enter_count(call, made.no, line=green, found=4, why="放错货位")
    assert (done.booked, done.first, done.second, on_hand(trade, trade.green)) == (-46, 4, 4, 4)
    assert CountList.objects.get().closed_at is not None
    assert list(Hold.objects.filter(status="short").values_list("ref", "quantity")) == [(second.ref_of, 1)]
    assert Task.objects.get(kind="inventory.short").ref == second.ref_of
    assert Hold.objects.get(ref=first.ref_of).status == "active"
    with pytest.raises(Refused, match=r"inventory\.count_closed"):
        operations.enter_count(call, made.no, line=green, found=4)
    consistent()


def test_the_count_on_its_screen_adds_what_is_in_the_boxes(trade: Trade) -> None:
    """Pieces already picked are not on the shelf: the person types what lies there, the house adds the rest."""
    trade.at("picked", (trade.green, 2))
    client, house = trade.seat("warehouse"), trade.world.warehouses[0]
    client.post("/warehouse/counts/make", {"house": house.pk, "zone": "A"})
    made = CountList.objects.get()
    path, line = f"/warehouse/counts/{made.no}", CountLine.objects.get(sku=trade.green)
    assert "另有 2 件已拣在箱里" in page(client, f"{path}?line={line.pk}")
    assert "和账上一样" in says(client, f"{path}/enter", line=str(line.pk), pieces="48")
    assert client.post(f"{path}/enter", {"line": str(CountLine.objects.get(sku=trade.oat).pk), "pieces": "x"}).status_code == 422
    client.post(f"{path}/drop")
    assert CountLine.objects.count() == 1
    assert client.post("/warehouse/counts/make", {"house": house.pk, "zone": "Q"}).status_code == 302
    assert CountList.objects.count() == 1
    assert trade.seat("seller2").get(path).status_code == 404


def test_counting_and_selling_at_once(trade: Trade) -> None:
    """Orders are placed while a shelf is counted: whatever comes first, stock and holds agree."""
    call, house = trade.world.call("warehouse"), trade.world.warehouses[0]
    made = operations.make_count(call, warehouse_id=house.pk, zone="A")
    line = CountLine.objects.get(sku=trade.green).pk
    operations.enter_count(call, made.no, line=line, found=5)
    done = at_once([
        *[lambda: trade.order((trade.green, 1)) for _ in range(6)],
        lambda: operations.enter_count(call, made.no, line=line, found=5, why="破损丢弃"),
    ])  # fmt: skip
    assert not isinstance(done[-1], Problem)
    assert on_hand(trade, trade.green) == 5
    consistent()


def test_goods_change_their_bin_and_planned_parcels_follow(trade: Trade) -> None:
    """Scan the goods, scan the bin: parcels to be picked are sent there, picked ones keep what was."""
    waiting, picked = trade.order((trade.green, 1)), trade.at("picked", (trade.green, 1))
    client, house = trade.seat("warehouse"), trade.world.warehouses[0]
    was = Stock.objects.get(warehouse=house, sku=trade.green).bin
    shown = says(client, "/warehouse/bins", house=str(house.pk), code=trade.green.code)
    assert was in shown
    assert "这是商品，不是货位" in says(client, "/warehouse/bins", house=str(house.pk), sku=str(trade.green.pk), code=trade.green.code)
    assert "移好了：D-01-9" in says(client, "/warehouse/bins", house=str(house.pk), sku=str(trade.green.pk), code="d-01-9")
    assert Stock.objects.get(warehouse=house, sku=trade.green).bin == "D-01-9"
    assert ParcelLine.objects.get(parcel=waiting).bin == "D-01-9"
    assert ParcelLine.objects.get(parcel=picked).bin == was
    assert "没有这种商品" in says(client, "/warehouse/bins", house=str(house.pk), code=trade.keys.code)


def test_what_runs_out_is_told_once_and_settled(trade: Trade) -> None:
    """Below the limit of the shelf: on the list, one task per house, settled by the sweep when all is replenished."""
    house, client = trade.world.warehouses[0], trade.seat("warehouse")
    assert queries.due_low(10) == []
    client.post("/warehouse/low/limit", {"house": house.pk, "sku": trade.green.pk, "pieces": "60"})
    shown = page(client, f"/warehouse/low?house={house.pk}")
    assert "绒面单人椅" in shown
    assert queries.due_low(10) == [house.pk]
    operations.warn_low(ROOT, house.pk)
    operations.warn_low(ROOT, house.pk)
    task = Task.objects.get(kind="inventory.low")
    assert (task.detail["kinds"], task.status, queries.due_low(10)) == (1, "open", [])
    trade.world.stock(house, {trade.green.pk: 50})
    assert queries.due_low(10) == [house.pk]
    operations.warn_low(ROOT, house.pk)
    assert Task.objects.get().status == "done"
    client.post("/warehouse/low/limit", {"house": house.pk, "sku": trade.green.pk, "pieces": ""})
    assert Stock.objects.get(warehouse=house, sku=trade.green).low is None
    assert client.post("/warehouse/low/limit", {"house": trade.world.warehouses[2].pk, "sku": trade.keys.pk, "pieces": "5"}).status_code == 404
