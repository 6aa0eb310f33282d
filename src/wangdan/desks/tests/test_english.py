"""Every desk read in English: beside names, which are data, no Chinese reaches the reader, whatever the system said about an order."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Organisation, Person
from wangdan.accounts.rules import mask_name
from wangdan.catalogue.models import Category, Product, Sku
from wangdan.delivery.models import Carrier, PickupPoint
from wangdan.delivery.rules import PROVINCES
from wangdan.desks import sayings
from wangdan.desks.api.tests.caller import Caller
from wangdan.desks.tests.browser import page
from wangdan.desks.warehouse.tests.trade import ROOT, Trade
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Material, Parcel
from wangdan.fulfilment.rules import Event
from wangdan.inventory import operations as inventory
from wangdan.inventory.models import Warehouse
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.site import world
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
_HAN = re.compile(r"[㐀-鿿]+")
_SWITCH = "中文"
_NAMED: dict[Any, tuple[str, ...]] = {
    Material: ("name",),
    Person: ("name",),
    Organisation: ("name", "province", "city"),
    Warehouse: ("name", "province", "city", "address"),
    Carrier: ("name",),
    PickupPoint: ("name", "province", "city", "district", "address"),
    Category: ("name",),
    Product: ("title", "origin"),
    Order: ("to_name", "to_province", "to_city", "to_district", "to_street", "to_detail"),
}


def names() -> Iterator[str]:
    """What is called in Chinese whoever reads it: people (in the corner by one character), shops, warehouses, carriers, places, goods."""
    for model, fields in _NAMED.items():
        yield from (str(value) for row in model.objects.values_list(*fields) for value in row)
    yield from (name[-1:] for name in Person.objects.values_list("name", flat=True))
    yield from (mask_name(name) for name in Order.objects.values_list("to_name", flat=True))
    yield from (part for sku in Sku.objects.all() for pair in sku.specs.items() for part in pair)
    yield from (name for name, _, _ in PROVINCES.values())


def chinese(text: str) -> set[str]:
    """What of a text is Chinese and no name."""
    for name in sorted({*names(), _SWITCH} - {""}, key=len, reverse=True):
        text = text.replace(name, "")
    return set(_HAN.findall(text))


@pytest.fixture
def trade() -> Trade:
    """Two shops, two warehouses, carriers."""
    return Trade()


def english(trade: Trade, name: str) -> Client:
    """A browser of somebody who reads English."""
    client = trade.seat(name)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def left(client: Client, paths: Iterable[str]) -> dict[str, set[str]]:
    """The Chinese on each page."""
    return {path: found for path in paths if (found := chinese(page(client, path)))}


def lost(trade: Trade) -> Parcel:
    """A parcel the carrier lost and then, out of turn, refused."""
    parcel = trade.at("handed_over")
    fulfilment.track(ROOT, parcel.no, said=Event("e1", "in_transit"))
    fulfilment.lose(ROOT, parcel.no, said=Event("e2", "lost"))
    fulfilment.refuse(ROOT, parcel.no, said=Event("e3", "refused"))
    return parcel


def test_the_store(trade: Trade) -> None:
    """Home with a parcel on its way, checkout by courier and pick-up, orders in several states with their way and sums."""
    lying, moving, gone = trade.to_fetch(), trade.at("handed_over"), lost(trade)
    fetched = trade.to_fetch()
    fulfilment.collect(ROOT, fetched.no, code=fetched.pickup_code)
    mine = [f"/me/orders/{parcel.ref_of[7:]}" for parcel in (lying, moving, gone, fetched)]
    buying = f"/checkout?sku={trade.green.pk}&quantity=1"
    assert left(english(trade, "buyer"), ["/", "/me/orders", buying, f"{buying}&delivery=pickup", *mine]) == {}


def test_the_shop(trade: Trade) -> None:
    """Its queue with a task, the task, its orders."""
    waiting = trade.order((trade.keys, 2))
    inventory.count(ROOT, waiting.warehouse_id, sku_id=trade.keys.pk, found=1)
    task = f"/shop/tasks/{Task.objects.get().no}"
    client = english(trade, "seller2")
    client.post(f"{task}/claim")
    assert left(client, ["/shop", task, "/shop/orders", f"/shop/orders/{waiting.ref_of[7:]}"]) == {}
    inventory.receive(ROOT, waiting.warehouse_id, sku_id=trade.keys.pk, quantity=5)
    assert (Task.objects.get().outcome, left(client, [task])) == ("inventory.refilled", {})
    assert "Stock is complete again" in page(client, task)


def test_the_warehouse(trade: Trade) -> None:
    """Queue, scan screen and story of a parcel in every stage, of one with a chosen carrier, of one that came back."""
    staged = [trade.at(stage) for stage in ("planned", "picked", "inspected", "packed", "booked", "handed_over")]
    chosen, back = trade.at("packed"), lost(trade)
    fulfilment.book(ROOT, chosen.no, carrier=next(carrier.code for carrier in Carrier.objects.all() if carrier != chosen.carrier))
    fulfilment.take_back(ROOT, back.no)
    scanned = [f"/warehouse/parcels/{parcel.no}" for parcel in (*staged, chosen)]
    told = [f"/warehouse/parcels/{parcel.no}/story" for parcel in (*staged, chosen, back)]
    assert left(english(trade, "warehouse"), ["/warehouse", *scanned, *told]) == {}


def test_the_office(trade: Trade) -> None:
    """Queue, tasks about parcels and money, orders with all that was noted, refunds."""
    gone, paid = lost(trade), trade.to_fetch()
    moved, declined = trade.at("planned"), trade.transferred()
    elsewhere = accounts.add_address(trade.world.call("buyer"), to=world.HOMES[2])
    orders.change_address(ROOT, moved.ref_of[7:], address=elsewhere.pk)
    orders.decline(ROOT, declined.no, reason="No stock")
    pages = [f"/office/orders/{ref[7:]}" for ref in (gone.ref_of, paid.ref_of, moved.ref_of, declined.ref)]
    pages += [f"/office/tasks/{no}" for no in Task.objects.values_list("no", flat=True)]
    assert {"fulfilment.lost", "fulfilment.out_of_turn", "payments.refund_by_hand"} <= set(Task.objects.values_list("kind", flat=True))
    assert left(english(trade, "admin"), ["/office", "/office/orders", "/office/refunds", "/office/jobs", "/office/messages", *pages]) == {}


def test_the_api(trade: Trade) -> None:
    """Quote, refusal with a new quote, order with its parcels, time line."""
    parcel, buyer = trade.at("handed_over"), Caller(trade.world.people["buyer"])
    asked = {"lines": [{"sku": trade.green.pk, "quantity": 1}], "address": trade.home.pk, "payment_method": "cod"}
    quote = buyer.post("/checkout/quote", asked, accept_language="en").json()
    assert isinstance(quote["orders"][0]["warehouses"][0]["reason"], str)
    refused = buyer.post("/checkout/place", asked | {"expected_total": 1}, accept_language="en")
    assert (refused.status_code, refused.json()["detail"]["quote"]) == (409, quote)
    order = buyer.get(f"/orders/{parcel.ref_of[7:]}", accept_language="en").json()
    line = buyer.get(f"/orders/{parcel.ref_of[7:]}/timeline", accept_language="en").json()
    assert [step["text"].split()[0] for step in order["parcels"][0]["track"]] == ["Left", parcel.carrier.name]
    assert [chinese(str(document)) for document in (quote, refused.json(), order, line)] == [set()] * 4


def test_each_stop_names_the_carrier_of_its_time(trade: Trade) -> None:
    """One carrier was booked, did not come, and another was booked: nobody reads that the second one was called first."""
    parcel, buyer = trade.at("booked"), Caller(trade.world.people["buyer"])
    assert parcel.carrier is not None
    other = Carrier.objects.exclude(pk=parcel.carrier.pk).earliest("pk")
    fulfilment.rebook(ROOT, parcel.no, carrier=other.code, reason="late")
    fulfilment.booked(ROOT, parcel.no, waybill="W2")
    order = buyer.get(f"/orders/{parcel.ref_of[7:]}", accept_language="en").json()
    told = [step["text"] for step in reversed(order["parcels"][0]["track"])]
    assert [step["status"] for step in reversed(order["parcels"][0]["track"])] == ["booked", "rebooked", "booked"]
    assert [name in text for name, text in zip((parcel.carrier.name, parcel.carrier.name, other.name), told, strict=True)] == [True] * 3
    assert chinese(str(order)) == set()
    assert left(english(trade, "warehouse"), [f"/warehouse/parcels/{parcel.no}/story"]) == {}


def test_what_a_shop_named_is_no_saying() -> None:
    """A spec may be called `code` and have any value; only a reason that is a saying is put into words."""
    document = {"specs": {"code": "kernel.plain", "reason": "payments.refunded"}, "reason": {"code": "checkout.fetched"}}
    with translation.override("zh-hans"):
        assert sayings.worded([document]) == [document | {"reason": "到自提点取货，不收运费"}]


def test_every_saying_reads_in_both_languages() -> None:
    """Each row of the table with values of every kind."""
    values = {"fee": 800, "over": 9900, "cost": 1, "worth": 300, "amount": 129900, "days": 1, "pieces": 2, "km": 640, "differs": ["amount", "payee"]}
    values |= dict.fromkeys(("province", "here", "there", "carrier", "warehouse_name", "text"), "X")
    values |= {"parcel": "P26ABCDEFGHJ", "gateway": "bank_transfer", "channel": "sms", "shop_name": "Pine", "hours": 24}
    values |= {"parcel": "P26ABCDEFGHJ", "gateway": "bank_transfer", "channel": "sms", "score": 60, "operation": "orders.reject"}
    values |= dict.fromkeys(("supplier", "title", "name"), "X") | dict.fromkeys(("units", "short", "surplus", "damaged", "kinds"), 3)
    values |= {"by": "weight", "heaviest": 30_000, "grams": 4500}
    with translation.override("en"):
        assert [text for code in sayings.TEXTS if _HAN.search(text := sayings.text({"code": code, **values}))] == []
        told = [{"code": "delivery.first_fee", "fee": 800}, {"code": "delivery.remote_fee", "province": "西藏", "fee": 1000}]
        assert sayings.joined(told) == "Base freight ¥8.00; remote area surcharge for 西藏 ¥10.00"
    assert sayings.joined(told) == "首重运费 ¥8.00；西藏偏远加收 ¥10.00"
