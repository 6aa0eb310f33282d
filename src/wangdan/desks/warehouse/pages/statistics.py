"""A warehouse in numbers: today's work, parcels and pieces day by day, how long they took, what was missing, what is sold out (D10.2, D10.3)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from wangdan.desks import numbers_page, web
from wangdan.desks.templatetags.wd import many
from wangdan.desks.warehouse import work
from wangdan.desks.warehouse.pages.waves import chips, house_of
from wangdan.fulfilment import queries as fulfilment
from wangdan.inventory import queries as inventory
from wangdan.statistics import queries
from wangdan.statistics.queries import Span
from wangdan.statistics.rules import share, span

BASE = f"{work.BASE}/statistics"
_SHOWN, _HOUR = 10, 60


@web.role_needed(*work.ROLES)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """One warehouse over `?days=` 7, 30 or 90."""
    actor, known = web.actor(request), work.houses(web.actor(request))
    house, days = house_of(request, known), span(request.GET.get("days"))
    context: dict[str, Any] = {"house": house, "chips": [each | {"path": f"{each['path']}&days={days}"} for each in chips(known, house, BASE)]}
    if house:
        found = queries.house_span(actor, days, [house.pk])
        context |= {
            "spans": numbers_page.spans(request, days, f"&house={house.pk}" if len(known) > 1 else ""),
            "stages": _stages(actor, house.pk),
            "tiles": _tiles(found),
            "plots": [
                numbers_page.plot(found, "shipped", _("交出的包裹"), many),
                numbers_page.plot(found, "pieces", _("交出的件数"), many),
            ],
            "rows": [row | {"took": took(row)} for row in reversed(found.days)],
            "any": any(found.total(name) for name in ("planned", "shipped", "missed")),
            "out": list(inventory.low([house.pk]).filter(free__lte=0)[:_SHOWN]),
        }
    return render(request, "warehouse/statistics.html", context)


def _stages(actor: Any, house: int) -> list[dict[str, Any]]:
    """Today's work: how many wait in each stage, how many of them are late, and where they stand."""
    counts = fulfilment.waiting(actor, house)
    return [
        {"text": verb, "count": counts[name][0], "late": counts[name][1], "path": f"{work.BASE}?tab={name}&house={house}"}
        for name, verb in work.VERBS.items()
    ]


def _tiles(found: Span) -> list[dict[str, str]]:
    """The span in four numbers, each with what it is measured by."""
    whole = {name: found.total(name) for name in ("planned", "shipped", "minutes", "late", "missed", "pieces")}
    in_time = whole["shipped"] - whole["late"]
    today = found.today["shipped"]
    return [
        {
            "text": _("交出的包裹"),
            "value": many(whole["shipped"]),
            "under": ngettext("今天 %(n)s 个", "今天 %(n)s 个", today) % {"n": many(today)},
        },
        {
            "text": _("接单到交接，平均"),
            "value": took(whole) or "—",
            "under": ngettext("收到 %(n)s 个包裹", "收到 %(n)s 个包裹", whole["planned"]) % {"n": many(whole["planned"])},
        },
        {
            "text": _("按时交接"),
            "value": f"{share(in_time, whole['shipped'])}%" if whole["shipped"] else "—",
            "under": ngettext("晚了 %(n)s 个", "晚了 %(n)s 个", whole["late"]) % {"n": many(whole["late"])},
        },
        {
            "text": _("拣货时缺的件数"),
            "value": many(whole["missed"]),
            "under": ngettext("交出 %(n)s 件", "交出 %(n)s 件", whole["pieces"]) % {"n": many(whole["pieces"])},
        },
    ]


def took(numbers: dict[str, Any]) -> str:
    """How long a parcel took on average from the shop's yes to the courier, in words; empty when none left."""
    if not numbers["shipped"]:
        return ""
    waited = numbers["minutes"] // numbers["shipped"]
    if waited < _HOUR:
        return ngettext("%(n)s 分钟", "%(n)s 分钟", waited) % {"n": waited}
    hours = f"{waited / _HOUR:.1f}".removesuffix(".0")
    return ngettext("%(n)s 小时", "%(n)s 小时", round(waited / _HOUR)) % {"n": hours}
