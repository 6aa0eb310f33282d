"""The shop's goods: by state, by words, what runs out first; stock per variant in every row (D07.3)."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangdan.catalogue import queries
from wangdan.catalogue.models import Product, Sku
from wangdan.desks import states, web
from wangdan.desks.keyset import Page, page
from wangdan.desks.seller.pages.orders import SHOP
from wangdan.inventory import queries as inventory
from wangdan.inventory.rules import LOW_PIECES
from wangdan.kernel import options

BASE = "/shop/products"
_SIZE, _MOST, _SHOWN_SKUS = 40, 999, 6
TABS: tuple[tuple[str, Any], ...] = (
    ("", gettext_lazy("全部")),
    ("on_sale", gettext_lazy("在售")),
    ("draft", gettext_lazy("草稿")),
    ("off_sale", gettext_lazy("已下架")),
    ("archived", gettext_lazy("已归档")),
)


@web.role_needed(*SHOP)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The goods of the person's shops; archived ones only in their own view."""
    actor, text = web.actor(request), request.GET.get("q", "")[:80]
    tab, low = request.GET.get("tab", ""), request.GET.get("low") == "1"
    found = queries.called(_of_state(queries.own(actor), tab), text)
    shown = _scarce(found, request.GET.get("cursor", "")) if low else page(found, request.GET.get("cursor", ""), _SIZE)
    counted = queries.counts(actor, most=_MOST)
    context = {
        "q_goods": text,
        "low": low,
        "low_below": options.value(LOW_PIECES),
        "tab": tab,
        "tabs": [_tab(key, word, counted, tab) for key, word in TABS],
        "rows": _rows(shown.rows),
        "next": shown.next,
        "any": any(counted.values()),
        "low_path": _path(tab=tab, q=text, low="" if low else "1"),
    }
    return render(request, "seller/products.html", context)


def _of_state(rows: QuerySet[Product], tab: str) -> QuerySet[Product]:
    known = states.STATES["products"]
    return rows.filter(status=tab) if tab in known else rows.exclude(status="archived")


def _path(**wanted: str) -> str:
    kept = {name: value for name, value in wanted.items() if value}
    return f"{BASE}?{urlencode(kept)}" if kept else BASE


def _tab(key: str, word: Any, counted: dict[str, int], present: str) -> dict[str, Any]:
    count = counted.get(key, 0) if key else sum(counted.values()) - counted.get("archived", 0)
    shown = f"{_MOST}+" if max(counted.values(), default=0) > _MOST and (not key or count > _MOST) else str(count)
    return {"text": word, "count": shown, "on": key == present, "path": _path(tab=key)}


def _scarce(rows: QuerySet[Product], cursor: str) -> Page:
    """A page of what has fewest free pieces first; the cursor holds the last row's count and id."""
    rows = inventory.with_lowest(rows)
    free, _sign, pk = cursor.partition("-")
    if free.isascii() and free.isdigit() and pk.isascii() and pk.isdigit() and len(free) < 10 and len(pk) < 19:  # noqa: PLR2004 - int and bigint
        rows = rows.filter(Q(lowest__gt=int(free)) | Q(lowest=int(free), pk__gt=int(pk)))
    found = list(rows.order_by("lowest", "pk")[: _SIZE + 1])
    last = found[_SIZE - 1] if len(found) > _SIZE else None
    return Page(found[:_SIZE], f"{last.lowest}-{last.pk}" if last else "")


def _rows(products: list[Product]) -> list[dict[str, Any]]:
    """The rows of a page: picture, price, stock per variant (three statements)."""
    ids = [each.pk for each in products]
    skus: dict[int, list[Sku]] = {}
    for sku in queries.skus(ids):
        if sku.active:
            skus.setdefault(sku.product_id, []).append(sku)
    free = inventory.available([sku.pk for found in skus.values() for sku in found])
    pictures = queries.first_pictures(ids, 200)
    return [_row(each, skus.get(each.pk, []), free, pictures.get(each.pk, "")) for each in products]


def _row(product: Product, skus: list[Sku], free: dict[int, int], picture: str) -> dict[str, Any]:
    below = options.value(LOW_PIECES)
    told = sorted(
        ({"label": sku.label or _("单一规格"), "free": free[sku.pk], "low": free[sku.pk] < below} for sku in skus), key=lambda each: each["free"]
    )
    return {
        "pk": product.pk,
        "title": product.title,
        "status": product.status,
        "picture": picture,
        "low": product.price_min,
        "high": product.price_max,
        "sold": product.sold,
        "changed_at": product.changed_at,
        "free": sum(each["free"] for each in told),
        "short": sum(each["free"] for each in told) < below,
        "skus": told[:_SHOWN_SKUS] if len(told) > 1 else [],
        "more": max(0, len(told) - _SHOWN_SKUS),
    }
