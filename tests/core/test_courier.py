"""Parcels with the real couriers of the sandbox, a process of its own: one waybill whatever happens, and no way without an end (D04.5–6, D12.5–6, D13.6–8)."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from sandbox.running import Running
from tests.core import stage
from wangdan.checkout.tests.market import Market, address, buyer, market, stock_of
from wangdan.checkout.tests.threads import at_once
from wangdan.delivery.models import Carrier, CarrierRule
from wangdan.fulfilment import errands
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Parcel, Track
from wangdan.fulfilment.rules import ASK_AFTER
from wangdan.inventory.models import Stock
from wangdan.kernel import guards
from wangdan.kernel.errors import Problem, Refused
from wangdan.kernel.jobs import run_sweep
from wangdan.kernel.models import Journal
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.payments.models import Part
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = stage.ROOT
SECRET = "the-tests-courier-secret"
PATIENCE_SECONDS = 30.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, live_server: Any) -> Iterator[Running]:
    """The sandbox's process; it pushes to our own server."""
    found = Running(tmp_path_factory.mktemp("couriers"), secret=SECRET, shop_url=live_server.url).start()
    yield found
    found.stop()


@pytest.fixture
def courier(running: Running, live_server: Any, settings: LazySettings) -> Iterator[Running]:
    """The couriers, wired to us; faults of other tests are gone."""
    settings.WANGDAN_SANDBOX_URL, settings.WANGDAN_SANDBOX_SECRET = running.url, SECRET
    settings.WANGDAN_PUBLIC_URL = live_server.url
    running.fault("courier", "none")
    yield running
    running.fault("courier", "none")


@pytest.fixture
def shop(courier: Running) -> Market:
    """A market with two carriers."""
    del courier
    made = market()
    with guards.exempt("tests arrange carriers"):
        second, new = Carrier.objects.get_or_create(code="yunda", defaults={"name": "韵达"})
        if new:
            CarrierRule.objects.create(carrier=second, days=4, cost=1100)
    return made


def packed(shop: Market, *, pieces: int = 2, **changed: Any) -> Parcel:
    """A parcel that waits for its carrier."""
    [order] = stage.accepted(buyer(), (shop.sku(price=1000), pieces), **changed)
    [parcel] = stage.parcels(order)
    for step in (fulfilment.pick, fulfilment.inspect, fulfilment.pack):
        step(ROOT, parcel.no)
    return Parcel.objects.get(pk=parcel.pk)


def waybills(courier: Running, parcel: Parcel) -> dict[str, str]:
    """What the couriers have noted for a parcel: waybill → state."""
    items = courier.client.get("/parcels").json()["items"]
    return {row["no"]: row["status"] for row in items if row["parcel_no"] == parcel.no}


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what the other process brings about."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)


def status(parcel: Parcel) -> str:
    """The parcel's status now."""
    return Parcel.objects.get(pk=parcel.pk).status


def move(courier: Running, parcel: Parcel, *events: str) -> None:
    """The courier's hand."""
    waybill = Parcel.objects.get(pk=parcel.pk).waybill
    for event in events:
        courier.client.post(f"/parcels/{waybill}/{event}").raise_for_status()


def silence(parcel: Parcel) -> None:
    """So much time passes that a silent carrier is asked."""
    with guards.exempt("time passes"):
        row = Parcel.objects.get(pk=parcel.pk)
        assert row.ask_at is not None
        Parcel.objects.filter(pk=parcel.pk).update(ask_at=row.ask_at - timedelta(minutes=ASK_AFTER.default * 13))


def test_the_carrier_gives_a_waybill_and_comes_to_the_door(shop: Market, courier: Running) -> None:
    """Waybill, pick-up time and ETA are kept; the goods leave at hand-over, not before (D12.5, D13.6, C6)."""
    parcel = packed(shop)
    done = errands.reserve(ROOT, parcel.no)
    assert list(waybills(courier, parcel)) == [done.waybill]
    assert done.pickup_at is not None
    assert done.eta is not None
    assert (done.status, done.carrier_reason[0]["here"]) == ("packed", "浙江")
    [line] = parcel.lines.all()
    assert stock_of(line.sku) == (100, 2)
    assert errands.reserve(ROOT, parcel.no).waybill == done.waybill
    fulfilment.hand_over(ROOT, parcel.no)
    assert stock_of(line.sku) == (98, 0)
    stage.whole()


@pytest.mark.parametrize("fault", ["unknown", "down", "refuse"])
def test_a_booking_that_fails_moves_nothing_and_ends_in_one_waybill(shop: Market, courier: Running, fault: str) -> None:
    """The answer is lost, the carrier is down or says no: the next try with the same booking finds or makes the one waybill."""
    parcel = packed(shop)
    courier.fault("courier", fault, count=2)
    for _ in range(2 if fault != "unknown" else 1):
        with pytest.raises(Refused, match=r"fulfilment\.carrier_(silent|refused)"):
            errands.ship(ROOT, parcel.no)
        assert (status(parcel), Parcel.objects.get(pk=parcel.pk).waybill) == ("packed", "")
    done = errands.ship(ROOT, parcel.no)
    assert (done.status, list(waybills(courier, parcel))) == ("handed_over", [done.waybill])
    stage.whole()


def test_a_courier_that_is_gone_is_silent(shop: Market, courier: Running, settings: LazySettings) -> None:
    """Nobody listens: a polite refusal, nothing changed but the intent."""
    parcel = packed(shop)
    settings.WANGDAN_SANDBOX_URL = "http://127.0.0.1:9"
    with pytest.raises(Refused, match=r"fulfilment\.carrier_silent"):
        errands.ship(ROOT, parcel.no)
    settings.WANGDAN_SANDBOX_URL = courier.url
    assert (status(parcel), waybills(courier, parcel)) == ("packed", {})
    assert errands.ship(ROOT, parcel.no).status == "handed_over"


def test_many_hands_at_once_get_one_waybill(shop: Market, courier: Running) -> None:
    """Ten people press at the same instant: one waybill, handed over once, stock taken once."""
    parcel = packed(shop)
    results = at_once([lambda: errands.ship(ROOT, parcel.no) for _ in range(10)])
    assert sum(isinstance(result, Parcel) for result in results) == 1
    assert all(isinstance(result, Parcel) or result.code == "fulfilment.cannot_hand_over" for result in results)
    assert len(waybills(courier, parcel)) == 1
    assert Journal.objects.filter(ref=parcel.ref, operation="fulfilment.hand_over").count() == 1
    stage.whole()


def test_another_carrier_is_another_booking_and_the_first_is_given_back(shop: Market, courier: Running) -> None:
    """Its answer was lost, so it holds a waybill that we never saw: the worker cancels that one (D12.5)."""
    parcel = packed(shop)
    first = parcel.carrier
    assert first is not None
    other = "yunda" if first.code == "sf" else "sf"
    courier.fault("courier", "unknown")
    with pytest.raises(Refused, match=r"fulfilment\.carrier_silent"):
        errands.reserve(ROOT, parcel.no)
    done = errands.reserve(ROOT, parcel.no, other)
    stage.work(kinds=("errand:",), twice=True)
    assert done.carrier is not None
    assert done.carrier.code == other
    assert [said["code"] for said in done.carrier_reason] == ["delivery.wanted_carrier"]
    noted = waybills(courier, parcel)
    assert noted.pop(done.waybill) == "booked"
    assert list(noted.values()) == ["cancelled"]
    with pytest.raises(Refused, match=r"fulfilment\.carrier_settled"):
        errands.reserve(ROOT, parcel.no, first.code)


def test_a_carrier_that_does_not_come_is_let_go_and_another_comes(shop: Market, courier: Running) -> None:
    """Its waybill is cancelled, another carrier's stands on the parcel, the reason in the journal; after hand-over nobody changes it (D12.5)."""
    parcel = packed(shop)
    with pytest.raises(Refused, match=r"fulfilment\.cannot_rebook"):
        errands.rebook(ROOT, parcel.no, carrier="yunda", reason="约好的时间没有来")
    first = errands.reserve(ROOT, parcel.no, "sf")
    for carrier, reason in (("", "没有来"), ("yunda", " "), ("nobody", "没有来")):
        with pytest.raises(Problem):
            errands.rebook(ROOT, parcel.no, carrier=carrier, reason=reason)
        assert (Parcel.objects.get(pk=parcel.pk).waybill, list(waybills(courier, parcel).values())) == (first.waybill, ["booked"])
    done = errands.rebook(ROOT, parcel.no, carrier="yunda", reason="约好的时间没有来")
    stage.work(kinds=("errand:fulfilment",), twice=True)
    assert (done.carrier.code, done.waybill != first.waybill) == ("yunda", True)
    assert waybills(courier, parcel) == {first.waybill: "cancelled", done.waybill: "booked"}
    entry = Journal.objects.get(ref=parcel.ref, operation="fulfilment.rebook")
    assert (entry.changes["reason"], entry.changes["waybill"]) == ([None, "约好的时间没有来"], [first.waybill, ""])
    again = errands.rebook(ROOT, parcel.no, carrier="yunda", reason="又没有来")
    assert again.waybill not in (first.waybill, done.waybill)
    fulfilment.hand_over(ROOT, parcel.no)
    with pytest.raises(Refused, match=r"fulfilment\.cannot_rebook"):
        errands.rebook(ROOT, parcel.no, carrier="sf", reason="没有来")
    assert Parcel.objects.get(pk=parcel.pk).waybill == again.waybill
    stage.whole()


def test_a_new_carrier_that_is_silent_leaves_the_parcel_to_be_booked(shop: Market, courier: Running) -> None:
    """The old one is let go all the same; the next try ends in one waybill."""
    parcel = packed(shop)
    first = errands.reserve(ROOT, parcel.no, "sf")
    courier.fault("courier", "unknown")
    with pytest.raises(Refused, match=r"fulfilment\.carrier_silent"):
        errands.rebook(ROOT, parcel.no, carrier="yunda", reason="来了，但不收这件")
    assert Parcel.objects.get(pk=parcel.pk).waybill == ""
    done = errands.reserve(ROOT, parcel.no)
    stage.work(kinds=("errand:fulfilment",))
    assert waybills(courier, parcel) == {first.waybill: "cancelled", done.waybill: "booked"}


def test_keeping_the_proposal_keeps_its_reason(shop: Market) -> None:
    """Naming the carrier that was proposed is no choice of one's own."""
    parcel = packed(shop)
    assert parcel.carrier is not None
    assert errands.reserve(ROOT, parcel.no, parcel.carrier.code).carrier_reason == parcel.carrier_reason


def test_an_order_called_off_gives_its_waybill_back(shop: Market, courier: Running) -> None:
    """The buyer cancels after the carrier was booked: no courier comes for nothing (C6)."""
    parcel = packed(shop)
    errands.reserve(ROOT, parcel.no)
    orders.cancel(ROOT, parcel.ref_of[7:], reason="不想要了")
    stage.work(kinds=("errand:fulfilment",))
    assert status(parcel) == "called_off"
    assert list(waybills(courier, parcel).values()) == ["cancelled"]
    stage.whole()


@pytest.mark.parametrize("fault", ["none", "delay", "duplicate", "reorder", "corrupt"])
def test_pushes_that_come_late_twice_overtaken_or_forged_first(shop: Market, courier: Running, fault: str) -> None:
    """However the word comes, each event is kept once and the parcel is signed for once (D12.6, D13.7–8)."""
    parcel = packed(shop)
    errands.ship(ROOT, parcel.no)
    if fault != "none":
        courier.fault("courier", fault, count=2, seconds=1)
    move(courier, parcel, "picked_up", "in_transit", "out_for_delivery", "delivered")
    eventually(lambda: status(parcel) == "delivered")
    eventually(lambda: Track.objects.filter(parcel=parcel).exclude(event_id="").count() == 4)
    assert Order.objects.get(no=parcel.ref_of[7:]).status == "delivered"
    assert Journal.objects.filter(ref=parcel.ref, operation="fulfilment.deliver", changes__has_key="status").count() == 1
    stage.whole()


@pytest.mark.parametrize("end", ["delivered", "refused", "lost"])
def test_a_push_that_never_comes_is_asked_for(shop: Market, courier: Running, end: str) -> None:
    """The carrier's words are all lost: the sweep asks, and hears everything once; what is over is not asked about again."""
    parcel = packed(shop)
    errands.ship(ROOT, parcel.no)
    courier.fault("courier", "drop", count=3)
    move(courier, parcel, "picked_up", "in_transit", end)
    assert run_sweep("fulfilment.ask") == 0, "not before its time"
    silence(parcel)
    assert run_sweep("fulfilment.ask") == 1
    stage.work(kinds=("errand:",), twice=True)
    assert status(parcel) == end
    assert Track.objects.filter(parcel=parcel).exclude(event_id="").count() == 3
    silence(parcel)
    assert run_sweep("fulfilment.ask") == 0
    stage.whole()


def test_a_carrier_that_does_not_answer_is_asked_again_later(shop: Market, courier: Running) -> None:
    """Down when asked: no failed job, the next question waits longer."""
    parcel = packed(shop)
    errands.ship(ROOT, parcel.no)
    courier.fault("courier", "down")
    silence(parcel)
    before = Parcel.objects.get(pk=parcel.pk).ask_at
    run_sweep("fulfilment.ask")
    assert stage.work(kinds=("errand:",)) == 1
    row = Parcel.objects.get(pk=parcel.pk)
    assert (row.status, row.asked) == ("handed_over", 1)
    assert row.ask_at is not None
    assert before is not None
    assert row.ask_at > before


def test_the_courier_reports_the_cash(shop: Market, courier: Running) -> None:
    """Paid at the door: the sum the parcel was to bring becomes money of the order (D04.3)."""
    [order] = [orders.accept(ROOT, stage.placed(buyer(), (shop.sku(price=1000), 1), method="cod").orders[0].no)]
    [parcel] = stage.parcels(order)
    for step in (fulfilment.pick, fulfilment.inspect, fulfilment.pack):
        step(ROOT, parcel.no)
    errands.ship(ROOT, parcel.no)
    move(courier, parcel, "picked_up", "delivered")
    eventually(lambda: status(parcel) == "delivered")
    row = Parcel.objects.get(pk=parcel.pk)
    assert (row.cash_reported, Part.objects.get(ref=order.ref).captured) == (row.cod_amount, order.total)
    stage.whole()


def test_a_lost_parcel_that_comes_back_gives_the_money_back(shop: Market, courier: Running) -> None:
    """Lost: service is called. Found and taken back: the goods are on the shelf and the buyer gets his money."""
    parcel = packed(shop)
    errands.ship(ROOT, parcel.no)
    move(courier, parcel, "lost")
    eventually(lambda: status(parcel) == "lost")
    assert Task.objects.filter(kind="fulfilment.lost", ref=parcel.ref).exists()
    [line] = parcel.lines.all()
    fulfilment.take_back(ROOT, parcel.no)
    order = Order.objects.get(no=parcel.ref_of[7:])
    assert (order.status, stock_of(line.sku)) == ("ended", (100, 0))
    part = Part.objects.get(ref=order.ref)
    assert part.refunding == part.captured == order.total
    stage.repaid()
    stage.whole()


def test_another_address_is_another_way(shop: Market) -> None:
    """Changed before the carrier is booked: the carrier is chosen anew for the new way, with its reason (C3)."""
    one = buyer()
    [order] = stage.accepted(one, (shop.sku(price=10000), 1))
    [parcel] = stage.parcels(order)
    with guards.exempt("tests arrange carriers"):
        CarrierRule.objects.create(carrier=Carrier.objects.get(code="yunda"), province="44", days=1, cost=100)
    assert parcel.carrier is not None
    assert parcel.carrier_reason[0]["code"] == "delivery.within"
    there = address(one.person, province="广东省", city="广州市", district="天河区", code="440106")
    orders.change_address(one.call(), order.no, address=there.pk)
    [moved] = stage.parcels(order)
    assert moved.carrier is not None
    assert (moved.carrier.code, moved.to_province) == ("yunda", "广东省")
    assert (moved.carrier_reason[0]["here"], moved.carrier_reason[0]["there"]) == ("浙江", "广东")


def test_two_warehouses_send_two_parcels_with_reasons(shop: Market, courier: Running) -> None:
    """One is short: both send, each with its own waybill; the order is whole when the last is signed for (D04.4, C5)."""
    sku = shop.sku(price=1000, stock={0: 2, 1: 4})
    [order] = stage.accepted(buyer(), (sku, 5))
    first, second = stage.parcels(order)
    assert [(parcel.pieces, parcel.warehouse_id) for parcel in (first, second)] == [(2, shop.warehouses[0].pk), (3, shop.warehouses[1].pk)]
    assert {share["reason"]["code"] for share in order.allocation} == {"fulfilment.split"}
    for parcel in (first, second):
        for step in (fulfilment.pick, fulfilment.inspect, fulfilment.pack):
            step(ROOT, parcel.no)
        errands.ship(ROOT, parcel.no)
    assert sum(row.on_hand for row in Stock.objects.filter(sku=sku)) == 1
    move(courier, first, "delivered")
    eventually(lambda: status(first) == "delivered")
    assert stage.status(order) == "shipped"
    move(courier, second, "delivered")
    eventually(lambda: stage.status(order) == "delivered")
    stage.whole()
