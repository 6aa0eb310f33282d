"""What sending costs, who carries it, and where it can be picked up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wangdan.accounts.models import Organisation
from wangdan.accounts.rules import Destination
from wangdan.delivery import rules
from wangdan.delivery.models import Carrier, CarrierRule, FreightTemplate, PickupPoint
from wangdan.kernel import options
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen, Refused
from wangdan.kernel.sayings import Saying, saying


def tariffs(shop_ids: Iterable[int]) -> dict[int, rules.Tariff]:
    """What each shop charges, its own or the house's (one statement)."""
    wanted = sorted(set(shop_ids))
    own = {row.shop_id: row for row in FreightTemplate.objects.filter(shop__in=wanted)}
    house = rules.Tariff(options.value(rules.FIRST_FEE), options.value(rules.FREE_OVER), rules.REMOTE)
    return {shop: rules.Tariff(own[shop].first_fee, own[shop].free_over, own[shop].extra) if shop in own else house for shop in wanted}


def freights(shop_ids: Iterable[int], destination: Destination | None, goods: Mapping[int, int]) -> dict[int, rules.Freight]:
    """Freight per shop with its reasons; `goods` are minor units per shop, no destination means no surcharge yet (one statement)."""
    province = (destination.code or destination.province) if destination else ""
    return {shop: rules.freight(tariff, goods[shop], province) for shop, tariff in tariffs(shop_ids).items()}


def freight(shop_ids: Iterable[int], destination: Destination | None, goods: Mapping[int, int]) -> dict[int, int]:
    """Freight per shop in minor units (one statement)."""
    return {shop: found.amount for shop, found in freights(shop_ids, destination, goods).items()}


@dataclass(frozen=True)
class Choice:
    """The carrier of a parcel: why, days on the way, what it costs us in minor units."""

    carrier: Carrier
    reason: list[Saying]
    days: int
    cost: int


def offers(province_from: str, province_to: str, *, cash: bool = False) -> dict[int, tuple[Carrier, rules.Offer]]:
    """What every carrier promises for a way, those that go there (one statement). With `cash` only those that collect money."""
    code, km = rules.province_code(province_to), rules.distance(province_from, province_to)
    rows: dict[int, list[CarrierRule]] = {}
    for row in CarrierRule.objects.select_related("carrier").filter(carrier__active=True).order_by("carrier_id", "id"):
        rows.setdefault(row.carrier_id, []).append(row)
    found = {}
    for number, own in rows.items():
        carrier = own[0].carrier
        plain = [rules.Rule(row.province, row.up_to_km, row.days, row.cost, row.served) for row in own]
        rule = rules.applying(plain, code, km)
        if rule and (carrier.takes_cash or not cash):
            found[number] = (carrier, rules.Offer(number, carrier.name, rule.days, rule.cost))
    return found


def choose_carrier(province_from: str, province_to: str, *, cash: bool = False, wanted: str = "") -> Choice:
    """The carrier for a way by region, speed and cost, or the one `wanted` by code (D04.3, D12.5, D13.6).

    Refuses with `delivery.no_carrier` when none goes there, `delivery.carrier_unfit` when the wanted one does not.
    """
    found = offers(province_from, province_to, cash=cash)
    if not found:
        raise Refused("delivery.no_carrier", province=rules.province_name(province_to))
    worth = options.value(rules.DAY_WORTH)
    everything = [offer for _, offer in found.values()]
    if wanted:
        own = [offer for carrier, offer in found.values() if carrier.code == wanted]
        if not own:
            raise Refused("delivery.carrier_unfit", carrier=wanted)
        told = saying("delivery.wanted_carrier", carrier=own[0].name, days=own[0].days, cost=own[0].cost)
        return Choice(found[own[0].carrier_id][0], [told], own[0].days, own[0].cost)
    chosen = rules.best(everything, worth)
    reason = rules.why(chosen, everything, (province_from, province_to), worth)
    return Choice(found[chosen.carrier_id][0], reason, chosen.days, chosen.cost)


def carrier(code: str) -> Carrier:
    """The carrier of that code. Refuses with 404 when there is none."""
    found = Carrier.objects.filter(code=code.replace("\x00", "")).first()
    if found is None:
        raise NotSeen
    return found


def pickup_points(destination: Destination | None = None, shop_ids: Iterable[int] = ()) -> list[PickupPoint]:
    """Open pick-up points, the nearest to the destination first: the platform's, and a shop's own when the order is of one shop only."""
    wanted = set(shop_ids)
    running = Organisation.objects.filter(kind="platform").values("pk")
    found = PickupPoint.objects.filter(active=True, organisation__in=running)
    if len(wanted) == 1:
        found |= PickupPoint.objects.filter(active=True, organisation__in=wanted)
    rows = list(found.order_by("id"))
    if destination is None:
        return rows

    def far(point: PickupPoint) -> tuple[bool, bool, int]:
        km = rules.distance(point.province, destination.province)
        return point.district != destination.district or point.city != destination.city, point.city != destination.city, km

    return sorted(rows, key=far)


def point(actor: Actor, number: int) -> PickupPoint:
    """An open pick-up point. Refuses with 404."""
    found = PickupPoint.visible_to(actor).filter(pk=number, active=True).first()
    if found is None:
        raise NotSeen
    return found


INVARIANTS: list[tuple[str, str]] = [
    (
        "every active carrier has a rule that reaches any distance",
        """
        SELECT c.code, 'no rule for any distance' FROM delivery_carrier c
        WHERE c.active AND NOT EXISTS (
            SELECT 1 FROM delivery_carrierrule r WHERE r.carrier_id = c.id AND r.up_to_km IS NULL AND r.province = '')
        """,
    ),
]
"""(what must hold, SQL whose rows are the breaches)."""
