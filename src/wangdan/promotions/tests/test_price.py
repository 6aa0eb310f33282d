"""The pricing pipeline: sums agree, nothing is negative, the order of lines is of no account, what is frozen prices the same again."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangdan.promotions.rules import STEPS, Basket, Item, Offer, Priced, Share, kept, part_of, price, summed

items = st.lists(
    st.builds(
        Item,
        sku_id=st.integers(1, 10**6),
        shop_id=st.integers(1, 4),
        price=st.integers(0, 10**9),
        quantity=st.integers(1, 999),
        product_id=st.integers(1, 5),
        categories=st.tuples(st.integers(1, 3)),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda item: item.sku_id,
)
freights = st.dictionaries(st.integers(1, 4), st.integers(0, 10**6))
rungs = st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 10**7)), min_size=1, max_size=3).map(tuple)
percents = st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 100)), min_size=1, max_size=3).map(tuple)
scopes = st.one_of(
    st.just({}),
    st.builds(
        lambda scope, targets: {"scope": scope, "targets": targets},
        st.sampled_from(["shops", "categories", "products"]),
        st.frozensets(st.integers(1, 4)),
    ),
)


@st.composite
def an_offer(draw: st.DrawFn) -> dict[str, object]:
    """One offer of any step and kind, as fields."""
    step = draw(st.sampled_from(STEPS))
    kind = "free_freight" if step == "freight" else draw(st.sampled_from(["full", "percent", "off"]))
    shop = draw(st.integers(1, 4)) if step.startswith("shop") else None
    return {
        "step": step,
        "kind": kind,
        "shop_id": shop,
        "funder": "shop" if shop else "platform",
        "rungs": draw(percents if kind == "percent" else rungs),
        "every": draw(st.booleans()),
        "cap": draw(st.none() | st.integers(1, 10**8)),
        "value": draw(st.integers(1, 10**9)),
        "most_percent": draw(st.integers(1, 100)),
        **draw(scopes),
    }


offers = st.lists(an_offer(), max_size=8).map(lambda found: [Offer(ref=f"offers:{at}", **fields) for at, fields in enumerate(found)])  # type: ignore[arg-type]


def by_sku(priced: Priced) -> dict[int, object]:
    """Every line with its shares, whatever order they came in."""
    return {line.item.sku_id: line for order in priced.orders for line in order.lines}


@given(items, freights, offers)
def test_sums_agree_and_nothing_is_negative(bought: list[Item], freight: dict[int, int], given_now: list[Offer]) -> None:
    """Steps sum to discounts, lines to orders, orders to the total; every share is at least zero and every offer tells what it gave."""
    priced = price(Basket(tuple(bought)), freight, given_now)
    assert priced.total == sum(order.total for order in priced.orders)
    for order in priced.orders:
        assert order.freight == freight.get(order.shop_id, 0)
        assert order.goods == sum(line.amount for line in order.lines)
        assert order.freight == sum(line.freight_share for line in order.lines)
        assert order.discount == sum(line.discount for line in order.lines)
        assert order.total == order.goods + order.freight - order.discount == sum(line.total for line in order.lines)
        for line in order.lines:
            assert min(line.amount, line.discount, line.freight_share, line.total) >= 0
            assert line.discount == sum(share.amount for share in line.steps)
            assert all(share.amount > 0 for share in line.steps)
            assert sum(share.amount for share in line.steps if share.step == "freight") <= line.freight_share
            places = [STEPS.index(share.step) for share in line.steps]
            assert places == sorted(places)
    assert sorted(by_sku(priced)) == sorted(item.sku_id for item in bought)
    shown = {share.offer: share.amount for share in summed(line.steps for order in priced.orders for line in order.lines)}
    assert shown == {each.offer.ref: each.gives for each in priced.tried if each.taken}
    assert sorted(each.offer.ref for each in priced.tried) == sorted(offer.ref for offer in given_now)


@given(items, freights, offers, st.randoms(use_true_random=False))
def test_order_of_lines_and_offers_does_not_matter(
    bought: list[Item], freight: dict[int, int], given_now: list[Offer], chance: random.Random
) -> None:
    """A shuffled basket with shuffled offers gives every SKU the same shares."""
    mixed, turned = list(bought), list(given_now)
    chance.shuffle(mixed)
    chance.shuffle(turned)
    assert by_sku(price(Basket(tuple(bought)), freight, given_now)) == by_sku(price(Basket(tuple(mixed)), freight, turned))


@given(items, freights, offers)
def test_what_is_frozen_prices_the_same_again(bought: list[Item], freight: dict[int, int], given_now: list[Offer]) -> None:
    """Pricing is a function, and the frozen shares as offers give the same lines: an edit that changes nothing changes nothing."""
    basket = Basket(tuple(bought))
    first = price(basket, freight, given_now)
    assert first == price(basket, freight, given_now)
    frozen = {line.item.sku_id: line.steps for order in first.orders for line in order.lines}
    assert by_sku(price(basket, freight, kept(frozen))) == by_sku(first)


@given(items, freights, offers)
def test_of_one_step_a_line_has_one_offer(bought: list[Item], freight: dict[int, int], given_now: list[Offer]) -> None:
    """Amounts that were promised stack; everything else does not, and of each giver's coupons only one works."""
    priced = price(Basket(tuple(bought)), freight, given_now)
    fixed = {offer.ref for offer in given_now if offer.kind == "off"}
    for order in priced.orders:
        for line in order.lines:
            steps = [share.step for share in line.steps if share.offer not in fixed]
            assert len(steps) == len(set(steps))
        coupons = {(share.step, share.offer) for line in order.lines for share in line.steps if share.offer not in fixed and "coupon" in share.step}
        assert len(coupons) == len({step for step, _ in coupons})


def test_a_worked_example() -> None:
    """10.00 of freight over 3 × 1.00 and 1 × 2.00 of one shop; the other ships free."""
    basket = Basket((Item(7, 1, 100, 3), Item(3, 1, 200, 1), Item(9, 2, 999, 1)))
    priced = price(basket, {1: 1000})
    first, second = priced.orders
    assert [line.freight_share for line in first.lines] == [600, 400]
    assert (first.goods, first.freight, first.total) == (500, 1000, 1500)
    assert (second.goods, second.freight, second.total) == (999, 0, 999)
    assert priced.total == 2499


SHIRT, TROUSERS, LAMP = (
    Item(1, 1, 20000, 1, product_id=11, categories=(5,)),
    Item(2, 1, 10000, 1, product_id=12, categories=(5,)),
    Item(3, 2, 5000, 2),
)
LEVEL = Offer("levels:1", "level", "percent", "银卡", rungs=((0, 2),))
FULL = Offer("offers:1", "shop_reduction", "full", "满减", "shop", 1, rungs=((20000, 2000), (29000, 3500)))
ACROSS = Offer("offers:2", "platform_reduction", "full", "跨店满减", rungs=((30000, 3000),), every=True)
COUPON = Offer("coupons:1", "shop_coupon", "percent", "九折券", "shop", 1, rungs=((10000, 10),), cap=1500)
POINTS = Offer("points", "points", "off", value=10**6, most_percent=50)
FREE = Offer("coupons:2", "freight", "free_freight", "包邮券", rungs=((0, 0),))


def test_every_step_takes_from_what_the_one_before_left() -> None:
    """Two shops through all steps: 300.00 and 100.00 of goods, 10.00 and 8.00 of freight."""
    priced = price(Basket((SHIRT, TROUSERS, LAMP)), {1: 1000, 2: 800}, [FREE, POINTS, COUPON, ACROSS, FULL, LEVEL])
    first, second = priced.orders
    gave = {each.offer.ref: each.gives for each in priced.tried}
    assert gave["levels:1"] == 800  # 2 % of 400.00
    assert gave["offers:1"] == 3500  # 294.00 left of the first shop reaches the second rung
    assert gave["offers:2"] == 3000  # 357.00 left of both, once per full 300.00
    assert gave["coupons:1"] == 1500  # a tenth would be more than the cap
    assert gave["points"] == (40000 - 800 - 3500 - 3000 - 1500) // 2
    assert gave["coupons:2"] == 1800
    assert first.total + second.total == priced.total == 15600
    assert {share.funder for line in second.lines for share in line.steps} == {"platform"}
    assert [share.step for share in first.lines[0].steps] == ["level", "shop_reduction", "platform_reduction", "shop_coupon", "points", "freight"]


def test_the_best_of_several_is_taken_and_the_others_say_why() -> None:
    """One reduction per line, one coupon per giver; each left out says why and what is missing."""
    small = Offer("offers:3", "shop_reduction", "full", "小满减", "shop", 1, rungs=((1000, 100),))
    far = Offer("offers:4", "platform_reduction", "full", "远", rungs=((100000, 9000),))
    shoes = Offer("offers:5", "platform_reduction", "percent", "鞋类", scope="categories", targets=frozenset({99}), rungs=((0, 10),))
    other = Offer("coupons:9", "shop_coupon", "full", "满 1 减 5", "shop", 1, scope="products", targets=frozenset({12}), rungs=((100, 500),))
    priced = price(Basket((SHIRT, TROUSERS)), {}, [small, FULL, far, shoes, other, COUPON])
    why = {each.offer.ref: (each.why, each.lacks, each.next_off) for each in priced.tried}
    assert why["offers:1"][0] == "taken"
    assert why["offers:3"] == ("other_gives_more", 0, 0)
    assert why["offers:4"] == ("not_reached", 100000 - 26500, 9000)
    assert why["offers:5"][0] == "other_goods"
    assert why["coupons:1"][0] == "taken"
    assert why["coupons:9"][0] == "other_gives_more"


def test_reductions_on_different_goods_go_together() -> None:
    """What shares no line does not compete; an office's amounts come beside each other and never below zero."""
    one = Offer("offers:6", "shop_reduction", "percent", "", "shop", 1, scope="products", targets=frozenset({11}), rungs=((0, 10),))
    two = Offer("offers:7", "shop_reduction", "percent", "", "shop", 1, scope="products", targets=frozenset({12}), rungs=((0, 20),))
    office = [Offer("office:1", "office", "off", value=500), Offer("office:2", "office", "off", value=10**9)]
    priced = price(Basket((SHIRT, TROUSERS)), {1: 700}, [one, two, *office])
    assert {each.offer.ref: each.gives for each in priced.tried if each.offer.step != "office"} == {"offers:6": 2000, "offers:7": 2000}
    assert priced.given("office") == 30000 - 4000
    assert priced.total == 700
    assert sum(share.amount for share in summed(line.steps for line in priced.orders[0].lines)) == 30000


def test_shares_are_added_up_in_the_order_of_the_steps() -> None:
    """What a page shows of an order."""
    level, points = Share("level", "levels:1", "银卡", 3, "platform"), Share("points", "points", "", 2, "platform")
    assert summed([[points, level], [level]]) == [Share("level", "levels:1", "银卡", 6, "platform"), points]


@pytest.mark.parametrize("item", [Item(1, 1, -1, 1), Item(1, 1, 1, 0)])
def test_nonsense_is_a_bug(item: Item) -> None:
    """Callers check what people typed; the pipeline does not guess."""
    with pytest.raises(ValueError, match="never"):
        price(Basket((item,)), {})
    with pytest.raises(ValueError, match="no such step"):
        price(Basket((Item(1, 1, 1, 1),)), {}, [Offer("x", "gift", "off")])


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
