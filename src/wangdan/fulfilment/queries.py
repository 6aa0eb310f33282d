"""Reads of parcels: which warehouse would serve, the parcels of a ref, a warehouse's work, waves, lists, and what must always hold."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Case, Count, DateTimeField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from wangdan.accounts.rules import Destination
from wangdan.delivery.rules import distance
from wangdan.fulfilment.models import Manifest, Material, MaterialStock, Parcel, ParcelLine, Photo, Track, Wave
from wangdan.fulfilment.rules import (
    BACK_WITHIN,
    COMING_BACK,
    FETCH_WITHIN,
    IN_HOUSE,
    LIFE,
    WAVE_PARCELS,
    WAVE_PIECES,
    Goods,
    Heap,
    Share,
    Shelf,
    Waiting,
    heaps,
    spread,
    walk,
)
from wangdan.inventory import queries as inventory
from wangdan.inventory.models import Hold
from wangdan.kernel import chains, clock, options
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
    track = Prefetch("track", Track.objects.select_related("carrier").order_by("-at", "-id"))
    return rows.select_related("carrier", "warehouse", "pickup_point").prefetch_related(lines, track)


def parcels_of(ref: str) -> list[Parcel]:
    """The parcels of a ref with lines and track, oldest first (three statements)."""
    return list(_whole(Parcel.objects.filter(ref_of=ref)).order_by("id"))


def parcels_by_ref(refs: Iterable[str]) -> dict[str, list[Parcel]]:
    """The parcels of many refs as `parcels_of` gives them, in three statements whatever their number."""
    found: dict[str, list[Parcel]] = {ref: [] for ref in refs}
    for parcel in _whole(Parcel.objects.filter(ref_of__in=list(found))).order_by("id") if found else ():
        found[parcel.ref_of].append(parcel)
    return found


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


COUNTED = {"planned": "picked", "picked": "inspected"}
"""States in which pieces are counted → the column that counts them."""


def goods(line: ParcelLine, status: str) -> Goods:
    """What a line wants in the parcel's present stage; `line.sku` must have been fetched along."""
    wanted = line.quantity if status == "planned" else line.picked
    return Goods(line.pk, line.sku.code, line.bin, wanted, getattr(line, COUNTED[status]))


STAGES: dict[str, Q] = {
    "pick": Q(status="planned"),
    "inspect": Q(status="picked"),
    "pack": Q(status="inspected"),
    "hand_over": Q(status="packed"),
    "collect": Q(status="handed_over", method="pickup"),
    "take_back": Q(status__in=COMING_BACK),
}
"""What people in a warehouse do next → the parcels that wait for it."""


def queue(actor: Actor, *, stage: str = "", warehouse_id: int | None = None) -> QuerySet[Parcel]:
    """What waits for people in the actor's warehouses, until when (`due`), and whether pieces are missing (`short`); the caller orders and cuts.

    What leaves the house is due when it should ship; what came back or waits for its buyer, after the days the options name.
    """
    found = Parcel.visible_to(actor).filter(STAGES[stage] if stage else reduce(or_, STAGES.values()))
    if warehouse_id is not None:
        found = found.filter(warehouse=warehouse_id)
    back, fetch = timedelta(days=options.value(BACK_WITHIN)), timedelta(days=options.value(FETCH_WITHIN))
    due = Case(
        When(status__in=COMING_BACK, then=F("closed_at") + back),
        When(status="handed_over", then=F("handed_over_at") + fetch),
        default=F("ship_by"),
        output_field=DateTimeField(),
    )
    short = Hold.objects.filter(ref=OuterRef("ref_of"), warehouse=OuterRef("warehouse"), status="short")
    return found.annotate(due=due, short=Exists(short))


def waiting(actor: Actor, warehouse_id: int | None = None) -> dict[str, tuple[int, int]]:
    """How many wait in each stage, and how many of them are late (one statement)."""
    late = Q(due__lt=clock.now())
    counts = {name: Count("pk", filter=each) for name, each in STAGES.items()}
    counts |= {f"{name}_late": Count("pk", filter=each & late) for name, each in STAGES.items()}
    told = queue(actor, warehouse_id=warehouse_id).aggregate(**counts)
    return {name: (told[name], told[f"{name}_late"]) for name in STAGES}


def in_hand(warehouse_id: int, sku_id: int) -> int:
    """Pieces of a SKU that were taken off the shelf for parcels still in the house; a count of the shelf alone misses them."""
    rows = ParcelLine.objects.filter(sku=sku_id, parcel__warehouse=warehouse_id, parcel__status__in=IN_HOUSE)
    return int(rows.aggregate(n=Coalesce(Sum("picked"), 0))["n"])


def unwaved(actor: Actor, warehouse_id: int) -> QuerySet[Parcel]:
    """Parcels of a warehouse that wait to be picked and are in no wave, the most urgent first; none that misses pieces."""
    short = Hold.objects.filter(ref=OuterRef("ref_of"), warehouse=OuterRef("warehouse"), status="short")
    rows = Parcel.visible_to(actor).filter(~Exists(short), warehouse=warehouse_id, status="planned", place=None)
    return rows.select_related("carrier", "warehouse", "pickup_point").prefetch_related("lines").order_by("ship_by", "id")


def next_cut_off(hour: time | None, now: datetime) -> datetime | None:
    """When a carrier that comes daily at that hour comes next; None when it says no hour."""
    if hour is None:
        return None
    today = timezone.localtime(now).replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


_PROPOSED_FROM = 200


def proposals(rows: Sequence[Parcel]) -> list[Heap]:
    """Waves to propose for parcels that `unwaved` found; `lines` must have been fetched along."""
    now = clock.now()
    waiting = []
    for parcel in rows[:_PROPOSED_FROM]:
        lines, carrier = list(parcel.lines.all()), parcel.carrier
        first = min((line.bin for line in lines), key=walk, default="")
        when = next_cut_off(carrier.cut_off if carrier else None, now)
        waiting.append(Waiting(parcel.no, carrier.name if carrier else "", when, parcel.ship_by, len(lines), parcel.pieces, first))
    return heaps(waiting, most_parcels=options.value(WAVE_PARCELS), most_pieces=options.value(WAVE_PIECES))


def waves(actor: Actor, warehouse_ids: Iterable[int]) -> QuerySet[Wave]:
    """Waves of warehouses, newest first, with `parcels`, `pieces` and `picked`."""
    going = ~Q(places__parcel__status="called_off")
    lines = "places__parcel__lines"
    return (
        Wave.visible_to(actor)
        .filter(warehouse__in=list(warehouse_ids))
        .select_related("warehouse", "picker", "made_by")
        .annotate(
            parcels=Count("places", filter=going, distinct=True),
            pieces=Coalesce(Sum(f"{lines}__quantity", filter=going), 0),
            picked=Coalesce(Sum(f"{lines}__picked", filter=going), 0),
        )
        .order_by("-id")
    )


def wave(actor: Actor, no: str) -> Wave:
    """One wave. Refuses with 404."""
    found = Wave.visible_to(actor).select_related("warehouse", "picker").filter(no=no[:12].replace("\x00", "")).first()
    if found is None:
        raise NotSeen
    return found


def wave_lines(wave: Wave) -> list[ParcelLine]:
    """What a wave fetches, in walking order, boxes in order at each bin; called-off parcels are left out (one statement)."""
    rows = ParcelLine.objects.filter(parcel__place__wave=wave).exclude(parcel__status="called_off")
    found = rows.select_related("sku", "picture", "parcel__place")
    return sorted(found, key=lambda line: (walk(line.bin), line.sku_id, line.parcel.place.box, line.pk))


def others_wave(actor: Actor, parcel: Parcel) -> Wave | None:
    """The wave in which somebody else is fetching the parcel just now."""
    return Wave.objects.filter(places__parcel=parcel, status="picking").exclude(picker=actor.id).first()


def manifest(actor: Actor, no: str) -> Manifest:
    """One carrier's list. Refuses with 404."""
    found = Manifest.visible_to(actor).select_related("warehouse", "carrier").filter(no=no[:12].replace("\x00", "")).first()
    if found is None:
        raise NotSeen
    return found


def manifests(actor: Actor, warehouse_ids: Iterable[int]) -> QuerySet[Manifest]:
    """The carriers' lists of warehouses, newest first, with `loaded` and `weight` (grams)."""
    rows = Manifest.visible_to(actor).filter(warehouse__in=list(warehouse_ids)).select_related("warehouse", "carrier")
    weight = Sum(Coalesce("loads__parcel__scale_grams", "loads__parcel__weight_grams"))
    return rows.annotate(loaded=Count("loads"), weight=Coalesce(weight, 0)).order_by("-id")


def to_load(actor: Actor, warehouse_ids: Iterable[int]) -> list[dict[str, object]]:
    """Packed parcels with a waybill that wait for their courier, counted by warehouse and carrier (one statement)."""
    rows = Parcel.visible_to(actor).filter(warehouse__in=list(warehouse_ids), status="packed", method="courier").exclude(waybill="")
    names = ("warehouse_id", "warehouse__name", "carrier__code", "carrier__name", "carrier__cut_off")
    return list(rows.order_by("warehouse_id", "carrier__name").values(*names).annotate(count=Count("pk")))


def lying_at(points: Iterable[int]) -> dict[int, int]:
    """How many parcels wait at pick-up points for their buyers, or are on their way into them (one statement)."""
    rows = Parcel.objects.filter(pickup_point__in=list(points), method="pickup", status__in=(*IN_HOUSE, "handed_over"))
    return dict(rows.order_by().values_list("pickup_point").annotate(n=Count("pk")))


def materials() -> list[Material]:
    """What parcels can be packed in and protected with, boxes first, small before large."""
    return list(Material.objects.filter(active=True).order_by("kind", "grams", "id"))


def kept(warehouse_id: int) -> dict[int, MaterialStock]:
    """What a warehouse keeps of each material, by the material's id (one statement)."""
    return {row.material_id: row for row in MaterialStock.objects.filter(warehouse=warehouse_id)}


def photo(actor: Actor, number: int) -> Photo:
    """A picture of a parcel the actor works on. Refuses with 404."""
    found = Photo.objects.filter(pk=number, parcel__in=Parcel.visible_to(actor)).select_related("file", "parcel").first()
    if found is None:
        raise NotSeen
    return found


def due_to_call_back(limit: int) -> list[str]:
    """Parcels that nobody fetched in time."""
    rows = Parcel.objects.filter(status="handed_over", method="pickup", keep_until__lte=clock.now()).order_by("keep_until")
    return list(rows.values_list("no", flat=True)[:limit])


def is_again(no: str) -> bool:
    """Whether the parcel brings the goods of a lost one once more."""
    return Parcel.objects.filter(no=no, moved_from__settled="resent").exists()


def due_to_ask(limit: int) -> list[str]:
    """Parcels whose carrier has been silent too long."""
    rows = Parcel.objects.filter(status="handed_over", ask_at__lte=clock.now()).order_by("ask_at")
    return list(rows.values_list("no", flat=True)[:limit])


def moves(actor: Actor, parcel: Parcel) -> list[str]:
    """What the actor may do to the parcel now; the carrier's moves are not people's."""
    hands = {"pick", "inspect", "pack", "hand_over", "take_back"} | ({"collect"} if parcel.method == "pickup" else set())
    found = [name for name in LIFE.open_moves(parcel.status) if name in hands]
    if parcel.status == "packed" and parcel.waybill:
        found.append("rebook")
    return [name for name in found if may(actor, f"fulfilment.{name}")]


def moves_of(actor: Actor, parcels: Sequence[Parcel]) -> list[list[str]]:
    """The actor's moves for each of the parcels; none for one that is another's work (a buyer sees his parcels, he does not pack them)."""
    mine = set(Parcel.visible_to(actor).filter(pk__in=[parcel.pk for parcel in parcels]).values_list("pk", flat=True)) if parcels else set()
    return [moves(actor, parcel) if parcel.pk in mine else [] for parcel in parcels]


INVARIANTS: list[tuple[str, str]] = [
    (
        "parcels: what was handed over was consumed, and nothing else",
        """
        SELECT coalesce(l.ref, h.ref), coalesce(l.sku_id, h.sku_id), coalesce(l.pieces, 0), coalesce(h.pieces, 0) FROM (
            SELECT p.ref_of AS ref, p.warehouse_id, b.sku_id, sum(b.quantity) AS pieces FROM fulfilment_parcel p
            JOIN fulfilment_parcelline b ON b.parcel_id = p.id
            WHERE p.status NOT IN ('planned', 'picked', 'inspected', 'packed', 'called_off') GROUP BY 1, 2, 3
        ) l FULL JOIN (
            SELECT ref, warehouse_id, sku_id, sum(quantity) AS pieces FROM inventory_hold WHERE status = 'consumed' GROUP BY 1, 2, 3
        ) h ON h.ref = l.ref AND h.warehouse_id = l.warehouse_id AND h.sku_id = l.sku_id
        WHERE coalesce(h.pieces, 0) <> coalesce(l.pieces, 0)
        """,
    ),
    (
        "parcels: what came back lies on the shelf by a move",
        """
        SELECT l.ref, l.sku_id, l.pieces, coalesce(m.pieces, 0) FROM (
            SELECT p.ref_of AS ref, p.warehouse_id, b.sku_id, sum(b.quantity) AS pieces FROM fulfilment_parcel p
            JOIN fulfilment_parcelline b ON b.parcel_id = p.id WHERE p.status = 'returned' GROUP BY 1, 2, 3
        ) l LEFT JOIN (
            SELECT v.ref, s.warehouse_id, s.sku_id, sum(v.delta) AS pieces FROM inventory_move v
            JOIN inventory_stock s ON s.id = v.stock_id WHERE v.kind = 'restock' GROUP BY 1, 2, 3
        ) m ON m.ref = l.ref AND m.warehouse_id = l.warehouse_id AND m.sku_id = l.sku_id
        WHERE l.pieces <> coalesce(m.pieces, 0)
        """,
    ),
    *chains.invariants("parcels", "fulfilment_parcel", LIFE),
    (
        "parcels: pieces are the sum of the lines",
        """
        SELECT p.no, p.pieces, sum(l.quantity) FROM fulfilment_parcel p LEFT JOIN fulfilment_parcelline l ON l.parcel_id = p.id
        GROUP BY p.id HAVING p.pieces IS DISTINCT FROM sum(l.quantity)
        """,
    ),
]
"""(what must hold, SQL whose rows are the breaches)."""
