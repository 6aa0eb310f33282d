"""On the way: what the carrier says, signed for, refused, lost, fetched, taken back. A carrier is never told no."""

import hmac
from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime

from wangdan.fulfilment.facts import CashReported, ParcelDelivered, ParcelLost, ParcelOutForDelivery, ParcelRefused
from wangdan.fulfilment.models import Parcel, ParcelLine, Track
from wangdan.fulfilment.rules import IN_HOUSE, LIFE, Event
from wangdan.inventory import operations as inventory
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Refused
from wangdan.kernel.operation import operation
from wangdan.tasks import operations as tasks

_FUTURE = timedelta(minutes=10)


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def _heard(act: Act, parcel: Parcel, said: Event) -> bool:
    """Keep an event once; False when it was known."""
    if Track.objects.filter(parcel=parcel, event_id=said.event_id).exists():
        return False
    at = _moment(said.at) or act.now
    at = min(at, act.now + _FUTURE)
    place, text = said.place[:80], said.text[:200]
    Track.objects.create(parcel=parcel, at=at, heard_at=act.now, status=said.event[:20], text=text, place=place, event_id=said.event_id[:80])
    eta = _moment(said.eta)
    if eta and parcel.status == "handed_over":
        parcel.eta = eta
        parcel.save(update_fields=["eta"])
    return True


def _pending(parcel: Parcel) -> bool:
    others = Parcel.objects.filter(ref_of=parcel.ref_of).exclude(pk=parcel.pk)
    return others.filter(status__in=(*IN_HOUSE, "handed_over")).exists()


def _move(act: Act, parcel: Parcel, move: str) -> bool:
    """Take the move if the life has it; else somebody looks at it."""
    if move not in LIFE.open_moves(parcel.status):
        title = f"包裹 {parcel.no} 的物流消息与状态不符"
        tasks.open(act, kind="fulfilment.out_of_turn", ref=parcel.ref, title=title, role="service")
        return False
    parcel.status, parcel.closed_at = LIFE.take(move, parcel.status), act.now
    parcel.save(update_fields=["status", "closed_at"])
    return True


@operation("fulfilment.track", on=Parcel)
def track(act: Act, parcel: Parcel, *, said: Event) -> Parcel:
    """The carrier tells where the parcel is (D12.6, D13.7); the same event again does nothing."""
    if _heard(act, parcel, said) and said.event == "out_for_delivery" and parcel.status == "handed_over":
        act.tell(ParcelOutForDelivery(parcel.ref_of, parcel=parcel.no))
    return parcel


@operation("fulfilment.deliver", on=Parcel)
def deliver(act: Act, parcel: Parcel, *, said: Event) -> Parcel:
    """The carrier's sign-off (D04.6, D13.8); cash it took is told first, and only what the parcel was to bring."""
    if not _heard(act, parcel, said) or not _move(act, parcel, "deliver"):
        return parcel
    if parcel.cod_amount or said.cash:
        parcel.cash_reported = said.cash
        parcel.save(update_fields=["cash_reported"])
        act.tell(CashReported(parcel.ref_of, parcel=parcel.no, amount=said.cash))
    act.tell(ParcelDelivered(parcel.ref_of, parcel=parcel.no, last=not _pending(parcel)))
    return parcel


@operation("fulfilment.refuse", on=Parcel)
def refuse(act: Act, parcel: Parcel, *, said: Event) -> Parcel:
    """Nobody took it at the door; the goods are on their way back."""
    if _heard(act, parcel, said) and _move(act, parcel, "refuse"):
        act.tell(ParcelRefused(parcel.ref_of, parcel=parcel.no, last=not _pending(parcel)))
    return parcel


@operation("fulfilment.lose", on=Parcel)
def lose(act: Act, parcel: Parcel, *, said: Event) -> Parcel:
    """The carrier cannot find it: customer service has a task."""
    if _heard(act, parcel, said) and _move(act, parcel, "lose"):
        title = f"包裹 {parcel.no} 丢失，联系快递和买家"
        tasks.open(act, kind="fulfilment.lost", ref=parcel.ref, title=title, role="service")
        act.tell(ParcelLost(parcel.ref_of, parcel=parcel.no))
    return parcel


@operation("fulfilment.take_back", on=Parcel)
def take_back(act: Act, parcel: Parcel) -> Parcel:
    """A refused or lost parcel came back in good order: its goods lie in the warehouse again. Refuses with `fulfilment.cannot_take_back`."""
    parcel.status = LIFE.take("take_back", parcel.status)
    parcel.save(update_fields=["status"])
    quantities: dict[int, int] = {}
    for line in ParcelLine.objects.filter(parcel=parcel):
        quantities[line.sku_id] = quantities.get(line.sku_id, 0) + line.quantity
    inventory.restock(act, warehouse_id=parcel.warehouse_id, quantities=quantities, ref=parcel.ref_of, note=parcel.no)
    return parcel


@operation("fulfilment.collect", on=Parcel)
def collect(act: Act, parcel: Parcel, *, code: str) -> Parcel:
    """The buyer fetches it with his six digits (D03.7). Refuses with `fulfilment.cannot_collect`, `fulfilment.code_wrong`."""
    if parcel.method != "pickup" or "collect" not in LIFE.open_moves(parcel.status):
        raise Refused("fulfilment.cannot_collect", status=parcel.status)
    if not hmac.compare_digest(code.encode(), parcel.pickup_code.encode()):
        raise Refused("fulfilment.code_wrong")
    parcel.status, parcel.closed_at = LIFE.take("collect", parcel.status), act.now
    parcel.save(update_fields=["status", "closed_at"])
    Track.objects.create(parcel=parcel, at=act.now, heard_at=act.now, status="delivered", text="买家已取货")
    act.tell(ParcelDelivered(parcel.ref_of, parcel=parcel.no, last=not _pending(parcel)))
    return parcel
