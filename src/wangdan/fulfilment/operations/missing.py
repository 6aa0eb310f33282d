"""Too few on the shelf while picking: the missing pieces come from another warehouse, or somebody is called, on the spot (D10.2)."""

from wangdan.accounts.rules import tidy
from wangdan.delivery.rules import distance
from wangdan.fulfilment import queries
from wangdan.fulfilment.facts import ParcelPlanned, ShelfShort
from wangdan.fulfilment.models import Parcel, ParcelLine
from wangdan.fulfilment.operations.packing import free_hands, pick
from wangdan.fulfilment.operations.planning import Journey, new_parcel
from wangdan.fulfilment.rules import LIFE, REASON_LENGTH
from wangdan.inventory import operations as inventory
from wangdan.inventory import queries as stock
from wangdan.inventory.models import Stock, Warehouse
from wangdan.inventory.rules import First, Miss
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.kernel.sayings import saying


@operation("fulfilment.report_short", on=Parcel)
def report_short(act: Act, parcel: Parcel, *, line: int, found: int, reason: str = "") -> list[Parcel]:
    """So many pieces (`found`) lie on the shelf and the line wants more: stock is set right, and what is missing is sent from elsewhere.

    Returns the new parcels; none when the shelf has enough or no other warehouse has the goods: then the pieces stay short and whoever
    sells them has a task. Refuses with `fulfilment.cannot_report_short` once picked, 404 for a line of another parcel,
    `inventory.pieces_malformed`, `fulfilment.in_others_wave`.
    """
    if parcel.status != "planned":
        raise Refused("fulfilment.cannot_report_short", status=parcel.status)
    free_hands(act, parcel)
    row = ParcelLine.objects.filter(parcel=parcel, pk=line).select_related("sku__product").first()
    if row is None:
        raise NotSeen
    if found < 0:
        raise Malformed("inventory.pieces_malformed")
    why = tidy(reason, REASON_LENGTH)
    act.note("reason", None, why)
    missing = max(0, row.quantity - row.picked - found)
    if missing:
        act.tell(ShelfShort(parcel.ref_of, parcel=parcel.no, pieces=missing))
    there = found + queries.in_hand(parcel.warehouse_id, row.sku_id)
    miss = Miss(First(parcel.ref_of, missing, row.picked), parcel.warehouse_id, row.sku_id, there, why or parcel.no)
    taken = inventory.come_short(act, miss=miss, elsewhere=_elsewhere(parcel, row, missing))
    if not taken:
        return []
    made = [_bring(act, parcel, row, house, pieces) for house, pieces in taken]
    _shrink(act, parcel, row, sum(pieces for _, pieces in taken), made[0])
    return made


def _elsewhere(parcel: Parcel, row: ParcelLine, missing: int) -> list[int]:
    """Other warehouses with free pieces: first those that have all that is missing, of these the nearest to the buyer."""
    goal = parcel.to_code or parcel.to_province
    found = [each for each in stock.free_in({row.sku_id: row.sku.product.shop_id}) if each.warehouse_id != parcel.warehouse_id]
    found.sort(key=lambda each: (each.available < missing, distance(each.warehouse.province, goal), each.warehouse_id))
    return [each.warehouse_id for each in found]


def _bring(act: Act, parcel: Parcel, row: ParcelLine, warehouse_id: int, pieces: int) -> Parcel:
    """The parcel that brings the missing pieces from another warehouse, with the reason."""
    house = Warehouse.objects.get(pk=warehouse_id)
    journey = Journey(parcel.destination, parcel.method, parcel.pickup_point_id, 0, parcel.ship_by)
    made = new_parcel(act, parcel.ref_of, parcel.root_id, house, journey, (pieces, row.sku.weight_grams * pieces))
    made.moved_from = parcel
    made.why = [saying("fulfilment.moved_short", warehouse_name=parcel.warehouse.name, title=row.title, pieces=pieces)]
    made.save()
    shelf = Stock.objects.filter(warehouse=house, sku=row.sku_id).values_list("bin", flat=True).first() or ""
    same = {"line": row.line, "sku_id": row.sku_id, "title": row.title, "specs": row.specs, "picture_id": row.picture_id}
    ParcelLine.objects.create(parcel=made, bin=shelf, quantity=pieces, **same)
    act.born(made)
    act.tell(ParcelPlanned(parcel.ref_of, parcel=made.no))
    return made


def _shrink(act: Act, parcel: Parcel, row: ParcelLine, gone: int, heir: Parcel) -> None:
    """The parcel goes on without the pieces; one that has no others is called off, and its cash is taken at the heir's door."""
    act.note("moved", None, gone)
    if parcel.pieces == gone:
        act.entry.settle()
        act.watch(parcel, "fulfilment.call_off")
        parcel.status, parcel.closed_at = LIFE.take("call_off", parcel.status), act.now
        heir.cod_amount, parcel.cod_amount = parcel.cod_amount, 0
        heir.save(update_fields=["cod_amount"])
        parcel.save(update_fields=["status", "closed_at", "cod_amount"])
        return
    parcel.pieces -= gone
    parcel.weight_grams = max(0, parcel.weight_grams - row.sku.weight_grams * gone)
    parcel.save(update_fields=["pieces", "weight_grams"])
    if row.quantity == gone:
        row.delete()
    else:
        row.quantity -= gone
        row.save(update_fields=["quantity"])
    if all(each.picked == each.quantity for each in ParcelLine.objects.filter(parcel=parcel)):
        act.entry.settle()
        pick(act, parcel)
