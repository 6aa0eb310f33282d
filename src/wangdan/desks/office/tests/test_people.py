"""The office's people: looked up, appointed, dismissed, closed and opened again; and who may not (D15.3, D09.六.3)."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.core import stage
from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Membership, Person
from wangdan.desks.tests.browser import page, seat
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Problem, Refused
from wangdan.site import world
from wangdan.tasks import operations as tasks
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
BASE = "/office/people"


@pytest.fixture
def made():
    """Everybody of the demo, and a buyer who may come to work here."""
    built = world.built()
    built.person("newcomer", shown="霜降")
    return built


def path(made, name):
    """The page of a person."""
    return f"{BASE}/{Person.objects.get(username=name).pk}"


def test_an_administrator_finds_somebody_and_gives_him_a_role(made):
    """By user name whatever its case or by phone; the role is his with his next click, and who gave it is written down."""
    admin, client = made.people["admin"], seat(made, "admin")
    assert client.get(BASE, {"q": "NewComer"})["Location"] == path(made, "newcomer")
    answer = client.get(BASE, {"q": "nobody-here"})
    assert (answer.status_code, "没有这个账号" in answer.content.decode()) == (404, True)
    his = seat(made, "newcomer")
    assert his.get("/office").status_code == 403
    client.post(f"{path(made, 'newcomer')}/appoint", {"role": "service"})
    assert his.get("/office").status_code == 200
    text = page(client, path(made, "newcomer"))
    assert "任命：客服" in text
    assert admin.shown in text
    assert "霜降" in page(client, BASE)


def test_dismissed_he_is_out_and_what_he_had_claimed_waits_for_others(made):
    """His next click is refused; his task is open again, the tasks of others stay theirs."""
    client, his = seat(made, "admin"), seat(made, "service")
    task, other = (tasks.open(world.ROOT, kind="orders.late", ref=f"orders:A{n}", role="service") for n in (1, 2))
    tasks.claim(made.call("service"), task.no)
    tasks.claim(made.call("supervisor"), other.no)
    client.post(f"{path(made, 'service')}/dismiss", {"organisation": made.platform.pk, "role": "service"})
    stage.work()
    assert his.get("/office").status_code == 403
    assert list(Task.objects.filter(kind="orders.late").order_by("pk").values_list("status", flat=True)) == ["open", "claimed"]
    assert "撤下：客服" in page(client, path(made, "service"))
    assert client.post(f"{path(made, 'service')}/dismiss", {"organisation": made.platform.pk, "role": "service"}).status_code == 404


def test_a_closed_account_is_out_at_once_until_it_is_opened_again(made):
    """A supervisor closes a buyer's account, with a reason; the session ends, the list of closed accounts names it (D09.六.3)."""
    boss, his = seat(made, "supervisor"), seat(made, "buyer2")
    assert his.get("/me").status_code == 200
    assert boss.post(f"{path(made, 'buyer2')}/disable", {"reason": " "}).status_code == 422
    assert his.get("/me").status_code == 200
    boss.post(f"{path(made, 'buyer2')}/disable", {"reason": "多次恶意退货"})
    assert his.get("/me").status_code == 302
    text = page(boss, path(made, "buyer2"))
    assert ("多次恶意退货" in text, "已停用" in text) == (True, True)
    assert "buyer2" in page(boss, f"{BASE}?view=closed")
    boss.post(f"{path(made, 'buyer2')}/enable")
    assert Person.objects.get(username="buyer2").is_active
    assert "buyer2" not in page(boss, f"{BASE}?view=closed")


@pytest.mark.parametrize(
    ("who", "name", "whom", "status"),
    [
        ("supervisor", "appoint", "newcomer", 403),
        ("supervisor", "dismiss", "service", 403),
        ("supervisor", "disable", "admin", 403),
        ("supervisor", "disable", "service", 403),
        ("supervisor", "disable", "supervisor", 409),
        ("admin", "disable", "admin", 409),
        ("admin", "dismiss", "admin", 409),
        ("admin", "appoint", "newcomer", 422),
        ("admin", "promote", "newcomer", 404),
    ],
)
def test_what_nobody_may_do(made, who, name, whom, status):
    """A supervisor appoints nobody and does not close colleagues' accounts; nobody closes his own; the last administrator stays."""
    before = sorted(Membership.objects.values_list("person_id", "role"))
    role = "" if name == "appoint" and who == "admin" else {"newcomer": "service"}.get(whom, whom)
    answer = seat(made, who).post(f"{path(made, whom)}/{name}", {"role": role, "reason": "x", "organisation": made.platform.pk})
    assert answer.status_code == status
    assert sorted(Membership.objects.values_list("person_id", "role")) == before
    assert not Person.objects.filter(is_active=False).exists()


def test_of_two_administrators_who_send_each_other_away_one_stays(made):
    """At the same instant, on connections of their own."""
    second = made.person("admin2")
    accounts.appoint(world.ROOT, made.platform.pk, person=second.pk, role="admin")
    pairs = ((made.call("admin"), second.pk), (made.call("admin2"), made.people["admin"].pk))
    gate, told = Barrier(2), []

    def close(call: Call, whom: int) -> None:
        gate.wait()
        try:
            accounts.disable(call, whom, reason="x")
        except Problem as problem:
            told.append(problem.code)
        finally:
            connection.close()

    threads = [Thread(target=close, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Person.objects.filter(username__in=("admin", "admin2"), is_active=True).count() == 1
    assert told == ["accounts.last_admin"]
    with pytest.raises(Refused, match=r"accounts\.last_admin"):
        accounts.disable(world.ROOT, Person.objects.get(username__in=("admin", "admin2"), is_active=True).pk, reason="x")
