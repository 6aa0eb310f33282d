"""The carrier was booked and does not come: which other one, and why (D12.5, D13.6)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangdan.desks import web
from wangdan.desks.warehouse import work
from wangdan.desks.warehouse.pages.task import offers
from wangdan.fulfilment import queries
from wangdan.kernel.numbers import normalise

REASONS = (gettext_lazy("约好的时间没有来"), gettext_lazy("来了，但不收这件"), gettext_lazy("今天来不及取"), gettext_lazy("买家要求换快递"))


@web.role_needed(*work.ROLES)
@require_safe
def ask(request: HttpRequest, no: str) -> HttpResponse:
    """What happens to the waybill, the carriers that go there (another one first), the reasons; nothing moves before the form is sent."""
    parcel = queries.one(web.actor(request), normalise(no))
    path = f"{work.BASE}/parcels/{parcel.no}"
    if "rebook" not in queries.moves(web.actor(request), parcel):
        return redirect(path)
    found = sorted(offers(parcel), key=lambda each: bool(each["on"]))
    context: dict[str, Any] = {"parcel": parcel, "offers": found, "reasons": [str(each) for each in REASONS], "path": path}
    return render(request, "warehouse/rebook.html", context)
