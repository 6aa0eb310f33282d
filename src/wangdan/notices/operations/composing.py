"""What is said to whom when something happened: facts become kinds with params that read in any language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from wangdan.accounts import rules as accounts
from wangdan.accounts.facts import PasswordChanged, PersonRegistered
from wangdan.accounts.models import Person
from wangdan.accounts.queries import members
from wangdan.fulfilment.facts import ParcelDelivered, ParcelLost, ParcelOutForDelivery, ParcelShipped
from wangdan.fulfilment.models import Parcel, ParcelLine
from wangdan.kernel.act import Act
from wangdan.kernel.fact import Fact
from wangdan.kernel.models import Journal
from wangdan.orders.facts import (
    AddressChanged,
    OrderAccepted,
    OrderCancelled,
    OrderCompleted,
    OrderDeclined,
    OrderDelivered,
    OrderEdited,
    OrderExpired,
    OrderHeld,
    OrderPaid,
    OrderReminded,
    OrderReturned,
    PurchasePlaced,
    SlotChanged,
)
from wangdan.orders.models import Line, Order
from wangdan.orders.rules import ACCEPT_WITHIN
from wangdan.payments.facts import PaymentFailed, RefundDone
from wangdan.payments.models import Part

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class Word:
    """One kind of notice for some people; `phone` is the one given for the delivery."""

    kind: str
    people: Sequence[Person]
    ref: str
    params: dict[str, Any]
    phone: str = ""


# ---- what is known of the order -------------------------------------------------------------------------------------


def order_of(fact: Fact) -> Order:
    """The order a fact is about."""
    return Order.objects.select_related("buyer", "shop", "pickup_point", "purchase").get(no=fact.handle)


def _listed(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [{"title": line.title, "specs": line.label, "quantity": line.quantity, "amount": line.amount} for line in lines]


def lines_of(*orders: Order) -> list[dict[str, Any]]:
    """The goods of orders as params."""
    return _listed(Line.objects.filter(order__in=orders).order_by("order_id", "position"))


def _about(orders: Sequence[Order]) -> str:
    """One order by itself, several as their purchase."""
    return orders[0].ref if len(orders) == 1 else orders[0].purchase.ref


def for_buyer(kind: str, order: Order, **params: Any) -> Word:
    """For the buyer of one order."""
    known = {"numbers": [order.no], "shop": order.shop.name, "currency": order.currency}
    phone = order.to_phone if accounts.is_mobile(order.to_phone) else ""
    return Word(kind, [order.buyer], order.ref, {**known, **params}, phone)


def for_shop(kind: str, order: Order, **params: Any) -> Word:
    """For the people of its shop."""
    people = list(members(order.shop_id, "shop_owner", "shop_clerk"))
    return Word(kind, people, order.ref, {"numbers": [order.no], "total": order.total, "currency": order.currency, **params})


def _cause(act: Act) -> Journal | None:
    """The journal entry that told the fact; none when it was told by hand."""
    return Journal.objects.filter(pk=act.cause_id).first() if act.cause_id else None


def _together(act: Act, fact: F) -> list[F]:
    """All facts of this sort that one act told, in the order told: one payment pays several orders, and people hear of it once."""
    cause = _cause(act)
    if cause is None:
        return [fact]
    rows = Journal.objects.filter(root_id=cause.root_id, act=cause.act).order_by("pk")
    told = [Fact.read(document) for row in rows for document in row.facts if document["fact"] == fact.name()]
    return [each for each in told if isinstance(each, type(fact))]


def _held_with(act: Act) -> set[str]:
    """The orders that the rules held in the act that told what we tell of."""
    cause = _cause(act)
    if cause is None:
        return set()
    rows = Journal.objects.filter(root_id=cause.root_id, act=cause.act)
    return {document["ref"] for row in rows for document in row.facts if document["fact"] == OrderHeld.name()}


def _orders(facts: Sequence[Fact]) -> list[Order]:
    rows = Order.objects.select_related("buyer", "shop", "purchase").filter(no__in=[fact.handle for fact in facts])
    return list(rows.order_by("pk"))


# ---- placed and paid ------------------------------------------------------------------------------------------------


def placed(act: Act, fact: PurchasePlaced) -> Iterable[Word]:
    """The buyer has number, list and price at once, and each shop its order at the same time (D11.1, D12.2), if nobody has to look first."""
    orders = list(Order.objects.select_related("buyer", "shop", "purchase").filter(no__in=fact.orders).order_by("pk"))
    cash = orders[0].payment_method == "cod"
    params = {
        "numbers": [order.no for order in orders],
        "lines": lines_of(*orders),
        "total": fact.total,
        "currency": fact.currency,
        "pay_by": orders[0].pay_by.isoformat() if orders[0].pay_by else "",
    }
    yield Word("order_placed_cod" if cash else "order_placed", [orders[0].buyer], _about(orders), params)
    held = _held_with(act)
    for order in orders:
        if order.ref in held:
            continue
        kind = "shop_order_placed_cod" if cash else "shop_order_placed"
        yield for_shop(kind, order, lines=lines_of(order), hours=act.option(ACCEPT_WITHIN))


def paid(act: Act, fact: OrderPaid) -> Iterable[Word]:
    """The buyer hears once what was paid and is confirmed, each shop that it may accept now (D11.2, D12.3, D13.5, D18.2.3, D18.4.3).

    What the rules hold is told as that, and its shop hears when a person has let it pass.
    """
    order = order_of(fact)
    if order.payment_method == "cod":
        yield for_buyer("order_cash_taken", order, total=fact.amount)
        return
    held = _held_with(act)
    if fact.ref in held:
        return
    together = [each for each in _together(act, fact) if each.ref not in held]
    if together[0] == fact:
        orders = _orders(together)
        total = sum(each.amount for each in together)
        params = {"numbers": [each.no for each in orders], "total": total, "currency": order.currency}
        yield Word("order_paid", [order.buyer], _about(orders), params)
    yield for_shop("shop_order_paid", order, lines=lines_of(order), hours=act.option(ACCEPT_WITHIN))


def not_paid(act: Act, fact: PaymentFailed) -> Iterable[Word]:
    """The bank refused; the orders still wait for their money (D18.4.4)."""
    together = _together(act, fact)
    if together[0] != fact:
        return
    orders = _orders(together)
    yield Word("payment_failed", [orders[0].buyer], _about(orders), {"numbers": [order.no for order in orders]})


# ---- accepted, or not to be -----------------------------------------------------------------------------------------


def accepted(_act: Act, fact: OrderAccepted) -> Iterable[Word]:
    """The shop prepares the goods (D12.3)."""
    yield for_buyer("order_accepted", order_of(fact))


def declined(_act: Act, fact: OrderDeclined) -> Iterable[Word]:
    """The shop cannot deliver; why, and what becomes of the money (D12.3, D18.2.4)."""
    order = order_of(fact)
    yield for_buyer("order_declined", order, reason=fact.reason, back=order.total if order.paid_at else 0)


def cancelled(act: Act, fact: OrderCancelled) -> Iterable[Word]:
    """Buyer and shop hear of it; whoever did not do it himself also by SMS and mail (D08.5)."""
    order = order_of(fact)
    cause = _cause(act)
    own = cause is not None and cause.actor_id == order.buyer_id
    kind = "order_cancelled" if own else "order_called_off"
    yield for_buyer(kind, order, reason=fact.reason, back=order.total if order.paid_at else 0)
    yield for_shop("shop_order_cancelled", order, reason=fact.reason)


def expired(_act: Act, fact: OrderExpired) -> Iterable[Word]:
    """Nobody paid in time."""
    order = order_of(fact)
    yield for_buyer("order_expired", order)
    yield for_shop("shop_order_expired", order)


def readdressed(_act: Act, fact: AddressChanged) -> Iterable[Word]:
    """The shop must not send it to the old place (C3)."""
    yield for_shop("shop_address_changed", order_of(fact))


def rescheduled(_act: Act, fact: SlotChanged) -> Iterable[Word]:
    """The shop must not bring it at the old hours (D16.4)."""
    yield for_shop("shop_slot_changed", order_of(fact))


def edited(_act: Act, fact: OrderEdited) -> Iterable[Word]:
    """The buyer hears what his order is now and what comes back, the shop what it must prepare (D08.4)."""
    order = order_of(fact)
    yield for_buyer("order_edited_back" if fact.back else "order_edited", order, lines=lines_of(order), total=fact.after, back=fact.back)
    yield for_shop("shop_order_edited", order, lines=lines_of(order))


def reminded(act: Act, fact: OrderReminded) -> Iterable[Word]:
    """The office or the buyer asks the shop to accept or ship what waits (D08.7, D16.8)."""
    order = order_of(fact)
    kind = "shop_order_reminded" if fact.by == "buyer" else "shop_reminded"
    yield for_shop(kind, order, lines=lines_of(order), hours=act.option(ACCEPT_WITHIN))


# ---- on the way -----------------------------------------------------------------------------------------------------


def _parcel(no: str) -> Parcel:
    return Parcel.objects.select_related("carrier", "pickup_point").get(no=no)


def _travels(parcel: Parcel) -> dict[str, Any]:
    return {
        "parcel": parcel.no,
        "carrier": parcel.carrier.name if parcel.carrier else "",
        "waybill": parcel.waybill,
        "point": parcel.pickup_point.name if parcel.pickup_point else "",
        "eta": parcel.eta.isoformat() if parcel.eta else "",
        "lines": [
            {"title": line.title, "specs": line.label, "quantity": line.quantity} for line in ParcelLine.objects.filter(parcel=parcel).order_by("pk")
        ],
    }


def shipped(_act: Act, fact: ParcelShipped) -> Iterable[Word]:
    """Carrier, waybill, what is in it and when it comes; or where it can be fetched (D01.8, D03.7, D13.7)."""
    parcel = _parcel(fact.parcel)
    yield for_buyer("parcel_at_point" if parcel.method == "pickup" else "parcel_shipped", order_of(fact), **_travels(parcel))


def near(_act: Act, fact: ParcelOutForDelivery) -> Iterable[Word]:
    """The courier is on his way to the door (D16.8)."""
    yield for_buyer("parcel_near", order_of(fact), **_travels(_parcel(fact.parcel)))


def one_delivered(_act: Act, fact: ParcelDelivered) -> Iterable[Word]:
    """One of several is there; the last one makes the order 已签收 and is told as that (D16.8)."""
    if not fact.last:
        yield for_buyer("parcel_delivered", order_of(fact), **_travels(_parcel(fact.parcel)))


def lost(_act: Act, fact: ParcelLost) -> Iterable[Word]:
    """The carrier cannot find it; customer service has a task."""
    yield for_buyer("parcel_lost", order_of(fact), **_travels(_parcel(fact.parcel)))


def delivered(_act: Act, fact: OrderDelivered) -> Iterable[Word]:
    """Signed for: please look and confirm, or it confirms itself (D13.9)."""
    order = order_of(fact)
    yield for_buyer("order_delivered", order, confirm_by=order.confirm_by.isoformat() if order.confirm_by else "")


# ---- the end --------------------------------------------------------------------------------------------------------


def completed(_act: Act, fact: OrderCompleted) -> Iterable[Word]:
    """The trade is complete, for both sides (D13.10)."""
    order = order_of(fact)
    yield for_buyer("order_completed_by_time" if fact.by == "time" else "order_completed", order)
    yield for_shop("shop_order_completed", order)


def returned(_act: Act, fact: OrderReturned) -> Iterable[Word]:
    """Nobody took it at the door (D04.6)."""
    order = order_of(fact)
    part = Part.objects.filter(ref=order.ref).first()
    yield for_buyer("order_returned", order, back=part.refunding + part.refunded if part else 0)
    yield for_shop("shop_order_returned", order)


def refunded(_act: Act, fact: RefundDone) -> Iterable[Word]:
    """The money is back with the payer (D04.6)."""
    yield for_buyer("refund_done", order_of(fact), total=fact.amount, currency=fact.currency, refund=fact.refund)


# ---- the account ----------------------------------------------------------------------------------------------------


def _person(fact: Fact) -> list[Person]:
    return list(Person.objects.filter(pk=int(fact.handle), is_active=True))


def registered(_act: Act, fact: PersonRegistered) -> Iterable[Word]:
    """Welcome, and what to do next (D15.1)."""
    yield Word("registered", _person(fact), fact.ref, {})


def password_changed(_act: Act, fact: PasswordChanged) -> Iterable[Word]:
    """Whoever did not do it must hear of it at once (D15.9)."""
    yield Word("password_changed", _person(fact), fact.ref, {})
