"""What is running out: free pieces against the limit and the days they last; the limit is set here (D07.3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import typed, web
from wangdan.desks.warehouse import work
from wangdan.desks.warehouse.pages.waves import chips, house_of
from wangdan.inventory import operations, queries
from wangdan.inventory.rules import COVER_DAYS, SOLD_DAYS, cover
from wangdan.kernel import options

BASE = f"{work.BASE}/low"
_SHOWN = 100
_LARGEST = 2**62


@web.role_needed(*work.ROLES)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Goods below their limit or with few days left, the emptiest first."""
    known = work.houses(web.actor(request))
    house, days = house_of(request, known), options.value(SOLD_DAYS)
    found: list[Any] = list(queries.low([house.pk])[: _SHOWN + 1]) if house else []
    rows = [
        {
            "row": row,
            "title": row.sku.product.title,
            "label": row.sku.label,
            "shop": row.sku.product.shop.name,
            "free": row.free,
            "wants": row.wants,
            "own": row.low,
            "sold": row.sold,
            "days": cover(row.free, row.sold, days),
        }
        for row in found[:_SHOWN]
    ]
    context = {
        "house": house,
        "chips": chips(known, house, BASE),
        "rows": rows,
        "more": len(found) > _SHOWN,
        "days": days,
        "cover": options.value(COVER_DAYS),
    }
    return render(request, "warehouse/low.html", context)


@web.role_needed(*work.ROLES)
@require_POST
def limit(request: HttpRequest) -> HttpResponse:
    """Set how few are too few; empty: as the option says."""
    house, sku = (typed.pieces(request.POST.get(name, ""), most=_LARGEST) or 0 for name in ("house", "sku"))
    said = request.POST.get("pieces", "").strip()
    pieces = typed.pieces(said) if said else None
    if said and pieces is None:
        messages.error(request, _("填一个整数，比如 12"))
    elif web.attempt(request, operations.set_low, house, sku_id=sku, pieces=pieces):
        messages.success(request, _("记下了"))
    return redirect(f"{BASE}?house={house}")
