"""A product in figures: what it cost since when, what was sold of it day by day (D07.3.4, D07.3.5)."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from wangdan.catalogue import queries
from wangdan.catalogue.models import Price, Sku
from wangdan.desks import plots, web
from wangdan.desks.seller.pages.goods import BASE
from wangdan.desks.seller.pages.orders import SHOP
from wangdan.kernel import clock
from wangdan.kernel.errors import NotSeen
from wangdan.orders import queries as orders
from wangdan.statistics.rules import calendar

DAYS = (30, 90, 180)


def _chosen(skus: list[Sku], wanted: str) -> Sku | None:
    """The variant the page is about, none for all of them. Refuses with 404 for another product's."""
    if not wanted:
        return None
    found = next((sku for sku in skus if str(sku.pk) == wanted), None)
    if found is None:
        raise NotSeen
    return found


@web.role_needed(*SHOP)
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change of a price: when, from what to what, by whom; and a line for the chosen variant."""
    actor = web.actor(request)
    product, skus = queries.product(actor, pk), queries.skus([pk])
    chosen = _chosen(skus, request.GET.get("sku", "")) or (skus[0] if skus else None)
    changes = queries.price_changes(actor, product)
    own = [(each.at, each.price) for each in reversed(changes) if chosen and each.sku_id == chosen.pk]
    context = {
        "product": product,
        "skus": [{"sku": sku, "on": chosen is not None and sku.pk == chosen.pk} for sku in skus],
        "chosen": chosen,
        "line": plots.steps(own, clock.now(), _("价格随时间的变化，数值见下表")),
        "low": min((price for _at, price in own), default=None),
        "high": max((price for _at, price in own), default=None),
        "rows": [_change(each) for each in changes],
    }
    return render(request, "seller/history.html", context)


def _change(row: Price) -> dict[str, Any]:
    return {
        "row": row,
        "what": row.sku.label or _("单一规格"),
        "who": row.person.shown if row.person else _("系统"),
        "up": row.before is not None and row.price > row.before,
    }


@web.role_needed(*SHOP)
@require_safe
def sales(request: HttpRequest, pk: int) -> HttpResponse:
    """Pieces and money per day, of all variants or of one; counted when they leave for the buyer."""
    product, skus = queries.product(web.actor(request), pk), queries.skus([pk])
    chosen = _chosen(skus, request.GET.get("sku", ""))
    wanted = request.GET.get("days", "")
    days = next((each for each in DAYS if str(each) == wanted), DAYS[0])
    today = timezone.localdate(clock.now())
    since = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    sold = orders.sold_by_day([chosen.pk] if chosen else [sku.pk for sku in skus], since)
    per_day: Counter[date] = Counter()
    for each in sold:
        per_day[each.day] += each.pieces
    every = [plots.Bar(f"{day:%Y-%m-%d}", per_day[day], str(per_day[day])) for day in calendar(today, days)]
    labels = {sku.pk: sku.label or _("单一规格") for sku in skus}
    context = {
        "product": product,
        "chosen": chosen,
        "skus": [{"pk": sku.pk, "text": labels[sku.pk], "on": chosen is not None and chosen.pk == sku.pk} for sku in skus],
        "spans": [{"days": each, "text": ngettext("近 %(n)s 天", "近 %(n)s 天", each) % {"n": each}, "on": each == days} for each in DAYS],
        "days": days,
        "bars": plots.bars(every, _("每天卖出的件数，数值见下表")),
        "pieces": sum(each.pieces for each in sold),
        "amount": sum(each.amount for each in sold),
        "rows": [{"sold": each, "what": labels[each.sku]} for each in sold],
        "back_path": f"{BASE}/{pk}",
    }
    return render(request, "seller/sales.html", context)
