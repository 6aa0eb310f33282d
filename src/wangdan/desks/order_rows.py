"""Orders as rows of a desk's list: what each waits for and until when; tabs, saved views and the page around them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from wangdan.accounts.models import View
from wangdan.desks import keyset, moments, order_bulk, order_filters, order_words, web
from wangdan.desks.order_filters import Asked
from wangdan.kernel.operation import may
from wangdan.orders import queries
from wangdan.orders.models import Line, Order
from wangdan.orders.queries import Filters, conditions

_MOST = 999
"""Tabs count no further."""
LISTED = Order.objects.select_related("shop").defer("allocation", "freight_reason")
"""What a row of a list is made of."""
_SHOWN = 20
"""Hits of the search; the list shows them all."""


@dataclass(frozen=True)
class Row:
    """One order as a row."""

    no: str
    status: str
    waits: str
    due: datetime | None
    clock: moments.Deadline | None
    name: str
    phone: str
    shop: str
    goods: str
    total: int
    placed_at: datetime
    mark: str = ""
    remark: str = ""


def goods_of(orders: Iterable[Order]) -> dict[int, str]:
    """What each order is about in a few words, in one statement."""
    lines: dict[int, list[Line]] = {}
    for line in Line.objects.filter(order__in=[order.pk for order in orders]).only("order", "title", "quantity").order_by("order_id", "position"):
        lines.setdefault(line.order_id, []).append(line)
    return {pk: _goods(found) for pk, found in lines.items()}


def _called(title: str) -> str:
    """The first words of a title that say what it is: `75% 机械键盘`, not `75%`."""
    told = ""
    for word in title.split(" "):
        told = f"{told} {word}".strip()
        if sum("\u4e00" <= sign <= "\u9fff" for sign in told) > 1:
            break
    return told[:14]


def _goods(lines: list[Line]) -> str:
    pieces = sum(line.quantity for line in lines)
    title = _called(lines[0].title)
    if len(lines) > 1:
        return _("%(title)s 等 %(n)s 件") % {"title": title, "n": pieces}
    return _("%(title)s × %(n)s") % {"title": title, "n": pieces} if pieces > 1 else title


def rows(orders: list[Order]) -> list[Row]:
    """The rows of a page; `shop` must have been fetched along."""
    goods = goods_of(orders)
    return [_row(order, goods.get(order.pk, "")) for order in orders]


def _row(order: Order, goods: str) -> Row:
    due, _since = order_words.due_of(order)
    return Row(
        no=order.no,
        status=order.status,
        waits=order_words.waits_short(order),
        due=due,
        clock=moments.deadline(due) if due else None,
        name=order.to_name,
        phone=order.to_phone,
        shop=order.shop.name,
        goods=goods,
        total=order.total,
        placed_at=order.placed_at,
        mark=order.mark,
        remark=order.remark,
    )


def tabs(request: HttpRequest, asked: Asked, *, saved: Iterable[View] = ()) -> list[dict[str, Any]]:
    """The views with their counts up to 999 (one statement), then those that people saved."""
    wanted = {key: Filters(seat=asked.filters.seat, status=states) for key, _text, states, state in order_filters.TABS if state}
    counted = queries.counts(web.actor(request), wanted, most=_MOST)
    present, view = request.GET.get("tab", ""), request.GET.get("view", "")
    made = []
    for key, text, _states, state in order_filters.TABS:
        count = counted.get(key)
        path = f"{request.path}?tab={key}" if key else request.path
        told = None if count is None else f"{_MOST}+" if count > _MOST else str(count)
        made.append({"text": text, "count": told, "state": state if count else "", "on": not view and key == present, "path": path})
    for each in saved:
        path = f"{request.path}?{urlencode({'view': each.pk} | each.conditions)}"
        made.append({"text": each.name, "count": None, "state": "", "on": view == str(each.pk), "path": path, "shared": each.shared})
    return made


def filtered(request: HttpRequest, asked: Asked) -> QuerySet[Order]:
    """The orders of the present view and conditions."""
    return order_filters.within_tab(queries.find(web.actor(request), asked.filters), request.GET.get("tab", ""))


def page(request: HttpRequest, asked: Asked, size: int) -> dict[str, Any]:
    """A page of the list with all that stands around it."""
    shown = keyset.page(filtered(request, asked), request.GET.get("cursor", ""), size, by="placed_at", whole=LISTED)
    return {
        "rows": rows(shown.rows),
        "menus": order_filters.menus(request, asked),
        "chips": order_filters.chips(request, asked),
        "more": order_filters.form(request, asked),
        "next": shown.next,
        "text": "",
        "moves": order_bulk.offered(request, asked.filters.seat),
        "asked": order_filters.conditions(request),
        "may_full": may(web.actor(request), "orders.export_full"),
    }


def found(request: HttpRequest, base: str, *, seat: str = "") -> HttpResponse:
    """The answer to the search by any number, phone, name or waybill: one hit opens at once, several are listed."""
    text = conditions.cleaned(request.GET.get("q", ""))
    shown = list(queries.find(web.actor(request), Filters(seat=seat, q=text))[:_SHOWN]) if text else []
    if len(shown) == 1:
        return redirect(f"{base}/{shown[0].no}")
    return render(request, "office/find.html", {"q": text, "rows": rows(shown), "base_path": base, "room": "orders", "full": len(shown) == _SHOWN})
