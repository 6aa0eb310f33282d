"""What lies on the shelf: receive, take back, adjust, count. Every change is a move; a shortage hits the newest promises."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F

from wangdan.accounts.models import Membership, Organisation
from wangdan.accounts.parsing.gazetteer import gazetteer
from wangdan.accounts.rules import OFFICE_ROLES, tidy
from wangdan.catalogue.models import Sku
from wangdan.inventory.facts import GoodsMoved, HoldShort
from wangdan.inventory.models import Hold, Move, Stock, Warehouse
from wangdan.inventory.operations.locking import lock, rows
from wangdan.inventory.rules import ADDRESS_LENGTH, MOST_PIECES, NAME_LENGTH, NOBODY, First, cut_first
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.tasks import operations as tasks

_RECEIVE = """
WITH given AS (SELECT * FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS g (sku_id, pieces, bin)),
stocked AS (
    INSERT INTO inventory_stock AS s (warehouse_id, sku_id, on_hand, held, bin)
    SELECT %s, sku_id, pieces, 0, bin FROM given ORDER BY sku_id
    ON CONFLICT (warehouse_id, sku_id) DO UPDATE SET on_hand = s.on_hand + EXCLUDED.on_hand,
        bin = CASE WHEN EXCLUDED.bin = '' THEN s.bin ELSE EXCLUDED.bin END
    RETURNING s.id, s.sku_id
)
INSERT INTO inventory_move (stock_id, delta, kind, ref, note, at, act, person_id)
SELECT t.id, g.pieces, %s, %s, %s, %s, %s, %s FROM stocked t JOIN given g ON g.sku_id = t.sku_id RETURNING stock_id
"""
_CUT = """
WITH hit AS (SELECT * FROM unnest(%s::bigint[], %s::int[]) AS h (id, pieces)),
gone AS (
    UPDATE inventory_hold h SET status = CASE WHEN h.quantity = hit.pieces THEN 'short' ELSE h.status END,
        quantity = CASE WHEN h.quantity = hit.pieces THEN h.quantity ELSE h.quantity - hit.pieces END
    FROM hit WHERE h.id = hit.id RETURNING h.id, h.status, h.root_id, h.ref, h.warehouse_id, h.sku_id, h.at, hit.pieces
), rest AS (
    INSERT INTO inventory_hold (root_id, ref, warehouse_id, sku_id, quantity, status, at)
    SELECT root_id, ref, warehouse_id, sku_id, pieces, 'short', at FROM gone WHERE status = 'active'
)
SELECT ref, pieces FROM gone
"""


@operation("inventory.open_warehouse")
def open_warehouse(act: Act, *, organisation_id: int, name: str, province: str, city: str, address: str = "") -> Warehouse:
    """Open a warehouse of a shop, which its owner may, or of the platform (D04.4, D07.3).

    Refuses with 404 for an organisation that is not the actor's, `accounts.text_missing`, `accounts.text_malformed`, `accounts.division_unknown`,
    `inventory.warehouse_name_taken`.
    """
    found = Organisation.objects.filter(pk=organisation_id).first()
    owns = Membership.objects.filter(person=act.actor.id, organisation=organisation_id, role="shop_owner")
    if found is None or not (act.actor.roles & {"admin", "system"} or owns.exists()):
        raise NotSeen
    called, lies_at = tidy(name, NAME_LENGTH), tidy(address, ADDRESS_LENGTH)
    if not called:
        raise Malformed("accounts.text_missing", field="name")
    if not province or not gazetteer().find(province, city, ""):
        raise Malformed("accounts.division_unknown", level="city" if province and gazetteer().find(province, "", "") else "province")
    root = act.new_root("warehouses")
    return Warehouse.objects.create(root=root, organisation=found, name=called, province=province, city=city, address=lies_at)


@operation("inventory.set_low", on=Warehouse)
def set_low(act: Act, warehouse: Warehouse, *, sku_id: int, pieces: int | None) -> Stock:
    """Below so many free pieces the goods are to be replenished; None: as the option says. Refuses with 404, `inventory.pieces_malformed`."""
    if pieces is not None and not 0 <= pieces <= MOST_PIECES:
        raise Malformed("inventory.pieces_malformed")
    own_hands(act, warehouse, sku_id)
    lock(act, warehouse.pk, [sku_id])
    row = _row(warehouse, sku_id)
    act.note(f"sku {sku_id} low", row.low, pieces)
    row.low = pieces
    row.save(update_fields=["low"])
    return row


def put(act: Act, warehouse: Warehouse, goods: Mapping[int, tuple[int, str]], *, kind: str, ref: str = "", note: str = "") -> None:
    """Add pieces to many SKUs in one statement: SKU → (pieces, bin or empty)."""
    if not goods or "\x00" in note or any(not 0 < pieces <= MOST_PIECES or not _is_bin(place) for pieces, place in goods.values()):
        raise Malformed("inventory.pieces_malformed")
    locked = lock(act, warehouse.pk, goods)
    if any(locked[sku][1] + pieces > MOST_PIECES for sku, (pieces, _) in goods.items() if sku in locked):
        raise Malformed("inventory.pieces_malformed")
    skus = sorted(goods)
    pieces, places = [goods[sku][0] for sku in skus], [goods[sku][1] for sku in skus]
    rows(_RECEIVE, [skus, pieces, places, warehouse.pk, kind, ref, note[:120], act.now, act.id, act.actor.id])
    _refill(act, warehouse, skus)


def _is_bin(place: str) -> bool:
    """Whether a shelf's name fits its column."""
    return len(place) <= 20 and "\x00" not in place  # noqa: PLR2004 - the column


def _refill(act: Act, warehouse: Warehouse, skus: Iterable[int]) -> None:
    """Missing pieces are promised again, oldest first, as far as whole holds fit; the rows are locked already."""
    waiting = list(Hold.objects.filter(warehouse=warehouse, sku__in=skus, status="short").order_by("id"))
    free = {row.sku_id: row.available for row in Stock.objects.filter(warehouse=warehouse, sku__in={hold.sku_id for hold in waiting})}
    for hold in waiting:
        if free[hold.sku_id] < hold.quantity:
            continue
        free[hold.sku_id] -= hold.quantity
        Stock.objects.filter(warehouse=warehouse, sku=hold.sku_id).update(held=F("held") + hold.quantity)
        same = Hold.objects.filter(ref=hold.ref, warehouse=warehouse, sku=hold.sku_id, status="active")
        hold.status = "released" if same.update(quantity=F("quantity") + hold.quantity) else "active"
        hold.save(update_fields=["status"])
        if not Hold.objects.filter(ref=hold.ref, status="short").exists():
            tasks.settle(act, ref=hold.ref, kind="inventory.short", outcome="inventory.refilled")


def own_skus(warehouse: Warehouse, sku_ids: Iterable[int]) -> None:
    """Only goods of the warehouse's own shop come in; the platform's warehouses also take those of its own shops."""
    wanted = set(sku_ids)
    found = Sku.objects.filter(pk__in=wanted)
    mine = found.filter(product__shop=warehouse.organisation_id)
    if warehouse.organisation.kind == "platform":
        mine = mine | found.filter(product__shop__own=True)
    if mine.count() != len(wanted):
        raise NotSeen


def own_hands(act: Act, warehouse: Warehouse, sku_id: int) -> None:
    """People of the platform's own shops see its warehouses, but touch the goods of their own shop only. Refuses with 404."""
    at_home = warehouse.organisation_id in act.actor.organisations or act.actor.roles & OFFICE_ROLES
    if not at_home and not Sku.objects.filter(pk=sku_id, product__shop__in=act.actor.organisations).exists():
        raise NotSeen


@operation("inventory.receive", on=Warehouse)
def receive(act: Act, warehouse: Warehouse, *, sku_id: int, quantity: int, bin: str = "", note: str = "") -> Stock:  # noqa: A002 - the shelf
    """Pieces arrived and lie in the warehouse now (D07.3). Refuses with `inventory.pieces_malformed`, 404 for goods of others."""
    own_skus(warehouse, [sku_id])
    own_hands(act, warehouse, sku_id)
    put(act, warehouse, {sku_id: (quantity, bin)}, kind="receive", note=note)
    act.note(f"sku {sku_id}", None, quantity)
    return Stock.objects.get(warehouse=warehouse, sku=sku_id)


@operation("inventory.receive_many", on=Warehouse)
def receive_many(act: Act, warehouse: Warehouse, *, goods: Sequence[tuple[int, int, str]], note: str = "") -> int:
    """A whole delivery at once, in one statement: (SKU, pieces, bin) each; returns the number of SKUs."""
    own_skus(warehouse, [sku for sku, _, _ in goods])
    put(act, warehouse, {sku: (pieces, place) for sku, pieces, place in goods}, kind="receive", note=note)
    act.note("skus", None, len(goods))
    return len(goods)


@operation("inventory.restock")
def restock(act: Act, *, warehouse_id: int, quantities: Mapping[int, int], ref: str, note: str = "") -> None:
    """Pieces that were shipped came back in good order (D04.6, D18.6)."""
    warehouse = Warehouse.objects.get(pk=warehouse_id)
    put(act, warehouse, {sku: (pieces, "") for sku, pieces in quantities.items()}, kind="restock", ref=ref, note=note)


@operation("inventory.place_bin", on=Warehouse)
def place_bin(act: Act, warehouse: Warehouse, *, sku_id: int, bin: str) -> Stock:  # noqa: A002 - the shelf
    """The goods lie on another shelf now. Refuses with 404 for goods that are not in the warehouse."""
    if not _is_bin(bin):
        raise Malformed("inventory.pieces_malformed")
    own_hands(act, warehouse, sku_id)
    lock(act, warehouse.pk, [sku_id])
    row = _row(warehouse, sku_id)
    act.note(f"sku {sku_id} bin", row.bin, bin)
    row.bin = bin
    row.save(update_fields=["bin"])
    act.tell(GoodsMoved(warehouse.ref, sku=sku_id, bin=bin))
    return row


def _row(warehouse: Warehouse, sku_id: int) -> Stock:
    found = Stock.objects.filter(warehouse=warehouse, sku=sku_id).first()
    if found is None:
        raise NotSeen
    return found


@operation("inventory.adjust", on=Warehouse)
def adjust(act: Act, warehouse: Warehouse, *, sku_id: int, delta: int, note: str) -> Stock:
    """Correct a count by a difference with a reason: broken, found, given away (D07.3).

    Refuses with `inventory.note_missing`, `inventory.cannot_adjust` when fewer than nothing would be left.
    """
    if not note.strip() or "\x00" in note:
        raise Malformed("inventory.note_missing")
    own_hands(act, warehouse, sku_id)
    locked = lock(act, warehouse.pk, [sku_id])
    if sku_id not in locked:
        raise NotSeen
    on_hand = locked[sku_id][1]
    if delta == 0 or not 0 <= on_hand + delta <= MOST_PIECES:
        raise Refused("inventory.cannot_adjust", on_hand=on_hand)
    settle(act, warehouse, sku_id, locked[sku_id], on_hand + delta, Why("adjust", note))
    return _row(warehouse, sku_id)


@operation("inventory.count", on=Warehouse)
def count(act: Act, warehouse: Warehouse, *, sku_id: int, found: int, note: str = "") -> Stock:
    """Somebody counted what lies there, packed parcels not yet handed over included (D07.3).

    Fewer than held: the newest holds turn short, with a task for the warehouse's owner per ref, in this transaction.
    Refuses with `inventory.pieces_malformed`, 404 for goods that were never here.
    """
    if not 0 <= found <= MOST_PIECES or "\x00" in note:
        raise Malformed("inventory.pieces_malformed")
    own_hands(act, warehouse, sku_id)
    locked = lock(act, warehouse.pk, [sku_id])
    if sku_id not in locked:
        raise NotSeen
    settle(act, warehouse, sku_id, locked[sku_id], found, Why("count", note))
    return _row(warehouse, sku_id)


@dataclass(frozen=True)
class Why:
    """Why a count changes; `first` is whose shelf is empty: he is cut before the newest, and quietly."""

    kind: str
    note: str
    first: First = NOBODY


def settle(act: Act, warehouse: Warehouse, sku_id: int, locked: tuple[int, int, int], left: int, why: Why) -> int:
    """Set a locked row to `left` pieces: shorten the newest holds, write the move, call people; returns what `why.first` lost."""
    number, on_hand, held = locked
    short: list[tuple[str, int]] = []
    if left < held:
        active = Hold.objects.filter(warehouse=warehouse, sku=sku_id, status="active").order_by("-id")
        hit = cut_first(list(active.values_list("pk", "ref", "quantity")), held - left, why.first)
        short = [(ref, pieces) for ref, pieces in rows(_CUT, [list(hit), list(hit.values())])]
    Stock.objects.filter(pk=number).update(on_hand=left, held=min(held, left))
    if left != on_hand:
        who = act.actor.id
        Move.objects.create(stock_id=number, delta=left - on_hand, kind=why.kind, note=why.note[:120], at=act.now, act=act.id, person_id=who)
    act.note(f"sku {sku_id} on_hand", on_hand, left)
    if left > on_hand:
        _refill(act, warehouse, [sku_id])
    for ref, pieces in sorted(short):
        if ref != why.first.ref:
            tell_short(act, warehouse, sku_id, ref, pieces)
    return sum(pieces for ref, pieces in short if ref == why.first.ref)


def tell_short(act: Act, warehouse: Warehouse, sku_id: int, ref: str, pieces: int) -> None:
    """Pieces that were promised to a ref are not there: whoever sells them has a task."""
    act.tell(HoldShort(ref, warehouse=warehouse.pk, sku=sku_id, pieces=pieces))
    _call_people(act, warehouse, sku_id, ref, pieces)


def _call_people(act: Act, warehouse: Warehouse, sku_id: int, ref: str, pieces: int) -> None:
    shop = warehouse.organisation
    tasks.open(
        act,
        kind="inventory.short",
        ref=ref,
        role="supervisor" if shop.kind == "platform" else "shop_owner",
        organisation_id=None if shop.kind == "platform" else shop.pk,
        detail={"warehouse": warehouse.pk, "warehouse_name": warehouse.name, "sku": sku_id, "pieces": pieces},
    )
