"""A warehouse's own programs: waves, hand-over lists, deliveries, counts; another's are not there, a buyer has none (D10.2, D10.3, D07.3)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wangdan.desks.api.tests.caller import Caller
from wangdan.desks.warehouse.tests.trade import ROOT, Trade
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Manifest, Parcel, Wave
from wangdan.inventory import operations as inventory
from wangdan.inventory.models import Arrival, CountList, Stock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trade() -> Trade:
    """Goods, people, two warehouses of the platform and one of the second shop."""
    return Trade()


def program(trade: Trade, name: str = "warehouse") -> Caller:
    """The program of somebody."""
    return Caller(trade.world.people[name])


def done(answer: Any, status: int = 200) -> dict[str, Any]:
    """The document of a call that went well."""
    assert answer.status_code == status, answer.content
    return dict(answer.json())


def test_a_wave_is_made_walked_and_ends(trade: Trade) -> None:
    """Made of two parcels, taken, scanned, counted: the last piece ends it and both are picked; the moves say what is next."""
    house = trade.world.warehouses[0].pk
    parcels, wms = [trade.order((trade.green, 1)), trade.order((trade.oat, 2))], program(trade)
    assert {"id": house, "name": trade.world.warehouses[0].name}.items() <= done(wms.get("/warehouses"))["items"][0].items()
    made = done(wms.post("/waves", {"warehouse": house, "parcels": [each.no for each in parcels]}, idempotency_key="w1"), 201)
    again = done(wms.post("/waves", {"warehouse": house, "parcels": [each.no for each in parcels]}, idempotency_key="w1"), 201)
    assert (made["no"], made["status"], made["moves"], Wave.objects.count()) == (again["no"], "open", ["start", "end"], 1)
    path = f"/waves/{made['no']}"
    assert done(wms.post(f"{path}/start"))["moves"] == ["put_back", "end", "scan", "count"]
    one = done(wms.post(f"{path}/scan", {"code": trade.green.code}))
    left = next(line for line in one["lines"] if line["sku"] == trade.oat.pk)
    assert [line["picked"] for line in one["lines"] if line["sku"] == trade.green.pk] == [1]
    ended = done(wms.post(f"{path}/count", {"line": left["line"], "pieces": 2}))
    assert (ended["status"], ended["moves"]) == ("done", [])
    assert {each.status for each in Parcel.objects.all()} == {"picked"}
    [row] = done(wms.get(f"/waves?warehouse={house}"))["items"]
    assert (row["parcels"], row["pieces"], row["picked"]) == (2, 3, 3)


def test_a_list_is_loaded_and_signed(trade: Trade) -> None:
    """Opened twice it is one; loading hands the parcel over; a count that differs is refused, the right one closes it."""
    parcel, wms = trade.at("booked"), program(trade)
    assert parcel.carrier is not None
    body = {"warehouse": parcel.warehouse_id, "carrier": parcel.carrier.code}
    first, second = (done(wms.post("/manifests", body), 201) for _ in range(2))
    assert (first["no"], Manifest.objects.count()) == (second["no"], 1)
    path = f"/manifests/{first['no']}"
    assert done(wms.post(f"{path}/load", {"parcel": parcel.no}))["parcels"][0]["waybill"] == parcel.waybill
    assert Parcel.objects.get(pk=parcel.pk).status == "handed_over"
    wrong = wms.post(f"{path}/close", {"courier": "老周", "counted": 2})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "fulfilment.manifest_differs")
    closed = done(wms.post(f"{path}/close", {"courier": "老周", "counted": 1}))
    assert (closed["courier"], closed["moves"]) == ("老周", [])


def test_a_delivery_is_announced_by_code_and_checked_in(trade: Trade) -> None:
    """An ERP announces goods by their codes; good pieces lie in the stock at once, what differs needs a note to close."""
    house, wms = trade.world.warehouses[0].pk, program(trade)
    before = Stock.objects.get(warehouse=house, sku=trade.green).on_hand
    lines = [{"code": trade.green.code.lower(), "pieces": 10}, {"sku": trade.oat.pk, "pieces": 5}]
    body = {"warehouse": house, "supplier": "安吉绿源家居厂", "reference": "PO-1", "expected_on": "2026-12-01", "lines": lines}
    made = done(wms.post("/arrivals", body), 201)
    assert (made["expected_on"], made["moves"], [line["expected"] for line in made["lines"]]) == (
        "2026-12-01",
        ["check_in", "close", "call_off"],
        [10, 5],
    )
    path = f"/arrivals/{made['no']}"
    came = done(wms.post(f"{path}/check_in", {"code": trade.green.code, "good": 9, "damaged": 1}))
    assert (came["differs"], came["moves"]) == ({"short": 5, "over": 0, "damaged": 1}, ["check_in", "close"])
    assert Stock.objects.get(warehouse=house, sku=trade.green).on_hand == before + 9
    assert wms.post(f"{path}/close").json()["code"] == "inventory.note_missing"
    assert done(wms.post(f"{path}/close", {"note": "少五件"}))["status"] == "closed"
    other = done(wms.post("/arrivals", body), 201)
    assert done(wms.post(f"/arrivals/{other['no']}/call_off"))["status"] == "called_off"


def test_a_zone_is_counted(trade: Trade) -> None:
    """As the books say is done; another number is counted twice and booked with its reason."""
    house, wms = trade.world.warehouses[0].pk, program(trade)
    made = done(wms.post("/counts", {"warehouse": house}), 201)
    path, lines = f"/counts/{made['no']}", {line["sku"]: line["line"] for line in made["lines"]}
    there = Stock.objects.get(warehouse=house, sku=trade.green).on_hand
    done(wms.post(f"{path}/enter", {"line": lines[trade.green.pk], "found": there}))
    twice = {"line": lines[trade.oat.pk], "found": 3}
    done(wms.post(f"{path}/enter", twice))
    assert wms.post(f"{path}/enter", twice).json()["code"] == "inventory.note_missing"
    found = done(wms.post(f"{path}/enter", twice | {"why": "打碎了"}))
    assert {line["sku"]: (line["status"], line["first"], line["second"]) for line in found["lines"]}[trade.oat.pk] == ("done", 3, 3)
    assert Stock.objects.get(warehouse=house, sku=trade.oat).on_hand == 3


def furnished(trade: Trade) -> dict[str, str]:
    """One of each in the first warehouse, by kind its number."""
    house, call = trade.world.warehouses[0].pk, trade.world.call("warehouse")
    parcel, loaded = trade.order(), trade.at("booked")
    assert loaded.carrier is not None
    return {
        "waves": fulfilment.make_wave(call, warehouse_id=house, nos=[parcel.no]).no,
        "manifests": fulfilment.open_manifest(call, warehouse_id=house, carrier=loaded.carrier.code).no,
        "arrivals": inventory.announce(ROOT, warehouse_id=house, supplier="厂", lines=[(trade.green.pk, 3)]).no,
        "counts": inventory.make_count(call, warehouse_id=house).no,
    }


MOVES = {
    "waves": [("start", None), ("end", None), ("scan", {"code": "x"}), ("count", {"line": 1, "pieces": 1})],
    "manifests": [("load", {"parcel": "P"}), ("close", {"courier": "x", "counted": 0})],
    "arrivals": [("check_in", {"code": "x", "good": 1}), ("close", {"note": "x"}), ("call_off", None)],
    "counts": [("enter", {"line": 1, "found": 1}), ("drop", None)],
}
"""Every kind of thing with its moves and what they are sent."""


def state() -> list[Any]:
    """What a refusal must leave alone."""
    return [
        list(Wave.objects.order_by("pk").values_list("status", "picker")),
        list(Manifest.objects.order_by("pk").values_list("closed_at", "counted")),
        list(Arrival.objects.order_by("pk").values_list("status", "closed_at")),
        list(CountList.objects.order_by("pk").values_list("closed_at", "zone")),
        list(Stock.objects.order_by("pk").values_list("on_hand", "held")),
        list(Parcel.objects.order_by("pk").values_list("status", flat=True)),
    ]


def test_others_find_nothing_and_change_nothing(trade: Trade) -> None:
    """Another shop, a buyer: 404 and empty lists; nobody: 401; the office reads and may not move; unknown numbers, moves and bodies: 404, 422."""
    numbers, house = furnished(trade), trade.world.warehouses[0].pk
    before, mine = state(), program(trade)
    for kind, moves in MOVES.items():
        path = f"/{kind}/{numbers[kind]}"
        for who, status in ((program(trade, "seller2"), 404), (program(trade, "buyer"), 404), (Caller(), 401)):
            assert who.get(path).status_code == status, (kind, status)
            assert [who.post(f"{path}/{move}", body).status_code for move, body in moves] == [status] * len(moves), kind
        assert done(program(trade, "buyer").get(f"/{kind}"))["items"] == done(program(trade, "seller2").get(f"/{kind}"))["items"] == []
        assert program(trade, "seller2").get(f"/{kind}?warehouse={house}").status_code == 404
        assert done(program(trade, "service").get(path))["moves"] == []
        assert {program(trade, "service").post(f"{path}/{move}", body).status_code for move, body in moves} <= {403, 404, 409}
        assert [mine.get(f"/{kind}/{no}").status_code for no in ("X", "W26AAAAAAAAA", "%00")] == [404, 404, 422]
        assert mine.post(f"{path}/explode").status_code == 404
    for path, body in (
        ("/waves", {"warehouse": house, "parcels": []}),
        ("/arrivals", {"warehouse": house, "supplier": "厂", "lines": [{"pieces": 1}]}),
        ("/arrivals", {"warehouse": house, "supplier": "厂", "expected_on": "soon", "lines": [{"sku": trade.green.pk, "pieces": 1}]}),
        (f"/manifests/{numbers['manifests']}/load", {}),
        (f"/counts/{numbers['counts']}/enter", {"line": 1}),
        (f"/waves/{numbers['waves']}/scan", None),
        (f"/arrivals/{numbers['arrivals']}/check_in", {"good": 1}),
    ):
        assert mine.post(path, body).status_code == 422, (path, body)
    for path, body in (
        ("/waves", {"warehouse": house, "parcels": ["P26"]}),
        ("/manifests", {"warehouse": house, "carrier": "cangshan"}),
        ("/arrivals", {"warehouse": house, "supplier": "厂", "lines": [{"sku": trade.green.pk, "pieces": 1}]}),
        ("/counts", {"warehouse": house}),
    ):
        assert program(trade, "seller2").post(path, body).status_code == 404, path
    assert mine.post("/arrivals", {"warehouse": house, "supplier": "厂", "lines": [{"code": "nobody", "pieces": 1}]}).status_code == 404
    assert state() == before


def test_lists_take_as_many_statements_for_many_as_for_one(trade: Trade) -> None:
    """No list asks once per row."""
    furnished(trade)
    wms, counts = program(trade), {}
    for kind in MOVES:
        wms.get(f"/{kind}")
        with CaptureQueriesContext(connection) as seen:
            assert len(done(wms.get(f"/{kind}"))["items"]) == 1
        counts[kind] = len(seen)
    house, call = trade.world.warehouses[0].pk, trade.world.call("warehouse")
    for _more in range(3):
        fulfilment.make_wave(call, warehouse_id=house, nos=[trade.order().no])
        inventory.announce(ROOT, warehouse_id=house, supplier="厂", lines=[(trade.green.pk, 3)])
        inventory.make_count(call, warehouse_id=house)
    for kind in MOVES:
        with CaptureQueriesContext(connection) as seen:
            page = done(wms.get(f"/{kind}?limit=2"))
        assert len(seen) <= counts[kind], kind
        assert (page["next"] is not None) == (kind != "manifests")
