"""Who is told what, by which way, in which language; and only once."""

import re
from typing import Any

import pytest

from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Code, Person
from wangdan.accounts.operations import Secret, Visit
from wangdan.accounts.queries import actor_of, digits_of
from wangdan.checkout import operations as checkout
from wangdan.checkout import queries as quotes
from wangdan.checkout.tests.market import Buyer, Market, buyer, member
from wangdan.checkout.tests.test_life import hear
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.facts import ParcelDelivered, ParcelLost, ParcelOutForDelivery
from wangdan.fulfilment.models import Parcel
from wangdan.fulfilment.rules import Event
from wangdan.kernel import guards
from wangdan.kernel.act import ANONYMOUS, SYSTEM, Call
from wangdan.kernel.errand import ERRANDS
from wangdan.kernel.models import Journal
from wangdan.notices import texts
from wangdan.notices.models import Message, Notice
from wangdan.notices.rules import KINDS, MAIL, SMS, path
from wangdan.notices.tests.post import Post
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.payments.facts import RefundDone
from wangdan.payments.models import Attempt
from wangdan.payments.operations import capture, fail
from wangdan.payments.rules import Said
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


def place(shop: Market, one: Buyer, *shops: int, **changed: Any) -> list[Order]:
    """A purchase of two pieces at 15.00 from each of the shops."""
    asked = one.wants(*((shop.sku(shop=at, price=1500), 2) for at in shops or (0,)), **changed)
    return checkout.place(one.call(), asked=asked, expected_total=quotes.prepare(one.actor, asked).total).orders


def bank(order: Order, event: str) -> Said:
    """What the bank says about the open visit of the order's purchase."""
    visit = Attempt.objects.get(payment__purchase_ref=order.purchase.ref, status="open")
    return Said(event, visit.no, visit.amount, visit.currency, visit.payee, f"g{visit.no}")


def pay(order: Order) -> None:
    """The bank's word that everything is paid."""
    said = bank(order, "paid")
    capture(Call(SYSTEM), said.no, said=said)


def kinds(person: Person) -> list[str]:
    """What stands in somebody's inbox, the newest first."""
    return list(Notice.objects.filter(person=person).order_by("-id").values_list("kind", flat=True))


def test_a_placed_order_is_told_at_once_with_number_list_and_price(shop: Market, one: Buyer, post: Post):
    """D11.1, D12.2: the buyer by inbox, SMS and mail; the shop's people at the same time."""
    owner, clerk, stranger = member(shop.shops[0], "shop_owner"), member(shop.shops[0], "shop_clerk"), member(shop.shops[1], "shop_owner")
    [order] = place(shop, one)
    post.react().send()
    [sms] = [each for each in post.to("13800006021") if order.no in each["text"]]
    [mail] = [each for each in post.to("chen@example.com") if order.no in each["subject"]]
    for text in (sms["text"], mail["text"]):
        assert " × 2" in text
        assert "¥40.00" in text  # two at 15.00 and 10.00 freight
    assert sms["text"].startswith("【网单】收到您的订单")
    assert "× 2  ¥30.00" in mail["text"]
    assert f"/me/orders/{order.no}" in mail["text"]
    notice = Notice.objects.get(person=one.person)
    assert (notice.kind, notice.ref, notice.read_at) == ("order_placed", order.ref, None)
    assert kinds(Person.objects.get(pk=owner.id)) == kinds(Person.objects.get(pk=clerk.id)) == ["shop_order_placed"]
    assert kinds(Person.objects.get(pk=stranger.id)) == []


def test_a_job_that_runs_twice_tells_once(shop: Market, one: Buyer, post: Post):
    """At least once becomes once: inbox, SMS and mail."""
    place(shop, one)
    post.react(twice=True)
    assert kinds(one.person) == ["order_placed"]
    assert sorted(Message.objects.values_list("channel", flat=True)) == ["mail", "sms"]
    first = Message.objects.order_by("pk").first()
    post.send()
    ERRANDS["notices.send"](message=first.pk)  # the errand once more: nothing is queued any more
    assert len([each for each in post.to("13800006021") if each["id"] == first.journal_ref]) == 1


def test_one_payment_of_two_orders_is_told_once_to_the_buyer_and_to_each_shop(shop: Market, one: Buyer, post: Post):
    """D13.5, D18.4.3: the sum of what was paid, not one message per shop."""
    owners = [Person.objects.get(pk=member(shop.shops[at], "shop_owner").id) for at in (0, 1)]
    first, second = place(shop, one, 0, 1)
    pay(first)
    post.react()
    assert kinds(one.person) == ["order_paid", "order_placed"]
    paid = Notice.objects.get(kind="order_paid")
    assert (paid.params["numbers"], paid.params["total"], paid.ref) == ([first.no, second.no], first.total + second.total, first.purchase.ref)
    assert path(paid.kind, paid.ref) == f"/me/orders?q={first.purchase.no}"
    for owner, order in zip(owners, (first, second), strict=True):
        assert kinds(owner) == ["shop_order_paid", "shop_order_placed"]
        assert Notice.objects.get(person=owner, kind="shop_order_paid").ref == order.ref


def test_a_failed_payment_is_told_once(shop: Market, one: Buyer, post: Post):
    """D18.4.4."""
    first, second = place(shop, one, 0, 1)
    said = bank(first, "failed")
    fail(Call(SYSTEM), said.no, said=said)
    post.react()
    assert kinds(one.person) == ["payment_failed", "order_placed"]
    assert Notice.objects.get(kind="payment_failed").params["numbers"] == [first.no, second.no]


def walked(shop: Market, one: Buyer) -> tuple[Order, Parcel]:
    """A paid and accepted order with its parcel handed over."""
    [order] = place(shop, one)
    pay(order)
    orders.accept(Call(SYSTEM), order.no)
    parcel = Parcel.objects.get(ref_of=order.ref)
    call = Call(SYSTEM)
    fulfilment.pick(call, parcel.no)
    fulfilment.inspect(call, parcel.no)
    fulfilment.pack(call, parcel.no)
    fulfilment.book(call, parcel.no)
    fulfilment.booked(call, parcel.no, waybill=f"SF{parcel.no}")
    return order, fulfilment.hand_over(call, parcel.no)


def test_the_way_of_an_order_from_the_shelf_to_the_end(shop: Market, one: Buyer, post: Post):
    """D01.8, D13.7, D16.8, D13.9, D13.10: accepted, shipped with the waybill by all ways, near, signed for, completed."""
    owner = Person.objects.get(pk=member(shop.shops[0], "shop_owner").id)
    order, parcel = walked(shop, one)
    fulfilment.track(Call(SYSTEM), parcel.no, said=Event("e1", "out_for_delivery"))
    fulfilment.track(Call(SYSTEM), parcel.no, said=Event("e1", "out_for_delivery"))
    fulfilment.deliver(Call(SYSTEM), parcel.no, said=Event("e2", "delivered"))
    orders.confirm_receipt(one.call(), order.no)
    post.react()
    assert kinds(one.person) == [
        "order_completed", "order_delivered", "parcel_near", "parcel_shipped", "order_accepted", "order_paid", "order_placed",
    ]  # fmt: skip
    assert kinds(owner) == ["shop_order_completed", "shop_order_paid", "shop_order_placed"]
    shipped = Message.objects.filter(kind="parcel_shipped")
    assert sorted(shipped.values_list("channel", flat=True)) == ["mail", "sms"]
    assert all(parcel.waybill in message.text and "顺丰" in message.text for message in shipped)
    delivered = Notice.objects.get(kind="order_delivered")
    assert "自动确认" in texts.text(delivered.kind, delivered.params)
    assert delivered.params["confirm_by"]


def test_refusals_and_calls_off_say_why_and_what_becomes_of_the_money(shop: Market, one: Buyer, post: Post):
    """D12.3, D08.5, D18.2.4."""
    [mine], [theirs], [refused] = place(shop, one), place(shop, one), place(shop, one)
    for order in (theirs, refused):
        pay(order)
    orders.cancel(one.call(), mine.no, reason="买错了")
    orders.cancel(Call(SYSTEM), theirs.no, reason="地址送不到")
    orders.decline(Call(SYSTEM), refused.no, reason="缺货")
    post.react()
    read = {notice.kind: texts.text(notice.kind, notice.params) for notice in Notice.objects.filter(person=one.person)}
    assert "没有扣款" in read["order_cancelled"]
    assert "地址送不到" in read["order_called_off"]
    assert "¥40.00 会原路退回" in read["order_called_off"]
    assert "缺货" in read["order_declined"]
    assert not Message.objects.filter(kind="order_cancelled").exists()
    assert Message.objects.filter(kind="order_called_off").count() == 2


def test_lost_and_refunded_parcels(shop: Market, one: Buyer, post: Post):
    """D04.6: what went wrong is told too; one of several parcels that arrives is told as that."""
    [order] = place(shop, one)
    pay(order)
    orders.accept(Call(SYSTEM), order.no)
    parcel = Parcel.objects.get(ref_of=order.ref)
    hear(order, ParcelLost, parcel=parcel.no)
    hear(order, ParcelOutForDelivery, parcel=parcel.no)
    hear(order, ParcelDelivered, parcel=parcel.no, last=False)
    hear(order, RefundDone, refund="R26AAAAAAAA1", amount=1500)
    post.react()
    assert kinds(one.person)[:4] == ["refund_done", "parcel_delivered", "parcel_near", "parcel_lost"]
    refund = Notice.objects.get(kind="refund_done")
    assert "¥15.00 已原路退回" in texts.text("refund_done", refund.params)


def test_cash_on_delivery_goes_to_the_shop_at_once_and_the_money_is_told_when_it_is_there(shop: Market, one: Buyer, post: Post):
    """D12.2, D04.3."""
    owner = Person.objects.get(pk=member(shop.shops[0], "shop_owner").id)
    [order] = place(shop, one, method="cod")
    post.react()
    assert (kinds(one.person), kinds(owner)) == (["order_placed_cod"], ["shop_order_placed_cod"])
    assert order.pay_by is None


def test_without_a_proved_phone_only_the_delivery_is_told_to_the_phone_of_the_address(shop: Market, post: Post):
    """The number given for the courier hears of the parcel, never of prices; no mail goes to an unproved address."""
    nobody = buyer()
    walked(shop, nobody)
    post.react()
    assert set(Message.objects.values_list("kind", "channel", "to")) == {("parcel_shipped", "sms", "13800006021")}
    assert "¥" not in Message.objects.get().text


def test_each_reads_his_own_language_and_an_inbox_reads_in_any(shop: Market, one: Buyer, post: Post):
    """The person's language chooses the text of a message; the inbox follows the page."""
    accounts.change_profile(Call(one.actor), language="en")
    place(shop, one)
    post.react()
    assert set(Message.objects.values_list("language", flat=True)) == {"en"}
    notice = Notice.objects.get(person=one.person)
    assert texts.sms(notice.kind, notice.params, "en") == Message.objects.get(channel="sms").text
    assert texts.mail(notice.kind, notice.params, "en", "")[0] == Message.objects.get(channel="mail").subject


def test_a_code_reaches_its_phone_and_stands_nowhere(post: Post, one: Buyer):
    """D15.1: six digits in the SMS, in no row of ours: not in the message, the code or the journal."""
    accounts.send_code(Call(ANONYMOUS), to="138 1234 6021", purpose="login", visit=Visit("1.2.3.4", "zh-hans"))
    accounts.send_code(Call(ANONYMOUS), to="New@Example.com", purpose="email", visit=Visit("1.2.3.4", "zh-hans"))
    post.react().send()
    for to, address in (("+8613812346021", "13812346021"), ("new@example.com", "new@example.com")):
        digits = digits_of(Code.objects.get(to=to))
        newest = post.to(address)[0]
        assert digits in newest["text"]
        message = Message.objects.get(to=to)
        assert (message.status, message.text, message.subject) == ("sent", "", "")
        assert digits not in "".join(str([row.changes, row.facts, row.ref]) for row in Journal.objects.all())


def test_a_code_that_is_over_is_not_sent(post: Post):
    """Used or expired codes wake nobody at night, and leave no task."""
    accounts.send_code(Call(ANONYMOUS), to="13712340000", purpose="login", visit=Visit())
    post.react()
    with guards.exempt("tests let a code expire"):
        Code.objects.update(expires_at="2020-01-01T00:00:00Z")
    post.send()
    assert post.to("13712340000") == []
    message = Message.objects.get()
    assert (message.status, message.trouble) == ("failed", "the code is over")
    assert not Task.objects.exists()


def test_registration_and_a_new_password_are_told(post: Post):
    """D15.1, D15.9."""
    made = accounts.register(Call(ANONYMOUS), username="xiaoyu", password=Secret("eine-gute-losung-9"), accept_terms=True, visit=Visit())
    accounts.change_password(Call(actor_of(made.person)), old=Secret("eine-gute-losung-9"), new=Secret("noch-eine-losung-7"), visit=Visit())
    post.react()
    assert kinds(made.person) == ["password_changed", "registered"]


def test_every_kind_has_words_in_which_every_param_is_known():
    """No kind without a text, no text without a kind; a text names only what composing gives or `_filled` makes."""
    assert set(KINDS) == set(texts.TEXTS)
    known = {
        "numbers", "goods", "total", "pay_by", "confirm_by", "arrival", "money_back", "reason", "shop", "carrier", "waybill", "point",
        "refund", "hours", "code", "minutes", "paid", "due", "over", "days", "coupon", "giver", "points",
    }  # fmt: skip
    for kind, words in texts.TEXTS.items():
        assert set(re.findall(r"%\((\w+)\)s", words.text)) <= known, kind
        assert re.sub(r"%\(\w+\)s", "", words.text).count("%") == 0
    for kind, how in KINDS.items():
        assert kind.startswith("code_") == how.secret
        assert how.ways <= {"inbox", SMS, MAIL}
