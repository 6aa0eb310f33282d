"""The platform's offers and the member levels (D16.3)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.accounts import queries as accounts
from wangdan.desks import offer_desk, typed, web
from wangdan.desks.offer_desk import Desk
from wangdan.kernel.errors import NotSeen
from wangdan.kernel.operation import may
from wangdan.promotions import operations, queries

BASE = "/office/offers"
OFFICE = ("service", "supervisor", "admin")


def _desk() -> Desk:
    found = accounts.platform()
    if found is None:
        raise NotSeen
    return Desk(found, BASE)


@web.role_needed(*OFFICE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All offers of the platform, and the member levels."""
    levels = queries.levels()
    return offer_desk.index(request, _desk(), {"levels": levels, "may_level": may(web.actor(request), "promotions.set_level")})


@web.role_needed("supervisor", "admin")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new one."""
    return offer_desk.new(request, _desk())


@web.role_needed(*OFFICE)
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One of them."""
    return offer_desk.show(request, _desk(), number)


@web.role_needed(*OFFICE)
@require_POST
def move(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Pause, resume, end; give a coupon."""
    return offer_desk.move(request, _desk(), number, name)


@web.role_needed("admin")
@require_POST
def level(request: HttpRequest) -> HttpResponse:
    """Set a member level; the one of the same name is changed."""
    spent = typed.minor_units(request.POST.get("spent_from", "")) or 0
    off, points = typed.pieces(request.POST.get("percent_off", "")), typed.pieces(request.POST.get("points_percent", ""))
    wanted = {"name": request.POST.get("name", "")[:20], "spent_from": spent, "percent_off": -1 if off is None else off}
    if web.attempt(request, operations.set_level, points_percent=-1 if points is None else points, **wanted):
        messages.success(request, _("等级已保存，立刻生效"))
    return redirect(BASE)
