"""The beginning of an order: opened by the checkout, paid by its buyer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from wangdan.accounts.rules import Destination
from wangdan.delivery import operations as delivery
from wangdan.fulfilment import queries as fulfilment
from wangdan.fulfilment.facts import CashReported
from wangdan.inventory import operations as inventory
from wangdan.inventory.rules import Want
from wangdan.kernel.act import Act
from wangdan.kernel.models import Root
from wangdan.kernel.numbers import new_number
from wangdan.kernel.operation import operation
from wangdan.orders.facts import OrderPaid, PurchasePlaced
from wangdan.orders.models import Audit, Line, Order, Purchase
from wangdan.orders.operations.returning import TURNED_AWAY, give_back
from wangdan.orders.operations.screening import keep, screen_new
from wangdan.orders.rules import CLOSED, LIFE, ON_THE_WAY, PAY_WITHIN, TRANSFER_WITHIN, NewOrder, NewPurchase
from wangdan.payments import operations as payments
from wangdan.payments.facts import PaymentCaptured
from wangdan.payments.models import Payment
from wangdan.promotions import operations as promotions
from wangdan.tasks import operations as tasks

_BEGIN = """
WITH root AS (INSERT INTO kernel_root (kind) VALUES ('purchases') RETURNING id)
INSERT INTO orders_purchase (root_id, {columns}) SELECT root.id, {marks} FROM root RETURNING id, root_id
"""


@dataclass(frozen=True)
class Opened:
    """What was opened: the purchase, its orders by shop, and the payment that is expected."""

    purchase: Purchase
    orders: list[Order]
    payment: Payment


@operation("orders.open")
def open(act: Act, *, wanted: NewPurchase, destination: Destination) -> Opened:  # noqa: A001 - the verb of the house
    """Open a purchase with one order per shop, expect its money, use up its coupons and points, hold its stock, last (D03.9, D04.1, D16.3, C6).

    Joined by `checkout.place`, which priced it. The clock: online 30 minutes, bank transfer 3 days (options), cash
    and what costs nothing none; these two are screened now, what is paid first when the money comes (C2).
    Refuses with `delivery.slot_full`, `inventory.cannot_hold` naming the SKUs that are short, and as `promotions.redeem` does.
    """
    purchase = _purchase(act, wanted)
    audits = screen_new(act, wanted, destination, purchase)
    orders = Order.objects.bulk_create(_orders(act, purchase, wanted, destination, audits))
    Line.objects.bulk_create([line for order, new in zip(orders, wanted.orders, strict=True) for line in _lines(order, new)])
    for row in (purchase, *orders):
        act.born(row)
    act.tell(PurchasePlaced(purchase.ref, orders=[order.no for order in orders], total=purchase.total, currency=purchase.currency))
    if audits:
        keep(act, [_of(orders[place], audit) for place, audit in sorted(audits.items())])
    payment = payments.expect(
        act,
        ref=purchase.ref,
        root=Root(pk=purchase.root_id),
        payer=purchase.buyer_id,
        method=wanted.payment_method,
        parts=[(order.ref, order.total) for order in orders],
        pay_by=_pay_by(act, wanted),
    )
    points = tuple((order.ref, new.points) for order, new in zip(orders, wanted.orders, strict=True))
    promotions.redeem(act, purchase=purchase.ref, person=purchase.buyer_id, taken=wanted.taken, points=points)
    if wanted.slot_id is not None:
        refs, shops = tuple(order.ref for order in orders), tuple(order.shop_id for order in orders)
        delivery.take_slot(act, choice=delivery.Choice(wanted.slot_id, refs, purchase.root_id, destination, shops))
    wants = [want for order, new in zip(orders, wanted.orders, strict=True) for want in _wants(order, new)]
    inventory.hold(act, wants=wants, root_id=purchase.root_id)
    return Opened(purchase, orders, payment)


def _purchase(act: Act, wanted: NewPurchase) -> Purchase:
    """The purchase with the root of its family, in one statement."""
    purchase = Purchase(
        no=new_number("G"),
        buyer_id=wanted.buyer_id or act.actor.id or 0,
        payment_method=wanted.payment_method,
        lines=sum(len(order.lines) for order in wanted.orders),
        total=wanted.total,
        device=wanted.device,
        placed_at=act.now,
    )
    fields = [field for field in Purchase._meta.concrete_fields if field.name not in ("id", "root")]
    columns, values = ", ".join(f'"{field.column}"' for field in fields), [getattr(purchase, field.attname) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN.format(columns=columns, marks=", ".join(["%s"] * len(fields))), values)
        purchase.pk, purchase.root_id = cursor.fetchone()
    act.adopt_root(purchase.root_id)
    return purchase


def _pay_by(act: Act, wanted: NewPurchase) -> datetime | None:
    if wanted.payment_method == "cod":
        return None
    if wanted.payment_method == "bank_transfer":
        return act.now + timedelta(days=act.option(TRANSFER_WITHIN))
    return act.now + timedelta(minutes=act.option(PAY_WITHIN))


def _orders(act: Act, purchase: Purchase, wanted: NewPurchase, destination: Destination, audits: dict[int, Audit]) -> list[Order]:
    """The orders as they begin: what the rules hold begins in audit."""
    made = [_order(act, purchase, each, wanted, destination) for each in wanted.orders]
    for place, audit in audits.items():
        if audit.status == "open":
            made[place].status = "in_audit"
    return made


def _of(order: Order, audit: Audit) -> Audit:
    audit.root_id, audit.order = order.root_id, order
    return audit


def _order(act: Act, purchase: Purchase, new: NewOrder, wanted: NewPurchase, destination: Destination) -> Order:
    pay_by = _pay_by(act, wanted) if new.total else None
    return Order(
        root_id=purchase.root_id,
        no=new_number("A"),
        purchase=purchase,
        buyer_id=purchase.buyer_id,
        shop_id=new.shop_id,
        status="awaiting_payment" if pay_by else "awaiting_acceptance",
        payment_method=wanted.payment_method,
        method=wanted.method,
        pickup_point_id=wanted.pickup_point_id,
        goods=new.goods,
        freight=new.freight,
        freight_reason=list(new.freight_reason),
        discount=new.discount,
        total=new.total,
        note=new.note,
        allocation=list(new.allocation),
        placed_at=act.now,
        pay_by=pay_by,
        **address_fields(destination),
    )


def address_fields(destination: Destination) -> dict[str, str]:
    """The fields of an order that keep a destination."""
    return {
        "to_name": destination.name,
        "to_phone": destination.phone,
        "to_province": destination.province,
        "to_city": destination.city,
        "to_district": destination.district,
        "to_street": destination.street,
        "to_detail": destination.detail,
        "to_code": destination.code,
    }


def _lines(order: Order, new: NewOrder) -> list[Line]:
    return [
        Line(
            order=order,
            position=position,
            product_id=line.product_id,
            sku_id=line.sku_id,
            title=line.title,
            specs=line.specs,
            picture_id=line.picture_id,
            price=line.price,
            quantity=line.quantity,
            amount=line.amount,
            discount=line.discount,
            freight_share=line.freight_share,
            total=line.total,
            steps=list(line.steps),
        )
        for position, line in enumerate(new.lines, start=1)
    ]


def _wants(order: Order, new: NewOrder) -> list[Want]:
    return [
        Want(ref=order.ref, warehouse_id=int(share["warehouse"]), sku_id=int(share["sku"]), quantity=int(share["quantity"]))
        for share in new.allocation
    ]


@operation("orders.pay", on=Order)
def pay(act: Act, order: Order, *, fact: PaymentCaptured) -> Order:
    """NOW: the money of an order is there (D04.3, D13.4). Money for an order that is closed goes back; it is never refused.

    An order paid at the door keeps its status, only the moment is noted.
    """
    if order.status in CLOSED and order.status != "completed":
        payments.refund(act, ref=order.ref, amount=fact.amount, reason="order_closed")
        return order
    if fact.amount != order.total or order.paid_at is not None:
        tasks.open(act, kind="orders.money_does_not_fit", ref=order.ref, role="finance", detail={"amount": fact.amount})
        return order
    order.paid_at = act.now
    if order.status == "awaiting_payment":
        order.status = LIFE.take("pay", order.status)
    order.save(update_fields=["status", "paid_at"])
    act.tell(OrderPaid(order.ref, amount=fact.amount))
    if order.payment_method == "cod":
        tasks.settle(act, ref=order.ref, kind="orders.cash_missing", outcome="payments.cash_booked")
    if order.status in ON_THE_WAY:
        _give_back_turned_away(act, order)
    return order


def _give_back_turned_away(act: Act, order: Order) -> None:
    """The courier took the cash of the whole order at the door after another parcel of it had been turned away: that share goes back."""
    parcels = fulfilment.parcels_of(order.ref)
    turned_away = [parcel.no for parcel in parcels if parcel.status in TURNED_AWAY or parcel.settled == "refunded"]
    if turned_away:
        give_back(act, order, parcels, turned_away)


@operation("orders.take_cash", on=Order)
def take_cash(act: Act, order: Order, *, fact: CashReported) -> None:
    """NOW: the courier reports cash taken at the door; it becomes money of the order (D04.3). Never refuses: what does not fit is a task."""
    if order.payment_method != "cod" or order.paid_at is not None:
        tasks.open(act, kind="orders.cash_out_of_turn", ref=order.ref, role="finance", detail={"amount": fact.amount})
        return
    payments.capture_cash(act, ref=order.ref, amount=fact.amount)
