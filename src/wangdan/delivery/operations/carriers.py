"""Who carries goods and where they can be fetched: take on a carrier, open, change and close pick-up points."""

from dataclasses import dataclass
from datetime import time

from wangdan.accounts.rules import tidy
from wangdan.delivery.models import Carrier, CarrierRule, PickupPoint
from wangdan.delivery.operations.seats import own, root_of_shop
from wangdan.delivery.rules import Rule
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed
from wangdan.kernel.operation import operation

_MOST = 10_000_000


def hour(text: str) -> time | None:
    """An hour of the day such as 16:30; None for an empty text. Refuses with `delivery.hour_malformed`."""
    if not text:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise Malformed("delivery.hour_malformed") from error


@dataclass(frozen=True)
class Terms:
    """What else a carrier agrees to: cash at the door, its phone, the hour it comes (`16:30`), the heaviest parcel in grams (None: any)."""

    takes_cash: bool = True
    phone: str = ""
    cut_off: str = ""
    heaviest_grams: int | None = None


@operation("delivery.set_carrier")
def set_carrier(act: Act, *, code: str, name: str, rules: list[Rule], terms: Terms = Terms()) -> Carrier:
    """Take on a carrier, or change what it promises (D12.5). `rules` replace the former ones.

    Refuses with `delivery.carrier_malformed` without a rule that reaches any distance.
    """
    if not any(rule.up_to_km is None and not rule.province for rule in rules) or not code.isascii():
        raise Malformed("delivery.carrier_malformed")
    row = Carrier.objects.select_for_update(no_key=True).filter(code=code).first() or Carrier(code=code)
    act.note("name", row.name, name)
    row.name, row.takes_cash, row.phone, row.active = name, terms.takes_cash, terms.phone, True
    row.cut_off, row.heaviest_grams = hour(terms.cut_off), terms.heaviest_grams
    row.save()
    row.rules.all().delete()
    CarrierRule.objects.bulk_create(
        CarrierRule(
            carrier=row,
            province=rule.province,
            up_to_km=rule.up_to_km,
            days=rule.days,
            cost=rule.cost,
            per_kg=rule.per_kg,
            served=rule.served,
        )
        for rule in rules
    )
    return row


@operation("delivery.open_point", root=root_of_shop)
def open_point(
    act: Act, *, shop_id: int, name: str, place: tuple[str, str, str, str], phone: str = "", hours: str = "", capacity: int | None = None
) -> PickupPoint:
    """Open a pick-up point of an organisation (D03.4); `place` is province, city, district, address; `capacity` parcels fit in (None: any).

    Refuses with `delivery.point_exists` for a second one of that name, `delivery.point_malformed`.
    """
    organisation = own(act, shop_id)
    name, hours, phone = tidy(name, 60), tidy(hours, 60), tidy(phone, 20)
    if not name or not all(tidy(part, 200) for part in place) or (capacity is not None and not 0 < capacity <= _MOST):
        raise Malformed("delivery.point_malformed")
    province, city, district, address = place
    return PickupPoint.objects.create(
        organisation=organisation,
        root_id=organisation.root_id,
        name=name,
        province=province,
        city=city,
        district=district,
        address=address,
        phone=phone,
        hours=hours,
        capacity=capacity,
    )


@operation("delivery.change_point", on=PickupPoint)
def change_point(act: Act, point: PickupPoint, *, hours: str, phone: str, capacity: int | None) -> PickupPoint:
    """Other hours, phone or room; an emptied one is open again. Refuses with 404, `delivery.point_malformed`."""
    own(act, point.organisation_id)
    if capacity is not None and not 0 < capacity <= _MOST:
        raise Malformed("delivery.point_malformed")
    point.hours, point.phone, point.capacity, point.active = tidy(hours, 60), tidy(phone, 20), capacity, True
    point.save(update_fields=["hours", "phone", "capacity", "active"])
    return point


@operation("delivery.close_point", on=PickupPoint)
def close_point(act: Act, point: PickupPoint) -> PickupPoint:
    """No new parcels for this point; those that wait there can still be fetched."""
    own(act, point.organisation_id)
    point.active = False
    point.save(update_fields=["active"])
    return point
