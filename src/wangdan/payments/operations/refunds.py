"""Money back: intended here, carried out by an errand or by hand, settled when the gateway says so."""

from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.numbers import new_number
from wangdan.kernel.operation import operation
from wangdan.ledger import operations as ledger
from wangdan.payments.facts import RefundDone
from wangdan.payments.models import Attempt, Part, Refund
from wangdan.payments.rules import REFUND_LIFE, Said, mismatch, part_status
from wangdan.tasks import operations as tasks
from wangdan.tasks.models import Approval

_BY_WIRE = frozenset({"sandbox"})
"""Gateways that carry a refund out when asked; the others need a person."""


def give_back(act: Act, attempt: Attempt, amount: int, *, reason: str, part: Part | None = None) -> Refund:
    """Intend a refund through the attempt the money came by: an errand carries it out, or a task for finance."""
    if part is not None:
        part.refunding += amount
        part.save(update_fields=["refunding"])
    made = Refund.objects.create(
        root_id=attempt.root_id,
        no=new_number("R"),
        payment_id=attempt.payment_id,
        part=part,
        attempt=attempt,
        amount=amount,
        currency=attempt.currency,
        reason=reason[:200],
        opened_at=act.now,
    )
    act.born(made)
    if attempt.gateway in _BY_WIRE:
        act.errand("payments.refund_out", refund=made.no)
    else:
        tasks.open(act, kind="payments.refund_by_hand", ref=made.ref, role="finance", detail={"amount": amount, "gateway": attempt.gateway})
    return made


@operation("payments.refund")
def refund(act: Act, *, ref: str, amount: int, reason: str) -> Refund:
    """Give back `amount` minor units of what was captured for a ref; only joined.

    Refuses with 404 for a ref without a part, `payments.amount_malformed`, `payments.cannot_refund` beyond what is left.
    """
    part = Part.objects.select_related("captured_by").filter(ref=ref).first()
    if part is None:
        raise NotSeen
    if amount < 1:
        raise Malformed("payments.amount_malformed")
    left = part.captured - part.refunded - part.refunding
    if amount > left or part.captured_by is None:
        raise Refused("payments.cannot_refund", left=left)
    return give_back(act, part.captured_by, amount, reason=reason, part=part)


def _as_asked(act: Act, refund: Refund, said: Said) -> bool:
    """Whether the gateway paid back what we asked for; else finance looks at it and nothing moves."""
    differs = mismatch(said, amount=refund.amount, currency=refund.currency, payee=said.payee)
    if not differs:
        return True
    tasks.open(act, kind="payments.refund_mismatch", ref=refund.ref, role="finance", detail={"differs": differs, "amount": said.amount})
    return False


@operation("payments.settle_refund", on=Refund)
def settle_refund(act: Act, refund: Refund, *, gateway_no: str = "", said: Said | None = None) -> Refund | Approval:
    """The money is back with the payer; by the gateway's word, or by finance for what goes by hand. Twice is once.

    What the gateway says (`said`) must be the amount and currency of our own row, else it is a task and nothing moves. A person may settle
    what goes by hand or was refused by the gateway, never what the gateway is still working on: it would be paid back twice; beyond his limit
    a second one must agree, and the approval comes back instead.
    Refuses with `payments.cannot_settle_refund`, `payments.bank_no_missing`.
    """
    if refund.status == "done" or (said is not None and not _as_asked(act, refund, said)):
        return refund
    if "system" not in act.actor.roles:
        if refund.attempt.gateway in _BY_WIRE and refund.status != "failed":
            raise Refused("payments.cannot_settle_refund", status=refund.status)
        if not gateway_no.strip() or "\x00" in gateway_no:
            raise Malformed("payments.bank_no_missing")
        arguments = {"gateway_no": gateway_no}
        pending = tasks.second_needed(act, "payments.settle_refund", refund, ref=refund.ref, amount=refund.amount, arguments=arguments)
        if pending is not None:
            return pending
    refund.status = REFUND_LIFE.take("settle_refund", refund.status)
    refund.gateway_no, refund.done_at = gateway_no[:64], act.now
    refund.save(update_fields=["status", "gateway_no", "done_at"])
    tasks.settle(act, ref=refund.ref, outcome="payments.refunded")
    tasks.drop_moot(act, "payments.settle_refund", ref=refund.ref)
    held = "held:excess" if refund.part is None else "held:orders"
    ref = refund.ref if refund.part is None else refund.part.ref
    gateway = f"gateway:{refund.attempt.gateway}"
    ledger.transfer(act, debit=held, credit=gateway, amount=refund.amount, code="refund", ref=ref, source=refund.no)
    part = refund.part
    if part is not None:
        part.refunding -= refund.amount
        part.refunded += refund.amount
        part.status = part_status(part.amount, part.captured, part.refunded)
        part.save(update_fields=["refunding", "refunded", "status"])
        whole = part.refunded >= part.captured
        act.tell(RefundDone(part.ref, refund=refund.no, amount=refund.amount, whole=whole, currency=refund.currency))
    return refund


@operation("payments.doubt_refund", on=Refund)
def doubt_refund(act: Act, refund: Refund, *, trouble: str) -> Refund:
    """Nobody knows what became of it: it is asked again with the same number."""
    if refund.status in ("done", "failed"):
        return refund
    refund.status = REFUND_LIFE.take("doubt_refund", refund.status)
    refund.trouble, refund.asked_at = trouble[:200], act.now
    refund.save(update_fields=["status", "trouble", "asked_at"])
    return refund


@operation("payments.fail_refund", on=Refund)
def fail_refund(act: Act, refund: Refund, *, trouble: str) -> Refund:
    """The gateway refuses for good: the money stays owed, finance gets a task."""
    if refund.status in ("done", "failed"):
        return refund
    refund.status = REFUND_LIFE.take("fail_refund", refund.status)
    refund.trouble = trouble[:200]
    refund.save(update_fields=["status", "trouble"])
    tasks.open(act, kind="payments.refund_failed", ref=refund.ref, role="finance", detail={"amount": refund.amount})
    return refund


@operation("payments.retry_refund", on=Refund)
def retry_refund(act: Act, refund: Refund) -> Refund:
    """Finance tries a failed refund again. Refuses with `payments.cannot_retry_refund` for any other."""
    refund.status = REFUND_LIFE.take("retry_refund", refund.status)
    refund.save(update_fields=["status"])
    act.errand("payments.refund_out", refund=refund.no)
    return refund


@operation("payments.ask_refund", on=Refund)
def ask_refund(act: Act, refund: Refund) -> Refund:
    """The sweep: a refund without an answer is asked for again with the same number."""
    refund.asked_at = act.now
    refund.save(update_fields=["asked_at"])
    if refund.attempt.gateway in _BY_WIRE:
        act.errand("payments.refund_out", refund=refund.no)
    return refund
