"""What a person does with an order that the rules held: speak with the buyer, let it pass, or not (D04.2, D11.2, D18.2)."""

from wangdan.delivery import operations as delivery
from wangdan.inventory import operations as inventory
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused
from wangdan.kernel.operation import operation
from wangdan.orders.facts import BuyerAsked, OrderApproved, OrderRejected
from wangdan.orders.models import Audit, Contact, Order
from wangdan.orders.operations.screening import end_audit
from wangdan.orders.operations.seats import require_seat
from wangdan.orders.rules import CHANNELS, CONTACT_LIMIT, LIFE, RESULTS, clean_reason
from wangdan.payments import operations as payments
from wangdan.tasks import operations as tasks
from wangdan.tasks.models import Approval


@operation("orders.approve", on=Order)
def approve(act: Act, order: Order, *, reason: str = "") -> Order:
    """Let a held order pass: now its shop may take it, and its time to accept begins (D11.2, D18.2.3). A word on why may be kept.

    Refuses with `orders.cannot_approve` when it is not in audit, `orders.reason_long`.
    """
    require_seat(act, order, "approve")
    order.status = LIFE.take("approve", order.status)
    order.approved_at = act.now
    order.save(update_fields=["status", "approved_at"])
    end_audit(act, order, outcome="approved", reason=clean_reason(reason) if reason.strip() else "")
    act.tell(OrderApproved(order.ref))
    return order


@operation("orders.reject", on=Order)
def reject(act: Act, order: Order, *, reason: str) -> Order | Approval:
    """Do not let a held order pass: its part of the money goes back, the stock is free again (D04.2, D18.2.4).

    The reason stays with the audit; buyer and shop read neutral words only. An order beyond the actor's limit waits for a second person.
    Refuses with `orders.cannot_reject` when it is not in audit, `orders.reason_missing`, `orders.reason_long`.
    """
    require_seat(act, order, "reject")
    reason = clean_reason(reason)
    status = LIFE.take("reject", order.status)
    pending = tasks.second_needed(act, "orders.reject", order, ref=order.ref, amount=order.total, arguments={"reason": reason})
    if pending is not None:
        return pending
    order.status, order.reason, order.closed_at = status, "not_passed", act.now
    order.save(update_fields=["status", "reason", "closed_at"])
    end_audit(act, order, outcome="rejected", reason=reason)
    payments.let_go(act, ref=order.ref)
    delivery.release_slot(act, ref=order.ref)
    inventory.release(act, ref=order.ref)
    act.tell(OrderRejected(order.ref))
    return order


@operation("orders.log_contact", on=Order)
def log_contact(act: Act, order: Order, *, channel: str, result: str, note: str = "") -> Contact:
    """Write down a talk with the buyer about his order (D04.2). Refuses (422) with `orders.contact_malformed`."""
    note = " ".join(note.split())
    if channel not in CHANNELS or result not in RESULTS or len(note) > CONTACT_LIMIT or not (note.isprintable() or not note):
        raise Malformed("orders.contact_malformed", longest=CONTACT_LIMIT)
    made = Contact.objects.create(order=order, at=act.now, by_id=act.actor.id, channel=channel, result=result, note=note)
    act.born(made)
    return made


@operation("orders.ask_buyer", on=Order)
def ask_buyer(act: Act, order: Order) -> Order:
    """Ask the buyer to look at his order and confirm it on its page (D04.2).

    Refuses with `orders.cannot_ask_buyer` when it is not in audit, or he was asked and has not answered yet.
    """
    audit = _open(order, "orders.cannot_ask_buyer")
    if audit.asked_at is not None and audit.confirmed_at is None:
        raise Refused("orders.cannot_ask_buyer", status=order.status)
    act.watch(audit, "orders.ask_buyer")
    audit.asked_at, audit.confirmed_at = act.now, None
    audit.save(update_fields=["asked_at", "confirmed_at"])
    act.tell(BuyerAsked(order.ref))
    return order


@operation("orders.confirm_details", on=Order)
def confirm_details(act: Act, order: Order) -> Order:
    """The buyer says that what he ordered, and where it goes, is as he wants it; the auditor reads so.

    Refuses with `kernel.not_granted` for anybody else, `orders.cannot_confirm_details` when nobody asked.
    """
    require_seat(act, order, "confirm_details")
    audit = _open(order, "orders.cannot_confirm_details")
    if audit.asked_at is None or audit.confirmed_at is not None:
        raise Refused("orders.cannot_confirm_details", status=order.status)
    act.watch(audit, "orders.confirm_details")
    audit.confirmed_at = act.now
    audit.save(update_fields=["confirmed_at"])
    act.born(Contact.objects.create(order=order, at=act.now, by=None, channel="site", result="confirmed"))
    return order


def _open(order: Order, code: str) -> Audit:
    found = Audit.objects.filter(order=order, status="open").first()
    if found is None:
        raise Refused(code, status=order.status)
    return found
