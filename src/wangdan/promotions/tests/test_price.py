"""The pricing pipeline: sums agree, nothing is negative, the order of lines is of no account."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangdan.promotions.rules import Basket, Item, part_of, price

items = st.lists(
    st.builds(
        Item,
        sku_id=st.integers(1, 10**6),
        shop_id=st.integers(1, 4),
        price=st.integers(0, 10**9),
        quantity=st.integers(1, 999),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda item: item.sku_id,
)
freights = st.dictionaries(st.integers(1, 4), st.integers(0, 10**6))


@given(items, freights)
def test_sums_agree_and_nothing_is_negative(bought: list[Item], freight: dict[int, int]) -> None:
    """Lines sum to orders, orders to the total; every share is at least zero."""
    priced = price(Basket(tuple(bought)), freight)
    assert priced.total == sum(order.total for order in priced.orders)
    for order in priced.orders:
        assert order.freight == freight.get(order.shop_id, 0)
        assert order.goods == sum(line.amount for line in order.lines)
        assert order.freight == sum(line.freight_share for line in order.lines)
        assert order.discount == sum(line.discount for line in order.lines)
        assert order.total == order.goods + order.freight - order.discount == sum(line.total for line in order.lines)
        assert all(min(line.amount, line.discount, line.freight_share, line.total) >= 0 for line in order.lines)
    assert sorted(line.item.sku_id for order in priced.orders for line in order.lines) == sorted(item.sku_id for item in bought)


@given(items, freights, st.randoms(use_true_random=False))
def test_order_of_lines_does_not_matter(bought: list[Item], freight: dict[int, int], chance: random.Random) -> None:
    """A shuffled basket gives every SKU the same share."""
    mixed = list(bought)
    chance.shuffle(mixed)

    def by_sku(of: list[Item]) -> dict[int, object]:
        return {line.item.sku_id: line for order in price(Basket(tuple(of)), freight).orders for line in order.lines}

    assert by_sku(bought) == by_sku(mixed)


def test_a_worked_example() -> None:
    """10.00 of freight over 3 × 1.00 and 1 × 2.00 of one shop; the other ships free."""
    basket = Basket((Item(7, 1, 100, 3), Item(3, 1, 200, 1), Item(9, 2, 999, 1)))
    priced = price(basket, {1: 1000})
    first, second = priced.orders
    assert [line.freight_share for line in first.lines] == [600, 400]
    assert (first.goods, first.freight, first.total) == (500, 1000, 1500)
    assert (second.goods, second.freight, second.total) == (999, 0, 999)
    assert priced.total == 2499


@pytest.mark.parametrize("item", [Item(1, 1, -1, 1), Item(1, 1, 1, 0)])
def test_nonsense_is_a_bug(item: Item) -> None:
    """Callers check what people typed; the pipeline does not guess."""
    with pytest.raises(ValueError, match="never"):
        price(Basket((item,)), {})


@given(st.integers(0, 10**9), st.lists(st.integers(1, 50), min_size=1, max_size=10))
def test_parts_of_a_line_sum_to_its_total(total: int, pieces: list[int]) -> None:
    """However a line comes back, its parts are never negative and sum to what was paid."""
    quantity, taken, parts = sum(pieces), 0, []
    for some in pieces:
        parts.append(part_of(total, quantity, taken, some))
        taken += some
    assert sum(parts) == total
    assert min(parts) >= 0
    with pytest.raises(ValueError, match="more pieces"):
        part_of(total, quantity, taken, 1)
