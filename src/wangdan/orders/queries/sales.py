"""What was sold of each variant, day by day: pieces that left for buyers, and what they paid for them (D07.3.5 销售记录)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

_DAYS = """
SELECT s.sku_id, (m.at AT TIME ZONE %s)::date AS day, sum(-m.delta), coalesce(sum(l.amount * -m.delta / l.quantity), 0)
FROM inventory_stock s JOIN inventory_move m ON m.stock_id = s.id AND m.kind = 'ship' AND m.at >= %s
LEFT JOIN orders_order o ON m.ref = 'orders:' || o.no LEFT JOIN orders_line l ON l.order_id = o.id AND l.sku_id = s.sku_id
WHERE s.sku_id = ANY(%s) GROUP BY 1, 2 ORDER BY 2 DESC, 1
"""


@dataclass(frozen=True)
class Sold:
    """Pieces of a variant that left on a day, and their price in minor units as it was frozen."""

    sku: int
    day: date
    pieces: int
    amount: int


def sold_by_day(sku_ids: Iterable[int], since: datetime) -> list[Sold]:
    """What was sold of SKUs that were read for the actor, by day of the configured zone, newest first (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [timezone.get_current_timezone_name(), since, list(sku_ids)])
        return [Sold(sku, day, int(pieces), int(amount)) for sku, day, pieces, amount in cursor.fetchall()]
