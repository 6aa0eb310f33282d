"""One task on one screen: pick, inspect, pack, hand over, hand out, take back; the scanner's field always has focus (D10.2–3, D04.5, D12.5)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangdan.delivery import queries as delivery
from wangdan.desks import moments, sayings, web
from wangdan.desks.warehouse import finding, verdicts, work
from wangdan.desks.warehouse.pages.queue import path_of
from wangdan.desks.warehouse.verdicts import Verdict
from wangdan.fulfilment import errands, operations, queries, rules
from wangdan.fulfilment.models import Parcel, ParcelLine
from wangdan.fulfilment.rules import fold
from wangdan.inventory import queries as inventory
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Problem, Unauthenticated
from wangdan.kernel.numbers import normalise

_WIDTH = 200
_LONGEST = 80
_MOST_PIECES = 5
_SHORT_CODE = 10
_WRAPPINGS = 12


@dataclass(frozen=True)
class Item:
    """A line of the parcel as the screen shows it."""

    id: int
    bin: str
    title: str
    label: str
    tail: str
    code: str
    picture: str
    weight: str
    wanted: int
    done: int
    left: int
    quantity: int


def _item(line: ParcelLine, status: str) -> Item:
    counting = status in queries.COUNTED
    wants = queries.goods(line, status) if counting else None
    return Item(
        line.pk,
        line.bin,
        line.title,
        line.label,
        line.sku.code if len(line.sku.code) <= _SHORT_CODE else line.sku.code[-4:],
        line.sku.code,
        line.picture.url(_WIDTH) if line.picture else "",
        f"{line.sku.weight_grams / 1000:g}",
        wants.wanted if wants else line.quantity,
        wants.done if wants else line.quantity,
        wants.left if wants else 0,
        line.quantity,
    )


def _context(request: HttpRequest, parcel: Parcel, verdict: Verdict | None = None, *, near: int = 0) -> dict[str, Any]:
    """Everything the screen shows; `near` is the line that was scanned last or that one is to go on with."""
    stage, items = work.stage_of(parcel), [_item(line, parcel.status) for line in work.on_route(parcel)]
    waiting = [item for item in items if item.left]
    current = next((item for item in waiting if item.id == near), waiting[0] if waiting else None)
    done, wanted = sum(item.done for item in items), sum(item.wanted for item in items)
    short = [hold for hold in inventory.holds(parcel.ref_of) if hold.status == "short" and hold.warehouse_id == parcel.warehouse_id]
    return {
        "parcel": parcel,
        "stage": stage,
        "verb": work.VERBS.get(stage, ""),
        "verdict": verdict or verdicts.ask(parcel, stage, current),
        "items": items,
        "current": current,
        "later": _later(waiting, current),
        "done": done,
        "wanted": wanted,
        "counting": current is not None,
        "many": current is not None and current.left > _MOST_PIECES and current.done > 0,
        "lack": sum(hold.quantity for hold in short),
        "order_no": parcel.ref_of.partition(":")[2],
        "carrier_reason": sayings.joined(parcel.carrier_reason),
        "courier_at": moments.ago(parcel.pickup_at) if parcel.pickup_at else "",
        "offers": offers(parcel) if stage == "hand_over" and parcel.method == "courier" and not parcel.waybill else [],
        "field": _field(stage, parcel),
        "why": sayings.joined(parcel.why),
        "photos": [photo.url(_WIDTH) for photo in parcel.photos.all()] if stage in ("inspect", "pack", "hand_over", "take_back") else [],
        "packing": _packing(request, parcel) if stage == "pack" else None,
        "moves": queries.moves(web.actor(request), parcel),
    }


def _packing(request: HttpRequest, parcel: Parcel) -> dict[str, Any]:
    """What it can be packed in and protected with, what it should weigh, and what was chosen before a refusal."""
    form = request.POST
    weighed, chosen = rules.grams(form.get("weight", "")), form.getlist("wrapping")
    found = queries.materials()
    boxes, protection = ([{"row": each, "on": each.code in chosen} for each in found if each.kind == kind] for kind in rules.MATERIAL_KINDS)
    return {
        "boxes": boxes,
        "protection": protection,
        "weight": form.get("weight", "")[:12] if weighed or form.get("done") else "",
        "goods": f"{parcel.weight_grams / 1000:g}" if parcel.weight_grams else "",
    }


def _later(waiting: list[Item], current: Item | None) -> int:
    """The line to go to when the present one is left for later; 0 when there is no other."""
    if current is None or len(waiting) < 2:  # noqa: PLR2004 - it and another
        return 0
    return waiting[(waiting.index(current) + 1) % len(waiting)].id


def _field(stage: str, parcel: Parcel) -> str:
    words = {
        "pick": _("扫描货位或商品"),
        "inspect": _("扫描商品"),
        "pack": _("扫描包裹号"),
        "hand_over": _("扫描运单号或包裹号") if parcel.waybill else _("扫描包裹号"),
        "collect": _("输入取货码"),
        "take_back": _("扫描包裹号或运单号"),
    }
    return words.get(stage, _("扫描下一个包裹"))


def offers(parcel: Parcel) -> list[dict[str, Any]]:
    """Every carrier that goes there, with days and cost, the proposed one first."""
    goal = parcel.to_code or parcel.to_province
    found = delivery.offers(parcel.warehouse.province, goal, cash=parcel.cod_amount > 0, grams=parcel.scale_grams or parcel.weight_grams)
    rows = [
        {"code": carrier.code, "name": carrier.name, "days": offer.days, "cost": offer.cost, "on": carrier.pk == parcel.carrier_id}
        for carrier, offer in found.values()
    ]
    return sorted(rows, key=lambda each: not each["on"])


def _show(request: HttpRequest, no: str, verdict: Verdict | None = None, near: int = 0, **packing: Any) -> HttpResponse:
    """The screen as it stands; `packing` is what the packing form shows instead of what was sent: the scale's weight, a doubt about it."""
    parcel = queries.one(web.actor(request), no)
    context = _context(request, parcel, verdict, near=near)
    if context["packing"]:
        context["packing"] |= packing
    return render(request, "warehouse/task.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004 - digits of an id


@web.role_needed(*work.ROLES)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """The parcel's present task."""
    return _show(request, normalise(no), near=_number(request.GET.get("line", "")))


def _try(request: HttpRequest, no: str, act: Callable[[], Verdict], code: str = "") -> HttpResponse:
    """Do something and show what came of it; a refusal is a red screen on which nothing has changed."""
    try:
        verdict = act()
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        doubt = problem.code == "fulfilment.weight_differs"
        return _show(request, no, verdicts.refused(problem, code), _number(request.POST.get("line", "")), doubt=doubt)
    return _show(request, no, verdict, _number(request.POST.get("line", "")))


@web.role_needed(*work.ROLES)
@require_POST
def scan(request: HttpRequest, no: str) -> HttpResponse:
    """Whatever the scanner read: goods and bins count pieces, the parcel's own numbers finish its step, another parcel's number opens that."""
    actor, code = web.actor(request), request.POST.get("code", "").replace("\x00", "").strip()[:_LONGEST]
    parcel = queries.one(actor, normalise(no))
    stage = work.stage_of(parcel)
    if not code and not request.POST.get("done"):
        return _show(request, parcel.no)
    if stage == "pack" and (request.POST.get("done") or rules.grams(code)):
        return _pack(request, parcel, code)
    own = normalise(code) == parcel.no or (parcel.waybill != "" and fold(code) == fold(parcel.waybill))
    if not own and (stage == "" or not (stage == "collect" and code.isdigit())):
        other = [each for each in finding.parcels(actor, code) if each.no != parcel.no]
        goods = stage in ("pick", "inspect") and any(fold(line.sku.code) == fold(code) for line in parcel.lines.all())
        if len(other) == 1 and not goods and fold(code) in {fold(other[0].no), fold(other[0].waybill), fold(other[0].ref_of[7:])}:
            return _go(request, path_of(other[0]))
    if stage in ("pick", "inspect"):
        return _scan_goods(request, parcel, code, own=own)
    if own and stage:
        return _try(request, parcel.no, lambda: _finish(request, parcel, stage), code)
    if stage == "collect":
        return _try(request, parcel.no, lambda: _hand_out(request, parcel, code), code)
    said = verdicts.wrong(_("不是这个包裹"), _("扫到：%(code)s") % {"code": code[:40]}, code)
    return _show(request, parcel.no, said)


def _go(request: HttpRequest, path: str) -> HttpResponse:
    """To another page, also for htmx."""
    answer = redirect(path)
    if getattr(request, "htmx", False):
        answer = HttpResponse(headers={"HX-Redirect": path})
    return answer


def _scan_goods(request: HttpRequest, parcel: Parcel, code: str, *, own: bool) -> HttpResponse:
    actor, stage = web.actor(request), work.stage_of(parcel)
    if own:
        return _show(request, parcel.no)
    before = {line.pk: queries.goods(line, parcel.status).done for line in parcel.lines.all()}
    try:
        operations.scan(web.caller(request), parcel.no, code=code)
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        return _show(request, parcel.no, verdicts.misread(actor, problem, code), _number(request.POST.get("line", "")))
    return _counted(request, parcel.no, stage, before)


def _counted(request: HttpRequest, no: str, stage: str, before: dict[int, int]) -> HttpResponse:
    """Show the screen after pieces counted: how many, or that the step is done."""
    parcel = queries.one(web.actor(request), no)
    if work.stage_of(parcel) != stage:
        verdict, near = verdicts.stepped(parcel, stage), 0
    else:
        items = [_item(line, parcel.status) for line in work.on_route(parcel)]
        hit = next((item for item in items if item.done != before.get(item.id, 0)), None)
        verdict = verdicts.counted(stage, hit, hit.done - 1) if hit else None
        near = hit.id if hit else 0
    return render(request, "warehouse/task.html", _context(request, parcel, verdict, near=near))


def _pack(request: HttpRequest, parcel: Parcel, code: str) -> HttpResponse:
    """The scale typed its weight, or the button said that all is packed; what the form had chosen is kept."""
    weighed = rules.grams(code)
    if weighed and not request.POST.get("done"):
        kilograms = f"{weighed / 1000:g}"
        said = verdicts.right(_("称好了：%(kg)s kg") % {"kg": kilograms}, _("封好箱，扫包裹号"))
        return _show(request, parcel.no, said, weight=kilograms)
    return _try(request, parcel.no, lambda: _finish(request, parcel, "pack"))


def _packed(request: HttpRequest, no: str) -> None:
    """Pack with what the form chose; a weight that cannot be read is refused, a doubtful one passes when somebody looked again."""
    form = request.POST
    said = form.get("weight", "").strip()[:20]
    weighed = rules.grams(said) if said else None
    if said and weighed is None:
        raise Malformed("fulfilment.weight_malformed")
    wrapping = [code[:20].replace("\x00", "") for code in form.getlist("wrapping")[:_WRAPPINGS] if code]
    operations.pack(web.caller(request), no, wrapping=wrapping, grams=weighed, checked=bool(form.get("checked")))


def _finish(request: HttpRequest, parcel: Parcel, stage: str) -> Verdict:
    """The step that the parcel's own number finishes."""
    call, step = web.caller(request), stage
    if stage == "pack":
        _packed(request, parcel.no)
    elif stage == "hand_over" and parcel.method == "courier" and not parcel.waybill:
        errands.reserve(call, parcel.no, request.POST.get("carrier", "")[:20])
        step = "reserve"
    elif stage == "hand_over":
        operations.hand_over(call, parcel.no)
    elif stage == "take_back":
        operations.take_back(call, parcel.no)
    else:
        return verdicts.ask(parcel, stage, None)
    return verdicts.stepped(Parcel.objects.select_related("carrier").get(pk=parcel.pk), step)


def _hand_out(request: HttpRequest, parcel: Parcel, code: str) -> Verdict:
    operations.hand_out(web.caller(request), parcel.no, code=code)
    return verdicts.stepped(parcel, "collect")


_BUTTONS = {"pack": "pack", "book": "hand_over", "hand_over": "hand_over", "take_back": "take_back"}
"""Buttons → the stage they finish."""


@web.role_needed(*work.ROLES)
@require_POST
def move(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """The same by button, for hands without a scanner; pieces without a code are counted by hand."""
    parcel = queries.one(web.actor(request), normalise(no))
    stage = work.stage_of(parcel)
    if name == "count_by_hand":
        before = {line.pk: queries.goods(line, parcel.status).done for line in parcel.lines.all()} if stage in ("pick", "inspect") else {}
        line, pieces = _number(request.POST.get("line", "")), _number(request.POST.get("pieces", ""))
        try:
            operations.count_by_hand(web.caller(request), parcel.no, line=line, pieces=pieces)
        except (NotSeen, NotGranted, Unauthenticated):
            raise
        except Problem as problem:
            return _show(request, parcel.no, verdicts.refused(problem), line)
        return _counted(request, parcel.no, stage, before)
    if name == "book_anew":
        return _try(request, parcel.no, lambda: _book_anew(request, parcel))
    if name not in _BUTTONS:
        raise NotSeen
    return _try(request, parcel.no, lambda: _button(request, parcel, name))


def _book_anew(request: HttpRequest, parcel: Parcel) -> Verdict:
    """Another carrier, because the one that was booked does not come."""
    wanted = {"carrier": request.POST.get("carrier", "")[:20], "reason": request.POST.get("reason", "")[:_WIDTH]}
    errands.rebook(web.caller(request), parcel.no, **wanted)
    return verdicts.stepped(Parcel.objects.select_related("carrier").get(pk=parcel.pk), "reserve")


def _button(request: HttpRequest, parcel: Parcel, name: str) -> Verdict:
    if work.stage_of(parcel) != _BUTTONS[name] or (name == "hand_over" and parcel.method == "courier" and not parcel.waybill):
        return verdicts.wrong(_("这一步已经过了"), _("屏幕上是现在要做的。"))
    return _finish(request, parcel, work.stage_of(parcel))
