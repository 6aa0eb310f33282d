"""Waves: proposed and made, walked by one picker box by box, put back and ended; two pickers never work on one parcel (D10.2)."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wangdan.checkout.tests.threads import at_once
from wangdan.desks.tests.browser import page
from wangdan.desks.warehouse.tests.trade import ROOT, Trade, says
from wangdan.fulfilment import operations, queries
from wangdan.fulfilment.models import Parcel, ParcelLine, Wave, WavePlace
from wangdan.fulfilment.rules import Waiting, heaps
from wangdan.inventory import operations as inventory
from wangdan.inventory import queries as stock
from wangdan.kernel.errors import Malformed, NotSeen, Problem, Refused
from wangdan.kernel.models import Journal

DAY = datetime(2026, 11, 25, 8, tzinfo=UTC)


def waiting(no: str, carrier: str = "青雁", hour: int | None = 16, lines: int = 1, pieces: int = 2, shelf: str = "A-01-1") -> Waiting:
    """A parcel that waits."""
    return Waiting(no, carrier, DAY.replace(hour=hour) if hour else None, DAY, lines, pieces, shelf)


def test_heaps_go_by_the_hour_of_the_carrier_and_single_ones_by_bin() -> None:
    """The carrier that comes first is first, no hour is last; single ones apart, along the bins; both limits hold (D10.2)."""
    rows = [
        waiting("P1", "苍山", 14, shelf="B-01-11"),
        waiting("P2", "苍山", 14, shelf="B-01-8"),
        waiting("P3", "苍山", 14, lines=2),
        waiting("P4", "青雁", 18),
        waiting("P5", "", None),
    ]
    found = heaps(rows, most_parcels=9, most_pieces=99)
    assert [(heap.carrier, heap.single, heap.nos) for heap in found] == [
        ("苍山", False, ("P3",)),
        ("苍山", True, ("P2", "P1")),
        ("青雁", True, ("P4",)),
        ("", True, ("P5",)),
    ]
    many = [waiting(f"P{at}", shelf=f"A-{at:02d}-1", pieces=5) for at in range(7)]
    assert [len(heap.nos) for heap in heaps(many, most_parcels=3, most_pieces=99)] == [3, 3, 1]
    assert [heap.pieces for heap in heaps(many, most_parcels=9, most_pieces=12)] == [10, 10, 10, 5]
    assert [heap.pieces for heap in heaps([waiting("P1", pieces=500)], most_parcels=3, most_pieces=12)] == [500]


@pytest.fixture
def trade(transactional_db: None) -> Trade:
    """Goods, people, two warehouses."""
    return Trade()


def wave_of(trade: Trade, *parcels: Parcel) -> Wave:
    """A wave of parcels, made by the warehouse person."""
    return operations.make_wave(trade.world.call("warehouse"), warehouse_id=parcels[0].warehouse_id, nos=[each.no for each in parcels])


def at(parcel: Parcel) -> str:
    """The parcel's status now."""
    return Parcel.objects.get(pk=parcel.pk).status


def test_a_wave_from_the_proposal_to_its_end_by_scanner(trade: Trade) -> None:
    """The proposal is one press; each scan says which box; the last piece ends the wave and the parcels wait for inspection."""
    one, two = trade.order((trade.green, 2), (trade.oat, 1)), trade.order((trade.green, 1))
    client = trade.seat("warehouse")
    shown = page(client, "/warehouse/waves")
    assert "建议的波次" in shown
    assert str(one.carrier.name) in shown
    answer = client.post("/warehouse/waves/make", {"house": one.warehouse_id, "no": [one.no, two.no], "carrier": "青雁速运", "single": "1"})
    wave = Wave.objects.get()
    assert answer["Location"] == f"/warehouse/waves/{wave.no}"
    assert [(place.box, place.parcel_id) for place in wave.places.all()] == [(1, one.pk), (2, two.pk)]
    path = f"/warehouse/waves/{wave.no}"
    assert "我来拣" in page(client, path)
    assert "先点" in says(client, f"{path}/scan", code=trade.green.code)
    assert ParcelLine.objects.filter(picked__gt=0).count() == 0
    client.post(f"{path}/start")
    assert "放进几号格" in page(client, path)
    heard = [says(client, f"{path}/scan", code=trade.green.code) for _ in range(3)]
    assert ["对，放进 1 号格" in text for text in heard] == [True, True, False]
    assert "对，放进 2 号格" in heard[2]
    assert (at(one), at(two)) == ("planned", "picked")
    wrong = says(client, f"{path}/scan", code=trade.green.code)
    assert "这一种已经够了" in wrong
    assert 'data-sound="wrong"' in wrong
    assert "不是这一件" in says(client, f"{path}/scan", code=trade.keys.code)
    done = says(client, f"{path}/scan", code=trade.oat.code)
    assert "这一波拣完了" in done
    assert (at(one), at(two), Wave.objects.get().status) == ("picked", "picked", "done")
    listed = page(client, f"{path}/list")
    assert "拣货单" in listed
    assert trade.green.code in listed
    assert wave.no in client.get(f"/warehouse/find?q={wave.no.lower()}")["Location"]


def test_the_field_of_a_wave_that_nobody_walks_takes_it_or_opens_what_is_scanned(trade: Trade) -> None:
    """Enter takes the wave; a parcel's number scanned there opens and takes nothing; the desk's count stands on every page."""
    parcel = trade.order((trade.green, 1))
    wave, client = wave_of(trade, parcel), trade.seat("warehouse")
    text = page(client, f"/warehouse/waves/{wave.no}")
    assert f'method="post" action="/warehouse/waves/{wave.no}/start"' in text
    assert "按回车开始拣" in text
    assert '<span class="wd-count" data-state="waiting">1</span>' in page(client, "/warehouse/waves")
    answer = client.post(f"/warehouse/waves/{wave.no}/start", {"q": parcel.no})
    assert answer["Location"] == f"/warehouse/find?q={parcel.no}"
    assert Wave.objects.get().status == "open"
    client.post(f"/warehouse/waves/{wave.no}/start", {"q": ""})
    assert Wave.objects.get().status == "picking"


def test_what_runs_out_is_announced_with_one_press(trade: Trade) -> None:
    """The form of a delivery comes filled with code and missing pieces of all that runs out."""
    house = trade.order((trade.green, 1)).warehouse_id
    inventory.set_low(trade.world.call("warehouse"), house, sku_id=trade.green.pk, pieces=5000)
    client = trade.seat("warehouse")
    assert f"/warehouse/arrivals?house={house}&amp;low=1" in page(client, f"/warehouse/low?house={house}")
    row = stock.low([house]).get(sku=trade.green)
    assert f"{trade.green.code} {5000 - row.free}" in page(client, f"/warehouse/arrivals?house={house}&low=1")
    assert trade.green.code not in page(client, f"/warehouse/arrivals?house={house}")


def test_a_bin_with_several_goods_of_the_wave_is_not_guessed(trade: Trade) -> None:
    """The bin counts while only one kind of goods in it is wanted; else the goods are to be scanned, and nothing has counted."""
    house = trade.world.warehouses[0]
    for sku in (trade.green, trade.oat):
        inventory.place_bin(ROOT, house.pk, sku_id=sku.pk, bin="Z-01-1")
    one, two = trade.order((trade.green, 1)), trade.order((trade.oat, 1))
    wave, call = wave_of(trade, one, two), trade.world.call("warehouse")
    operations.start_wave(call, wave.no)
    with pytest.raises(Refused, match=r"fulfilment\.bin_shared"):
        operations.scan_in_wave(call, wave.no, code="z-01-1")
    assert not ParcelLine.objects.filter(picked__gt=0).exists()
    operations.scan_in_wave(call, wave.no, code=trade.green.code)
    line = operations.scan_in_wave(call, wave.no, code="Z-01-1")
    assert (line.parcel_id, line.picked, at(two)) == (two.pk, 1, "picked")


def test_one_picker_per_wave_and_per_parcel(trade: Trade) -> None:
    """A wave somebody walks is his: others cannot start it, scan in it, or pick one of its parcels; put back, it is free (D10.2)."""
    parcel = trade.order((trade.green, 2))
    wave = wave_of(trade, parcel)
    mine, other = trade.world.call("warehouse"), trade.world.call("admin")
    operations.start_wave(mine, wave.no)
    assert operations.start_wave(mine, wave.no).status == "picking"
    before = Journal.objects.count()
    for refused, code in (
        (lambda: operations.start_wave(other, wave.no), "fulfilment.cannot_start_wave"),
        (lambda: operations.scan_in_wave(other, wave.no, code=trade.green.code), "fulfilment.wave_not_yours"),
        (lambda: operations.scan(other, parcel.no, code=trade.green.code), "fulfilment.in_others_wave"),
        (lambda: operations.pick(other, parcel.no), "fulfilment.in_others_wave"),
        (lambda: wave_of(trade, parcel), "fulfilment.cannot_make_wave"),
    ):
        with pytest.raises(Refused, match=code):
            refused()
    assert (Journal.objects.count(), at(parcel)) == (before, "planned")
    operations.scan_in_wave(mine, wave.no, code=trade.green.code)
    operations.put_back_wave(mine, wave.no)
    operations.start_wave(other, wave.no)
    operations.scan_in_wave(other, wave.no, code=trade.green.code)
    assert (at(parcel), Wave.objects.get().status) == ("picked", "done")


def test_what_a_wave_refuses(trade: Trade) -> None:
    """Nothing, too many, what is picked, another's warehouse: refused, and no wave is born."""
    parcel, foreign = trade.at("picked"), trade.order((trade.keys, 1))
    call = trade.world.call("warehouse")
    house = parcel.warehouse_id
    with pytest.raises(Malformed, match=r"fulfilment\.wave_empty"):
        operations.make_wave(call, warehouse_id=house, nos=[])
    with pytest.raises(Refused, match=r"fulfilment\.wave_too_big"):
        operations.make_wave(call, warehouse_id=house, nos=[f"P{at}" for at in range(13)])
    for no in (parcel.no, foreign.no, "P26AAAAAAAAA"):
        with pytest.raises(Refused, match=r"fulfilment\.cannot_make_wave") as caught:
            operations.make_wave(call, warehouse_id=house, nos=[no])
        assert caught.value.detail["parcels"] == [no]
    with pytest.raises(NotSeen):
        operations.make_wave(call, warehouse_id=foreign.warehouse_id, nos=[foreign.no])
    assert not Wave.objects.exists()


def test_an_ended_wave_gives_its_parcels_back_and_a_called_off_one_is_skipped(trade: Trade) -> None:
    """What is not picked waits for another wave; a parcel whose order was cancelled is not asked for any more."""
    one, two, three = (trade.order((trade.green, 1)) for _ in range(3))
    wave, call = wave_of(trade, one, two, three), trade.world.call("warehouse")
    operations.start_wave(call, wave.no)
    operations.call_off(ROOT, ref=two.ref_of)
    assert [line.parcel.no for line in queries.wave_lines(wave)] == [one.no, three.no]
    operations.scan_in_wave(call, wave.no, code=trade.green.code)
    operations.end_wave(call, wave.no)
    assert set(queries.unwaved(call.actor, one.warehouse_id)) == {three}
    assert WavePlace.objects.filter(parcel=three).count() == 0
    assert wave_of(trade, three).status == "open"


def test_another_houses_wave_is_not_there(trade: Trade) -> None:
    """Every path of a foreign wave is 404, and nothing has changed."""
    parcel = trade.order((trade.keys, 1))
    wave = operations.make_wave(trade.world.call("seller2"), warehouse_id=parcel.warehouse_id, nos=[parcel.no])
    client = trade.seat("warehouse")
    for path in ("", "/list"):
        assert client.get(f"/warehouse/waves/{wave.no}{path}").status_code == 404, path
    for path in ("/scan", "/count", "/start", "/end", "/put_back", "/nothing"):
        assert client.post(f"/warehouse/waves/{wave.no}{path}", {"code": trade.keys.code, "line": "1", "pieces": "1"}).status_code == 404, path
    assert Wave.objects.get().status == "open"
    assert client.get("/warehouse/waves").status_code == 200
    assert trade.seat("buyer").get("/warehouse/waves").status_code == 403


def test_the_lists_cost_the_same_however_long(trade: Trade) -> None:
    """Statements of the list and of the walk do not grow with waves and parcels."""
    client = trade.seat("warehouse")

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            page(client, path)
        return len(caught)

    wave = wave_of(trade, trade.order((trade.green, 1)))
    trade.order((trade.green, 1))
    page(client, "/warehouse/waves")
    before = cost("/warehouse/waves"), cost(f"/warehouse/waves/{wave.no}")
    more = wave_of(trade, *(trade.order((trade.green, 1), (trade.oat, 1)) for _ in range(3)))
    for _ in range(3):
        trade.order((trade.green, 1))
    assert (cost("/warehouse/waves"), cost(f"/warehouse/waves/{more.no}")) <= before


@pytest.mark.django_db(transaction=True)
def test_races_for_a_wave_and_its_last_piece() -> None:
    """Ten make a wave of the same parcel: one is made. Ten start it: one has it. The last piece counts once."""
    trade = Trade()
    parcel = trade.order((trade.green, 1))
    people = [trade.world.call("warehouse"), trade.world.call("admin")] * 5
    house = parcel.warehouse_id
    made = at_once([lambda call=call: operations.make_wave(call, warehouse_id=house, nos=[parcel.no]) for call in people])
    assert sum(not isinstance(each, Problem) for each in made) == 1
    wave = Wave.objects.get()
    started = at_once([lambda call=call: operations.start_wave(call, wave.no) for call in people])
    picker = Wave.objects.get().picker_id
    assert {call.actor.id for call, each in zip(people, started, strict=True) if not isinstance(each, Problem)} == {picker}
    mine = next(call for call in people if call.actor.id == picker)
    counted = at_once([lambda: operations.scan_in_wave(mine, wave.no, code=trade.green.code)] * 6)
    assert sum(not isinstance(each, Problem) for each in counted) == 1
    assert ParcelLine.objects.get(parcel=parcel).picked == 1
