"""The auditors' desk, the rules, the blocked list and the approvals as pages: who enters, what is done there, what a refusal leaves."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wangdan.accounts import operations as accounts
from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.desks import risk_words
from wangdan.desks.tests.browser import page, seat
from wangdan.kernel.sayings import PLAIN, saying
from wangdan.orders.models import Audit, Contact, Order
from wangdan.orders.rules import CHANNELS, FEATURES, RESULTS
from wangdan.payments import operations as payments
from wangdan.payments.models import Payment, Refund
from wangdan.policy import operations as policy
from wangdan.policy.models import Blocked, Rule
from wangdan.policy.risk import Condition, Draft
from wangdan.site import world
from wangdan.tasks.models import Approval, Task

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "绝密的理由"


@pytest.fixture
def made():
    """An order of 1,360 yuan that one rule holds; the delivered rules are there too."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    built = world.built()
    built.product(built.shops[0], "手作陶杯", 68_000, 50)
    built.home = accounts.add_address(built.call("buyer"), to=world.HOMES[0], default=True)
    draft = Draft(saying(PLAIN, text=REASON), (Condition("amount", "least", 100_000),), 60)
    built.rule = policy.add_rule(built.call("supervisor"), draft=draft)
    built.order = bought(built)
    assert built.order.status == "in_audit"
    return built


def bought(built, pieces=2):
    """A paid order."""
    asked = Asked(lines=(Wish(Sku.objects.get().pk, pieces),), address=built.home.pk, payment_method="bank_transfer")
    checkout.place(built.call("buyer"), asked=asked, expected_total=prepare(built.call("buyer").actor, asked).total)
    payment = Payment.objects.order_by("-pk")[0]
    payments.match_transfer(built.call("finance"), reference=payment.reference, amount=payment.amount, bank_no=f"ICBC-{payment.no}")
    return Order.objects.order_by("-pk")[0]


def test_every_feature_talk_and_second_person_has_its_words():
    """A bare code reaches nobody."""
    assert set(risk_words.FEATURES) == {each.name for each in FEATURES}
    assert {each.unit for each in FEATURES} <= set(risk_words.UNITS)
    assert (set(risk_words.CHANNELS), set(risk_words.RESULTS)) == (set(CHANNELS), set(RESULTS))
    assert set(risk_words.AUDITS) == {state for state, _ in Audit.STATES}


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/office/audit", {"service", "auditor", "supervisor", "admin"}),
        ("/office/audit/{no}", {"service", "auditor", "supervisor", "admin"}),
        ("/office/rules", {"auditor", "supervisor", "admin"}),
        ("/office/rules/new", {"auditor", "supervisor", "admin"}),
        ("/office/rules/{rule}", {"auditor", "supervisor", "admin"}),
        ("/office/blocked", {"auditor", "supervisor", "admin"}),
        ("/office/approvals", {"service", "auditor", "finance", "supervisor", "admin"}),
    ],
)
def test_who_may_enter(made, path, allowed):
    """Each room is for its roles; the others read why not, strangers log in."""
    path = path.format(no=made.order.no, rule=made.rule.pk)
    everybody = ("buyer", "seller", "warehouse", "service", "auditor", "finance", "supervisor", "admin")
    assert {name for name in everybody if seat(made, name).get(path).status_code == 200} == allowed
    assert {seat(made, name).get(path).status_code for name in everybody if name not in allowed} == {403}
    assert Client().get(path)["Location"].startswith("/login")


@pytest.mark.parametrize("path", ["/office/audit/A26AAAAAAAAA", "/office/rules/999", "/office/approvals/W26AAAAAAAAA"])
def test_what_is_not_there_is_404(made, path):
    """For an administrator too; and so is an order that touched no rule."""
    assert seat(made, "admin").get(path).status_code == 404
    small = bought(made, 1)
    assert (small.status, seat(made, "admin").get(f"/office/audit/{small.no}").status_code) == ("awaiting_acceptance", 404)


def test_the_auditor_sees_why_speaks_with_the_buyer_and_lets_it_pass(made):
    """Queue, reasons with values, history, contact, the buyer's answer, approve; then it is among the approved."""
    client, no = seat(made, "auditor"), made.order.no
    where = f"/office/audit/{no}"
    assert REASON in page(client, "/office/audit")
    text = page(client, where)
    assert all(word in text for word in (REASON, "风险分 60", "¥1,360.00", "这是第一单", "有这个地方", "还没有联系过买家"))
    assert client.post(f"{where}/contact", {"channel": "pigeon", "result": "other"}).status_code == 422
    assert not Contact.objects.exists()
    client.post(f"{where}/contact", {"channel": "phone", "result": "no_answer", "note": "响了很久"})
    client.post(f"{where}/ask", {})
    buyer = seat(made, "buyer")
    assert "信息无误" in page(buyer, f"/me/orders/{no}")
    buyer.post(f"/me/orders/{no}/confirm_details", {})
    assert "信息无误" not in page(buyer, f"/me/orders/{no}")
    assert all(word in page(client, where) for word in ("没有接通", "响了很久", "本人确认无误"))
    client.post(f"{where}/approve", {"reason": "电话核实"})
    assert Order.objects.get(no=no).status == "awaiting_acceptance"
    assert no[:4] in page(client, "/office/audit?view=approved")
    assert client.post(f"{where}/approve", {}).status_code == 409


def test_neither_buyer_nor_shop_reads_why(made):
    """Not on the pages, not in the API, whatever was decided."""
    client, no = seat(made, "auditor"), made.order.no
    client.post(f"/office/audit/{no}/contact", {"channel": "phone", "result": "denied", "note": "绝密的电话"})
    assert client.post(f"/office/audit/{no}/reject", {"reason": ""}).status_code == 422
    assert Order.objects.get(no=no).status == "in_audit"
    assert "待审核" in page(seat(made, "seller"), f"/shop/orders/{no}")
    assert no[:4] not in page(seat(made, "seller"), "/shop")
    client.post(f"/office/audit/{no}/reject", {"reason": "绝密的决定"})
    assert (Order.objects.get(no=no).status, Refund.objects.count()) == ("declined", 1)
    for name, paths in (("buyer", (f"/me/orders/{no}", "/me/orders", "/me/messages")), ("seller", (f"/shop/orders/{no}", "/shop/orders"))):
        for path in paths:
            text = page(seat(made, name), path)
            assert not [word for word in ("绝密", "风险", "黑名单", "规则") if word in text], path
    assert "没有通过核对" in page(seat(made, "buyer"), f"/me/orders/{no}")
    assert "绝密的决定" in page(client, f"/office/audit/{no}")


def test_the_address_is_changed_with_the_buyer_and_a_phone_is_blocked(made):
    """To another of his own; the blocked list then holds the next order."""
    other = accounts.add_address(made.call("buyer"), to=world.HOMES[2])
    client, where = seat(made, "auditor"), f"/office/audit/{made.order.no}"
    assert client.post(f"{where}/address", {"address": "999999"}).status_code == 404
    client.post(f"{where}/address", {"address": other.pk})
    assert Order.objects.get(pk=made.order.pk).to_city == "广州市"
    assert client.post(f"{where}/block", {"kind": "phone", "why": ""}).status_code == 422
    client.post(f"{where}/block", {"kind": "account", "why": "多次拒收"})
    assert Blocked.objects.get().value == str(made.people["buyer"].pk)
    assert "多次拒收" in page(client, where)
    assert bought(made, 1).status == "in_audit"
    client.post(f"/office/blocked/{Blocked.objects.get().pk}/lift", {})
    assert bought(made, 1).status == "awaiting_acceptance"


def test_the_blocked_list_takes_phones_accounts_and_addresses(made):
    """With a day at which it ends; what makes no sense comes back as typed."""
    client = seat(made, "supervisor")
    for form, status in (
        ({"kind": "phone", "value": "not a phone", "reason": "x"}, 422),
        ({"kind": "account", "value": "nobody-here", "reason": "x"}, 404),
        ({"kind": "device", "value": "abc", "reason": "x"}, 422),
        ({"kind": "phone", "value": "13900001111", "reason": "x", "until": "2020-01-01"}, 422),
        ({"kind": "phone", "value": "13900001111", "reason": "x", "until": "tomorrow"}, 422),
        ({"kind": "phone", "value": "13900001111", "reason": "x", "until": "2026-99-99"}, 422),
    ):
        answer = client.post("/office/blocked", form)
        assert (answer.status_code, form["value"] in answer.content.decode()) == (status, True)
    assert not Blocked.objects.exists()
    client.post("/office/blocked", {"kind": "phone", "value": "139 0000 1111", "reason": "拒收", "until": "2030-01-01"})
    client.post("/office/blocked", {"kind": "account", "value": "buyer2", "reason": "拒收"})
    client.post("/office/blocked", {"kind": "address", "value": "浙江省 杭州市 空楼 1 号", "reason": "空楼"})
    text = page(client, "/office/blocked")
    assert "13900001111" not in text
    assert all(word in text for word in ("buyer2", "空楼 1 号", "2030-01-02"))
    assert set(Blocked.objects.values_list("kind", flat=True)) == {"phone", "account", "address"}
    assert bought(made, 1).status == "awaiting_acceptance"
    client.post("/office/blocked", {"kind": "phone", "value": f"+86 {made.home.phone}", "reason": "拒收"})
    assert bought(made, 1).status == "in_audit"


FORM = {
    "name": "两件以上", "score": "70", "online": "1", "feature0": "pieces", "compare0": "least", "value0": "2", "feature1": "amount",
    "compare1": "least", "value1": "1,000.00",
}  # fmt: skip


def test_a_rule_is_written_tried_and_switched_off(made):
    """Trying writes nothing; saving puts it in force; its hits are counted; off it holds nothing."""
    client = seat(made, "supervisor")
    before = Rule.objects.count()
    tried = client.post("/office/rules/new", FORM | {"try": "1"}).content.decode()
    assert all(word in tried for word in ("试算结果", "100.0%", "¥1,360.00", made.order.no[:4]))
    assert Rule.objects.count() == before
    assert client.post("/office/rules/new", FORM | {"value0": "many"}).status_code == 422
    assert client.post("/office/rules/new", FORM | {"score": "0"}).status_code == 422
    assert client.post("/office/rules/new", {key: FORM[key] for key in FORM if key != "online"}).status_code == 422
    assert Rule.objects.count() == before
    client.post("/office/rules/new", FORM)
    rule = Rule.objects.latest("pk")
    assert (rule.draft.conditions[1].value, rule.cod, rule.on) == (100_000, False, True)
    client.post(f"/office/rules/{made.rule.pk}/switch", {"on": "0"})
    assert bought(made).status == "in_audit"
    text = page(client, f"/office/rules/{rule.pk}")
    assert "启用以来碰到的" in text
    assert "1000.00" in text
    client.post(f"/office/rules/{rule.pk}", FORM | {"score": "80"})
    assert "分数" in page(client, f"/office/rules/{rule.pk}")
    client.post(f"/office/rules/{rule.pk}/switch", {"on": "0"})
    assert bought(made).status == "awaiting_acceptance"


def test_an_auditor_reads_and_tries_rules_but_writes_none(made):
    """The page says what he may; the door refuses the rest."""
    client = seat(made, "auditor")
    assert "试算结果" in client.post(f"/office/rules/{made.rule.pk}", FORM | {"try": "1"}).content.decode()
    before = list(Rule.objects.order_by("pk").values())
    assert client.post("/office/rules/new", FORM).status_code == 403
    assert client.post(f"/office/rules/{made.rule.pk}", FORM).status_code == 403
    assert client.post(f"/office/rules/{made.rule.pk}/switch", {"on": "0"}).status_code == 403
    assert list(Rule.objects.order_by("pk").values()) == before


def test_a_large_rejection_waits_for_a_second_person_on_the_pages(made):
    """The auditor is told so, sees it waiting, cannot agree himself; the supervisor can, from his queue."""
    dear = bought(made, 16)
    auditor, boss = seat(made, "auditor"), seat(made, "supervisor")
    answer = auditor.post(f"/office/audit/{dear.no}/reject", {"reason": "盗刷"}, follow=True).content.decode()
    assert "已交给第二个人复核" in answer
    waits = Approval.objects.get()
    assert waits.no in page(auditor, f"/office/audit/{dear.no}")
    assert "您提的，等另一个人复核" in page(auditor, f"/office/approvals/{waits.no}")
    assert auditor.post(f"/office/approvals/{waits.no}/approve", {}).status_code == 409
    assert Order.objects.get(pk=dear.pk).status == "in_audit"
    task = Task.objects.get(kind="tasks.second_person")
    assert f"/office/approvals/{waits.no}" in page(boss, f"/office/tasks/{task.no}")
    text = page(boss, f"/office/approvals/{waits.no}")
    assert all(word in text for word in ("盗刷", "¥10,880.00", "审核不通过，退款"))
    assert boss.post(f"/office/approvals/{waits.no}/reject", {"reason": ""}).status_code == 422
    boss.post(f"/office/approvals/{waits.no}/approve", {})
    assert Order.objects.get(pk=dear.pk).status == "declined"
    assert waits.no[:4] in page(boss, "/office/approvals?view=approved")


def statements(client, path):
    """How many statements a page takes."""
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len([entry for entry in seen.captured_queries if not re.match(r"(?i)\s*(begin|commit|savepoint|release)", entry["sql"])])


def test_the_lists_cost_as_much_for_many_as_for_one(made):
    """No statement per row; the numbers stand here."""
    client = seat(made, "supervisor")
    paths = ("/office/audit", "/office/audit?view=noted", "/office/rules", "/office/blocked", "/office/approvals", f"/office/rules/{made.rule.pk}")
    one = {path: statements(client, path) for path in paths}
    for at in range(4):
        bought(made)
        policy.block(made.call("auditor"), kind="phone", value=f"1390000111{at}", reason="x")
    many = {path: statements(client, path) for path in paths}
    assert many == one
    assert max(many.values()) <= 12
    assert statements(client, f"/office/audit/{made.order.no}") <= 34
