"""Pages of long lists by keyset: the cursor names the last row, so a page costs the same however far down it is."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from wangdan.kernel.planning import planned_anew

_LARGEST = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_FURTHEST = 253_402_300_799 * 10**6


@dataclass(frozen=True)
class Page:
    """Some rows, newest first, and the cursor of the next page (empty at the end)."""

    rows: list[Any]
    next: str


def _number(text: str, largest: int = _LARGEST) -> int | None:
    return int(text[:19]) if text.isascii() and text.isdigit() and 0 < int(text[:19]) <= largest else None


def page(rows: QuerySet[Any], cursor: str, size: int = 20, *, by: str = "", whole: QuerySet[Any] | None = None) -> Page:
    """The page after `cursor`, newest first: by id, or by the moment `by` and then by id; a cursor that is none begins anew.

    `whole` is how the rows of the page are fetched once they are known: what is sorted for a page should not be more than numbers.
    """
    order = (f"-{by}", "-id") if by else ("-id",)
    moment, _dash, last = cursor.rpartition("-")
    number, micros = _number(last), _number(moment, _FURTHEST)
    if number is not None and not by:
        rows = rows.filter(pk__lt=number)
    if number is not None and by and micros is not None:
        at = _EPOCH + micros * _MICRO
        rows = rows.filter(**{f"{by}__lte": at}).filter(Q(**{f"{by}__lt": at}) | Q(pk__lt=number))
    with planned_anew():
        shown = rows.order_by(*order)[: size + 1]
        if whole is not None:
            shown = whole.filter(pk__in=shown.select_related(None).values("pk")).order_by(*order)
        found = list(shown)
    return Page(found[:size], _cursor(found[size - 1], by) if len(found) > size else "")


def _cursor(row: Any, by: str) -> str:
    return f"{(getattr(row, by) - _EPOCH) // _MICRO}-{row.pk}" if by else str(row.pk)
