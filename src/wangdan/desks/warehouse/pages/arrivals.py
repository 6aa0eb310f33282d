"""Receiving: what suppliers announce, checked in by scanner, put away to bins; short, over and damaged (D07.3)."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.desks import errors, keyset, typed, web
from wangdan.desks.warehouse import verdicts, work
from wangdan.desks.warehouse.pages.waves import chips, house_of
from wangdan.desks.warehouse.verdicts import Verdict
from wangdan.inventory import operations, queries
from wangdan.inventory.models import Arrival, ArrivalLine
from wangdan.inventory.rules import COVER_DAYS, SOLD_DAYS, difference, missing
from wangdan.kernel import options
from wangdan.kernel.errors import NotGranted, NotSeen, Problem, Unauthenticated
from wangdan.kernel.numbers import normalise

BASE = f"{work.BASE}/arrivals"
_SIZE, _LONGEST, _TEXT, _SHOWN = 20, 80, 8000, 200
_LARGEST = 2**62
_ROW = re.compile(r"(.+?)[\s,，;；×xX*]+(\d{1,6})")


@web.role_needed(*work.ROLES)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Deliveries, newest first, and the form to announce one: empty, or filled with what runs out (`?low=1`)."""
    house = house_of(request, work.houses(web.actor(request))) if request.GET.get("low") else None
    return _index(request, {"said": {"goods": _scarce(house)}} if house else {})


def _scarce(house: Any) -> str:
    """What runs out in the warehouse as lines of the form: code and the pieces that are missing."""
    ahead, days = options.value(COVER_DAYS), options.value(SOLD_DAYS)
    rows = queries.low([house.pk])[:_SHOWN]
    return "\n".join(f"{row.sku.code} {missing(row.free, row.wants, row.sold, days, ahead)}" for row in rows if row.sku.code)


def _index(request: HttpRequest, said: dict[str, Any], status: int = 200) -> HttpResponse:
    actor, known = web.actor(request), work.houses(web.actor(request))
    house = house_of(request, known)
    page = keyset.page(queries.arrivals(actor, [house.pk] if house else []), request.GET.get("cursor", "")[:20], _SIZE)
    context = {"house": house, "chips": chips(known, house, BASE), "arrivals": page.rows, "next": page.next, **said}
    return render(request, "warehouse/arrivals.html", context, status=status)


@web.role_needed(*work.ROLES)
@require_POST
def announce(request: HttpRequest) -> HttpResponse:
    """Announce a delivery: one line per goods, code and pieces; what cannot be read comes back line by line with everything as typed."""
    house = house_of(request, work.houses(web.actor(request)))
    if house is None:
        raise NotSeen
    said = {name: request.POST.get(name, "").replace("\x00", "").strip()[:_LONGEST] for name in ("supplier", "reference", "expected_on")}
    said["goods"] = request.POST.get("goods", "").replace("\x00", "")[:_TEXT]
    lines, wrong = _lines(house, said["goods"])
    if not wrong:
        try:
            told = {"supplier": said["supplier"], "reference": said["reference"][:40], "expected_on": _day(said)}
            made = operations.announce(web.caller(request), warehouse_id=house.pk, lines=lines, **told)
        except (NotSeen, NotGranted, Unauthenticated):
            raise
        except Problem as problem:
            wrong = [errors.text(problem.code, problem.detail)]
        else:
            messages.success(request, _("已登记，到货后扫码收"))
            return redirect(f"{BASE}/{made.no}")
    return _index(request, {"said": said, "wrong": wrong}, 422)


def _day(said: dict[str, str]) -> Any:
    try:
        return parse_date(said["expected_on"])
    except ValueError:
        return None


def _lines(house: Any, text: str) -> tuple[list[tuple[int, int]], list[str]]:
    """(SKU, pieces) of each line, and what is wrong with which line."""
    read = [(at, line, _ROW.fullmatch(line.strip())) for at, line in enumerate(text.splitlines()[:_SHOWN], start=1) if line.strip()]
    skus = {sku.code.casefold(): sku.pk for sku in queries.coded(house, [found[1].strip() for _, _, found in read if found])}
    lines, wrong = [], []
    for at, line, found in read:
        sku = skus.get(found[1].strip().casefold()) if found else None
        if found is None:
            wrong.append(_("第 %(at)s 行看不懂：%(line)s") % {"at": at, "line": line[:40]})
        elif sku is None:
            wrong.append(_("第 %(at)s 行：没有条码是 %(code)s 的商品") % {"at": at, "code": found[1][:40]})
        else:
            lines.append((sku, int(found[2])))
    return lines, wrong


def _show(request: HttpRequest, no: str, verdict: Verdict | None = None, status: int = 200, **said: Any) -> HttpResponse:
    arrival = queries.arrival(web.actor(request), no)
    lines = list(arrival.lines.select_related("sku__product")[:_SHOWN])
    bins = {row.sku_id: row.bin for row in queries.stock(web.actor(request), [arrival.warehouse_id]).filter(sku__in=[line.sku_id for line in lines])}
    rows = [_row(line, bins.get(line.sku_id, "")) for line in lines]
    found = difference((line.expected, line.good, line.damaged) for line in lines)
    near = next((row for row in rows if row["sku"] == said.get("near")), None)
    context = {
        "arrival": arrival,
        "rows": rows,
        "open": arrival.status in ("announced", "receiving"),
        "found": found,
        "near": near,
        "verdict": verdict or _ask(arrival, found),
        "came": sum(line.good + line.damaged for line in lines),
        "expected": sum(line.expected for line in lines),
        **said,
    }
    return render(request, "warehouse/arrival.html", context, status=status)


def _ask(arrival: Arrival, found: Any) -> Verdict:
    if arrival.status == "called_off":
        return verdicts.wrong(_("这次到货已撤销"))
    if arrival.status == "closed":
        differs = _("少 %(short)s、多 %(over)s、破损 %(damaged)s") % {"short": found.short, "over": found.over, "damaged": found.damaged}
        return verdicts.right(_("已收完"), differs if found.any else _("与通知一致"))
    return Verdict(_("请扫商品"), _("好的扫一件算一件；多的、坏的在下面填"), icon="truck-return")


def _row(line: ArrivalLine, shelf: str) -> dict[str, Any]:
    came = line.good + line.damaged
    return {
        "sku": line.sku_id,
        "title": line.sku.product.title,
        "label": line.sku.label,
        "code": line.sku.code,
        "bin": shelf,
        "expected": line.expected,
        "good": line.good,
        "damaged": line.damaged,
        "short": max(0, line.expected - came),
        "over": max(0, came - line.expected),
    }


@web.role_needed(*work.ROLES)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """The delivery's screen."""
    return _show(request, normalise(no), near=typed.pieces(request.GET.get("sku", ""), most=_LARGEST))


@web.role_needed(*work.ROLES)
@require_POST
def scan(request: HttpRequest, no: str) -> HttpResponse:
    """A good piece was scanned."""
    code = request.POST.get("code", "").replace("\x00", "").strip()[:_LONGEST]
    arrival = queries.arrival(web.actor(request), normalise(no))
    if not code:
        return _show(request, arrival.no)
    found = queries.coded(arrival.warehouse, [code])
    listed = set(arrival.lines.values_list("sku_id", flat=True))
    chosen = next((sku for sku in found if sku.pk in listed), found[0] if found else None)
    if chosen is None:
        return _show(request, arrival.no, verdicts.wrong(_("不认识这个条码"), _("扫到：%(code)s") % {"code": code[:40]}, code))
    try:
        line = operations.check_in(web.caller(request), arrival.no, sku_id=chosen.pk, good=1)
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        return _show(request, arrival.no, verdicts.refused(problem, code))
    return _show(request, arrival.no, _said(line, chosen.product.title), near=chosen.pk)


def _said(line: ArrivalLine, title: str) -> Verdict:
    came = line.good + line.damaged
    if came > line.expected:
        counts = {"expected": line.expected, "came": came}
        return verdicts.wrong(_("多了：%(title)s") % {"title": title[:20]}, _("通知 %(expected)s 件，收到 %(came)s 件") % counts)
    return verdicts.right(_("收了 %(came)s / %(expected)s") % {"came": came, "expected": line.expected}, title[:40])


@web.role_needed(*work.ROLES)
@require_POST
def enter(request: HttpRequest, no: str) -> HttpResponse:
    """Many pieces at once, damaged ones, the bin they were put into."""
    number, sku = normalise(no), typed.pieces(request.POST.get("sku", ""), most=_LARGEST) or 0
    good, damaged = (typed.pieces(request.POST.get(name, "") or "0") for name in ("good", "damaged"))
    shelf = request.POST.get("bin", "").replace("\x00", "").strip()[:40]
    try:
        line = operations.check_in(web.caller(request), number, sku_id=sku, good=-1 if good is None else good, damaged=damaged or 0, bin=shelf)
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        return _show(request, number, verdicts.refused(problem), problem.status, near=sku)
    return _show(request, number, _said(line, line.sku.product.title), near=sku)


@web.role_needed(*work.ROLES)
@require_http_methods(["POST"])
def close(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """All is in, with a word on what differs; or it will not come."""
    number = normalise(no)
    if name not in ("close", "call_off"):
        raise NotSeen
    note = request.POST.get("note", "").replace("\x00", "")
    try:
        if name == "close":
            operations.close_arrival(web.caller(request), number, note=note[:200])
        else:
            operations.call_off_arrival(web.caller(request), number)
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        return _show(request, number, verdicts.refused(problem), problem.status, note=note)
    messages.success(request, _("收完了") if name == "close" else _("已撤销"))
    return redirect(f"{BASE}/{number}")
