"""My tasks: what waits for the warehouse by deadline, stage by stage; find by any number; the next one (D10.2–3, D04.5)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import task_desk, web
from wangdan.desks.warehouse import finding, work
from wangdan.fulfilment import queries
from wangdan.kernel.errors import NotSeen
from wangdan.kernel.numbers import is_number, normalise

_SIZE = 30


def _house(request: HttpRequest, known: list[Any]) -> int | None:
    """The warehouse the list is narrowed to, of those the person works in."""
    wanted = request.GET.get("house", "")
    return next((house.pk for house in known if str(house.pk) == wanted), None)


def _path(**given: Any) -> str:
    kept = {name: value for name, value in given.items() if value}
    return f"{work.BASE}?{urlencode(kept)}" if kept else work.BASE


@web.role_needed(*work.ROLES)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What needs this warehouse person now, overdue on top; tabs by stage, one warehouse or all."""
    actor = web.actor(request)
    known = work.houses(actor)
    house = _house(request, known)
    stage = request.GET.get("tab", "") if request.GET.get("tab", "") in work.VERBS else ""
    counts = queries.waiting(actor, house)
    page = work.page(queries.queue(actor, stage=stage, warehouse_id=house), request.GET.get("cursor", "")[:60], _SIZE)
    total, late = sum(count for count, _late in counts.values()), sum(late for _count, late in counts.values())
    request.wd_queue_count = total  # type: ignore[attr-defined]
    tabs = [{"text": _("全部"), "count": total, "path": _path(house=house), "on": not stage, "late": late}]
    for name, verb in work.VERBS.items():
        tabs.append({"text": verb, "count": counts[name][0], "path": _path(tab=name, house=house), "on": stage == name, "late": counts[name][1]})
    chips = [{"text": _("全部仓库"), "path": _path(tab=stage), "on": house is None}]
    chips += [{"text": each.name, "path": _path(tab=stage, house=each.pk), "on": house == each.pk} for each in known]
    context = {
        "total": counts[stage][0] if stage else total,
        "late": counts[stage][1] if stage else late,
        "tabs": tabs,
        "chips": chips if len(known) > 1 else [],
        "groups": work.groups(page.rows),
        "next": page.next,
        "show_house": len(known) > 1 and house is None,
        "none_here": not known,
        "tasks": [] if stage or request.GET.get("cursor") else task_desk.of_warehouse(request),
    }
    return render(request, "warehouse/queue.html", context)


@web.role_needed(*work.ROLES)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Any parcel number, waybill, order number or SKU code; one hit opens at once, nothing typed means the next task."""
    text = request.GET.get("q", "")[:80]
    if not text.strip():
        return following(request)
    for prefix, place in (("W", "waves"), ("M", "manifests"), ("D", "arrivals"), ("C", "counts")):
        if is_number(normalise(text), prefix):
            return redirect(f"{work.BASE}/{place}/{normalise(text)}")
    found = finding.parcels(web.actor(request), text)
    if len(found) == 1:
        return redirect(path_of(found[0]))
    rows = [{"parcel": parcel, "path": path_of(parcel), "goods": work.goods_text(parcel)} for parcel in found]
    return render(request, "warehouse/find.html", {"q": text, "rows": rows})


def path_of(parcel: Any) -> str:
    """Where a parcel opens: its task while there is something to do, else its story."""
    return f"{work.BASE}/parcels/{parcel.no}" + ("" if work.stage_of(parcel) else "/story")


@web.role_needed(*work.ROLES)
@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """The next task: behind the one named `after`, of the stage and warehouse one is at; back to the queue when nothing is left."""
    actor = web.actor(request)
    stage = request.GET.get("stage", "") if request.GET.get("stage", "") in work.VERBS else ""
    house = _house(request, work.houses(actor))
    no = work.following(actor, after=request.GET.get("after", "")[:12].replace("\x00", ""), stage=stage, warehouse_id=house)
    return redirect(f"{work.BASE}/parcels/{no}" if no else work.BASE)


@web.role_needed(*work.ROLES)
@require_safe
def task(request: HttpRequest, no: str) -> HttpResponse:
    """One task of the warehouse that is no parcel: a delivery that differs, goods that run out."""
    return task_desk.page(request, no, work.BASE)


@web.role_needed(*work.ROLES)
@require_POST
def deed(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """Take it on, hand it over, call it done."""
    deeds = {"claim": task_desk.claim, "hand_over": task_desk.hand_over, "finish": task_desk.finish}
    if name not in deeds:
        raise NotSeen
    return deeds[name](request, no, work.BASE)
