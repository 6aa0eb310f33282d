"""How numbers, money, moments and states read: the same everywhere."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import translation

from wangdan.desks import journal_words, moments, states
from wangdan.desks.templatetags import wd
from wangdan.fulfilment.models import Parcel
from wangdan.fulfilment.rules import LIFE as PARCEL_LIFE
from wangdan.kernel.operation import OPERATIONS
from wangdan.orders.models import Order
from wangdan.orders.rules import LIFE as ORDER_LIFE
from wangdan.payments.models import Attempt, Part, Payment, Refund
from wangdan.payments.rules import PART_STATES

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # 14:30 in Shanghai, a Tuesday


@pytest.mark.parametrize(("amount", "text"), [(0, "¥0.00"), (5, "¥0.05"), (129900, "¥1,299.00"), (-4000, "−¥40.00"), (10**11, "¥1,000,000,000.00")])
def test_money_reads_with_commas_and_two_digits(amount, text):
    """Minor units in, what people read out."""
    assert wd.money(amount) == text


def test_a_price_is_small_sign_large_yuan_small_fen():
    """The store's price; text of the amount is never markup."""
    assert wd.price(129900, "lg") == '<span class="wd-price lg">¥<b>1,299</b>.00</span>'


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=20), "刚刚"),
        (timedelta(minutes=26), "26 分钟前"),
        (timedelta(hours=3), "今天 11:30"),
        (timedelta(hours=20), "昨天 18:30"),
        (timedelta(hours=-20), "明天 10:30"),
        (timedelta(days=13), "11-11"),
        (timedelta(days=400), "2025-10-20"),
    ],
)
def test_moments_read_as_people_say_them(ago, text):
    """Near ones relative, far ones by date."""
    assert moments.ago(NOW - ago, NOW) == text


def test_days_ahead_take_a_day_or_a_moment(monkeypatch):
    """An expected arrival may be a day."""
    monkeypatch.setattr(moments.clock, "now", lambda: NOW)
    assert moments.day(date(2026, 11, 24)) == "今天（11 月 24 日）"
    assert moments.day(NOW + timedelta(days=1)) == "明天（11 月 25 日）"
    assert moments.day(date(2026, 11, 27)) == "11 月 27 日 周五"


def test_a_clock_turns_amber_and_then_red(monkeypatch):
    """Plain while there is time, waiting near the end, wrong when over."""
    monkeypatch.setattr(moments.clock, "now", lambda: NOW)
    assert moments.deadline(NOW + timedelta(days=3), NOW).state == ""
    near = moments.deadline(NOW + timedelta(hours=1, minutes=36))
    assert (near.state, near.text, near.late) == ("waiting", "剩 1:36", False)
    over = moments.deadline(NOW - timedelta(hours=3, minutes=4))
    assert (over.state, over.text, over.late, over.gone) == ("wrong", "超时 3:04", True, 100)


def test_every_state_has_a_word_and_a_colour():
    """No bare status reaches a page."""
    for kind, known in (("orders", ORDER_LIFE.states), ("parcels", PARCEL_LIFE.states), ("parts", PART_STATES)):
        assert [status for status in known if status not in states.STATES[kind]] == []


def test_counts_shorten_by_language():
    """1.2 万 in Chinese, 12k in English."""
    assert wd.many(2318) == "2,318"
    assert wd.many(12_000) == "1.2 万"
    with translation.override("en"):
        assert wd.many(12_345) == "12k"


def test_names_and_phones_are_masked():
    """Enough to recognise, not enough to call."""
    assert wd.masked_phone("+8613812346021") == "138 **** 6021"
    assert wd.masked_name("陈小满") == "陈*"


def test_texts_of_people_are_inert():
    """What people typed never becomes markup."""
    page = Template("{% load wd %}{% pill 'orders' status %}{{ no|grouped }}")
    shown = page.render(Context({"status": "<b>x</b>", "no": "<script>"}))
    assert "<b>" not in shown
    assert "<script" not in shown


def test_whatever_is_done_to_an_order_has_words():
    """The time line of an order never shows the name of an operation: each has words, or is left out on purpose."""
    told = {Order, Parcel, Payment, Part, Attempt, Refund}
    assert [
        name
        for name, each in OPERATIONS.items()
        if each.on in told and not name.startswith("toys.") and name not in journal_words.WORDS and name not in journal_words.COUNTS
    ] == []
