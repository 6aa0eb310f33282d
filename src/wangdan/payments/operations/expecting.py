"""The beginning of a payment: what is owed for which ref, and the first visit to the pay page."""

from datetime import datetime, timedelta

from wangdan.kernel.act import Act
from wangdan.kernel.models import Root
from wangdan.kernel.numbers import new_number
from wangdan.kernel.operation import operation
from wangdan.payments.facts import PaymentCaptured
from wangdan.payments.gateways import sandbox
from wangdan.payments.models import Attempt, Part, Payment

_PAGE_LIVES = timedelta(minutes=30)


@operation("payments.expect")
def expect(act: Act, *, ref: str, root: Root, payer: int, method: str, parts: list[tuple[str, int]], pay_by: datetime | None = None) -> Payment:
    """Expect the money of a purchase or case `ref` in parts (ref, minor units); three statements at most.

    Online the first attempt is opened at once and hangs on the payment as `attempt`; a bank transfer gets its reference.
    A part of nothing is paid from the start, whatever the method: no gateway is asked for it.
    """
    payment = Payment.objects.create(
        root=root,
        no=new_number("B"),
        payer_id=payer,
        purchase_ref=ref,
        method=method,
        amount=sum(amount for _, amount in parts),
        reference=new_number("N") if method == "bank_transfer" else None,
        pay_by=pay_by,
        opened_at=act.now,
    )
    made = Part.objects.bulk_create(
        Part(
            root=root,
            payment=payment,
            ref=part,
            position=place,
            amount=amount,
            status="expected" if amount else "captured",
            captured_at=None if amount else act.now,
        )
        for place, (part, amount) in enumerate(parts)
    )
    for part in made:
        if part.status == "captured":
            act.tell(PaymentCaptured(part.ref, payment=payment.no, amount=0, currency=payment.currency))
    payment.attempt = open_attempt(act, payment, list(made)) if method == "sandbox" else None  # type: ignore[attr-defined]
    return payment


def open_attempt(act: Act, payment: Payment, parts: list[Part]) -> Attempt | None:
    """A new visit to the pay page over the parts that still wait; None when nothing is owed."""
    waiting = [part for part in parts if part.status == "expected" and part.amount]
    amount = sum(part.amount for part in waiting)
    if not amount:
        return None
    no = new_number("T")
    url = sandbox.pay_url(
        no=no,
        amount=amount,
        currency=payment.currency,
        title=payment.purchase_ref.partition(":")[2],
        back=f"/pay/{payment.no}/result?visit={no}",
        expires=payment.pay_by or act.now + _PAGE_LIVES,
    )
    made = Attempt.objects.create(
        root_id=payment.root_id,
        no=no,
        payment=payment,
        gateway="sandbox",
        amount=amount,
        currency=payment.currency,
        payee=sandbox.PAYEE,
        parts=[part.ref for part in waiting],
        pay_url=url,
        opened_at=act.now,
    )
    act.born(made)
    return made
