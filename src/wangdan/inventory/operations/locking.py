"""How stock rows are locked: one statement per warehouse, warehouses by id, rows by SKU. A plain multi-row UPDATE deadlocks."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from wangdan.kernel.act import Act

_LOCK = """
SELECT s.id, s.sku_id, s.on_hand, s.held FROM inventory_stock s
WHERE s.warehouse_id = %s AND s.sku_id = ANY(%s) ORDER BY s.sku_id FOR NO KEY UPDATE
"""
_HOLD = """
WITH wanted AS (SELECT * FROM unnest(%s::bigint[], %s::int[]) AS w (sku_id, pieces)),
locked AS MATERIALIZED (
    SELECT s.id, w.pieces FROM inventory_stock s JOIN wanted w ON w.sku_id = s.sku_id
    WHERE s.warehouse_id = %s ORDER BY s.sku_id FOR NO KEY UPDATE OF s
)
UPDATE inventory_stock s SET held = s.held + l.pieces FROM locked l
WHERE s.id = l.id AND s.on_hand - s.held >= l.pieces RETURNING s.sku_id
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


def hold_in(act: Act, warehouse_id: int, pieces: Mapping[int, int]) -> set[int]:
    """Promise pieces in one warehouse: one locking statement; returns the SKUs that had enough."""
    act.locking("stock", warehouse_id)
    return {row[0] for row in rows(_HOLD, [list(pieces), list(pieces.values()), warehouse_id])}
