"""Delivery hours and pick-up points on a desk: offered, changed and closed by whoever runs them, the platform's office or a shop (D16.4, D03.4)."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from wangdan.accounts.models import Organisation
from wangdan.delivery import operations, queries
from wangdan.delivery.rules import windows
from wangdan.desks import delivery_words, errors, moments, typed, web
from wangdan.fulfilment import queries as fulfilment
from wangdan.kernel import clock
from wangdan.kernel.errors import NotGranted, NotSeen, Problem, Unauthenticated

_MOST_DAYS, _SHOWN, _TEXT = 31, 300, 2000
_LARGEST = 2**62


def organisation(request: HttpRequest, kind: str) -> Organisation | None:
    """The one whose delivery the page is about: the person's shop, or the platform for its office."""
    return Organisation.objects.filter(pk__in=web.actor(request).organisations, kind=kind).order_by("id").first()


def slots(request: HttpRequest, base: str, kind: str) -> HttpResponse:
    """The hours of the next days with what is taken; a POST offers hours on several days, changes or closes one."""
    house, name = organisation(request, kind), request.POST.get("name", "")
    if request.method != "POST" or house is None:
        return _slots(request, base, house, {})
    if name in ("change", "close"):
        return _slot(request, base, name)
    said = {each: request.POST.get(each, "").replace("\x00", "").strip()[:_TEXT] for each in ("area", "first", "last", "windows")}
    wrong = _offer(request, house, said)
    return _slots(request, base, house, {"said": said, "wrong": wrong}, 422) if wrong else redirect(f"{base}/slots")


def _slots(request: HttpRequest, base: str, house: Any, extra: dict[str, Any], status: int = 200) -> HttpResponse:
    found = [row for row in queries.own_slots(web.actor(request))[:_SHOWN] if house is not None and row.organisation_id == house.pk]
    days: dict[Any, list[dict[str, Any]]] = {}
    for row in found:
        starts, ends = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
        area, over = delivery_words.names_of([row.area]), row.closes_at <= clock.now()
        shown = {"row": row, "hours": f"{starts:%H:%M}–{ends:%H:%M}", "area": area, "over": over}
        days.setdefault(moments.day(row.starts_at), []).append(shown)
    today = timezone.localdate(clock.now())
    context = {
        "base": base,
        "house": house,
        "days": list(days.items()),
        "said": {"area": "", "first": today + timedelta(days=1), "last": today + timedelta(days=7), "windows": "09:00-12:00 20\n14:00-18:00 20"},
        **extra,
    }
    return render(request, "desk/slots.html", context, status=status)


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _offer(request: HttpRequest, house: Organisation, said: dict[str, str]) -> str:
    """Offer what was typed; the text of what is wrong, or nothing."""
    area, first, last = delivery_words.code_of(said["area"]), _day(said["first"]), _day(said["last"])
    if not area:
        return _("没有这个省或市：%(name)s") % {"name": said["area"][:20]}
    if first is None or last is None or not 0 <= (last - first).days < _MOST_DAYS:
        return _("日期从早到晚，最多一个月")
    try:
        hours = windows(said["windows"])
    except ValueError as error:
        return _("这一行看不懂：%(line)s") % {"line": str(error)[:40]}
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    try:
        made = operations.open_slots(web.caller(request), shop_id=house.pk, area=area, days=days, windows=hours)
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        return errors.text(problem.code, problem.detail)
    messages.success(request, _("新开 %(n)s 个时段，买家结算时可以选") % {"n": made})
    return ""


def _slot(request: HttpRequest, base: str, name: str) -> HttpResponse:
    number, capacity = (typed.pieces(request.POST.get(each, ""), most=_LARGEST) for each in ("slot", "capacity"))
    if name == "close":
        done = web.attempt(request, operations.close_slot, number or 0)
    else:
        done = web.attempt(request, operations.change_slot, number or 0, capacity=-1 if capacity is None else capacity)
    if done:
        messages.success(request, _("记下了"))
    return redirect(f"{base}/slots")


def points(request: HttpRequest, base: str, kind: str) -> HttpResponse:
    """The pick-up points with what lies there; a POST opens, changes or closes one."""
    house = organisation(request, kind)
    if request.method == "POST" and house is not None:
        return _point(request, base, house)
    rows = [row for row in queries.own_points(web.actor(request))[:_SHOWN] if house is not None and row.organisation_id == house.pk]
    lying = fulfilment.lying_at(row.pk for row in rows)
    context = {"base": base, "house": house, "rows": [{"row": row, "lies": lying.get(row.pk, 0)} for row in rows]}
    return render(request, "desk/points.html", context)


def _point(request: HttpRequest, base: str, house: Organisation) -> HttpResponse:
    names = ("name", "province", "city", "district", "address", "hours", "phone")
    form = {each: request.POST.get(each, "").replace("\x00", "").strip()[:200] for each in names}
    number, room = typed.pieces(request.POST.get("point", ""), most=_LARGEST), request.POST.get("capacity", "").strip()
    capacity = typed.pieces(room) if room else None
    if room and not capacity:
        messages.error(request, _("容量填一个整数，比如 60"))
    elif request.POST.get("deed") == "close":
        _told(request, web.attempt(request, operations.close_point, number or 0))
    elif number:
        _told(request, web.attempt(request, operations.change_point, number, hours=form["hours"][:60], phone=form["phone"][:20], capacity=capacity))
    else:
        place = (form["province"][:40], form["city"][:40], form["district"][:40], form["address"])
        more = {"phone": form["phone"][:20], "hours": form["hours"][:60], "capacity": capacity}
        _told(request, web.attempt(request, operations.open_point, shop_id=house.pk, name=form["name"][:60], place=place, **more))
    return redirect(f"{base}/points")


def _told(request: HttpRequest, done: object) -> None:
    if done:
        messages.success(request, _("记下了"))
