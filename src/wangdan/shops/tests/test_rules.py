"""Numbers on papers, as tables: what is one, what is not; how they are shown; six months on."""

from datetime import date

import pytest

from wangdan.kernel.errors import Malformed, Refused
from wangdan.shops import rules


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("11010519491231002x", "11010519491231002X"),
        ("440524 18800101 0014", "440524188001010014"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
    ],
)
def test_identity_numbers(typed, kept):
    """The two examples of GB 11643, however they are typed."""
    assert rules.identity_number(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "110105194912310021", "110105194912310020", "11010519491231003X", "01010519491231002X", "11010519490231002X", "1101051949123100",
        "11010519491231002XX", "A10105194912310021", "440524188001310014", "110105494912310021",
    ],
)  # fmt: skip
def test_what_is_no_identity_number(typed):
    """A wrong check sign, a swapped sign, a region or a day that never was, too short, too long."""
    with pytest.raises(Malformed) as refused:
        rules.identity_number(typed)
    assert refused.value.code == "shops.identity_malformed"


def test_every_single_slip_in_an_identity_number_is_found():
    """The weights of GB 11643 catch every one wrong digit."""
    good = "11010519491231002X"
    for at in range(17):
        for digit in set("0123456789") - {good[at]}:
            with pytest.raises(Malformed):
                rules.identity_number(good[:at] + digit + good[at + 1 :])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("91350100M000100Y43", "91350100M000100Y43"), ("91350100m000100y43", "91350100M000100Y43"), ("9135 0100 M000 100Y 43", "91350100M000100Y43")],
)
def test_credit_codes(typed, kept):
    """The example of GB 32100, however it is typed."""
    assert rules.credit_code(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "91350100M000100Y44", "91350100M000100Y4", "91350100M000100Y433", "91350100I000100Y43", "21350100M000100Y43", "9135010OM000100Y43"]
)
def test_what_is_no_credit_code(typed):
    """A wrong check sign, wrong length, letters the standard leaves out, a registry that does not exist."""
    with pytest.raises(Malformed) as refused:
        rules.credit_code(typed)
    assert refused.value.code == "shops.licence_malformed"


def test_every_single_slip_in_a_credit_code_is_found():
    """The weights of GB 32100 catch every one wrong sign of the part that identifies."""
    good = "91350100M000100Y43"
    for at in range(8, 17):
        for sign in set("0123456789ABCDEFGHJKLMNPQRTUWXY") - {good[at]}:
            with pytest.raises(Malformed):
                rules.credit_code(good[:at] + sign + good[at + 1 :])


@pytest.mark.parametrize(("today", "years"), [(date(2026, 12, 30), 76), (date(2026, 12, 31), 77), (date(1949, 12, 31), 0), (date(1950, 12, 30), 0)])
def test_age(today, years):
    """Full years, on the birthday one more."""
    assert rules.age("11010519491231002X", today) == years


@pytest.mark.parametrize(("number", "shown"), [("11010519491231002X", "110*************2X"), ("12345", "*****"), ("", "")])
def test_masking(number, shown):
    """The first three and the last two."""
    assert rules.mask(number) == shown


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 25), 6, date(2027, 5, 25)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
    ],
)
def test_months_later(day, months, then):
    """The same day, or the last of a shorter month."""
    assert rules.months_later(day, months) == then


def test_the_life_of_an_application():
    """Nothing leads from a withdrawn one; an open shop is looked at again and again."""
    assert rules.LIFE.final == {"withdrawn"}
    with pytest.raises(Refused):
        rules.LIFE.take("approve", "rejected")
