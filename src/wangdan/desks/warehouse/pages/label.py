"""The label of a parcel, 100 × 150 mm, black and white: the one place where the receiver stands in full; every print is in the journal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from wangdan.desks import codes, order_parts, web
from wangdan.desks.warehouse import work
from wangdan.fulfilment import operations, queries
from wangdan.kernel.numbers import normalise


@web.role_needed(*work.ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def label(request: HttpRequest, no: str) -> HttpResponse:
    """Print (POST): the receiver in full, the waybill as bars, the parcel as a square. Opened otherwise it leads back to the parcel."""
    number = normalise(no)
    parcel = queries.one(web.actor(request), number)
    if request.method != "POST":
        return redirect(f"{work.BASE}/parcels/{parcel.no}")
    operations.print_label(web.caller(request), parcel.no)
    context = {
        "parcel": parcel,
        "bars": codes.bars(parcel.waybill or parcel.no),
        "square": codes.square(parcel.no),
        "goods": work.goods_text(parcel),
        "slot_text": order_parts.slot_text(parcel.ref_of),
        "order_no": parcel.ref_of.partition(":")[2],
    }
    return render(request, "warehouse/label.html", context)


@web.role_needed(*work.ROLES)
@require_safe
def slip(request: HttpRequest, no: str) -> HttpResponse:
    """The slip that lies in the parcel: what it holds, for whom in short, no prices, for it may be a present (D10.3)."""
    parcel = queries.one(web.actor(request), normalise(no))
    order_no = parcel.ref_of.partition(":")[2]
    others = [each for each in queries.parcels_of(parcel.ref_of) if each.pk != parcel.pk and each.status != "called_off"]
    context = {
        "parcel": parcel,
        "lines": work.on_route(parcel),
        "order_no": order_no,
        "square": codes.square(order_no or parcel.no),
        "bars": codes.bars(parcel.no),
        "wrapping": work.wrapping_text(parcel),
        "others": len(others),
    }
    return render(request, "warehouse/slip.html", context)
