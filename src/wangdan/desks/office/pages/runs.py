"""Long work of the office on orders: one move on many, exports, how far they are (D08.5–6)."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.desks import order_bulk, order_runs, web
from wangdan.desks.office.pages.orders import BASE, OFFICE


@web.role_needed(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """What one move would do to the chosen orders; then do it behind."""
    return order_bulk.page(request, BASE, "")


@web.role_needed(*OFFICE)
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a file."""
    return order_runs.export(request, BASE, "")


@web.role_needed(*OFFICE)
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """What goes on behind, and what is done."""
    return order_runs.index(request, "/office")


@web.role_needed(*OFFICE)
@require_safe
def run(request: HttpRequest, no: str) -> HttpResponse:
    """One of them."""
    return order_runs.show(request, no, "/office")


@web.role_needed(*OFFICE)
@require_safe
def run_file(request: HttpRequest, no: str) -> HttpResponseBase:
    """Its file."""
    return order_runs.fetch(request, no)
