"""Too few on the shelf: the missing pieces come from elsewhere or somebody is called. Broken: the stock is corrected (D10.2, D07.3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wangdan.desks import errors, web
from wangdan.desks.warehouse import work
from wangdan.fulfilment import operations, queries
from wangdan.fulfilment.models import Parcel, ParcelLine
from wangdan.inventory import operations as inventory
from wangdan.kernel.errors import NotSeen, Problem
from wangdan.kernel.numbers import is_number, normalise

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
    line, wave = _line(request, parcel), normalise((request.POST.get("wave") or request.GET.get("wave") or "")[:20])
    path = f"{work.BASE}/waves/{wave}" if is_number(wave, "W") else f"{work.BASE}/parcels/{parcel.no}"
    picking = parcel.status == "planned"
    said, problem = request.POST.get("pieces", "").strip(), ""
    if request.method == "POST":
        if not (said.isascii() and said.isdigit() and len(said) <= _DIGITS) or (not picking and int(said) == 0):
            problem = _("请填件数")
        else:
            problem = _correct(request, parcel, line, int(said))
        if not problem:
            return redirect(path)
    context: dict[str, Any] = {"parcel": parcel, "line": line, "picking": picking, "pieces": said, "problem": problem, "path": path, "wave": wave}
    return render(request, "warehouse/trouble.html", context, status=409 if problem else 200)


def _reported(line: ParcelLine, found: int, made: list[Parcel]) -> str:
    """What became of the missing pieces."""
    if made:
        told = _("、").join(_("%(house)s %(n)s 件") % {"house": each.warehouse.name, "n": each.pieces} for each in made)
        return _("缺的改由别的仓库发：%(told)s，买家分开收到。") % {"told": told}
    if found >= line.quantity - line.picked:
        return _("记下了，这个包裹够拣，继续。")
    return _("别的仓库也没有。记下了，负责人收到待办；这件先跳过，补到货自动留上。")


def _correct(request: HttpRequest, parcel: Parcel, line: ParcelLine, pieces: int) -> str:
    """Write what was found; the refusal's text, or nothing when all is well."""
    call, house = web.caller(request), parcel.warehouse_id
    try:
        if parcel.status == "planned":
            made = operations.report_short(call, parcel.no, line=line.pk, found=pieces, reason=_("包裹 %(no)s 拣货时数量不够") % {"no": parcel.no})
            messages.success(request, _reported(line, pieces, made))
        else:
            inventory.adjust(call, house, sku_id=line.sku_id, delta=-pieces, note=_("包裹 %(no)s 验货时破损或不符") % {"no": parcel.no})
            words = _("记下了，库存减 %(n)s 件。请到货位 %(bin)s 再拿好的来验。")
            messages.success(request, words % {"n": pieces, "bin": line.bin or "—"})
    except Problem as problem:
        return errors.text(problem.code, problem.detail)
    return ""
