"""Long work of a shop on its orders: one move on many, exports, how far they are (D08.5–6)."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.desks import order_bulk, order_runs, web
from wangdan.desks.seller.pages.orders import BASE, SHOP


@web.role_needed(*SHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """What one move would do to the chosen orders; then do it behind."""
    return order_bulk.page(request, BASE, "shop")


@web.role_needed(*SHOP)
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a file."""
    return order_runs.export(request, BASE, "shop")


@web.role_needed(*SHOP)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """What goes on behind, and what is done."""
    return order_runs.index(request, "/shop")


@web.role_needed(*SHOP)
@require_safe
def run(request: HttpRequest, no: str) -> HttpResponse:
    """One of them."""
    return order_runs.show(request, no, "/shop")


@web.role_needed(*SHOP)
@require_safe
def run_file(request: HttpRequest, no: str) -> HttpResponseBase:
    """Its file."""
    return order_runs.fetch(request, no)
