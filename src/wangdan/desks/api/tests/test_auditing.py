"""Deciding on held orders over HTTP: moves, statuses, a second person, the device, and that nothing of the rules is told outside."""

import pytest

from wangdan.accounts.models import Person
from wangdan.checkout.tests.market import Buyer, Market, buyer, market, member
from wangdan.desks.api.tests.caller import Caller
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.sayings import PLAIN, saying
from wangdan.orders.models import Order, Purchase
from wangdan.policy import operations as policy
from wangdan.policy.risk import Condition, Draft
from wangdan.tasks.models import Approval


@pytest.fixture
def shop(transactional_db: None) -> Market:
    """A market with one rule: from 500 yuan on a person looks."""
    policy.add_rule(Call(SYSTEM), draft=Draft(saying(PLAIN, text="绝密的理由"), (Condition("amount", "least", 50_000),), 60))
    return market()


@pytest.fixture
def one(transactional_db: None) -> Buyer:
    """A buyer."""
    return buyer()


def office(shop: Market, role: str) -> Caller:
    """The program of somebody in the office."""
    return Caller(Person.objects.get(pk=member(shop.platform, role).id))


def held(shop: Market, one: Buyer, price: int = 60_000) -> str:
    """An order paid at the door that waits for the auditor."""
    body = {"lines": [{"sku": shop.sku(price=price).pk, "quantity": 1}], "address": one.address.pk, "delivery": "courier"}
    api = Caller(one.person)
    total = api.post("/checkout/quote", body).json()["total"]
    placed = api.post("/checkout/place", body | {"payment_method": "cod", "expected_total": total, "device": "phone-1"})
    assert placed.status_code == 201, placed.content
    [order] = placed.json()["orders"]
    assert order["status"] == "in_audit"
    return str(order["no"])


def test_an_auditor_decides(shop: Market, one: Buyer) -> None:
    """Approve makes it its shop's, reject declines it; buyer and shop have neither and read no reason."""
    auditor, shopkeeper, mine = office(shop, "auditor"), Caller(Person.objects.get(pk=member(shop.shops[0], "shop_owner").id)), Caller(one.person)
    first, second = held(shop, one), held(shop, one)
    assert {"approve", "reject"} <= set(auditor.get(f"/orders/{first}").json()["moves"])
    for caller in (shopkeeper, mine):
        assert not {"approve", "reject", "accept"} & set(caller.get(f"/orders/{first}").json()["moves"])
        assert caller.post(f"/orders/{first}/approve", {}).status_code == 403
        assert caller.post(f"/orders/{first}/reject", {"reason": "x"}).status_code == 403
    assert shopkeeper.post(f"/orders/{first}/accept", {}).json()["code"] == "orders.cannot_accept"
    assert auditor.post(f"/orders/{second}/reject", {}).json()["code"] == "orders.reason_missing"
    done = auditor.post(f"/orders/{first}/approve", {}, idempotency_key="a").json()
    assert (done["status"], auditor.post(f"/orders/{first}/approve", {}, idempotency_key="a").json()) == ("awaiting_acceptance", done)
    assert auditor.post(f"/orders/{second}/reject", {"reason": "绝密的决定"}).json()["status"] == "declined"
    assert [each["no"] for each in auditor.get("/orders?status=declined").json()["items"]] == [second]
    for caller in (shopkeeper, mine):
        for path in (f"/orders/{second}", f"/orders/{second}/timeline", f"/orders/{first}/timeline", "/orders"):
            assert "绝密" not in caller.get(path).content.decode()
    assert len(Purchase.objects.latest("pk").device) == 64
    assert "phone-1" not in Purchase.objects.latest("pk").device


def test_a_large_rejection_answers_with_what_waits(shop: Market, one: Buyer) -> None:
    """The order as it still is, and the number of the approval; the same key answers the same."""
    no, auditor = held(shop, one, 90_000), office(shop, "auditor")
    from wangdan.kernel import operations as kernel

    kernel.set_option(Call(SYSTEM), name="tasks.alone_auditor_fen", value=50_000)
    answer = auditor.post(f"/orders/{no}/reject", {"reason": "x"}, idempotency_key="r").json()
    assert (answer["status"], answer["approval"]) == ("in_audit", Approval.objects.get().no)
    assert auditor.post(f"/orders/{no}/reject", {"reason": "x"}, idempotency_key="r").json() == answer
    assert Order.objects.get(no=no).status == "in_audit"
