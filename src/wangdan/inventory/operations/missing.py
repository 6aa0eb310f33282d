"""Pieces that are not where they should be: what is promised to one ref is found in another warehouse, or the people who sell it are told."""

from collections.abc import Sequence

from django.db.models import F

from wangdan.inventory.models import Hold, Stock, Warehouse
from wangdan.inventory.operations.counting import Why, settle, tell_short
from wangdan.inventory.operations.locking import lock
from wangdan.inventory.rules import MOST_PIECES, Miss, take_from
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotSeen
from wangdan.kernel.operation import operation
from wangdan.tasks import operations as tasks


@operation("inventory.come_short")
def come_short(act: Act, *, miss: Miss, elsewhere: Sequence[int]) -> list[tuple[int, int]]:
    """The shelf has fewer than promised (D10.2): the count is set to what is there, the missing pieces are held in other warehouses; only joined.

    `elsewhere` are warehouses in the order they are to be asked. Returns (warehouse, pieces); empty when nothing was missing or all of
    them together have too few: then the pieces stay short, and whoever sells them has a task. Refuses with `inventory.pieces_malformed`,
    404 for goods that were never here. What an earlier count took from the ref is looked for too.
    """
    if not 0 <= miss.found <= MOST_PIECES:
        raise Malformed("inventory.pieces_malformed")
    ref = miss.first.ref
    house = Warehouse.objects.select_related("organisation").get(pk=miss.warehouse_id)
    locked = {number: lock(act, number, [miss.sku_id]).get(miss.sku_id) for number in sorted({house.pk, *elsewhere})}
    here = locked[house.pk]
    if here is None:
        raise NotSeen
    newly = settle(act, house, miss.sku_id, here, miss.found, Why("count", miss.note, miss.first))
    gone = Hold.objects.filter(ref=ref, warehouse=house, sku=miss.sku_id, status="short").order_by("id")
    holds = list(gone)
    lost = sum(hold.quantity for hold in holds)
    if not lost:
        return []
    free = [(number, row[1] - row[2]) for number in elsewhere if number != house.pk and (row := locked[number])]
    taken = take_from(free, lost)
    if not taken:
        if newly:
            tell_short(act, house, miss.sku_id, ref, newly)
        return []
    gone.update(status="released")
    if not Hold.objects.filter(ref=ref, status="short").exists():
        tasks.settle(act, ref=ref, kind="inventory.short", outcome="inventory.found_elsewhere")
    for number, pieces in taken:
        Stock.objects.filter(warehouse=number, sku=miss.sku_id).update(held=F("held") + pieces)
        kept = Hold.objects.filter(ref=ref, warehouse=number, sku=miss.sku_id, status="active")
        if not kept.update(quantity=F("quantity") + pieces):
            Hold.objects.create(root_id=holds[0].root_id, ref=ref, warehouse_id=number, sku_id=miss.sku_id, quantity=pieces, at=act.now)
        act.note(f"warehouse {number}", None, pieces)
    return taken
