"""Refunds that people settle, failed jobs that are run again, a stretch told again: who may, what is refused, what changes."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from wangdan.accounts import operations as accounts
from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.desks.tests.browser import page, seat
from wangdan.kernel import clock, jobs, operations
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Refused
from wangdan.kernel.models import Journal, Trouble
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.payments import operations as payments
from wangdan.payments.models import Part, Payment, Refund
from wangdan.site import world
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made():
    """A transfer that came in for an order the shop then declined: the money must go back by hand."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    built = world.built()
    built.product(built.shops[0], "手作陶杯", 6800, 50)
    home = accounts.add_address(built.call("buyer"), to=world.HOMES[0], default=True)
    asked = Asked(lines=(Wish(Sku.objects.get().pk, 2),), address=home.pk, payment_method="bank_transfer")
    checkout.place(built.call("buyer"), asked=asked, expected_total=prepare(built.call("buyer").actor, asked).total)
    payment = Payment.objects.get()
    payments.match_transfer(built.call("finance"), reference=payment.reference, amount=payment.amount, bank_no="ICBC-1")
    orders.decline(built.call("seller"), Order.objects.get().no, reason="规格停产")
    built.refund = Refund.objects.get()
    return built


def failed(count=1, task=jobs.REACTION):
    """Jobs that gave up, as the runner leaves them: one after the other, for they share a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo' ORDER BY id DESC LIMIT %s", [task, count])
        ids = [row[0] for row in cursor.fetchall()]
        for job in ids:
            for status in ("doing", "failed"):
                cursor.execute("UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = %s", [status, job])
    assert len(ids) == count
    return ids


def statuses():
    """How many jobs are in which state."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1")
        return dict(cursor.fetchall())


# ---- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/office", {"service", "auditor", "finance", "supervisor", "admin"}),
        ("/office/orders", {"service", "auditor", "finance", "supervisor", "admin"}),
        ("/office/refunds", {"finance", "supervisor", "admin"}),
        ("/office/transfers", {"finance", "supervisor", "admin"}),
        ("/office/jobs", {"admin"}),
        ("/office/options", {"admin"}),
    ],
)
def test_who_may_enter(made, path, allowed):
    """Each room is for its roles; the others read why not, strangers log in."""
    everybody = ("buyer", "seller", "warehouse", "service", "auditor", "finance", "supervisor", "admin")
    assert {name for name in everybody if seat(made, name).get(path).status_code == 200} == allowed
    assert {seat(made, name).get(path).status_code for name in everybody if name not in allowed} == {403}
    assert Client().get(path)["Location"].startswith("/login")


@pytest.mark.parametrize("path", ["/office/refunds/R26AAAAAAAAA", "/office/tasks/K26AAAAAAAAA", "/office/orders/A26AAAAAAAAA"])
def test_numbers_that_are_nobodys_are_not_there(made, path):
    """404 for an administrator too."""
    assert seat(made, "admin").get(path).status_code == 404


# ---- refunds --------------------------------------------------------------------------------------------------------


def test_the_task_leads_to_the_refund_and_settling_it_closes_the_task(made):
    """The queue, the task, the refund, the bank's number: then the part is refunded, the task done, the buyer's order as it was."""
    client, no, task = seat(made, "finance"), made.refund.no, Task.objects.get(role="finance")
    assert f"/office/tasks/{task.no}" in page(client, "/office")
    assert f"/office/refunds/{no}" in page(client, f"/office/tasks/{task.no}")
    assert no[:4] in page(client, "/office/refunds")
    assert "这笔要财务自己退" in page(client, f"/office/refunds/{no}")
    answer = client.post(f"/office/refunds/{no}/settle", {"bank_no": "  "})
    assert (answer.status_code, "f-bank-error" in answer.content.decode()) == (422, True)
    made.refund.refresh_from_db()
    assert (made.refund.status, Part.objects.get().refunded) == ("intended", 0)
    client.post(f"/office/refunds/{no}/settle", {"bank_no": "ICBC-OUT-7", "nonce": "one"})
    client.post(f"/office/refunds/{no}/settle", {"bank_no": "ICBC-OUT-7", "nonce": "two"})
    made.refund.refresh_from_db()
    part = Part.objects.get()
    assert (made.refund.status, made.refund.gateway_no) == ("done", "ICBC-OUT-7")
    assert (part.refunded, part.refunding, part.status) == (made.refund.amount, 0, "refunded")
    task.refresh_from_db()
    assert task.status == "done"
    assert "ICBC-OUT-7" in page(client, f"/office/refunds/{no}")
    assert client.get(f"/office/find?q={no.lower()}")["Location"] == f"/office/refunds/{no}"
    assert seat(made, "service").get(f"/office/find?q={no}")["Location"] == f"/office/orders/{Order.objects.get().no}"


def test_a_person_does_not_settle_what_the_bank_is_working_on(made):
    """It would be paid back twice; once the bank has refused for good, a person may, or asks the bank again."""
    attempt = made.refund.attempt
    operations_before = Journal.objects.count()
    with pytest.raises(Refused, match="cannot_retry_refund"):
        payments.retry_refund(made.call("finance"), made.refund.no)
    assert Journal.objects.count() == operations_before
    by_wire(attempt)
    with pytest.raises(Refused, match="cannot_settle_refund"):
        payments.settle_refund(made.call("finance"), made.refund.no, gateway_no="ICBC-OUT-7")
    made.refund.refresh_from_db()
    assert made.refund.status == "intended"
    payments.fail_refund(Call(SYSTEM), made.refund.no, trouble="账户已注销")
    client = seat(made, "finance")
    assert "账户已注销" in page(client, "/office/refunds?view=failed")
    client.post(f"/office/refunds/{made.refund.no}/retry")
    made.refund.refresh_from_db()
    assert made.refund.status == "intended"
    payments.fail_refund(Call(SYSTEM), made.refund.no, trouble="账户已注销")
    client.post(f"/office/refunds/{made.refund.no}/settle", {"bank_no": "ICBC-OUT-8"})
    made.refund.refresh_from_db()
    assert (made.refund.status, made.refund.gateway_no) == ("done", "ICBC-OUT-8")


def by_wire(attempt):
    """As if the money had come through the gateway."""
    with connection.cursor() as cursor:
        cursor.connection.execute("UPDATE payments_attempt SET gateway = 'sandbox' WHERE id = %s", [attempt.pk])


@pytest.mark.parametrize("verb", ["retry", "settle"])
def test_service_does_not_touch_refunds(made, verb):
    """403, and the refund is as it was."""
    assert seat(made, "service").post(f"/office/refunds/{made.refund.no}/{verb}", {"bank_no": "X"}).status_code == 403
    made.refund.refresh_from_db()
    assert made.refund.status == "intended"


def test_a_transfer_that_does_not_fit_is_refused_at_its_field(made):
    """The reference nobody waits for, the bank's number seen before, the amount that is none: each at its field, everything as typed."""
    client, reference, before = seat(made, "finance"), Payment.objects.get().reference, Refund.objects.count()
    for form, field in (
        ({"reference": "N26 AAAA", "amount": "136.00", "bank_no": "B-9"}, "f-ref-error"),
        ({"reference": reference, "amount": "136.00", "bank_no": "ICBC-1"}, "f-bank-error"),
        ({"reference": reference, "amount": "一百", "bank_no": "B-9"}, "f-amount-error"),
    ):
        answer = client.post("/office/transfers", form)
        assert answer.status_code >= 400
        assert field in answer.content.decode()
        assert form["bank_no"] in answer.content.decode()
    assert Refund.objects.count() == before


def test_money_for_which_nothing_is_open_is_booked_and_goes_back(made):
    """It is there, so it is booked; the page says that it must be sent back, and the refund waits for finance."""
    answer = seat(made, "finance").post(
        "/office/transfers", {"reference": Payment.objects.get().reference, "amount": "20.00", "bank_no": "B-9"}, follow=True
    )
    assert "要退回 ¥20.00" in answer.content.decode()
    assert Refund.objects.filter(part=None, amount=2000, status="intended").exists()


# ---- jobs -----------------------------------------------------------------------------------------------------------


def test_a_failed_job_is_shown_with_its_reason_and_runs_again(made):
    """What it was to do, about which order, why it failed; one is retried, then all; the journal says who."""
    client = seat(made, "admin")
    ids = failed(3)
    operations.note_trouble(Call(SYSTEM), job=ids[0], kind="HTTPError", text="502 Bad Gateway", place="notices/errands.py:41 send")
    shown = page(client, "/office/jobs")
    for text in ("502 Bad Gateway", "notices/errands.py:41", "3 个失败", "没有留下原因"):
        assert text in shown
    assert Order.objects.get().no[:4] in shown
    client.post("/office/jobs/retry", {"job": ids[0]})
    assert statuses()["failed"] == 2
    client.post("/office/jobs/retry", {"name": "nothing.of_the_kind"})
    assert statuses()["failed"] == 2
    client.post("/office/jobs/retry", {})
    assert "failed" not in statuses()
    told = page(client, "/office/jobs")
    assert "重试全部任务" in told
    assert "立春" in told


def test_only_failed_jobs_are_run_again(made):
    """One that waits, one that is not there, a sweep: refused, nothing changes; nobody but an administrator may."""
    (job,) = failed(1)
    operations.retry_job(made.call("admin"), job=job)
    before = statuses()
    with pytest.raises(Refused, match="cannot_retry_job"):
        operations.retry_job(made.call("admin"), job=job)
    with pytest.raises(NotSeen):
        operations.retry_job(made.call("admin"), job=10**12)
    for name in ("finance", "supervisor", "seller", "buyer"):
        with pytest.raises(NotGranted):
            operations.retry_jobs(made.call(name))
    assert statuses() == before


def test_failed_sweeps_are_cleared_not_retried(made):
    """The clock brings the next one; the list is emptied by hand."""
    (job,) = failed(1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET task_name = 'sweep:orders.expire', args = '{}' WHERE id = %s", [job])
    client = seat(made, "admin")
    assert "sweep:orders.expire" in page(client, "/office/jobs")
    with pytest.raises(Refused, match="cannot_retry_job"):
        operations.retry_job(made.call("admin"), job=job)
    client.post("/office/jobs/retry", {})
    assert statuses()["failed"] == 1
    client.post("/office/jobs/clear", {})
    assert "failed" not in statuses()


def reactions():
    """The waiting reaction jobs' arguments."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo' ORDER BY id", [jobs.REACTION])
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_a_stretch_is_previewed_and_told_again(made):
    """The preview counts facts and what was done; replaying defers a job per fact for the one consumer, and is journalled."""
    client = seat(made, "admin")
    waiting = reactions()
    consumer = waiting[0]["reaction"]
    since = f"{timezone.localtime(clock.now() - timedelta(hours=1)):%Y-%m-%dT%H:%M}"
    shown = page(client, f"/office/jobs?reaction={consumer}&from={since}")
    assert "会发生什么" in shown
    first = int(shown.split('name="first" value="')[1].split('"')[0])
    last = int(shown.split('name="last" value="')[1].split('"')[0])
    heard = sum(job["reaction"] == consumer for job in waiting)
    jobs.run_reaction(**next(job for job in waiting if job["reaction"] == consumer))
    assert "1，不再办" in page(client, f"/office/jobs?reaction={consumer}&from={since}")
    client.post("/office/jobs/replay", {"reaction": consumer, "first": first, "last": last})
    again = reactions()[len(waiting) :]
    assert [job["reaction"] for job in again] == [consumer] * heard
    assert {job["again"] for job in again} == {""}
    client.post("/office/jobs/replay", {"reaction": consumer, "first": first, "last": last, "anew": "1"})
    assert all(job["again"] for job in reactions()[len(waiting) + heard :])
    told = Journal.objects.filter(operation="kernel.replay").latest("pk")
    assert (told.ref, told.changes["jobs"][1], told.actor_id) == (f"reactions:{consumer}", heard, made.people["admin"].pk)


@pytest.mark.parametrize(
    ("query", "field"),
    [("reaction=nobody&from=2026-01-01T00:00", "f-reaction-error"), ("reaction=nobody&from=gestern", "f-from-error"),
     ("reaction=nobody&from=2026-01-02T00:00&to=2026-01-01T00:00", "f-to-error"), ("reaction=nobody&from=2026-13-45T00:00", "f-from-error")],
)  # fmt: skip
def test_a_preview_that_makes_no_sense_says_so_at_its_field(made, query, field):
    """No such consumer, no moment, an end before its beginning."""
    assert field in page(seat(made, "admin"), f"/office/jobs?{query}")


def test_a_stretch_that_makes_no_sense_is_refused(made):
    """No such consumer is 404; ends in the wrong order and too many facts are refused; no job is deferred."""
    consumer, before = reactions()[0]["reaction"], statuses()
    with pytest.raises(NotSeen):
        operations.replay(made.call("admin"), first=1, last=2, reaction="orders.cancel")
    with pytest.raises(Malformed, match="stretch_malformed"):
        operations.replay(made.call("admin"), first=5, last=4, reaction=consumer)
    operations.set_option(made.call("admin"), name="kernel.most_replayed", value=1)
    last = Journal.objects.order_by("-pk").values_list("pk", flat=True).first()
    with pytest.raises(Refused, match="stretch_too_long"):
        operations.replay(made.call("admin"), first=1, last=last, reaction=consumer)
    operations.set_option(made.call("admin"), name="kernel.most_replayed", value=20_000)
    with pytest.raises(NotGranted):
        operations.replay(made.call("supervisor"), first=1, last=last, reaction=consumer)
    assert statuses() == before


def test_why_a_job_failed_names_nobody():
    """Long digits and quoted Chinese are blotted out; the code of a refusal and the place of a bug stay."""
    told = jobs.described(ValueError("Key (phone)=(13800006021) and name '陈晓禾' at line 42"))
    assert (told["kind"], "13800006021" in told["text"], "陈晓禾" in told["text"], "42" in told["text"]) == ("ValueError", False, False, True)
    assert jobs.described(Refused("orders.cannot_ship"))["text"] == "orders.cannot_ship"
    assert jobs.described(ExceptionGroup("many", [KeyError("x")]))["kind"] == "KeyError"


def test_a_task_that_fails_leaves_word(made):
    """What the worker runs writes down why, and fails all the same."""
    (job,) = failed(1)

    class _Context:
        """What the runner hands over."""

        class job:  # noqa: N801 - the runner's name
            """The job."""

            id = job

    def bug(**_):
        """Stumble."""
        raise RuntimeError("the gateway is closed")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            jobs._told(bug)(_Context, a=1)
    row = Trouble.objects.get(job=job)
    assert (row.kind, row.text) == ("RuntimeError", "the gateway is closed")
