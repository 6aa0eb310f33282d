"""The list of procedures, and a procedure's page (mission: every procedure document is a page)."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangdan.desks import web
from wangdan.desks.handbook import drawing, reading
from wangdan.desks.handbook.reading import Procedure, Step
from wangdan.orders import queries as orders
from wangdan.orders.queries import Wait
from wangdan.orders.rules import LIFE

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
WAITS_FOR = {
    "payments.capture": "pay",
    "orders.pay": "pay",
    "orders.accept": "accept",
    "fulfilment.hand_over": "ship",
    "fulfilment.pick … hand_over": "ship",
    "fulfilment.track": "deliver",
    "orders.deliver": "deliver",
    "orders.confirm_receipt": "confirm_receipt",
}
"""Operation of a step → the move of the order it brings about, whose waiting time stands beside the step."""


@dataclass(frozen=True)
class Line:
    """A step as the page shows it: which of its screens the reader can open, and how long orders wait for it."""

    step: Step
    screens: tuple[tuple[str, bool], ...]
    wait: str
    over: str


def english() -> bool:
    """Whether the page is read in English."""
    return (get_language() or "").startswith("en")


def spell(seconds: float) -> str:
    """A waiting time as people say it: 不到 1 分钟, 42 分钟, 3.5 小时, 2.1 天."""
    if seconds < _MINUTE:
        return _("不到 1 分钟")
    if seconds < _HOUR:
        return _("%(n)s 分钟") % {"n": round(seconds / _MINUTE)}
    if seconds < 2 * _DAY:
        return _("%(n)s 小时") % {"n": f"{seconds / _HOUR:.1f}".removesuffix(".0")}
    return _("%(n)s 天") % {"n": f"{seconds / _DAY:.1f}".removesuffix(".0")}


def _line(request: HttpRequest, step: Step, waits: dict[str, Wait]) -> Line:
    wait = next((waits[move] for name in step.operations if (move := WAITS_FOR.get(name)) in waits), None)
    screens = tuple((each, each.startswith("/") and "{" not in each and web.opens(request, each)) for each in step.screens)
    over = ngettext("%(n)s 单的中位数", "%(n)s 单的中位数", wait.orders) % {"n": f"{wait.orders:,}"} if wait else ""
    return Line(step, screens, spell(wait.seconds) if wait else "", over)


def _count(counts: dict[str, int], state: str) -> str:
    found = counts.get(state, 0)
    return f"{orders.MOST_COUNTED}+" if found > orders.MOST_COUNTED else str(found or "")


def _diagram(counts: dict[str, int], waits: dict[str, Wait]) -> str:
    said = {}
    for (move, source), target in LIFE.table.items():
        wait = waits.get("ship" if move == "ship_part" else move)
        if wait and source != "partly_shipped":  # the wait for shipping is counted from the acceptance on
            said[source, target] = spell(wait.seconds)
    return drawing.life(LIFE, "orders", count=lambda state: _count(counts, state), said=said, title=_("订单的状态图"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All twenty procedures: how many of their steps are built, and which are later work."""
    return render(request, "handbook/index.html", {"procedures": list(reading.procedures().values()), "english": english()})


@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """One procedure: steps, diagram, proof for everybody; counts and waiting times for the office."""
    procedure: Procedure | None = reading.procedures().get(number)
    if procedure is None:
        raise Http404
    actor, context = web.actor(request), {"procedure": procedure, "english": english()}
    if procedure.steps:
        counts, waits = orders.states_now(actor), orders.waits(actor)
        lines = [_line(request, step, waits) for step in procedure.steps]
        context |= {"lines": lines, "diagram": _diagram(counts, waits), "office": bool(counts), "most": orders.MOST_COUNTED}
    return render(request, "handbook/procedure.html", context)
