"""Reads of parcels: which warehouse would serve, the parcels of a ref, a warehouse's work, and what must always hold."""

from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, QuerySet

from wangdan.accounts.rules import Destination
from wangdan.delivery.rules import distance
from wangdan.fulfilment.models import Parcel, ParcelLine, Track
from wangdan.fulfilment.rules import IN_HOUSE, LIFE, Share, Shelf, spread
from wangdan.inventory import queries as inventory
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen, Refused
from wangdan.kernel.operation import may


def allocate(items: Sequence[tuple[int, int, int]], destination: Destination) -> list[Share]:
    """Which warehouse sends what of (shop, SKU, pieces), with reasons; reads only, one statement (D04.4, D18.4).

    Refuses with `inventory.cannot_hold` and `skus: [{sku, wanted, available}]` when all warehouses of a shop together have too little.
    """
    place = destination.code or destination.province
    shelves = [
        Shelf(row.warehouse_id, row.warehouse.name, row.warehouse.province, distance(row.warehouse.province, place), row.sku_id, row.available)
        for row in inventory.free_in({sku: shop for shop, sku, _ in items})
    ]
    shares: list[Share] = []
    missing: list[dict[str, int]] = []
    for shop in sorted({shop for shop, _, _ in items}):
        wanted = {sku: pieces for owner, sku, pieces in items if owner == shop}
        found, short = spread(wanted, [shelf for shelf in shelves if shelf.sku_id in wanted])
        shares += found
        missing += [{"sku": sku, "wanted": wanted[sku], "available": short[sku]} for sku in sorted(short)]
    if missing:
        raise Refused("inventory.cannot_hold", skus=missing)
    return shares


def _whole(rows: QuerySet[Parcel]) -> QuerySet[Parcel]:
    lines = Prefetch("lines", ParcelLine.objects.select_related("sku", "picture").order_by("bin", "id"))
    track = Prefetch("track", Track.objects.order_by("-at", "-id"))
    return rows.select_related("carrier", "warehouse", "pickup_point").prefetch_related(lines, track)


def parcels_of(ref: str) -> list[Parcel]:
    """The parcels of a ref with lines and track, oldest first (three statements)."""
    return list(_whole(Parcel.objects.filter(ref_of=ref)).order_by("id"))


def contents(no: str) -> list[ParcelLine]:
    """What is in a parcel."""
    return list(ParcelLine.objects.filter(parcel__no=no).order_by("id"))


def refs_of_waybill(waybill: str) -> list[str]:
    """Whom the parcels with that waybill are for."""
    return list(Parcel.objects.filter(waybill=waybill).exclude(waybill="").values_list("ref_of", flat=True)) if waybill else []


def refs_of_parcel(no: str) -> list[str]:
    """Whom the parcel of that number is for."""
    return list(Parcel.objects.filter(no=no).values_list("ref_of", flat=True))


def one(actor: Actor, no: str) -> Parcel:
    """A parcel the actor works on. Refuses with 404."""
    found = _whole(Parcel.visible_to(actor).filter(no=no[:12])).first()
    if found is None:
        raise NotSeen
    return found


def work(actor: Actor, statuses: Iterable[str] = IN_HOUSE) -> QuerySet[Parcel]:
    """What the actor's warehouses have to do, the most urgent first."""
    return _whole(Parcel.visible_to(actor).filter(status__in=list(statuses))).order_by("ship_by", "id")


def moves(actor: Actor, parcel: Parcel) -> list[str]:
    """What the actor may do to the parcel now; the carrier's moves are not people's."""
    hands = {"pick", "inspect", "pack", "hand_over", "take_back"} | ({"collect"} if parcel.method == "pickup" else set())
    return [name for name in LIFE.open_moves(parcel.status) if name in hands and may(actor, f"fulfilment.{name}")]


INVARIANTS: list[tuple[str, str]] = [
    (
        "what was handed over was consumed",
        """
        SELECT p.no, l.sku_id, l.pieces, coalesce(h.pieces, 0) FROM fulfilment_parcel p
        JOIN (SELECT parcel_id, sku_id, sum(quantity) AS pieces FROM fulfilment_parcelline GROUP BY 1, 2) l ON l.parcel_id = p.id
        LEFT JOIN (
            SELECT ref, warehouse_id, sku_id, sum(quantity) AS pieces FROM inventory_hold WHERE status = 'consumed' GROUP BY 1, 2, 3
        ) h ON h.ref = p.ref_of AND h.warehouse_id = p.warehouse_id AND h.sku_id = l.sku_id
        WHERE p.status NOT IN ('planned', 'picked', 'inspected', 'packed', 'called_off') AND coalesce(h.pieces, 0) < l.pieces
        """,
    ),
    (
        "pieces are the sum of the lines",
        """
        SELECT p.no, p.pieces, sum(l.quantity) FROM fulfilment_parcel p LEFT JOIN fulfilment_parcelline l ON l.parcel_id = p.id
        GROUP BY p.id HAVING p.pieces IS DISTINCT FROM sum(l.quantity)
        """,
    ),
]
"""(what must hold, SQL whose rows are the breaches)."""
