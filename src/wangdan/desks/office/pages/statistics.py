"""The office's numbers: all shops together or one of them, with the shops that let orders wait (D11.7)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wangdan.desks import numbers_page, web
from wangdan.desks.office.pages.orders import OFFICE
from wangdan.statistics import queries

_SHOPS = 50


@web.role_needed(*OFFICE)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Today, the trend, the funnel, the best goods, late shops, what is out of stock; `?shop=` narrows it."""
    actor = web.actor(request)
    shops = list(queries.shops_of(actor)[:_SHOPS])
    wanted = [shop.pk for shop in shops if str(shop.pk) == request.GET.get("shop")]
    context = numbers_page.context(request, wanted or None)
    context |= {"shops": shops, "shop": wanted[0] if wanted else None, "late": queries.late(actor), "base": "/office"}
    return render(request, "office/statistics.html", context)
