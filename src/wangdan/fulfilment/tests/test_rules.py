"""Rules of fulfilment as tables: which warehouse serves, how an order is split, the life of a parcel, what a scan can mean."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wangdan.fulfilment.rules import IN_HOUSE, LIFE, Goods, Shelf, fold, hits, pause, spread, walk
from wangdan.kernel.errors import Refused

NEAR, MIDDLE, FAR = ("浙江省", 0), ("广东省", 1050), ("黑龙江省", 1850)


def house(number: int, place: tuple[str, int], **free: int) -> list[Shelf]:
    """Shelves of one warehouse: `s1=5` is five free pieces of SKU 1."""
    return [Shelf(number, f"仓{number}", place[0], place[1], int(sku[1:]), pieces) for sku, pieces in free.items()]


@pytest.mark.parametrize(
    ("wanted", "shelves", "sent"),
    [
        pytest.param({1: 2}, house(1, FAR, s1=9) + house(2, NEAR, s1=9), {(1, 2): 2}, id="of two that have all, the nearer"),
        pytest.param({1: 2}, house(1, FAR, s1=9) + house(2, NEAR, s1=1), {(1, 1): 2}, id="a far one with all goes before a near one with some"),
        pytest.param({1: 2}, house(2, NEAR, s1=2) + house(1, NEAR, s1=2), {(1, 1): 2}, id="equally near: the older one, whatever the order"),
        pytest.param({1: 3}, house(1, NEAR, s1=2) + house(2, FAR, s1=2), {(1, 1): 2, (1, 2): 1}, id="split over two when one is short"),
        pytest.param({1: 1, 2: 1}, house(1, NEAR, s1=5) + house(2, FAR, s2=5), {(1, 1): 1, (2, 2): 1}, id="each has one of two goods"),
        pytest.param(
            {1: 5, 2: 5},
            house(1, NEAR, s1=1, s2=1) + house(2, MIDDLE, s1=5) + house(3, FAR, s2=5),
            {(1, 2): 5, (2, 3): 5},
            id="two parcels, not three with the near one in",
        ),
        pytest.param(
            {1: 4},
            house(1, NEAR, s1=2) + house(2, FAR, s1=2) + house(3, MIDDLE, s1=2),
            {(1, 1): 2, (1, 3): 2},
            id="of equally small sets the nearest",
        ),
        pytest.param(
            {1: 6},
            house(1, NEAR, s1=2) + house(2, FAR, s1=2) + house(3, MIDDLE, s1=2),
            {(1, 1): 2, (1, 3): 2, (1, 2): 2},
            id="three when it takes three",
        ),
    ],
)
def test_which_warehouse_sends_what(wanted: dict[int, int], shelves: list[Shelf], sent: dict[tuple[int, int], int]) -> None:
    """By stock first, by distance then, in as few parcels as can be; every share says why (D04.4, D18.4)."""
    shares, short = spread(wanted, shelves)
    assert {(share.sku_id, share.warehouse_id): share.quantity for share in shares} == sent
    assert short == {}
    assert {"code", "province", "km"} == set().union(*(share.reason for share in shares))
    split = len({share.warehouse_id for share in shares}) > 1
    assert all((share.reason["code"] == "fulfilment.split") == split for share in shares)


@pytest.mark.parametrize(
    ("wanted", "shelves", "short"),
    [
        ({1: 3}, house(1, NEAR, s1=1) + house(2, FAR, s1=1), {1: 2}),
        ({1: 3}, [], {1: 0}),
        ({1: 1, 2: 2}, house(1, NEAR, s1=5), {2: 0}),
    ],
)
def test_what_is_missing_is_named_with_what_there_is(wanted: dict[int, int], shelves: list[Shelf], short: dict[int, int]) -> None:
    """All warehouses together have too little: SKU → pieces there are."""
    assert spread(wanted, shelves)[1] == short


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.integers(1, 4), st.integers(1, 6), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 2000), st.integers(1, 4), st.integers(1, 6)), max_size=20),
)
def test_nothing_is_sent_twice_or_from_an_empty_shelf(wanted: dict[int, int], rows: list[tuple[int, int, int, int]]) -> None:
    """Whatever lies where: shares and shortage add up to what was wanted, and no shelf gives more than it has."""
    free = {(house, sku): pieces for house, _km, sku, pieces in rows}
    km = {house: far for house, far, _sku, _pieces in rows}
    shares, short = spread(wanted, [Shelf(number, "", "", km[number], sku, pieces) for (number, sku), pieces in free.items()])
    for sku, pieces in wanted.items():
        sent = sum(share.quantity for share in shares if share.sku_id == sku)
        there = sum(count for (_house, each), count in free.items() if each == sku)
        assert sent == min(pieces, there)
        assert short.get(sku, pieces) == (sent if there < pieces else pieces)
    assert all(1 <= share.quantity <= free[share.warehouse_id, share.sku_id] for share in shares)
    assert len({(share.warehouse_id, share.sku_id) for share in shares}) == len(shares)


def test_a_parcel_goes_its_way_and_no_other() -> None:
    """Every step needs the one before; once the carrier has it, it cannot be called off."""
    status = LIFE.start
    for move in ("pick", "inspect", "pack", "hand_over", "deliver"):
        others = {"pick", "inspect", "pack", "hand_over"} - {move}
        for other in others:
            with pytest.raises(Refused):
                LIFE.take(other, status)
        status = LIFE.take(move, status)
    assert status == "delivered"
    assert {state for state in LIFE.states if "call_off" in LIFE.open_moves(state)} == set(IN_HOUSE)
    assert LIFE.open_moves("lost") == ("deliver", "take_back")


CHAIR, OTHER, PLAIN = Goods(1, "TE047-01", "A-07-3", 2, 0), Goods(2, "TE047-02", "A-07-3", 1, 0), Goods(3, "", "B-01-2", 1, 0)


@pytest.mark.parametrize(
    ("code", "shelves", "found"),
    [
        ("TE047-01", True, [CHAIR]),
        (" te047-01\t", False, [CHAIR]),
        ("b-01-2", True, [PLAIN]),
        ("B-01-2", False, []),
        ("A-07-3", True, [CHAIR, OTHER]),
        ("TE047", True, []),
        ("", True, []),
        ("   ", True, []),
    ],
)
def test_what_a_scan_can_mean(code: str, shelves: bool, found: list[Goods]) -> None:  # noqa: FBT001 - a table's column
    """The code on the goods, at the shelf also the bin; nothing never means goods without a code."""
    assert hits(code, [CHAIR, OTHER, PLAIN], shelves=shelves) == found


def test_bins_are_walked_by_number() -> None:
    """B-01-8 lies before B-01-11; goods without a bin come last."""
    assert sorted(["B-01-11", "", "A-10-1", "B-01-8", "A-2-1"], key=walk) == ["A-2-1", "A-10-1", "B-01-8", "B-01-11", ""]


def test_a_silent_carrier_is_asked_more_and_more_rarely() -> None:
    """Twice the pause each time, up to twelve times the first."""
    assert [pause(asked) for asked in (0, 1, 2, 3, 4, 9, 1000)] == [1, 2, 4, 8, 12, 12, 12]
    assert fold(" Qy 01 ") == "qy01"
