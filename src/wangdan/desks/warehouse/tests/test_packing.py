"""Inspection with pictures, packing with protection and weight, the slip, and the carrier's list: scanned, counted, signed (D10.2–3, D12.6)."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from wangdan.checkout.tests.threads import at_once
from wangdan.desks.tests.browser import page
from wangdan.desks.warehouse.tests.trade import ROOT, Trade, says
from wangdan.fulfilment import operations
from wangdan.fulfilment.models import Manifest, Material, MaterialStock, Parcel, Photo
from wangdan.fulfilment.rules import grams, weight_differs
from wangdan.kernel.errors import Malformed, NotSeen, Problem, Refused
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trade() -> Trade:
    """Goods, people, two warehouses."""
    return Trade()


def at(parcel: Parcel) -> str:
    """The parcel's status now."""
    return Parcel.objects.get(pk=parcel.pk).status


def picture() -> SimpleUploadedFile:
    """What a camera takes."""
    out = io.BytesIO()
    Image.new("RGB", (300, 200), (90, 140, 110)).save(out, "JPEG")
    return SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")


def test_what_a_scale_types() -> None:
    """Kilograms with or without the unit, grams with it; nothing else is a weight, least of all a number of ours."""
    read = {
        "1.25kg": 1250,
        "1.25 KG": 1250,
        "0.5": 500,
        "1250g": 1250,
        "12": 12000,
        "0": None,
        "P26ABC": None,
        "1.2345": None,
        "99999": None,
        "": None,
    }
    assert {text: grams(text) for text in read} == read


def test_a_weight_differs_beyond_percent_and_tape() -> None:
    """Fifteen percent of the goods, at least sixty grams; goods of unknown weight never differ."""
    assert not weight_differs(1000, 120, 1120 + 150, 15)
    assert weight_differs(1000, 120, 1120 + 151, 15)
    assert weight_differs(1000, 120, 560, 15)
    assert not weight_differs(100, 0, 160, 15)
    assert not weight_differs(0, 0, 9000, 15)


def test_packing_keeps_protection_and_weight(trade: Trade) -> None:
    """The scale types into the scanner's field, the choice is kept, the parcel's number packs (D10.3)."""
    parcel = trade.at("inspected", (trade.green, 2))
    with_weight(parcel, 1150)
    client, path = trade.seat("warehouse"), f"/warehouse/parcels/{parcel.no}"
    shown = page(client, path)
    assert "用什么箱子" in shown
    assert "气泡膜" in shown
    weighed = says(client, f"{path}/scan", code="1.25kg", wrapping="carton-m")
    assert "称好了：1.25 kg" in weighed
    assert 'value="carton-m" form="scan-form" checked' in weighed
    says(client, f"{path}/scan", code=parcel.no, wrapping="bubble", weight="1.25")
    parcel.refresh_from_db()
    assert (parcel.status, parcel.wrapping, parcel.scale_grams) == ("packed", ["bubble"], 1250)
    slip = page(client, f"{path}/slip")
    assert "装箱单" in slip
    assert "气泡膜" in slip
    assert "19.00" not in slip


def test_a_doubtful_weight_asks_again(trade: Trade) -> None:
    """Half of what it should weigh: nothing is packed until somebody has looked again, which the journal keeps."""
    parcel = trade.at("inspected", (trade.green, 2))
    with_weight(parcel, 4000)
    client, path = trade.seat("warehouse"), f"/warehouse/parcels/{parcel.no}"
    doubt = says(client, f"{path}/scan", code=parcel.no, weight="2")
    assert "少装、多装或装错了" in doubt
    assert "我重新核对过" in doubt
    assert at(parcel) == "inspected"
    says(client, f"{path}/scan", code=parcel.no, weight="2", checked="1")
    assert at(parcel) == "packed"
    with pytest.raises(Refused, match=r"fulfilment\.cannot_pack"):
        operations.pack(ROOT, parcel.no)


def with_weight(parcel: Parcel, grams_: int) -> None:
    """Goods of that weight: the SKU says so before the order is accepted in life; here the parcel is told."""
    from wangdan.kernel import guards

    with guards.exempt("a weight for a test"):
        Parcel.objects.filter(pk=parcel.pk).update(weight_grams=grams_)


def test_material_and_weight_must_make_sense(trade: Trade) -> None:
    """Unknown material, no weight at all, too heavy: refused, nothing is packed; only administrators take up material."""
    parcel, call = trade.at("inspected"), trade.world.call("warehouse")
    for given, code in (({"wrapping": ["gold"]}, "material_unknown"), ({"grams": 0}, "weight_malformed"), ({"grams": 10**7}, "weight_malformed")):
        with pytest.raises(Malformed, match=f"fulfilment\\.{code}"):
            operations.pack(call, parcel.no, **given)
    assert at(parcel) == "inspected"
    with pytest.raises(Problem):
        operations.set_material(call, code="gold", name="金箔", kind="protection", grams=1)
    operations.set_material(trade.world.call("admin"), code="tube", name="纸筒", kind="box", grams=90)
    assert Material.objects.get(code="tube").grams == 90


def kept(trade: Trade) -> dict[str, tuple[int, int]]:
    """What the first warehouse has of each material, and its limit."""
    rows = MaterialStock.objects.filter(warehouse=trade.world.warehouses[0])
    return {row.material.code: (row.on_hand, row.low) for row in rows.select_related("material")}


def test_packing_takes_from_the_material_and_says_when_it_runs_out(trade: Trade) -> None:
    """D10.3: kept on its page; each packed parcel takes one of what it chose; one task when it gets few, settled when there is more."""
    client, house = trade.seat("warehouse"), trade.world.warehouses[0].pk
    client.post("/warehouse/materials/keep", {"house": house, "code": "carton-s", "on_hand": "21", "low": "20"})
    client.post("/warehouse/materials/keep", {"house": house, "code": "air", "on_hand": "0", "low": ""})
    assert kept(trade) == {"carton-s": (21, 20), "air": (0, 0)}
    call = trade.world.call("warehouse")
    operations.pack(call, trade.at("inspected").no, wrapping=["carton-s", "air", "foam"])
    assert not Task.objects.filter(kind="fulfilment.material_low").exists()
    operations.pack(call, trade.at("inspected").no, wrapping=["carton-s"])
    operations.pack(call, trade.at("inspected").no, wrapping=["carton-s"])
    assert kept(trade) == {"carton-s": (18, 20), "air": (0, 0)}
    [task] = Task.objects.filter(kind="fulfilment.material_low")
    assert (task.role, task.detail["kinds"], task.status) == ("warehouse", 1, "open")
    assert "快用完" in page(client, f"/warehouse/materials?house={house}")
    assert f"/warehouse/materials?house={house}" in page(client, f"/warehouse/tasks/{task.no}")
    operations.keep_material(call, house, code="carton-s", on_hand=500, low=20)
    task.refresh_from_db()
    assert task.status == "done"


def test_material_is_kept_by_its_own_warehouse(trade: Trade) -> None:
    """Another's warehouse, a buyer, an unknown kind, too many: refused, nothing kept; only administrators see the form of kinds."""
    house, own = trade.world.warehouses[0].pk, trade.world.call("warehouse")
    cases = (
        (trade.world.call("seller2"), {"code": "air", "on_hand": 1, "low": 1}, NotSeen),
        (trade.world.call("buyer"), {"code": "air", "on_hand": 1, "low": 1}, NotSeen),
        (own, {"code": "gold", "on_hand": 1, "low": 1}, NotSeen),
        (own, {"code": "air", "on_hand": 10**9, "low": 1}, Malformed),
        (own, {"code": "air", "on_hand": -1, "low": 1}, Malformed),
    )
    for call, given, problem in cases:
        with pytest.raises(problem):
            operations.keep_material(call, house, **given)
    assert kept(trade) == {}
    assert "添一种" not in page(trade.seat("warehouse"), "/warehouse/materials")
    admin = trade.seat("admin")
    assert "添一种" in page(admin, "/warehouse/materials")
    admin.post("/warehouse/materials/add", {"code": "tube", "name": "纸筒", "kind": "box", "grams": "90"})
    assert Material.objects.get(code="tube").grams == 90
    told = trade.seat("warehouse").post("/warehouse/materials/add", {"code": "gold", "name": "金箔", "kind": "box", "grams": "1"})
    assert told.status_code == 403
    assert not Material.objects.filter(code="gold").exists()


def test_two_packers_take_two(trade: Trade) -> None:
    """Two parcels packed at the same moment take two cartons, in whatever order they name them."""
    house, call = trade.world.warehouses[0].pk, trade.world.call("warehouse")
    for code in ("carton-s", "air"):
        operations.keep_material(call, house, code=code, on_hand=50, low=0)
    given = [(trade.at("inspected").no, order) for order in (["carton-s", "air"], ["air", "carton-s"])]
    said = at_once([lambda no=no, order=order: operations.pack(trade.world.call("warehouse"), no, wrapping=order) for no, order in given])
    assert kept(trade) == {"carton-s": (48, 0), "air": (48, 0)}, said


def test_pictures_are_for_the_parcels_people(trade: Trade) -> None:
    """Taken on the inspection table; the buyer, the shop, the warehouse and the office see them, others 404 (D10.2, D10.5)."""
    parcel = trade.at("picked")
    client, path = trade.seat("warehouse"), f"/warehouse/parcels/{parcel.no}"
    answer = client.post(f"{path}/photo", {"picture": picture()}, follow=True)
    assert "照片存好了" in answer.content.decode()
    photo = Photo.objects.get()
    assert (photo.parcel_id, photo.stage) == (parcel.pk, "picked")
    for name, status in (("buyer", 200), ("seller", 200), ("warehouse", 200), ("service", 200), ("buyer2", 404), ("seller2", 404)):
        answer = trade.seat(name).get(photo.url(200))
        answer.close()
        assert answer.status_code == status, name
    assert photo.url(200) in page(client, f"{path}/story")
    assert photo.url(200) in page(trade.seat("buyer"), f"/me/orders/{parcel.ref_of[7:]}")
    assert photo.url(200) in page(trade.seat("service"), f"/office/orders/{parcel.ref_of[7:]}")
    unpicked = trade.at("planned")
    client.post(f"/warehouse/parcels/{unpicked.no}/photo", {"picture": picture()})
    client.post(f"{path}/photo", {"picture": SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")})
    assert Photo.objects.count() == 1


def booked(trade: Trade, count: int) -> list[Parcel]:
    """Parcels with a waybill of one carrier."""
    return [trade.at("booked", (trade.green, 1)) for _ in range(count)]


def test_a_carriers_list_is_scanned_counted_and_signed(trade: Trade) -> None:
    """Each scan hands over; a count that differs is refused; signed, it is closed and prints every waybill (D12.6)."""
    one, two = booked(trade, 2)
    client = trade.seat("warehouse")
    shown = page(client, "/warehouse/manifests")
    assert one.carrier.name in shown
    assert "2 个包裹" in shown
    client.post("/warehouse/manifests/open", {"house": one.warehouse_id, "carrier": one.carrier.code})
    client.post("/warehouse/manifests/open", {"house": one.warehouse_id, "carrier": one.carrier.code})
    manifest = Manifest.objects.get()
    path = f"/warehouse/manifests/{manifest.no}"
    assert "装上了" in says(client, f"{path}/scan", code=one.waybill.lower())
    assert "这个已经装过了" in says(client, f"{path}/scan", code=one.no)
    assert "不认识这个号码" in says(client, f"{path}/scan", code="nothing")
    assert (at(one), at(two)) == ("handed_over", "packed")
    says(client, f"{path}/scan", code=two.no)
    refused = client.post(f"{path}/close", {"courier": "老周", "counted": "3"})
    assert refused.status_code == 409
    assert "快递员点到 3 个" in refused.content.decode()
    assert client.post(f"{path}/close", {"courier": " ", "counted": "2"}).status_code == 422
    assert Manifest.objects.get().closed_at is None
    client.post(f"{path}/close", {"courier": "老周", "counted": "2"})
    manifest.refresh_from_db()
    assert (manifest.courier, manifest.counted) == ("老周", 2)
    paper = page(client, f"{path}/paper")
    assert one.waybill in paper
    assert two.waybill in paper
    assert client.get(f"/warehouse/find?q={manifest.no}")["Location"] == path


def test_the_wrong_carriers_parcel_stays(trade: Trade) -> None:
    """Another carrier's, another house's and a closed list's parcels are refused and stay packed."""
    (parcel,) = booked(trade, 1)
    call = trade.world.call("warehouse")
    other = operations.open_manifest(
        call, warehouse_id=parcel.warehouse_id, carrier=next(code for code in ("qingyan", "cangshan") if code != parcel.carrier.code)
    )
    with pytest.raises(Refused, match=r"fulfilment\.other_carrier"):
        operations.load(call, parcel.no, manifest=other.no)
    with pytest.raises(NotSeen):
        operations.load(trade.world.call("seller2"), parcel.no, manifest=other.no)
    right = operations.open_manifest(call, warehouse_id=parcel.warehouse_id, carrier=parcel.carrier.code)
    with pytest.raises(Refused, match=r"fulfilment\.manifest_differs"):
        operations.close_manifest(call, right.no, courier="老周", counted=0)
    operations.load(call, parcel.no, manifest=right.no)
    operations.close_manifest(call, right.no, courier="老周", counted=1)
    (late,) = booked(trade, 1)
    with pytest.raises(Refused, match=r"fulfilment\.manifest_closed"):
        operations.load(call, late.no, manifest=right.no)
    assert at(late) == "packed"
    assert operations.open_manifest(call, warehouse_id=late.warehouse_id, carrier=late.carrier.code).no != right.no


def test_a_list_closes_with_what_was_loaded(trade: Trade) -> None:
    """Loading and closing at once: whatever was loaded was counted, or is refused; no list closes with another number."""
    one, two = booked(trade, 2)
    call = trade.world.call("warehouse")
    manifest = operations.open_manifest(call, warehouse_id=one.warehouse_id, carrier=one.carrier.code)
    operations.load(call, one.no, manifest=manifest.no)
    at_once([
        lambda: operations.load(call, two.no, manifest=manifest.no),
        lambda: operations.close_manifest(call, manifest.no, courier="老周", counted=1),
    ])  # fmt: skip
    manifest.refresh_from_db()
    assert manifest.closed_at is None or manifest.loads.count() == manifest.counted
