"""The work of a warehouse as rows: what comes next for a parcel, until when, why; pages by deadline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangdan.desks import moments
from wangdan.fulfilment import queries
from wangdan.fulfilment.models import Material, Parcel, ParcelLine
from wangdan.fulfilment.rules import walk
from wangdan.inventory import queries as inventory
from wangdan.inventory.models import Warehouse
from wangdan.kernel import clock
from wangdan.kernel.act import Actor

ROLES = ("warehouse", "shop_owner", "shop_clerk", "supervisor", "admin")
"""Who works at this desk: the platform's warehouse people and who oversees them, and a shop's own people in its own warehouse."""
BASE = "/warehouse"
VERBS: dict[str, Any] = {
    "pick": gettext_lazy("拣货"),
    "inspect": gettext_lazy("验货"),
    "pack": gettext_lazy("打包"),
    "hand_over": gettext_lazy("交接"),
    "collect": gettext_lazy("自提"),
    "take_back": gettext_lazy("退回"),
}
"""Stage → the verb of its button, in the order of the work."""
_STAGE_OF = {"planned": "pick", "picked": "inspect", "inspected": "pack", "packed": "hand_over", "refused": "take_back", "lost": "take_back"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 2**63 - 1
_LONGEST_CURSOR = 19
_NAMED = 3


def stage_of(parcel: Parcel) -> str:
    """What people do next with a parcel; empty when nothing is to be done."""
    if parcel.status == "handed_over" and parcel.method == "pickup":
        return "collect"
    return _STAGE_OF.get(parcel.status, "")


def houses(actor: Actor) -> list[Warehouse]:
    """The warehouses a person works in: those of his organisations, all for an administrator."""
    everything = inventory.warehouses(actor)
    return list(everything if "admin" in actor.roles else everything.filter(organisation__in=actor.organisations))


@dataclass(frozen=True)
class Page:
    """Some parcels by deadline, and the cursor of the next page (empty at the end)."""

    rows: list[Any]
    next: str


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _after(rows: QuerySet[Parcel], due: datetime, number: int) -> QuerySet[Parcel]:
    return rows.filter(Q(due__gt=due) | Q(due=due, pk__gt=number))


def page(rows: QuerySet[Parcel], cursor: str, size: int) -> Page:
    """The page after the cursor `microseconds-id` of its last row, the most urgent first; a cursor that is none begins anew."""
    parts = cursor.split("-")
    if len(parts) == 2 and all(part.isascii() and part.isdigit() and len(part) <= _LONGEST_CURSOR for part in parts):  # noqa: PLR2004 - due and id
        due, number = (int(part) for part in parts)
        if due < _microseconds(datetime(9999, 1, 1, tzinfo=UTC)) and number <= _LARGEST:
            rows = _after(rows, _EPOCH + timedelta(microseconds=due), number)
    found: list[Any] = list(rows.order_by("due", "id").prefetch_related("lines").select_related("warehouse", "carrier", "pickup_point")[: size + 1])
    shown = found[:size]
    more = len(found) > size
    return Page(shown, f"{_microseconds(shown[-1].due)}-{shown[-1].pk}" if more else "")


def following(actor: Actor, *, after: str = "", stage: str = "", warehouse_id: int | None = None) -> str:
    """The number of the parcel to do next: behind `after` in the queue, else the most urgent; never one that waits for missing pieces."""
    rows = queries.queue(actor, stage=stage, warehouse_id=warehouse_id).order_by("due", "id")
    here: Any = rows.filter(no=after).first() if after else None
    ready = rows.filter(short=False).exclude(no=after)
    found = (_after(ready, here.due, here.pk).first() if here else None) or ready.first()
    return found.no if found else ""


def on_route(parcel: Parcel) -> list[ParcelLine]:
    """The lines of a parcel in walking order; `lines` must have been fetched along."""
    return sorted(parcel.lines.all(), key=lambda line: (walk(line.bin), line.pk))


def goods_text(parcel: Parcel) -> str:
    """What is in a parcel in a few words; `lines` must have been fetched along."""
    lines = list(parcel.lines.all())
    named = _("、").join(_("%(title)s × %(n)s") % {"title": line.title.split(" ")[0][:14], "n": line.quantity} for line in lines[:2])
    return named + (_(" 等 %(n)s 件") % {"n": parcel.pieces} if len(lines) > 2 else "")  # noqa: PLR2004 - two are named


def bins_text(parcel: Parcel) -> str:
    """The way through the shelves: A-01-2 → A-07-3."""
    bins = list(dict.fromkeys(line.bin for line in on_route(parcel) if line.bin))
    return " → ".join(bins[:_NAMED]) + (" → …" if len(bins) > _NAMED else "")


def row(parcel: Any, *, first: bool) -> dict[str, Any]:
    """A parcel as a row of the queue."""
    stage = stage_of(parcel)
    return {
        "no": parcel.no,
        "status": parcel.shown,
        "short": parcel.short,
        "due": parcel.due,
        "since": parcel.planned_at if stage in ("pick", "inspect", "pack", "hand_over") else parcel.closed_at or parcel.handed_over_at,
        "verb": VERBS[stage],
        "why": _why(parcel, stage),
        "pieces": parcel.pieces,
        "house": parcel.warehouse.name,
        "path": f"{BASE}/parcels/{parcel.no}",
        "first": first,
    }


def _why(parcel: Parcel, stage: str) -> str:
    told = goods_text(parcel)
    if stage == "pick" and (way := bins_text(parcel)):
        told = _("%(goods)s，货位 %(way)s") % {"goods": told, "way": way}
    if stage == "hand_over":
        told = _("，").join((told, _carrier_text(parcel)))
    if stage == "collect" and parcel.pickup_point:
        told = _("%(goods)s，在%(point)s等买家凭取货码来取") % {"goods": told, "point": parcel.pickup_point.name}
    if stage == "take_back":
        lost = parcel.status == "lost"
        told = _("%(goods)s，快递说丢失，找到后收回") % {"goods": told} if lost else _("%(goods)s，收件人拒收，等快递送回") % {"goods": told}
    return told


def _carrier_text(parcel: Parcel) -> str:
    if parcel.method == "pickup":
        return _("送到%(point)s") % {"point": parcel.pickup_point.name if parcel.pickup_point else _("自提点")}
    name = parcel.carrier.name if parcel.carrier else _("还没有快递")
    if not parcel.waybill:
        return _("建议%(carrier)s") % {"carrier": name}
    if parcel.pickup_at:
        return _("%(carrier)s %(when)s前上门") % {"carrier": name, "when": moments.ago(parcel.pickup_at)}
    return _("等%(carrier)s上门") % {"carrier": name}


def groups(shown: Sequence[Any]) -> list[dict[str, Any]]:
    """The queue in three heaps: overdue, due today, later."""
    now = clock.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    made = [row(parcel, first=place == 0) for place, parcel in enumerate(shown)]
    heaps = (
        ("wrong", "alert-triangle", _("已超时"), [each for each in made if each["due"] < now]),
        ("", "clock", _("今天到期"), [each for each in made if now <= each["due"] < midnight]),
        ("", "calendar", _("之后"), [each for each in made if each["due"] >= max(now, midnight)]),
    )
    return [{"state": state, "icon": icon, "text": text, "rows": rows} for state, icon, text, rows in heaps if rows]


def wrapping_text(parcel: Parcel) -> str:
    """What the parcel is packed in and protected with, by name."""
    names = {each.code: each.name for each in Material.objects.filter(code__in=parcel.wrapping)} if parcel.wrapping else {}
    return _("、").join(names[code] for code in parcel.wrapping if code in names)
