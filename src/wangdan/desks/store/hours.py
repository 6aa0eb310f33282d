"""Delivery hours to choose from, by day, as checkout and order page show them (D16.4)."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from wangdan.accounts.rules import Destination
from wangdan.delivery import queries as delivery
from wangdan.desks import moments

_SHOWN, _FEW = 60, 5


def days(destination: Destination, shops: Collection[int], *, chosen: int | None, places: int = 1, own: bool = False) -> list[dict[str, Any]]:
    """Days with the hours that can be chosen; what has fewer than `places` left is named as full, but for one's `own`, the chosen one.

    The same hours of platform and shop are one choice: the chosen one, else the first with room.
    """
    found: dict[Any, dict[str, dict[str, Any]]] = {}
    for slot in delivery.open_slots(destination, shops)[:_SHOWN]:
        starts, ends = timezone.localtime(slot.starts_at), timezone.localtime(slot.ends_at)
        left, on = slot.capacity - slot.taken, slot.pk == chosen
        full = left < places and not (own and on)
        row = {"id": slot.pk, "hours": f"{starts:%H:%M}–{ends:%H:%M}", "left": left if left <= _FEW else 0, "full": full, "on": on and not full}
        day = found.setdefault(starts.date(), {})
        twin = day.get(str(row["hours"]))
        if twin is None or row["on"] or (twin["full"] and not row["full"]):
            day[str(row["hours"])] = row
    return [{"day": moments.day(timezone.make_aware(datetime.combine(day, time(12)))), "rows": list(rows.values())} for day, rows in found.items()]


def chosen(days: list[dict[str, Any]]) -> str:
    """The chosen hours in words, with their day; nothing when none are."""
    return next((f"{day['day']} {row['hours']}" for day in days for row in day["rows"] if row["on"]), "")
