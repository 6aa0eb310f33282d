"""Pages of long lists by keyset: the cursor is the last row's id, so a page costs the same however far down it is."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """Some rows, newest first, and the cursor of the next page (empty at the end)."""

    rows: list[Any]
    next: str


def page(rows: QuerySet[Any], cursor: str, size: int = 20) -> Page:
    """The page after `cursor`, newest id first; a cursor that is none begins anew."""
    if cursor.isascii() and cursor.isdigit() and 0 < int(cursor[:19]) <= _LARGEST:
        rows = rows.filter(pk__lt=int(cursor[:19]))
    found = list(rows.order_by("-id")[: size + 1])
    return Page(found[:size], str(found[size - 1].pk) if len(found) > size else "")
