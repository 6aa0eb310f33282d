"""What a scan or a typed number means at this desk: a parcel by its number, its waybill, its order, or the goods in it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from wangdan.catalogue.models import Sku
from wangdan.fulfilment.models import Parcel, ParcelLine
from wangdan.fulfilment.rules import IN_HOUSE, fold
from wangdan.kernel.act import Actor
from wangdan.kernel.numbers import is_number, normalise

_MOST = 20


@dataclass(frozen=True)
class Read:
    """Goods that a code names, as the red screen shows them."""

    title: str
    label: str
    tail: str


def parcels(actor: Actor, said: str) -> list[Parcel]:
    """Parcels the actor works on that a text names: parcel number, waybill or order number; else those in the house with goods of that code."""
    text = "".join(said.replace("\x00", "").split())[:80]
    if not text:
        return []
    mine, number = Parcel.visible_to(actor), normalise(text)
    if is_number(number, "P"):
        return _shown(mine.filter(no=number))
    if is_number(number, "A"):
        return _shown(mine.filter(ref_of=f"orders:{number}").exclude(status="called_off"))
    by_waybill = _shown(mine.filter(waybill__in={text, text.upper()}).exclude(waybill=""))
    return by_waybill or _with_goods(mine, said)


def _with_goods(mine: QuerySet[Parcel], said: str) -> list[Parcel]:
    """Parcels in the house with goods of a code, the most urgent first."""
    text = said.replace("\x00", "").strip()[:40]
    holding = ParcelLine.objects.filter(parcel=OuterRef("pk"), sku__code__in={text, text.upper(), text.lower()})
    return _shown(mine.filter(Exists(holding), status__in=IN_HOUSE)) if text else []


def _shown(rows: QuerySet[Parcel]) -> list[Any]:
    return list(rows.select_related("warehouse", "carrier", "pickup_point").prefetch_related("lines").order_by("ship_by", "id")[:_MOST])


def goods(actor: Actor, said: str) -> Read | None:
    """The goods of a code, to say on the red screen what was scanned instead; only what the actor's own warehouses or the shop window show."""
    text = said.replace("\x00", "").strip()[:40]
    found = Sku.visible_to(actor).filter(code__in={text, text.upper(), text.lower()}).select_related("product").first() if text else None
    return Read(found.product.title, found.label, fold(found.code)[-4:].upper()) if found else None
