"""The life of a coupon: claimed, given, used for a purchase, given back, over. All under the buyer's root."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q

from wangdan.accounts.models import Person
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.ledger import operations as ledger
from wangdan.ledger.rules import POINTS, Entry
from wangdan.promotions.facts import CouponExpiring, CouponGiven
from wangdan.promotions.models import Coupon, Offer, Redemption
from wangdan.promotions.queries.standing import points_account
from wangdan.promotions.rules.offers import COUPON_LIFE, COUPONS_HELD, Taken

_REDEEM = """
WITH given AS (SELECT * FROM unnest(%(offers)s::bigint[], %(coupons)s::bigint[], %(amounts)s::bigint[]) AS g (offer, coupon, amount)),
used AS (
    UPDATE promotions_coupon c SET status = 'used', used_at = %(now)s FROM given g
    WHERE c.id = g.coupon AND c.person_id = %(person)s AND c.status = 'available' AND c.valid_from <= %(now)s AND c.valid_until > %(now)s
    RETURNING c.id
)
INSERT INTO promotions_redemption (offer_id, coupon_id, purchase, amount, at)
SELECT g.offer, g.coupon, %(purchase)s, g.amount, %(now)s FROM given g WHERE g.coupon IS NULL OR g.coupon IN (SELECT id FROM used)
RETURNING id
"""


def _claim(act: Act, offer: Offer, person: Person, how: str) -> Coupon:
    """One coupon more of the offer for a person whose root is locked; the offer's own count and limit are kept by the row itself."""
    if offer.way != "coupon" or offer.status != "running" or offer.ends_at <= act.now:
        raise Refused("promotions.cannot_claim")
    mine = Coupon.objects.filter(person=person)
    if mine.filter(offer=offer).count() >= offer.per_person:
        raise Refused("promotions.claimed_before", most=offer.per_person)
    if mine.filter(status="available").count() >= act.option(COUPONS_HELD):
        raise Refused("promotions.too_many_coupons")
    counted = Offer.objects.filter(Q(most=None) | Q(claimed__lt=F("most")), pk=offer.pk, status="running")
    if not counted.update(claimed=F("claimed") + 1):
        raise Refused("promotions.all_claimed")
    begins = max(act.now, offer.starts_at)
    ends = begins + timedelta(days=offer.days) if offer.days else offer.ends_at
    coupon = Coupon.objects.create(
        root_id=person.root_id, offer=offer, person=person, how=how, valid_from=begins, valid_until=ends, claimed_at=act.now
    )
    act.born(coupon)
    return coupon


@operation("promotions.claim", root="actor")
def claim(act: Act, *, offer: int | None = None, code: str = "") -> Coupon:
    """Take a coupon from the coupon page, or one by its code (D16.3); a code that was claimed and not used yet answers with that coupon.

    Refuses with 404 for what is not on the page, `promotions.code_unknown`, `promotions.cannot_claim` (paused, over), `promotions.claimed_before`
    (most), `promotions.all_claimed`, `promotions.too_many_coupons`.
    """
    person = Person.objects.get(pk=act.person_id)
    if offer is not None:
        found = Offer.objects.filter(pk=offer if 0 < offer < 2**63 else 0, listed=True).first()
        if found is None:
            raise NotSeen
        return _claim(act, found, person, "claimed")
    wanted = code.strip().upper()[:20].replace("\x00", "")
    found = Offer.objects.filter(code=wanted).first() if wanted else None
    if found is None:
        raise Malformed("promotions.code_unknown")
    kept = Coupon.objects.filter(person=person, offer=found, status="available", valid_until__gt=act.now).first()
    return kept or _claim(act, found, person, "code")


def _root_of_person(_actor: Actor, *, person: int, **_: Any) -> int | None:
    return Person.objects.filter(pk=person if 0 < person < 2**63 else 0).values_list("root_id", flat=True).first() or 0


@operation("promotions.give", root=_root_of_person)
def give(act: Act, *, offer: int, person: int) -> Coupon:
    """The office or the shop gives somebody one of its coupons. Refuses with 404 for an offer that is not the giver's, and as `claim` does."""
    found = Offer.visible_to(act.actor).filter(pk=offer if 0 < offer < 2**63 else 0).first()
    if found is None or (found.shop_id is None and not act.actor.roles & {"admin", "supervisor", "service", "system"}):
        raise NotSeen
    coupon = _claim(act, found, Person.objects.get(pk=person), "given")
    act.tell(CouponGiven(coupon.ref))
    return coupon


@operation("promotions.redeem")
def redeem(act: Act, *, purchase: str, person: int, taken: tuple[Taken, ...], points: tuple[tuple[str, int], ...]) -> None:
    """Use up what a purchase takes: coupons once each, budgets, and the points of each of its orders (ref, points); two statements at most.

    Joined by `orders.open` under the buyer's root. Refuses with `promotions.cannot_redeem` for a coupon that is used, over or somebody else's,
    `promotions.budget_spent`, `promotions.points_short`.
    """
    if taken:
        act.locking("row")
        values: dict[str, Any] = {
            "offers": [each.offer for each in taken],
            "coupons": [each.coupon for each in taken],
            "amounts": [each.amount for each in taken],
        }
        with connection.cursor() as cursor:
            cursor.execute(_REDEEM, values | {"now": act.now, "person": person, "purchase": purchase})
            if len(cursor.fetchall()) != len(taken):
                raise Refused("promotions.cannot_redeem")
        for each in taken:
            if each.coupon:
                act.note(f"coupons:{each.coupon}", "available", "used")
    entries = [
        Entry(
            "given:promotions",
            f"budget:{each.offer}",
            each.amount,
            "budget_used",
            f"offers:{each.offer}",
            f"{purchase}:{each.offer}:{each.coupon or 0}",
        )
        for each in taken
        if each.budgeted
    ]
    entries += [Entry("spent:points", points_account(person), number, "points_spent", ref, ref, POINTS) for ref, number in points if number]
    try:
        ledger.post(act, entries=entries)
    except Refused as refused:
        short = refused.detail.get("accounts", [])
        code = "promotions.points_short" if points_account(person) in short else "promotions.budget_spent"
        raise Refused(code) from refused


@operation("promotions.give_back")
def give_back(act: Act, *, purchase: str, still_used: frozenset[str]) -> None:
    """Orders of a purchase were called off: an offer whose every share went with them (its ref is not `still_used`) is as if never used.

    Its coupon is available again, or expired when its time is over; its budget gets the amount back. Joined under the buyer's root; twice is once.
    """
    entries = []
    for redemption in Redemption.objects.filter(purchase=purchase, returned_at=None).select_related("coupon", "offer").order_by("id"):
        coupon = redemption.coupon
        if (coupon.ref if coupon else redemption.offer.ref) in still_used:
            continue
        redemption.returned_at = act.now
        redemption.save(update_fields=["returned_at"])
        if coupon is not None:
            act.watch(coupon, "promotions.give_back")
            coupon.status = COUPON_LIFE.take("give_back" if coupon.valid_until > act.now else "lapse", coupon.status)
            coupon.save(update_fields=["status"])
        if redemption.offer.budget:
            source = f"{purchase}:{redemption.offer_id}:{coupon.pk if coupon else 0}"
            account = f"budget:{redemption.offer_id}"
            entries.append(Entry(account, "given:promotions", redemption.amount, "budget_back", redemption.offer.ref, source))
    ledger.post(act, entries=entries)


@operation("promotions.lapse", on=Coupon)
def lapse(act: Act, coupon: Coupon) -> Coupon:
    """The sweep: the time of a coupon is over. Refuses with `coupons.cannot_lapse` when it was used meanwhile or has time left."""
    if coupon.status != "available" or coupon.valid_until > act.now:
        raise Refused("coupons.cannot_lapse", status=coupon.status)
    coupon.status = COUPON_LIFE.take("lapse", coupon.status)
    coupon.save(update_fields=["status"])
    return coupon


@operation("promotions.remind", on=Coupon)
def remind(act: Act, coupon: Coupon) -> Coupon:
    """The sweep: tell its owner once that the time of a coupon is soon over (D16.3).

    Refuses with `coupons.cannot_remind` when it was used or told meanwhile.
    """
    if coupon.status != "available" or coupon.reminded_at is not None:
        raise Refused("coupons.cannot_remind", status=coupon.status)
    coupon.reminded_at = act.now
    coupon.save(update_fields=["reminded_at"])
    act.tell(CouponExpiring(coupon.ref))
    return coupon
