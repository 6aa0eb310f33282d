"""What is said to a buyer about his coupons and points."""

from collections.abc import Iterable

from wangdan.accounts.models import Person
from wangdan.kernel.act import Act
from wangdan.kernel.fact import Fact
from wangdan.notices.operations.composing import Word
from wangdan.promotions.facts import CouponExpiring, CouponGiven, PointsCredited
from wangdan.promotions.models import Coupon


def _word(kind: str, fact: Fact) -> Word:
    found = Coupon.objects.select_related("person", "offer__shop").get(pk=int(fact.handle))
    giver = found.offer.shop.name if found.offer.shop else ""
    return Word(kind, [found.person], fact.ref, {"coupon": found.offer.name, "shop": giver, "due": found.valid_until.isoformat()})


def coupon_given(_act: Act, fact: CouponGiven) -> Iterable[Word]:
    """Somebody made him a present (D16.3)."""
    yield _word("coupon_given", fact)


def coupon_expiring(_act: Act, fact: CouponExpiring) -> Iterable[Word]:
    """There is still time to use it (D16.3)."""
    yield _word("coupon_expiring", fact)


def points_credited(_act: Act, fact: PointsCredited) -> Iterable[Word]:
    """How many points, and from where (D16.3)."""
    order = fact.about.partition(":")[2]
    params = {"points": fact.points, "numbers": [order] if order else []}
    yield Word(f"points_{fact.why}", list(Person.objects.filter(pk=int(fact.handle))), fact.ref, params)
