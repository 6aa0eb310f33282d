"""Work on many orders behind: each row its own answer, twice is once, whoever dies; exports that are masked, safe and as wide as one's sight (D08.5–6)."""

import csv
import io
import re
import tracemalloc
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.core import stage
from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Person, View
from wangdan.checkout.tests.market import Market, buyer, market, member, stock_of
from wangdan.checkout.tests.threads import at_once
from wangdan.desks import errands as desk
from wangdan.desks import exporting, sheets
from wangdan.kernel import guards
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Problem, Refused
from wangdan.kernel.models import Journal
from wangdan.notices.models import Notice
from wangdan.orders import errands, operations, queries
from wangdan.orders.models import Order, Run, RunRow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Market:
    """A market."""
    return market()


def office(shop: Market, role: str = "service") -> Call:
    """A call of somebody of the office."""
    assert shop.platform is not None
    return Call(member(shop.platform, role))


def begin(call: Call, kind: str, orders: list[Order], **given: str) -> Run:
    """Ask for a run."""
    return operations.begin_run(call, kind=kind, orders=[order.no for order in orders], given=given)


def codes(run: Run) -> list[str]:
    """What became of each row."""
    return list(RunRow.objects.filter(run=run).order_by("position").values_list("code", flat=True))


def test_each_row_has_its_own_answer(shop: Market) -> None:
    """Three are called off with money and goods back, the one on its way is refused with why, and the preview said so."""
    sku = shop.sku(price=1000)
    clerk = office(shop)
    unpaid = stage.placed(buyer(), (sku, 2)).orders[0]
    [paid], [taken], [gone] = stage.paid(buyer(), (sku, 1)), stage.accepted(buyer(), (sku, 1)), stage.sent(buyer(), (sku, 1))
    wanted = [Order.objects.get(pk=order.pk) for order in (unpaid, paid, taken, gone)]
    told = queries.effects(clerk.actor, wanted, "cancel")
    assert [(each.code, each.back, each.let_go, each.freed) for each in told] == [
        ("", 0, unpaid.total, 2), ("", paid.total, 0, 1), ("", taken.total, 0, 1), ("orders.cannot_cancel", 0, 0, 0),
    ]  # fmt: skip
    run = begin(clerk, "cancel", wanted, reason="重复下单")
    assert (run.status, run.total, run.done) == ("waiting", 4, 0)
    stage.work(kinds=("errand:orders.run",), twice=True)
    run.refresh_from_db()
    assert (run.status, run.done, run.refused, codes(run)) == ("done", 3, 1, ["", "", "", "orders.cannot_cancel"])
    assert [stage.status(order) for order in wanted] == ["cancelled", "cancelled", "cancelled", "shipped"]
    assert Journal.objects.filter(operation="orders.cancel", actor_id=clerk.actor.id, ref=paid.ref).count() == 1
    assert stock_of(sku) == (99, 0)
    stage.whole()


def test_a_worker_that_dies_in_the_middle_leaves_nothing_twice(shop: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row was done but not noted: the next worker finds it done."""
    [first], [second] = (stage.paid(buyer(), (shop.sku(price=1000), 1)) for _ in range(2))
    run = begin(office(shop), "cancel", [first, second], reason="x")
    note = operations.note_row

    def dies(*args: Any, **kwargs: Any) -> Run:
        raise KeyboardInterrupt

    monkeypatch.setattr(operations, "note_row", dies)
    with pytest.raises(KeyboardInterrupt):
        errands.run_moves(run=run.no)
    assert (stage.status(first), stage.status(second), codes(run)) == ("cancelled", "awaiting_acceptance", ["", ""])
    monkeypatch.setattr(operations, "note_row", note)
    at_once([lambda: errands.run_moves(run=run.no)] * 3)
    run.refresh_from_db()
    assert (run.done, run.refused, run.status) == (2, 0, "done")
    assert Journal.objects.filter(operation="orders.cancel", ref__startswith="orders:").count() == 2
    stage.whole()


def test_a_foreign_order_refuses_the_whole(shop: Market) -> None:
    """Own and foreign together, none, too many, a move that is none, no reason: nothing is begun."""
    [mine] = stage.paid(buyer(), (shop.sku(price=1000), 1))
    [theirs] = stage.paid(buyer(), (shop.sku(shop=1, price=1000), 1))
    keeper = Call(member(shop.shops[0], "shop_clerk"))
    with pytest.raises(NotSeen):
        begin(keeper, "accept", [mine, theirs])
    for kind, orders, given, code in (
        ("accept", [], {}, "orders.run_empty"),
        ("end", [mine], {}, "orders.run_unknown"),
        ("cancel", [mine], {"reason": " "}, "orders.reason_missing"),
        ("mark", [mine], {"mark": "pink"}, "orders.mark_unknown"),
        ("mark", [mine], {"remark": "长" * 201}, "orders.remark_long"),
    ):
        with pytest.raises(Malformed) as refused:
            begin(keeper, kind, orders, **given)
        assert refused.value.code == code
    with pytest.raises(Refused) as long:
        operations.begin_run(keeper, kind="accept", orders=[f"A{at}" for at in range(501)], given={})
    assert long.value.code == "orders.run_long"
    with pytest.raises(NotGranted):
        begin(buyer().call(), "cancel", [mine], reason="x")
    assert not Run.objects.exists()
    run = begin(keeper, "accept", [mine, mine])
    stage.work(kinds=("errand:orders.run",))
    assert (codes(run), stage.status(mine)) == ([""], "awaiting_shipment")


def test_who_may_no_more_does_no_more(shop: Market) -> None:
    """Rights count when the row is done, not when it was asked for; runs are their maker's and the supervisor's."""
    [order] = stage.paid(buyer(), (shop.sku(price=1000), 1))
    clerk = office(shop)
    run = begin(clerk, "cancel", [order], reason="x")
    with guards.exempt("he left"):
        Person.objects.filter(pk=clerk.actor.id).update(is_active=False)
    stage.work(kinds=("errand:orders.run",))
    assert (codes(run), stage.status(order)) == (["kernel.not_granted"], "awaiting_acceptance")
    with pytest.raises(NotSeen):
        queries.run(office(shop, "finance").actor, run.no)
    assert queries.run(office(shop, "supervisor").actor, run.no) == run


def test_marks_and_reminders(shop: Market) -> None:
    """Shop and office leave each other a flag; the office reminds the shop, not twice in six hours; a buyer does neither."""
    one = buyer()
    [order] = stage.paid(one, (shop.sku(price=1000), 1))
    keeper, clerk = Call(member(shop.shops[0], "shop_clerk")), office(shop)
    operations.mark(keeper, order.no, mark="red", remark="先发 ")
    order.refresh_from_db()
    assert (order.mark, order.remark) == ("red", "先发")
    for call in (one.call(), Call(member(shop.shops[1], "shop_clerk"))):
        with pytest.raises(Problem):
            operations.mark(call, order.no, mark="", remark="")
    with pytest.raises(Malformed):
        operations.mark(clerk, order.no, mark="pink")
    operations.remind(clerk, order.no)
    with pytest.raises(Refused) as again:
        operations.remind(clerk, order.no)
    assert again.value.code == "orders.reminded_lately"
    stage.work()
    assert Notice.objects.filter(kind="shop_reminded", person_id=keeper.actor.id).count() == 1
    operations.cancel(stage.ROOT, order.no, reason="x")
    with pytest.raises(Refused) as late:
        operations.remind(office(shop, "supervisor"), order.no)
    assert late.value.code == "orders.cannot_remind"
    order.refresh_from_db()
    assert order.mark == "red"


# ---- exports --------------------------------------------------------------------------------------------------------


def table(form: str, pieces: bytes) -> list[list[str]]:
    """The rows of a file."""
    if form == "csv":
        assert pieces.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(pieces.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(pieces)).active
    assert sheet is not None
    assert "f" not in {cell.data_type for row in sheet.rows for cell in row}, "a formula"
    return [[f"{cell:.2f}" if isinstance(cell, int | float) else str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_is_masked_and_safe(shop: Market, form: str) -> None:
    """Nobody's name, phone or street; a text that looks like a formula is none; money with two digits; the heads in the reader's language."""
    one = buyer()
    [order] = stage.paid(one, (shop.sku(price=1000), 3), note="=HYPERLINK(1)")
    with guards.exempt("a name like a formula"):
        Order.objects.filter(pk=order.pk).update(reason='+cmd|"/c calc"!A0\x0b', to_name="@陈晓禾")
    run = operations.export(office(shop), conditions={"status": "awaiting_acceptance"}, form=form, language="zh-hans")
    head, row = table(form, b"".join(sheets.written(form, exporting.rows(office(shop).actor, run.asked))))
    told = dict(zip(head, row, strict=True))
    assert (told["订单号"], told["应付"], told["件数"], told["状态"]) == (order.no, "40.00", "3", "待接单")
    assert (told["手机"], told["收货地址"]) == ("138 **** 6021", "浙江省杭州市余杭区****")
    assert "晓禾" not in "".join(row)
    assert "HYPERLINK" not in "".join(row)
    assert told["收货人"] == ("'@*" if form == "csv" else "@*")
    assert told["原因"].startswith("'+" if form == "csv" else "+")


def test_in_full_only_with_a_grant_and_a_reason_that_is_kept(shop: Market) -> None:
    """The clerk may not; the supervisor says what for, and the journal knows."""
    stage.paid(buyer(), (shop.sku(price=1000), 1))
    asked = {"conditions": {}, "form": "csv", "language": "zh-hans"}
    with pytest.raises(NotGranted):
        operations.export_full(office(shop), reason="对账", **asked)
    with pytest.raises(NotGranted):
        operations.export_full(Call(member(shop.shops[0], "shop_owner")), reason="对账", **asked)
    lead = office(shop, "supervisor")
    with pytest.raises(Malformed):
        operations.export_full(lead, reason=" ", **asked)
    with pytest.raises(Malformed):
        operations.export(lead, **(asked | {"form": "exe"}))
    assert not Run.objects.exists()
    run = operations.export_full(lead, reason="法院调取", **asked)
    text = b"".join(sheets.written("csv", exporting.rows(lead.actor, run.asked))).decode()
    assert "陈晓禾" in text
    assert "13800006021" in text
    entry = Journal.objects.get(operation="orders.export_full")
    assert (entry.actor_id, entry.changes["reason"]) == (lead.actor.id, [None, "法院调取"])


def test_a_long_export_is_written_behind(shop: Market, tmp_path: Any, settings: Any) -> None:
    """The worker writes the file, in the maker's sight and language; a sweep takes it away after a week; twice is once."""
    settings.DATA = tmp_path
    sku, foreign = shop.sku(price=1000), shop.sku(shop=1, price=1000)
    for _ in range(3):
        stage.placed(buyer(), (sku, 1))
        stage.placed(buyer(), (foreign, 1))
    keeper = Call(member(shop.shops[0], "shop_owner"))
    run = operations.export(keeper, conditions={}, form="csv", language="en", behind=3)
    assert run.status == "waiting"
    stage.work(kinds=("errand:desks.export",), twice=True)
    run.refresh_from_db()
    assert (run.status, run.done, run.file) == ("done", 3, f"orders-{run.no}.csv")
    rows = table("csv", (tmp_path / "exports" / run.file).read_bytes())
    assert len(rows) == 4
    assert {row[2] for row in rows[1:]} == {shop.shops[0].name}
    assert not list((tmp_path / "exports").glob("*.part"))
    operations.drop_file(stage.ROOT, run.no)
    stage.work(kinds=("errand:desks.drop_file",))
    assert not list((tmp_path / "exports").iterdir())
    desk.drop_file(file="../../etc/passwd")


def test_a_file_costs_no_memory(shop: Market) -> None:
    """Thirty thousand rows of 3 MB come in pieces, and what is held of them meanwhile is a fraction."""
    for form in sheets.TYPES:
        tracemalloc.start()
        sizes = [len(piece) for piece in sheets.written(form, (["一二三" * 10 + str(at), at] for at in range(30_000)))]
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(sizes) > 5
        assert max(sizes) < 200_000
        assert most < 1_500_000


# ---- views ----------------------------------------------------------------------------------------------------------


def test_views_are_ones_own_and_shared_by_those_who_lead(shop: Market) -> None:
    """Save, overwrite, rename, remove; a colleague sees the shared one only and changes none."""
    lead, clerk = office(shop, "supervisor"), office(shop)
    kept = accounts.save_view(clerk, desk="office", name="大额", conditions={"low": "1000"})
    assert accounts.save_view(clerk, desk="office", name=" 大额 ", conditions={"low": "2000"}).pk == kept.pk
    with pytest.raises(NotGranted):
        accounts.save_view(clerk, desk="office", name="共享", conditions={"low": "1"}, shared=True)
    shared = accounts.save_view(lead, desk="office", name="今天", conditions={"days": "1"}, shared=True)
    for wrong in ({"name": " ", "conditions": {"low": "1"}}, {"name": "空", "conditions": {}}, {"name": "长" * 21, "conditions": {"low": "1"}}):
        with pytest.raises(Malformed):
            accounts.save_view(clerk, desk="office", **wrong)
    assert [view.name for view in View.visible_to(clerk.actor).order_by("id")] == ["大额", "今天"]
    assert [view.name for view in View.visible_to(lead.actor)] == ["今天"]
    assert View.visible_to(Call(member(shop.shops[0], "shop_owner")).actor).count() == 0
    with pytest.raises(NotSeen):
        accounts.rename_view(lead, kept.pk, name="别人的")
    with pytest.raises(NotGranted):
        accounts.remove_view(clerk, shared.pk)
    accounts.save_view(clerk, desk="office", name="另一个", conditions={"low": "1"})
    with pytest.raises(Refused):
        accounts.rename_view(clerk, kept.pk, name="另一个")
    accounts.rename_view(clerk, kept.pk, name="两千以上")
    accounts.remove_view(lead, shared.pk)
    assert [view.name for view in View.visible_to(clerk.actor).order_by("id")] == ["两千以上", "另一个"]
    assert not any(re.search("1000|2000", str(row.changes.get("conditions"))) for row in Journal.objects.filter(operation="accounts.save_view"))
