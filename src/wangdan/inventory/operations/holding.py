"""Promises on stock for a ref: hold, release, consume. A hold has no clock; whoever asked for it lets it go."""

from collections.abc import Mapping

from wangdan.catalogue.models import Sku
from wangdan.inventory.models import Hold, Stock
from wangdan.inventory.operations.locking import hold_in, lock, rows
from wangdan.inventory.rules import Want, by_warehouse
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused
from wangdan.kernel.operation import operation

_FREED = """
WITH freed AS (
    UPDATE inventory_hold SET status = 'released' WHERE ref = %s AND warehouse_id = %s AND status = 'active' RETURNING sku_id, quantity
), summed AS (SELECT sku_id, SUM(quantity) AS pieces FROM freed GROUP BY sku_id)
UPDATE inventory_stock s SET held = s.held - f.pieces FROM summed f WHERE s.warehouse_id = %s AND s.sku_id = f.sku_id RETURNING s.sku_id, f.pieces
"""
_TAKEN = """
WITH wanted AS (SELECT * FROM unnest(%s::bigint[], %s::int[]) AS w (sku_id, pieces)),
taken AS (
    UPDATE inventory_hold h SET status = 'consumed', quantity = w.pieces FROM wanted w
    WHERE h.ref = %s AND h.warehouse_id = %s AND h.sku_id = w.sku_id AND h.status = 'active' AND h.quantity >= w.pieces
    RETURNING h.sku_id, w.pieces
), shipped AS (
    UPDATE inventory_stock s SET held = s.held - t.pieces, on_hand = s.on_hand - t.pieces FROM taken t
    WHERE s.warehouse_id = %s AND s.sku_id = t.sku_id RETURNING s.id, t.pieces
), moved AS (
    INSERT INTO inventory_move (stock_id, delta, kind, ref, note, at, act, person_id) SELECT id, -pieces, 'ship', %s, %s, %s, %s, %s FROM shipped
)
SELECT sku_id FROM taken
"""


@operation("inventory.hold")
def hold(act: Act, *, wants: list[Want], root_id: int | None = None) -> list[Hold]:
    """Promise pieces to refs, all or nothing; the last thing a placing does (C6, D04.4).

    One statement per warehouse, in id order. `root_id` is the family the holds belong to (the act's own if not given).
    Refuses with `inventory.cannot_hold` and `skus: [{sku, title, wanted, available}]`, `inventory.nothing_wanted` for no pieces.
    """
    if not wants or any(want.quantity < 1 for want in wants):
        raise Malformed("inventory.nothing_wanted")
    short: dict[int, int] = {}
    made: list[Hold] = []
    for warehouse, pieces in by_warehouse(wants).items():
        held = hold_in(act, warehouse, [want for want in wants if want.warehouse_id == warehouse], root_id or act.family_id)
        for sku in pieces.keys() - {hold.sku_id for hold in held}:
            short[sku] = short.get(sku, 0) + pieces[sku]
        made += held
    if short:
        raise Refused("inventory.cannot_hold", skus=_short(wants, short))
    return made


def _short(wants: list[Want], short: dict[int, int]) -> list[dict[str, object]]:
    """The short SKUs by name, with what was wanted and what there is in the warehouses that were asked."""
    asked = {want.warehouse_id for want in wants}
    titles = dict(Sku.objects.filter(pk__in=short).values_list("pk", "product__title"))
    free, wanted = dict.fromkeys(short, 0), dict.fromkeys(short, 0)
    for row in Stock.objects.filter(sku__in=short, warehouse__in=asked):
        free[row.sku_id] += row.available
    for want in wants:
        if want.sku_id in short:
            wanted[want.sku_id] += want.quantity
    # what this act itself got hold of before it found a shortage is free again after the rollback
    return [
        {"sku": sku, "title": titles.get(sku, ""), "wanted": wanted[sku], "available": free[sku] + wanted[sku] - short[sku]} for sku in sorted(short)
    ]


@operation("inventory.release")
def release(act: Act, *, ref: str) -> int:
    """Let go what is still promised to a ref, whatever the shelf state (C6); returns the pieces. A second time nothing happens."""
    freed, open_holds = 0, Hold.objects.filter(ref=ref, status__in=("active", "short"))
    skus: dict[int, list[int]] = {}
    for warehouse, sku in open_holds.order_by("warehouse_id", "sku_id").values_list("warehouse_id", "sku_id"):
        skus.setdefault(warehouse, []).append(sku)
    for warehouse, wanted in skus.items():
        lock(act, warehouse, wanted)
        freed += sum(pieces for _, pieces in rows(_FREED, [ref, warehouse, warehouse]))
    if skus:
        open_holds.filter(status="short").update(status="released")
    return freed


@operation("inventory.rehold")
def rehold(act: Act, *, ref: str, wants: list[Want], root_id: int) -> None:
    """Promise a ref other pieces than before, all or nothing, warehouses in id order: what it had is let go and what it wants is held at once.

    Refuses with `inventory.cannot_hold` (skus), `inventory.nothing_wanted`; then it keeps what it had.
    """
    if not wants or any(want.quantity < 1 for want in wants):
        raise Malformed("inventory.nothing_wanted")
    held: dict[int, set[int]] = {}
    for warehouse, sku in Hold.objects.filter(ref=ref, status__in=("active", "short")).values_list("warehouse_id", "sku_id"):
        held.setdefault(warehouse, set()).add(sku)
    wanted, short = by_warehouse(wants), dict[int, int]()
    for warehouse in sorted({*held, *wanted}):
        pieces = wanted.get(warehouse, {})
        lock(act, warehouse, {*held.get(warehouse, ()), *pieces})
        rows(_FREED, [ref, warehouse, warehouse])
        ours = [Want(ref=ref, warehouse_id=warehouse, sku_id=sku, quantity=count) for sku, count in pieces.items()]
        got = {hold.sku_id for hold in hold_in(act, warehouse, ours, root_id)} if ours else set()
        for sku in pieces.keys() - got:
            short[sku] = short.get(sku, 0) + pieces[sku]
    if short:
        raise Refused("inventory.cannot_hold", skus=_short(wants, short))
    Hold.objects.filter(ref=ref, status="short").update(status="released")


@operation("inventory.consume")
def consume(act: Act, *, ref: str, warehouse_id: int, quantities: Mapping[int, int], note: str = "") -> None:
    """The pieces leave the house: the ref's holds in one warehouse are used up, one move per SKU (D18.2).

    What is held beyond `quantities` (SKU → pieces) stays held. Refuses with `inventory.cannot_consume` naming the SKUs of which not
    enough is held, for instance after a count found fewer.
    """
    wanted = dict(sorted(quantities.items()))
    lock(act, warehouse_id, wanted)
    before = {row.sku_id: row for row in Hold.objects.filter(ref=ref, warehouse=warehouse_id, status="active", sku__in=wanted)}
    skus, pieces = list(wanted), list(wanted.values())
    taken = rows(_TAKEN, [skus, pieces, ref, warehouse_id, warehouse_id, ref, note, act.now, act.id, act.actor.id])
    missing = wanted.keys() - {sku for (sku,) in taken}
    if missing:
        short = [{"sku": sku, "wanted": wanted[sku], "held": before[sku].quantity if sku in before else 0} for sku in sorted(missing)]
        raise Refused("inventory.cannot_consume", skus=short)
    Hold.objects.bulk_create(
        Hold(root_id=row.root_id, ref=ref, warehouse_id=warehouse_id, sku_id=sku, quantity=row.quantity - wanted[sku], at=row.at)
        for sku, row in before.items()
        if row.quantity > wanted[sku]
    )
