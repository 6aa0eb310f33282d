"""A shop's offers: reductions and coupons from its own pocket (D16.3)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.accounts import queries as accounts
from wangdan.desks import offer_desk, web
from wangdan.desks.offer_desk import Desk
from wangdan.desks.seller.pages.orders import SHOP
from wangdan.kernel.errors import NotSeen

BASE = "/shop/offers"


def _desk(request: HttpRequest) -> Desk:
    """The first shop the person works for; 404 for whoever works for none."""
    found = next((held.organisation for held in accounts.memberships(web.actor(request)) if held.organisation.kind == "shop"), None)
    if found is None:
        raise NotSeen
    return Desk(found, BASE)


@web.role_needed(*SHOP)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All offers of the shop."""
    return offer_desk.index(request, _desk(request))


@web.role_needed("shop_owner")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new one."""
    return offer_desk.new(request, _desk(request))


@web.role_needed(*SHOP)
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One of them."""
    return offer_desk.show(request, _desk(request), number)


@web.role_needed("shop_owner")
@require_POST
def move(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Pause, resume, end; give a coupon."""
    return offer_desk.move(request, _desk(request), number, name)
