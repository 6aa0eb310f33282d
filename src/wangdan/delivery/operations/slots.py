"""When goods are brought: slots of a day with a capacity, held like stock for whoever orders (D16.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from wangdan.accounts.models import Organisation
from wangdan.accounts.rules import Destination
from wangdan.delivery.models import Slot, SlotHold
from wangdan.delivery.operations.seats import own, root_of_shop
from wangdan.delivery.queries import areas
from wangdan.delivery.rules import MOST_CAPACITY, PROVINCES, Window
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused
from wangdan.kernel.operation import operation

_MOST_AT_ONCE = 400
_TAKE = """
WITH taken AS (
    UPDATE delivery_slot s SET taken = s.taken + %s FROM accounts_organisation o
    WHERE s.id = %s AND o.id = s.organisation_id AND s.active AND s.closes_at > %s AND s.taken + %s <= s.capacity
        AND s.area = ANY(%s) AND (o.kind = 'platform' OR o.id = %s)
    RETURNING s.id
)
INSERT INTO delivery_slothold (root_id, ref, slot_id, active, at) SELECT %s, r.ref, t.id, true, %s FROM taken t, unnest(%s::text[]) AS r (ref)
RETURNING id
"""
_LET_GO = """
WITH gone AS (UPDATE delivery_slothold SET active = false WHERE ref = %s AND active RETURNING slot_id)
UPDATE delivery_slot s SET taken = s.taken - 1 FROM gone WHERE s.id = gone.slot_id
"""


@operation("delivery.open_slots", root=root_of_shop)
def open_slots(act: Act, *, shop_id: int, area: str, days: Sequence[date], windows: Sequence[Window]) -> int:
    """Offer the same hours on several days to a region (a division code of two or four digits); those that are there already stay as they are.

    Returns how many are new. Refuses with 404 for another's organisation, `delivery.slots_malformed` for no day, no hours, an unknown region.
    """
    organisation = own(act, shop_id)
    known = area.isascii() and area.isdigit() and len(area) in (2, 4) and area[:2] in PROVINCES
    if not known or not days or not windows or len(days) * len(windows) > _MOST_AT_ONCE:
        raise Malformed("delivery.slots_malformed", most=_MOST_AT_ONCE)
    rows = [_slot(organisation, area, day, window) for day in sorted(set(days)) for window in windows]
    there = set(Slot.objects.filter(organisation=organisation, area=area).values_list("starts_at", flat=True))
    fresh = [row for row in rows if row.starts_at not in there and row.closes_at > act.now]
    Slot.objects.bulk_create(fresh)
    act.note("slots", None, [row.starts_at for row in fresh])
    return len(fresh)


def _slot(organisation: Organisation, area: str, day: date, window: Window) -> Slot:
    starts, ends = _moment(day, window.starts), _moment(day, window.ends)
    closes = starts - timedelta(hours=window.closes_before)
    fields = {"starts_at": starts, "ends_at": ends, "closes_at": closes, "capacity": window.capacity}
    return Slot(organisation=organisation, root_id=organisation.root_id, area=area, **fields)


def _moment(day: date, hour: str) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(hour)))


@operation("delivery.change_slot", on=Slot)
def change_slot(act: Act, slot: Slot, *, capacity: int) -> Slot:
    """More or fewer places; never fewer than are taken. Refuses with 404, `delivery.slot_full` (taken), `delivery.slots_malformed`."""
    own(act, slot.organisation_id)
    if not 0 <= capacity <= MOST_CAPACITY:
        raise Malformed("delivery.slots_malformed")
    act.locking("slot", slot.pk)
    if not Slot.objects.filter(pk=slot.pk, taken__lte=capacity).update(capacity=capacity, active=True):
        raise Refused("delivery.slot_full", taken=slot.taken)
    slot.capacity, slot.active = capacity, True
    return slot


@operation("delivery.close_slot", on=Slot)
def close_slot(act: Act, slot: Slot) -> Slot:
    """Nobody chooses it any more; who has chosen it keeps it. Refuses with 404."""
    own(act, slot.organisation_id)
    slot.active = False
    slot.save(update_fields=["active"])
    return slot


@dataclass(frozen=True)
class Choice:
    """The slot a buyer chose, and for what: the refs that each take a place, their family, where they go, whose goods they are."""

    slot: int
    refs: tuple[str, ...]
    root_id: int
    destination: Destination
    shops: tuple[int, ...]


@operation("delivery.take_slot")
def take_slot(act: Act, *, choice: Choice) -> None:
    """One place of a slot for each ref, all or none, in one conditional statement; only joined, before stock is held (D16.4).

    Refuses with `delivery.slot_full` when the places are gone, the slot is closed, its hour has come, or it is not for this way.
    """
    act.locking("slot", choice.slot)
    _take(act, choice)


def _take(act: Act, choice: Choice) -> None:
    count, alone = len(choice.refs), choice.shops[0] if len(set(choice.shops)) == 1 else 0
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [count, choice.slot, act.now, count, areas(choice.destination), alone, choice.root_id, act.now, list(choice.refs)])
        if not cursor.fetchall():
            raise Refused("delivery.slot_full", slot=choice.slot)


@operation("delivery.move_slot")
def move_slot(act: Act, *, ref: str, choice: Choice | None) -> None:
    """Another slot for what one ref holds, or none: its old place is let go and a new one taken, both rows locked in order. Only joined (D16.4).

    Refuses as `take_slot` does; then the old place stays.
    """
    held = SlotHold.objects.filter(ref=ref, active=True).values_list("slot", flat=True)
    wanted = sorted({*held, *([choice.slot] if choice else [])})
    for slot in wanted:
        act.locking("slot", slot)
    list(Slot.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    _let_go(ref)
    if choice is not None:
        _take(act, choice)


def _let_go(ref: str) -> None:
    """Free the place of a ref whose slot is locked."""
    with connection.cursor() as cursor:
        cursor.execute(_LET_GO, [ref])


@operation("delivery.review_slot")
def review_slot(act: Act, *, ref: str, destination: Destination) -> None:
    """The ref goes elsewhere now: hours that are not for that region are let go. Only joined."""
    if SlotHold.objects.filter(ref=ref, active=True).exclude(slot__area__in=areas(destination)).exists():
        act.note("slot", "held", None)
        release_slot(act, ref=ref)


@operation("delivery.release_slot")
def release_slot(act: Act, *, ref: str) -> None:
    """Let go the place a ref holds, before its stock is released; a second time nothing happens. Only joined."""
    for slot in SlotHold.objects.filter(ref=ref, active=True).values_list("slot", flat=True):
        act.locking("slot", slot)
        _let_go(ref)
