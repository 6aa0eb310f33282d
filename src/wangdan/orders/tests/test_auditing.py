"""What a person does with an order that the rules hold: speak with its buyer, let it pass, or not; and by when."""

from datetime import timedelta

import pytest

from tests.core import stage
from wangdan.checkout.tests.market import Market, buyer, market, member, stock_of
from wangdan.checkout.tests.test_slots import slot_of, taken
from wangdan.kernel import clock
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Malformed, NotGranted, Refused
from wangdan.kernel.jobs import run_sweep
from wangdan.kernel.models import Journal
from wangdan.notices.models import Notice
from wangdan.orders import operations, queries
from wangdan.orders.models import Audit, Contact, Order
from wangdan.orders.queries import auditing
from wangdan.orders.tests.test_screening import auditor, held, rule
from wangdan.payments.models import Refund
from wangdan.tasks import operations as tasks
from wangdan.tasks.models import Approval, Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Market:
    """A market."""
    return market()


def test_approved_it_goes_to_its_shop(shop: Market) -> None:
    """The buyer is told twice: that it is checked, and that it is confirmed; the shop once, when it may take it (D11.2, D18.2.3)."""
    one = buyer()
    owner = member(shop.shops[0], "shop_owner")
    order = held(shop, one)
    stage.work()
    assert list(Notice.objects.filter(person=one.person).order_by("pk").values_list("kind", flat=True)) == ["order_placed", "order_held"]
    assert "shop_order_paid" not in Notice.objects.filter(person_id=owner.id).values_list("kind", flat=True)
    task = Task.objects.get(kind="orders.audit", ref=order.ref)
    assert (task.status, task.role, task.due_at) == ("open", "auditor", Audit.objects.get(order=order).due_at)
    done = operations.approve(auditor(shop), order.no, reason="电话核实过")
    stage.work()
    assert (done.status, done.approved_at is not None) == ("awaiting_acceptance", True)
    assert Notice.objects.filter(person=one.person).order_by("-pk").values_list("kind", flat=True)[0] == "order_passed"
    assert list(Notice.objects.filter(person_id=owner.id).values_list("kind", flat=True)).count("shop_order_paid") == 1
    assert Task.objects.get(pk=task.pk).status == "done"
    audit = Audit.objects.get(order=order)
    assert (audit.status, audit.reason, audit.decided_by_id is not None) == ("approved", "电话核实过", True)
    operations.accept(stage.ROOT, order.no)
    stage.whole()


def test_rejected_its_money_and_stock_go_back_and_nobody_outside_reads_why(shop: Market) -> None:
    """Like a decline; the reason stays in the office (D18.2.4)."""
    one, sku = buyer(), shop.sku(price=500_000, stock=5)
    rule(("amount", "least", 300_000))
    [order] = stage.paid(one, (sku, 2))
    assert stock_of(sku) == (5, 2)
    with pytest.raises(Malformed, match=r"orders\.reason_missing"):
        operations.reject(auditor(shop), order.no, reason=" ")
    operations.reject(auditor(shop), order.no, reason="盗刷，秘密理由")
    kept = Order.objects.get(pk=order.pk)
    assert (kept.status, kept.reason, stock_of(sku)) == ("declined", "not_passed", (5, 0))
    assert Refund.objects.get(part__ref=order.ref).amount == order.total
    stage.work()
    last = Notice.objects.filter(person=one.person).order_by("-pk")[0]
    assert (last.kind, last.params["back"]) == ("order_rejected", order.total)
    assert "秘密理由" not in str(list(Notice.objects.values_list("params", flat=True)))
    for decide in (lambda: operations.approve(auditor(shop), order.no), lambda: operations.reject(auditor(shop), order.no, reason="x")):
        with pytest.raises(Refused):
            decide()
    stage.whole()


def test_rejected_its_delivery_hours_are_free_again(shop: Market) -> None:
    """The last place of the slot is another buyer's; while the order is held it is not."""
    one, sku, slot = buyer(), shop.sku(price=500_000), slot_of(shop, 1)
    rule(("amount", "least", 300_000))
    [order] = stage.paid(one, (sku, 1), slot=slot.pk)
    assert (order.status, taken(slot)) == ("in_audit", (1, 1))
    with pytest.raises(Refused, match=r"checkout\.slot_unavailable"):
        stage.placed(buyer(), (sku, 1), slot=slot.pk)
    operations.reject(auditor(shop), order.no, reason="盗刷")
    assert (stage.status(order), taken(slot)) == ("declined", (0, 0))
    stage.placed(buyer(), (sku, 1), slot=slot.pk)
    assert taken(slot) == (1, 1)
    stage.whole()


@pytest.mark.parametrize("paid", [True, False])
def test_its_buyer_may_still_cancel(shop: Market, *, paid: bool) -> None:
    """Audit and task are over, money and stock go back."""
    one, sku = buyer(), shop.sku(price=90_000, stock=3)
    rule(("amount", "least", 80_000))
    order = stage.paid(one, (sku, 1))[0] if paid else stage.placed(one, (sku, 1), method="cod").orders[0]
    stage.work()
    operations.cancel(one.call(), order.no, reason="不要了")
    assert (stage.status(order), Audit.objects.get(order=order).status, stock_of(sku)) == ("cancelled", "moot", (3, 0))
    assert Task.objects.get(kind="orders.audit").status == "done"
    stage.whole()


def test_who_decides(shop: Market) -> None:
    """Auditor, supervisor, administrator; nobody else, and nothing changes."""
    one = buyer()
    order = held(shop, one)
    for call in (one.call(), auditor(shop, "service"), auditor(shop, "finance"), Call(member(shop.shops[0], "shop_owner"))):
        for decide in (lambda call=call: operations.approve(call, order.no), lambda call=call: operations.reject(call, order.no, reason="x")):
            with pytest.raises(NotGranted):
                decide()
        assert not {"approve", "reject"} & set(queries.moves(call.actor, order))
        assert not call.actor.roles & {"service"} or Audit.visible_to(call.actor).exists()
    assert stage.status(order) == "in_audit"
    assert {"approve", "reject", "change_address"} <= set(queries.moves(auditor(shop).actor, order))
    assert not Audit.visible_to(one.actor).exists()


def test_the_buyer_is_spoken_with_and_asked(shop: Market) -> None:
    """Each talk is kept; the buyer confirms on the order's page, once asked, once (D04.2)."""
    one, desk = buyer(), auditor(shop)
    order = held(shop, one)
    operations.log_contact(desk, order.no, channel="phone", result="no_answer", note="响了很久")
    with pytest.raises(Refused, match="cannot_confirm_details"):
        operations.confirm_details(one.call(), order.no)
    operations.ask_buyer(desk, order.no)
    with pytest.raises(Refused, match="cannot_ask_buyer"):
        operations.ask_buyer(desk, order.no)
    assert auditing.asked(one.actor, order)
    with pytest.raises(NotGranted):
        operations.confirm_details(desk, order.no)
    operations.confirm_details(one.call(), order.no)
    assert not auditing.asked(one.actor, order)
    assert [(each.channel, each.result, each.by_id) for each in auditing.contacts(order)] == [
        ("site", "confirmed", None),
        ("phone", "no_answer", desk.actor.id),
    ]
    stage.work()
    assert "order_confirm_please" in Notice.objects.filter(person=one.person).values_list("kind", flat=True)
    for wrong in ({"channel": "pigeon"}, {"result": "maybe"}, {"note": "x" * 501}):
        with pytest.raises(Malformed, match="contact_malformed"):
            operations.log_contact(desk, order.no, **({"channel": "phone", "result": "other", "note": ""} | wrong))
    assert Contact.objects.count() == 2
    assert "响了很久" not in str(list(Journal.objects.values_list("changes", flat=True)))


def test_a_decision_that_is_due_is_reminded_and_then_escalated(shop: Market) -> None:
    """First the auditors hear, then the supervisors have a task; each once; a decision ends it."""
    desk, boss = auditor(shop), auditor(shop, "supervisor")
    order = held(shop, buyer())
    stage.work()
    run_sweep("orders.chase_audit")
    assert not Notice.objects.filter(person_id=desk.actor.id).exists()
    for minutes, who, kind in ((61, desk, "audit_due"), (241, boss, "audit_overdue")):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            run_sweep("orders.chase_audit")
            run_sweep("orders.chase_audit")
            stage.work()
        assert list(Notice.objects.filter(person_id=who.actor.id).values_list("kind", flat=True)) == [kind]
    assert Task.objects.get(kind="orders.audit_overdue").role == "supervisor"
    operations.approve(boss, order.no)
    assert not Task.objects.exclude(status="done").exists()


def test_a_rejection_that_was_overtaken_waits_for_nobody(shop: Market) -> None:
    """Somebody lets the order pass, or its buyer calls it off, while a second person is waited for: the approval closes by itself."""
    desk, one = auditor(shop), buyer()
    order = held(shop, one, price=1_200_000)
    passed = operations.reject(desk, order.no, reason="盗刷")
    operations.approve(auditor(shop), order.no)
    other = stage.paid(one, (shop.sku(price=1_200_000), 1))[0]
    gone = operations.reject(desk, other.no, reason="盗刷")
    operations.cancel(one.call(), other.no, reason="不买了")
    assert isinstance(passed, Approval)
    assert isinstance(gone, Approval)
    assert [Approval.objects.get(pk=each.pk).status for each in (passed, gone)] == ["moot", "moot"]
    assert stage.status(order) == "awaiting_acceptance"
    stage.whole()


def test_a_large_rejection_needs_a_second_person(shop: Market) -> None:
    """Beyond the auditor's limit nothing happens until somebody else agrees."""
    order, desk = held(shop, buyer(), price=1_200_000), auditor(shop)
    waits = operations.reject(desk, order.no, reason="盗刷")
    assert isinstance(waits, Approval)
    assert (stage.status(order), Audit.objects.get(order=order).status, Refund.objects.count()) == ("in_audit", "open", 0)
    tasks.approve(auditor(shop, "supervisor"), waits.no)
    assert (stage.status(order), Audit.objects.get(order=order).reason) == ("declined", "盗刷")
    stage.whole()
