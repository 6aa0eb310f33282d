"""What each carrier takes today: scan to load, count, sign, print (D10.3, D12.6)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import codes, keyset, typed, web
from wangdan.desks.templatetags.wd import groups
from wangdan.desks.warehouse import finding, verdicts, work
from wangdan.desks.warehouse.pages.waves import chips, house_of
from wangdan.desks.warehouse.verdicts import Verdict
from wangdan.fulfilment import operations, queries
from wangdan.kernel.errors import NotGranted, NotSeen, Problem, Unauthenticated
from wangdan.kernel.numbers import normalise

BASE = f"{work.BASE}/manifests"
_SIZE, _LONGEST, _SHOWN, _PRINTED = 20, 80, 8, 300
_LARGEST = 2**62


@web.role_needed(*work.ROLES)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Carriers with parcels to take, and the lists, newest first."""
    actor, known = web.actor(request), work.houses(web.actor(request))
    house = house_of(request, known)
    here = [house.pk] if house else []
    pages = keyset.page(queries.manifests(actor, here), request.GET.get("cursor", "")[:20], _SIZE)
    context = {"house": house, "chips": chips(known, house, BASE), "ready": queries.to_load(actor, here), "lists": pages.rows, "next": pages.next}
    return render(request, "warehouse/manifests.html", context)


@web.role_needed(*work.ROLES)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Open a carrier's list, or go on with the one that is open."""
    house = typed.pieces(request.POST.get("house", ""), most=_LARGEST) or 0
    made = web.attempt(request, operations.open_manifest, warehouse_id=house, carrier=request.POST.get("carrier", "").replace("\x00", "")[:20])
    return redirect(f"{BASE}/{made.no}" if made else f"{BASE}?house={house}")


def _show(request: HttpRequest, no: str, verdict: Verdict | None = None, status: int = 200, **said: Any) -> HttpResponse:
    actor = web.actor(request)
    manifest = queries.manifest(actor, no)
    loads = list(manifest.loads.select_related("parcel")[:_SHOWN])
    waiting = next((each for each in queries.to_load(actor, [manifest.warehouse_id]) if each["carrier__code"] == manifest.carrier.code), None)
    left = int(str(waiting["count"])) if waiting else 0
    context = {
        "manifest": manifest,
        "loads": loads,
        "loaded": manifest.loads.count(),
        "left": left,
        "verdict": verdict or _ask(manifest, left),
        **said,
    }
    return render(request, "warehouse/manifest.html", context, status=status)


def _ask(manifest: Any, left: int) -> Verdict:
    if manifest.closed_at:
        return verdicts.right(_("已交给%(carrier)s") % {"carrier": manifest.carrier.name}, _("%(who)s 签收") % {"who": manifest.courier})
    if not left:
        return Verdict(_("没有要装的了"), _("请快递员点数，签名"), icon="clipboard-check")
    return Verdict(_("请扫运单号"), ngettext("还有 %(n)s 个包裹等着装车", "还有 %(n)s 个包裹等着装车", left) % {"n": left}, icon="truck")


@web.role_needed(*work.ROLES)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """The list's screen."""
    return _show(request, normalise(no))


@web.role_needed(*work.ROLES)
@require_POST
def scan(request: HttpRequest, no: str) -> HttpResponse:
    """A waybill or a parcel's number: the courier takes it, and it stands on the list."""
    actor, code = web.actor(request), request.POST.get("code", "").replace("\x00", "").strip()[:_LONGEST]
    manifest = queries.manifest(actor, normalise(no))
    if not code:
        return _show(request, manifest.no)
    found = [each for each in finding.parcels(actor, code) if each.warehouse_id == manifest.warehouse_id]
    if len(found) != 1:
        return _show(request, manifest.no, verdicts.wrong(_("不认识这个号码"), _("扫到：%(code)s") % {"code": code[:40]}, code))
    try:
        operations.load(web.caller(request), found[0].no, manifest=manifest.no)
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        return _show(request, manifest.no, _wrong(found[0], problem, code))
    return _show(request, manifest.no, verdicts.right(_("装上了"), groups(found[0].waybill)))


def _wrong(parcel: Any, problem: Problem, code: str) -> Verdict:
    if problem.code == "fulfilment.cannot_hand_over" and parcel.status == "handed_over":
        return verdicts.wrong(_("这个已经装过了"), groups(parcel.waybill), code)
    return verdicts.refused(problem, code)


@web.role_needed(*work.ROLES)
@require_POST
def close(request: HttpRequest, no: str) -> HttpResponse:
    """The courier has counted and signs with his name; a count that differs comes back."""
    number, courier = normalise(no), request.POST.get("courier", "").replace("\x00", "")[:60]
    counted = typed.pieces(request.POST.get("counted", ""))
    try:
        operations.close_manifest(web.caller(request), number, courier=courier, counted=-1 if counted is None else counted)
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        return _show(request, number, verdicts.refused(problem), problem.status, courier=courier, counted=request.POST.get("counted", "")[:8])
    messages.success(request, _("交接完成，打印一份给快递员"))
    return redirect(f"{BASE}/{number}")


@web.role_needed(*work.ROLES)
@require_safe
def paper(request: HttpRequest, no: str) -> HttpResponse:
    """The list on paper: every waybill as bars, the count, two signatures."""
    manifest = queries.manifest(web.actor(request), normalise(no))
    loads = list(manifest.loads.select_related("parcel").order_by("id")[:_PRINTED])
    rows = [{"parcel": load.parcel, "bars": codes.bars(load.parcel.waybill), "at": load.at, "weight": _kilograms(load.parcel)} for load in loads]
    return render(request, "warehouse/manifest_paper.html", {"manifest": manifest, "rows": rows, "bars": codes.bars(manifest.no)})


def _kilograms(parcel: Any) -> str:
    return f"{(parcel.scale_grams or parcel.weight_grams) / 1000:g}"
