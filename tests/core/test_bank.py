"""Money with the real bank of the sandbox, a process of its own, over HTTP and through our own hook (D01.7, D13.3–4, D18.3)."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.test import Client

from sandbox.running import Running
from tests.core import stage
from wangdan.checkout import queries
from wangdan.checkout.queries.quotes import new_orders
from wangdan.checkout.rules import Asked
from wangdan.checkout.tests.market import Buyer, Market, buyer, market, stock_of
from wangdan.kernel import guards
from wangdan.kernel.act import Act, Call, Nobody
from wangdan.kernel.jobs import run_sweep
from wangdan.kernel.operation import OPERATIONS, operation
from wangdan.kernel.react import SWEEPS
from wangdan.kernel.signature import sign
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.orders.operations.placing import Opened
from wangdan.orders.rules import NewPurchase
from wangdan.payments import operations as payments
from wangdan.payments.models import Attempt, Capture, Part, Refund
from wangdan.payments.rules import ASK_AFTER_SECONDS
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = stage.ROOT
SECRET = "the-tests-sandbox-secret"
HOOK = "/api/v1/hooks/payments/sandbox"
PATIENCE_SECONDS = 30.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The sandbox's process."""
    folder: Path = tmp_path_factory.mktemp("sandbox")
    found = Running(folder, secret=SECRET).start()
    yield found
    found.stop()


@pytest.fixture
def bank(running: Running, live_server: Any, settings: LazySettings) -> Iterator[Running]:
    """The bank, wired to our own server; faults of other tests are gone."""
    settings.WANGDAN_SANDBOX_URL, settings.WANGDAN_SANDBOX_SECRET = running.url, SECRET
    settings.WANGDAN_PUBLIC_URL = live_server.url
    running.fault("bank", "none")
    yield running
    running.fault("bank", "none")


@pytest.fixture
def shop(bank: Running) -> Market:
    """A market that is paid through the bank."""
    return market()


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what the other process brings about."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)


def press(bank: Running, attempt: Attempt, button: str = "pay") -> int:
    """Press a button on the bank's page; the status of the answer."""
    return bank.client.post(f"{urlsplit(attempt.pay_url).path}/{button}").status_code


def captured(attempt: Attempt) -> bool:
    """Whether the money of a visit is in."""
    return Attempt.objects.get(pk=attempt.pk).status == "captured"


def later(seconds: int = ASK_AFTER_SECONDS) -> None:
    """Let so many seconds pass for everything that is asked about."""
    with guards.exempt("time passes"):
        for rows in (Attempt.objects.all(), Refund.objects.all()):
            for row in rows:
                past = timedelta(seconds=seconds + 1)
                moments = {name: moment - past for name in ("opened_at", "asked_at") if (moment := getattr(row, name))}
                type(row).objects.filter(pk=row.pk).update(**moments)


def agreed(bank: Running) -> None:
    """The bank's own journal and ours name the same money, and every invariant holds."""
    for attempt in Attempt.objects.filter(gateway="sandbox"):
        said = bank.call("GET", f"/bank/attempts/{attempt.no}").json()
        ours = sum(Capture.objects.filter(attempt=attempt).values_list("amount", flat=True))
        back = sum(Refund.objects.filter(attempt=attempt, status="done").values_list("amount", flat=True))
        assert (said["amount"] if said["status"] == "paid" else 0, said.get("refunded", 0)) == (ours, back)
    stage.whole()


def one_purchase(shop: Market, **changed: Any) -> tuple[Buyer, Order, Attempt]:
    """Somebody on the pay page, over 20.00."""
    one = buyer()
    made = stage.placed(one, (shop.sku(price=1000), 1), **changed)
    assert made.attempt is not None
    return one, made.orders[0], made.attempt


def push(said: dict[str, Any], *, secret: str = SECRET, timestamp: int | None = None, twice: bool = False) -> list[int]:
    """A notify at our hook as the bank would sign it."""
    raw = json.dumps(said).encode()
    head = sign(secret, "POST", HOOK, raw, timestamp=timestamp)
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in head.items()}
    client = Client()
    return [client.post(HOOK, raw, content_type="application/json", **headers).status_code for _ in range(2 if twice else 1)]


def notify(attempt: Attempt, **changed: Any) -> dict[str, Any]:
    """What the bank would say about a paid visit."""
    said = {"event": "paid", "attempt_no": attempt.no, "amount": attempt.amount, "currency": attempt.currency, "payee": attempt.payee}
    return said | {"gateway_no": f"SB{attempt.no}", "paid_at": "2026-11-24T00:00:00Z"} | changed


@pytest.mark.parametrize("fault", ["none", "delay", "duplicate", "reorder", "corrupt"])
def test_a_notify_that_comes_late_twice_overtaken_or_forged_first(shop: Market, bank: Running, fault: str) -> None:
    """However the word comes, the money comes once and the order goes to its shop."""
    if fault != "none":
        bank.fault("bank", fault, seconds=1)
    _, order, attempt = one_purchase(shop)
    assert press(bank, attempt) == 200
    eventually(lambda: captured(attempt))
    assert press(bank, attempt) == 200
    assert stage.status(order) == "awaiting_acceptance"
    assert (Capture.objects.count(), Refund.objects.count(), Task.objects.count()) == (1, 0, 0)
    agreed(bank)


def test_a_lost_notify_is_found_by_asking_within_a_minute(shop: Market, bank: Running) -> None:
    """The notify never comes: the sweep asks twenty seconds later; a bank that is down meanwhile is asked again, and no job is left failed."""
    assert ASK_AFTER_SECONDS + 2 * SWEEPS["payments.ask"].every <= 60
    bank.fault("bank", "drop")
    _, order, attempt = one_purchase(shop)
    press(bank, attempt)
    assert run_sweep("payments.ask") == 0
    later()
    bank.fault("bank", "down")
    assert run_sweep("payments.ask") == 1
    stage.work()
    assert stage.status(order) == "awaiting_payment"
    later(40)
    assert run_sweep("payments.ask") == 1
    stage.work(twice=True)
    assert stage.status(order) == "awaiting_acceptance"
    later(40)
    assert run_sweep("payments.ask") == 0
    agreed(bank)


def test_who_was_never_asked_about_comes_first(shop: Market) -> None:
    """However many visits are open, a lost notify does not wait behind those that were asked about before."""
    one, sku = buyer(), shop.sku(price=1000)
    old = [stage.placed(one, (sku, 1)).attempt for _ in range(3)]
    later()
    run_sweep("payments.ask")
    fresh = stage.placed(one, (sku, 1)).attempt
    later(60)
    assert SWEEPS["payments.ask"].due(2)[0] == fresh.pk
    assert set(SWEEPS["payments.ask"].due(9)) == {fresh.pk, *(attempt.pk for attempt in old)}


def test_what_the_browser_brings_back_changes_nothing(shop: Market, bank: Running) -> None:
    """The way back from the bank carries any claim it likes; only our own row decides."""
    one, order, attempt = one_purchase(shop)
    browser = Client()
    browser.force_login(one.person)
    path = f"/pay/{attempt.payment.no}/result"
    for claim in ("", "?status=paid", f"?event=paid&attempt_no={attempt.no}&amount={attempt.amount}&gateway_no=SB1"):
        assert browser.get(path + claim).status_code == 200
    assert browser.post(path, {"status": "paid"}).status_code in (403, 405)
    assert (stage.status(order), Capture.objects.count(), captured(attempt)) == ("awaiting_payment", 0, False)
    agreed(bank)


MISMATCHES = [
    {"amount": 1999},
    {"amount": 2001},
    {"amount": "2000"},
    {"currency": "USD"},
    {"payee": "somebody"},
    {"gateway_no": ""},
    {"amount": None},
]


@pytest.mark.parametrize("wrong", MISMATCHES)
def test_a_genuine_notify_that_does_not_match_is_one_task(shop: Market, bank: Running, wrong: dict[str, Any]) -> None:
    """Amount, currency, payee and number are compared under the lock; nothing moves, finance has one task, the bank is not asked again."""
    _, order, attempt = one_purchase(shop)
    for _ in range(3):
        assert push(notify(attempt, **wrong)) == [200]
    assert (stage.status(order), Capture.objects.count(), Refund.objects.count()) == ("awaiting_payment", 0, 0)
    task = Task.objects.get()
    assert (task.kind, task.ref, task.role) == ("payments.mismatch", attempt.ref, "finance")
    later()
    assert run_sweep("payments.ask") == 0
    assert push(notify(attempt)) == [200]
    assert stage.status(order) == "awaiting_acceptance"
    stage.whole()


def test_a_notify_that_is_not_the_banks_is_not_heard(shop: Market) -> None:
    """No signature, a wrong one, an old one: 401. A number we do not know: 404. A replayed one: acknowledged without effect."""
    _, order, attempt = one_purchase(shop)
    assert Client().post(HOOK, notify(attempt), content_type="application/json").status_code == 401
    assert push(notify(attempt), secret="somebody-elses") == [401]
    assert push(notify(attempt), timestamp=int(time.time()) - 3600) == [401]
    assert push(notify(attempt, attempt_no="T26AAAAAAAAA")) == [404]
    assert push(notify(attempt, event="won")) == [422]
    assert (stage.status(order), Capture.objects.count(), Task.objects.count()) == ("awaiting_payment", 0, 0)
    assert push(notify(attempt), twice=True) == [200, 200]
    assert (stage.status(order), Capture.objects.count()) == ("awaiting_acceptance", 1)
    stage.whole()


def test_cancelling_closes_the_visit_at_the_bank(shop: Market, bank: Running) -> None:
    """Nobody can pay any more once the worker has been there."""
    one, order, attempt = one_purchase(shop)
    orders.cancel(one.call(), order.no, reason="不要了")
    stage.work(twice=True)
    assert press(bank, attempt) == 409
    assert Attempt.objects.get(pk=attempt.pk).over_at is not None
    later()
    assert run_sweep("payments.ask") == 0
    agreed(bank)


def test_paid_while_it_is_cancelled_and_expired_visits_go_back(shop: Market, bank: Running) -> None:
    """The bank had the money before it was closed: taken in, sent back by wire, once; the books and the bank agree."""
    one, order, attempt = one_purchase(shop)
    bank.fault("bank", "drop")
    press(bank, attempt)
    orders.cancel(one.call(), order.no, reason="不要了")
    stage.work(twice=True)
    refund = Refund.objects.get()
    assert (refund.status, refund.amount, refund.part, stage.status(order)) == ("done", 2000, None, "cancelled")
    agreed(bank)


def test_a_failed_visit_gives_way_to_a_fresh_one(shop: Market, bank: Running) -> None:
    """The payer's bank says no: the order still waits, a new page is there, and it pays (D18.3)."""
    _, order, attempt = one_purchase(shop)
    assert press(bank, attempt, "fail") == 200
    eventually(lambda: Attempt.objects.get(pk=attempt.pk).status == "failed")
    fresh = Attempt.objects.get(status="open")
    assert (stage.status(order), fresh.amount, fresh.no != attempt.no) == ("awaiting_payment", 2000, True)
    press(bank, fresh)
    eventually(lambda: captured(fresh))
    assert stage.status(order) == "awaiting_acceptance"
    agreed(bank)


def test_a_visit_that_failed_after_it_was_closed_is_asked_about_no_more(shop: Market, bank: Running) -> None:
    """The close finds it failed: nothing can come, so nobody asks for ever."""
    one, order, attempt = one_purchase(shop)
    bank.fault("bank", "drop")
    press(bank, attempt, "fail")
    orders.cancel(one.call(), order.no, reason="不要了")
    stage.work()
    later()
    assert (run_sweep("payments.ask"), Attempt.objects.get(pk=attempt.pk).status) == (0, "closed")
    agreed(bank)


def test_one_of_two_orders_is_cancelled_before_paying(shop: Market, bank: Running) -> None:
    """The visit over both is closed, a new one asks for the rest; money for the old one pays the rest and the excess goes back."""
    one = buyer()
    made = stage.placed(one, (shop.sku(price=1000), 1), (shop.sku(shop=1, price=3000), 1))
    gone, kept = made.orders
    bank.fault("bank", "drop")
    press(bank, made.attempt)
    orders.cancel(one.call(), gone.no, reason="不要了")
    fresh = Attempt.objects.get(status="open")
    assert (fresh.amount, fresh.parts) == (kept.total, [kept.ref])
    stage.work(twice=True)
    assert [stage.status(order) for order in made.orders] == ["cancelled", "awaiting_acceptance"]
    assert (Refund.objects.get().amount, Refund.objects.get().status) == (gone.total, "done")
    assert press(bank, fresh) == 409
    agreed(bank)


def test_a_refund_nobody_knows_of_is_asked_again_with_the_same_number(shop: Market, bank: Running) -> None:
    """The bank did it and its answer was lost; asked again it says done, and the money left once."""
    one, order, attempt = one_purchase(shop)
    press(bank, attempt)
    eventually(lambda: captured(attempt))
    bank.fault("bank", "unknown")
    bank.fault("bank", "drop")
    orders.cancel(one.call(), order.no, reason="不要了")
    stage.work()
    refund = Refund.objects.get()
    assert refund.status == "unknown"
    later(40)
    assert run_sweep("payments.ask_refund") == 1
    stage.work(twice=True)
    assert (Refund.objects.get().status, Part.objects.get(ref=order.ref).status) == ("done", "refunded")
    agreed(bank)


def test_a_refund_the_bank_refuses_waits_for_finance(shop: Market, bank: Running) -> None:
    """Refused: the money stays owed, a task says so; tried again it goes, and the task is settled with it."""
    one, order, attempt = one_purchase(shop)
    press(bank, attempt)
    eventually(lambda: captured(attempt))
    bank.fault("bank", "refuse")
    orders.cancel(one.call(), order.no, reason="不要了")
    stage.work()
    refund = Refund.objects.get()
    assert (refund.status, Part.objects.get(ref=order.ref).refunding) == ("failed", 2000)
    assert Task.objects.get().kind == "payments.refund_failed"
    payments.retry_refund(ROOT, refund.no)
    stage.work(twice=True)
    assert (Refund.objects.get().status, Task.objects.get().status) == ("done", "done")
    agreed(bank)


def test_a_refund_notify_of_another_amount_is_a_task(shop: Market, bank: Running) -> None:
    """The bank says it paid back something else than we asked for: nothing is settled on its word."""
    one, order, attempt = one_purchase(shop)
    push(notify(attempt))
    orders.cancel(one.call(), order.no, reason="不要了")
    refund = Refund.objects.get()
    said = notify(attempt, event="refunded", refund_no=refund.no, amount=1)
    assert push(said) == [200]
    assert (Refund.objects.get().status, Task.objects.get().kind) == ("intended", "payments.refund_mismatch")
    assert push(said | {"amount": refund.amount}) == [200]
    assert (Refund.objects.get().status, Part.objects.get(ref=order.ref).refunded) == ("done", 2000)
    stage.whole()


def _gift(amount: int) -> dict[str, object]:
    return {"step": "office", "offer": "gift", "name": "", "amount": amount, "funder": "platform"}


@operation("tests.give_away", root="actor")
def given_away(act: Act, *, asked: Asked) -> Opened:
    """A purchase whose price is taken off wholly, as coupons will."""
    quote = queries.prepare(act.actor, asked)
    orders_wanted = []
    for order in new_orders(quote, ""):
        lines = tuple(replace(line, discount=line.amount, freight_share=0, total=0, steps=(_gift(line.amount),)) for line in order.lines)
        orders_wanted.append(replace(order, lines=lines, discount=order.goods, freight=0, total=0))
    wanted = NewPurchase(asked.payment_method, quote.method, quote.pickup_point_id, tuple(orders_wanted), 0)
    return orders.open(act, wanted=wanted, destination=quote.destination)


del OPERATIONS["tests.give_away"]


@pytest.mark.parametrize("method", ["sandbox", "bank_transfer"])
def test_nothing_to_pay_skips_the_gateway(shop: Market, bank: Running, method: str) -> None:
    """All of the price is taken off: no visit, no clock, paid at once, and nothing goes back when it is declined."""
    one, sku = buyer(), shop.sku(price=1000)
    made = given_away(
        Call(Nobody("system", frozenset({"system"}), one.person.pk, one.person.root_id)), asked=one.wants((sku, 1), method=method, delivery="pickup")
    )
    order = Order.objects.get(pk=made.orders[0].pk)
    assert (order.total, order.status, order.pay_by, Attempt.objects.count()) == (0, "awaiting_acceptance", None, 0)
    assert order.paid_at is not None
    browser = Client()
    browser.force_login(one.person)
    assert browser.get(f"/pay/{made.payment.no}").status_code == 302
    assert browser.get(f"/pay/{made.payment.no}/result").context["outcome"] == "paid"
    orders.decline(ROOT, order.no, reason="缺货")
    assert (Refund.objects.count(), Attempt.objects.count(), stock_of(sku)) == (0, 0, (100, 0))
    agreed(bank)


def test_without_a_secret_there_is_no_hook(settings: LazySettings, shop: Market) -> None:
    """Without a secret the hook does not exist: an empty key would sign anything."""
    _, order, attempt = one_purchase(shop)
    settings.WANGDAN_SANDBOX_SECRET = ""
    assert push(notify(attempt), secret="") == [404]
    assert (stage.status(order), Capture.objects.count()) == ("awaiting_payment", 0)
