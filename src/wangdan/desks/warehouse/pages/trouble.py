"""Too few on the shelf, or broken: the stock is corrected, the newest promises turn short, somebody is called (D10.2, D07.3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wangdan.desks import errors, web
from wangdan.desks.warehouse import work
from wangdan.fulfilment import queries
from wangdan.fulfilment.models import Parcel, ParcelLine
from wangdan.inventory import operations as inventory
from wangdan.kernel.errors import NotSeen, Problem
from wangdan.kernel.numbers import normalise

_DIGITS = 5


def _line(request: HttpRequest, parcel: Parcel) -> ParcelLine:
    wanted = request.POST.get("line") or request.GET.get("line") or ""
    found = next((line for line in parcel.lines.all() if str(line.pk) == wanted), None)
    if found is None or parcel.status not in queries.COUNTED:
        raise NotSeen
    return found


@web.role_needed(*work.ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def trouble(request: HttpRequest, no: str) -> HttpResponse:
    """While picking: how many lie on the shelf. While inspecting: how many are broken. Nothing moves before the form is sent."""
    parcel = queries.one(web.actor(request), normalise(no))
    line, path = _line(request, parcel), f"{work.BASE}/parcels/{parcel.no}"
    picking = parcel.status == "planned"
    said, problem = request.POST.get("pieces", "").strip(), ""
    if request.method == "POST":
        if not (said.isascii() and said.isdigit() and len(said) <= _DIGITS) or (not picking and int(said) == 0):
            problem = _("请填件数")
        else:
            problem = _correct(request, parcel, line, int(said))
        if not problem:
            return redirect(path)
    context: dict[str, Any] = {"parcel": parcel, "line": line, "picking": picking, "pieces": said, "problem": problem, "path": path}
    return render(request, "warehouse/trouble.html", context, status=409 if problem else 200)


def _correct(request: HttpRequest, parcel: Parcel, line: ParcelLine, pieces: int) -> str:
    """Write what was found; the refusal's text, or nothing when all is well."""
    call, house = web.caller(request), parcel.warehouse_id
    try:
        if parcel.status == "planned":
            found = pieces + queries.in_hand(house, line.sku_id)
            inventory.count(call, house, sku_id=line.sku_id, found=found, note=_("包裹 %(no)s 拣货时数量不够") % {"no": parcel.no})
            messages.success(request, _("记下了，主管会收到通知。这件先跳过，或者等补货。"))
        else:
            inventory.adjust(call, house, sku_id=line.sku_id, delta=-pieces, note=_("包裹 %(no)s 验货时破损或不符") % {"no": parcel.no})
            words = _("记下了，库存减 %(n)s 件。请到货位 %(bin)s 再拿好的来验。")
            messages.success(request, words % {"n": pieces, "bin": line.bin or "—"})
    except Problem as problem:
        return errors.text(problem.code, problem.detail)
    return ""
