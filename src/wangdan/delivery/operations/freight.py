"""What shops charge for sending goods: templates by piece, weight or volume, with regions and free limits, and which goods they hold for."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from wangdan.accounts.rules import tidy
from wangdan.delivery.models import FreightOf, FreightTemplate
from wangdan.delivery.operations.seats import own, root_of_shop
from wangdan.delivery.rules import BY, PROVINCES, Tariff
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused
from wangdan.kernel.operation import operation

_MOST = 10_000_000
_MOST_TEMPLATES, _MOST_ZONES, _NAME = 20, 40, 40


def _checked(tariff: Tariff) -> dict[str, Any]:
    """The fields of a template. Refuses with `delivery.freight_malformed`."""
    zones = list(tariff.zones)
    amounts = [tariff.first_fee, tariff.free_over or 0, tariff.more_fee, tariff.first, tariff.free_pieces or 0, *tariff.extra.values()]
    amounts += [amount for zone in zones for amount in (zone.first_fee, zone.first, zone.more_fee, zone.free_over or 0, zone.free_pieces or 0)]
    regions = [region for zone in zones for region in zone.regions]
    known = all(region.isdigit() and len(region) in (2, 4) and region[:2] in PROVINCES for region in regions)
    steps = [tariff.more, *(zone.more for zone in zones)]
    good = known and all(zone.regions for zone in zones) and len(set(regions)) == len(regions) and len(zones) <= _MOST_ZONES
    if (
        not good
        or not set(tariff.extra) <= set(PROVINCES)
        or not all(0 <= amount <= _MOST for amount in amounts)
        or not all(0 < step <= _MOST for step in steps)
    ):
        raise Malformed("delivery.freight_malformed")
    if tariff.by not in BY:
        raise Malformed("delivery.freight_malformed")
    return {
        "by": tariff.by,
        "first_fee": tariff.first_fee,
        "first": tariff.first,
        "more": tariff.more,
        "more_fee": tariff.more_fee,
        "free_over": tariff.free_over,
        "free_pieces": tariff.free_pieces,
        "extra": dict(tariff.extra),
        "zones": [asdict(zone) | {"regions": list(zone.regions)} for zone in zones],
    }


def _named(tariff: Tariff) -> str:
    name = tidy(tariff.name, _NAME)
    if not name:
        raise Malformed("delivery.freight_malformed")
    return name


@operation("delivery.set_freight", root=root_of_shop)
def set_freight(act: Act, *, shop_id: int, tariff: Tariff) -> FreightTemplate:
    """What a shop charges from now on for all that has no other template; orders already placed keep what was frozen.

    Refuses with `delivery.freight_malformed` for amounts out of range, unknown provinces or cities, a region in two zones.
    """
    shop = own(act, shop_id)
    fields = _checked(tariff)
    row = FreightTemplate.objects.filter(shop=shop, is_default=True).first() or FreightTemplate(shop=shop, root_id=shop.root_id)
    _keep(act, row, fields)
    return row


def _keep(act: Act, row: FreightTemplate, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if row.pk is None or getattr(row, name) != value:
            act.note(name, getattr(row, name) if row.pk else None, value)
        setattr(row, name, value)
    row.save()


@operation("delivery.add_freight", root=root_of_shop)
def add_freight(act: Act, *, shop_id: int, tariff: Tariff) -> FreightTemplate:
    """One more template of a shop, for goods that travel otherwise: by piece, weight or volume, with regions and free limits.

    Refuses with `delivery.freight_malformed`, `delivery.freight_name_taken`, `delivery.freights_full` (most).
    """
    shop = own(act, shop_id)
    if FreightTemplate.objects.filter(shop=shop).count() >= _MOST_TEMPLATES:
        raise Refused("delivery.freights_full", most=_MOST_TEMPLATES)
    row = FreightTemplate(shop=shop, root_id=shop.root_id, name=_named(tariff), is_default=False)
    _keep(act, row, _checked(tariff))
    return row


@operation("delivery.change_freight", on=FreightTemplate)
def change_freight(act: Act, template: FreightTemplate, *, tariff: Tariff) -> FreightTemplate:
    """Other numbers for a template; orders already placed keep what was frozen. Refuses with 404 and as `add_freight` does."""
    own(act, template.shop_id)
    _keep(act, template, _checked(tariff) | {"name": _named(tariff)})
    return template


@operation("delivery.drop_freight", on=FreightTemplate)
def drop_freight(act: Act, template: FreightTemplate) -> None:
    """Nothing travels under the template any more; its goods fall back to the shop's default one. Refuses with `delivery.freight_needed` for that."""
    own(act, template.shop_id)
    if template.is_default:
        raise Refused("delivery.freight_needed")
    act.note("name", template.name, None)
    template.delete()


@operation("delivery.assign_freight", on=FreightTemplate)
def assign_freight(act: Act, template: FreightTemplate, *, products: Mapping[int, int]) -> int:
    """Products of the shop (number → cubic centimetres of one piece, packed) travel under this template from now on; the caller knows them.

    Given to the default template they are simply without another. Refuses with 404, `delivery.freight_malformed`.
    """
    own(act, template.shop_id)
    if not all(0 <= size <= _MOST for size in products.values()):
        raise Malformed("delivery.freight_malformed")
    FreightOf.objects.filter(product__in=list(products)).delete()
    if not template.is_default or template.by == "volume":
        FreightOf.objects.bulk_create(FreightOf(product=number, template=template, cubic_cm=size) for number, size in products.items())
    act.note("products", None, sorted(products))
    return len(products)
