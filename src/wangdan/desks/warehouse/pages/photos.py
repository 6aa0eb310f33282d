"""Pictures of goods on the inspection table: taken here, kept privately, shown to whoever may see the parcel or its order (D10.2, D10.5)."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import errors, web
from wangdan.desks.warehouse import work
from wangdan.files import operations as files
from wangdan.files import queries as kept
from wangdan.files import rules
from wangdan.fulfilment import operations, queries
from wangdan.fulfilment.models import Parcel, Photo
from wangdan.kernel import options
from wangdan.kernel.act import Call
from wangdan.kernel.errors import NotGranted, NotSeen, Problem, Unauthenticated
from wangdan.kernel.numbers import normalise
from wangdan.orders.models import Order

_AT_ONCE = 6


@web.role_needed(*work.ROLES)
@require_POST
def add(request: HttpRequest, no: str) -> HttpResponse:
    """Keep what the camera took; several at once."""
    parcel = queries.one(web.actor(request), normalise(no))
    sent = [each for each in request.FILES.getlist("picture")[:_AT_ONCE] if isinstance(each, UploadedFile)]
    taken = sum(_keep(request, parcel, each) for each in sent)
    if taken:
        messages.success(request, _("照片存好了，买家在订单里看得到"))
    elif not sent:
        messages.error(request, _("请先选照片"))
    return redirect(web.back(request, f"{work.BASE}/parcels/{parcel.no}"))


def _keep(request: HttpRequest, parcel: Parcel, sent: UploadedFile) -> bool:
    actor = web.actor(request)
    owner = parcel.warehouse.organisation_id
    try:
        picture = rules.prepare(sent.read(), largest_mb=options.value(rules.LARGEST_MB))
        file = files.upload(Call(actor), picture=picture, organisation_id=owner if owner in actor.organisations else None)
        operations.add_photo(Call(actor), parcel.no, file=file.pk)
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        messages.error(request, errors.text(problem.code, problem.detail))
        return False
    return True


@web.person_needed
@require_safe
def show(request: HttpRequest, number: str, width: str) -> FileResponse:
    """A picture for the buyer of the order, its shop, the warehouse and the office; anybody else reads 404."""
    actor = web.actor(request)
    try:
        photo = queries.photo(actor, int(number))
    except NotSeen:
        found = Photo.objects.filter(pk=int(number)).select_related("file", "parcel").first()
        order = found.parcel.ref_of.partition(":")[2] if found and found.parcel.ref_of.startswith("orders:") else ""
        if found is None or not order or not Order.visible_to(actor).filter(no=order).exists():
            raise
        photo = found
    path = kept.place(photo.file, int(width))
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/webp", headers={"Cache-Control": "private, no-cache"})
