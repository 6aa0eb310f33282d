"""The parts of an order's page that every desk shows: lines with pictures, parcels with their way, numbers, siblings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from wangdan.delivery import queries as delivery
from wangdan.desks import moments, order_money, order_words, sayings
from wangdan.fulfilment.models import Parcel, ParcelLine, Photo, Track
from wangdan.kernel.sayings import Saying
from wangdan.orders.models import Line, Order
from wangdan.payments.models import Part

_SMALL = 200


@dataclass(frozen=True)
class Action:
    """A button: what it says, where it leads, how it looks."""

    text: str
    path: str
    css: str = "btn-plain"
    post: bool = False
    icon: str = ""


@dataclass(frozen=True)
class LineView:
    """A line as it was sold; amounts in minor units. `where` names the warehouses."""

    product_id: int
    sku_id: int
    title: str
    specs: dict[str, str]
    picture_url: str
    price: int
    quantity: int
    amount: int
    discount: int
    freight_share: int
    steps: list[dict[str, Any]]
    where: str = ""

    @property
    def picture(self) -> str:
        """The same address, as cards call it."""
        return self.picture_url


@dataclass(frozen=True)
class Event:
    """One stop on a parcel's way; one of `ours` no carrier reported."""

    at: datetime
    text: str
    ours: bool


@dataclass
class ParcelView:
    """A parcel with its goods and its way, newest first."""

    no: str
    status: str
    carrier: str
    carrier_reason: str
    waybill: str
    eta: datetime | None
    summary: str
    picture: str
    track: list[Event] = field(default_factory=list)
    on: bool = False
    pickup_code: str = ""
    shown: str = ""
    keep_until: datetime | None = None
    photos: list[str] = field(default_factory=list)
    why: str = ""

    @property
    def earlier(self) -> int:
        """Stops that the page folds."""
        return max(0, len(self.track) - 4)


def line_view(line: Line, where: str = "") -> LineView:
    """The line with the address of its picture; `picture` must have been fetched along."""
    url = line.picture.url(_SMALL) if line.picture else ""
    shares = (line.amount, line.discount, line.freight_share, line.steps)
    return LineView(line.product_id, line.sku_id, line.title, line.specs, url, line.price, line.quantity, *shares, where)


def lines_of(order: Order) -> list[LineView]:
    """The lines of an order with the warehouses they leave from (one statement)."""
    where: dict[int, list[str]] = {}
    for share in order.allocation:
        told = _("%(warehouse)s %(n)s 件") % {"warehouse": share.get("warehouse_name", ""), "n": share.get("quantity", 0)}
        where.setdefault(int(share.get("sku", 0)), []).append(told)
    found = Line.objects.filter(order=order).select_related("picture").order_by("position")
    return [line_view(line, _("；").join(where.get(line.sku_id, []))) for line in found]


def allocation_of(order: Order) -> list[str]:
    """Which warehouse sends what and why, as stored at placing (D12.4)."""
    told: dict[str, Saying] = {}
    for share in order.allocation:
        told.setdefault(str(share["warehouse_name"]), share["reason"])
    return [_("%(warehouse)s：%(reason)s") % {"warehouse": name, "reason": sayings.text(reason)} for name, reason in told.items()]


def parcels_of(order: Order) -> list[ParcelView]:
    """The parcels of an order with goods, way and pictures of the inspection (four statements)."""
    found = list(Parcel.objects.filter(ref_of=order.ref).exclude(status="called_off").select_related("carrier", "warehouse").order_by("id"))
    ids = [parcel.pk for parcel in found]
    goods: dict[int, list[ParcelLine]] = {}
    stops: dict[int, list[Track]] = {}
    photos: dict[int, list[str]] = {}
    if ids:
        for line in ParcelLine.objects.filter(parcel__in=ids).select_related("picture"):
            goods.setdefault(line.parcel_id, []).append(line)
        for stop in Track.objects.filter(parcel__in=ids).select_related("carrier"):
            stops.setdefault(stop.parcel_id, []).append(stop)
        for photo in Photo.objects.filter(parcel__in=ids):
            photos.setdefault(photo.parcel_id, []).append(photo.url(_SMALL))
    made = [_parcel_view(parcel, goods.get(parcel.pk, []), stops.get(parcel.pk, [])) for parcel in found]
    for parcel, view in zip(found, made, strict=True):
        view.photos, view.why = photos.get(parcel.pk, []), sayings.joined(parcel.why)
    return made


def _event(stop: Track, parcel: Parcel) -> Event:
    return Event(stop.at, "　".join(part for part in (stop.place, sayings.stop(stop, parcel)) if part), ours=not stop.event_id)


def _parcel_view(parcel: Parcel, goods: Sequence[ParcelLine], track: Sequence[Track]) -> ParcelView:
    named = _("、").join(_("%(title)s × %(n)s") % {"title": line.title[:16], "n": line.quantity} for line in goods[:2])
    if len(goods) > 2:  # noqa: PLR2004 - two are named
        named += _(" 等 %(n)s 件") % {"n": sum(line.quantity for line in goods)}
    first = next((line.picture for line in goods if line.picture), None)
    return ParcelView(
        no=parcel.no,
        status=parcel.status,
        carrier=parcel.carrier.name if parcel.carrier else "",
        carrier_reason=sayings.joined(parcel.carrier_reason),
        waybill=parcel.waybill,
        eta=parcel.eta,
        summary=_("%(goods)s，从%(warehouse)s发出") % {"goods": named, "warehouse": parcel.warehouse.name},
        picture=first.url(_SMALL) if first else "",
        track=[_event(stop, parcel) for stop in track],
        shown=parcel.shown,
        pickup_code=parcel.pickup_code if parcel.shown == "at_point" else "",
        keep_until=parcel.keep_until if parcel.shown == "at_point" else None,
    )


def slot_text(ref: str) -> str:
    """The delivery hours that a ref holds, in words; empty for none (one statement)."""
    slot = delivery.slots_of([ref]).get(ref)
    return moments.hours(slot.starts_at, slot.ends_at) if slot else ""


def siblings_of(order: Order, visible: Any) -> list[Order]:
    """The other orders of the same purchase that the actor may see."""
    return list(visible.filter(purchase_id=order.purchase_id).exclude(pk=order.pk).select_related("shop").order_by("id"))


def part_of(order: Order) -> Part | None:
    """The order's part of the payment."""
    return Part.objects.filter(ref=order.ref).select_related("payment").first()


def facts(order: Order, visible: Any) -> dict[str, Any]:
    """The context that the order's page of every desk begins with."""
    lines, parcels, part = lines_of(order), parcels_of(order), part_of(order)
    paid = order.paid_at is not None
    return {
        "order": order,
        "lines": lines,
        "parcels": parcels,
        "steps": order_words.steps(order, parcels),
        "sum": order_money.of_order(order, lines, paid=paid),
        "address_text": order.destination.line if order.method == "courier" else "",
        "slot_text": slot_text(order.ref),
        "purchase_no": order.purchase.no,
        "payment_no": part.payment.no if part else "",
        "part_status": part.status if part else "",
        "part": part,
        "siblings": siblings_of(order, visible),
    }
