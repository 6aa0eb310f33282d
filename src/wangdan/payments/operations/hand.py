"""Money that people bring in: cash by the courier, transfers that finance matches."""

from typing import Any

from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import NotSeen, Refused
from wangdan.kernel.numbers import new_number
from wangdan.kernel.operation import operation
from wangdan.payments.models import Attempt, Capture, Part, Payment
from wangdan.payments.operations.attempts import take_in
from wangdan.payments.rules import AMOUNT_LIMIT
from wangdan.tasks import operations as tasks
from wangdan.tasks.models import Approval


def _visit(act: Act, payment: Payment, *, gateway: str, amount: int, parts: list[str]) -> Attempt:
    made = Attempt.objects.create(
        root_id=payment.root_id,
        no=new_number("T"),
        payment=payment,
        gateway=gateway,
        amount=amount,
        currency=payment.currency,
        payee="wangdan",
        parts=parts,
        status="closed",
        opened_at=act.now,
        over_at=act.now,
    )
    act.born(made)
    return made


@operation("payments.capture_cash")
def capture_cash(act: Act, *, ref: str, amount: int) -> None:
    """The courier took cash at the door (D04.3). What does not fit the part exactly is a task for finance, never refused."""
    part = Part.objects.select_related("payment").filter(ref=ref).first()
    if part is None or part.status != "expected" or part.amount != amount:
        tasks.open(act, kind="payments.cash_mismatch", ref=ref, role="finance", detail={"amount": amount})
        return
    visit = _visit(act, part.payment, gateway="cod", amount=amount, parts=[ref])
    take_in(act, visit, amount=amount, gateway_no=visit.no)


def _slip(gateway: str, number: str) -> str:
    """The number under which money came in, once only. Refuses with `payments.transfer_known`."""
    kept = number[:64]
    if not kept or Capture.objects.filter(gateway=gateway, gateway_no=kept).exists():
        raise Refused("payments.transfer_known")
    return kept


def _beyond(amount: int, waiting: list[Part]) -> int:
    """How much more came than is still open; refuses with `payments.transfer_differs` (due) for less than that."""
    due = sum(part.amount for part in waiting)
    if amount < max(due, 1) or amount > AMOUNT_LIMIT:
        raise Refused("payments.transfer_differs", due=due)
    return amount - due


def _take(act: Act, payment: Payment, *, amount: int, number: str, waiting: list[Part]) -> str:
    """Book money for what is still open; what is beyond goes back."""
    act.entry.ref = payment.ref
    visit = _visit(act, payment, gateway=payment.method, amount=amount, parts=[part.ref for part in waiting])
    take_in(act, visit, amount=amount, gateway_no=number)
    return payment.no


def _root_of_part(_actor: Actor, *, ref: str, **_: Any) -> int | None:
    return Part.objects.filter(ref=ref).values_list("root_id", flat=True).first() or -1


@operation("payments.book_cash", root=_root_of_part)
def book_cash(act: Act, *, ref: str, amount: int, slip_no: str) -> str | Approval:
    """Finance says by the courier's slip that the cash of a ref is there after all, reported wrong or late (D04.3); returns the payment's number.

    What comes beyond what is still open is booked too and goes back by hand; when that is beyond the actor's limit, a second person must
    agree, and the approval comes back instead. The task about it is done. Refuses with 404 for a ref that is not paid at the door,
    `payments.transfer_known` for a slip seen before, `payments.transfer_differs` (due) for less than what is open.
    """
    part = Part.objects.select_related("payment").filter(ref=ref, payment__method="cod").first()
    if part is None:
        raise NotSeen
    number, waiting = _slip("cod", slip_no), [part] if part.status == "expected" else []
    beyond, arguments = _beyond(amount, waiting), {"ref": ref, "amount": amount, "slip_no": slip_no}
    pending = tasks.second_needed(act, "payments.book_cash", None, ref=part.payment.ref, amount=beyond, arguments=arguments)
    if pending is not None:
        return pending
    tasks.settle(act, ref=ref, kind="payments.cash_mismatch", outcome="payments.cash_booked")
    return _take(act, part.payment, amount=amount, number=number, waiting=waiting)


def _root(_actor: Actor, *, reference: str, **_: Any) -> int | None:
    return Payment.objects.filter(reference=reference).values_list("root_id", flat=True).first() or -1


@operation("payments.match_transfer", root=_root)
def match_transfer(act: Act, *, reference: str, amount: int, bank_no: str) -> str | Approval:
    """Finance says that a transfer with this reference came in; returns the payment's number.

    What comes beyond what is still open, or after all was paid or let go, is booked too and goes back by hand: the money is
    there. When that is beyond the actor's limit, a second person must agree, and the approval comes back instead. Refuses with 404 for an
    unknown reference, `payments.transfer_known` for a bank number seen before, `payments.transfer_differs` (due) for less than what is open.
    """
    payment = Payment.objects.filter(reference=reference, method="bank_transfer").first()
    if payment is None:
        raise NotSeen
    number = _slip("bank_transfer", bank_no)
    waiting = list(Part.objects.filter(payment=payment, status="expected").order_by("position"))
    beyond, arguments = _beyond(amount, waiting), {"reference": reference, "amount": amount, "bank_no": bank_no}
    pending = tasks.second_needed(act, "payments.match_transfer", None, ref=payment.ref, amount=beyond, arguments=arguments)
    if pending is not None:
        return pending
    return _take(act, payment, amount=amount, number=number, waiting=waiting)
