"""A parcel that went astray: what it means, and what the office does: refund, send again, claim at the carrier (D04.6, D10.4)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import consequences, sayings, typed, web
from wangdan.desks.office.pages.orders import OFFICE
from wangdan.fulfilment import operations, queries
from wangdan.fulfilment.models import Parcel
from wangdan.kernel.errors import NotSeen
from wangdan.kernel.numbers import normalise
from wangdan.kernel.operation import may
from wangdan.orders import operations as orders
from wangdan.orders.operations.returning import worth
from wangdan.orders.rules import ON_THE_WAY

BASE = "/office/parcels"


@web.role_needed(*OFFICE)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """Where it was last seen, what its loss or return means, the buttons that are the person's."""
    actor = web.actor(request)
    parcel = queries.one(actor, normalise(no))
    order = consequences.order_of(parcel.ref_of)
    lost = parcel.status == "lost" and not parcel.settled and order is not None and order.status in ON_THE_WAY
    share = worth(order, queries.parcels_of(parcel.ref_of), [parcel.no]) if order else 0
    context: dict[str, Any] = {
        "parcel": parcel,
        "order": order,
        "effects": consequences.of_parcel(parcel, order),
        "track": [{"at": step.at, "text": sayings.stop(step, parcel), "place": step.place} for step in parcel.track.all()],
        "photos": [photo.url(200) for photo in parcel.photos.all()],
        "may_refund": lost and may(actor, "orders.refund_lost"),
        "others_refund": lost and not may(actor, "orders.refund_lost"),
        "may_resend": lost and may(actor, "orders.resend"),
        "may_claim": parcel.claim is None and parcel.carrier is not None and parcel.handed_over_at is not None and may(actor, "fulfilment.claim"),
        "may_close": parcel.claim is not None and parcel.claim_paid is None and may(actor, "fulfilment.close_claim"),
        "claim": typed.yuan(parcel.claim if parcel.claim is not None else share),
        "why": sayings.joined(parcel.why),
    }
    return render(request, "office/parcel.html", context)


@web.role_needed(*OFFICE)
@require_POST
def deed(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """Refund its share, send its goods again, ask the carrier for its worth, book what the carrier paid."""
    parcel = queries.one(web.actor(request), normalise(no))
    done = _do(request, parcel, name)
    if done:
        messages.success(request, done)
    return redirect(f"{BASE}/{parcel.no}")


def _do(request: HttpRequest, parcel: Parcel, name: str) -> str:
    """What was done, in words; empty when it was refused."""
    order, said = parcel.ref_of.partition(":")[2], request.POST.get("amount", "").replace("\x00", "")
    amount = 0 if said.strip() == "0" else typed.minor_units(said)
    if name == "refund":
        return _("退款已发起") if web.attempt(request, orders.refund_lost, order, parcel=parcel.no) else ""
    if name == "resend":
        return _("补发的包裹已经在仓库排队") if web.attempt(request, orders.resend, order, parcel=parcel.no) else ""
    if name in ("claim", "close"):
        if amount is None:
            messages.error(request, _("金额写元，比如 128.00"))
            return ""
        if name == "claim":
            return _("索赔记下了，财务跟进") if web.attempt(request, operations.claim, parcel.no, amount=amount) else ""
        return _("索赔结果记下了") if web.attempt(request, operations.close_claim, parcel.no, paid=amount) else ""
    raise NotSeen
