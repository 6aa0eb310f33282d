"""What is said about an order that a person has to look at: to its buyer in neutral words, never why; to its shop when it may have it."""

from collections.abc import Iterable

from wangdan.accounts.queries import members, platform
from wangdan.kernel.act import Act
from wangdan.notices.operations.composing import Word, for_buyer, for_shop, lines_of, order_of
from wangdan.orders.facts import AuditLate, BuyerAsked, OrderApproved, OrderHeld, OrderRejected
from wangdan.orders.models import Audit
from wangdan.orders.rules import ACCEPT_WITHIN


def held(_act: Act, fact: OrderHeld) -> Iterable[Word]:
    """Something is to be checked (D18.2.4); the money that is there is named."""
    order = order_of(fact)
    paid = order.paid_at is not None and order.total > 0
    yield for_buyer("order_held", order, paid=paid, total=order.total)


def asked(_act: Act, fact: BuyerAsked) -> Iterable[Word]:
    """The auditor asks the buyer to look at his order (D04.2)."""
    yield for_buyer("order_confirm_please", order_of(fact))


def approved(act: Act, fact: OrderApproved) -> Iterable[Word]:
    """The order is confirmed (D11.2, D18.2.3); now its shop hears of it as of any other."""
    order = order_of(fact)
    lines = lines_of(order)
    yield for_buyer("order_passed", order, total=order.total, lines=lines)
    kind = "shop_order_placed_cod" if order.payment_method == "cod" else "shop_order_paid"
    yield for_shop(kind, order, lines=lines, hours=act.option(ACCEPT_WITHIN))


def rejected(_act: Act, fact: OrderRejected) -> Iterable[Word]:
    """It did not pass (D18.2.4): what becomes of the money, not why. The shop hears if it had heard of the order before."""
    order = order_of(fact)
    yield for_buyer("order_rejected", order, back=order.total if order.paid_at else 0)
    if order.payment_method != "cod":
        yield for_shop("shop_order_rejected", order)


def late(_act: Act, fact: AuditLate) -> Iterable[Word]:
    """A decision is due: whoever audits is reminded, then the supervisors hear of it."""
    order, office = order_of(fact), platform()
    audit = Audit.objects.filter(order=order, status="open").first()
    if audit is None or office is None or audit.due_at is None:
        return
    people = list(members(office.pk, "supervisor" if fact.escalated else "auditor"))
    params = {"numbers": [order.no], "due": audit.due_at.isoformat()}
    yield Word("audit_overdue" if fact.escalated else "audit_due", people, order.ref, params)
