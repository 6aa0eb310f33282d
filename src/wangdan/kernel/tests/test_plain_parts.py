"""Machine, money, numbers, sayings and clock: the parts of the kernel that need no database."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangdan.kernel import numbers
from wangdan.kernel.clock import parse_offset
from wangdan.kernel.errors import Refused
from wangdan.kernel.machine import Machine
from wangdan.kernel.money import round_half_up, split
from wangdan.kernel.sayings import saying

LIFE = Machine("toys", start="new", moves=[("wind", ("new", "still"), "moving"), ("stop", "moving", "still"), ("bin", "still", "gone")])


def test_a_move_is_taken_or_refused_with_the_modules_code():
    """The code of a refused move is module.cannot_move and says where it stood."""
    assert LIFE.take("wind", "new") == "moving"
    with pytest.raises(Refused) as refused:
        LIFE.take("bin", "moving")
    assert (refused.value.code, refused.value.detail) == ("toys.cannot_bin", {"status": "moving"})


def test_open_moves_and_final_states_come_from_the_table():
    """Buttons and diagrams read the same table."""
    assert LIFE.open_moves("still") == ("wind", "bin")
    assert LIFE.final == {"gone"}
    assert LIFE.states == ("new", "moving", "still", "gone")
    assert "new --> moving: wind" in LIFE.mermaid()


def test_a_table_with_an_unreachable_state_fails_at_import():
    """A typo in a state's name is found before anything runs."""
    with pytest.raises(ValueError, match="nothing leads to"):
        Machine("toys", start="new", moves=[("wind", "new", "moving"), ("bin", "stil", "gone")])


def test_an_unknown_move_is_a_bug_not_a_refusal():
    """Misspelled moves must not look like business refusals."""
    with pytest.raises(ValueError, match="unknown move"):
        LIFE.take("fly", "new")


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_a_split_sums_to_its_total_and_follows_its_weights(total: int, weights: list[int]):
    """Largest remainder: exact sum, never negative, never more than one unit from the exact share."""
    parts = split(total, weights)
    assert sum(parts) == total
    assert min(parts) >= 0
    whole = sum(weights)
    if whole:
        assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))


def test_one_fen_over_three_goes_to_the_first():
    """Ties are broken by order, so the split is the same on every day."""
    assert split(1, [1, 1, 1]) == [1, 0, 0]
    assert split(100, [0, 0]) == [50, 50]


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (5, [-1, 2]), (5, [])])
def test_a_split_of_nonsense_is_refused(total: int, weights: list[int]):
    """Negative money does not exist here."""
    with pytest.raises(ValueError, match=r"negative|nothing"):
        split(total, weights)


def test_halves_round_away_from_zero():
    """The one rounding of the house."""
    assert [round_half_up(Decimal(text)) for text in ("0.5", "1.5", "2.4999", "-0.5")] == [1, 2, 2, -1]


@given(st.integers(0, 11), st.sampled_from(numbers.ALPHABET))
def test_one_wrong_character_is_always_found(place: int, letter: str):
    """A slip of the pen never names another order."""
    number = numbers.new_number("A")
    wrong = number[:place] + letter + number[place + 1 :]
    assert numbers.is_number(number, "A")
    assert numbers.is_number(wrong) == (wrong == number)


def test_numbers_are_read_as_people_write_them():
    """Blanks, small letters, O for 0 and I for 1 are forgiven."""
    number = numbers.new_number("B")
    spoken = numbers.grouped(number).lower().replace("0", "o").replace("1", "i")
    assert numbers.normalise(spoken) == number


def test_the_clock_offset_reads_the_four_units_and_nothing_else():
    """A drill says +35m; anything else is told to its face."""
    assert parse_offset("+35m") == timedelta(minutes=35)
    assert parse_offset("-2h") == timedelta(hours=-2)
    with pytest.raises(ValueError, match="WANGDAN_CLOCK"):
        parse_offset("tomorrow")


def test_a_saying_is_a_code_with_json():
    """Values stand beside the code as they are; what JSON would change, or what would hide the code, is a bug."""
    assert saying("toys.wound", turns=3, by=["Ann"]) == {"code": "toys.wound", "turns": 3, "by": ["Ann"]}
    for values in ({"code": "other"}, {"by": ("Ann",)}):
        with pytest.raises(ValueError, match="a saying holds JSON"):
            saying("toys.wound", **values)
