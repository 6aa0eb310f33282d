"""An order that the rules hold: when they look, what they know, what a person does with it, what it costs in statements."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.core import stage
from tests.core.test_bank import given_away
from wangdan.accounts.models import Division
from wangdan.checkout.tests.market import Buyer, Market, address, buyer, market, member
from wangdan.kernel import clock, guards, options
from wangdan.kernel.act import Call, Nobody
from wangdan.kernel.errors import Refused
from wangdan.kernel.models import Journal
from wangdan.kernel.sayings import PLAIN, saying
from wangdan.orders import operations
from wangdan.orders.models import Audit, Order
from wangdan.orders.queries import auditing, features
from wangdan.orders.rules import PAY_WITHIN
from wangdan.policy import operations as policy
from wangdan.policy.risk import Condition, Draft
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = stage.ROOT


@pytest.fixture
def shop() -> Market:
    """A market in a country whose divisions are known."""
    with guards.exempt("tests arrange divisions"):
        Division.objects.get_or_create(code="330110", defaults={"name": "余杭区", "level": 3})
    return market()


def rule(*conditions: tuple[str, str, int], points: int = 60, **changed: Any) -> int:
    """A rule that is on."""
    draft = Draft(saying(PLAIN, text="规则"), tuple(Condition(*each) for each in conditions), points, **changed)
    return int(policy.add_rule(ROOT, draft=draft).pk)


def auditor(shop: Market, role: str = "auditor") -> Call:
    """Somebody of the office."""
    return Call(member(shop.platform, role))


def held(shop: Market, one: Buyer, price: int = 500_000, **changed: Any) -> Order:
    """A paid order that the rules hold."""
    rule(("amount", "least", 300_000))
    [order] = stage.paid(one, (shop.sku(price=price), 1), **changed)
    assert order.status == "in_audit"
    return order


# ---- when the rules look --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["sandbox", "bank_transfer"])
def test_what_is_paid_first_is_screened_when_the_money_comes(shop: Market, method: str) -> None:
    """Not before; and there is no instant in which the shop could take it (C2)."""
    rule(("amount", "least", 300_000))
    one = buyer()
    made = stage.placed(one, (shop.sku(price=500_000), 1), (shop.sku(shop=1, price=20_000), 1), method=method)
    assert [order.status for order in made.orders] == ["awaiting_payment"] * 2
    if method == "sandbox":
        stage.pay(made)
    else:
        stage.payments.match_transfer(ROOT, reference=made.payment.reference or "", amount=made.payment.amount, bank_no="B1")
    dear, cheap = (Order.objects.get(pk=order.pk) for order in made.orders)
    assert (dear.status, cheap.status) == ("in_audit", "awaiting_acceptance")
    assert dear.paid_at is not None
    with pytest.raises(Refused, match=r"orders\.cannot_accept"):
        operations.accept(Call(member(shop.shops[0], "shop_owner")), dear.no)
    steps = [row.changes["status"] for row in Journal.objects.filter(ref=dear.ref).order_by("pk") if "status" in row.changes]
    assert steps == [[None, "awaiting_payment"], ["awaiting_payment", "awaiting_acceptance"], ["awaiting_acceptance", "in_audit"]]
    stage.whole()


def test_what_is_paid_at_the_door_or_free_is_screened_at_submit(shop: Market) -> None:
    """It begins in audit; the money at the door is not looked at again."""
    rule(("amount", "most", 60_000))
    one = buyer()
    [cash] = stage.placed(one, (shop.sku(price=50_000), 1), method="cod").orders
    giver = Nobody("system", frozenset({"system"}), one.person.pk, one.person.root_id)
    [free] = given_away(Call(giver), asked=one.wants((shop.sku(price=50_000), 1), delivery="pickup")).orders
    assert (cash.status, free.status) == ("in_audit", "in_audit")
    assert Audit.objects.filter(status="open").count() == 2
    assert Order.objects.get(pk=free.pk).paid_at is not None
    operations.approve(auditor(shop), cash.no)
    order = operations.accept(ROOT, cash.no)
    for parcel in stage.parcels(order):
        stage.send(parcel)
        stage.arrive(parcel, cash=parcel.cod_amount)
    assert stage.status(order) == "delivered"
    assert Audit.objects.filter(order=order).count() == 1
    stage.whole()


def test_below_the_threshold_it_passes_and_is_kept(shop: Market) -> None:
    """Two rules of forty hold together, one alone does not; the values stay with the reasons."""
    first = rule(("amount", "least", 100_000), points=40)
    [noted] = stage.paid(buyer(), (shop.sku(price=150_000), 1))
    assert noted.status == "awaiting_acceptance"
    audit = Audit.objects.get(order=noted)
    assert (audit.status, audit.score, audit.rules, audit.hits[0]["values"]) == ("noted", 40, [first], {"amount": 150_000})
    second = rule(("first_order", "is", 1), points=40)
    [both] = stage.paid(buyer(), (shop.sku(price=150_000), 1))
    assert both.status == "in_audit"
    assert (Audit.objects.get(order=both).score, Audit.objects.get(order=both).rules) == (80, sorted([first, second]))
    policy.switch_rule(ROOT, second, on=False)
    [again] = stage.paid(buyer(), (shop.sku(price=150_000), 1))
    assert again.status == "awaiting_acceptance"
    stage.whole()


def test_a_new_address_is_looked_at_again_before_the_shop_takes_it(shop: Market) -> None:
    """What a person has passed does not count again; what is new does."""
    one = buyer()
    order = held(shop, one)
    operations.approve(auditor(shop), order.no)
    other = address(one.person, detail="阳光里 1 号", phone="13900001111")
    operations.change_address(one.call(), order.no, address=other.pk)
    assert stage.status(order) == "awaiting_acceptance"
    policy.block(ROOT, kind="phone", value="13900002222", reason="拒收")
    rule(("blocked", "least", 1), points=100)
    third = address(one.person, detail="阳光里 2 号", phone="13900002222")
    operations.change_address(one.call(), order.no, address=third.pk)
    assert stage.status(order) == "in_audit"
    assert [each.status for each in auditing.of_order(auditor(shop).actor, order)] == ["open", "approved"]
    stage.whole()


def test_a_new_address_after_acceptance_is_a_task_for_the_auditors(shop: Market) -> None:
    """The shop has taken it and goes on; the auditors are told before the carrier comes, once, and not for what touches no rule."""
    one = buyer()
    [order] = stage.paid(one, (shop.sku(price=1000), 1))
    operations.accept(ROOT, order.no)
    plain = address(one.person, detail="阳光里 1 号", phone="13900001111")
    operations.change_address(one.call(), order.no, address=plain.pk)
    assert not Task.objects.filter(kind="orders.moved_doubtful").exists()
    policy.block(ROOT, kind="phone", value="13900002222", reason="拒收")
    rule(("blocked", "least", 1), points=100)
    doubtful = address(one.person, detail="阳光里 2 号", phone="13900002222")
    for _twice in range(2):
        operations.change_address(one.call(), order.no, address=doubtful.pk)
    assert stage.status(order) == "awaiting_shipment"
    [task] = Task.objects.filter(kind="orders.moved_doubtful")
    assert (task.ref, task.role, task.detail, task.status) == (order.ref, "auditor", {"score": 100}, "open")
    assert {each.status for each in auditing.of_order(auditor(shop).actor, order)} == {"moot"}
    stage.whole()


# ---- what is known --------------------------------------------------------------------------------------------------


def known(order: Order) -> dict[str, int]:
    """The features of an order that exists."""
    found, _rules = features.of_order(order.no)
    assert found is not None
    return found.features


def test_the_features_are_what_happened_before(shop: Market) -> None:
    """Counts look at earlier orders only, of others with the same phone and door too."""
    one, other = buyer(), buyer()
    sku = shop.sku(price=1000)
    [first] = stage.placed(one, (sku, 3), device="d" * 64).orders
    [second] = stage.placed(other, (sku, 1), device="d" * 64).orders
    stage.placed(one, (sku, 1))
    [last] = stage.placed(one, (sku, 2), device="d" * 64).orders
    assert known(first) == {
        "account_age_days": 0, "account_orders": 0, "phone_orders": 0, "address_orders": 0, "device_orders": 0, "phone_accounts": 0,
        "device_accounts": 0, "first_order": 1, "amount": first.total, "pieces": 3, "price_off": 0, "cod_refusals": 0, "address_unknown": 0,
        "blocked": 0, "hour": known(first)["hour"], "cod": 0,
    }  # fmt: skip
    assert (known(second)["phone_orders"], known(second)["phone_accounts"], known(second)["device_accounts"]) == (1, 1, 1)
    seen = known(last)
    assert (seen["account_orders"], seen["phone_orders"], seen["address_orders"], seen["device_orders"]) == (2, 3, 3, 2)
    assert (seen["phone_accounts"], seen["device_accounts"], seen["pieces"]) == (1, 1, 2)


def test_the_orders_of_one_purchase_do_not_count_each_other(shop: Market) -> None:
    """Two shops in one purchase are no rush."""
    made = stage.placed(buyer(), (shop.sku(price=1000), 1), (shop.sku(shop=1, price=1000), 1))
    assert [known(order)["account_orders"] for order in made.orders] == [0, 0]


def test_the_window_is_an_option(shop: Market) -> None:
    """What is older than it does not count."""
    one, sku = buyer(), shop.sku(price=1000)
    with clock.at(clock.now() - timedelta(hours=30)):
        stage.placed(one, (sku, 1))
    [order] = stage.placed(one, (sku, 1)).orders
    assert known(order)["account_orders"] == 0
    stage_option("orders.risk_window_hours", 48)
    assert known(order)["account_orders"] == 1


def stage_option(name: str, value: int) -> None:
    """An administrator changes an option."""
    from wangdan.kernel import operations as kernel

    kernel.set_option(ROOT, name=name, value=value)


def test_prices_refusals_and_places_are_seen(shop: Market) -> None:
    """A price far from usual, a refusal at the door, a place nobody knows, an entry of the blocked list."""
    one, sku = buyer(), shop.sku(price=10_000)
    for _ in range(3):
        stage.placed(one, (sku, 1))
    with guards.exempt("the price falls"):
        sku.price = 1000
        sku.save()
    [order] = stage.placed(one, (sku, 1)).orders
    assert known(order)["price_off"] == 90
    [cash] = stage.placed(one, (shop.sku(price=2000), 1), method="cod").orders
    for parcel in stage.parcels(operations.accept(ROOT, cash.no)):
        stage.turn_away(stage.send(parcel))
    policy.block(ROOT, kind="account", value=str(one.person.pk), reason="拒收")
    policy.block(ROOT, kind="address", value=features.place_of(one.address.destination), reason="空房子")
    with guards.exempt("nobody knows it"):
        Division.objects.all().delete()
    [last] = stage.placed(one, (sku, 1)).orders
    assert (known(last)["cod_refusals"], known(last)["address_unknown"], known(last)["blocked"], known(last)["first_order"]) == (1, 1, 2, 1)
    assert known(order)["blocked"] == 0


def test_new_and_kept_orders_are_known_alike(shop: Market) -> None:
    """What is known at submit is what a trial finds afterwards."""
    one, sku = buyer(), shop.sku(price=30_000)
    rule(("pieces", "least", 1), points=1)
    stage.placed(one, (sku, 1), method="cod")
    made = stage.placed(one, (sku, 2), (shop.sku(shop=1, price=500), 3), method="cod", device="e" * 64)
    for order in made.orders:
        assert Audit.objects.get(order=order).features == known(order)


# ---- what a rule would do, and what all of it costs -----------------------------------------------------------------


def counted(run: Callable[[], Any]) -> int:
    """Statements of a call, the options read beforehand."""
    options.value(PAY_WITHIN)
    with CaptureQueriesContext(connection) as seen:
        run()
    return len([entry for entry in seen.captured_queries if not re.match(r"(?i)\s*(begin|commit)", entry["sql"])])


def test_a_rule_is_tried_on_what_was(shop: Market) -> None:
    """Hits, share, sum and a sample, in as many statements for thirty orders as for three; the future does not change the past."""
    one, sku, desk = buyer(), shop.sku(price=1000, stock=500), auditor(shop)
    draft = Draft(saying(PLAIN, text="忙"), (Condition("account_orders", "least", 2),), 60)
    with clock.at(clock.now() - timedelta(days=31)):
        stage.placed(one, (sku, 1))
    for _ in range(3):
        stage.placed(one, (sku, 1))
    few = counted(lambda: auditing.trial(desk.actor, draft))
    found = auditing.trial(desk.actor, draft)
    assert (found.looked, found.hits, found.amount, len(found.sample), found.share) == (3, 1, 2000, 1, "33.3")
    for _ in range(27):
        stage.placed(one, (sku, 1))
    assert counted(lambda: auditing.trial(desk.actor, draft)) == few == 3
    found = auditing.trial(desk.actor, draft)
    assert (found.looked, found.hits, len(found.sample)) == (30, 28, 20)
    assert not Audit.objects.exists()


def test_the_hits_of_a_rule_since_it_is_on(shop: Market) -> None:
    """Held, approved, rejected, and their sum."""
    desk = auditor(shop)
    number = rule(("amount", "least", 100_000))
    made = [stage.paid(buyer(), (shop.sku(price=200_000), 1))[0] for _ in range(3)]
    operations.approve(desk, made[0].no)
    operations.reject(desk, made[1].no, reason="x")
    found = auditing.hits(desk.actor, number, None)
    assert (found.orders, found.held, found.approved, found.rejected, found.amount) == (3, 3, 1, 1, 600_000)
    assert auditing.hits(desk.actor, number, clock.now()).orders == 0
    assert auditing.held_by(desk.actor, [number]) == {number: 3}


def test_screening_costs_one_statement_and_placing_keeps_its_promise(shop: Market) -> None:
    """At submit at most twenty, held or not; after payment one more for an order that touches no rule."""
    rule(("amount", "least", 1))
    for lines in (1, 40):
        one = buyer()
        wishes = [(shop.sku(price=500), 1) for _ in range(lines)]
        total = stage.price(one, *wishes, method="cod")
        taken = counted(
            lambda one=one, wishes=wishes, total=total: stage.checkout.place(
                one.call("k", lambda made: {"no": made.purchase.no}), asked=one.wants(*wishes, method="cod"), expected_total=total
            )
        )
        assert taken <= 20
    assert set(Order.objects.values_list("status", flat=True)) == {"in_audit"}
    assert counted(lambda: features.of_order(Order.objects.values_list("no", flat=True)[0])) == 2
    stage.whole()
