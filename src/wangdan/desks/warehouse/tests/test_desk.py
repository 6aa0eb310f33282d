"""The warehouse's pages on a built world: the queue, who may enter, one parcel through every step by scanner and by button, what goes wrong."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wangdan.desks.tests.browser import page
from wangdan.desks.warehouse.tests.trade import ROOT, Trade, says
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Parcel, ParcelLine
from wangdan.fulfilment.rules import Event
from wangdan.inventory.models import Hold, Stock
from wangdan.kernel import clock, guards
from wangdan.kernel.models import Journal
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = ("", "/story", "/scan", "/pack", "/book", "/hand_over", "/take_back", "/count_by_hand", "/label", "/trouble")


@pytest.fixture
def trade() -> Trade:
    """Goods, people, two warehouses."""
    return Trade()


def task(parcel: Parcel, more: str = "") -> str:
    """The path of a parcel."""
    return f"/warehouse/parcels/{parcel.no}{more}"


def counts(parcel: Parcel) -> list[tuple[int, int]]:
    """Picked and inspected pieces of each line."""
    return list(ParcelLine.objects.filter(parcel=parcel).order_by("bin", "id").values_list("picked", "inspected"))


def status(parcel: Parcel) -> str:
    """The parcel's status now."""
    return Parcel.objects.get(pk=parcel.pk).status


def test_who_may_enter(trade: Trade) -> None:
    """The warehouse and shops' people; buyers and the office's others read why not, strangers log in (role × url)."""
    parcel = trade.at("planned")
    for name, answer in (("warehouse", 200), ("seller2", 200), ("admin", 200), ("buyer", 403), ("service", 403), ("finance", 403)):
        assert trade.seat(name).get("/warehouse").status_code == answer, name
        assert trade.seat(name).get("/warehouse/find?q=nothing").status_code == answer, name
    for name, answer in (("warehouse", 200), ("admin", 200), ("seller2", 404), ("seller", 404), ("buyer", 403), ("auditor", 403)):
        assert trade.seat(name).get(task(parcel)).status_code == answer, name
        assert trade.seat(name).get(task(parcel, "/story")).status_code == answer, name
    assert Client().get("/warehouse")["Location"].startswith("/login")
    assert Client().post(task(parcel, "/scan"), {"code": "x"})["Location"].startswith("/login")


def test_another_warehouses_parcel_is_not_there(trade: Trade) -> None:
    """Every path of a foreign parcel is 404 for reading and writing, and nothing has changed."""
    parcel = trade.at("planned", (trade.keys, 1))
    before = Journal.objects.count()
    client = trade.seat("warehouse")
    for path in PATHS:
        assert client.get(task(parcel, path)).status_code in (404, 405), path
        assert client.post(task(parcel, path), {"code": trade.keys.code, "line": "1", "pieces": "1"}).status_code in (404, 405), path
    assert (status(parcel), Journal.objects.count(), counts(parcel)) == ("planned", before, [(0, 0)])
    assert parcel.no not in page(client, "/warehouse").replace(" ", "")
    assert "没有您能看到的包裹" in page(client, f"/warehouse/find?q={parcel.no}")
    own = trade.seat("seller2")
    assert "拣货" in page(own, task(parcel))
    assert "再拣" not in says(own, task(parcel, "/scan"), code=trade.keys.code)
    assert status(parcel) == "picked"


def test_one_parcel_through_every_step_by_scanner(trade: Trade) -> None:
    """Pick, inspect and pack by scans as plain form posts; each right one is green, the last of a step leads on (D10.2–3)."""
    client, parcel = trade.seat("warehouse"), trade.at("planned")
    first = page(client, task(parcel))
    assert "请扫商品" in first
    assert "data-scan" in first
    lines = list(ParcelLine.objects.filter(parcel=parcel).select_related("sku").order_by("bin", "id"))
    heard = [says(client, task(parcel, "/scan"), code=lines[0].sku.code.upper()), says(client, task(parcel, "/scan"), code=lines[0].bin.lower())]
    assert "对，第 1 件" in heard[0]
    assert 'data-state="done"' in heard[0]
    assert "再拣 1 件" in heard[0]
    assert "这一种齐了" in heard[1]
    assert counts(parcel) == [(2, 0), (0, 0)]
    assert "接着验货" in says(client, task(parcel, "/scan"), code=lines[1].sku.code)
    assert (status(parcel), counts(parcel)) == ("picked", [(2, 0), (1, 0)])
    for line in (lines[1], lines[0], lines[0]):
        shown = says(client, task(parcel, "/scan"), code=line.sku.code)
    assert "接着打包" in shown
    assert "打包好了" in says(client, task(parcel, "/scan"), code=parcel.no.lower())
    told = Journal.objects.filter(ref=parcel.ref, operation__in=("fulfilment.pick", "fulfilment.inspect", "fulfilment.pack"))
    assert [row.changes["status"] for row in told.order_by("id")] == [["planned", "picked"], ["picked", "inspected"], ["inspected", "packed"]]
    assert not Journal.objects.filter(ref=parcel.ref, operation="fulfilment.scan", changes__has_key="status").exists()


@pytest.mark.parametrize(
    ("stage", "code", "words"),
    [
        ("planned", "nothing-we-know", "不是这一件"),
        ("planned", "the keyboard", "扫到：机械键盘"),
        ("planned", "<script>alert(1)</script>", "不是这一件"),
        ("planned", "\x00'; drop table", "不是这一件"),
        ("picked", "the bin", "不是这一件"),
        ("inspected", "the green chair", "不是这个包裹"),
        ("packed", "nothing-we-know", "不是这个包裹"),
        ("booked", "QY0000000000000", "不是这个包裹"),
    ],
)
def test_a_wrong_scan_is_red_and_changes_nothing(trade: Trade, stage: str, code: str, words: str) -> None:
    """The screen says what was scanned instead, the code stays in the field, and not a row has changed."""
    client, parcel = trade.seat("warehouse"), trade.at(stage)
    line = ParcelLine.objects.filter(parcel=parcel).order_by("bin", "id")[0]
    code = {"the keyboard": trade.keys.code, "the bin": line.bin, "the green chair": trade.green.code}.get(code, code)
    before = (counts(parcel), status(parcel), Journal.objects.count(), Stock.objects.get(sku=trade.green).on_hand)
    shown = says(client, task(parcel, "/scan"), code=code)
    assert words in shown
    assert 'data-sound="wrong"' in shown
    assert 'role="alert"' in shown
    assert "<script>alert" not in shown
    assert (counts(parcel), status(parcel), Journal.objects.count(), Stock.objects.get(sku=trade.green).on_hand) == before


def test_one_piece_too_many_is_refused(trade: Trade) -> None:
    """Goods that are all there count no further; the other line still waits."""
    client, parcel = trade.seat("warehouse"), trade.at("planned")
    for _ in range(2):
        says(client, task(parcel, "/scan"), code=trade.green.code)
    before = counts(parcel)
    assert "这一种已经够了" in says(client, task(parcel, "/scan"), code=trade.green.code)
    assert (counts(parcel), status(parcel)) == (before, "planned")


def test_the_same_form_twice_counts_once(trade: Trade) -> None:
    """A second click, or a reload of the answer, is the same scan."""
    client, parcel = trade.seat("warehouse"), trade.at("planned")
    for _ in range(3):
        says(client, task(parcel, "/scan"), code=trade.green.code, nonce="one-piece-of-paper")
    assert sum(picked for picked, _ in counts(parcel)) == 1


def test_progress_survives_a_reload(trade: Trade) -> None:
    """Counted pieces are rows, not something in the page."""
    parcel = trade.at("planned")
    says(trade.seat("warehouse"), task(parcel, "/scan"), code=trade.green.code)
    assert "1 / 3" in page(trade.seat("warehouse"), task(parcel))


def test_without_a_code_pieces_are_counted_by_hand(trade: Trade) -> None:
    """By button, also many at once; the journal says that nothing was scanned; more than wanted is refused."""
    client, parcel = trade.seat("warehouse"), trade.at("planned", (trade.green, 12))
    line = ParcelLine.objects.get(parcel=parcel)
    assert "没有条码，点一件" in page(client, task(parcel))
    assert "对，第 1 件" in says(client, task(parcel, "/count_by_hand"), line=str(line.pk), pieces="1")
    assert "件数超过了" in says(client, task(parcel, "/count_by_hand"), line=str(line.pk), pieces="12")
    assert counts(parcel) == [(1, 0)]
    assert client.post(task(parcel, "/count_by_hand"), {"line": "0", "pieces": "1"}).status_code == 404
    assert "余下 11 件都对" in page(client, task(parcel))
    says(client, task(parcel, "/count_by_hand"), line=str(line.pk), pieces="11")
    assert status(parcel) == "picked"
    assert Journal.objects.filter(operation="fulfilment.count_by_hand", changes__has_key="by_hand").count() == 2


def test_the_queue_is_sorted_by_deadline_with_overdue_on_top(trade: Trade) -> None:
    """Counts per stage, one button per row, the tab narrows, the key leads to the most urgent that can be done."""
    client = trade.seat("warehouse")
    later, late, inspecting = trade.at("planned"), trade.at("planned"), trade.at("picked")
    with guards.exempt("tests let time pass"), connection.cursor() as cursor:
        cursor.execute("UPDATE fulfilment_parcel SET ship_by = %s WHERE id = %s", [clock.now() - timedelta(hours=3), late.pk])
    shown = page(client, "/warehouse")
    assert "3 个包裹，按截止时间排" in shown
    assert "1 个超时" in shown
    assert shown.index(f"parcels/{late.no}") < shown.index(f"parcels/{later.no}") < shown.index(f"parcels/{inspecting.no}")
    assert shown.count("btn-primary do") == 1
    only = page(client, "/warehouse?tab=inspect")
    assert inspecting.no in only
    assert later.no not in only
    assert client.get("/warehouse/next")["Location"] == task(late)
    assert client.get(f"/warehouse/next?after={late.no}&stage=pick")["Location"] == task(later)
    assert client.get(f"/warehouse/next?after={later.no}&stage=pick")["Location"] == task(late)
    assert client.get("/warehouse/next?stage=pack")["Location"] == "/warehouse"
    assert client.get("/warehouse/find?q=")["Location"] == task(late)
    for odd in ("tab=nothing", "cursor=x-y", "cursor=9999999999999999999-1", "house=0", "house=abc", "cursor=%00"):
        assert "3 个包裹" in page(client, f"/warehouse?{odd}"), odd


def test_pages_by_key(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every parcel is on exactly one page, in the order of the deadlines."""
    monkeypatch.setattr("wangdan.desks.warehouse.pages.queue._SIZE", 2)
    client, made = trade.seat("warehouse"), [trade.at("planned").no for _ in range(5)]
    seen, path = [], "/warehouse"
    while path:
        shown = client.get(path)
        rows = [row["no"] for group in shown.context["groups"] for row in group["rows"]]
        assert len(rows) <= 2
        seen += rows
        path = f"/warehouse?cursor={shown.context['next']}" if shown.context["next"] else ""
    assert seen == made


def test_reading_costs_the_same_however_much_waits(trade: Trade) -> None:
    """Statement budgets: the queue at most 14, a task at most 16, flat in rows and lines."""

    def statements(path: str) -> int:
        client = trade.seat("warehouse")
        client.get(path)
        with CaptureQueriesContext(connection) as told:
            assert client.get(path).status_code == 200
        return len(told)

    small = trade.at("planned", (trade.green, 1))
    queue, screen = statements("/warehouse"), statements(task(small))
    large = trade.at("planned")
    for stage in ("picked", "inspected", "packed", "booked"):
        trade.at(stage)
    assert statements("/warehouse") == queue <= 14
    assert statements(task(large)) == screen <= 16


def test_any_number_finds_the_parcel(trade: Trade) -> None:
    """Parcel number, waybill, order number and SKU code; one hit opens at once, several are listed (D11.4)."""
    client, parcel = trade.seat("warehouse"), trade.at("booked")
    for text in (parcel.no, parcel.no.lower(), f"{parcel.no[:4]} {parcel.no[4:]}", parcel.waybill, parcel.ref_of[7:], trade.green.code):
        assert client.get("/warehouse/find", {"q": text})["Location"] == task(parcel), text
    trade.at("planned")
    assert page(client, f"/warehouse/find?q={trade.green.code}").count("/warehouse/parcels/") == 2
    other = trade.at("inspected")
    assert client.post(task(other, "/scan"), {"code": parcel.no})["Location"] == task(parcel)
    assert client.post(task(other, "/scan"), {"code": parcel.no}, headers={"hx-request": "true"})["HX-Redirect"] == task(parcel)


def test_too_few_on_the_shelf(trade: Trade) -> None:
    """The count is corrected by what lies there and what is in hands; who ordered last waits, is passed over, and a supervisor is called."""
    client, first, last = trade.seat("warehouse"), trade.at("planned", (trade.green, 2)), trade.at("planned", (trade.green, 40))
    says(client, task(first, "/scan"), code=trade.green.code)
    line = ParcelLine.objects.get(parcel=last)
    assert "货位上现在还有几件" in page(client, task(last, f"/trouble?line={line.pk}"))
    for odd in ("", "-1", "1.5", "many", "１０"):
        assert client.post(task(last, "/trouble"), {"line": str(line.pk), "pieces": odd}).status_code == 409
    assert Stock.objects.get(sku=trade.green).on_hand == 50
    assert client.post(task(last, "/trouble"), {"line": str(line.pk), "pieces": "11"})["Location"] == task(last)
    assert Stock.objects.get(sku=trade.green).on_hand == 12, "eleven on the shelf and one in hands"
    assert Hold.objects.get(ref=first.ref_of).status == "active"
    assert sum(hold.quantity for hold in Hold.objects.filter(ref=last.ref_of, status="short")) == 30
    assert Task.objects.filter(kind="inventory.short", ref=last.ref_of).exists()
    assert "还缺 30 件" in page(client, task(last))
    assert "缺货" in page(client, "/warehouse")
    assert client.get("/warehouse/next")["Location"] == task(first)


def test_broken_goods_are_taken_out_of_stock(trade: Trade) -> None:
    """At the inspection: stock falls by the broken pieces, the parcel waits for good ones; none is no trouble."""
    client, parcel = trade.seat("warehouse"), trade.at("picked", (trade.green, 2))
    line = ParcelLine.objects.get(parcel=parcel)
    assert client.post(task(parcel, "/trouble"), {"line": str(line.pk), "pieces": "0"}).status_code == 409
    answer = client.post(task(parcel, "/trouble"), {"line": str(line.pk), "pieces": "1"}, follow=True)
    assert "库存减 1 件" in answer.content.decode()
    assert (Stock.objects.get(sku=trade.green).on_hand, status(parcel)) == (49, "picked")


def test_what_was_refused_comes_back(trade: Trade) -> None:
    """It is in the queue until its number is scanned; then the goods can be sold again (D04.6)."""
    client, parcel = trade.seat("warehouse"), trade.at("handed_over", (trade.green, 2))
    assert "没有要做的" not in page(client, task(parcel))
    fulfilment.refuse(ROOT, parcel.no, said=Event("e1", "refused"))
    assert "收件人拒收" in page(client, "/warehouse?tab=take_back")
    assert Stock.objects.get(sku=trade.green).on_hand == 48
    assert "已收回" in says(client, task(parcel, "/scan"), code=parcel.waybill)
    assert (status(parcel), Stock.objects.get(sku=trade.green).on_hand) == ("returned", 50)
    says(client, task(parcel, "/take_back"))
    assert Stock.objects.get(sku=trade.green).on_hand == 50


def test_the_buyer_fetches_it_with_his_code(trade: Trade) -> None:
    """A wrong code is red and remembered, after five nobody gets it by guessing; the right one delivers (D03.7)."""
    client, parcel = trade.seat("warehouse"), trade.to_fetch()
    assert "凭取货码来取" in page(client, "/warehouse?tab=collect")
    right = parcel.pickup_code
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    assert "取货码不对" in says(client, task(parcel, "/scan"), code=wrong)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.pickup_tries) == ("handed_over", 1)
    assert right not in page(client, task(parcel)) + page(client, task(parcel, "/story"))
    assert "取货码对了" in says(client, task(parcel, "/scan"), code=f"{right[:3]} {right[3:]}")
    assert status(parcel) == "delivered"
    locked = trade.to_fetch()
    for _ in range(6):
        shown = says(client, task(locked, "/scan"), code=f"{(int(locked.pickup_code) + 1) % 10**6:06d}")
    assert "错了太多次" in shown
    assert "错了太多次" in says(client, task(locked, "/scan"), code=locked.pickup_code)
    locked.refresh_from_db()
    assert (locked.status, locked.pickup_tries) == ("handed_over", 5)


def test_the_label_is_the_only_place_with_the_whole_receiver(trade: Trade) -> None:
    """Pages mask him; printing is in the journal with who did it; before the waybill there is none (PIPL 51)."""
    client, parcel = trade.seat("warehouse"), trade.at("packed")
    story = page(client, task(parcel, "/story"))
    for shown in (story, page(client, task(parcel)), page(client, "/warehouse")):
        assert "陈晓禾" not in shown
        assert "13800006021" not in shown
        assert "云溪路" not in shown
    assert "138 **** 6021" in story
    assert client.post(task(parcel, "/label")).status_code == 409
    fulfilment.book(ROOT, parcel.no)
    fulfilment.booked(ROOT, parcel.no, waybill="QY0123456789012")
    label = says(client, task(parcel, "/label"))
    for text in ("陈晓禾", "13800006021", "云溪路 20 号", "QY01 2345 6789 012", "嘉兴仓", "<rect"):
        assert text in label
    assert client.get(task(parcel, "/label"))["Location"] == task(parcel)
    printed = Journal.objects.get(ref=parcel.ref, operation="fulfilment.print_label")
    assert printed.actor_id == trade.world.people["warehouse"].pk
    assert "打印面单" in page(client, task(parcel, "/story"))


def test_the_story_tells_who_did_what(trade: Trade) -> None:
    """People by name, the carrier's words, the buyer's note; the buyer is not named."""
    client = trade.seat("warehouse")
    parcel = trade.order(note="请用牛皮纸包")
    actor = trade.world.call("warehouse")
    for step in (fulfilment.pick, fulfilment.inspect, fulfilment.pack):
        step(actor, parcel.no)
    fulfilment.book(actor, parcel.no)
    fulfilment.booked(ROOT, parcel.no, waybill="QY0123456789012")
    fulfilment.hand_over(actor, parcel.no)
    fulfilment.track(ROOT, parcel.no, said=Event("e1", "in_transit", text="离开嘉兴", place="嘉兴"))
    shown = page(client, task(parcel, "/story"))
    for text in ("立冬", "拣货完成", "验货完成", "打包完成", "交给快递", "离开嘉兴", "请用牛皮纸包", "青雁速运"):
        assert text in shown
    assert "陈晓禾" not in shown


def test_another_carrier_is_booked_when_the_first_does_not_come(trade: Trade) -> None:
    """A page says what it means, names the other carriers first, and works without a script; a silent one is told in red, the old one is gone."""
    client, parcel = trade.seat("warehouse"), trade.at("booked")
    old = parcel.waybill
    assert task(parcel, "/rebook") in page(client, task(parcel))
    asked = page(client, task(parcel, "/rebook"))
    for text in ("面单作废", "苍山快递", "约好的时间没有来", "不改，回去"):
        assert text in asked
    for form in ({"carrier": "cangshan", "reason": ""}, {"carrier": "nobody", "reason": "没有来"}):
        assert "不能这样做" in says(client, task(parcel, "/book_anew"), **form)
        assert Parcel.objects.get(pk=parcel.pk).waybill == old
    assert "没有回应" in says(client, task(parcel, "/book_anew"), carrier="cangshan", reason="约好的时间没有来")
    now = Parcel.objects.select_related("carrier").get(pk=parcel.pk)
    assert (now.carrier.code, now.waybill, now.status) == ("cangshan", "", "packed")
    assert "快递没有来，改约" in page(client, task(parcel, "/story"))
    assert client.get(task(parcel, "/rebook"))["Location"] == task(parcel)
    other = trade.at("booked")
    assert trade.seat("seller2").post(task(other, "/book_anew"), {"carrier": "cangshan", "reason": "没有来"}).status_code == 404


def test_an_order_called_off_leaves_nothing_to_do(trade: Trade) -> None:
    """The parcel opens, says so in red, and no button moves it."""
    client, parcel = trade.seat("warehouse"), trade.at("inspected")
    order = Order.objects.get(no=parcel.ref_of[7:])
    orders.cancel(trade.world.call("buyer"), order.no, reason="不想要了")
    assert "已撤销" in page(client, task(parcel))
    assert "已经过了" in says(client, task(parcel, "/pack"))
    assert status(parcel) == "called_off"
