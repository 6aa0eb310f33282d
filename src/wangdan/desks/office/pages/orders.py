"""The order centre: search by anything, the list with views and filters, one order with its whole story (D08.4–6)."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from wangdan.accounts.models import Organisation
from wangdan.desks import keyset, order_moves, order_page, order_rows, web
from wangdan.kernel import clock, numbers
from wangdan.payments.models import Refund
from wangdan.tasks.models import Task

MONEY = frozenset({"finance", "supervisor", "admin"})
OFFICE = ("service", "auditor", "finance", "supervisor", "admin")
BASE = "/office/orders"
_SIZE = 40


@web.role_needed(*OFFICE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every order, newest first."""
    everything = order_page.visible(request)
    page = keyset.page(order_rows.filtered(request, everything).select_related("shop"), request.GET.get("cursor", ""), _SIZE)
    shops = list(Organisation.objects.filter(kind="shop").order_by("name").values_list("pk", "name")[:50])
    context = {
        "tabs": order_rows.tabs(request, everything),
        "rows": order_rows.rows(page.rows),
        "menus": order_rows.menus(request, shops),
        "chips": order_rows.chips(request, shops),
        "recent": everything.filter(placed_at__gte=clock.now() - timedelta(days=30)).count(),
        "next": page.next,
        "text": "",
    }
    return render(request, "office/orders.html", context)


@web.role_needed(*OFFICE)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """One order: state, why it waits and on whom, goods and warehouses, money, people masked, time line."""
    rows = order_page.visible(request)
    order = order_page.order_of(rows, no)
    context = order_page.context(request, order, rows, BASE)
    if web.actor(request).roles & MONEY:
        context["refunds"] = list(Refund.visible_to(web.actor(request)).filter(part__ref=order.ref).order_by("id"))
    return render(request, "office/order.html", context)


@web.role_needed(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """Cancel or decline for the parties, with a reason (D08.6)."""
    return order_moves.confirm(request, order_page.order_of(order_page.visible(request), no), name, BASE, "orders")


def _not_an_order(request: HttpRequest, number: str) -> str:
    """The page of a task, or for finance of a refund, when the number is one of those."""
    actor = web.actor(request)
    if numbers.is_number(number, "K") and Task.visible_to(actor).filter(no=number).exists():
        return f"/office/tasks/{number}"
    if numbers.is_number(number, "R") and actor.roles & MONEY and Refund.visible_to(actor).filter(no=number).exists():
        return f"/office/refunds/{number}"
    return ""


@web.role_needed(*OFFICE)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Any number, phone, name or waybill; one hit opens at once."""
    text = request.GET.get("q", "")[:80]
    elsewhere = _not_an_order(request, numbers.normalise(text))
    if elsewhere:
        return redirect(elsewhere)
    found = order_rows.find(text, order_page.visible(request))
    if len(found) == 1:
        return redirect(f"{BASE}/{found[0].no}")
    return render(request, "office/find.html", {"q": text, "rows": order_rows.rows(found), "base_path": BASE, "room": "orders"})
