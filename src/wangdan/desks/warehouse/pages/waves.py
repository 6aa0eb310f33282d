"""Waves: proposed or made by hand, walked by one picker with a scanner, printed as a pick list (D10.2)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import codes, keyset, moments, sayings, typed, web
from wangdan.desks.warehouse import verdicts, walking, work
from wangdan.desks.warehouse.verdicts import Verdict
from wangdan.fulfilment import operations, queries
from wangdan.fulfilment.models import ParcelLine
from wangdan.fulfilment.rules import WAVE_PARCELS
from wangdan.kernel import options
from wangdan.kernel.errors import NotGranted, NotSeen, Problem, Unauthenticated
from wangdan.kernel.numbers import normalise
from wangdan.kernel.sayings import Saying, saying

BASE = f"{work.BASE}/waves"
_SIZE, _LONGEST, _CHOICE = 20, 80, 60
_LARGEST = 2**62


def house_of(request: HttpRequest, known: list[Any]) -> Any:
    """The warehouse a page is about: the one asked for, else the first; None when the person works in none."""
    wanted = request.POST.get("house") or request.GET.get("house") or ""
    return next((each for each in known if str(each.pk) == wanted), known[0] if known else None)


def chips(known: list[Any], house: Any, base: str) -> list[dict[str, Any]]:
    """The warehouses to choose from, when there are several."""
    return [{"text": each.name, "path": f"{base}?house={each.pk}", "on": each == house} for each in known] if len(known) > 1 else []


@web.role_needed(*work.ROLES)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits for a wave with the house's proposals, and the waves, newest first."""
    actor, known = web.actor(request), work.houses(web.actor(request))
    house = house_of(request, known)
    rows = list(queries.unwaved(actor, house.pk)[: _CHOICE + 1]) if house else []
    pages = keyset.page(queries.waves(actor, [house.pk] if house else []), request.GET.get("cursor", "")[:20], _SIZE)
    context = {
        "house": house,
        "chips": chips(known, house, BASE),
        "heaps": [_heap(heap) for heap in queries.proposals(rows)],
        "waiting": [{"parcel": parcel, "goods": work.goods_text(parcel), "way": work.bins_text(parcel)} for parcel in rows[:_CHOICE]],
        "more": len(rows) > _CHOICE,
        "most": options.value(WAVE_PARCELS),
        "waves": [walking.row(wave) | {"why": sayings.joined(wave.why)} for wave in pages.rows],
        "next": pages.next,
    }
    return render(request, "warehouse/waves.html", context)


def _heap(heap: Any) -> dict[str, Any]:
    """A proposal as a row, with the values its form sends."""
    when = moments.ago(heap.cut_off) if heap.cut_off else ""
    return {
        "carrier": heap.carrier,
        "when": when,
        "single": heap.single,
        "nos": heap.nos,
        "parcels": len(heap.nos),
        "pieces": heap.pieces,
    }


@web.role_needed(*work.ROLES)
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make a wave of the chosen parcels and go to it."""
    house = typed.pieces(request.POST.get("house", ""), most=_LARGEST) or 0
    nos = [normalise(no[:20].replace("\x00", "")) for no in request.POST.getlist("no")[:_CHOICE]]
    made = web.attempt(request, operations.make_wave, warehouse_id=house, nos=nos, why=_why(request))
    return redirect(f"{BASE}/{made.no}" if made else f"{BASE}?house={house}")


def _why(request: HttpRequest) -> list[Saying]:
    """How the wave came about, as its form says: proposed for a carrier's hour, one kind of goods each, or by hand."""
    carrier, single = request.POST.get("carrier", "").replace("\x00", "")[:40], request.POST.get("single") == "1"
    if not carrier:
        return [saying("fulfilment.wave_by_hand")]
    return [saying("fulfilment.wave_for_carrier", carrier=carrier), *([saying("fulfilment.wave_single")] if single else [])]


def _show(request: HttpRequest, no: str, verdict: Verdict | None = None, near: int = 0) -> HttpResponse:
    """The walk as it stands; `near` is the line that was scanned last."""
    actor = web.actor(request)
    wave = queries.wave(actor, no)
    lines = queries.wave_lines(wave)
    found = walking.stops(lines)
    waiting = [stop for stop in found if stop.left]
    mine = wave.status == "picking" and wave.picker_id == actor.id
    current = next((stop for stop in waiting if any(box.line == near for box in stop.boxes)), waiting[0] if waiting else None) if mine else None
    context = {
        "wave": wave,
        "mine": mine,
        "others": wave.status == "picking" and not mine,
        "verdict": verdict or (_taken(wave) if wave.status == "picking" and not mine else walking.ask(wave, current)),
        "stops": found,
        "current": current,
        "box": current.now if current else None,
        "later": waiting[(waiting.index(current) + 1) % len(waiting)].boxes[0].line if current and len(waiting) > 1 else 0,
        "done": sum(stop.done for stop in found),
        "wanted": sum(stop.wanted for stop in found),
        "boxes": _boxes(lines),
        "why": sayings.joined(wave.why),
    }
    return render(request, "warehouse/wave.html", context)


def _taken(wave: Any) -> Verdict:
    return verdicts.wrong(_("%(who)s正在拣这一波") % {"who": wave.picker.shown if wave.picker else ""}, _("一个波次只由一个人拣；他放回后您可以接。"))


def _boxes(lines: list[ParcelLine]) -> list[dict[str, Any]]:
    """The cart: each box with its parcel and how much of it is there."""
    found: dict[int, dict[str, Any]] = {}
    for line in lines:
        box = found.setdefault(line.parcel.place.box, {"box": line.parcel.place.box, "no": line.parcel.no, "wanted": 0, "done": 0})
        box["wanted"] += line.quantity
        box["done"] += line.picked
    return [found[number] for number in sorted(found)]


@web.role_needed(*work.ROLES)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """The wave's screen: the next bin, the next box."""
    return _show(request, normalise(no), near=typed.pieces(request.GET.get("line", ""), most=_LARGEST) or 0)


@web.role_needed(*work.ROLES)
@require_POST
def scan(request: HttpRequest, no: str) -> HttpResponse:
    """A bin or a piece: it counts for the first box that wants it."""
    code = request.POST.get("code", "").replace("\x00", "").strip()[:_LONGEST]
    return (
        _count(request, no, code, lambda: operations.scan_in_wave(web.caller(request), normalise(no), code=code))
        if code
        else _show(request, normalise(no))
    )


@web.role_needed(*work.ROLES)
@require_POST
def count(request: HttpRequest, no: str) -> HttpResponse:
    """Goods without a code, or many of a kind, by hand."""
    line, pieces = (typed.pieces(request.POST.get(name, ""), most=_LARGEST) or 0 for name in ("line", "pieces"))
    return _count(request, no, "", lambda: operations.count_in_wave(web.caller(request), normalise(no), line=line, pieces=pieces))


def _count(request: HttpRequest, no: str, code: str, act: Callable[[], ParcelLine]) -> HttpResponse:
    near = typed.pieces(request.POST.get("line", ""), most=_LARGEST) or 0
    try:
        line = act()
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        misread = problem.code in ("fulfilment.not_in_parcel", "fulfilment.too_many_pieces", "fulfilment.bin_shared")
        said = verdicts.misread(web.actor(request), problem, code) if misread else verdicts.refused(problem, code)
        return _show(request, normalise(no), said, near)
    wave = queries.wave(web.actor(request), normalise(no))
    return _show(request, wave.no, None if wave.status == "done" else walking.counted(line, line.parcel.place.box), line.pk)


_DEEDS = {"start": operations.start_wave, "put_back": operations.put_back_wave, "end": operations.end_wave}


@web.role_needed(*work.ROLES)
@require_POST
def deed(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """Take the wave, put it back, end it."""
    if name not in _DEEDS:
        raise NotSeen
    if text := request.POST.get("q", "").replace("\x00", "").strip()[:_LONGEST]:  # Enter takes the wave; a number that is scanned instead opens
        return redirect(f"{work.BASE}/find?{urlencode({'q': text})}")
    wave = queries.wave(web.actor(request), normalise(no))
    done = web.attempt(request, _DEEDS[name], wave.no)
    if done and name == "end":
        messages.success(request, _("这一波结束了，没拣完的包裹回到待拣"))
        return redirect(f"{BASE}?house={wave.warehouse_id}")
    return redirect(BASE if done and name == "put_back" else f"{BASE}/{wave.no}")


@web.role_needed(*work.ROLES)
@require_safe
def pick_list(request: HttpRequest, no: str) -> HttpResponse:
    """The wave on paper: bins in walking order, pieces per box, a square to be tick off by hand."""
    wave = queries.wave(web.actor(request), normalise(no))
    lines = queries.wave_lines(wave)
    context = {
        "wave": wave,
        "bars": codes.bars(wave.no),
        "stops": walking.stops(lines),
        "boxes": _boxes(lines),
        "pieces": sum(line.quantity for line in lines),
        "why": sayings.joined(wave.why),
    }
    return render(request, "warehouse/picklist.html", context)
