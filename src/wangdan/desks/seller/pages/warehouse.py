"""A shop that has nowhere to put its goods opens a warehouse of its own (D04.4, D07.3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wangdan.catalogue import queries
from wangdan.desks import errors, web
from wangdan.desks.seller.pages.goods import BASE
from wangdan.desks.store import regions
from wangdan.inventory import operations
from wangdan.kernel.errors import NotGranted, NotSeen, Problem

_LONGEST = 60


@web.role_needed("shop_owner")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, and back to the stock of the product one came from; what is wrong comes back with everything as typed."""
    product, refusal, status = queries.product(web.actor(request), pk), "", 200
    given = {name: request.POST.get(name, "").replace("\x00", "").strip()[:_LONGEST] for name in ("name", "detail", *regions.LEVELS)}
    if request.method == "POST" and not request.POST.get("pick"):
        where = {"province": given["province"], "city": given["city"], "address": f"{given['district']}{given['street']}{given['detail']}"}
        try:
            operations.open_warehouse(web.caller(request), organisation_id=product.shop_id, name=given["name"], **where)
        except (NotSeen, NotGranted):
            raise
        except Problem as problem:
            refusal, status = errors.text(problem.code, problem.detail), problem.status
        else:
            messages.success(request, _("仓库已开好，可以入库了"))
            return redirect(f"{BASE}/{pk}/stock")
    context: dict[str, Any] = {"product": product, "refusal": refusal, "pickers": regions.pickers(given), **given}
    return render(request, "seller/warehouse.html", context, status=status)
