"""What can be done about delivery: set freight, take on a carrier, open and close pick-up points."""

from typing import Any

from wangdan.accounts.models import Organisation
from wangdan.delivery.models import Carrier, CarrierRule, FreightTemplate, PickupPoint
from wangdan.delivery.rules import PROVINCES, Rule, Tariff
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed, NotSeen
from wangdan.kernel.operation import operation

_MOST = 10_000_000


def _root_of_shop(_actor: Actor, *, shop_id: int, **_: Any) -> int | None:
    return Organisation.objects.filter(pk=shop_id).values_list("root_id", flat=True).first()


def _own(act: Act, organisation_id: int) -> Organisation:
    """The organisation if the actor works for it (administrators for all)."""
    found = Organisation.objects.filter(pk=organisation_id).first()
    if found is None or not (organisation_id in act.actor.organisations or act.actor.roles & {"admin", "system"}):
        raise NotSeen
    return found


@operation("delivery.set_freight", root=_root_of_shop)
def set_freight(act: Act, *, shop_id: int, tariff: Tariff) -> FreightTemplate:
    """What a shop charges from now on; orders already placed keep what was frozen.

    Refuses with `delivery.freight_malformed` for amounts out of range or unknown provinces.
    """
    shop = _own(act, shop_id)
    amounts = [tariff.first_fee, tariff.free_over or 0, *tariff.extra.values()]
    if not set(tariff.extra) <= set(PROVINCES) or not all(0 <= amount <= _MOST for amount in amounts):
        raise Malformed("delivery.freight_malformed")
    row = FreightTemplate.objects.filter(shop=shop).first() or FreightTemplate(shop=shop, root_id=shop.root_id)
    act.note("first_fee", row.first_fee, tariff.first_fee)
    act.note("free_over", row.free_over, tariff.free_over)
    row.first_fee, row.free_over, row.extra = tariff.first_fee, tariff.free_over, dict(tariff.extra)
    row.save()
    return row


@operation("delivery.set_carrier")
def set_carrier(act: Act, *, code: str, name: str, rules: list[Rule], takes_cash: bool = True, phone: str = "") -> Carrier:
    """Take on a carrier, or change what it promises (D12.5). `rules` replace the former ones.

    Refuses with `delivery.carrier_malformed` without a rule that reaches any distance.
    """
    if not any(rule.up_to_km is None and not rule.province for rule in rules) or not code.isascii():
        raise Malformed("delivery.carrier_malformed")
    row = Carrier.objects.select_for_update(no_key=True).filter(code=code).first() or Carrier(code=code)
    act.note("name", row.name, name)
    row.name, row.takes_cash, row.phone, row.active = name, takes_cash, phone, True
    row.save()
    row.rules.all().delete()
    CarrierRule.objects.bulk_create(
        CarrierRule(carrier=row, province=rule.province, up_to_km=rule.up_to_km, days=rule.days, cost=rule.cost, served=rule.served) for rule in rules
    )
    return row


@operation("delivery.open_point", root=_root_of_shop)
def open_point(act: Act, *, shop_id: int, name: str, place: tuple[str, str, str, str], phone: str = "", hours: str = "") -> PickupPoint:
    """Open a pick-up point of an organisation (D03.4); `place` is province, city, district, address.

    Refuses with `delivery.point_exists` for a second one of that name.
    """
    organisation = _own(act, shop_id)
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
    )


@operation("delivery.close_point", on=PickupPoint)
def close_point(act: Act, point: PickupPoint) -> PickupPoint:
    """No new parcels for this point; those that wait there can still be fetched."""
    _own(act, point.organisation_id)
    point.active = False
    point.save(update_fields=["active"])
    return point
