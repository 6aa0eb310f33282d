"""The rules of risk look at an order before its shop can take it: below the threshold it passes, above a person decides (D04.2, D11.2, C2)."""

from collections.abc import Iterable
from datetime import timedelta

from wangdan.accounts.rules import Destination
from wangdan.kernel.act import Act
from wangdan.kernel.operation import operation
from wangdan.orders.facts import AddressChanged, AuditLate, OrderHeld, OrderPaid
from wangdan.orders.models import Audit, Order, Purchase
from wangdan.orders.queries import features
from wangdan.orders.queries.features import Known, Rules
from wangdan.orders.rules import AUDIT_REMIND, AUDIT_WITHIN, LIFE, NewPurchase
from wangdan.policy.risk import HOLD_FROM, Verdict, score
from wangdan.tasks import operations as tasks


def screen_new(act: Act, wanted: NewPurchase, destination: Destination, purchase: Purchase) -> dict[int, Audit]:
    """What the rules say of orders that are about to be, by their place in the purchase; only of those that need no payment first.

    One statement. What touches no rule has no entry; `Audit.order` is not set yet.
    """
    due = [place for place, order in enumerate(wanted.orders) if wanted.payment_method == "cod" or not order.total]
    if not due:
        return {}
    known, rules = features.of_new(wanted, destination, purchase)
    return {each.key: audit for each in known if each.key in due and (audit := _judged(act, each, rules)) is not None}


def _judged(act: Act, known: Known, rules: Rules) -> Audit | None:
    """The verdict as a row to be kept; None when no rule holds."""
    found = score(known.features, rules)
    return _audit(act, known, found) if found.hits else None


def _audit(act: Act, known: Known, found: Verdict) -> Audit:
    hold_from = act.option(HOLD_FROM)
    held = found.score >= hold_from
    remind_at = act.now + timedelta(minutes=act.option(AUDIT_REMIND)) if held else None
    due_at = act.now + timedelta(minutes=act.option(AUDIT_WITHIN)) if held else None
    return Audit(
        status="open" if held else "noted",
        score=found.score,
        hold_from=hold_from,
        hits=[{"rule": hit.rule, "says": hit.says, "score": hit.score, "values": dict(hit.values)} for hit in found.hits],
        rules=sorted(hit.rule for hit in found.hits),
        features=known.features,
        at=act.now,
        remind_at=remind_at,
        due_at=due_at,
        chase_at=min(remind_at, due_at) if remind_at and due_at else None,
    )


def keep(act: Act, audits: Iterable[Audit]) -> None:
    """Keep what the rules said and tell of what is held, in one statement."""
    made = Audit.objects.bulk_create(audits)
    for audit in made:
        act.born(audit)
        if audit.status == "open":
            act.tell(OrderHeld(audit.order.ref))


@operation("orders.screen")
def screen(act: Act, *, fact: OrderPaid) -> None:
    """NOW: the money of an order is there, and the rules look at it in the same instant (C2).

    One statement for an order that touches no rule. What was screened at submit (paid at the door, or free) is not looked at again.
    """
    if not fact.amount:
        return
    known, rules = features.of_order(fact.handle, now=act.now)
    if known is None or known.features["cod"]:
        return
    _decide(act, fact.handle, known, _judged(act, known, rules))


def _decide(act: Act, no: str, known: Known, audit: Audit | None) -> None:
    """Hold the order, or only keep what the rules said of it."""
    if audit is None:
        return
    if audit.status == "open":
        hold(act, no, audit=audit)
    else:
        audit.root_id, audit.order_id = act.family_id, known.key
        keep(act, [audit])


@operation("orders.screen_again")
def screen_again(act: Act, *, fact: AddressChanged) -> None:
    """NOW: an order goes elsewhere, so the rules look anew; what a person has passed before does not count again.

    One that waits for its shop is held. One that the shop has taken goes on, for its parcels are being made: the auditors have a task.
    """
    order = Order.objects.filter(no=fact.handle, status__in=("awaiting_acceptance", "awaiting_shipment")).first()
    if order is None:
        return
    known, rules = features.of_order(fact.handle, now=act.now)
    if known is None:
        return
    passed = {rule for seen in Audit.objects.filter(order_id=known.key, status="approved").values_list("rules", flat=True) for rule in seen}
    audit = _judged(act, known, [each for each in rules if each[0] not in passed])
    if audit is not None and audit.status == "open" and order.status == "awaiting_shipment":
        tasks.open(act, kind="orders.moved_doubtful", ref=order.ref, role="auditor", due_at=audit.due_at, detail={"score": audit.score})
        audit.status, audit.decided_at, audit.chase_at = "moot", act.now, None
    _decide(act, fact.handle, known, audit)


@operation("orders.hold", on=Order)
def hold(act: Act, order: Order, *, audit: Audit) -> Order:
    """Keep the order back from its shop until a person has looked; `audit` is what the rules said."""
    order.status = LIFE.take("hold", order.status)
    order.save(update_fields=["status"])
    audit.root_id, audit.order = order.root_id, order
    keep(act, [audit])
    return order


@operation("orders.queue_audit", on=Order)
def queue_audit(act: Act, order: Order, *, fact: OrderHeld) -> None:  # noqa: ARG001 - the fact is why
    """LATER: a task for the auditors, if the order still waits for them."""
    audit = Audit.objects.filter(order=order, status="open").first()
    if audit is not None:
        tasks.open(act, kind="orders.audit", ref=order.ref, role="auditor", due_at=audit.due_at, detail={"score": audit.score})


@operation("orders.chase_audit", on=Audit)
def chase_audit(act: Act, audit: Audit) -> Audit:
    """The sweep: the auditors are reminded of a decision that is due, then the supervisors have it (options). Each once."""
    if audit.status != "open" or audit.chase_at is None or audit.chase_at > act.now:
        return audit
    over = audit.due_at is not None and audit.due_at <= act.now
    audit.chase_at = None if over else audit.due_at
    audit.save(update_fields=["chase_at"])
    if over:
        ref, due = audit.order.ref, audit.due_at
        tasks.open(act, kind="orders.audit_overdue", ref=ref, role="supervisor", due_at=due, detail={"score": audit.score})
    act.tell(AuditLate(audit.order.ref, escalated=over))
    return audit


def end_audit(act: Act, order: Order, *, outcome: str, reason: str = "") -> Audit | None:
    """Close the order's audit, if it has an open one, and what the queues hold of it; `outcome`: approved, rejected or moot."""
    audit = Audit.objects.filter(order=order, status="open").first()
    if audit is None:
        return None
    act.watch(audit, act.entry.operation)
    audit.status, audit.decided_at, audit.reason, audit.chase_at = outcome, act.now, reason, None
    audit.decided_by_id = None if outcome == "moot" else act.actor.id
    audit.save(update_fields=["status", "decided_at", "reason", "chase_at", "decided_by"])
    tasks.settle(act, ref=order.ref, kind="orders.audit", outcome="orders.audited")
    tasks.settle(act, ref=order.ref, kind="orders.audit_overdue", outcome="orders.audited")
    tasks.drop_moot(act, "orders.reject", ref=order.ref)
    return audit
