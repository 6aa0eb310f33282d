"""Signed callbacks of gateways and carriers: checked before they are read, believed only as far as our own row agrees (D13.4, D13.7)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from wangdan.desks.api import body
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Parcel
from wangdan.fulfilment.rules import Event
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Malformed, NotSeen
from wangdan.kernel.signature import verify
from wangdan.payments import operations as payments
from wangdan.payments.gateways import sandbox

router = Router(auth=None)

_EVENTS = frozenset({"picked_up", "in_transit", "out_for_delivery", "delivered", "refused", "lost"})
_TEXT = 200


def _genuine(request: HttpRequest) -> tuple[Call, dict[str, Any]]:
    """The call of a signed request, its nonce as the key, and its document. Refuses with 401 for what is not ours, 422 for no object."""
    if not settings.WANGDAN_SANDBOX_SECRET:
        raise NotSeen
    nonce = verify(settings.WANGDAN_SANDBOX_SECRET, "POST", request.get_full_path(), request.body, request.headers)
    said = body.read(request.body)
    if not isinstance(said, dict):
        raise Malformed("kernel.json_malformed", why="no object")
    return Call(SYSTEM, key=f"nonce:{nonce}"), said


@router.post("/hooks/payments/{gateway}", summary="A gateway tells what became of a payment or refund")
def payment(request: HttpRequest, gateway: str) -> dict[str, str]:
    """Amount, currency, payee and attempt are compared with our own row; what differs is a task, not money."""
    if gateway != "sandbox":
        raise NotSeen
    call, document = _genuine(request)
    said = sandbox.read(document)
    if said.event == "paid":
        payments.capture(call, said.no, said=said)
    elif said.event == "failed":
        payments.fail(call, said.no, said=said)
    elif said.event == "refunded":
        payments.settle_refund(call, said.no, gateway_no=said.gateway_no, said=said)
    else:
        raise Malformed("kernel.malformed", fields=[{"field": "event", "problem": "unknown"}])
    return {"status": "heard"}


def _text(document: dict[str, Any], name: str) -> str:
    found = document.get(name) or ""
    return found[:_TEXT] if isinstance(found, str) else ""


@router.post("/hooks/carriers/{carrier}", summary="A carrier tells where a parcel is")
def carrier(request: HttpRequest, carrier: str) -> dict[str, str]:
    """The same event again does nothing; a waybill that is not this carrier's is 404."""
    call, document = _genuine(request)
    event, event_id, cash = _text(document, "event"), _text(document, "event_id"), document.get("cash", 0)
    if event not in _EVENTS or not event_id or isinstance(cash, bool) or not isinstance(cash, int) or cash < 0:
        raise Malformed("kernel.malformed", fields=[{"field": "event", "problem": "unknown"}])
    no = Parcel.objects.filter(carrier__code=carrier, waybill=_text(document, "waybill")).exclude(waybill="").values_list("no", flat=True).first()
    if no is None:
        raise NotSeen
    said = Event(
        event_id=event_id[:80],
        event=event,
        at=_text(document, "at"),
        text=_text(document, "text"),
        place=_text(document, "place")[:80],
        eta=_text(document, "eta"),
        cash=cash,
    )
    fulfilment.hear(call, no, said=said)
    return {"status": "heard"}
