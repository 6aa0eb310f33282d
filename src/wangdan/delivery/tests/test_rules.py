"""What freight is made of and why a carrier is chosen, said as data."""

import pytest

from wangdan.delivery.rules import Offer, Tariff, best, freight, why
from wangdan.kernel.sayings import Saying, saying

TARIFF = Tariff(800, 9900, {"54": 1000})


@pytest.mark.parametrize(
    ("goods", "province", "amount", "reason"),
    [
        (5000, "浙江省", 800, [saying("delivery.first_fee", fee=800), saying("delivery.free_over", over=9900)]),
        (9900, "浙江省", 0, [saying("delivery.first_fee_waived", over=9900)]),
        (9900, "540100", 1000, [saying("delivery.first_fee_waived", over=9900), saying("delivery.remote_fee", province="西藏", fee=1000)]),
        (5000, "", 800, [saying("delivery.first_fee", fee=800), saying("delivery.free_over", over=9900)]),
    ],
)
def test_freight_says_what_it_is_made_of(goods: int, province: str, amount: int, reason: list[Saying]) -> None:
    """The first fee or its waiving, and the surcharge of a remote province, which is never waived."""
    found = freight(TARIFF, goods, province)
    assert (found.amount, list(found.reason)) == (amount, reason)


def test_the_choice_says_the_way_and_the_others() -> None:
    """Region, days and cost of the chosen one and of each other, and what a day is worth (D12.5); one alone says so."""
    quick, slow = Offer(1, "青雁", 1, 1200), Offer(2, "白塔", 4, 600)
    chosen = best([quick, slow], 300)
    assert why(chosen, [quick, slow], ("浙江省", "广东省"), 300) == [
        saying("delivery.way", here="浙江", there="广东", km=1047, carrier="青雁", days=1, cost=1200),
        saying("delivery.other_carrier", carrier="白塔", days=4, cost=600),
        saying("delivery.day_worth", worth=300),
    ]
    assert why(slow, [slow], ("浙江省", "330100"), 300) == [
        saying("delivery.within", here="浙江", carrier="白塔", days=4, cost=600),
        saying("delivery.only_carrier"),
    ]
