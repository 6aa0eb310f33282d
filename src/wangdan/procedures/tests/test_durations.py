"""How durations and the instants of rungs are written, and what is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangdan.procedures.rules.durations import MOST, UNITS, Duration, Instant, parse_duration, parse_offset

DURATIONS = st.builds(Duration, st.integers(1, MOST), st.sampled_from(sorted(UNITS)))
INSTANTS = st.one_of(
    st.just(Instant(None, 0, None)),
    st.builds(Instant, st.integers(1, 100), st.just(0), st.none()),
    st.builds(Instant, st.none(), st.sampled_from([-1, 1]), DURATIONS),
)


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [("30m", 30, "m"), ("4h", 4, "h"), ("1hd", 1, "hd"), ("3d", 3, "d"), ("2w", 2, "w"), ("100000m", 100_000, "m")],
)
def test_a_duration_is_a_number_and_a_unit(text: str, amount: int, unit: str) -> None:
    assert parse_duration(text) == Duration(amount, unit)
    assert parse_duration(text).text == text


@given(DURATIONS)
def test_a_duration_reads_back_as_written(duration: Duration) -> None:
    assert parse_duration(duration.text) == duration


@given(INSTANTS)
def test_an_instant_reads_back_as_written(instant: Instant) -> None:
    assert parse_offset(instant.text) == instant


@pytest.mark.parametrize("text", ["", "4", "h", "4 h", " 4h", "4h\n", "-4h", "+4h", "4.5h", "04h", "4H", "4s", "４h", "٤h", "4h30m", "1e3m", "4dh"])
def test_what_is_no_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration.*30m, 4h, 1hd, 3d, 2w"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0m", "0hd", "100001d", "999999m", "9" * 5000 + "w"])
def test_amounts_have_limits(text: str) -> None:
    with pytest.raises(ValueError, match="out of range: the amount is between 1 and 100000") as refused:
        parse_duration(text)
    assert len(str(refused.value)) < 120


def test_a_duration_cannot_be_made_around_the_limits() -> None:
    with pytest.raises(ValueError, match="unknown unit 's'"):
        Duration(1, "s")
    with pytest.raises(ValueError, match="out of range"):
        Duration(0, "h")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("50%", Instant(50, 0, None)),
        ("100%", Instant(100, 0, None)),
        ("-2h", Instant(None, -1, Duration(2, "h"))),
        ("0", Instant(None, 0, None)),
        ("+1d", Instant(None, 1, Duration(1, "d"))),
        ("-1hd", Instant(None, -1, Duration(1, "hd"))),
    ],
)
def test_the_instants_of_rungs(text: str, instant: Instant) -> None:
    assert parse_offset(text) == instant
    assert instant.text == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2h", "has no sign: write -2h"),
        ("", "is not an instant: write 50%, -2h, 0 or"),
        ("due", "is not an instant"),
        ("00", "is not an instant"),
        ("5.5%", "is not an instant"),
        ("50 %", "is not an instant"),
        ("0%", "out of range: a share is between 1% and 100%"),
        ("101%", "out of range"),
        ("9" * 5000 + "%", "out of range"),
        ("-0", "is not a duration"),
        ("+0h", "out of range"),
        ("--2h", "is not a duration"),
        ("+50%", "is not a duration"),
        ("-", "is not a duration"),
    ],
)
def test_what_is_no_instant_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_offset(text)


@pytest.mark.parametrize(
    "parts", [(50, 1, None), (50, 0, Duration(1, "h")), (None, 0, Duration(1, "h")), (None, 1, None), (None, 2, Duration(1, "h")), (0, 0, None)]
)
def test_an_instant_cannot_contradict_itself(parts: tuple[int | None, int, Duration | None]) -> None:
    with pytest.raises(ValueError):
        Instant(*parts)


@given(st.text(max_size=12))
def test_any_other_text_is_refused_and_nothing_worse(text: str) -> None:
    for parse in (parse_duration, parse_offset):
        with suppress(ValueError):
            assert parse(text).text == text
