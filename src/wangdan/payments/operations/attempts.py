"""What becomes of a visit to the pay page: paid, failed, closed; and of a part that nobody will pay."""

from wangdan.kernel.act import Act
from wangdan.kernel.errors import NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.ledger import operations as ledger
from wangdan.payments.facts import PartLetGo, PaymentCaptured, PaymentFailed
from wangdan.payments.models import Attempt, Capture, Part
from wangdan.payments.operations.expecting import open_attempt
from wangdan.payments.operations.refunds import give_back
from wangdan.payments.rules import ATTEMPTS_LIMIT, LIFE, Said, Share, apply, mismatch
from wangdan.tasks import operations as tasks


def parts_of(attempt: Attempt) -> list[Part]:
    """All parts of the attempt's payment, in order."""
    return list(Part.objects.filter(payment_id=attempt.payment_id).order_by("position"))


@operation("payments.capture", on=Attempt)
def capture(act: Act, attempt: Attempt, *, said: Said) -> Attempt:
    """Money came in for an attempt, as its gateway signed or answered (D01.7, D13.4). Never refuses.

    Amount, currency and payee must be our own row's and the bank's number no other attempt's, else a task is opened, nothing
    moves and the bank is not asked again: finance knows. The same message again does nothing. Parts that still wait are paid,
    whole ones only; what is too much goes back.
    """
    known = Capture.objects.filter(gateway=attempt.gateway, gateway_no=said.gateway_no).values_list("attempt_id", flat=True).first()
    if known == attempt.pk:
        return attempt
    differs = mismatch(said, amount=attempt.amount, currency=attempt.currency, payee=attempt.payee)
    if said.no != attempt.no:
        differs.append("no")
    if not said.gateway_no or known is not None:
        differs.append("gateway_no")
    if not differs:
        take_in(act, attempt, amount=said.amount, gateway_no=said.gateway_no)
        return attempt
    attempt.over_at = act.now
    attempt.save(update_fields=["over_at"])
    tasks.open(act, kind="payments.mismatch", ref=attempt.ref, role="finance", detail={"differs": differs, "amount": said.amount})
    return attempt


def take_in(act: Act, attempt: Attempt, *, amount: int, gateway_no: str) -> None:
    """Apply money to the parts of an attempt, tell each, and send the rest back."""
    parts = parts_of(attempt)
    wanted = [part for part in parts if part.ref in attempt.parts]
    paid, left = apply(amount, [Share(part.ref, part.amount, part.status == "expected") for part in wanted])
    Capture.objects.create(
        attempt=attempt,
        gateway=attempt.gateway,
        gateway_no=gateway_no,
        amount=amount,
        applied=amount - left,
        excess=left,
        currency=attempt.currency,
        at=act.now,
    )
    if attempt.status != "captured":
        attempt.status = LIFE.take("capture", attempt.status)
        attempt.gateway_no, attempt.ended_at = gateway_no, act.now
    attempt.over_at = act.now
    attempt.save(update_fields=["status", "gateway_no", "ended_at", "over_at"])
    gateway = f"gateway:{attempt.gateway}"
    for part in wanted:
        if part.ref not in paid:
            continue
        part.captured, part.status, part.captured_by, part.captured_at = part.amount, "captured", attempt, act.now
        part.save(update_fields=["captured", "status", "captured_by", "captured_at"])
        ledger.transfer(
            act, debit=gateway, credit="held:orders", amount=part.amount, code="capture", ref=part.ref, source=f"{gateway_no}:{part.ref}"[:120]
        )
        act.tell(PaymentCaptured(part.ref, payment=attempt.payment.no, amount=part.amount, currency=attempt.currency))
    if left:
        source = f"{gateway_no}:excess"
        ledger.transfer(act, debit=gateway, credit="held:excess", amount=left, code="capture", ref=attempt.ref, source=source)
        give_back(act, attempt, left, reason="paid_too_much")
    _close_others(act, attempt, parts)


def _close_others(act: Act, attempt: Attempt, parts: list[Part]) -> None:
    """Another open visit over parts that are paid now is closed; what still waits gets a visit of its own."""
    other = Attempt.objects.filter(payment_id=attempt.payment_id, status="open").exclude(pk=attempt.pk).first()
    still = [part.ref for part in parts if part.status == "expected"]
    if other is not None and not set(other.parts) <= set(still):
        _shut(act, other)
        open_attempt(act, attempt.payment, parts)


def _shut(act: Act, attempt: Attempt) -> None:
    act.watch(attempt, "payments.close")
    attempt.status, attempt.ended_at = LIFE.take("close", attempt.status), act.now
    attempt.save(update_fields=["status", "ended_at"])
    act.errand("payments.close_out", attempt=attempt.no)


@operation("payments.fail", on=Attempt)
def fail(act: Act, attempt: Attempt, *, said: Said) -> Attempt:
    """The gateway says the payer's bank refused (D18.3); a fresh visit is opened while parts wait.

    Anything but open stays what it is, and the bank is not asked about it any more.
    """
    if said.event != "failed":
        return attempt
    attempt.over_at = act.now
    if attempt.status != "open":
        attempt.save(update_fields=["over_at"])
        return attempt
    attempt.status, attempt.ended_at = LIFE.take("fail", attempt.status), act.now
    attempt.save(update_fields=["status", "ended_at", "over_at"])
    parts = parts_of(attempt)
    for part in parts:
        if part.status == "expected":
            act.tell(PaymentFailed(part.ref, payment=attempt.payment.no, amount=part.amount))
    if Attempt.objects.filter(payment_id=attempt.payment_id).count() < ATTEMPTS_LIMIT:
        open_attempt(act, attempt.payment, parts)
    return attempt


@operation("payments.close", on=Attempt)
def close(act: Act, attempt: Attempt, *, said: Said) -> Attempt:
    """The gateway says nothing more can come of an attempt."""
    if attempt.status == "open" and said.event == "closed":
        attempt.status, attempt.ended_at = LIFE.take("close", attempt.status), act.now
    attempt.over_at = act.now
    attempt.save(update_fields=["status", "ended_at", "over_at"])
    return attempt


@operation("payments.ask", on=Attempt)
def ask(act: Act, attempt: Attempt) -> Attempt:
    """The sweep: the notify may be lost, so the gateway is asked."""
    attempt.asked_at = act.now
    attempt.save(update_fields=["asked_at"])
    act.errand("payments.ask", attempt=attempt.no)
    return attempt


@operation("payments.let_go")
def let_go(act: Act, *, ref: str) -> None:
    """Nobody will pay this ref any more: its open visit is closed (siblings get a new one); what was captured goes back.

    Refuses with 404 for a ref without a part; a second time nothing happens.
    """
    part = Part.objects.select_related("payment").filter(ref=ref).first()
    if part is None:
        raise NotSeen
    if part.status == "expected":
        part.status = "let_go"
        part.save(update_fields=["status"])
        act.tell(PartLetGo(ref, payment=part.payment.no, amount=part.amount))
        visit = Attempt.objects.filter(payment_id=part.payment_id, status="open").first()
        if visit is not None:
            _shut(act, visit)
            open_attempt(act, part.payment, parts_of(visit))
    elif part.status in ("captured", "partly_refunded"):
        left = part.captured - part.refunded - part.refunding
        if left and part.captured_by:
            give_back(act, part.captured_by, left, reason="let_go", part=part)


@operation("payments.reprice")
def reprice(act: Act, *, ref: str, amount: int) -> None:
    """What a ref is to be paid changes before anybody paid it: part and payment follow, an open visit is closed, a new one asks for the new sum.

    Only joined. Refuses with 404 for a ref without a part, `payments.cannot_reprice` (status) once money is there or nobody waits for it any more.
    """
    part = Part.objects.select_related("payment").filter(ref=ref).first()
    if part is None:
        raise NotSeen
    if part.status != "expected" or amount < 1:
        raise Refused("payments.cannot_reprice", status=part.status)
    payment = part.payment
    payment.amount += amount - part.amount
    payment.save(update_fields=["amount"])
    part.amount = amount
    part.save(update_fields=["amount"])
    visit = Attempt.objects.filter(payment_id=part.payment_id, status="open").first()
    if visit is not None:
        _shut(act, visit)
        open_attempt(act, payment, parts_of(visit))
