"""The order centre's pages: conditions, views, bulk with preview, exports, ordering and editing by an administrator; who may not, may not (D08.2–7)."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.core import stage
from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Address, View
from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.desks.tests.browser import page, seat
from wangdan.kernel import guards
from wangdan.orders.models import Change, Order, Run
from wangdan.site import world

pytestmark = pytest.mark.django_db(transaction=True)
LIST, PAGE = 17, 26
"""Statements of the list, and of one order's page, whatever the number of rows."""


@pytest.fixture
def made():
    """Three orders of one shop: two paid at the door, one that waits for a transfer."""
    built = world.built()
    built.product(built.shops[0], "手作陶杯 340ml", 6800, 50)
    home = accounts.add_address(built.call("buyer"), to=world.HOMES[0], default=True)
    sku = Sku.objects.get()
    for method in ("cod", "cod", "bank_transfer"):
        asked = Asked(lines=(Wish(sku.pk, 2),), address=home.pk, payment_method=method)
        total = prepare(built.call("buyer").actor, asked).total
        checkout.place(built.call("buyer"), asked=asked, expected_total=total)
    return built


def listed(client: Client, query: str) -> list[str]:
    """The orders that the list shows."""
    return re.findall(r'href="/office/orders/(A26\w{9})"', page(client, f"/office/orders?{query}"))


def test_conditions_from_the_address(made):
    """Each by the words of the address; nonsense is passed over or finds nothing; a chip takes its condition away."""
    client = seat(made, "service")
    transfer = Order.objects.get(payment_method="bank_transfer")
    assert len(listed(client, "")) == 3
    for query in ("method=bank_transfer", "status=awaiting_payment", "payment=expected&method=bank_transfer", f"q={transfer.no}"):
        assert listed(client, query) == [transfer.no], query
    for query in ("customer=6021", "goods=陶杯", "low=1&high=9999", "days=7", "flags=cod,note&days=x", "from=2020-01-01", "low=x&shop=abc&from=y"):
        assert len(listed(client, query)) == (0 if "cod,note" in query else 3), query
    for query in ("status=nonsense", "goods=nothing", "waybill=SF0", "from=2099-01-01", "shop=999999", "mark=red", "cursor=x&status=completed"):
        assert listed(client, query) == [], query
    with guards.exempt("tests arrange a phone"):
        Order.objects.filter(pk=transfer.pk).update(to_phone="13500008634")
    for query in ("customer=8634", "q=8634", "customer=86%20135%200000%208634", "q=13500008634"):
        assert listed(client, query) == [transfer.no], query
    text = page(client, "/office/orders?method=cod&customer=6021")
    assert 'href="/office/orders?customer=6021"' in text
    assert "货到付款" in text


def test_a_list_and_a_page_cost_so_many_statements(made):
    """Flat in rows: three orders and twenty-three."""
    client, sku = seat(made, "service"), Sku.objects.get()
    asked = Asked(lines=(Wish(sku.pk, 1),), address=Address.objects.get().pk, payment_method="cod")
    total = prepare(made.call("buyer").actor, asked).total

    def spent(path: str) -> int:
        page(client, path)
        with CaptureQueriesContext(connection) as told:
            page(client, path)
        return len(told)

    few = spent("/office/orders"), spent(f"/office/orders/{Order.objects.first().no}")
    for _ in range(20):
        checkout.place(made.call("buyer"), asked=asked, expected_total=total)
    many = spent("/office/orders"), spent(f"/office/orders/{Order.objects.first().no}")
    assert few == many
    assert many[0] <= LIST
    assert many[1] <= PAGE


def test_views_on_the_page(made):
    """Saved from the list, seen as a tab, renamed, removed; another person's is 404."""
    client = seat(made, "service")
    client.post("/office/orders/views", {"do": "save", "name": "到付", "method": "cod", "csrf": "", "nonsense": "1"})
    view = View.objects.get()
    assert view.conditions == {"method": "cod"}
    assert f'href="/office/orders?view={view.pk}&amp;method=cod"' in page(client, "/office/orders")
    assert len(listed(client, f"view={view.pk}&method=cod")) == 2
    assert seat(made, "auditor").post("/office/orders/views", {"do": "remove", "view": view.pk}).status_code == 404
    client.post("/office/orders/views", {"do": "rename", "view": view.pk, "name": "货到付款"})
    assert "货到付款</a>" in page(client, "/office/orders")
    client.post("/office/orders/views", {"do": "remove", "view": view.pk})
    assert not View.objects.exists()
    assert seat(made, "buyer").post("/office/orders/views", {"do": "save", "name": "x", "method": "cod"}).status_code == 403


def test_bulk_with_preview_and_a_result_per_row(made):
    """The preview says what happens to each and touches nothing; confirmed, the worker does it and the page says what became of each."""
    client = seat(made, "service")
    nos = list(Order.objects.order_by("pk").values_list("no", flat=True))
    query = "&".join(f"no={no}" for no in nos)
    shown = page(client, f"/office/orders/bulk?do=cancel&{query}")
    assert "3 单里有 3 单可以" in shown
    assert "6 件货放回货架" in shown
    assert not Run.objects.exists()
    refused = client.post("/office/orders/bulk", {"do": "cancel", "no": nos})
    assert (refused.status_code, Run.objects.count()) == (422, 0)
    stage.orders.cancel(stage.ROOT, nos[0], reason="x")
    assert "订单已经发出或已结束，不能取消" in page(client, f"/office/orders/bulk?do=cancel&{query}")
    answer = client.post("/office/orders/bulk", {"do": "cancel", "no": nos, "reason": "重复下单", "more": "同一天"})
    run = Run.objects.get()
    assert answer["Location"] == f"/office/runs/{run.no}"
    assert "还没轮到" in page(client, f"/office/runs/{run.no}")
    stage.work(kinds=("errand:orders.run",))
    told = page(client, f"/office/runs/{run.no}")
    assert told.count('title="已办"') == 2
    assert "订单已经发出或已结束，不能取消" in told
    assert set(Order.objects.values_list("reason", flat=True)) == {"x", "重复下单：同一天"}
    assert run.no[:4] in page(client, "/office/runs") or "取消订单" in page(client, "/office/runs")
    assert seat(made, "auditor").get(f"/office/runs/{run.no}").status_code == 404
    assert client.get("/office/orders/bulk?do=accept").status_code == 404
    assert seat(made, "seller").get(f"/shop/orders/bulk?do=accept&{query}").status_code == 200


def test_an_export_comes_as_a_file(made):
    """The list's conditions, masked; in full refused without grant or reason."""
    client = seat(made, "service")
    answer = client.post("/office/orders/export", {"form": "csv", "method": "cod"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert (answer["Content-Type"], len(rows)) == ("text/csv; charset=utf-8", 3)
    assert "陈晓禾" not in str(rows)
    assert client.post("/office/orders/export", {"form": "csv", "full": "1", "reason": "x"}).status_code == 403
    lead = seat(made, "supervisor")
    assert lead.post("/office/orders/export", {"form": "xlsx", "full": "1"}).status_code == 302
    assert Run.objects.count() == 1
    whole = lead.post("/office/orders/export", {"form": "csv", "full": "1", "reason": "对账"})
    assert "陈晓禾" in b"".join(whole.streaming_content).decode()


def test_an_administrator_edits_with_a_preview(made):
    """Look, then save: the effect is said, the change stands in the time line with before and after; a wrong field comes back as typed."""
    client, sku = seat(made, "admin"), Sku.objects.get()
    order = Order.objects.get(payment_method="bank_transfer")
    path = f"/office/orders/{order.no}/edit"
    form = {f"q-{sku.pk}": "1", f"p-{sku.pk}": "68.00", "off": "5", "reason": "客户来电"}
    shown = page(client, path)
    assert "看影响" in shown
    assert order.to_phone not in shown
    shown = client.post(path, form | {"do": "look"}).content.decode()
    assert "应付从 ¥136.00 变成 ¥63.00" in shown
    assert "嘉兴仓放回 手作陶杯 340ml × 1" in shown
    assert not Change.objects.exists()
    wrong = client.post(path, form | {"do": "look", f"q-{sku.pk}": "x", "reason": ""})
    assert (wrong.status_code, 'value="x"' in wrong.content.decode()) == (422, True)
    expected = re.search(r'name="expected" value="(\d+)"', shown)
    assert expected is not None
    stale = client.post(path, form | {"do": "save", "expected": "1"})
    assert (stale.status_code, Change.objects.count()) == (409, 0)
    assert client.post(path, form | {"do": "save", "expected": expected.group(1)}).status_code == 302
    change = Change.objects.get()
    assert (change.reason, change.stock[0]["pieces"]) == ("客户来电", -1)
    story = page(client, f"/office/orders/{order.no}")
    assert "管理员改单" in story
    assert "客户来电" in story
    assert "68.00 × 2" in story
    stage.whole()


def test_an_administrator_orders_for_a_customer(made):
    """Found by user name, priced, saved; the number is the system's."""
    client, address = seat(made, "admin"), Address.objects.get()
    assert "代客下单" in page(client, "/office/orders")
    assert "没有这个账号" in page(client, "/office/orders/new?customer=nobody")
    assert "陈" in page(client, "/office/orders/new?customer=buyer")
    form = {"customer": "buyer", "sku-1": "手作陶杯 340ml", "q-1": "2", "address": address.pk, "delivery": "courier", "method": "cod"}
    shown = client.post("/office/orders/new", form | {"do": "look"}).content.decode()
    expected = re.search(r'name="expected" value="(\d+)"', shown)
    assert expected is not None
    before = Order.objects.count()
    answer = client.post("/office/orders/new", form | {"do": "save", "expected": expected.group(1)})
    order = Order.objects.latest("pk")
    assert (Order.objects.count(), answer["Location"]) == (before + 1, f"/office/orders/{order.no}")
    assert order.buyer == made.people["buyer"]
    assert client.post("/office/orders/new", form | {"sku-1": "nothing", "do": "look"}).status_code == 422
    pasted = {**form, "address": "", "to": "张小北 13712345678 浙江省杭州市余杭区仓前街道云溪路20号", "do": "look"}
    assert client.post("/office/orders/new", pasted).status_code == 200
    assert Address.objects.filter(person=made.people["buyer"]).count() == 2
    stage.whole()


@pytest.mark.parametrize("role", ["service", "auditor", "finance", "supervisor", "seller", "buyer"])
def test_only_administrators_create_and_edit(made, role):
    """D08.2, the exact rule: by page, by button, whatever the role."""
    client, order = seat(made, role), Order.objects.first()
    assert client.get("/office/orders/new").status_code == 403
    assert client.post(f"/office/orders/{order.no}/edit", {"do": "save"}).status_code == 403
    if role not in ("seller", "buyer"):
        assert "代客下单" not in page(client, "/office/orders")
        assert f"/office/orders/{order.no}/edit" not in page(client, f"/office/orders/{order.no}")
    assert not Change.objects.exists()
