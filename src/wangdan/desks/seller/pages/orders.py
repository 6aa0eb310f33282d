"""The shop's orders: the work queue by deadline, the list, one order, accept and decline (D10.2, D12.3)."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.desks import keyset, order_moves, order_page, order_rows, order_words, web
from wangdan.kernel import clock
from wangdan.orders.models import Order

SHOP = ("shop_owner", "shop_clerk")
BASE = "/shop/orders"
_SHOWN = 50
_SIZE = 40


def ours(request: HttpRequest) -> Any:
    """The orders of the shops the person works for."""
    actor = web.actor(request)
    return Order.visible_to(actor).filter(shop_id__in=actor.organisations)


@web.role_needed(*SHOP)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What needs the shop now, sorted by deadline, overdue on top (D12.3)."""
    waiting = order_rows.with_due(ours(request)).select_related("shop")
    kind = request.GET.get("tab", "")
    wanted = {"accept": ("awaiting_acceptance",), "ship": ("awaiting_shipment", "partly_shipped")}.get(kind)
    dues = list(waiting.values_list("status", "due"))
    shown = list((waiting.filter(status__in=wanted) if wanted else waiting).order_by("due", "id")[:_SHOWN])
    request.wd_queue_count = len(dues)  # type: ignore[attr-defined]
    now = clock.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    late, today = sum(due < now for _status, due in dues), sum(now <= due < midnight for _status, due in dues)
    accept = sum(status == "awaiting_acceptance" for status, _due in dues)
    ship = len(dues) - accept
    total = {"accept": accept, "ship": ship}.get(kind, len(dues))
    context = {
        "total": total,
        "more": max(0, total - len(shown)),
        "strip": [
            {"path": f"{BASE}?late=1", "value": late, "text": _("已超时"), "state": "wrong" if late else ""},
            {"path": "/shop", "value": today, "text": _("今天到期"), "state": ""},
            {"path": "/shop?tab=accept", "value": accept, "text": _("待接单"), "state": ""},
            {"path": "/shop?tab=ship", "value": ship, "text": _("待发货"), "state": ""},
        ],
        "tabs": [
            {"text": _("全部"), "count": len(dues), "path": "/shop", "on": kind not in ("accept", "ship")},
            {"text": _("接单"), "count": accept, "path": "/shop?tab=accept", "on": kind == "accept"},
            {"text": _("发货"), "count": ship, "path": "/shop?tab=ship", "on": kind == "ship"},
        ],
        "groups": _groups(shown, now, midnight),
    }
    return render(request, "seller/queue.html", context)


def _groups(shown: list[Any], now: Any, midnight: Any) -> list[dict[str, Any]]:
    """The queue in three heaps: overdue, due today, later."""
    goods = order_rows.goods_of(shown)
    made = [_row(order, goods.get(order.pk, ""), first=place == 0) for place, order in enumerate(shown)]
    heaps = (
        ("wrong", "alert-triangle", _("已超时"), [row for row in made if row["due"] < now]),
        ("", "clock", _("今天到期"), [row for row in made if now <= row["due"] < midnight]),
        ("", "calendar", _("之后"), [row for row in made if row["due"] >= midnight]),
    )
    return [{"state": state, "icon": icon, "text": text, "rows": rows} for state, icon, text, rows in heaps if rows]


def _row(order: Any, goods: str, *, first: bool) -> dict[str, Any]:
    accept = order.status == "awaiting_acceptance"
    why = _("%(goods)s，送到%(place)s。") % {"goods": goods, "place": order.destination.region}
    if accept:
        why += _("货到付款。") if order.payment_method == "cod" else _("已付款。")
    return {
        "first": first,
        "due": order.due,
        "since": order_words.due_of(order)[1],
        "amount": order.total,
        "verb": _("接单") if accept else _("发货"),
        "no": order.no,
        "kind": "orders",
        "status": order.status,
        "why": why + (_("买家留言：%(note)s") % {"note": order.note} if order.note else ""),
        "path": f"{BASE}/{order.no}",
        "do": _("接单") if accept else _("看备货"),
        "do_path": f"{BASE}/{order.no}/accept" if accept else "",
    }


@web.role_needed(*SHOP)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The shop's orders with views and filters, newest first."""
    everything = ours(request)
    page = keyset.page(order_rows.filtered(request, everything).select_related("shop"), request.GET.get("cursor", ""), _SIZE)
    context = {
        "tabs": order_rows.tabs(request, everything),
        "rows": order_rows.rows(page.rows),
        "menus": order_rows.menus(request),
        "chips": order_rows.chips(request),
        "next": page.next,
        "text": "",
    }
    return render(request, "seller/orders.html", context)


@web.role_needed(*SHOP)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """One order of the shop."""
    rows = ours(request)
    order = order_page.order_of(rows, no)
    return render(request, "seller/order.html", order_page.context(request, order, rows, BASE))


@web.role_needed(*SHOP)
@require_POST
def accept(request: HttpRequest, no: str) -> HttpResponse:
    """Take an order after the stock check."""
    return order_moves.accept(request, order_page.order_of(ours(request), no), f"{BASE}/{no}")


@web.role_needed(*SHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """Decline or cancel, with a reason, after reading what it does."""
    return order_moves.confirm(request, order_page.order_of(ours(request), no), name, BASE, "orders")


@web.role_needed(*SHOP)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Any number, phone, name or waybill among the shop's orders; one hit opens at once."""
    text = request.GET.get("q", "")[:80]
    found = order_rows.find(text, ours(request))
    if len(found) == 1:
        return redirect(f"{BASE}/{found[0].no}")
    return render(request, "office/find.html", {"q": text, "rows": order_rows.rows(found), "base_path": BASE, "room": "orders"})
