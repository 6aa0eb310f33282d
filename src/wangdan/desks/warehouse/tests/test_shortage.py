"""Too few on the shelf: the pieces come from another warehouse in the same transaction, or people are called; nothing is sold twice (D10.2)."""

import pytest
from django.db import connection

from wangdan.checkout.tests.test_place import whole
from wangdan.checkout.tests.threads import at_once
from wangdan.desks.warehouse.tests.trade import ROOT, Trade, says
from wangdan.fulfilment import operations, queries
from wangdan.fulfilment.models import Parcel, ParcelLine
from wangdan.inventory.models import Hold, Stock
from wangdan.inventory.queries import INVARIANTS
from wangdan.inventory.rules import First, cut_first, take_from
from wangdan.kernel.errors import Malformed, NotSeen, Problem, Refused
from wangdan.kernel.models import Journal
from wangdan.orders.models import Order
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_stands_at_the_empty_shelf_is_cut_first() -> None:
    """Its own missing pieces, then the newest others, its picked ones last."""
    holds = [(9, "c", 2), (7, "b", 4), (5, "a", 3)]
    assert cut_first(holds, 2, First("a", 2, 1)) == {5: 2}
    assert cut_first(holds, 4, First("a", 2, 1)) == {5: 2, 9: 2}
    assert cut_first(holds, 9, First("a", 2, 1)) == {5: 3, 9: 2, 7: 4}
    assert cut_first(holds, 3, First("c", 1)) == {9: 2, 7: 1}
    assert cut_first(holds, 3, First("c", 0, 2)) == {7: 3}
    assert cut_first(holds, 3, First()) == {9: 2, 7: 1}
    assert take_from([(1, 2), (2, 5)], 4) == [(1, 2), (2, 2)]
    assert take_from([(1, 2), (2, 1)], 4) == []


@pytest.fixture
def trade() -> Trade:
    """Goods in the first warehouse, the same goods in the second."""
    made = Trade()
    made.world.stock(made.world.warehouses[1], {made.green.pk: 3, made.oat.pk: 3})
    return made


def consistent() -> None:
    """Every invariant of orders, parcels and stock holds."""
    whole()
    with connection.cursor() as cursor:
        for name, sql in (*INVARIANTS, *queries.INVARIANTS):
            cursor.execute(sql)
            assert cursor.fetchall() == [], name


def counts(trade: Trade, place: int, sku: object) -> tuple[int, int]:
    """On hand and held in a warehouse."""
    row = Stock.objects.get(warehouse=trade.world.warehouses[place], sku=sku)
    return row.on_hand, row.held


def line_of(parcel: Parcel, sku: object) -> ParcelLine:
    """The parcel's line of a SKU."""
    return ParcelLine.objects.get(parcel=parcel, sku=sku)


def test_missing_pieces_come_from_the_other_warehouse(trade: Trade) -> None:
    """One of two is there: it is picked, the other one gets a hold and a parcel elsewhere with the reason; the first parcel goes on."""
    parcel = trade.order((trade.green, 2), (trade.oat, 1))
    line, call = line_of(parcel, trade.green), trade.world.call("warehouse")
    operations.scan(call, parcel.no, code=trade.green.code)
    (made,) = operations.report_short(call, parcel.no, line=line.pk, found=0)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.pieces, made.pieces, made.status) == ("planned", 2, 1, "planned")
    assert (made.warehouse, made.moved_from, made.cod_amount) == (trade.world.warehouses[1], parcel, 0)
    assert made.why[0]["code"] == "fulfilment.moved_short"
    assert (counts(trade, 0, trade.green), counts(trade, 1, trade.green)) == ((1, 1), (3, 1))
    assert not Hold.objects.filter(status="short").exists()
    assert not Task.objects.exists()
    operations.scan(call, parcel.no, code=trade.oat.code)
    assert Parcel.objects.get(pk=parcel.pk).status == "picked"
    consistent()
    for step in (operations.inspect, operations.pack, operations.book):
        step(ROOT, parcel.no)
    operations.booked(ROOT, parcel.no, waybill="QY1")
    operations.hand_over(ROOT, parcel.no)
    assert Order.objects.get().status == "partly_shipped"
    consistent()


def test_a_parcel_without_a_piece_is_called_off_and_its_cash_goes_along(trade: Trade) -> None:
    """Nothing is there: the whole parcel comes from elsewhere, and the courier of the new one takes the money."""
    parcel = trade.order((trade.green, 2))
    cash = parcel.cod_amount
    (made,) = operations.report_short(trade.world.call("warehouse"), parcel.no, line=line_of(parcel, trade.green).pk, found=0)
    parcel.refresh_from_db()
    made.refresh_from_db()
    assert (parcel.status, parcel.cod_amount, made.cod_amount, made.pieces) == ("called_off", 0, cash, 2)
    assert cash > 0
    assert counts(trade, 0, trade.green) == (0, 0)
    consistent()


def test_where_nobody_has_them_people_are_called_with_nothing_moved(trade: Trade) -> None:
    """More than the other warehouse has: the pieces stay short, the supervisor has a task, no parcel is born."""
    parcel = trade.order((trade.green, 5))
    call = trade.world.call("warehouse")
    assert operations.report_short(call, parcel.no, line=line_of(parcel, trade.green).pk, found=1) == []
    parcel.refresh_from_db()
    assert (parcel.status, parcel.pieces, Parcel.objects.count()) == ("planned", 5, 1)
    assert (counts(trade, 0, trade.green), counts(trade, 1, trade.green)) == ((1, 1), (3, 0))
    task = Task.objects.get(kind="inventory.short")
    assert (task.ref, task.role, task.detail["pieces"]) == (parcel.ref_of, "supervisor", 4)
    trade.world.stock(trade.world.warehouses[0], {trade.green.pk: 9})
    assert Task.objects.get().status == "done"
    consistent()


def test_a_shelf_with_enough_is_only_counted(trade: Trade) -> None:
    """More free pieces were promised than lie there, but this parcel's are there: the count is set right and it goes on."""
    parcel = trade.order((trade.green, 2))
    assert operations.report_short(trade.world.call("warehouse"), parcel.no, line=line_of(parcel, trade.green).pk, found=7) == []
    assert counts(trade, 0, trade.green) == (7, 2)
    assert Parcel.objects.count() == 1
    consistent()


def test_what_is_refused_changes_nothing(trade: Trade) -> None:
    """After picking, for another parcel's line, for less than nothing, by another house."""
    parcel, other = trade.order((trade.green, 2)), trade.order((trade.green, 1))
    done = trade.at("picked", (trade.oat, 1))
    before = Journal.objects.count(), counts(trade, 0, trade.green), counts(trade, 0, trade.oat)
    call, line = trade.world.call("warehouse"), line_of(parcel, trade.green)
    with pytest.raises(Refused, match=r"fulfilment\.cannot_report_short"):
        operations.report_short(call, done.no, line=line_of(done, trade.oat).pk, found=0)
    with pytest.raises(NotSeen):
        operations.report_short(call, parcel.no, line=line_of(other, trade.green).pk, found=0)
    with pytest.raises(Malformed, match=r"inventory\.pieces_malformed"):
        operations.report_short(call, parcel.no, line=line.pk, found=-1)
    with pytest.raises(NotSeen):
        operations.report_short(trade.world.call("seller2"), parcel.no, line=line.pk, found=0)
    assert (Journal.objects.count(), counts(trade, 0, trade.green), counts(trade, 0, trade.oat)) == before


def test_the_page_says_where_they_come_from(trade: Trade) -> None:
    """The form at the shelf: how many are there; the next screen names the warehouse, the other parcel says why."""
    parcel = trade.order((trade.green, 2))
    client, line = trade.seat("warehouse"), line_of(parcel, trade.green)
    answer = client.post(f"/warehouse/parcels/{parcel.no}/trouble", {"line": str(line.pk), "pieces": "1"}, follow=True)
    assert "武汉仓 1 件" in answer.content.decode()
    made = Parcel.objects.get(moved_from=parcel)
    assert "嘉兴仓的绒面单人椅拣货时少 1 件" in client.get(f"/warehouse/parcels/{made.no}").content.decode()
    assert "验货" in says(client, f"/warehouse/parcels/{parcel.no}/scan", code=trade.green.code)


def test_races_at_the_empty_shelf(trade: Trade) -> None:
    """Eight parcels find nothing at once, the other house has three pieces: three parcels move, five call people, all stays consistent."""
    parcels = [trade.order((trade.oat, 1)) for _ in range(8)]
    call = trade.world.call("warehouse")
    lines = [line_of(parcel, trade.oat).pk for parcel in parcels]
    found = at_once([lambda at=at: operations.report_short(call, parcels[at].no, line=lines[at], found=0) for at in range(8)])
    assert not [each for each in found if isinstance(each, Problem)]
    assert Parcel.objects.filter(moved_from__isnull=False).count() == 3
    assert counts(trade, 1, trade.oat) == (3, 3)
    assert Hold.objects.filter(status="short").count() == 5
    consistent()


def test_one_parcel_reported_by_two_at_once_moves_once(trade: Trade) -> None:
    """Two pickers report the same shelf of the same parcel: one new parcel."""
    parcel = trade.order((trade.green, 2))
    line, call = line_of(parcel, trade.green).pk, trade.world.call("warehouse")
    at_once([lambda: operations.report_short(call, parcel.no, line=line, found=1)] * 4)
    assert Parcel.objects.filter(moved_from=parcel).count() == 1
    assert (counts(trade, 0, trade.green), counts(trade, 1, trade.green)) == ((1, 1), (3, 1))
    consistent()
