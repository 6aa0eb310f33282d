"""Freight templates: units, regions, free limits, several of them in one order; what carriers say to a parcel; windows of a day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangdan.delivery.rules import BY, Firm, Load, Rule, Tariff, Zone, answers, charge, freight, freight_of, windows

AMOUNTS = st.integers(0, 100_000)
ZONES = st.builds(
    Zone,
    st.sampled_from([("33",), ("3301",), ("54", "65")]),
    AMOUNTS,
    st.integers(0, 9),
    st.integers(1, 9),
    AMOUNTS,
    st.none() | AMOUNTS,
    st.none() | st.integers(1, 9),
)
TARIFFS = st.builds(
    Tariff, AMOUNTS, st.none() | AMOUNTS, st.dictionaries(st.sampled_from(["54", "65"]), AMOUNTS), st.sampled_from(BY), st.integers(0, 9), st.integers(1, 9), AMOUNTS,
    st.none() | st.integers(1, 99), st.lists(ZONES, max_size=2).map(tuple), st.text("abc", min_size=1, max_size=3),
)  # fmt: skip
LOADS = st.builds(Load, st.integers(1, 99), st.integers(0, 90_000), st.integers(0, 90_000), AMOUNTS)
REGIONS = st.sampled_from(["330110", "330200", "540102", "650100", "", "浙江省", "110101"])


def one_per_name(pairs: list[tuple[Tariff, Load]]) -> list[tuple[Tariff, Load]]:
    """Templates of one shop have names of their own."""
    known: dict[str, Tariff] = {}
    return [(known.setdefault(tariff.name, tariff), load) for tariff, load in pairs]


@given(st.lists(st.tuples(TARIFFS, LOADS), min_size=1, max_size=5).map(one_per_name), REGIONS, st.randoms())
def test_freight_is_never_negative_and_knows_no_order(pairs: list[tuple[Tariff, Load]], region: str, dice: object) -> None:
    """However the lines come, the sum is the same; it is at least the dearest template's own and at most all of them one by one."""
    found = freight_of(pairs, region)
    shuffled = list(pairs)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert freight_of(shuffled, region).amount == found.amount >= 0
    names = {tariff.name for tariff, _ in pairs}
    each = [freight_of([pair for pair in pairs if pair[0].name == name], region).amount for name in names]
    assert max(each) <= found.amount <= sum(each)


@given(TARIFFS, LOADS, LOADS, REGIONS)
def test_more_goods_never_cost_less_unless_they_reach_a_free_limit(tariff: Tariff, load: Load, more: Load, region: str) -> None:
    """Without free limits freight grows with the load; with one it may fall to the surcharge, never below."""
    less, greater = charge(tariff, load, region), charge(tariff, load + more, region)
    waived = any(said["code"] in ("delivery.first_fee_waived", "delivery.pieces_waived") for said in greater.reason)
    assert waived or greater.first + greater.more >= less.first + less.more
    assert greater.extra == less.extra


@given(TARIFFS, LOADS, REGIONS)
def test_a_surcharge_is_never_waived(tariff: Tariff, load: Load, region: str) -> None:
    """Whatever is free, the remote province's surcharge stays."""
    found = charge(tariff, load, region)
    assert found.extra == tariff.extra.get(region[:2], 0)


def test_units_are_begun_kilograms_and_litres() -> None:
    """Eleven hundred grams are two kilograms; two pieces are two."""
    load = Load(2, 1100, 1001, 500)
    assert [load.units(by) for by in BY] == [2, 2, 2]
    heavy = Tariff(1000, None, {}, "weight", first=1, more=2, more_fee=300, name="大件")
    assert charge(heavy, Load(1, 5200, 0, 9900), "33").more == 3 * 300, "six kilograms: the first, then five in steps of two"


def test_a_city_goes_before_its_province_and_a_zone_before_the_rest() -> None:
    """Hangzhou free from two pieces, the rest of Zhejiang cheap, Tibet not at all, all else as the template says."""
    tariff = Tariff(
        1200, 20_000, {"65": 900}, zones=(Zone(("3301",), 600, free_pieces=2), Zone(("33",), 800), Zone(("54",), 0, served=False)), name="普通"
    )
    asked = {region: charge(tariff, Load(2, 0, 0, 5000), region) for region in ("330110", "330200", "540102", "650100", "", "浙江省")}
    assert [(each.first, each.extra, each.served) for each in asked.values()] == [
        (0, 0, True), (800, 0, True), (0, 0, False), (1200, 900, True), (1200, 0, True), (800, 0, True),
    ]  # fmt: skip
    assert not freight_of([(tariff, Load(1, 0, 0, 1))], "540102").served


def test_the_greatest_first_fee_once_and_every_further_fee() -> None:
    """A sofa by weight and three cushions by piece: one first fee, both further fees, and the page says from what."""
    sofa, cushions = (
        Tariff(5000, None, {"54": 3000}, "weight", 10, 5, 800, name="大件"),
        Tariff(800, None, {"54": 1000}, "piece", 1, 1, 200, name="普通"),
    )
    found = freight_of([(sofa, Load(1, 23_000, 0, 200_000)), (cushions, Load(3, 900, 0, 9000))], "540102")
    assert found.amount == 5000 + 3 * 800 + 2 * 200 + 3000
    assert [said["code"] for said in found.reason][:2] == ["delivery.together", "delivery.template"]
    assert [said["name"] for said in found.reason if said["code"] == "delivery.template"] == ["大件", "普通"]


def test_the_old_template_costs_what_it_did() -> None:
    """A fee per order, free over a limit, a surcharge that stays."""
    plain = Tariff(800, 9900, {"54": 1200})
    assert [freight(plain, goods, place).amount for goods, place in ((5000, "33"), (9900, "33"), (9900, "西藏自治区"), (1, ""))] == [
        800,
        0,
        1200,
        800,
    ]


def test_what_carriers_say_to_a_parcel() -> None:
    """The province's rule goes first; too heavy, no cash and not served say so; weight costs per further kilogram."""
    rules = (Rule("54", None, 9, 3000, True), Rule("65", None, 1, 1, False), Rule("", 900, 2, 1000, True, 300), Rule("", None, 4, 2000, True, 500))
    firms = [Firm(1, "快", False, 20_000, rules), Firm(2, "慢", True, None, (Rule("", None, 6, 800, True),))]

    def said(to: str, **given_: object) -> list[tuple[str, int | None]]:
        given_ = {"grams": 1000, "cash": False, **given_}
        return [(each.why["code"], each.offer.cost if each.offer else None) for each in answers(firms, ("33", to), **given_)]  # type: ignore[arg-type]

    assert said("32") == [("delivery.by_distance", 1000), ("delivery.by_distance", 800)]
    assert said("32", grams=3001)[0] == ("delivery.by_distance", 1000 + 3 * 300)
    assert said("54")[0] == ("delivery.by_province", 3000)
    assert said("65")[0] == ("delivery.goes_not_there", None)
    assert said("32", grams=20_001)[0] == ("delivery.too_heavy", None)
    assert said("32", cash=True)[0] == ("delivery.takes_no_cash", None)


def test_windows_as_people_type_them() -> None:
    """Hours, places, hours before; what is no window names its line."""
    found = windows("09:00-12:00 20\n\n 14：00–18：00 5 24 ")
    assert [(each.starts, each.ends, each.capacity, each.closes_before) for each in found] == [("09:00", "12:00", 20, 3), ("14:00", "18:00", 5, 24)]
    for wrong in ("12:00-09:00 5", "09:00-12:00", "9-12 5", "09:00-25:00 5", "09:00-12:00 0", "09:00-12:00 5 49", "09:00-12:00 5 1 1", "a b c"):
        with pytest.raises(ValueError, match=wrong.split()[0]):
            windows(wrong)
