"""How stock rows are locked: one statement per warehouse, warehouses by id, rows by SKU. A plain multi-row UPDATE deadlocks."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from wangdan.inventory.models import Hold
from wangdan.inventory.rules import Want
from wangdan.kernel.act import Act

_LOCK = """
SELECT s.id, s.sku_id, s.on_hand, s.held FROM inventory_stock s
WHERE s.warehouse_id = %s AND s.sku_id = ANY(%s) ORDER BY s.sku_id FOR NO KEY UPDATE
"""
_HOLD = """
WITH wanted AS (SELECT * FROM unnest(%s::text[], %s::bigint[], %s::int[]) AS w (ref, sku_id, pieces)),
summed AS (SELECT sku_id, sum(pieces)::int AS pieces FROM wanted GROUP BY sku_id),
locked AS MATERIALIZED (
    SELECT s.id, w.pieces FROM inventory_stock s JOIN summed w ON w.sku_id = s.sku_id
    WHERE s.warehouse_id = %s ORDER BY s.sku_id FOR NO KEY UPDATE OF s
), taken AS (
    UPDATE inventory_stock s SET held = s.held + l.pieces FROM locked l
    WHERE s.id = l.id AND s.on_hand - s.held >= l.pieces RETURNING s.sku_id
)
INSERT INTO inventory_hold (root_id, ref, warehouse_id, sku_id, quantity, status, at)
SELECT %s, w.ref, %s, w.sku_id, sum(w.pieces), 'active', %s FROM wanted w JOIN taken t ON t.sku_id = w.sku_id
GROUP BY w.ref, w.sku_id ORDER BY w.ref, w.sku_id RETURNING id, ref, sku_id, quantity
"""


def rows(sql: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Run one statement and read what it returns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchall() if cursor.description else []


def lock(act: Act, warehouse_id: int, sku_ids: Iterable[int]) -> dict[int, tuple[int, int, int]]:
    """Lock the stock of SKUs in one warehouse: SKU → (stock row, on hand, held)."""
    act.locking("stock", warehouse_id)
    found = rows(_LOCK, [warehouse_id, sorted(set(sku_ids))])
    return {sku: (number, on_hand, held) for number, sku, on_hand, held in found}


def hold_in(act: Act, warehouse_id: int, wants: Sequence[Want], root_id: int) -> list[Hold]:
    """Promise pieces in one warehouse: one statement that locks, counts and writes the holds; only of SKUs that had enough."""
    act.locking("stock", warehouse_id)
    asked: list[Any] = [[want.ref for want in wants], [want.sku_id for want in wants], [want.quantity for want in wants]]
    made = rows(_HOLD, [*asked, warehouse_id, root_id, warehouse_id, act.now])
    return [
        Hold(pk=number, root_id=root_id, ref=ref, warehouse_id=warehouse_id, sku_id=sku, quantity=quantity, at=act.now)
        for number, ref, sku, quantity in made
    ]
