"""Parcels are born on the warehouses that hold the goods, get another address, or are called off."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from wangdan.accounts.rules import Destination
from wangdan.delivery import queries as delivery
from wangdan.fulfilment.facts import ParcelPlanned
from wangdan.fulfilment.models import Parcel, ParcelLine
from wangdan.fulfilment.operations.handing import let_booking_go
from wangdan.fulfilment.rules import IN_HOUSE, LIFE
from wangdan.inventory import queries as inventory
from wangdan.inventory.models import Stock, Warehouse
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Refused
from wangdan.kernel.numbers import new_number
from wangdan.kernel.operation import operation


@dataclass(frozen=True)
class Piece:
    """A line of whoever has the parcel sent: `line` is the caller's own name for it."""

    line: str
    sku_id: int
    title: str
    specs: dict[str, str]
    picture_id: int | None
    quantity: int
    weight_grams: int = 0


@dataclass(frozen=True)
class Journey:
    """Where parcels go and how: `cash` minor units to take at the door, `ship_by` when they should have left."""

    destination: Destination
    method: str = "courier"
    pickup_point_id: int | None = None
    cash: int = 0
    ship_by: datetime | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def _to(destination: Destination) -> dict[str, str]:
    return {f"to_{name}": value for name, value in asdict(destination).items()}


@operation("fulfilment.plan")
def plan(act: Act, *, ref: str, root_id: int, pieces: Sequence[Piece], journey: Journey) -> list[Parcel]:
    """One parcel per warehouse that holds goods for the ref, with carrier and reason (D10.2, D11.3, D12.5, D13.6); only joined.

    The cash of an order rides with its first parcel. Refuses with `delivery.no_carrier` where none goes.
    """
    by_house: dict[int, dict[int, int]] = {}
    for hold in inventory.holds(ref):
        if hold.status == "active":
            house = by_house.setdefault(hold.warehouse_id, {})
            house[hold.sku_id] = house.get(hold.sku_id, 0) + hold.quantity
    houses = Warehouse.objects.in_bulk(by_house)
    bins = {(row.warehouse_id, row.sku_id): row.bin for row in Stock.objects.filter(warehouse__in=by_house, sku__in=[each.sku_id for each in pieces])}
    parcels: list[Parcel] = []
    for number, held in sorted(by_house.items()):
        own = [(each, held[each.sku_id]) for each in pieces if each.sku_id in held]
        load = sum(count for _, count in own), sum(each.weight_grams * count for each, count in own)
        parcel = new_parcel(act, ref, root_id, houses[number], journey if not parcels else replace(journey, cash=0), load)
        parcel.save()
        ParcelLine.objects.bulk_create(
            ParcelLine(
                parcel=parcel,
                line=each.line,
                sku_id=each.sku_id,
                title=each.title,
                specs=each.specs,
                picture_id=each.picture_id,
                bin=bins.get((number, each.sku_id), ""),
                quantity=count,
            )
            for each, count in own
        )
        act.born(parcel)
        act.tell(ParcelPlanned(ref, parcel=parcel.no))
        parcels.append(parcel)
    return parcels


def new_parcel(act: Act, ref: str, root_id: int, house: Warehouse, journey: Journey, load: tuple[int, int]) -> Parcel:
    """A parcel from the house with its carrier, not kept yet; `load` is pieces and grams. Refuses with `delivery.no_carrier` where none goes."""
    parcel = Parcel(
        root_id=root_id,
        no=new_number("P"),
        ref_of=ref,
        warehouse=house,
        method=journey.method,
        pickup_point_id=journey.pickup_point_id,
        cod_amount=journey.cash,
        pieces=load[0],
        weight_grams=load[1],
        planned_at=act.now,
        ship_by=journey.ship_by or act.now + timedelta(hours=48),
        status="planned",
        **_to(journey.destination),
    )
    if journey.method == "courier":
        _propose(parcel, house, journey.destination)
    return parcel


def _propose(parcel: Parcel, house: Warehouse, destination: Destination) -> None:
    """The carrier that suits the way from the house to the buyer, with the reason."""
    choice = delivery.choose_carrier(house.province, destination.code or destination.province, cash=parcel.cod_amount > 0, grams=parcel.weight_grams)
    parcel.carrier, parcel.carrier_reason = choice.carrier, choice.reason


@operation("fulfilment.readdress")
def readdress(act: Act, *, ref: str, destination: Destination) -> None:
    """Parcels that are still in the house go elsewhere, with the carrier that suits the new way; only joined (C3).

    Refuses with `fulfilment.cannot_readdress` once a carrier knows one, `delivery.no_carrier` where none goes.
    """
    for parcel in Parcel.objects.filter(ref_of=ref).exclude(status="called_off").select_related("warehouse").order_by("id"):
        if parcel.status not in IN_HOUSE or parcel.booking:
            raise Refused("fulfilment.cannot_readdress", parcel=parcel.no)
        for name, value in _to(destination).items():
            setattr(parcel, name, value)
        if parcel.method == "courier":
            _propose(parcel, parcel.warehouse, destination)
        parcel.save(update_fields=[*_to(destination), "carrier", "carrier_reason"])
    act.note("readdressed", None, ref)


@operation("fulfilment.call_off")
def call_off(act: Act, *, ref: str) -> None:
    """Parcels that have not left are called off; only joined. Refuses with `fulfilment.cannot_call_off` once the carrier has any (D08.5)."""
    for parcel in Parcel.objects.filter(ref_of=ref).exclude(status="called_off").select_related("carrier").order_by("id"):
        if "call_off" not in LIFE.open_moves(parcel.status):
            raise Refused("fulfilment.cannot_call_off", parcel=parcel.no, status=parcel.status)
        act.watch(parcel, "fulfilment.call_off")
        let_booking_go(act, parcel)
        parcel.status, parcel.closed_at = LIFE.take("call_off", parcel.status), act.now
        parcel.save(update_fields=["status", "closed_at"])
