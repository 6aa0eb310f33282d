"""Telling people: a fact becomes notices in inboxes and messages on their way, once per fact."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from wangdan.accounts.facts import PasswordChanged, PersonRegistered
from wangdan.accounts.models import Person
from wangdan.fulfilment import facts as parcels
from wangdan.kernel.act import Act
from wangdan.kernel.fact import Fact
from wangdan.kernel.operation import operation
from wangdan.notices import texts
from wangdan.notices.models import Message, Notice
from wangdan.notices.operations import auditing, composing, lateness, saving, selling
from wangdan.notices.operations.composing import Word
from wangdan.notices.rules import INBOX, KINDS, MAIL, SMS, SUBJECT_LENGTH, TRUST, path
from wangdan.orders import facts as orders
from wangdan.payments.facts import PaymentFailed, RefundDone
from wangdan.promotions.facts import CouponExpiring, CouponGiven, PointsCredited
from wangdan.shops import facts as shops

SAYS: dict[type[Fact], Callable[[Act, Any], Iterable[Word]]] = {
    orders.PurchasePlaced: composing.placed,
    orders.OrderPaid: composing.paid,
    PaymentFailed: composing.not_paid,
    orders.OrderHeld: auditing.held,
    orders.BuyerAsked: auditing.asked,
    orders.OrderApproved: auditing.approved,
    orders.OrderRejected: auditing.rejected,
    orders.AuditLate: auditing.late,
    orders.OrderAccepted: composing.accepted,
    orders.OrderDeclined: composing.declined,
    orders.OrderCancelled: lateness.cancelled,
    orders.OrderExpired: composing.expired,
    orders.ShopReminded: lateness.reminded,
    orders.ShopLate: lateness.late,
    orders.AddressChanged: composing.readdressed,
    orders.SlotChanged: composing.rescheduled,
    orders.OrderEdited: composing.edited,
    orders.OrderReminded: composing.reminded,
    parcels.ParcelShipped: composing.shipped,
    parcels.ParcelOutForDelivery: composing.near,
    parcels.ParcelDelivered: composing.one_delivered,
    parcels.ParcelLost: composing.lost,
    orders.OrderDelivered: composing.delivered,
    orders.OrderCompleted: composing.completed,
    orders.OrderReturned: composing.returned,
    RefundDone: composing.refunded,
    shops.ApplicationSubmitted: selling.submitted,
    shops.ApplicationApproved: selling.approved,
    shops.ApplicationRejected: selling.rejected,
    shops.CheckDue: selling.check_due,
    shops.CheckOverdue: selling.check_overdue,
    shops.CheckRenewed: selling.check_renewed,
    shops.Invited: selling.invited,
    CouponGiven: saving.coupon_given,
    CouponExpiring: saving.coupon_expiring,
    PointsCredited: saving.points_credited,
    PersonRegistered: composing.registered,
    PasswordChanged: composing.password_changed,
}
"""Fact → what is said to whom."""


@operation("notices.tell")
def tell(act: Act, *, fact: Fact) -> int:
    """LATER: tell people what happened, each in the language he reads (D01.8, D11.1, D12.2, D13.5, D13.7, D13.9, D13.10, D16.8, D18.4).

    Returns how many messages are on their way. A fact about something that is gone by now is passed over.
    """
    notices: list[Notice] = []
    messages: list[Message] = []
    for word in SAYS[type(fact)](act, fact):
        ways = KINDS[word.kind].ways
        for person in word.people:
            if INBOX in ways:
                notices.append(Notice(root_id=person.root_id, person=person, kind=word.kind, params=word.params, ref=word.ref, at=act.now))
            messages += _messages(act, word, person)
    Notice.objects.bulk_create(notices)
    for message in Message.objects.bulk_create(messages):
        act.errand("notices.send", message=message.pk)
    act.note("told", None, [f"{notice.kind}:{notice.person_id}" for notice in notices])
    act.note("messages", None, [message.journal_ref for message in messages])
    return len(messages)


def _messages(act: Act, word: Word, person: Person) -> list[Message]:
    """What leaves by SMS and mail; only to proved numbers and addresses, of a delivery also to the phone that was given for it."""
    kind, made = KINDS[word.kind], []
    phone = person.phone or (word.phone if kind.receiver else "")
    if SMS in kind.ways and phone:
        text = texts.sms(word.kind, word.params, person.language)
        made.append(_message(act, word, person, channel="sms", to=phone, text=text))
    if MAIL in kind.ways and person.email:
        where = path(word.kind, word.ref)
        link = f"{settings.WANGDAN_PUBLIC_URL}{where}" if where else ""
        subject, text = texts.mail(word.kind, word.params, person.language, link)
        made.append(_message(act, word, person, channel="mail", to=person.email, subject=subject[:SUBJECT_LENGTH], text=text))
    return made


def _message(act: Act, word: Word, person: Person, **fields: str) -> Message:
    return Message(kind=word.kind, ref=word.ref, language=person.language, at=act.now, due_at=act.now + TRUST, **fields)
