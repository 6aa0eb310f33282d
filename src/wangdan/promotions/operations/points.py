"""Points and levels: earned when an order is completed, following the money when it goes back, over at the end of the next year."""

from typing import Any

from django.db.models import F, Sum
from django.utils import timezone

from wangdan.accounts.models import Person
from wangdan.accounts.rules import tidy
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed
from wangdan.kernel.operation import operation
from wangdan.ledger import operations as ledger
from wangdan.ledger import queries as accounts
from wangdan.ledger.models import Transfer
from wangdan.ledger.rules import POINTS, Entry
from wangdan.promotions.facts import PointsCredited
from wangdan.promotions.models import Earning, Level, Member
from wangdan.promotions.queries.standing import points_account
from wangdan.promotions.rules.offers import POINTS_EARNED, POINTS_EXPIRE, YEAR, back, earned, level_for

_MOST_AT_ONCE = 10**7


def _member(act: Act, person: int) -> Member:
    """The member row of a person whose root is locked, made when there is none yet."""
    found = Member.objects.select_related("level").filter(person=person).first()
    if found is not None:
        return found
    root = Person.objects.values_list("root_id", flat=True).get(pk=person)
    made: Member = Member.objects.create(root_id=root, person_id=person, reviewed_at=act.now, points_year=timezone.localtime(act.now).year)
    act.born(made)
    return made


def _review(act: Act, member: Member) -> None:
    """The level that follows from what was spent in the last 365 days, less what went back."""
    recent = Earning.objects.filter(person=member.person_id, at__gt=act.now - YEAR)
    member.spent = recent.aggregate(n=Sum(F("spent") - F("refunded")))["n"] or 0
    member.level_id = level_for(member.spent, list(Level.objects.values_list("pk", "spent_from")))
    member.reviewed_at = act.now
    member.save(update_fields=["spent", "level", "reviewed_at"])


@operation("promotions.earn")
def earn(act: Act, *, ref: str, person: int, spent: int) -> Earning:
    """A completed order brings points for the `spent` minor units of its goods, by level (D16.3), and counts towards the level; once per ref.

    Joined under the buyer's root; what was refunded before is taken back at once by `follow`.
    """
    known = Earning.objects.filter(ref=ref).first()
    if known is not None:
        return known
    member = _member(act, person)
    act.watch(member, "promotions.earn")
    points = earned(spent, act.option(POINTS_EARNED), member.level.points_percent if member.level else 100)
    earning: Earning = Earning.objects.create(person_id=person, ref=ref, spent=spent, points=points, at=act.now)
    if points:
        ledger.post(act, entries=[Entry(points_account(person), "earned:points", points, "points_earned", ref, ref, POINTS)])
        act.tell(PointsCredited(member.ref, points, "earned", ref))
    _review(act, member)
    return earning


@operation("promotions.follow")
def follow(act: Act, *, ref: str, person: int, refunded: int, captured: int) -> None:
    """Points follow the money of an order: `refunded` of `captured` minor units went back.

    Of the points it was paid with as large a part comes back, of those it earned as large a part is taken, as far as they are still there.
    Joined under the buyer's root; twice is once.
    """
    account = points_account(person)
    moved = dict(
        Transfer.objects.filter(ref=ref, code__in=("points_spent", "points_back")).values("code").annotate(n=Sum("amount")).values_list("code", "n")
    )
    spent, done = moved.get("points_spent", 0), moved.get("points_back", 0)
    due = back(spent, refunded, captured)
    if due > done:
        ledger.post(act, entries=[Entry(account, "spent:points", due - done, "points_back", ref, f"{ref}:{due}", POINTS)])
        act.tell(PointsCredited(f"members:{person}", due - done, "back", ref))
    earning = Earning.objects.filter(ref=ref).first()
    if earning is None:
        return
    earning.refunded = back(earning.spent, refunded, captured)
    wanted = back(earning.points, refunded, captured) - earning.taken_back
    taken = min(wanted, accounts.balance(account))
    if taken > 0:
        earning.taken_back += taken
        ledger.post(act, entries=[Entry("earned:points", account, taken, "points_taken", ref, f"{ref}:{earning.taken_back}", POINTS)])
    earning.save(update_fields=["refunded", "taken_back"])
    member = _member(act, person)
    act.watch(member, "promotions.follow")
    _review(act, member)


def _root_of_person(_actor: Actor, *, person: int, **_: Any) -> int | None:
    return Person.objects.filter(pk=person if 0 < person < 2**63 else 0).values_list("root_id", flat=True).first() or 0


@operation("promotions.grant_points", root=_root_of_person)
def grant_points(act: Act, *, person: int, points: int, reason: str) -> Member:
    """The office gives somebody points, with the reason in the journal.

    Refuses (422) with `promotions.number_malformed`, `promotions.reason_missing`.
    """
    if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= _MOST_AT_ONCE:
        raise Malformed("promotions.number_malformed", field="points", low=1, high=_MOST_AT_ONCE)
    why = tidy(reason, 200, "promotions.reason_missing")
    if not why:
        raise Malformed("promotions.reason_missing")
    member = _member(act, person)
    act.note("reason", None, why)
    act.note("points", None, points)
    ledger.post(act, entries=[Entry(points_account(person), "granted:points", points, "points_granted", member.ref, str(act.id), POINTS)])
    act.tell(PointsCredited(member.ref, points, "granted"))
    return member


@operation("promotions.review", on=Member)
def review(act: Act, member: Member) -> Member:
    """The sweep: a day later the last 365 days are others, and so may be the level."""
    _review(act, member)
    return member


@operation("promotions.expire_points", on=Member)
def expire_points(act: Act, member: Member) -> Member:
    """The sweep, once a year: points live until the end of the year after the one they were earned in; spending takes the oldest first.

    So of a balance stays what came in since the beginning of last year, and the rest is over (option `promotions.points_expire`).
    """
    year = timezone.localtime(act.now).year
    account = points_account(member.person_id)
    since = timezone.localtime(act.now).replace(year=year - 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    came = Transfer.objects.filter(debit=account, at__gte=since).aggregate(n=Sum("amount"))["n"] or 0
    over = max(0, accounts.balance(account) - came) if act.option(POINTS_EXPIRE) else 0
    if over and member.points_year < year:
        ledger.post(act, entries=[Entry("lapsed:points", account, over, "points_lapsed", member.ref, f"{member.ref}:{year}", POINTS)])
    member.points_year = year
    member.save(update_fields=["points_year"])
    return member
