"""The shop's own numbers (D07.3.5, D11.7)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wangdan.desks import numbers_page, web
from wangdan.desks.seller.pages.orders import SHOP


@web.role_needed(*SHOP)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Today, the trend, the funnel, the best goods, what is out of stock, of the shops one works for."""
    return render(request, "seller/statistics.html", numbers_page.context(request, web.actor(request).organisations))
