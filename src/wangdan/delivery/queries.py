"""What sending costs, who carries it, when it is brought, and where it can be picked up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import JSONObject

from wangdan.accounts.models import Organisation
from wangdan.accounts.rules import Destination
from wangdan.delivery import rules
from wangdan.delivery.models import Carrier, CarrierRule, FreightOf, FreightTemplate, PickupPoint, Slot, SlotHold
from wangdan.kernel import clock, options
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen, Refused
from wangdan.kernel.sayings import Saying, saying


def _house() -> rules.Tariff:
    """What holds for a shop without a template."""
    return rules.Tariff(options.value(rules.FIRST_FEE), options.value(rules.FREE_OVER), rules.REMOTE)


def freights(destination: Destination | None, sent: Mapping[int, Sequence[rules.Sent]]) -> dict[int, rules.Freight]:
    """Freight per shop (id → goods) with its reasons; no destination means no surcharge yet (one statement).

    Goods under several templates of a shop: the greatest first fee once, all further fees, the greatest surcharge once.
    """
    products = sorted({each.product for goods in sent.values() for each in goods})
    assigned = ArrayAgg(
        JSONObject(product="products__product", size="products__cubic_cm"), filter=Q(products__product__in=products), default=Value([])
    )
    found: dict[int, list[FreightTemplate]] = {}
    for row in FreightTemplate.objects.filter(shop__in=sorted(sent)).annotate(assigned=assigned).order_by("id"):
        found.setdefault(row.shop_id, []).append(row)
    region = (destination.code or destination.province) if destination else ""
    return {shop: _freight(found.get(shop, []), goods, region) for shop, goods in sent.items()}


def _freight(templates: Sequence[Any], goods: Sequence[rules.Sent], region: str) -> rules.Freight:
    """The freight of one shop's goods under its templates."""
    house, by_product = _house(), {}
    for row in templates:
        tariff = row.tariff
        house = tariff if row.is_default else house
        by_product |= {each["product"]: (tariff, each["size"]) for each in row.assigned}
    loads = []
    for each in goods:
        tariff, size = by_product.get(each.product, (house, 0))
        loads.append((tariff, rules.Load(each.pieces, each.grams, size * each.pieces, each.amount)))
    return rules.freight_of(loads, region)


def freight(shop_id: int, destination: Destination, goods: Sequence[rules.Sent]) -> rules.Freight:
    """Freight of one shop's goods (one statement)."""
    return freights(destination, {shop_id: goods})[shop_id]


def templates(actor: Actor, shop_id: int) -> list[FreightTemplate]:
    """The templates of one's shop, the default one first, with `kinds`: how many products were given to each. Refuses with 404."""
    if shop_id not in actor.organisations and not actor.roles & {"admin", "system"}:
        raise NotSeen
    return list(FreightTemplate.objects.filter(shop=shop_id).annotate(kinds=Count("products")).order_by("-is_default", "id"))


def assigned(products: Iterable[int]) -> dict[int, FreightOf]:
    """Which of the products have a template of their own (one statement)."""
    return {row.product: row for row in FreightOf.objects.filter(product__in=list(products)).select_related("template")}


@dataclass(frozen=True)
class Choice:
    """The carrier of a parcel: why, days on the way, what it costs us in minor units."""

    carrier: Carrier
    reason: list[Saying]
    days: int
    cost: int


def firms() -> dict[int, tuple[Carrier, rules.Firm]]:
    """Every active carrier with its rules (one statement)."""
    rows: dict[int, list[CarrierRule]] = {}
    for row in CarrierRule.objects.select_related("carrier").filter(carrier__active=True).order_by("carrier_id", "id"):
        rows.setdefault(row.carrier_id, []).append(row)
    found = {}
    for number, own in rows.items():
        house = own[0].carrier
        plain = tuple(rules.Rule(row.province, row.up_to_km, row.days, row.cost, row.served, row.per_kg) for row in own)
        found[number] = (house, rules.Firm(number, house.name, house.takes_cash, house.heaviest_grams, plain))
    return found


def trial(province_from: str, province_to: str, *, grams: int = 0, cash: bool = False) -> list[rules.Answer]:
    """What every carrier says to a parcel, those that take it first, the best of them on top, then those that do not, each with why."""
    worth = options.value(rules.DAY_WORTH)
    said = rules.answers([firm for _, firm in firms().values()], (province_from, province_to), grams=grams, cash=cash)

    def worse(answer: rules.Answer) -> tuple[bool, int, int]:
        offer = answer.offer
        return offer is None, offer.cost + offer.days * worth if offer else 0, answer.firm.number

    return sorted(said, key=worse)


def offers(province_from: str, province_to: str, *, cash: bool = False, grams: int = 0) -> dict[int, tuple[Carrier, rules.Offer]]:
    """What every carrier promises for a way and a weight, those that take it (one statement). With `cash` only those that collect money."""
    known = firms()
    said = rules.answers([firm for _, firm in known.values()], (province_from, province_to), grams=grams, cash=cash)
    return {each.firm.number: (known[each.firm.number][0], each.offer) for each in said if each.offer is not None}


def choose_carrier(province_from: str, province_to: str, *, cash: bool = False, wanted: str = "", grams: int = 0) -> Choice:
    """The carrier for a way and a weight by region, speed and cost, or the one `wanted` by code (D04.3, D12.5, D13.6).

    Refuses with `delivery.no_carrier` when none goes there, `delivery.carrier_unfit` when the wanted one does not.
    """
    found = offers(province_from, province_to, cash=cash, grams=grams)
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


def areas(destination: Destination) -> list[str]:
    """The division codes a slot may name to serve a destination: its city's and its province's."""
    code = destination.code if destination.code[:2] in rules.PROVINCES else rules.province_code(destination.province)
    return [code[:digits] for digits in (4, 2) if len(code) >= digits]


def open_slots(destination: Destination, shop_ids: Iterable[int]) -> QuerySet[Slot]:
    """Slots that can be chosen now for goods of the shops to a destination, the earliest first, full ones among them.

    They are the platform's, and a shop's own when the purchase is of one shop only.
    """
    wanted, now = set(shop_ids), clock.now()
    by = Q(organisation__kind="platform") | (Q(organisation__in=wanted) if len(wanted) == 1 else Q(pk__in=()))
    until = now + timedelta(days=options.value(rules.SLOT_DAYS))
    rows = Slot.objects.filter(by, active=True, area__in=areas(destination), closes_at__gt=now, starts_at__lt=until)
    return rows.order_by("starts_at", "id")


def slots_of(refs: Iterable[str]) -> dict[str, Slot]:
    """The slot each ref has chosen and still holds (one statement)."""
    return {hold.ref: hold.slot for hold in SlotHold.objects.filter(ref__in=list(refs), active=True).select_related("slot")}


def own_slots(actor: Actor) -> QuerySet[Slot]:
    """The slots one runs: of one's shops and, for the office's supervisors and administrators, of the platform; from yesterday on."""
    mine = Q(organisation__in=actor.organisations)
    return Slot.objects.filter(mine, ends_at__gt=clock.now() - timedelta(days=1)).order_by("starts_at", "area", "id")


def own_points(actor: Actor) -> QuerySet[PickupPoint]:
    """The pick-up points one runs, closed ones last."""
    return PickupPoint.objects.filter(organisation__in=actor.organisations).select_related("organisation").order_by("-active", "id")


INVARIANTS: list[tuple[str, str]] = [
    (
        "delivery: what is taken of a slot is what is held of it",
        """
        SELECT s.id, s.taken, count(h.id) AS held FROM delivery_slot s LEFT JOIN delivery_slothold h ON h.slot_id = s.id AND h.active
        GROUP BY s.id HAVING s.taken <> count(h.id) OR s.taken > s.capacity
        """,
    ),
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
