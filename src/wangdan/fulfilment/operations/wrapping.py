"""What parcels are packed in and protected with: the kinds, how many lie in each warehouse, and a word when they run out (D10.3)."""

from wangdan.fulfilment.models import Material, MaterialStock, Parcel
from wangdan.fulfilment.rules import HEAVIEST_GRAMS, MOST_MATERIAL
from wangdan.inventory.models import Warehouse
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotSeen
from wangdan.kernel.operation import operation
from wangdan.tasks import operations as tasks

_TASK = "fulfilment.material_low"


@operation("fulfilment.set_material")
def set_material(act: Act, *, code: str, name: str, kind: str, grams: int, active: bool = True) -> Material:
    """Take up something to pack in (`box`) or to protect with (`protection`), or change it; `grams` is what one weighs.

    Refuses with `fulfilment.material_unknown` for another kind, a code that is no word of letters and signs, or an impossible weight.
    """
    good = code and code.replace("-", "").isalnum() and code.isascii() and len(code) <= 20  # noqa: PLR2004 - the column
    if not good or not 0 <= grams <= HEAVIEST_GRAMS or kind not in ("box", "protection") or not name.strip():
        raise Malformed("fulfilment.material_unknown")
    row = Material.objects.select_for_update(no_key=True).filter(code=code).first() or Material(code=code)
    act.note("name", row.name, name)
    act.note("active", row.active if row.pk else None, active)
    row.name, row.kind, row.grams, row.active = name.strip()[:40], kind, grams, active
    row.save()
    return row


@operation("fulfilment.keep_material", on=Warehouse)
def keep_material(act: Act, warehouse: Warehouse, *, code: str, on_hand: int, low: int) -> MaterialStock:
    """So many of a material lie in the warehouse, counted or come in; below `low` somebody is told to order more.

    Refuses with 404 for a material that is not kept, `inventory.pieces_malformed`.
    """
    material = Material.objects.filter(code=code, active=True).first()
    if material is None:
        raise NotSeen
    if not 0 <= on_hand <= MOST_MATERIAL or not 0 <= low <= MOST_MATERIAL:
        raise Malformed("inventory.pieces_malformed")
    act.locking("row")
    row, new = MaterialStock.objects.select_for_update(no_key=True).get_or_create(warehouse=warehouse, material=material)
    act.note(f"material {code}", None if new else [row.on_hand, row.low], [on_hand, low])
    row.on_hand, row.low = on_hand, low
    row.save(update_fields=["on_hand", "low"])
    scarce = [each.material.name for each in MaterialStock.objects.filter(warehouse=warehouse).select_related("material") if is_low(each)]
    if scarce:
        _call_people(act, warehouse, len(scarce))
    else:
        tasks.settle(act, ref=_ref(warehouse), kind=_TASK, outcome="inventory.replenished")
    return row


def is_low(row: MaterialStock) -> bool:
    """Whether it is time to order more."""
    return row.on_hand < row.low


def use(act: Act, parcel: Parcel) -> None:
    """A packed parcel takes one of each of its materials that its warehouse keeps; a count that said none stays at none."""
    if not parcel.wrapping:
        return
    act.locking("row")
    kept = MaterialStock.objects.select_for_update(no_key=True).filter(warehouse=parcel.warehouse_id, material__code__in=parcel.wrapping)
    rows = [row for row in kept.order_by("pk") if row.on_hand]
    before = sum(map(is_low, rows))
    for row in rows:
        row.on_hand -= 1
    MaterialStock.objects.bulk_update(rows, ["on_hand"])
    if sum(map(is_low, rows)) > before:
        every = MaterialStock.objects.filter(warehouse=parcel.warehouse_id)
        _call_people(act, Warehouse.objects.select_related("organisation").get(pk=parcel.warehouse_id), sum(map(is_low, every)))


def _ref(warehouse: Warehouse) -> str:
    return f"wrapping:{warehouse.pk}"


def _call_people(act: Act, warehouse: Warehouse, kinds: int) -> None:
    platform = warehouse.organisation.kind == "platform"
    tasks.open(
        act,
        kind=_TASK,
        ref=_ref(warehouse),
        role="warehouse" if platform else "shop_owner",
        organisation_id=None if platform else warehouse.organisation_id,
        detail={"warehouse_name": warehouse.name, "kinds": kinds},
    )
