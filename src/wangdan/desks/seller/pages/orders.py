"""The shop's orders: the work queue by deadline, the list, one order, accept and decline (D10.2, D12.3)."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.catalogue import queries as goods
from wangdan.desks import numbers_page, order_filters, order_moves, order_page, order_rows, order_views, order_words, task_desk, web
from wangdan.inventory import queries as inventory
from wangdan.inventory.rules import LOW_PIECES
from wangdan.kernel import clock, options
from wangdan.orders import queries
from wangdan.orders.models import Order

SHOP = ("shop_owner", "shop_clerk")
BASE = "/shop/orders"
_SHOWN = 50
_SIZE = 40
_MANY, _FEW = 50, 5
"""Goods that run out: how many are looked for, how many the whole queue shows."""


def ours(request: HttpRequest) -> Any:
    """The orders of the shops the person works for."""
    actor = web.actor(request)
    return Order.visible_to(actor).filter(shop_id__in=actor.organisations)


@web.role_needed(*SHOP)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What needs the shop now: tasks, orders by deadline with the overdue ones on top, goods that run out; then its numbers (D07.2, D12.3)."""
    waiting = queries.waiting_for_shop(ours(request)).select_related("shop")
    kind = request.GET.get("tab", "")
    wanted = {"accept": ("awaiting_acceptance",), "ship": ("awaiting_shipment", "partly_shipped")}.get(kind)
    dues = list(waiting.values_list("status", "due"))
    orders_wanted = waiting.filter(status__in=wanted) if wanted else waiting
    shown = [] if kind in ("tasks", "stock") else list(orders_wanted.order_by("due", "id")[:_SHOWN])
    tasks, scarce = task_desk.of_shop(request), _scarce(request)
    now = clock.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    accept = sum(status == "awaiting_acceptance" for status, _due in dues)
    counts = {"accept": accept, "ship": len(dues) - accept, "tasks": len(tasks), "stock": len(scarce)}
    total = counts.get(kind, len(dues) + len(tasks))
    request.wd_queue_count = len(dues) + len(tasks)  # type: ignore[attr-defined]
    groups = [] if kind in ("accept", "ship", "stock") else _task_group(request, tasks)
    groups += _groups(shown, now, midnight)
    if kind in ("", "stock"):
        groups += _stock_group(scarce if kind else scarce[:_FEW])
    if groups:
        groups[0]["rows"][0]["first"] = True
    context = {
        "total": total,
        "every": len(dues) + len(tasks),
        "more": max(0, counts.get(kind, len(dues)) - len(shown)) if kind in ("", "accept", "ship") else 0,
        "strip": _strip(dues, now, midnight, accept),
        "tabs": _tabs(kind, len(dues) + len(tasks), counts),
        "groups": groups,
    }
    return render(request, "seller/queue.html", context | numbers_page.brief(request, web.actor(request).organisations))


def _strip(dues: list[tuple[str, Any]], now: Any, midnight: Any, accept: int) -> list[dict[str, Any]]:
    late, today = sum(due < now for _status, due in dues), sum(now <= due < midnight for _status, due in dues)
    return [
        {"path": f"{BASE}?flags=late", "value": late, "text": _("已超时"), "state": "wrong" if late else ""},
        {"path": "/shop", "value": today, "text": _("今天到期"), "state": ""},
        {"path": "/shop?tab=accept", "value": accept, "text": _("待接单"), "state": ""},
        {"path": "/shop?tab=ship", "value": len(dues) - accept, "text": _("待发货"), "state": ""},
    ]


def _tabs(kind: str, every: int, counts: dict[str, int]) -> list[dict[str, Any]]:
    words = {"accept": _("接单"), "ship": _("发货"), "tasks": _("任务"), "stock": _("库存")}
    made = [{"text": _("全部"), "count": str(every), "path": "/shop", "on": kind not in words}]
    for key, text in words.items():
        count = f"{_MANY - 1}+" if key == "stock" and counts[key] >= _MANY else str(counts[key])
        made.append({"text": text, "count": count, "path": f"/shop?tab={key}", "on": kind == key})
    return made


def _task_group(request: HttpRequest, tasks: list[Any]) -> list[dict[str, Any]]:
    """Tasks of the shop as the first heap of the queue."""
    me = web.actor(request).id
    rows = []
    for task in tasks:
        row = task_desk.row(task, me, "/shop")
        free = task.status == "open"
        rows.append(
            {
                "due": task.due_at,
                "since": task.opened_at,
                "amount": None,
                "verb": _("处理"),
                "what": row["title"],
                "kind": "tasks",
                "status": task.status,
                "why": row["ref_text"] + (_("　%(name)s 在办") % {"name": row["claimed_by_name"]} if row["claimed_by_name"] else ""),
                "path": row["path"],
                "do": _("我来办") if free else _("接着办") if row["mine"] else _("看看"),
                "do_path": f"{row['path']}/claim" if free else "",
            }
        )
    return [{"state": "waiting", "icon": "clipboard-list", "text": _("任务"), "rows": rows}] if rows else []


def _scarce(request: HttpRequest) -> list[Any]:
    """Goods on sale of which a variant has fewer free pieces than the option allows, the fewest first."""
    on_sale = goods.own(web.actor(request)).filter(status="on_sale")
    return list(inventory.with_lowest(on_sale).filter(lowest__lt=options.value(LOW_PIECES)).order_by("lowest", "pk")[:_MANY])


def _stock_group(scarce: list[Any]) -> list[dict[str, Any]]:
    """Goods that run out as the last heap of the queue."""
    rows = [
        {
            "due": None,
            "since": None,
            "amount": None,
            "verb": _("补库存"),
            "what": product.title,
            "kind": "stock",
            "status": "out" if product.lowest <= 0 else "low",
            "left": product.lowest,
            "why": _("最少的规格可售 %(n)s 件，已售 %(sold)s 件。") % {"n": product.lowest, "sold": product.sold},
            "path": f"/shop/products/{product.pk}/stock",
            "do": _("去补货"),
            "do_path": "",
        }
        for product in scarce
    ]
    return [{"state": "", "icon": "packages", "text": _("库存不足"), "rows": rows}] if rows else []


def _groups(shown: list[Any], now: Any, midnight: Any) -> list[dict[str, Any]]:
    """The queue in three heaps: overdue, due today, later."""
    told = order_rows.goods_of(shown)
    made = [_row(order, told.get(order.pk, "")) for order in shown]
    heaps = (
        ("wrong", "alert-triangle", _("已超时"), [row for row in made if row["due"] < now]),
        ("", "clock", _("今天到期"), [row for row in made if now <= row["due"] < midnight]),
        ("", "calendar", _("之后"), [row for row in made if row["due"] >= midnight]),
    )
    return [{"state": state, "icon": icon, "text": text, "rows": rows} for state, icon, text, rows in heaps if rows]


def _row(order: Any, told: str) -> dict[str, Any]:
    accept = order.status == "awaiting_acceptance"
    why = _("%(goods)s，送到%(place)s。") % {"goods": told, "place": order.destination.region}
    if accept:
        why += _("货到付款。") if order.payment_method == "cod" else _("已付款。")
    return {
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
    asked = order_filters.read(request.GET, seat="shop")
    saved = order_views.of(request, "shop")
    context = order_rows.page(request, asked, _SIZE) | order_views.context(request, "shop", saved)
    return render(request, "seller/orders.html", context | {"tabs": order_rows.tabs(request, asked, saved=saved)})


@web.role_needed(*SHOP)
@require_POST
def views(request: HttpRequest) -> HttpResponse:
    """Keep the conditions of the list as a view, rename or remove one."""
    return order_views.change(request, "shop", BASE)


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
    """Decline or cancel, with a reason, after reading what it does; or look whom to call."""
    if name == "look" and request.method == "POST":
        rows = ours(request)
        return order_page.looked(request, order_page.order_of(rows, no), rows, BASE, "seller/order.html")
    return order_moves.confirm(request, order_page.order_of(ours(request), no), name, BASE, "orders")


@web.role_needed(*SHOP)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Any number, phone, name or waybill among the shop's orders; one hit opens at once."""
    return order_rows.found(request, BASE, seat="shop")


@web.role_needed(*SHOP)
@require_safe
def task(request: HttpRequest, no: str) -> HttpResponse:
    """One task of the shop."""
    return task_desk.page(request, no, "/shop")


@web.role_needed(*SHOP)
@require_POST
def claim(request: HttpRequest, no: str) -> HttpResponse:
    """Take a task on oneself."""
    return task_desk.claim(request, no, "/shop")


@web.role_needed(*SHOP)
@require_POST
def hand_over(request: HttpRequest, no: str) -> HttpResponse:
    """Give a task to a colleague, or back into the queue."""
    return task_desk.hand_over(request, no, "/shop")


@web.role_needed(*SHOP)
@require_POST
def finish(request: HttpRequest, no: str) -> HttpResponse:
    """Call a task done, with a word on how it ended."""
    return task_desk.finish(request, no, "/shop")
