"""What is counted, and how far back one may look. Plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

COUNTS = (
    "placed",
    "placed_amount",
    "paid",
    "paid_amount",
    "shipped",
    "received",
    "closed",
    "refunded_amount",
    "of_paid",
    "of_shipped",
    "of_received",
)
"""The numbers of a day, in the order of the table."""
HOUSE_COUNTS = ("planned", "shipped", "pieces", "minutes", "late", "missed")
"""The numbers of a warehouse's day, in the order of the table."""
SPANS = (7, 30, 90)
"""Days a page looks back; the first one is what it opens with."""
FUNNEL = ("placed", "of_paid", "of_shipped", "of_received")
"""D04: placed, of these paid, shipped, received."""


@dataclass(frozen=True)
class Entry:
    """So much more of a number on a day of a shop or a warehouse."""

    of_id: int
    day: date
    name: str
    more: int = 1


def span(days: object) -> int:
    """How many days are meant: one of `SPANS`, the first for anything else."""
    return next((each for each in SPANS if str(each) == str(days)), SPANS[0])


def calendar(last: date, days: int) -> list[date]:
    """So many days up to the last one, oldest first."""
    return [last - timedelta(days=back) for back in range(days - 1, -1, -1)]


def summed(entries: Iterable[Entry]) -> dict[tuple[int, date], dict[str, int]]:
    """The entries added up per shop or warehouse and day."""
    sums: dict[tuple[int, date], dict[str, int]] = {}
    for entry in entries:
        row = sums.setdefault((entry.of_id, entry.day), {})
        row[entry.name] = row.get(entry.name, 0) + entry.more
    return sums


def minutes(since: datetime, until: datetime) -> int:
    """Whole minutes between two moments, 0 when they are out of turn."""
    return max(0, int((until - since).total_seconds() // 60))


def share(part: int, whole: int) -> int:
    """Whole percent of something, 0 of nothing."""
    return round(100 * part / whole) if whole else 0
