"""The order centre: search by anything, the list with views and filters, one order with its whole story (D08.4–6)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.accounts.models import Organisation
from wangdan.desks import order_filters, order_moves, order_page, order_rows, order_views, web
from wangdan.desks.order_page import MONEY
from wangdan.kernel import numbers
from wangdan.kernel.operation import may
from wangdan.payments.models import Refund
from wangdan.tasks.models import Task

OFFICE = ("service", "auditor", "finance", "supervisor", "admin")
BASE = "/office/orders"
_SIZE = 40


@web.role_needed(*OFFICE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every order, newest first, within views and conditions (D08.5)."""
    shops = list(Organisation.objects.filter(kind="shop").order_by("name").values_list("pk", "name")[:50])
    asked = order_filters.read(request.GET, shops=shops)
    saved = order_views.of(request, "office")
    context = order_rows.page(request, asked, _SIZE) | order_views.context(request, "office", saved)
    return render(
        request,
        "office/orders.html",
        context | {"tabs": order_rows.tabs(request, asked, saved=saved), "may_order": may(web.actor(request), "checkout.place_for")},
    )


@web.role_needed(*OFFICE)
@require_POST
def views(request: HttpRequest) -> HttpResponse:
    """Keep the conditions of the list as a view, rename or remove one; supervisors share theirs."""
    return order_views.change(request, "office", BASE)


@web.role_needed(*OFFICE)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """One order: state, why it waits and on whom, goods and warehouses, money, people masked, time line."""
    rows = order_page.visible(request)
    order = order_page.order_of(rows, no)
    context = order_page.context(request, order, rows, BASE)
    return render(request, "office/order.html", context)


@web.role_needed(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """Cancel or decline for the parties, with a reason (D08.6); or look whom to call."""
    if name == "look" and request.method == "POST":
        rows = order_page.visible(request)
        return order_page.looked(request, order_page.order_of(rows, no), rows, BASE, "office/order.html")
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
    return order_rows.found(request, BASE)
