"""Rules of delivery: provinces and the way between them, freight with its reasons, which carrier suits. Plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Tariff:
    """What a shop charges; minor units, `extra` province code → surcharge."""

    first_fee: int
    free_over: int | None
    extra: Mapping[str, int]


@dataclass(frozen=True)
class Freight:
    """What sending costs the buyer, in minor units, and why; frozen at placing."""

    amount: int
    reason: tuple[Saying, ...]


def freight(tariff: Tariff, goods: int, province: str) -> Freight:
    """Freight of goods worth `goods` minor units to a province (empty: not known yet); the first fee falls away over the shop's limit.

    The surcharge of a remote province is never waived.
    """
    code = province_code(province)
    free = tariff.free_over is not None and goods >= tariff.free_over
    first, extra = (0 if free else tariff.first_fee), int(tariff.extra.get(code, 0))
    why = [saying("delivery.first_fee_waived", over=tariff.free_over)] if free else [saying("delivery.first_fee", fee=first)]
    if not free and tariff.free_over is not None:
        why.append(saying("delivery.free_over", over=tariff.free_over))
    if extra:
        why.append(saying("delivery.remote_fee", province=province_name(province), fee=extra))
    return Freight(first + extra, tuple(why))


@dataclass(frozen=True)
class Offer:
    """What one carrier promises for one way."""

    carrier_id: int
    name: str
    days: int
    cost: int


@dataclass(frozen=True)
class Rule:
    """One row of a carrier's promise; `province` a code or empty, `up_to_km` None for any distance."""

    province: str
    up_to_km: int | None
    days: int
    cost: int
    served: bool


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
