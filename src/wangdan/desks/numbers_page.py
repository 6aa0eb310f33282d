"""Pages of numbers: spans and plots for every desk, and the one that office and shop share: today, the trend, the funnel, late shops (D11.7)."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from wangdan.desks import plots, web
from wangdan.desks.templatetags.wd import many, money
from wangdan.statistics import queries
from wangdan.statistics.queries import Span
from wangdan.statistics.rules import SPANS, share, span


def context(request: HttpRequest, shops: Iterable[int] | None) -> dict[str, Any]:
    """What the page shows of all shops (None) or of these; `?days=` is 7, 30 or 90."""
    days, actor = span(request.GET.get("days")), web.actor(request)
    shops = None if shops is None else list(shops)
    found = queries.span(actor, days, shops)
    best = queries.best(actor, days, shops)
    return _brief(found) | {
        "spans": spans(request, days),
        "rows": list(reversed(found.days)),
        "funnel": _funnel(found),
        "best": [row | {"percent": share(row["amount"], best[0]["amount"])} for row in best],
        "scarce": queries.out_of_stock(actor, shops),
        "any": any(found.total(name) for name in ("placed", "paid", "received")),
    }


def brief(request: HttpRequest, shops: Iterable[int]) -> dict[str, Any]:
    """Today and the last seven days of these shops, for the first page of a desk."""
    return _brief(queries.span(web.actor(request), SPANS[0], list(shops)))


def _brief(found: Span) -> dict[str, Any]:
    return {
        "tiles": _tiles(found),
        "plots": [
            plot(found, "paid_amount", _("收款"), _money),
            plot(found, "placed", _("订单"), many),
        ],
    }


def spans(request: HttpRequest, days: int, more: str = "") -> list[dict[str, Any]]:
    """How far back one may look, as tabs; `more` is what else stands in their addresses."""
    return [
        {"text": ngettext("近 %(n)s 天", "近 %(n)s 天", each) % {"n": each}, "path": f"{request.path}?days={each}{more}", "on": each == days}
        for each in SPANS
    ]


def _tiles(found: Span) -> list[dict[str, str]]:
    """Today beside yesterday."""
    names = (
        ("placed", _("今天下单"), False),
        ("paid_amount", _("今天收款"), True),
        ("shipped", _("今天发货"), False),
        ("refunded_amount", _("今天退款"), True),
    )
    return [
        {"text": text, "value": _said(found.today[name], is_money=is_money), "before": _said(found.yesterday[name], is_money=is_money)}
        for name, text, is_money in names
    ]


def _said(value: int, *, is_money: bool) -> str:
    return money(value) if is_money else many(value)


def _money(value: int) -> str:
    return money(value)


def plot(found: Span, name: str, title: str, said: Callable[[int], str]) -> dict[str, Any]:
    """A number day by day, with its sum; `said` puts it in words."""
    given = [plots.Bar(date_format(row["day"], "n-j"), row[name], said(row[name])) for row in found.days]
    total = said(found.total(name))
    return {
        "title": title,
        "total": total,
        "svg": plots.bars(given, _("%(title)s，每天一根，共 %(total)s") % {"title": title, "total": total}),
        "first": given[0].label,
        "last": given[-1].label,
    }


def _funnel(found: Span) -> list[dict[str, Any]]:
    words = {
        "placed": pgettext("funnel", "下单"),
        "of_paid": pgettext("funnel", "付款"),
        "of_shipped": pgettext("funnel", "发货"),
        "of_received": pgettext("funnel", "收货"),
    }
    return [{"text": words[name], "count": count, "percent": percent} for name, count, percent in found.funnel]
