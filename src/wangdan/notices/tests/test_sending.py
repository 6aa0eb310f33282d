"""Messages on their way: tried again with the same id, failed visibly, taken up anew; the inbox is read by its owner only."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Person
from wangdan.accounts.operations import Visit
from wangdan.accounts.queries import actor_of
from wangdan.checkout.tests.market import Buyer, Market, buyer, member
from wangdan.kernel import clock, guards
from wangdan.kernel.act import ANONYMOUS, SYSTEM, Call
from wangdan.kernel.errors import NotGranted, NotSeen
from wangdan.kernel.jobs import run_sweep
from wangdan.kernel.operations import set_option
from wangdan.notices import operations, queries
from wangdan.notices.models import Message, Notice
from wangdan.notices.rules import LONGEST_WAIT, wait_after
from wangdan.notices.tests.post import Post
from wangdan.notices.tests.test_telling import place
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


def waiting(shop: Market, one: Buyer, post: Post) -> Message:
    """An SMS about a placed order that waits to be sent."""
    place(shop, one)
    post.react()
    with guards.exempt("tests look at one message"):
        Message.objects.filter(channel="mail").delete()
    return Message.objects.get()


def test_a_gateway_that_is_down_is_asked_again_with_the_same_id(shop: Market, one: Buyer, post: Post):
    """503, then silence, then it arrives: one SMS at the other side, whatever was tried."""
    message = waiting(shop, one, post)
    post.sandbox.fault("messages", "down")
    post.send()
    message.refresh_from_db()
    assert (message.status, message.tries, message.trouble) == ("queued", 1, "HTTP 503")
    assert run_sweep("notices.take_up") == 0, "not before its wait is over"
    with time_machine.travel(clock.now() + wait_after(1) + timedelta(seconds=1), tick=True):
        assert run_sweep("notices.take_up") == 1
        assert run_sweep("notices.take_up") == 0, "taken up once"
        post.send()
    message.refresh_from_db()
    assert (message.status, message.tries, message.trouble) == ("sent", 2, "")
    assert len([each for each in post.to("13800006021") if each["id"] == message.journal_ref]) == 1


def test_an_answer_that_nobody_heard_does_not_send_twice(shop: Market, one: Buyer, post: Post):
    """The gateway took it, the answer was lost: sent again, it is taken once."""
    message = waiting(shop, one, post)
    body = {"id": message.journal_ref, "channel": "sms", "to": message.to, "subject": "", "text": message.text}
    assert post.sandbox.call("POST", "/messages", body).json()["repeated"] is False
    post.send()
    message.refresh_from_db()
    assert message.status == "sent"
    assert len([each for each in post.to("13800006021") if each["id"] == message.journal_ref]) == 1


def test_nobody_there_ends_as_failed_with_one_task_and_is_sent_when_somebody_looked(shop: Market, one: Buyer, post: Post, settings):
    """D13.7: a message that cannot leave is seen by the office; two of them are one task; sending again closes it."""
    first = waiting(shop, one, post)
    set_option(Call(SYSTEM), name="notices.tries", value=2)
    there, settings.WANGDAN_SANDBOX_URL = settings.WANGDAN_SANDBOX_URL, "http://127.0.0.1:9"
    second = waiting_more(shop, one, post)
    post.send()
    for message in (first, second):
        with guards.exempt("tests let the wait pass"):
            Message.objects.filter(pk=message.pk).update(due_at=clock.now())
    assert run_sweep("notices.take_up") == 2
    post.send()
    assert list(Message.objects.values_list("status", "tries", "trouble").distinct()) == [("failed", 2, "ConnectError")]
    task = Task.objects.get()
    assert (task.kind, task.ref, task.role, task.status) == ("notices.failed", "messages:sms", "supervisor", "open")
    assert breaches() == {}

    settings.WANGDAN_SANDBOX_URL = there
    with pytest.raises(NotGranted):
        operations.send_again(Call(one.actor), channel="sms")
    assert set(Message.objects.values_list("status", flat=True)) == {"failed"}
    chief = member(shop.platform, "supervisor")
    assert operations.send_again(Call(chief), channel="sms") == 2
    post.send()
    assert set(Message.objects.values_list("status", flat=True)) == {"sent"}
    task.refresh_from_db()
    assert task.status == "done"


def waiting_more(shop: Market, one: Buyer, post: Post) -> Message:
    """One more SMS."""
    place(shop, one)
    post.react()
    with guards.exempt("tests look at SMS"):
        Message.objects.filter(channel="mail").delete()
    return Message.objects.latest("pk")


def test_what_the_gateway_refuses_for_good_is_not_tried_again(shop: Market, one: Buyer, post: Post):
    """A malformed address stays malformed."""
    message = waiting(shop, one, post)
    with guards.exempt("tests spoil a number"):
        Message.objects.update(to=" ")
    post.send()
    message.refresh_from_db()
    assert (message.status, message.tries, message.trouble) == ("failed", 1, "HTTP 422")


def test_a_message_whose_errand_was_lost_is_swept_up(shop: Market, one: Buyer, post: Post):
    """The worker was killed between the commit and the call."""
    message = waiting(shop, one, post)
    post.done.update(job.id for job in post.jobs("errand:notices.send"))
    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=True):
        assert queries.due(10) == [message.pk]
        run_sweep("notices.take_up")
        post.send()
    message.refresh_from_db()
    assert message.status == "sent"
    assert message.tries == 1


def test_waits_double_up_to_a_quarter_of_an_hour():
    """From five seconds on."""
    assert [wait_after(tries).total_seconds() for tries in (1, 2, 3, 8)] == [5, 10, 20, 640]
    assert wait_after(10**6) == LONGEST_WAIT


def test_only_the_owner_reads_his_notices(shop: Market, one: Buyer, post: Post):
    """Unread, read once, read all up to what was shown; another's notice is not seen."""
    for _ in range(3):
        place(shop, one)
    post.react()
    other = buyer()
    assert (queries.unread(one.actor), queries.unread(other.actor), queries.unread(ANONYMOUS)) == (3, 0, 0)
    first, second, third = Notice.objects.filter(person=one.person).order_by("pk")
    for stranger in (other.actor, member(shop.platform, "admin")):
        with pytest.raises(NotSeen):
            operations.read(Call(stranger), first.pk)
    assert not Notice.objects.exclude(read_at=None).exists()
    at = operations.read(Call(one.actor), first.pk).read_at
    assert operations.read(Call(one.actor), first.pk).read_at == at
    assert operations.read_all(Call(one.actor), until=second.pk) == 1
    assert list(queries.inbox(one.actor, unread=True)) == [third]
    assert operations.read_all(Call(one.actor)) == 1
    assert queries.unread(one.actor) == 0


def breaches() -> dict[str, list]:
    """The invariants of notices that do not hold."""
    found = {}
    for name, sql in queries.INVARIANTS:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            if rows := cursor.fetchall():
                found[name] = rows
    return found


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (
            "a notice is told once",
            "INSERT INTO notices_notice (root_id, person_id, kind, params, ref, at) SELECT root_id, person_id, kind, params, ref, at FROM notices_notice",
        ),
        ("a notice belongs to the root of its person", "UPDATE notices_notice SET root_id = (SELECT max(id) FROM kernel_root)"),
        ("no code stands in a message", "UPDATE notices_message SET kind = 'code_login'"),
        ("every other message has its text", "UPDATE notices_message SET text = ''"),
        ("a message that did not get through has a task, open or done", "UPDATE notices_message SET status = 'failed'"),
    ],
)
def test_each_invariant_sees_its_breach(shop: Market, one: Buyer, post: Post, name: str, damage: str):
    """`./wangdan check` is quiet on a sound database and names what was spoilt."""
    place(shop, one)
    post.react()
    assert breaches() == {}
    with guards.exempt("tests spoil rows"), connection.cursor() as cursor:
        cursor.execute(damage)
    assert name in breaches()


def test_codes_are_limited_and_the_same_for_known_and_unknown_numbers(post: Post, one: Buyer):
    """The answer says nothing about who has an account; both numbers get their SMS."""
    known = accounts.send_code(Call(ANONYMOUS), to="13800006021", purpose="login", visit=Visit("a"))
    unknown = accounts.send_code(Call(ANONYMOUS), to="13800006022", purpose="login", visit=Visit("a"))
    assert known == unknown
    post.react().send()
    assert len(post.to("13800006022")) == 1
    assert actor_of(one.person).id == one.person.pk


def test_the_office_sees_what_did_not_get_through_and_sends_it_again(shop: Market, one: Buyer, post: Post):
    """D13.7: a supervisor reads why, without the number or the text, and sends it again; a buyer and a shop see nothing."""
    message = waiting(shop, one, post)
    with guards.exempt("tests let a message fail"):
        Message.objects.update(status="failed", tries=8, trouble="ConnectError")
    for stranger in (one.person.pk, member(shop.shops[0], "shop_owner").id, member(shop.platform, "finance").id):
        assert browser(stranger).get("/office/messages").status_code == 403
        assert browser(stranger).post("/office/messages/again", {"channel": "sms"}).status_code == 403
    assert queries.outgoing(one.actor, "failed").count() == 0
    chief = browser(member(shop.platform, "supervisor").id)
    shown = chief.get("/office/messages").content.decode()
    assert "ConnectError" in shown
    assert "138 **** 6021" in shown
    assert "13800006021" not in shown
    assert message.text not in shown
    assert "重发 1 条短信" in shown
    assert chief.post("/office/messages/again", {"channel": "pigeon"}).status_code == 404
    assert chief.post("/office/messages/again", {"channel": "sms"})["Location"] == "/office/messages"
    post.send()
    assert Message.objects.get().status == "sent"
    assert "没有送不出去的消息" in chief.get("/office/messages").content.decode()
    assert "交给通道" in chief.get("/office/messages?status=sent").content.decode()
    assert chief.get("/office/messages?status=x&cursor=y").status_code == 200


def browser(number: int | None) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(Person.objects.get(pk=number))
    return client
