"""Stock: every change is a move with who and why, the schema refuses what cannot be, foreign shops and goods are not seen (D07.3.5)."""

import uuid

import pytest
from django.db import IntegrityError, connection

from wangdan.catalogue.models import Sku
from wangdan.inventory import operations, queries
from wangdan.inventory.models import Hold, Move, Stock
from wangdan.inventory.rules import MOST_PIECES, Want
from wangdan.kernel import clock, guards
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Refused
from wangdan.kernel.models import Root
from wangdan.site import world
from wangdan.site.checks import run
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made():
    """The built world with one product of each shop: 20 pieces of the platform's own, 10 of the third party's."""
    built = world.built()
    built.product(built.shops[0], "手作陶杯", 6800, 20)
    built.product(built.shops[1], "机械键盘", 39900, 10)
    return built


def sku_of(made, shop=0):
    """The SKU of a shop."""
    return Sku.objects.get(product__shop=made.shops[shop])


def row_of(made, shop=0):
    """Its stock."""
    return Stock.objects.get(sku=sku_of(made, shop))


def held(made, *pieces, shop=0):
    """Promise pieces to made-up refs, one hold each, in this order."""
    row = row_of(made, shop)
    for place, count in enumerate(pieces, start=1):
        root = Root.objects.order_by("pk").first()
        want = Want(f"toys:{place}", row.warehouse_id, row.sku_id, count)
        operations.hold(Call(SYSTEM), wants=[want], root_id=root.pk)


def state(made, shop=0):
    """Everything a refusal must leave alone."""
    row = row_of(made, shop)
    return (row.on_hand, row.held, row.bin, Move.objects.count(), Task.objects.count(), list(Hold.objects.values_list("quantity", "status")))


def sound():
    """The invariants that the counts must keep."""
    assert [result.name for result in run() if not result.holds and result.name.startswith("inventory")] == []


def test_replenishing_is_a_move_with_who_and_why(made):
    """The shop receives pieces: count, shelf and the record of the move follow (D07.3.5)."""
    row = row_of(made, 1)
    operations.receive(made.call("seller2"), row.warehouse_id, sku_id=row.sku_id, quantity=7, bin="B-02-1", note="采购单 88")
    row.refresh_from_db()
    assert (row.on_hand, row.held, row.bin) == (17, 0, "B-02-1")
    last = queries.moves([row]).first()
    assert (last.delta, last.kind, last.note, last.person_id) == (7, "receive", "采购单 88", made.people["seller2"].pk)
    sound()


def test_the_same_key_receives_once(made):
    """A second click with the form's nonce lays nothing twice."""
    row = row_of(made, 1)
    for _ in range(2):
        operations.receive(made.call("seller2", "form-1"), row.warehouse_id, sku_id=row.sku_id, quantity=5)
    assert row_of(made, 1).on_hand == 15
    assert Move.objects.filter(stock=row, kind="receive", delta=5).count() == 1


def test_people_of_the_platforms_own_shop_replenish_its_warehouses(made):
    """The goods of an own shop lie in the platform's warehouses; its people receive, count and adjust them there."""
    row = row_of(made)
    operations.receive(made.call("seller"), row.warehouse_id, sku_id=row.sku_id, quantity=4)
    operations.adjust(made.call("seller"), row.warehouse_id, sku_id=row.sku_id, delta=-1, note="破损")
    assert row_of(made).on_hand == 23
    assert [move.kind for move in queries.moves([row])][:2] == ["adjust", "receive"]


def test_an_own_shop_does_not_touch_another_own_shops_goods(made):
    """Two own shops share a warehouse, not their goods."""
    other = made.shop("青禾文具", "someone", own=True)
    made.product(other, "铅笔", 300, 9)
    foreign = Stock.objects.get(sku__product__shop=other)
    before = (foreign.on_hand, Move.objects.count())
    for act in (
        lambda call: operations.receive(call, foreign.warehouse_id, sku_id=foreign.sku_id, quantity=1),
        lambda call: operations.count(call, foreign.warehouse_id, sku_id=foreign.sku_id, found=1),
        lambda call: operations.adjust(call, foreign.warehouse_id, sku_id=foreign.sku_id, delta=1, note="x"),
        lambda call: operations.place_bin(call, foreign.warehouse_id, sku_id=foreign.sku_id, bin="Z"),
    ):
        with pytest.raises(NotSeen):
            act(made.call("seller"))
    foreign.refresh_from_db()
    assert (foreign.on_hand, Move.objects.count()) == before


@pytest.mark.parametrize("name", ["receive", "count", "adjust", "place_bin"])
def test_a_foreign_shops_warehouse_is_not_there(made, name):
    """404 for the id of another shop's warehouse, whatever is asked, and nothing changes."""
    row, before = row_of(made, 1), state(made, 1)
    wanted = {"receive": {"quantity": 1}, "count": {"found": 1}, "adjust": {"delta": 1, "note": "x"}, "place_bin": {"bin": "Z"}}[name]
    with pytest.raises(NotSeen):
        getattr(operations, name)(made.call("seller"), row.warehouse_id, sku_id=row.sku_id, **wanted)
    assert state(made, 1) == before


def test_goods_of_others_do_not_come_in(made):
    """A shop's own warehouse takes its own goods only."""
    mine, foreign, before = row_of(made, 1), sku_of(made, 0), state(made, 1)
    with pytest.raises(NotSeen):
        operations.receive(made.call("seller2"), mine.warehouse_id, sku_id=foreign.pk, quantity=1)
    with pytest.raises(NotSeen):
        operations.count(made.call("seller2"), mine.warehouse_id, sku_id=foreign.pk, found=1)
    assert state(made, 1) == before


def test_a_buyer_may_not_and_does_not_see(made):
    """A warehouse is nobody's business who does not work there."""
    row = row_of(made)
    with pytest.raises(NotSeen):
        operations.receive(made.call("buyer"), row.warehouse_id, sku_id=row.sku_id, quantity=1)
    with pytest.raises(NotGranted):
        operations.receive(made.call("service"), row.warehouse_id, sku_id=row.sku_id, quantity=1)
    assert row_of(made).on_hand == 20


@pytest.mark.parametrize(
    ("quantity", "place", "note"),
    [(0, "", ""), (-1, "", ""), (MOST_PIECES + 1, "", ""), (MOST_PIECES, "", ""), (1, "x" * 21, ""), (1, "a\x00", ""), (1, "", "a\x00")],
)
def test_what_cannot_be_received_is_refused(made, quantity, place, note):
    """Nothing, less than nothing, more than a row counts, a shelf that fits no label, a text the database cannot hold."""
    row, before = row_of(made, 1), state(made, 1)
    with pytest.raises(Malformed) as refusal:
        operations.receive(made.call("seller2"), row.warehouse_id, sku_id=row.sku_id, quantity=quantity, bin=place, note=note)
    assert refusal.value.code == "inventory.pieces_malformed"
    assert state(made, 1) == before


@pytest.mark.parametrize(
    ("delta", "note", "code"),
    [
        (-11, "破损", "inventory.cannot_adjust"),
        (0, "破损", "inventory.cannot_adjust"),
        (MOST_PIECES, "找到", "inventory.cannot_adjust"),
        (1, " ", "inventory.note_missing"),
        (1, "a\x00", "inventory.note_missing"),
    ],
)
def test_what_cannot_be_adjusted_is_refused(made, delta, note, code):
    """Below nothing, by nothing, beyond all bounds, without a reason."""
    row, before = row_of(made, 1), state(made, 1)
    with pytest.raises((Refused, Malformed)) as refusal:
        operations.adjust(made.call("seller2"), row.warehouse_id, sku_id=row.sku_id, delta=delta, note=note)
    assert refusal.value.code == code
    assert state(made, 1) == before


def test_a_count_that_finds_fewer_than_promised_cuts_the_newest(made):
    """Who came first keeps what is left; the others turn short with a task each; what arrives later is promised again."""
    held(made, 3, 4, 2, shop=1)
    row = row_of(made, 1)
    operations.count(made.call("seller2"), row.warehouse_id, sku_id=row.sku_id, found=5, note="年终盘点")
    row.refresh_from_db()
    assert (row.on_hand, row.held) == (5, 5)
    assert list(Hold.objects.order_by("pk").values_list("ref", "quantity", "status")) == [
        ("toys:1", 3, "active"), ("toys:2", 2, "active"), ("toys:3", 2, "short"), ("toys:2", 2, "short"),
    ]  # fmt: skip
    assert sorted(Task.objects.values_list("ref", "role", "organisation")) == [
        ("toys:2", "shop_owner", made.shops[1].pk), ("toys:3", "shop_owner", made.shops[1].pk),
    ]  # fmt: skip
    sound()
    operations.receive(made.call("seller2"), row.warehouse_id, sku_id=row.sku_id, quantity=4)
    row.refresh_from_db()
    assert (row.on_hand, row.held) == (9, 9)
    assert set(Task.objects.values_list("status", flat=True)) == {"done"}
    sound()


def test_a_count_that_finds_what_is_known_makes_no_move(made):
    """Nothing changed, so nothing moved; the journal still knows that somebody counted."""
    row, moves = row_of(made, 1), Move.objects.count()
    operations.count(made.call("seller2"), row.warehouse_id, sku_id=row.sku_id, found=10)
    assert (row_of(made, 1).on_hand, Move.objects.count()) == (10, moves)


@pytest.mark.parametrize("sql", ["held = on_hand + 1", "held = -1", "on_hand = held - 1"])
def test_the_schema_holds_the_bounds(made, sql):
    """Even a statement of one's own cannot promise more than there is."""
    held(made, 2, shop=1)
    before = state(made, 1)
    row = row_of(made, 1)
    with guards.exempt("the schema is what is tried"), pytest.raises(IntegrityError, match="inventory_stock_bounds"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE inventory_stock SET {sql} WHERE id = %s", [row.pk])
    assert state(made, 1) == before


def test_a_move_of_nothing_is_no_move(made):
    """The record holds changes only."""
    row = row_of(made, 1)
    with guards.exempt("the schema is what is tried"), pytest.raises(IntegrityError, match="inventory_move_changes"):
        Move.objects.create(stock=row, delta=0, kind="count", at=clock.now(), act=uuid.uuid4())
    assert Move.objects.filter(delta=0).count() == 0


def test_what_leaves_is_a_sale_in_the_record(made):
    """Consuming a promise is a move with the ref it was sold to; the pieces of thirty days add up."""
    held(made, 3, shop=1)
    row = row_of(made, 1)
    operations.consume(Call(SYSTEM), ref="toys:1", warehouse_id=row.warehouse_id, quantities={row.sku_id: 3}, note="P1")
    row.refresh_from_db()
    assert (row.on_hand, row.held) == (7, 0)
    move = queries.moves([row], ("ship",)).get()
    assert (move.delta, move.ref, move.note, move.person) == (-3, "toys:1", "P1", None)
    assert queries.shipped_since([row], move.at) == 3
    sound()
