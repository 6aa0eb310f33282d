"""How long a shop may take, as a table: reminded, reported, relieved."""

from datetime import timedelta

import pytest

from wangdan.orders.rules import Patience

USUAL = Patience(timedelta(hours=24), timedelta(hours=6), timedelta(hours=24))


@pytest.mark.parametrize(
    ("hours", "stage"),
    [(0, ""), (17.9, ""), (18, "soon"), (23.9, "soon"), (24, "late"), (47.9, "late"), (48, "over"), (900, "over")],
)
def test_how_far_a_wait_has_got(hours, stage):
    """Reminded 6 hours before 24 are over, reported then, called off 24 hours later."""
    assert USUAL.stage(timedelta(hours=hours)) == stage


def test_without_a_grace_nothing_is_called_off():
    """The option at nought: the office has to settle it."""
    assert Patience(timedelta(hours=24), timedelta(hours=6), None).stage(timedelta(days=365)) == "late"


def test_a_reminder_longer_than_the_limit_comes_at_once():
    """Two hours to accept, reminded six hours before: never before the wait began."""
    assert Patience(timedelta(hours=2), timedelta(hours=6), None).stage(timedelta()) == "soon"
