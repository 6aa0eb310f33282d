"""A parcel's story: where it stands, what is in it, the buyer's note, the masked receiver, and who did what when (D04.5, D12.6)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangdan.desks import journal_words, sayings, web
from wangdan.desks.journal_words import Entry
from wangdan.desks.warehouse import work
from wangdan.fulfilment import queries
from wangdan.fulfilment.models import Parcel
from wangdan.kernel.models import Journal
from wangdan.kernel.numbers import normalise
from wangdan.orders.models import Order

_STATES = {"delivered": "done", "refused": "wrong", "lost": "wrong", "returned": "stopped"}
_SAID_BY_CARRIER = ("fulfilment.track", "fulfilment.deliver", "fulfilment.refuse", "fulfilment.lose", "fulfilment.ask")
"""What the track tells better than the journal."""
_SHOWN = 200
_PHOTO = 200


@web.role_needed(*work.ROLES)
@require_safe
def story(request: HttpRequest, no: str) -> HttpResponse:
    """Everything about one parcel; 404 for one of another warehouse."""
    actor = web.actor(request)
    parcel = queries.one(actor, normalise(no))
    order = Order.objects.filter(no=parcel.ref_of.partition(":")[2]).first() if parcel.ref_of.startswith("orders:") else None
    stage = work.stage_of(parcel)
    context: dict[str, Any] = {
        "parcel": parcel,
        "order": order,
        "carrier_reason": sayings.joined(parcel.carrier_reason),
        "lines": work.on_route(parcel),
        "entries": entries(parcel, order),
        "stage": stage,
        "verb": work.VERBS.get(stage, ""),
        "printable": parcel.status in ("packed", "handed_over") and (parcel.method == "pickup" or parcel.waybill != ""),
        "why": sayings.joined(parcel.why),
        "photos": [{"url": photo.url(_PHOTO), "at": photo.at} for photo in parcel.photos.all()],
        "wrapping": work.wrapping_text(parcel),
        "kilograms": f"{(parcel.scale_grams or 0) / 1000:g}",
        "siblings": [each for each in queries.parcels_of(parcel.ref_of) if each.pk != parcel.pk],
    }
    return render(request, "warehouse/parcel.html", context)


def entries(parcel: Parcel, order: Order | None) -> list[Entry]:
    """Who did what when, and what the carrier said, newest first; single scans are not told."""
    counts = journal_words.COUNTS
    rows = list(Journal.objects.filter(ref=parcel.ref).exclude(operation__in=[*counts, *_SAID_BY_CARRIER]).order_by("-id")[:_SHOWN])
    names = journal_words.names_of(rows)
    buyer = order.buyer_id if order else None
    told = []
    for row in rows:
        text, state = journal_words.WORDS.get(row.operation, (row.operation, ""))
        text = journal_words.WORDS["fulfilment.plan"][0] if "no" in row.changes else text
        told.append(Entry(str(text), row.at, journal_words.who(row, names, buyer_id=buyer), state, journal_words.changes_of(row)))
    for step in parcel.track.all():
        if step.event_id:
            where = "　".join(part for part in (step.place, sayings.stop(step, parcel)) if part)
            told.append(Entry(where, step.at, parcel.carrier.name if parcel.carrier else _("快递"), _STATES.get(step.status, "moving")))
    return sorted(told, key=lambda entry: entry.at, reverse=True)
