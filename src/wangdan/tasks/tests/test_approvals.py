"""Two people for much money: who asks, who agrees, once, with the arguments as they were; and nobody alone."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.core import stage
from wangdan.checkout.tests.market import Market, buyer, market, member
from wangdan.kernel import guards
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Problem, Refused
from wangdan.kernel.models import Journal
from wangdan.ledger.models import Transfer
from wangdan.payments import operations as payments
from wangdan.payments.models import Capture, Refund
from wangdan.tasks import operations, queries
from wangdan.tasks.models import Approval, Task

pytestmark = pytest.mark.django_db(transaction=True)
DEAR = 800_000


@pytest.fixture
def shop() -> Market:
    """A market."""
    return market()


def call(shop: Market, role: str) -> Call:
    """Somebody of the office."""
    return Call(member(shop.platform, role))


def refund(shop: Market, price: int = DEAR) -> Refund:
    """A refund that a person must carry out: paid by transfer, then declined."""
    made = stage.placed(buyer(), (shop.sku(price=price), 1), method="bank_transfer")
    payments.match_transfer(stage.ROOT, reference=made.payment.reference or "", amount=made.payment.amount, bank_no=f"B{made.payment.no}")
    stage.orders.decline(stage.ROOT, made.orders[0].no, reason="x")
    return Refund.objects.get(part__ref=made.orders[0].ref)


def test_within_the_limit_one_person_is_enough(shop: Market) -> None:
    """Five thousand yuan of finance; the limit is an option of the role."""
    small = refund(shop, 400_000)
    assert isinstance(payments.settle_refund(call(shop, "finance"), small.no, gateway_no="OUT"), Refund)
    assert not Approval.objects.exists()


def test_beyond_it_nothing_happens_until_a_second_person_agrees(shop: Market) -> None:
    """The approval has operation, row, arguments and amount; then it runs with them in the same transaction."""
    made, asker, second = refund(shop), call(shop, "finance"), call(shop, "finance")
    transfers = Transfer.objects.count()
    waits = payments.settle_refund(asker, made.no, gateway_no="OUT-1")
    assert isinstance(waits, Approval)
    assert (waits.operation, waits.ref, waits.amount, waits.arguments) == ("payments.settle_refund", made.ref, DEAR, {"gateway_no": "OUT-1"})
    assert (Refund.objects.get().status, Transfer.objects.count()) == ("intended", transfers)
    assert Task.objects.get(kind="tasks.second_person").role == "supervisor"
    assert payments.settle_refund(asker, made.no, gateway_no="OUT-1") == waits
    with pytest.raises(Refused, match=r"tasks\.approval_differs"):
        payments.settle_refund(second, made.no, gateway_no="OUT-2")
    with pytest.raises(Refused, match=r"tasks\.same_person"):
        operations.approve(asker, waits.no)
    assert operations.approve(second, waits.no).decided_by_id == second.actor.id
    kept = Refund.objects.get()
    assert (kept.status, kept.gateway_no) == ("done", "OUT-1")
    assert not Task.objects.exclude(status="done").exists()
    act = Journal.objects.get(operation="tasks.approve").act
    assert {"tasks.approve", "payments.settle_refund"} <= set(Journal.objects.filter(act=act).values_list("operation", flat=True))
    with pytest.raises(Refused, match=r"tasks\.cannot_approve"):
        operations.approve(call(shop, "supervisor"), waits.no)
    stage.whole()


def test_a_second_person_may_say_no(shop: Market) -> None:
    """With a reason; the thing stays as it was, and may be asked for anew."""
    made, asker = refund(shop), call(shop, "finance")
    waits = payments.settle_refund(asker, made.no, gateway_no="OUT-1")
    boss = call(shop, "supervisor")
    with pytest.raises(Malformed, match=r"tasks\.reason_missing"):
        operations.reject(boss, waits.no, reason=" ")
    operations.reject(boss, waits.no, reason="流水号对不上")
    assert (Approval.objects.get().status, Refund.objects.get().status) == ("rejected", "intended")
    again = payments.settle_refund(asker, made.no, gateway_no="OUT-2")
    assert again != waits
    assert [each.no for each in queries.approvals(boss.actor)] == [again.no]


def test_only_who_may_do_the_thing_sees_it_and_agrees(shop: Market) -> None:
    """A role without the operation does not even see it; the asker sees his own."""
    made, asker = refund(shop), call(shop, "finance")
    waits = payments.settle_refund(asker, made.no, gateway_no="OUT-1")
    for role in ("auditor", "service"):
        with pytest.raises(NotSeen):
            operations.approve(call(shop, role), waits.no)
    with pytest.raises((NotSeen, NotGranted)):
        operations.approve(Call(member(shop.shops[0], "shop_owner")), waits.no)
    assert queries.approval(asker.actor, waits.no) == waits
    assert Refund.objects.get().status == "intended"


def test_what_the_thing_refuses_by_now_leaves_the_approval_waiting(shop: Market) -> None:
    """The bank was quicker: nothing is half done, and it can be put aside."""
    made, asker, boss = refund(shop), call(shop, "finance"), call(shop, "supervisor")
    over = stage.placed(buyer(), (shop.sku(price=1000), 1), method="bank_transfer")
    reference = over.payment.reference or ""
    waits = payments.match_transfer(asker, reference=reference, amount=900_000, bank_no="IN-1")
    assert isinstance(waits, Approval)
    assert (waits.amount, Capture.objects.filter(gateway_no="IN-1").count()) == (900_000 - over.payment.amount, 0)
    payments.match_transfer(stage.ROOT, reference=reference, amount=900_000, bank_no="IN-1")
    with pytest.raises(Refused, match=r"payments\.transfer_known"):
        operations.approve(boss, waits.no)
    assert Approval.objects.get(pk=waits.pk).status == "open"
    operations.reject(boss, waits.no, reason="已经入过账")
    assert made.status == "intended"
    stage.whole()


def test_what_was_overtaken_closes_by_itself(shop: Market) -> None:
    """The bank says that the money is back while a second person is waited for: the approval and its task close, nobody decided."""
    made, asker, boss = refund(shop), call(shop, "finance"), call(shop, "supervisor")
    waits = payments.settle_refund(asker, made.no, gateway_no="OUT-1")
    assert isinstance(waits, Approval)
    payments.settle_refund(stage.ROOT, made.no, gateway_no="BANK-1")
    waits.refresh_from_db()
    assert (waits.status, waits.decided_by_id) == ("moot", None)
    assert {task.status for task in Task.objects.filter(kind="tasks.second_person")} == {"done"}
    with pytest.raises(Refused, match=r"tasks\.cannot_approve"):
        operations.approve(boss, waits.no)
    assert Refund.objects.get(pk=made.pk).gateway_no == "BANK-1"
    stage.whole()


def test_two_who_agree_at_once_do_it_once(shop: Market) -> None:
    """Real threads: one is told that it was decided."""
    waits = payments.settle_refund(call(shop, "finance"), refund(shop).no, gateway_no="OUT-1")
    seconds = [call(shop, role) for role in ("finance", "supervisor", "admin")]
    gate, answers = Barrier(len(seconds)), []

    def agree(one: Call) -> None:
        gate.wait()
        try:
            answers.append(operations.approve(one, waits.no).status)
        except Problem as problem:
            answers.append(problem.code)
        finally:
            connection.close()

    threads = [Thread(target=agree, args=(one,)) for one in seconds]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers) == ["approved", "tasks.cannot_approve", "tasks.cannot_approve"]
    assert Transfer.objects.filter(code="refund").count() == 1
    stage.whole()


def test_the_table_itself_knows_two_people(shop: Market) -> None:
    """Whatever a program does, nobody agrees with himself."""
    waits: Any = payments.settle_refund(call(shop, "finance"), refund(shop).no, gateway_no="OUT-1")
    with guards.exempt("tests try to cheat"), pytest.raises(IntegrityError, match="tasks_approval_two_people"), transaction.atomic():
        Approval.objects.filter(pk=waits.pk).update(status="approved", decided_by=waits.asked_by, decided_at=waits.asked_at)
