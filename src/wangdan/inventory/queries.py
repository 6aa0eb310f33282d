"""What lies where, what is promised to whom, and what must always hold."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import CharField, Count, F, Func, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from wangdan.catalogue.models import Product, Sku
from wangdan.inventory.models import Arrival, CountList, Hold, Move, Stock, Warehouse
from wangdan.inventory.rules import COVER_DAYS, LOW_PIECES, SOLD_DAYS
from wangdan.kernel import clock, options
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen
from wangdan.tasks.models import Task


def available(sku_ids: Iterable[int]) -> dict[int, int]:
    """Pieces of each SKU that can still be promised, over all open warehouses; 0 for one that lies nowhere (one statement)."""
    wanted = list(sku_ids)
    rows = Stock.objects.filter(sku__in=wanted, warehouse__active=True).values_list("sku").annotate(free=Sum(F("on_hand") - F("held")))
    return dict.fromkeys(wanted, 0) | dict(rows)


def held(sku_ids: Iterable[int]) -> dict[int, int]:
    """Pieces of each SKU that are promised, over all warehouses (one statement)."""
    return dict(Stock.objects.filter(sku__in=list(sku_ids)).order_by().values_list("sku").annotate(n=Sum("held")))


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


def ever_held(sku_ids: Iterable[int]) -> bool:
    """Whether any of the SKUs was ever promised to an order: holds are kept, whatever became of them (one statement)."""
    return Hold.objects.filter(sku__in=list(sku_ids)).exists()


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


def with_lowest(products: QuerySet[Product]) -> QuerySet[Product]:
    """Products with `lowest`: the free pieces of the variant on sale that has fewest, over all open warehouses."""
    free = Stock.objects.filter(sku=OuterRef("pk"), warehouse__active=True).order_by().values("sku").annotate(n=Sum(F("on_hand") - F("held")))
    scarce = Sku.objects.filter(product=OuterRef("pk"), active=True).annotate(free=Coalesce(Subquery(free.values("n")), 0)).order_by("free")
    return products.annotate(lowest=Coalesce(Subquery(scarce.values("free")[:1]), 0))


def stock_of(actor: Actor, sku_ids: Iterable[int]) -> list[Stock]:
    """Where SKUs of one's own lie, switched-off warehouses too (one statement)."""
    rows = Stock.objects.filter(sku__in=list(sku_ids), sku__product__shop__in=actor.organisations).select_related("warehouse")
    return list(rows.order_by("sku_id", "warehouse_id"))


def places_for(actor: Actor, product: Product) -> list[Warehouse]:
    """The open warehouses that may take a product's goods and that the actor may work in: his shop's, or the platform's for its own shops."""
    mine = Q(organisation=product.shop_id) | Q(organisation__kind="platform") if product.shop.own else Q(organisation=product.shop_id)
    return list(Warehouse.visible_to(actor).filter(mine, active=True).order_by("id"))


def moves(rows: Iterable[Stock], kinds: Iterable[str] = ()) -> QuerySet[Move]:
    """How the counts of stock rows came about, with who did it; the rows were read for the actor."""
    found = Move.objects.filter(stock__in=[row.pk for row in rows]).select_related("person", "stock__warehouse")
    wanted = list(kinds)
    return (found.filter(kind__in=wanted) if wanted else found).order_by("-id")


def shipped_since(rows: Iterable[Stock], since: datetime) -> int:
    """Pieces that left stock rows for buyers since then."""
    gone = Move.objects.filter(stock__in=[row.pk for row in rows], kind="ship", at__gte=since)
    return -int(gone.aggregate(n=Coalesce(Sum("delta"), 0))["n"])


def promised(rows: Iterable[Stock]) -> list[Hold]:
    """To whom held or missing pieces of stock rows are promised, oldest first; the rows were read for the actor."""
    wanted = Q(pk__in=())
    for row in rows:
        wanted |= Q(warehouse=row.warehouse_id, sku=row.sku_id)
    return list(Hold.objects.filter(wanted, status__in=("active", "short")).select_related("warehouse").order_by("id")[:50])


def arrivals(actor: Actor, warehouse_ids: Iterable[int]) -> QuerySet[Arrival]:
    """Deliveries of warehouses, newest first, with `expected`, `good` and `damaged` pieces."""
    sums = {name: Coalesce(Sum(f"lines__{name}"), 0) for name in ("expected", "good", "damaged")}
    rows = Arrival.visible_to(actor).filter(warehouse__in=list(warehouse_ids)).select_related("warehouse")
    return rows.annotate(**sums).order_by("-id")


def arrival(actor: Actor, no: str) -> Arrival:
    """One delivery. Refuses with 404."""
    found = Arrival.visible_to(actor).select_related("warehouse__organisation").filter(no=no[:12].replace("\x00", "")).first()
    if found is None:
        raise NotSeen
    return found


def coded(warehouse: Warehouse, codes: Iterable[str]) -> list[Sku]:
    """Goods of codes that may lie in a warehouse: its shop's, the platform's own shops' in the platform's (one statement)."""
    wanted = {form for code in codes for form in (code, code.upper(), code.lower()) if code}
    own = Q(product__shop=warehouse.organisation_id)
    if warehouse.organisation.kind == "platform":
        own |= Q(product__shop__own=True)
    return list(Sku.objects.filter(own, code__in=wanted).select_related("product").order_by("id"))


def count_lists(actor: Actor, warehouse_ids: Iterable[int]) -> QuerySet[CountList]:
    """Count lists of warehouses, newest first, with `kinds`, `done`, and the pieces that were `booked`."""
    rows = CountList.visible_to(actor).filter(warehouse__in=list(warehouse_ids)).select_related("warehouse", "made_by")
    done = Count("lines", filter=Q(lines__status="done"))
    return rows.annotate(kinds=Count("lines"), done=done, booked=Coalesce(Sum("lines__booked"), 0)).order_by("-id")


def count_list(actor: Actor, no: str) -> CountList:
    """One count list. Refuses with 404."""
    found = CountList.visible_to(actor).select_related("warehouse").filter(no=no[:12].replace("\x00", "")).first()
    if found is None:
        raise NotSeen
    return found


def zones(warehouse_id: int) -> list[tuple[str, int]]:
    """The zones of a warehouse, what stands before the first dash of its bins, with the number of goods in each."""
    zone = Func(F("bin"), Value("-"), Value(1), function="split_part", output_field=CharField())
    rows = Stock.objects.filter(warehouse=warehouse_id).exclude(bin="").order_by().annotate(zone=zone).values_list("zone")
    return sorted(rows.annotate(n=Count("pk")))


def low(warehouse_ids: Iterable[int]) -> QuerySet[Stock]:
    """What is running out in warehouses, the emptiest first; goods on sale only.

    Fewer free pieces than the row's limit (else the option's), or than the next days need; `sold` pieces left lately, `wants` is the limit.
    """
    days, cover = options.value(SOLD_DAYS), options.value(COVER_DAYS)
    gone = Move.objects.filter(stock=OuterRef("pk"), kind="ship", at__gte=clock.now() - timedelta(days=days))
    sold = Coalesce(Subquery(gone.order_by().values("stock").annotate(n=-Sum("delta")).values("n")), 0)
    rows = Stock.objects.filter(warehouse__in=list(warehouse_ids), warehouse__active=True, sku__active=True, sku__product__status="on_sale")
    rows = rows.annotate(free=F("on_hand") - F("held"), wants=Coalesce("low", Value(options.value(LOW_PIECES))), sold=sold)
    few = Q(free__lt=F("wants")) | Q(sold__gt=0, free__lt=F("sold") * cover / days)
    return rows.filter(few).select_related("warehouse", "sku__product__shop", "sku__picture").order_by("free", "id")


def due_low(limit: int) -> list[int]:
    """Warehouses to look at for what is running out: open ones where something is, and those that still have a task of it."""
    ids = list(Warehouse.objects.filter(active=True).order_by("id").values_list("pk", flat=True)[:limit])
    told = {int(ref.partition(":")[2]) for ref in Task.objects.filter(kind="inventory.low").exclude(status="done").values_list("ref", flat=True)}
    scarce = set(low(ids).order_by().values_list("warehouse", flat=True).distinct())
    return [number for number in ids if (number in told) != (number in scarce)]


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
