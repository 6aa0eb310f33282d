"""Counting a zone: every shelf once, once more where it differs, and the difference booked with its reason (D07.3)."""

from typing import Any

from wangdan.accounts.rules import tidy
from wangdan.inventory import queries
from wangdan.inventory.models import CountLine, CountList, Stock, Warehouse
from wangdan.inventory.operations.counting import Why, own_hands, settle
from wangdan.inventory.operations.locking import lock
from wangdan.inventory.rules import MOST_PIECES, ZONE_LINES
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.numbers import new_number
from wangdan.kernel.operation import operation
from wangdan.tasks import operations as tasks

_ZONE, _WHY, _MOST_LOW = 20, 120, 500


def _root_of_house(_actor: Actor, *, warehouse_id: int, **_: Any) -> int | None:
    return Warehouse.objects.filter(pk=warehouse_id).values_list("root_id", flat=True).first()


@operation("inventory.make_count", root=_root_of_house)
def make_count(act: Act, *, warehouse_id: int, zone: str = "") -> CountList:
    """List what lies in a zone, the bins whose names begin so (empty: the whole house).

    Refuses with 404, `inventory.zone_empty`, `inventory.zone_too_large` (most).
    """
    house = Warehouse.worked_in(act.actor).filter(pk=warehouse_id).first()
    if house is None:
        raise NotSeen
    part, most = tidy(zone, _ZONE).upper(), act.option(ZONE_LINES)
    rows = list(Stock.objects.filter(warehouse=house, bin__istartswith=part).order_by("bin", "id")[: most + 1])
    if not rows:
        raise Refused("inventory.zone_empty")
    if len(rows) > most:
        raise Refused("inventory.zone_too_large", most=most)
    root = act.new_root("counts")
    made = CountList.objects.create(root=root, no=new_number("C"), warehouse=house, zone=part, made_by_id=act.actor.id, made_at=act.now)
    CountLine.objects.bulk_create(CountLine(of=made, sku_id=row.sku_id, bin=row.bin) for row in rows)
    return made


@operation("inventory.enter_count", on=CountList)
def enter_count(act: Act, counted: CountList, *, line: int, found: int, why: str = "") -> CountLine:
    """Somebody counted goods of the list: `found` pieces in all, those picked and not yet handed over included.

    As many as the books say: done. Else they are counted once more, and the second number is booked with a reason (`why`); fewer than
    are held turns the newest holds short, as `count` does. Refuses with `inventory.count_closed`, 404 for another list's line,
    `inventory.pieces_malformed`, `inventory.note_missing` for a second number that differs and says no reason.
    """
    row = CountLine.objects.filter(of=counted, pk=line).first()
    if row is None:
        raise NotSeen
    if counted.closed_at is not None or row.status == "done":
        raise Refused("inventory.count_closed")
    if not 0 <= found <= MOST_PIECES:
        raise Malformed("inventory.pieces_malformed")
    house = Warehouse.objects.select_related("organisation").get(pk=counted.warehouse_id)
    own_hands(act, house, row.sku_id)
    locked = lock(act, house.pk, [row.sku_id])[row.sku_id]
    reason, second = tidy(why, _WHY), row.status == "recount"
    row.counted_by_id = act.actor.id
    if found == locked[1]:
        row.status = "done"
    elif second:
        if not reason:
            raise Malformed("inventory.note_missing")
        row.status, row.booked, row.why = "done", found - locked[1], reason
        settle(act, house, row.sku_id, locked, found, Why("count", reason))
    else:
        row.status = "recount"
    row.first, row.second = (row.first, found) if second else (found, None)
    row.save()
    act.note(f"line {row.pk}", None, found)
    if not CountLine.objects.filter(of=counted).exclude(status="done").exists():
        counted.closed_at = act.now
        counted.save(update_fields=["closed_at"])
    return row


@operation("inventory.drop_count", on=CountList)
def drop_count(act: Act, counted: CountList) -> CountList:
    """Stop here: what was counted stays booked, the rest is left for another list. Refuses with `inventory.count_closed`."""
    if counted.closed_at is not None:
        raise Refused("inventory.count_closed")
    left = CountLine.objects.filter(of=counted).exclude(status="done")
    act.note("left", None, left.count())
    left.delete()
    counted.closed_at = act.now
    counted.save(update_fields=["closed_at"])
    return counted


@operation("inventory.warn_low", on=Warehouse)
def warn_low(act: Act, warehouse: Warehouse) -> None:
    """The sweep: so many goods are running out here; one task per warehouse, settled when nothing is low any more."""
    low = len(queries.low([warehouse.pk])[:_MOST_LOW])
    if not low:
        tasks.settle(act, ref=warehouse.ref, kind="inventory.low", outcome="inventory.replenished")
        return
    shop = warehouse.organisation
    platform = shop.kind == "platform"
    tasks.open(
        act,
        kind="inventory.low",
        ref=warehouse.ref,
        role="warehouse" if platform else "shop_owner",
        organisation_id=None if platform else shop.pk,
        detail={"warehouse_name": warehouse.name, "kinds": low},
    )
