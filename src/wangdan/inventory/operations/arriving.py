"""Deliveries of suppliers: announced, checked in piece by piece, put away; what differs is somebody's task (D07.3)."""

from collections.abc import Sequence
from datetime import date

from wangdan.accounts.rules import tidy
from wangdan.inventory.models import Arrival, ArrivalLine, Warehouse
from wangdan.inventory.operations.counting import own_hands, own_skus, put
from wangdan.inventory.rules import MOST_PIECES, NAME_LENGTH, difference
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.numbers import new_number
from wangdan.kernel.operation import operation
from wangdan.tasks import operations as tasks

_MOST_LINES = 200
_NOTE = 120


@operation("inventory.announce")
def announce(
    act: Act, *, warehouse_id: int, supplier: str, lines: Sequence[tuple[int, int]], reference: str = "", expected_on: date | None = None
) -> Arrival:
    """A supplier will bring (SKU, pieces) each; `reference` is the purchase's number.

    Refuses with 404 for a warehouse or goods of others, `inventory.supplier_missing`, `inventory.arrival_empty`, `inventory.pieces_malformed`.
    """
    house = Warehouse.worked_in(act.actor).select_related("organisation").filter(pk=warehouse_id).first()
    if house is None:
        raise NotSeen
    name = tidy(supplier, NAME_LENGTH)
    if not name:
        raise Malformed("inventory.supplier_missing")
    wanted: dict[int, int] = {}
    for sku, pieces in lines:
        wanted[sku] = wanted.get(sku, 0) + pieces
    if not 0 < len(wanted) <= _MOST_LINES:
        raise Malformed("inventory.arrival_empty", most=_MOST_LINES)
    if not all(0 < pieces <= MOST_PIECES for pieces in wanted.values()):
        raise Malformed("inventory.pieces_malformed")
    own_skus(house, wanted)
    for sku in wanted:
        own_hands(act, house, sku)
    number, root = new_number("D"), act.new_root("arrivals")
    told = {"supplier": name, "reference": tidy(reference, 40), "expected_on": expected_on}
    arrival = Arrival.objects.create(root=root, no=number, warehouse=house, announced_at=act.now, **told)
    ArrivalLine.objects.bulk_create(ArrivalLine(arrival=arrival, sku_id=sku, expected=pieces) for sku, pieces in wanted.items())
    return arrival


@operation("inventory.check_in", on=Arrival)
def check_in(act: Act, arrival: Arrival, *, sku_id: int, good: int, damaged: int = 0, bin: str = "") -> ArrivalLine:  # noqa: A002 - the shelf
    """Pieces were unpacked and looked at: good ones lie in the stock at once (in the `bin`), damaged ones are noted.

    More than announced, and goods nobody announced, are taken in and noted as over. Refuses with `inventory.arrival_closed`,
    `inventory.pieces_malformed`, 404 for goods of others.
    """
    if arrival.status not in ("announced", "receiving"):
        raise Refused("inventory.arrival_closed")
    if good < 0 or damaged < 0 or not 0 < good + damaged <= MOST_PIECES:
        raise Malformed("inventory.pieces_malformed")
    house = Warehouse.objects.select_related("organisation").get(pk=arrival.warehouse_id)
    own_hands(act, house, sku_id)
    line = ArrivalLine.objects.filter(arrival=arrival, sku=sku_id).first()
    if line is None:
        own_skus(house, [sku_id])
        line = ArrivalLine.objects.create(arrival=arrival, sku_id=sku_id, expected=0)
    if good:
        put(act, house, {sku_id: (good, bin)}, kind="receive", ref=arrival.ref, note=arrival.supplier)
    line.good, line.damaged = line.good + good, line.damaged + damaged
    line.save(update_fields=["good", "damaged"])
    act.note(f"sku {sku_id}", [line.good - good, line.damaged - damaged], [line.good, line.damaged])
    arrival.status = "receiving"
    arrival.save(update_fields=["status"])
    return line


@operation("inventory.close_arrival", on=Arrival)
def close_arrival(act: Act, arrival: Arrival, *, note: str = "") -> Arrival:
    """All that came is in; what is short, over or damaged is told to whoever answers for the warehouse, with the goods' worth of pieces.

    Refuses with `inventory.arrival_closed`, `inventory.note_missing` when it differs and nobody said a word.
    """
    if arrival.status not in ("announced", "receiving"):
        raise Refused("inventory.arrival_closed")
    found = difference(arrival.lines.values_list("expected", "good", "damaged"))
    arrival.note = tidy(note, _NOTE)
    if found.any and not arrival.note:
        raise Malformed("inventory.note_missing")
    arrival.status, arrival.closed_at = "closed", act.now
    arrival.save(update_fields=["status", "closed_at", "note"])
    if found.any:
        house = Warehouse.objects.select_related("organisation").get(pk=arrival.warehouse_id)
        platform = house.organisation.kind == "platform"
        tasks.open(
            act,
            kind="inventory.arrival_differs",
            ref=arrival.ref,
            role="warehouse" if platform else "shop_owner",
            organisation_id=None if platform else house.organisation_id,
            detail={"supplier": arrival.supplier, "short": found.short, "surplus": found.over, "damaged": found.damaged},
        )
    return arrival


@operation("inventory.call_off_arrival", on=Arrival)
def call_off_arrival(act: Act, arrival: Arrival) -> Arrival:
    """It will not come. Refuses with `inventory.arrival_closed` once anything was checked in."""
    if arrival.status != "announced":
        raise Refused("inventory.arrival_closed")
    arrival.status, arrival.closed_at = "called_off", act.now
    arrival.save(update_fields=["status", "closed_at"])
    return arrival
