"""Pictures of a product: uploaded, put in order, taken away; which one shows a variant (D06.3, D07.3.1)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from wangdan.catalogue import operations, queries
from wangdan.desks import errors, typed, web
from wangdan.desks.seller.pages.goods import BASE
from wangdan.desks.seller.pages.orders import SHOP
from wangdan.files import operations as files
from wangdan.files import rules
from wangdan.kernel import options
from wangdan.kernel.act import Call
from wangdan.kernel.errors import NotSeen, Problem

_MOST_AT_ONCE = 9


@web.role_needed(*SHOP)
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add pictures at the end; one that cannot be read is named, the others are kept."""
    product = queries.product(web.actor(request), pk)
    sent = request.FILES.getlist("pictures")[:_MOST_AT_ONCE]
    largest = options.value(rules.LARGEST_MB)
    call, added = web.caller(request), 0
    for place, one in enumerate(sent):
        keyed = Call(call.actor, f"{call.key}:{place}" if call.key else None)
        try:
            data = one.read(largest * 1024 * 1024 + 1)
            picture = rules.prepare(data, largest_mb=largest)
            kept = files.upload(keyed, picture=picture, public=True, organisation_id=product.shop_id)
            operations.add_picture(keyed, pk, file_id=kept.pk)
            added += 1
        except NotSeen:
            raise
        except Problem as problem:
            messages.error(request, _("%(name)s：%(why)s") % {"name": (one.name or "")[:40], "why": errors.text(problem.code, problem.detail)})
    if added:
        messages.success(request, ngettext("加了 %(n)s 张图片", "加了 %(n)s 张图片", added) % {"n": added})
    elif not sent:
        messages.error(request, _("还没有选图片"))
    return redirect(f"{BASE}/{pk}#pictures")


@web.role_needed(*SHOP)
@require_POST
def change(request: HttpRequest, pk: int, picture: int) -> HttpResponse:
    """Move a picture to another place, or take it away."""
    queries.product(web.actor(request), pk)
    if request.POST.get("do") == "remove":
        web.attempt(request, operations.remove_picture, pk, picture_id=picture)
    else:
        place = typed.pieces(request.POST.get("place", ""), most=99) or 0
        web.attempt(request, operations.move_picture, pk, picture_id=picture, place=place)
    return redirect(f"{BASE}/{pk}#pictures")


@web.role_needed(*SHOP)
@require_POST
def variant(request: HttpRequest, pk: int, sku: int) -> HttpResponse:
    """Say which of the product's pictures shows a variant, or none."""
    queries.product(web.actor(request), pk)
    web.attempt(request, operations.show_variant, pk, sku_id=sku, picture_id=typed.pieces(request.POST.get("picture", ""), most=2**62) or None)
    return redirect(f"{BASE}/{pk}#variants")
