"""What lies where, what is promised to whom, and what must always hold."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from wangdan.inventory.models import Hold, Move, Stock, Warehouse
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen


def available(sku_ids: Iterable[int]) -> dict[int, int]:
    """Pieces of each SKU that can still be promised, over all open warehouses; 0 for one that lies nowhere (one statement)."""
    wanted = list(sku_ids)
    rows = Stock.objects.filter(sku__in=wanted, warehouse__active=True).values_list("sku").annotate(free=Sum(F("on_hand") - F("held")))
    return dict.fromkeys(wanted, 0) | dict(rows)


def stock_rows(sku_ids: Iterable[int]) -> QuerySet[Stock]:
    """The stock of SKUs in open warehouses, with the warehouse (one statement)."""
    return Stock.objects.filter(sku__in=list(sku_ids), warehouse__active=True).select_related("warehouse").order_by("sku_id", "warehouse_id")


def free_in(shop_skus: dict[int, int]) -> list[Stock]:
    """Free stock of SKUs in warehouses that may serve them: those of the SKU's shop. `shop_skus` is SKU → shop (one statement).

    Goods of the platform's own shops lie in the warehouses of the platform too.
    """
    mine = Q(warehouse__organisation=F("sku__product__shop")) | Q(sku__product__shop__own=True, warehouse__organisation__kind="platform")
    return list(stock_rows(shop_skus).filter(mine, on_hand__gt=F("held")))


def holds(ref: str) -> list[Hold]:
    """All holds of a ref, whatever became of them."""
    return list(Hold.objects.filter(ref=ref).order_by("warehouse_id", "sku_id", "id"))


def warehouses(actor: Actor) -> QuerySet[Warehouse]:
    """The warehouses the actor works in or oversees."""
    return Warehouse.visible_to(actor).select_related("organisation").order_by("id")


def warehouse(actor: Actor, number: int) -> Warehouse:
    """One of them. Refuses with 404."""
    found = Warehouse.visible_to(actor).filter(pk=number).first() if 0 < number < 2**63 else None
    if found is None:
        raise NotSeen
    return found


def stock(actor: Actor, warehouse_ids: Iterable[int] | None = None) -> QuerySet[Stock]:
    """Stock with its SKU and product, for lists."""
    found = Stock.objects.filter(warehouse__in=Warehouse.visible_to(actor)).select_related("warehouse", "sku__product", "sku__picture")
    return found if warehouse_ids is None else found.filter(warehouse__in=list(warehouse_ids))


def moves(actor: Actor, stock_row: Stock) -> QuerySet[Move]:
    """How a count came about, newest first."""
    if not Warehouse.visible_to(actor).filter(pk=stock_row.warehouse_id).exists():
        raise NotSeen
    return Move.objects.filter(stock=stock_row).order_by("-id")


def promised(stock_row: Stock) -> QuerySet[Hold]:
    """To whom the held pieces are promised, oldest first."""
    return Hold.objects.filter(warehouse=stock_row.warehouse_id, sku=stock_row.sku_id, status="active").order_by("id")


def held_of(ref: str) -> int:
    """Pieces held for a ref now."""
    return int(Hold.objects.filter(ref=ref, status="active").aggregate(n=Coalesce(Sum("quantity"), 0))["n"])


INVARIANTS: list[tuple[str, str]] = [
    (
        "stock on hand is the sum of its moves",
        """
        SELECT 'stock ' || s.id, 'on hand ' || s.on_hand || ', moves say ' || COALESCE(m.total, 0)
        FROM inventory_stock s LEFT JOIN (SELECT stock_id, SUM(delta) AS total FROM inventory_move GROUP BY stock_id) m ON m.stock_id = s.id
        WHERE s.on_hand <> COALESCE(m.total, 0)
        """,
    ),
    (
        "stock held is the sum of active holds",
        """
        SELECT 'warehouse ' || COALESCE(s.warehouse_id, h.warehouse_id) || ' sku ' || COALESCE(s.sku_id, h.sku_id),
               'held ' || COALESCE(s.held, 0) || ', holds say ' || COALESCE(h.total, 0)
        FROM inventory_stock s FULL JOIN (
            SELECT warehouse_id, sku_id, SUM(quantity) AS total FROM inventory_hold WHERE status = 'active' GROUP BY 1, 2
        ) h ON h.warehouse_id = s.warehouse_id AND h.sku_id = s.sku_id
        WHERE COALESCE(s.held, 0) <> COALESCE(h.total, 0)
        """,
    ),
    (
        "never less than nothing, never more promised than there is",
        "SELECT 'stock ' || id, on_hand || ' on hand, ' || held || ' held' FROM inventory_stock WHERE held < 0 OR held > on_hand",
    ),
    (
        "what a parcel took was shipped by a move",
        """
        SELECT h.ref, 'sku ' || h.sku_id || ': consumed ' || h.total || ', moves say ' || COALESCE(-m.total, 0)
        FROM (SELECT ref, warehouse_id, sku_id, SUM(quantity) AS total FROM inventory_hold WHERE status = 'consumed' GROUP BY 1, 2, 3) h
        LEFT JOIN (
            SELECT v.ref, s.warehouse_id, s.sku_id, SUM(v.delta) AS total FROM inventory_move v
            JOIN inventory_stock s ON s.id = v.stock_id WHERE v.kind = 'ship' GROUP BY 1, 2, 3
        ) m ON m.ref = h.ref AND m.warehouse_id = h.warehouse_id AND m.sku_id = h.sku_id
        WHERE h.total <> COALESCE(-m.total, 0)
        """,
    ),
]
"""(what must hold, SQL whose rows name the breaches)."""
