"""`check` sees everything it promises: each invariant is broken by SQL behind the schema's back, and is reported."""

import uuid
from types import SimpleNamespace

import pytest
from django.db import connection

from tests.core import deals, stage
from wangdan.checkout import operations as checkout
from wangdan.checkout import queries
from wangdan.checkout.tests.market import buyer, market
from wangdan.fulfilment import operations as fulfilment
from wangdan.kernel import guards
from wangdan.kernel.sayings import PLAIN, saying
from wangdan.orders import operations as orders
from wangdan.orders.facts import OrderCompleted
from wangdan.payments import operations as payments
from wangdan.payments.models import Attempt
from wangdan.policy import operations as policy
from wangdan.policy.risk import Condition, Draft
from wangdan.site import checks

pytestmark = pytest.mark.django_db

FRESH = f"'{uuid.uuid4()}'"
STEP = "INSERT INTO kernel_journal (act, at, operation, actor, ref, changes, facts) VALUES (gen_random_uuid(), now(), 'x', 'x', '{ref}', '{changes}', '[]')"


def step(ref: str, before: str, after: str) -> str:
    """A step in the journal that nobody took."""
    return STEP.format(ref=ref, changes=f'{{"status": ["{before}", "{after}"]}}')


def lose(table: str, *constraints: str) -> list[str]:
    """Take constraints away, so that what they hold can be broken at all."""
    return [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for name in constraints]


MESSAGE = (
    'INSERT INTO notices_message (channel, kind, ref, "to", language, subject, text, status, tries, trouble, at, due_at)'
    " VALUES ('sms', '{kind}', '', '1', 'en', '', '{text}', '{status}', 0, '', now(), now())"
)

BREAKS: dict[str, list[str]] = {
    # the house
    "constraints are validated, indexes valid, triggers on": ["ALTER TABLE orders_line DISABLE TRIGGER ALL"],
    "idempotency keys have an answer": ["UPDATE kernel_key SET answer = NULL"],
    "no job lies in the hands of a worker that is gone": [
        "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT min(id) FROM procrastinate_jobs)",
        "UPDATE procrastinate_events SET at = now() - interval '5 minutes'",
    ],
    "an act has one actor, one moment and one family": [
        f"UPDATE kernel_journal SET act = {FRESH} WHERE operation IN ('orders.cancel', 'orders.accept')",
    ],
    "every fact has its jobs, done or visibly failed": ["DELETE FROM procrastinate_jobs"],
    # delivery and notices
    "delivery: what is taken of a slot is what is held of it": [
        (
            "INSERT INTO delivery_slot (root_id, organisation_id, area, starts_at, ends_at, closes_at, capacity, taken, active)"
            " SELECT root_id, id, '33', now(), now() + interval '1 hour', now(), 5, 1, true FROM accounts_organisation LIMIT 1"
        )
    ],
    "delivery: every active carrier has a rule that reaches any distance": ["DELETE FROM delivery_carrierrule"],
    "notices: a notice is told once": [
        "INSERT INTO notices_notice (root_id, person_id, kind, params, ref, at) SELECT p.root_id, p.id, 'x', '{}', '', now() FROM accounts_person p",
        "INSERT INTO notices_notice (root_id, person_id, kind, params, ref, at) SELECT root_id, person_id, kind, params, ref, at FROM notices_notice",
    ],
    "notices: a notice belongs to the root of its person": [
        "INSERT INTO notices_notice (root_id, person_id, kind, params, ref, at) SELECT 0, id, 'x', '{}', '', now() FROM accounts_person"
    ],
    "notices: no code stands in a message": [MESSAGE.format(kind="code_login", text="123456", status="queued")],
    "notices: every other message has its text": [MESSAGE.format(kind="order_paid", text="", status="queued")],
    "notices: a message that did not get through has a task, open or done": [MESSAGE.format(kind="order_paid", text="x", status="failed")],
    # stock
    "inventory: stock on hand is the sum of its moves": ["UPDATE inventory_stock SET on_hand = on_hand + 1"],
    "inventory: stock held is the sum of active holds": ["UPDATE inventory_hold SET quantity = quantity + 1 WHERE status = 'active'"],
    "inventory: never less than nothing, never more promised than there is": [
        *lose("inventory_stock", "inventory_stock_bounds"),
        "UPDATE inventory_stock SET held = on_hand + 1",
    ],
    "inventory: what a parcel took was shipped by a move": ["UPDATE inventory_move SET delta = delta - 1 WHERE kind = 'ship'"],
    # money
    "payments: parts sum to the payment": ["UPDATE payments_payment SET amount = amount + 1"],
    "payments: what is refunded is the sum of settled refunds, what is refunding of the open ones": [
        "UPDATE payments_refund SET amount = amount - 1 WHERE part_id IS NOT NULL"
    ],
    "payments: what is captured for orders is in the ledger": ["UPDATE ledger_transfer SET ref = 'orders:A' WHERE code = 'capture'"],
    "payments: the money of a gateway, of orders and too much is what the ledger says": ["UPDATE ledger_transfer SET debit = 'gateway:other'"],
    "payments: a refund is in the ledger once it is done, and not before": ["UPDATE payments_refund SET status = 'unknown' WHERE status = 'done'"],
    "payments: what came in paid parts, the rest went back": [
        "UPDATE payments_capture SET applied = applied - 1, excess = excess + 1 WHERE applied > 0"
    ],
    "payments: the status of a part is what its sums say": ["UPDATE payments_part SET status = 'partly_refunded' WHERE status = 'captured'"],
    "payments: the open visit asks for exactly what still waits, and there is one": [
        "UPDATE payments_attempt SET amount = amount + 1 WHERE status = 'open'"
    ],
    "attempts: the status is the journal's last": ["UPDATE payments_attempt SET status = 'failed' WHERE status = 'captured'"],
    "attempts: states in the journal form a chain": [step("attempts:T", "failed", "captured")],
    "attempts: every step in the journal is a move of the life": [step("attempts:T", "captured", "open")],
    "refunds: the status is the journal's last": ["UPDATE payments_refund SET status = 'failed'"],
    "refunds: states in the journal form a chain": [step("refunds:R", "unknown", "done")],
    "refunds: every step in the journal is a move of the life": [step("refunds:R", "done", "intended")],
    # parcels
    "parcels: what was handed over was consumed, and nothing else": ["UPDATE inventory_hold SET quantity = quantity + 1 WHERE status = 'consumed'"],
    "parcels: what came back lies on the shelf by a move": ["UPDATE inventory_move SET delta = delta + 1 WHERE kind = 'restock'"],
    "parcels: the status is the journal's last": ["UPDATE fulfilment_parcel SET status = 'lost' WHERE status = 'returned'"],
    "parcels: states in the journal form a chain": [step("parcels:P", "packed", "handed_over")],
    "parcels: every step in the journal is a move of the life": [step("parcels:P", "planned", "delivered")],
    "parcels: pieces are the sum of the lines": ["UPDATE fulfilment_parcel SET pieces = pieces + 1"],
    # ledger and promotions
    "ledger: a guarded account holds what its transfers say": ["UPDATE ledger_balance SET amount = amount + 1"],
    "ledger: points move among points, money among money": ["UPDATE ledger_transfer SET currency = 'CNY' WHERE code = 'points_spent'"],
    "promotions: a coupon is used exactly while it is redeemed": ["UPDATE promotions_coupon SET status = 'available'"],
    "promotions: no more coupons than were counted, none beyond the limits of their offer": ["UPDATE promotions_offer SET claimed = claimed + 1"],
    "promotions: a budget has given what was redeemed of it": ["UPDATE promotions_redemption SET amount = amount + 1"],
    "promotions: points come back no more than they were spent, and are taken no more than they were earned": [
        "UPDATE promotions_earning SET points = points + 1"
    ],
    # orders
    "orders: the steps of a line sum to its discount, each of them has a giver, and no freight is given that was not asked": [
        "UPDATE orders_line SET steps = '[]' WHERE discount > 0"
    ],
    "orders: what offers gave to a purchase is what its lines were given, and points were spent for what they took off": [
        "UPDATE promotions_redemption SET amount = amount + 1"
    ],
    "orders: lines sum to the order": ["UPDATE orders_order SET goods = goods + 1, total = total + 1"],
    "orders: what is refunded is what the payment says": ["UPDATE orders_order SET refunded = refunded + 1"],
    "orders: what changes took off after payment is refunded or on its way, and stands in their history": ["UPDATE orders_order SET reduced = 1"],
    "statistics: the numbers of each day agree with the orders, once every fact is counted": [
        "DELETE FROM procrastinate_jobs WHERE args->>'reaction' = 'statistics.count'"
    ],
    "statistics: the numbers of each warehouse's day agree with the parcels, once every fact is counted": [
        "DELETE FROM procrastinate_jobs WHERE args->>'reaction' = 'statistics.count_parcel'"
    ],
    "orders: orders sum to the purchase": ["UPDATE orders_purchase SET total = total + 1"],
    "orders: nothing is held for a closed order": [
        "UPDATE inventory_hold SET status = 'active' WHERE id = (SELECT max(id) FROM inventory_hold WHERE status = 'released')"
    ],
    "orders: what waits for payment or acceptance holds every piece": ["UPDATE inventory_hold SET quantity = quantity + 1"],
    "orders: the status is the journal's last": ["UPDATE orders_order SET status = 'ended' WHERE status = 'completed'"],
    "orders: states in the journal form a chain": [step("orders:A", "shipped", "delivered")],
    "orders: every step in the journal is a move of the life": [step("orders:A", "completed", "awaiting_payment")],
    "orders: paid states have captured parts": ["UPDATE orders_order SET paid_at = NULL WHERE status = 'completed'"],
    "orders: the order is paid when its part is": ["UPDATE orders_order SET paid_at = now() WHERE status = 'awaiting_payment'"],
    "orders: nobody waits for the money of a closed order, and of no other is it let go": [
        "UPDATE payments_part SET status = 'expected' WHERE status = 'let_go'"
    ],
    "orders: what is closed says when, what is not does not": ["UPDATE orders_order SET closed_at = NULL WHERE status = 'cancelled'"],
    "orders: every piece of an accepted order is in a parcel": ["UPDATE fulfilment_parcelline SET quantity = quantity + 1"],
    "orders: no parcel of a cancelled or declined order is in the house": [
        "UPDATE fulfilment_parcel SET status = 'planned' WHERE status = 'called_off'"
    ],
    "orders: holds, parts and parcels belong to an order and its family": ["UPDATE inventory_hold SET root_id = 0"],
    "orders: an order is in audit exactly as long as somebody must decide": [
        "UPDATE orders_order SET status = 'in_audit' WHERE status = 'completed'"
    ],
    "orders: what the rules hold is held, and nothing else": ["UPDATE orders_audit SET score = score - 1"],
    "orders: a shop sells its own goods only": ["UPDATE catalogue_product SET shop_id = shop_id + 1"],
}
"""Invariant → what breaks it; the whole is rolled back."""


@pytest.fixture
def town() -> SimpleNamespace:
    """Orders in every kind of state."""
    shop, one = market(), buyer()
    first, split, other = shop.sku(price=1000), shop.sku(price=500, stock={0: 2, 1: 9}), shop.sku(shop=1, price=3000)
    made = stage.placed(one, (first, 1), (other, 2), key=None)
    stage.paid(one, (first, 1))
    policy.add_rule(stage.ROOT, draft=Draft(saying(PLAIN, text="件数多"), (Condition("pieces", "least", 7),), 60))
    stage.paid(one, (first, 7))
    stage.accepted(one, (split, 4), (first, 1))
    [called_off] = stage.accepted(one, (first, 2))
    orders.cancel(one.call(), called_off.no, reason="不要了")
    stage.repaid()
    unpaid = stage.placed(one, (first, 1))
    orders.cancel(one.call("cancel-key", lambda order: order.no), unpaid.orders[0].no, reason="不要了")
    payments.capture(stage.ROOT, unpaid.attempt.no, said=stage.word(unpaid.attempt))
    [done] = stage.delivered(one, (first, 1))
    orders.confirm_receipt(one.call(), done.no)
    orders.reward(stage.ROOT, fact=OrderCompleted(done.ref, by="buyer"))
    coupon = deals.coupon(one, rungs=((500, 100),), budget=10_000)
    deals.points(one, 50)
    asked = one.wants((first, 1), coupons=(coupon.pk,), points=50)
    checkout.place(one.call(), asked=asked, expected_total=queries.prepare(one.actor, asked).total, proof=deals.proof(one))
    [back] = stage.sent(one, (first, 3))
    stage.turn_away(stage.parcels(back)[0])
    fulfilment.take_back(stage.ROOT, stage.parcels(back)[0].no)
    return SimpleNamespace(shop=shop, one=one, made=made)


def found(name: str) -> list[object]:
    """What `check` would report."""
    with connection.cursor() as cursor:
        cursor.execute(dict(checks.invariants())[name])
        return cursor.fetchall()


def test_every_invariant_has_something_that_breaks_it() -> None:
    """A promise that nothing can break is no promise."""
    names = [name for name, _ in checks.invariants()]
    assert len(names) == len(set(names))
    assert all(BREAKS.values())
    assert set(BREAKS) == set(names)


@pytest.mark.parametrize("name", list(BREAKS))
def test_what_is_broken_is_reported(town: SimpleNamespace, name: str) -> None:
    """Clean before, reported after."""
    assert found(name) == []
    with guards.exempt("the test breaks the data"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        for sql in BREAKS[name]:
            cursor.execute(sql)
        cursor.execute("SET session_replication_role = DEFAULT")
    assert found(name) != []


@pytest.mark.django_db(transaction=True)
def test_a_town_of_orders_is_whole() -> None:
    """All invariants at one instant, in a read-only transaction of their own, over orders in every kind of state."""
    shop, one = market(), buyer()
    sku = shop.sku(price=1000)
    stage.delivered(one, (sku, 1))
    stage.placed(one, (sku, 1))
    assert Attempt.objects.filter(status="open").count() == 1
    results = checks.run()
    assert [result.name for result in results if not result.holds] == []
    assert len(results) == len(BREAKS)
