"""The auditors' desk: what waits for a decision, all that helps to take it, and what a rule of risk would do or has done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from wangdan.accounts.models import Address
from wangdan.kernel import clock
from wangdan.kernel.act import Actor
from wangdan.orders.models import Audit, Contact, Order, Purchase
from wangdan.orders.queries import features
from wangdan.orders.queries.moves import sits
from wangdan.policy.risk import Draft, score

TRIED_DAYS, MOST_TRIED, SHOWN_TRIED = 30, 5000, 20


def waiting(actor: Actor) -> QuerySet[Audit]:
    """Held orders that wait for a decision, the earliest deadline first."""
    return Audit.visible_to(actor).filter(status="open").select_related("order", "order__shop").order_by("due_at", "id")


def decided(actor: Actor, *statuses: str) -> QuerySet[Audit]:
    """Audits that are over, the newest first; page them by `-id`."""
    found = Audit.visible_to(actor).filter(status__in=statuses).select_related("order", "order__shop", "decided_by")
    return found.order_by("-id")


def of_order(actor: Actor, order: Order) -> list[Audit]:
    """All that the rules said of an order, the newest first."""
    return list(Audit.visible_to(actor).filter(order=order).select_related("decided_by").order_by("-id")[:20])


def asked(actor: Actor, order: Order) -> bool:
    """Whether the buyer is asked to confirm this order and has not answered yet; nothing else of an audit is ever told to him."""
    if order.status != "in_audit" or actor.id != order.buyer_id:
        return False
    return Audit.objects.filter(order=order, status="open", asked_at__isnull=False, confirmed_at=None).exists()


def contacts(order: Order) -> list[Contact]:
    """The talks with the buyer about an order, the newest first."""
    return list(Contact.objects.filter(order=order).select_related("by")[:50])


def addresses(actor: Actor, order: Order) -> list[Address]:
    """The buyer's addresses, for whoever may change where the order goes."""
    return list(Address.objects.filter(person_id=order.buyer_id)[:20]) if sits(actor, order, "change_address") else []


@dataclass(frozen=True)
class History:
    """What the buyer did before: orders, their sum in minor units, how they ended; and others with the same phone or device."""

    orders: int
    completed: int
    cancelled: int
    refused: int
    amount: int
    first_at: datetime | None
    rejected: int
    latest: Sequence[Order]
    neighbours: Sequence[Order]


def history(actor: Actor, order: Order) -> History:
    """The buyer's other orders, and those of other accounts to the same phone or from the same device; four statements."""
    mine = Order.visible_to(actor).filter(buyer_id=order.buyer_id).exclude(pk=order.pk)
    latest = list(mine.select_related("shop").order_by("-id")[:200])
    rejected = Audit.objects.filter(order__buyer_id=order.buyer_id, status="rejected").count()
    device = Purchase.objects.filter(pk=order.purchase_id).values_list("device", flat=True).first() or ""
    same = Q(to_phone=order.to_phone)
    if device:
        same |= Q(purchase_id__in=list(Purchase.objects.filter(device=device).order_by("-id").values_list("pk", flat=True)[:50]))
    neighbours = Order.visible_to(actor).filter(same).exclude(buyer_id=order.buyer_id).select_related("shop").order_by("-id")[:5]
    return History(
        orders=len(latest),
        completed=sum(each.status == "completed" for each in latest),
        cancelled=sum(each.status == "cancelled" for each in latest),
        refused=sum(each.reason == "refused_at_the_door" for each in latest),
        amount=sum(each.total for each in latest if each.paid_at),
        first_at=latest[-1].placed_at if latest else None,
        rejected=rejected,
        latest=latest[:5],
        neighbours=list(neighbours),
    )


# ---- what a rule would do, and has done -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Trial:
    """What a rule would have found among the newest orders: how many were looked at, since when, how many hit, their sum in minor units, a sample."""

    looked: int
    since: datetime
    hits: int
    amount: int
    sample: Sequence[Order]
    cut: bool

    @property
    def share(self) -> str:
        """Hits in percent of what was looked at."""
        return f"{100 * self.hits / self.looked:.1f}" if self.looked else "0.0"


def trial(actor: Actor, draft: Draft) -> Trial:
    """Try a rule on the orders of the last thirty days, at most the newest five thousand; three statements, whatever their number.

    Everything is read as it was when each order was placed.
    """
    since = clock.now() - timedelta(days=TRIED_DAYS)
    ids = list(Order.visible_to(actor).filter(placed_at__gte=since).order_by("-placed_at").values_list("pk", flat=True)[: MOST_TRIED + 1])
    known = features.of_many(ids[:MOST_TRIED])
    found = [each for each in known if score(each.features, [(0, draft)]).hits]
    sample = Order.visible_to(actor).filter(pk__in=[each.key for each in found[:SHOWN_TRIED]]).select_related("shop").order_by("-id")
    amount = sum(each.features["amount"] for each in found)
    return Trial(len(known), since, len(found), amount, list(sample), len(ids) > MOST_TRIED)


@dataclass(frozen=True)
class Hits:
    """What a rule has done since it is on: orders it held with others, how they were decided, their sum in minor units."""

    orders: int
    held: int
    approved: int
    rejected: int
    amount: int
    sample: Sequence[Audit]


def hits(actor: Actor, rule: int, since: datetime | None) -> Hits:
    """The orders a rule has touched since a moment; two statements."""
    rows = Audit.visible_to(actor).filter(rules__contains=[rule])
    if since is not None:
        rows = rows.filter(at__gte=since)
    sums = rows.aggregate(
        orders=Count("pk"),
        held=Count("pk", filter=~Q(status="noted")),
        approved=Count("pk", filter=Q(status="approved")),
        rejected=Count("pk", filter=Q(status="rejected")),
        amount=Sum("order__total"),
    )
    sample = rows.select_related("order", "order__shop").order_by("-id")[:SHOWN_TRIED]
    return Hits(sums["orders"], sums["held"], sums["approved"], sums["rejected"], sums["amount"] or 0, list(sample))


def held_by(actor: Actor, rules: Sequence[int]) -> dict[int, int]:
    """How many orders each rule has touched in the last thirty days (one statement), for the list of rules."""
    since = clock.now() - timedelta(days=TRIED_DAYS)
    counted: dict[int, int] = dict.fromkeys(rules, 0)
    for touched in Audit.visible_to(actor).filter(at__gte=since).order_by("-id").values_list("rules", flat=True)[:MOST_TRIED]:
        for rule in touched:
            counted[rule] = counted.get(rule, 0) + 1
    return counted
