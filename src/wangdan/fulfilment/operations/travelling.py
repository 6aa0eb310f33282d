"""On the way: what the carrier says, signed for, refused, lost; when it says nothing it is asked. A carrier is never told no."""

from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime

from wangdan.fulfilment.facts import CashReported, ParcelDelivered, ParcelLost, ParcelOutForDelivery, ParcelRefused
from wangdan.fulfilment.models import Parcel, Track
from wangdan.fulfilment.rules import ASK_AFTER, BACK_WITHIN, IN_HOUSE, LIFE, Event, pause
from wangdan.kernel.act import Act, Call
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
    if parcel.status == "handed_over":
        parcel.eta, parcel.asked = _moment(said.eta) or parcel.eta, 0
        parcel.ask_at = act.now + timedelta(minutes=act.option(ASK_AFTER))
        parcel.save(update_fields=["eta", "asked", "ask_at"])
    return True


def pending(parcel: Parcel) -> bool:
    """Whether another parcel of the same ref is in the house or on the way."""
    others = Parcel.objects.filter(ref_of=parcel.ref_of).exclude(pk=parcel.pk)
    return others.filter(status__in=(*IN_HOUSE, "handed_over")).exists()


def _move(act: Act, parcel: Parcel, move: str) -> bool:
    """Take the move if the life has it; else somebody looks at it."""
    if move not in LIFE.open_moves(parcel.status):
        tasks.open(act, kind="fulfilment.out_of_turn", ref=parcel.ref, role="service")
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
    act.tell(ParcelDelivered(parcel.ref_of, parcel=parcel.no, last=not pending(parcel)))
    return parcel


def come_back(act: Act, parcel: Parcel) -> None:
    """Somebody follows the parcel until it lies in the warehouse again."""
    due = act.now + timedelta(days=act.option(BACK_WITHIN))
    tasks.open(act, kind="fulfilment.coming_back", ref=parcel.ref, role="service", due_at=due, detail={"pieces": parcel.pieces})


@operation("fulfilment.refuse", on=Parcel)
def refuse(act: Act, parcel: Parcel, *, said: Event) -> Parcel:
    """Nobody took it at the door; the goods are on their way back, and customer service has a task until they are there."""
    if _heard(act, parcel, said) and _move(act, parcel, "refuse"):
        come_back(act, parcel)
        act.tell(ParcelRefused(parcel.ref_of, parcel=parcel.no, last=not pending(parcel)))
    return parcel


@operation("fulfilment.lose", on=Parcel)
def lose(act: Act, parcel: Parcel, *, said: Event) -> Parcel:
    """The carrier cannot find it: customer service has a task."""
    if _heard(act, parcel, said) and _move(act, parcel, "lose"):
        tasks.open(act, kind="fulfilment.lost", ref=parcel.ref, role="service")
        act.tell(ParcelLost(parcel.ref_of, parcel=parcel.no))
    return parcel


@operation("fulfilment.ask", on=Parcel)
def ask(act: Act, parcel: Parcel) -> Parcel:
    """The sweep: the carrier has said nothing for long, its push may be lost, so it is asked; rarer the longer it is silent (D12.6)."""
    parcel.asked = min(parcel.asked + 1, 1000)
    parcel.ask_at = act.now + timedelta(minutes=act.option(ASK_AFTER) * pause(parcel.asked))
    parcel.save(update_fields=["asked", "ask_at"])
    act.errand("fulfilment.ask", parcel=parcel.no)
    return parcel


HEARD = {"delivered": deliver, "refused": refuse, "lost": lose}
"""What a carrier's event does; all others are a step on the way."""


def hear(call: Call, no: str, *, said: Event) -> Parcel:
    """Give what a carrier said, by push or when asked, to the operation it belongs to."""
    return HEARD.get(said.event, track)(call, no, said=said)
