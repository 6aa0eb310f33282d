"""Calls to gateways: ask, close, refund; each runs an operation with the outcome."""

import logging

import httpx

from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errand import errand
from wangdan.payments import operations
from wangdan.payments.gateways import sandbox
from wangdan.payments.models import Attempt, Refund
from wangdan.payments.rules import Said

log = logging.getLogger("wangdan.payments")


def hear(said: Said) -> None:
    """Give what a gateway said about an attempt or a refund to the operation it belongs to; what says nothing is passed over."""
    call = Call(SYSTEM)
    if said.event == "paid":
        operations.capture(call, said.no, said=said)
    elif said.event == "failed":
        operations.fail(call, said.no, said=said)
    elif said.event == "closed":
        operations.close(call, said.no, said=said)
    elif said.event == "refunded":
        operations.settle_refund(call, said.no, gateway_no=said.gateway_no, said=said)


@errand("payments.ask")
def ask(*, attempt: str) -> None:
    """Ask what became of an attempt; a silent bank is asked anew by the sweep, not by a queue of jobs that grows while it is silent."""
    try:
        said = sandbox.ask(attempt)
    except httpx.HTTPError as error:
        log.info("the bank said nothing about %s: %s", attempt, type(error).__name__)
        return
    hear(said)


@errand("payments.close_out")
def close_out(*, attempt: str) -> None:
    """Close an attempt at the gateway; if it was paid meanwhile, the money is taken in (and goes back)."""
    if Attempt.objects.filter(no=attempt).exists():
        hear(sandbox.close(attempt))


@errand("payments.refund_out")
def refund_out(*, refund: str) -> None:
    """Ask for a refund with its own number; an answer that nobody knows is asked again by the sweep."""
    row = Refund.objects.select_related("attempt").get(no=refund)
    if row.status == "done":
        return
    call = Call(SYSTEM)
    try:
        said = sandbox.refund(no=row.no, attempt=row.attempt.no, amount=row.amount, currency=row.currency)
    except httpx.HTTPError as error:
        operations.doubt_refund(call, row.no, trouble=type(error).__name__)
        return
    if said.event == "refused":
        operations.fail_refund(call, row.no, trouble=said.text)
    else:
        hear(said)
