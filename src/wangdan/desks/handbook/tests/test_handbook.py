"""Every procedure has its page: read from its document, drawn from LIFE, counted and measured for the office only."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wangdan.desks.handbook import drawing, pages, reading
from wangdan.kernel import clock, guards
from wangdan.kernel.act import ANONYMOUS
from wangdan.kernel.machine import Machine
from wangdan.kernel.models import Root
from wangdan.kernel.operation import OPERATIONS
from wangdan.orders import queries as orders
from wangdan.orders.models import Order, Purchase
from wangdan.orders.rules import LIFE
from wangdan.site.world import World, built

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> World:
    """People and shops."""
    cache.clear()
    return built()


def test_the_documents_name_what_there_is():
    """Twenty procedures; every operation that a step names exists, every journey too, and every document is listed."""
    found = reading.procedures()
    assert list(found) == [f"D{n:02d}" for n in range(1, 21)]
    assert {path.stem for path in reading.DOCUMENTS.glob("D*.md")} == {number for number, each in found.items() if each.steps}
    for procedure in found.values():
        assert not procedure.steps or all((reading.ROOT / procedure.journey).exists() for _ in (1,))
        assert all(step.number.startswith(f"{procedure.number}.") for step in procedure.steps)
        assert all(proof.text for proof in procedure.proofs)


def test_every_waiting_time_belongs_to_an_operation_and_a_move():
    """Nothing is measured under a name that does not exist."""
    assert set(pages.WAITS_FOR.values()) <= set(LIFE.moves)
    assert {name.partition(" ")[0] for name in pages.WAITS_FOR} <= set(OPERATIONS)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_all_pages_answer_and_say_what_is_later_work(made: World, language: str):
    """In both languages, to anybody; what is not built says so and has no steps."""
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    later = "后续工作" if language == "zh-hans" else "Later work"
    assert client.get("/procedures/").content.decode().count(f">{later}<") == sum(not each.steps for each in reading.procedures().values())
    for number, procedure in reading.procedures().items():
        text = client.get(f"/procedures/{number}").content.decode()
        assert (procedure.journey in text) if procedure.steps else ("wd-flow" not in text)
        assert 'class="count"' not in text
    assert client.get("/procedures/D21").status_code == 404
    assert client.post("/procedures/D01").status_code == 405


@pytest.mark.parametrize("name", ["buyer", "seller", "warehouse", "service", "auditor", "finance", "supervisor", "admin"])
def test_no_link_of_a_procedure_leads_to_a_refusal(made: World, name: str):
    """Each reader is led only to screens that he may open; the others stand there as words."""
    client = Client()
    client.force_login(made.people[name])
    pages_text = "".join(client.get(f"/procedures/{number}").content.decode() for number in reading.procedures())
    links = sorted(set(re.findall(r'<a href="([^"]+)"><code>', pages_text)))
    assert {link: status for link in links if (status := client.get(link).status_code) not in {200, 302}} == {}
    assert ("/office/orders" in links) == (name in {"service", "auditor", "finance", "supervisor", "admin"})
    assert ("/office/orders/new" in links) == (name == "admin")


def test_the_drawing_shows_every_state_and_every_way_once():
    """Well-formed, each state a box, each pair of states one arrow; boxes do not lie on one another and nothing leaves the sheet."""
    root = ET.fromstring(drawing.life(LIFE, "orders", count=lambda _: "7", said={}, title="x"))  # noqa: S314 - our own
    name = "{http://www.w3.org/2000/svg}" if root.tag.startswith("{") else ""
    boxes = [[float(rect.get(key, "0")) for key in ("x", "y", "width", "height")] for rect in root.iter(f"{name}rect")]
    assert len(boxes) == len(LIFE.states)
    pairs = {(source, target) for (_, source), target in LIFE.table.items()}
    assert len([path for path in root.iter(f"{name}path") if path.get("class") == "head"]) == len(pairs)
    for at, (x, y, wide, tall) in enumerate(boxes):
        assert 0 <= x <= x + wide <= 360
        assert all(x + wide <= a or a + w <= x or y + tall <= b or b + h <= y for a, b, w, h in boxes[at + 1 :])
    assert min(float(number) for path in root.iter(f"{name}path") for number in re.findall(r"[HM](-?[\d.]+)", path.get("d", ""))) >= 0


def test_any_life_can_be_drawn():
    """One with a way back and an end beside the line."""
    odd = Machine("odd", start="a", moves=[("go", "a", "b"), ("back", "b", "a"), ("stay", "b", "b"), ("stop", ("a", "b"), "c"), ("on", "b", "d")])
    assert drawing.backbone(odd)[:2] == ["a", "b"]
    assert drawing.life(odd, "odd", count=lambda _: "", said={}, title="x").count("<rect") == 4


def _order(made: World, status: str, **waits: float) -> None:
    """An order as it lies in the table; its story is not needed here, only its moments. Hours since the former moment."""
    now, row = clock.now() - timedelta(days=5), {}
    for name, hours in waits.items():
        now += timedelta(hours=hours)
        row[name] = now
    buyer, shop = made.people["buyer"], made.shops[0]
    with guards.exempt("tests arrange moments"):
        root = Root.objects.create(kind="purchases")
        known = {"root": root, "buyer": buyer, "payment_method": "cod", "total": 1, "placed_at": now}
        purchase = Purchase.objects.create(no=f"G{root.pk}", lines=1, **known)
        sums = {"goods": 1, "freight": 0, "discount": 0, "method": "courier", "status": status, "confirm_by": now}
        Order.objects.create(**known | row | sums, no=f"A{root.pk}", purchase=purchase, shop=shop)


def test_the_office_reads_counts_and_medians_and_nobody_else(made: World):
    """Three waits of 1, 2 and 9 hours have the median 2; two statements however many orders; the second page asks the table of orders once."""
    for hours in (1, 9, 2):
        _order(made, "awaiting_shipment", placed_at=0, paid_at=0.5, accepted_at=hours)
    assert (orders.states_now(ANONYMOUS), orders.waits(ANONYMOUS)) == ({}, {})
    client = Client()
    client.force_login(made.people["service"])
    client.get("/procedures/")
    with CaptureQueriesContext(connection) as first:
        text = client.get("/procedures/D12").content.decode()
    asked = [query["sql"] for query in first if "orders_order" in query["sql"]]
    assert len(asked) == 2
    assert '<tspan class="count">3</tspan>' in text
    assert "2 小时" in text
    assert "30 分钟" in text
    with CaptureQueriesContext(connection) as second:
        client.get("/procedures/D12")
    assert len([query for query in second if "orders_order" in query["sql"]]) == 1
    buyer = Client()
    buyer.force_login(made.people["buyer"])
    assert "2 小时" not in buyer.get("/procedures/D12").content.decode()


def test_a_state_is_counted_no_further_than_its_bound(made: World, monkeypatch: pytest.MonkeyPatch):
    """The page says so with a plus."""
    monkeypatch.setattr("wangdan.orders.queries.waiting.MOST_COUNTED", 1)
    monkeypatch.setattr("wangdan.orders.queries.MOST_COUNTED", 1)
    for _ in range(3):
        _order(made, "completed", placed_at=0)
    client = Client()
    client.force_login(made.people["admin"])
    assert '<tspan class="count">1+</tspan>' in client.get("/procedures/D01").content.decode()
    assert Order.objects.count() == 3
