"""Rules of delivery: provinces and the way between them, freight with its reasons, which carrier suits. Plain Python."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import asin, cos, radians, sin, sqrt

from wangdan.kernel.option import Option
from wangdan.kernel.sayings import Saying, saying

FIRST_FEE = Option("delivery.first_fee_minor", default=800, low=0, high=100_000, text="店铺未设运费模板时的首重运费（分）")
FREE_OVER = Option("delivery.free_over_minor", default=9900, low=0, high=10_000_000, text="店铺未设运费模板时满多少免首重运费（分）")
DAY_WORTH = Option("delivery.day_worth_minor", default=300, low=0, high=100_000, text="选快递时早到一天值多少钱（分）：越大越偏向快的")

PROVINCES: dict[str, tuple[str, float, float]] = {
    "11": ("北京", 39.90, 116.40), "12": ("天津", 39.13, 117.20), "13": ("河北", 38.04, 114.51), "14": ("山西", 37.87, 112.55),
    "15": ("内蒙古", 40.82, 111.67), "21": ("辽宁", 41.80, 123.43), "22": ("吉林", 43.90, 125.33), "23": ("黑龙江", 45.80, 126.53),
    "31": ("上海", 31.23, 121.47), "32": ("江苏", 32.06, 118.80), "33": ("浙江", 30.27, 120.15), "34": ("安徽", 31.86, 117.28),
    "35": ("福建", 26.08, 119.30), "36": ("江西", 28.68, 115.86), "37": ("山东", 36.65, 117.12), "41": ("河南", 34.76, 113.65),
    "42": ("湖北", 30.55, 114.34), "43": ("湖南", 28.23, 112.94), "44": ("广东", 23.13, 113.27), "45": ("广西", 22.82, 108.37),
    "46": ("海南", 20.02, 110.35), "50": ("重庆", 29.56, 106.55), "51": ("四川", 30.57, 104.07), "52": ("贵州", 26.65, 106.63),
    "53": ("云南", 25.04, 102.71), "54": ("西藏", 29.65, 91.12), "61": ("陕西", 34.27, 108.94), "62": ("甘肃", 36.06, 103.83),
    "63": ("青海", 36.62, 101.78), "64": ("宁夏", 38.49, 106.23), "65": ("新疆", 43.79, 87.63), "71": ("台湾", 25.03, 121.57),
    "81": ("香港", 22.28, 114.17), "82": ("澳门", 22.20, 113.55),
}  # fmt: skip
"""Division code of two digits → short name and where its people are (latitude, longitude of the capital)."""

REMOTE: dict[str, int] = {"15": 500, "54": 1000, "62": 500, "63": 800, "64": 500, "65": 1000}
"""Surcharge per province in minor units, where a shop says nothing else."""
_EARTH_KM = 6371
_FAR = 10_000


def province_code(said: str) -> str:
    """The two digits of a province given as a name (浙江省, 浙江) or a code (33, 330000); empty for what is none."""
    text = said.strip()
    if text[:2] in PROVINCES:
        return text[:2]
    return next((code for code, (name, _, _) in PROVINCES.items() if text.startswith(name)), "")


def province_name(said: str) -> str:
    """The short name of a province, as people say it; what is none stays as it is."""
    code = province_code(said)
    return PROVINCES[code][0] if code else said


def distance(one: str, other: str) -> int:
    """Kilometres between two provinces as the crow flies, 0 within one; unknown places are far away."""
    first, second = province_code(one), province_code(other)
    if not first or not second:
        return 0 if one.strip() == other.strip() else _FAR
    _, lat1, lon1 = PROVINCES[first]
    _, lat2, lon2 = PROVINCES[second]
    half = sin(radians(lat2 - lat1) / 2) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    return round(2 * _EARTH_KM * asin(sqrt(half)))


BY = ("piece", "weight", "volume")
"""What a template counts: pieces, kilograms begun, or cubic decimetres begun."""
_GRAMS, _CUBIC_CM = 1000, 1000


@dataclass(frozen=True)
class Zone:
    """What holds for some regions instead of the template's own: `regions` are division codes of two digits (provinces) or four (cities).

    The first fee covers `first` units (0: any number), each further `more` begun cost `more_fee`; minor units. Not `served`: nothing goes there.
    """

    regions: tuple[str, ...]
    first_fee: int
    first: int = 0
    more: int = 1
    more_fee: int = 0
    free_over: int | None = None
    free_pieces: int | None = None
    served: bool = True


@dataclass(frozen=True)
class Tariff:
    """A freight template; minor units, `extra` province code → surcharge that is never waived. Its own numbers hold where no zone does.

    Goods worth `free_over`, or `free_pieces` of them, travel without first and further fees.
    """

    first_fee: int
    free_over: int | None
    extra: Mapping[str, int]
    by: str = "piece"
    first: int = 0
    more: int = 1
    more_fee: int = 0
    free_pieces: int | None = None
    zones: tuple[Zone, ...] = ()
    name: str = ""

    def zone(self, region: str) -> Zone:
        """What holds for a region: the zone that names its city, else its province, else the template's own."""
        for digits in (4, 2):
            found = next((zone for zone in self.zones if len(region) >= digits and region[:digits] in zone.regions), None)
            if found is not None:
                return found
        return Zone((), self.first_fee, self.first, self.more, self.more_fee, self.free_over, self.free_pieces)


@dataclass(frozen=True)
class Load:
    """Goods under one template: pieces, what they weigh and how large they are packed, what they cost in minor units."""

    pieces: int
    grams: int
    cubic_cm: int
    amount: int

    def __add__(self, other: "Load") -> "Load":
        """Both together."""
        return Load(self.pieces + other.pieces, self.grams + other.grams, self.cubic_cm + other.cubic_cm, self.amount + other.amount)

    def units(self, by: str) -> int:
        """How many units a template counts."""
        if by == "piece":
            return self.pieces
        return -(-self.grams // _GRAMS) if by == "weight" else -(-self.cubic_cm // _CUBIC_CM)


@dataclass(frozen=True)
class Freight:
    """What sending costs the buyer, in minor units, and why; frozen at placing. Not `served`: a template does not go there."""

    amount: int
    reason: tuple[Saying, ...]
    served: bool = True


@dataclass(frozen=True)
class Charge:
    """What one template asks for its goods; minor units."""

    first: int
    more: int
    extra: int
    reason: tuple[Saying, ...]
    served: bool = True


def charge(tariff: Tariff, load: Load, region: str) -> Charge:
    """What one template asks for a load to a region (a division code or a province's name; empty: not known yet).

    Over the template's limit of money or pieces the first and the further fees fall away; the surcharge of a remote province never does.
    """
    code = province_code(region)
    zone = tariff.zone(region if region[:2] == code and code else code)
    if not zone.served:
        return Charge(0, 0, 0, (saying("delivery.not_served", province=province_name(region)),), served=False)
    extra = int(tariff.extra.get(code, 0))
    enough = zone.free_over is not None and load.amount >= zone.free_over
    many = zone.free_pieces is not None and load.pieces >= zone.free_pieces
    if enough or many:
        waived = saying("delivery.first_fee_waived", over=zone.free_over) if enough else saying("delivery.pieces_waived", pieces=zone.free_pieces)
        first, more, why = 0, 0, [waived]
    else:
        over = load.units(tariff.by) - zone.first if zone.first else 0
        first, more = zone.first_fee, -(-over // zone.more) * zone.more_fee if over > 0 else 0
        why = [saying("delivery.first_fee", fee=first)]
        if more:
            why.append(saying("delivery.more_fee", fee=more, units=over, by=tariff.by))
        if zone.free_over is not None:
            why.append(saying("delivery.free_over", over=zone.free_over))
    if extra:
        why.append(saying("delivery.remote_fee", province=province_name(region), fee=extra))
    return Charge(first, more, extra, tuple(why))


def together(charges: Sequence[tuple[str, Charge]]) -> Freight:
    """What a shop's order costs under several templates (name, charge): the greatest first fee once, all further fees, the greatest surcharge once.

    One box begins only once, so the first fees of the other templates are not asked for; the order of the templates does not matter.
    """
    if not all(each.served for _, each in charges):
        return Freight(0, tuple(why for _, each in charges if not each.served for why in each.reason), served=False)
    amount = max((each.first for _, each in charges), default=0) + sum(each.more for _, each in charges)
    amount += max((each.extra for _, each in charges), default=0)
    if len(charges) == 1:
        return Freight(amount, charges[0][1].reason)
    told: list[Saying] = [saying("delivery.together", fee=amount)]
    for name, each in sorted(charges, key=lambda pair: (-pair[1].first, pair[0])):
        told += [saying("delivery.template", name=name), *each.reason]
    return Freight(amount, tuple(told))


def freight(tariff: Tariff, goods: int, province: str) -> Freight:
    """Freight of one piece's load worth `goods` minor units under one template."""
    return together([(tariff.name, charge(tariff, Load(1, 0, 0, goods), province))])


@dataclass(frozen=True)
class Sent:
    """Goods of one product that are to be sent: pieces, what they weigh in all, what they cost in minor units."""

    product: int
    pieces: int
    grams: int
    amount: int


def freight_of(loads: Iterable[tuple[Tariff, Load]], region: str) -> Freight:
    """Freight of an order's goods, each with its template, to a region; loads under the same template count together."""
    groups: dict[str, list[tuple[Tariff, Load]]] = {}
    for tariff, load in loads:
        groups.setdefault(tariff.name, []).append((tariff, load))
    found = [(group[0][0], reduce(Load.__add__, (load for _, load in group))) for group in groups.values()]
    return together([(tariff.name, charge(tariff, load, region)) for tariff, load in found])


@dataclass(frozen=True)
class Offer:
    """What one carrier promises for one way."""

    carrier_id: int
    name: str
    days: int
    cost: int


@dataclass(frozen=True)
class Rule:
    """One row of a carrier's promise; `province` a code or empty, `up_to_km` None for any distance; `cost` is for the first kilogram."""

    province: str
    up_to_km: int | None
    days: int
    cost: int
    served: bool
    per_kg: int = 0

    def price(self, grams: int) -> int:
        """What it costs us for a weight: the first kilogram, and each further one begun; minor units."""
        return self.cost + max(0, -(-grams // _GRAMS) - 1) * self.per_kg


@dataclass(frozen=True)
class Firm:
    """A carrier with its rules: whether it collects money, and the heaviest it takes in grams (None: anything)."""

    number: int
    name: str
    takes_cash: bool
    heaviest: int | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Answer:
    """What a carrier says to a parcel: an offer, or why not; `rule` is the row that held."""

    firm: Firm
    offer: "Offer | None"
    why: Saying
    rule: Rule | None = None


def answers(firms: Iterable[Firm], way: tuple[str, str], *, grams: int, cash: bool) -> list[Answer]:
    """What every carrier says to a parcel from one province to another, in the order they came (D12.5, D13.6)."""
    code, km = province_code(way[1]), distance(*way)
    return [_answer(firm, applying(firm.rules, code, km), (km, code), grams=grams, cash=cash) for firm in firms]


def _answer(firm: Firm, rule: Rule | None, place: tuple[int, str], *, grams: int, cash: bool) -> Answer:
    km, code = place
    if rule is None:
        return Answer(firm, None, saying("delivery.goes_not_there", province=province_name(code)))
    if firm.heaviest is not None and grams > firm.heaviest:
        return Answer(firm, None, saying("delivery.too_heavy", heaviest=firm.heaviest, grams=grams), rule)
    if cash and not firm.takes_cash:
        return Answer(firm, None, saying("delivery.takes_no_cash"), rule)
    offer = Offer(firm.number, firm.name, rule.days, rule.price(grams))
    if rule.province:
        return Answer(firm, offer, saying("delivery.by_province", province=province_name(rule.province), days=offer.days, cost=offer.cost), rule)
    return Answer(firm, offer, saying("delivery.by_distance", km=km, days=offer.days, cost=offer.cost), rule)


def applying(rules: Iterable[Rule], province: str, km: int) -> Rule | None:
    """The rule that holds for a way: the one of the province, else the nearest distance that covers it; None where it does not go."""
    found = list(rules)
    own = next((rule for rule in found if rule.province and rule.province == province), None)
    if own is None:
        reach = [rule for rule in found if not rule.province and (rule.up_to_km is None or rule.up_to_km >= km)]
        own = min(reach, key=lambda rule: _FAR * 10 if rule.up_to_km is None else rule.up_to_km, default=None)
    return own if own and own.served else None


def best(offers: list[Offer], day_worth: int) -> Offer:
    """The offer with the lowest cost when a day is worth `day_worth` minor units; ties go to the faster, then to the cheaper one."""
    return min(offers, key=lambda offer: (offer.cost + offer.days * day_worth, offer.days, offer.cost, offer.carrier_id))


def why(chosen: Offer, offers: list[Offer], way: tuple[str, str], day_worth: int) -> list[Saying]:
    """Why this one: the way, what it takes, and what the others would have been (D12.5: region, speed, cost)."""
    here, there = province_name(way[0]), province_name(way[1])
    name, days, cost = chosen.name, chosen.days, chosen.cost
    if here == there:
        told = [saying("delivery.within", here=here, carrier=name, days=days, cost=cost)]
    else:
        told = [saying("delivery.way", here=here, there=there, km=distance(*way), carrier=name, days=days, cost=cost)]
    others = [offer for offer in offers if offer.carrier_id != chosen.carrier_id]
    if not others:
        return [*told, saying("delivery.only_carrier")]
    told += [saying("delivery.other_carrier", carrier=offer.name, days=offer.days, cost=offer.cost) for offer in others]
    return [*told, saying("delivery.day_worth", worth=day_worth)]


SLOT_DAYS = Option("delivery.slot_days", default=7, low=1, high=30, text="买家可以选几天内的送货时段（天）")
MOST_CAPACITY = 100_000
_CLOSES_BEFORE, _CLOSES_AT_MOST = 3, 48
"""Hours before its beginning at which a window closes, when nobody says otherwise, and at most."""


@dataclass(frozen=True)
class Window:
    """Hours of a day in which parcels are brought, how many, and how many hours before its beginning it closes."""

    starts: str
    ends: str
    capacity: int
    closes_before: int


def windows(text: str) -> list[Window]:
    """What a person typed, a window per line: `09:00-12:00 20 4` is twenty parcels, closed four hours before (left out: 3).

    ValueError names the line that cannot be read: hours in order, at least one parcel, at most two days before.
    """
    found = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        parts = line.replace("\uff1a", ":").replace("\u2013", "-").split()
        hours = parts[0].split("-")
        numbers = [int(part) for part in parts[1:] if part.isascii() and part.isdigit() and len(part) < 7]  # noqa: PLR2004 - a million
        good = len(hours) == 2 and all(_is_hour(each) for each in hours) and hours[0] < hours[1] and len(parts) in (2, 3)  # noqa: PLR2004
        if not good or len(numbers) != len(parts) - 1:
            raise ValueError(line)
        capacity, closes = [*numbers, _CLOSES_BEFORE][:2]
        if not 0 < capacity <= MOST_CAPACITY or closes > _CLOSES_AT_MOST:
            raise ValueError(line)
        found.append(Window(hours[0], hours[1], capacity, closes))
    return found


def _is_hour(text: str) -> bool:
    return len(text) == 5 and text[2] == ":" and text[:2].isdigit() and text[3:].isdigit() and text < "24:00" and text[3:] < "60"  # noqa: PLR2004 - HH:MM
