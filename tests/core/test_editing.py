"""An administrator creates and edits orders; the change is one thing, money and stock follow it, and a race leaves nothing in between (D08.2–4)."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.core import deals, stage
from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Address
from wangdan.accounts.rules import Destination
from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.checkout.tests.market import Buyer, Market, buyer, market, member, stock_of
from wangdan.checkout.tests.test_slots import slot_of, taken
from wangdan.checkout.tests.threads import at_once
from wangdan.delivery import operations as delivery
from wangdan.delivery.rules import Tariff, Zone
from wangdan.fulfilment.models import Parcel
from wangdan.kernel.act import Call
from wangdan.kernel.errors import NotGranted, NotSeen, Problem, Refused
from wangdan.kernel.models import Journal
from wangdan.notices.models import Notice
from wangdan.orders import operations, queries
from wangdan.orders.models import Change, Line, Order
from wangdan.orders.rules import Wanted, WantedLine
from wangdan.payments import operations as payments
from wangdan.payments.models import Attempt, Capture, Part, Refund

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Market:
    """A market: freight 10.00, free from 99.00."""
    return market()


def admin(shop: Market) -> Call:
    """A call of an administrator."""
    assert shop.platform is not None
    return Call(member(shop.platform, "admin"))


def wants(*lines: tuple[Sku, int] | tuple[Sku, int, int], **changed: Any) -> Wanted:
    """What an order is to become: (SKU, pieces, price)."""
    return Wanted(tuple(WantedLine(sku.pk, *rest) for sku, *rest in lines), **changed)


def edit(by: Call, order: Order, wanted: Wanted, reason: str = "客户来电") -> Change:
    """Edit it to what the preview says."""
    found = queries.plan(Order.objects.select_related("purchase").get(pk=order.pk), wanted)
    return operations.edit(by, order.no, wanted=wanted, expected_total=found.total, reason=reason)


def now(order: Order) -> Order:
    """The order as it is."""
    return Order.objects.select_related("purchase").get(pk=order.pk)


def test_before_payment_the_part_follows_and_the_open_page_is_closed(shop: Market) -> None:
    """More of one, another added, a price given, the office takes off 5.00: sums, part, payment, visit and holds are the new ones."""
    sku, other = shop.sku(price=1000), shop.sku(price=2000)
    one = buyer()
    made = stage.placed(one, (sku, 1))
    order, boss = made.orders[0], admin(shop)
    change = edit(boss, order, wants((sku, 3, 900), (other, 2), off=500))
    fresh = now(order)
    assert (fresh.goods, fresh.freight, fresh.discount, fresh.total) == (6700, 1000, 500, 7200)
    assert (fresh.purchase.total, fresh.purchase.lines) == (7200, 2)
    part = Part.objects.select_related("payment").get(ref=order.ref)
    assert (part.amount, part.payment.amount, part.status) == (7200, 7200, "expected")
    assert sorted(Attempt.objects.filter(payment=part.payment).values_list("status", "amount")) == [("closed", 2000), ("open", 7200)]
    assert (stock_of(sku), stock_of(other)) == ((100, 3), (100, 2))
    assert change.money == {"back": 0, "expected": [2000, 7200]}
    assert [(line["quantity"], line["price"]) for line in change.after["lines"]] == [(3, 900), (2, 2000)]
    assert sum(step["amount"] for line in Line.objects.filter(order=order) for step in line.steps) == 500
    stage.whole()
    open_visit = Attempt.objects.get(payment=part.payment, status="open")
    payments.capture(stage.ROOT, open_visit.no, said=stage.word(open_visit))
    assert stage.status(order) == "awaiting_acceptance"
    stage.work()
    assert Notice.objects.filter(kind="order_edited", person=one.person).count() == 1
    stage.whole()


def test_after_payment_less_goes_back_and_more_is_refused(shop: Market) -> None:
    """A piece fewer: its price goes back from the part; a piece more: another order, nothing changes; cancelled after all: the rest goes back."""
    sku = shop.sku(price=3000)
    one, boss = buyer(), admin(shop)
    [order] = stage.paid(one, (sku, 4))
    with pytest.raises(Refused) as dearer:
        queries.plan(order, wants((sku, 5)))
    assert (dearer.value.code, dearer.value.detail["difference"]) == ("orders.change_costs_more", 3000)
    change = edit(boss, order, wants((sku, 3)))
    fresh, part = now(order), Part.objects.get(ref=order.ref)
    assert (fresh.total, fresh.freight, fresh.reduced, change.money["back"]) == (9000, 0, 3000, 3000)
    assert (part.amount, part.captured, part.refunding) == (12000, 12000, 3000)
    assert stock_of(sku) == (100, 3)
    stage.whole()
    stage.repaid()
    assert (now(order).refunded, now(order).money) == (3000, "partly_refunded")
    operations.cancel(one.call(), order.no, reason="x")
    stage.repaid()
    assert sum(Refund.objects.values_list("amount", flat=True)) == 12000
    assert (now(order).money, stock_of(sku)) == ("refunded", (100, 0))
    stage.whole()


def test_parcels_in_the_house_are_planned_anew(shop: Market) -> None:
    """Accepted and paid at the door: other goods, another sum of cash, another warehouse's pieces; the courier's own refuses."""
    sku, other = shop.sku(price=1000, stock={0: 2, 1: 5}), shop.sku(price=500)
    boss = admin(shop)
    [order] = [operations.accept(stage.ROOT, order.no) for order in stage.placed(buyer(), (sku, 2), method="cod").orders]
    [first] = stage.parcels(order)
    change = edit(boss, order, wants((sku, 4), (other, 1)))
    parcels = list(Parcel.objects.filter(ref_of=order.ref).exclude(status="called_off").order_by("id"))
    assert Parcel.objects.get(pk=first.pk).status == "called_off"
    assert (change.parcels, sum(parcel.pieces for parcel in parcels), parcels[0].cod_amount) == (2, 5, now(order).total)
    assert {(each["pieces"]) for each in change.stock} == {1, 2}
    stage.whole()
    for parcel in parcels:
        stage.send(parcel)
    with pytest.raises(Refused) as gone:
        queries.plan(now(order), wants((sku, 1)))
    assert gone.value.code == "orders.cannot_edit"


def test_another_place(shop: Market) -> None:
    """The parcel goes there too; the history keeps no name and no phone."""
    sku, boss = shop.sku(price=1000), admin(shop)
    [order] = stage.accepted(buyer(), (sku, 1))
    to = replace(
        order.destination, name="周砚", phone="13900004417", detail="体育东路 12 号", province="广东省", city="广州市", district="天河区", street=""
    )
    change = edit(boss, order, wants((sku, 1), to=accounts.checked(to)))
    fresh, [parcel] = now(order), stage.parcels(order)
    assert (fresh.to_name, fresh.to_city, parcel.to_phone, parcel.status) == ("周砚", "广州市", "13900004417", "planned")
    assert change.after["to"] == {"name": "周*", "phone": "139 **** 4417", "place": "广东省广州市天河区"}
    assert "13900004417" not in str(Journal.objects.filter(ref=order.ref).values_list("changes", flat=True))
    stage.whole()


def test_another_place_moves_freight_and_hours(shop: Market) -> None:
    """Zhejiang to Guangdong before payment: the freight of the new place is charged and the hours of the old one are free; within Zhejiang both stay."""
    one, boss, slot = buyer(), admin(shop), slot_of(shop, 2)
    zones = (Zone(("44",), first_fee=2600),)
    delivery.set_freight(stage.ROOT, shop_id=shop.shops[0].pk, tariff=Tariff(1000, None, {}, zones=zones))
    sku = shop.sku(price=2000)
    order = stage.placed(one, (sku, 1), slot=slot.pk).orders[0]
    home = now(order).destination
    assert (now(order).freight, now(order).total, taken(slot)) == (1000, 3000, (1, 1))
    edit(boss, order, wants((sku, 1), to=replace(home, detail="云溪路 21 号")))
    assert (now(order).freight, taken(slot)) == (1000, (1, 1))
    there = Destination("陈晓禾", "13800006021", "广东省", "深圳市", "南山区", "粤海街道", "科苑路 1 号", "440305")
    change = edit(boss, order, wants((sku, 1), to=there))
    fresh = now(order)
    assert (fresh.to_province, fresh.freight, fresh.total, fresh.purchase.total) == ("广东省", 2600, 4600, 4600)
    assert (Part.objects.get(ref=order.ref).amount, change.money["expected"], taken(slot)) == (4600, [3000, 4600], (0, 0))
    stage.whole()


def test_what_cannot_be_is_refused_and_changes_nothing(shop: Market) -> None:
    """Foreign goods, none, nothing new, too much stock, nothing to pay, a total that moved, no reason; and who is no administrator."""
    sku, foreign = shop.sku(price=1000, stock=5), shop.sku(shop=1, price=1000)
    one, boss = buyer(), admin(shop)
    order = stage.placed(one, (sku, 2)).orders[0]
    before = Journal.objects.count()
    for wanted, code in (
        (wants((foreign, 1)), "orders.not_for_sale"),
        (wants((sku, 2)), "orders.change_nothing"),
        (wants((sku, 6)), "inventory.cannot_hold"),
        (wants((sku, 2), off=10**9), "orders.change_differs"),
        (Wanted(()), "orders.change_empty"),
        (wants((sku, 1), (sku, 1)), "orders.change_malformed"),
        (wants((sku, 1000)), "orders.change_malformed"),
        (wants((sku, 1, -1)), "orders.change_malformed"),
        (wants((sku, 1)), "orders.change_differs"),
    ):
        with pytest.raises(Problem) as refused:
            operations.edit(boss, order.no, wanted=wanted, expected_total=1, reason="x")
        assert refused.value.code == code, code
    with pytest.raises(Problem):
        operations.edit(boss, order.no, wanted=wants((sku, 1)), expected_total=2000, reason=" ")
    assert shop.platform is not None
    for role in ("service", "auditor", "finance", "supervisor"):
        with pytest.raises(NotGranted):
            operations.edit(Call(member(shop.platform, role)), order.no, wanted=wants((sku, 1)), expected_total=2000, reason="x")
    for call, problem in ((one.call(), NotGranted), (Call(member(shop.shops[0], "shop_owner")), NotGranted), (buyer().call(), NotSeen)):
        with pytest.raises(problem):
            operations.edit(call, order.no, wanted=wants((sku, 1)), expected_total=2000, reason="x")
    assert (Journal.objects.count(), Change.objects.count(), now(order).total, stock_of(sku)) == (before, 0, 3000, (5, 2))
    stage.whole()


def test_an_edit_against_a_payment(shop: Market) -> None:
    """The buyer pays the old sum while the office changes it: paid as it was and the edit refused, or changed and the old money gone back or applied."""
    sku = shop.sku(price=1000)
    boss, ends = admin(shop), Counter[str]()
    for at in range(8):
        made = stage.placed(buyer(), (sku, 2))
        order, said = made.orders[0], stage.word(made.attempt)
        pieces = 3 if at % 2 else 1
        wanted = wants((sku, pieces))
        expected = queries.plan(now(order), wanted).total
        answers = at_once(
            [
                lambda no=order.no, wanted=wanted, expected=expected: operations.edit(boss, no, wanted=wanted, expected_total=expected, reason="x"),
                lambda said=said: payments.capture(stage.ROOT, said.no, said=said),
            ]
        )
        assert not isinstance(answers[1], Problem)
        part = Part.objects.get(ref=order.ref)
        back = sum(Refund.objects.filter(payment=part.payment).values_list("amount", flat=True))
        changed = not isinstance(answers[0], Problem)
        ends["changed" if changed else answers[0].code] += 1
        came = sum(Capture.objects.filter(attempt__payment=part.payment).values_list("amount", flat=True))
        assert came - back == (now(order).total if part.captured else 0)
        assert now(order).status == ("awaiting_acceptance" if part.captured else "awaiting_payment")
    assert set(ends) <= {"changed", "orders.change_costs_more"}
    stage.whole()


def test_an_edit_against_a_cancel(shop: Market) -> None:
    """Whoever is first: closed with all its money and goods back, once."""
    sku = shop.sku(price=3000)
    boss = admin(shop)
    for _ in range(8):
        one = buyer()
        [order] = stage.paid(one, (sku, 4))
        wanted = wants((sku, 3))
        answers = at_once(
            [
                lambda no=order.no, wanted=wanted: operations.edit(boss, no, wanted=wanted, expected_total=9000, reason="x"),
                lambda no=order.no, one=one: operations.cancel(one.call(), no, reason="x"),
            ]
        )
        assert not isinstance(answers[1], Problem)
        assert not isinstance(answers[0], Problem) or answers[0].code == "orders.cannot_edit"
        assert sum(Refund.objects.filter(part__ref=order.ref).values_list("amount", flat=True)) == 12000
        assert stage.status(order) == "cancelled"
    assert stock_of(sku) == (100, 0)
    stage.whole()


def test_two_edits_at_once_are_one_after_the_other(shop: Market) -> None:
    """The same form twice is one change; two forms from the same page: the second sees another total, or makes the next change."""
    sku = shop.sku(price=1000)
    boss = admin(shop)
    order = stage.placed(buyer(), (sku, 1)).orders[0]
    keyed = Call(boss.actor, key="form-1")
    answers = at_once([lambda: operations.edit(keyed, order.no, wanted=wants((sku, 2)), expected_total=3000, reason="x")] * 4)
    assert not any(isinstance(answer, Problem) for answer in answers)
    assert (Change.objects.count(), now(order).total, stock_of(sku)) == (1, 3000, (100, 2))
    stage.whole()


def test_what_offers_gave_stays_in_sum_or_the_edit_is_refused(shop: Market) -> None:
    """A coupon and the office's reduction together: spread anew over the lines; goods that cannot bear the coupon any more are refused."""
    sku, other = shop.sku(price=3000), shop.sku(price=4000)
    one, boss = buyer(), admin(shop)
    held = deals.coupon(one, shop.shops[0])
    order = stage.placed(one, (sku, 1), (other, 1), coupons=(held.pk,)).orders[0]
    assert now(order).discount == 1000
    edit(boss, order, wants((other, 2), off=300))
    steps = Counter({step["step"]: step["amount"] for line in Line.objects.filter(order=order) for step in line.steps})
    assert (steps, now(order).discount) == ({"shop_coupon": 1000, "office": 300}, 1300)
    stage.whole()
    with pytest.raises(Refused) as lost:
        queries.plan(now(order), wants((other, 1, 500)))
    assert lost.value.code == "orders.change_loses_offer"
    operations.cancel(one.call(), order.no, reason="x")
    stage.work()
    stage.whole()


# ---- ordering for a customer ----------------------------------------------------------------------------------------


def asked_for(one: Buyer, sku: Sku, method: str = "sandbox") -> Asked:
    """What an administrator asks for."""
    return Asked((Wish(sku.pk, 1),), one.address.pk, payment_method=method)


def test_an_administrator_orders_for_a_customer(shop: Market) -> None:
    """The customer's order, payment and notice; the administrator's name in the journal; nobody else may."""
    sku, one, boss = shop.sku(price=1000), buyer(), admin(shop)
    asked = asked_for(one, sku)
    total = prepare(one.actor, asked).total
    assert shop.platform is not None
    for call in (one.call(), Call(member(shop.platform, "supervisor")), Call(member(shop.shops[0], "shop_owner"))):
        with pytest.raises(NotGranted):
            checkout.place_for(call, buyer=one.person.pk, asked=asked, expected_total=total)
    with pytest.raises(NotSeen):
        checkout.place_for(boss, buyer=2**40, asked=asked, expected_total=total)
    with pytest.raises(NotSeen):
        checkout.place_for(boss, buyer=buyer().person.pk, asked=asked, expected_total=total)
    with pytest.raises(Refused):
        checkout.place_for(boss, buyer=one.person.pk, asked=asked, expected_total=total + 1)
    assert not Order.objects.exists()
    placed = checkout.place_for(Call(boss.actor, key="k"), buyer=one.person.pk, asked=asked, expected_total=total)
    again = checkout.place_for(Call(boss.actor, key="k2"), buyer=one.person.pk, asked=replace(asked, payment_method="cod"), expected_total=total)
    assert {order.buyer_id for order in Order.objects.all()} == {one.person.pk}
    assert Order.visible_to(one.actor).count() == 2
    assert Part.objects.select_related("payment").get(ref=placed.orders[0].ref).payment.payer_id == one.person.pk
    assert Journal.objects.filter(operation="checkout.place_for", ref=again.orders[0].ref, actor_id=boss.actor.id).exists()
    stage.work()
    assert Notice.objects.filter(kind="order_placed", person=one.person).count() == 1
    stage.whole()


def test_an_address_goes_into_the_customers_book_once(shop: Market) -> None:
    """Typed on the phone; the administrator's own book stays empty."""
    one, boss = buyer(), admin(shop)
    to = replace(one.address.destination, detail="体育东路 12 号")
    made = accounts.add_address_for(boss, person=one.person.pk, to=to)
    assert accounts.add_address_for(boss, person=one.person.pk, to=to).pk == made.pk
    assert (Address.objects.filter(person=one.person).count(), Address.objects.filter(person_id=boss.actor.id).count()) == (2, 0)
    with pytest.raises(NotGranted):
        accounts.add_address_for(one.call(), person=one.person.pk, to=to)
