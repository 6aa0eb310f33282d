"""The life of an order, driven by facts of money and carriers: every move, and what is out of turn."""

from datetime import timedelta
from typing import Any

import pytest

from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.checkout import queries
from wangdan.checkout.tests.market import Buyer, Market, buyer, market, member, stock_of
from wangdan.fulfilment.facts import ParcelDelivered, ParcelShipped
from wangdan.inventory.models import Hold
from wangdan.kernel import clock, guards
from wangdan.kernel.act import SYSTEM, Act, Call
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Refused
from wangdan.kernel.fact import Fact
from wangdan.kernel.jobs import run_sweep
from wangdan.kernel.models import Journal
from wangdan.kernel.operation import OPERATIONS, operation
from wangdan.orders import operations
from wangdan.orders.models import Order
from wangdan.orders.queries import moves
from wangdan.orders.rules import LIFE, clean_reason
from wangdan.payments.facts import PaymentCaptured, RefundDone
from wangdan.tasks.models import Task


@operation("tests.tell", on=Order)
def tell(act: Act, order: Order, *, said: Fact) -> None:
    """Tell a fact about an order as money or a carrier would."""
    assert said.ref == order.ref
    act.tell(said)


del OPERATIONS["tests.tell"]


@pytest.fixture
def shop(transactional_db: None) -> Market:
    """A market."""
    return market()


@pytest.fixture
def one(transactional_db: None) -> Buyer:
    """A buyer."""
    return buyer()


def order_of(shop: Market, one: Buyer, **changed: Any) -> Order:
    """A fresh order over 20.00."""
    asked = one.wants((shop.sku(price=1000), 1), **changed)
    placed = checkout.place(one.call(), asked=asked, expected_total=queries.prepare(one.actor, asked).total)
    return placed.orders[0]


def hear(order: Order, kind: type[Fact], **fields: Any) -> Order:
    """The order after a fact."""
    tell(Call(SYSTEM), order.no, said=kind(order.ref, **fields))
    return Order.objects.get(pk=order.pk)


def paid(order: Order) -> Order:
    """The order with its money."""
    return hear(order, PaymentCaptured, payment="B", amount=order.total)


def to(status: str, shop: Market, one: Buyer) -> Order:
    """An order walked to a state."""
    order = order_of(shop, one)
    steps: dict[str, Any] = {
        "awaiting_acceptance": lambda: paid(order),
        "awaiting_shipment": lambda: operations.accept(Call(SYSTEM), order.no),
        "partly_shipped": lambda: hear(order, ParcelShipped, parcel="P", last=False),
        "shipped": lambda: hear(order, ParcelShipped, parcel="P", last=True),
        "delivered": lambda: hear(order, ParcelDelivered, parcel="P", last=True),
        "completed": lambda: operations.confirm_receipt(one.call(), order.no),
    }
    for name, step in steps.items():
        if order.status == status:
            break
        step()
        order = Order.objects.get(pk=order.pk)
        assert order.status == name
    return order


def test_the_whole_way(shop: Market, one: Buyer) -> None:
    """Paid, accepted, partly shipped, shipped, delivered, confirmed; every step in the journal chain with its moment."""
    order = to("completed", shop, one)
    assert None not in (order.paid_at, order.accepted_at, order.shipped_at, order.delivered_at, order.completed_at, order.confirm_by)
    assert order.confirm_by - order.delivered_at == timedelta(days=7)
    chain = [row.changes["status"] for row in Journal.objects.filter(ref=order.ref).order_by("id") if "status" in row.changes]
    assert [after for _, after in chain] == [
        "awaiting_payment",
        "awaiting_acceptance",
        "awaiting_shipment",
        "partly_shipped",
        "shipped",
        "delivered",
        "completed",
    ]
    assert [before for before, _ in chain] == [None, *(after for _, after in chain[:-1])]


def test_only_the_table_moves(shop: Market, one: Buyer) -> None:
    """Accept, decline, cancel, confirm and expire are refused wherever the table has no way, and change nothing."""
    calls: dict[str, Any] = {
        "accept": lambda no: operations.accept(Call(SYSTEM), no),
        "decline": lambda no: operations.decline(Call(SYSTEM), no, reason="x"),
        "cancel": lambda no: operations.cancel(Call(SYSTEM), no, reason="x"),
        "confirm_receipt": lambda no: operations.confirm_receipt(one.call(), no),
        "expire": lambda no: operations.expire(Call(SYSTEM), no),
    }
    for status in ("awaiting_payment", "awaiting_acceptance", "awaiting_shipment", "partly_shipped", "shipped", "delivered", "completed"):
        order = to(status, shop, one)
        for move, call in calls.items():
            if move in LIFE.open_moves(status) and move != "expire":
                continue
            with pytest.raises(Refused) as refused:
                call(order.no)
            assert refused.value.code == f"orders.cannot_{move}"
            assert Order.objects.get(pk=order.pk).status == status


def test_cancel_gives_everything_back(shop: Market, one: Buyer) -> None:
    """Before and after payment the stock is free again; a reason is needed (D08.5, C6)."""
    for status in ("awaiting_payment", "awaiting_acceptance", "awaiting_shipment"):
        order = to(status, shop, one)
        with pytest.raises(Malformed, match=r"orders\.reason_missing"):
            operations.cancel(one.call(), order.no, reason="  ")
        gone = operations.cancel(one.call(), order.no, reason="不想要了")
        assert (gone.status, gone.reason, gone.closed_at is not None) == ("cancelled", "不想要了", True)
        sku = gone.allocation[0]["sku"]
        assert stock_of(Sku(pk=sku)) == (100, 0)


def test_decline_is_the_shops(shop: Market, one: Buyer) -> None:
    """The shop declines with a reason; the buyer may not; another shop sees nothing (D12.3)."""
    order = to("awaiting_acceptance", shop, one)
    with pytest.raises(NotGranted):
        operations.decline(one.call(), order.no, reason="x")
    with pytest.raises(NotSeen):
        operations.decline(Call(member(shop.shops[1], "shop_owner")), order.no, reason="x")
    gone = operations.decline(Call(member(shop.shops[0], "shop_owner")), order.no, reason="缺货")
    assert (gone.status, gone.reason) == ("declined", "缺货")


def test_who_owns_a_shop_is_not_everybodys_buyer(shop: Market, one: Buyer) -> None:
    """A seller sees a customer's order but neither confirms it nor moves its address; as a buyer elsewhere he does not accept."""
    order = to("delivered", shop, one)
    seller = member(shop.shops[0], "shop_owner")
    with pytest.raises(NotGranted):
        operations.confirm_receipt(Call(seller), order.no)
    assert moves(seller, order) == ["mark"]
    assert moves(one.actor, order) == ["confirm_receipt", "extend_receipt"]
    waiting = to("awaiting_acceptance", shop, one)
    assert moves(seller, waiting) == ["accept", "decline", "cancel", "mark"]
    assert moves(one.actor, waiting) == ["cancel", "change_address", "change_slot", "remind"]
    assert moves(member(shop.platform, "service"), waiting) == ["decline", "cancel", "change_address", "remind", "mark"]
    assert moves(member(shop.platform, "auditor"), waiting) == ["change_address"]


def test_accept_checks_the_stock(shop: Market, one: Buyer) -> None:
    """A count that found fewer pieces stops the acceptance; nothing is planned (D10.1)."""
    order = to("awaiting_acceptance", shop, one)
    with guards.exempt("a count found nothing"):
        Hold.objects.filter(ref=order.ref).update(status="short")
    with pytest.raises(Refused, match=r"orders\.stock_missing") as refused:
        operations.accept(Call(SYSTEM), order.no)
    assert refused.value.detail["skus"][0]["held"] == 0
    assert Order.objects.get(pk=order.pk).status == "awaiting_acceptance"


def test_the_sweeps(shop: Market, one: Buyer) -> None:
    """What nobody paid goes after thirty minutes, what nobody confirmed is completed after seven days; nothing before its time."""
    unpaid, fresh, waiting = order_of(shop, one), order_of(shop, one), to("delivered", shop, one)
    cash = order_of(shop, one, method="cod")
    assert (run_sweep("orders.expire"), run_sweep("orders.confirm_receipt")) == (0, 0)
    with guards.exempt("time passes"):
        Order.objects.filter(pk=unpaid.pk).update(pay_by=clock.now() - timedelta(seconds=1))
        Order.objects.filter(pk=waiting.pk).update(confirm_by=clock.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match=r"orders\.cannot_expire"):
        operations.expire(Call(SYSTEM), fresh.no)
    assert (run_sweep("orders.expire"), run_sweep("orders.confirm_receipt")) == (1, 1)
    found = {order.pk: (order.status, order.reason) for order in Order.objects.all()}
    assert found[unpaid.pk] == ("cancelled", "not_paid_in_time")
    assert found[fresh.pk][0] == "awaiting_payment"
    assert found[waiting.pk][0] == "completed"
    assert found[cash.pk][0] == "awaiting_acceptance"


def test_facts_out_of_turn_never_refuse(shop: Market, one: Buyer) -> None:
    """Money and carriers are never told no: a task is opened, or nothing happens."""
    order = order_of(shop, one)
    assert hear(order, ParcelShipped, parcel="P", last=True).status == "awaiting_payment"
    assert Task.objects.filter(kind="orders.parcel_out_of_turn", ref=order.ref).count() == 1
    assert hear(order, PaymentCaptured, payment="B", amount=order.total - 1).status == "awaiting_payment"
    assert Task.objects.filter(kind="orders.money_does_not_fit", ref=order.ref).count() == 1
    done = to("completed", shop, one)
    assert hear(done, ParcelDelivered, parcel="P", last=True).status == "completed"
    assert not Task.objects.filter(ref=done.ref).exists()


def test_a_buyer_may_confirm_before_the_carrier_says_so(shop: Market, one: Buyer) -> None:
    """待收货 is enough for the buyer, not for the sweep; goods paid at the door must be paid."""
    order = to("shipped", shop, one)
    with pytest.raises(Refused, match=r"orders\.cannot_confirm_receipt"):
        operations.confirm_receipt(Call(SYSTEM), order.no)
    assert operations.confirm_receipt(one.call(), order.no).status == "completed"
    cash = order_of(shop, one, method="cod")
    operations.accept(Call(SYSTEM), cash.no)
    hear(cash, ParcelShipped, parcel="P", last=True)
    with pytest.raises(Refused, match=r"orders\.cash_missing"):
        operations.confirm_receipt(one.call(), cash.no)


def test_a_whole_refund_ends_a_shipped_order(shop: Market, one: Buyer) -> None:
    """A part of the money changes nothing, all of it closes the order."""
    order = to("delivered", shop, one)
    assert hear(order, RefundDone, refund="R", amount=1, whole=False).status == "delivered"
    assert hear(order, RefundDone, refund="R", amount=order.total, whole=True).status == "ended"


@pytest.mark.parametrize("reason", ["", "  \n\t", None])
def test_a_reason_is_needed(reason: object) -> None:
    """422 without one; control signs and length are tamed."""
    with pytest.raises(Malformed, match=r"orders\.reason_missing"):
        clean_reason(reason)
    assert clean_reason("a\x00b\n c") == "a b c"
    with pytest.raises(Malformed, match=r"orders\.reason_long"):
        clean_reason("x" * 201)
