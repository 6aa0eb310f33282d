"""Reads for pages: the coupon centre, a buyer's coupons, points and level, the offers of a giver with their numbers; and what is due."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from wangdan.kernel import clock, options
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen
from wangdan.ledger import queries as ledger
from wangdan.ledger.models import Balance, Transfer
from wangdan.promotions.models import Coupon, Level, Member, Offer, Redemption
from wangdan.promotions.queries.standing import as_priced, points_account
from wangdan.promotions.rules import Item, in_scope
from wangdan.promotions.rules.offers import COUPON_REMIND

TABS = ("available", "used", "expired")


def centre(shop: int | None = None) -> QuerySet[Offer]:
    """The coupons that can be claimed now, those of one shop and the platform's if it is named; page it by `-id`."""
    now = clock.now()
    found = Offer.objects.filter(way="coupon", listed=True, status="running", ends_at__gt=now).filter(Q(most=None) | Q(claimed__lt=F("most")))
    if shop is not None:
        found = found.filter(Q(shop=shop) | Q(shop=None))
    return found.select_related("shop").order_by("-id")


def fitting(actor: Actor, item: Item) -> list[Offer]:
    """The reductions and claimable coupons that are about an item, its shop's first, 60 at most, each with `had`: the actor's own coupons of it."""
    own = Coupon.objects.filter(offer=OuterRef("pk"), person=actor.id or 0).order_by().values("offer").annotate(n=Count("pk")).values("n")
    now = clock.now()
    found = Offer.objects.filter(Q(shop=item.shop_id) | Q(shop=None), status="running", starts_at__lte=now, ends_at__gt=now)
    found = found.filter(Q(way="reduction") | Q(listed=True)).exclude(claimed__gte=F("most")).select_related("shop")
    found = found.annotate(had=Coalesce(Subquery(own), 0))
    return [offer for offer in found.order_by(F("shop").asc(nulls_last=True), "-id")[:60] if in_scope(as_priced(offer), item)]


def had(actor: Actor, offers: list[Offer]) -> dict[int, int]:
    """How many coupons of each offer the actor has had, in one statement."""
    counted = Coupon.objects.filter(person=actor.id or 0, offer__in=[offer.pk for offer in offers])
    return dict(counted.values("offer").annotate(n=Count("pk")).values_list("offer", "n"))


def coupons(actor: Actor, tab: str) -> QuerySet[Coupon]:
    """The actor's own coupons of one tab, newest first; one whose time is over is shown as over before the sweep comes."""
    mine = Coupon.objects.filter(person=actor.id or 0).select_related("offer__shop").order_by("-id")
    over = Q(status="available", valid_until__lte=clock.now())
    if tab == "available":
        return mine.filter(status="available").exclude(over)
    return mine.filter(status="used") if tab == "used" else mine.filter(Q(status="expired") | over)


def coupon_counts(actor: Actor) -> dict[str, int]:
    """How many of them are on each tab."""
    mine = Coupon.objects.filter(person=actor.id or 0)
    over = Q(status="available", valid_until__lte=clock.now())
    return mine.aggregate(
        available=Count("pk", filter=Q(status="available") & ~over),
        used=Count("pk", filter=Q(status="used")),
        expired=Count("pk", filter=Q(status="expired") | over),
    )


def points(actor: Actor) -> int:
    """The actor's balance."""
    return ledger.balance(points_account(actor.id or 0))


def points_history(actor: Actor) -> QuerySet[Transfer]:
    """How it came about, newest first; page it by `-id`."""
    return ledger.history(points_account(actor.id or 0)).order_by("-id")


def points_lapsing(actor: Actor) -> int:
    """The points that will be over at the end of this year, if nothing more is spent: what did not come in this year."""
    account = points_account(actor.id or 0)
    since = timezone.localtime(clock.now()).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    came = Transfer.objects.filter(debit=account, at__gte=since).aggregate(n=Sum("amount"))["n"] or 0
    return max(0, ledger.balance(account) - came)


@dataclass(frozen=True)
class Standing:
    """A member's level, what he spent in 365 days, and the next level."""

    level: Level | None
    spent: int
    ahead: Level | None

    @property
    def lacks(self) -> int:
        """Minor units to the next level."""
        return max(0, self.ahead.spent_from - self.spent) if self.ahead else 0


def membership(actor: Actor) -> Standing:
    """The actor's level and the way to the next one."""
    member = Member.objects.filter(person=actor.id or 0).select_related("level").first()
    spent = member.spent if member else 0
    ahead = Level.objects.filter(spent_from__gt=spent).order_by("spent_from").first()
    return Standing(member.level if member else None, spent, ahead)


def levels() -> list[Level]:
    """All levels, the lowest first."""
    return list(Level.objects.all())


def offers(actor: Actor, shop: int | None) -> QuerySet[Offer]:
    """The offers of a shop, or of the platform, within the actor's sight, newest first; page it by `-id`."""
    return Offer.visible_to(actor).filter(shop=shop).order_by("-id")


def offer(actor: Actor, number: int) -> Offer:
    """One offer within the actor's sight. Refuses with `kernel.not_seen`."""
    found = Offer.visible_to(actor).filter(pk=number if 0 < number < 2**63 else 0).first()
    if found is None:
        raise NotSeen
    return found


@dataclass(frozen=True)
class Numbers:
    """What came of an offer: coupons given out, times used, minor units given, minor units of the budget that are left (None without one)."""

    claimed: int
    used: int
    given: int
    left: int | None


def numbers(found: list[Offer]) -> dict[int, Numbers]:
    """The numbers of these offers, in two statements."""
    rows = (
        Redemption.objects.filter(offer__in=[each.pk for each in found], returned_at=None).values("offer").annotate(n=Count("pk"), sum=Sum("amount"))
    )
    used = {row["offer"]: (row["n"], row["sum"]) for row in rows}
    left = dict(Balance.objects.filter(account__in=[f"budget:{each.pk}" for each in found]).values_list("account", "amount"))
    return {each.pk: Numbers(each.claimed, *used.get(each.pk, (0, 0)), left.get(f"budget:{each.pk}")) for each in found}


# ---- due ------------------------------------------------------------------------------------------------------------


def due_to_lapse(limit: int) -> list[int]:
    """Coupons whose time is over, oldest first."""
    due = Coupon.objects.filter(status="available", valid_until__lte=clock.now())
    return list(due.order_by("valid_until").values_list("pk", flat=True)[:limit])


def due_to_remind(limit: int) -> list[int]:
    """Coupons whose time is soon over, of which their owners were not told yet; not those that were had for less than that time."""
    ahead, now = timedelta(days=options.value(COUPON_REMIND)), clock.now()
    soon = Coupon.objects.filter(status="available", reminded_at=None, valid_until__gt=now, valid_until__lte=now + ahead)
    return list(soon.filter(claimed_at__lte=F("valid_until") - ahead).order_by("valid_until").values_list("pk", flat=True)[:limit])


def due_to_review(limit: int) -> list[int]:
    """Members who spent something and were not looked at for a day."""
    due = Member.objects.filter(spent__gt=0, reviewed_at__lte=clock.now() - timedelta(days=1))
    return list(due.order_by("reviewed_at").values_list("pk", flat=True)[:limit])


def due_to_expire_points(limit: int) -> list[int]:
    """Members whose points of the year before last were not looked at yet."""
    year = timezone.localtime(clock.now()).year
    return list(Member.objects.filter(points_year__lt=year).order_by("points_year", "pk").values_list("pk", flat=True)[:limit])
