"""What a checkout shows of coupons and points: which are chosen, what each would give, what may be spent."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from wangdan.accounts import queries as accounts
from wangdan.checkout import queries
from wangdan.checkout.queries import CouponChoice
from wangdan.checkout.rules import COUPONS_LIMIT
from wangdan.desks import offer_words, web
from wangdan.desks.store.pages.cart import whole
from wangdan.desks.templatetags.wd import plain_money
from wangdan.kernel import options
from wangdan.promotions.rules.offers import PASSWORD_FOR_POINTS


@dataclass(frozen=True)
class Pick:
    """One coupon in a list: what it gives here, or why nothing."""

    id: int
    text: str
    on: bool
    usable: bool


@dataclass(frozen=True)
class Group:
    """The coupons of one giver, of which one can be used."""

    key: str
    label: str
    picks: list[Pick]
    usable: int


def chosen(form: Any) -> dict[str, Any]:
    """What the form chose: before it was shown the best of each giver, afterwards what stands in the lists."""
    if form.get("picked") != "1":
        return {"best": True}
    named = [whole(text) for text in form.getlist("coupon") if whole(text)]
    return {"coupons": tuple(named[:COUPONS_LIMIT]), "points": whole(form.get("points"))}


def shown(request: HttpRequest, quote: queries.Quote) -> dict[str, Any]:
    """The lists of coupons by giver and the points, for the page."""
    names = {order.shop.id: order.shop.name for order in quote.orders}
    groups: dict[tuple[str, int | None], list[CouponChoice]] = {}
    for choice in queries.coupon_choices(quote):
        groups.setdefault((choice.step, choice.shop_id), []).append(choice)
    points = queries.points_choice(quote)
    guarded = bool(options.value(PASSWORD_FOR_POINTS))
    return {
        "groups": [_group(step, names.get(shop or 0, ""), found) for (step, shop), found in groups.items()],
        "points": points,
        "points_why": _("%(n)s 积分抵 1 元，最多抵商品金额的 %(percent)s%%") % {"n": quote.standing.per_yuan, "percent": quote.standing.most_percent},
        "needs_password": guarded,
        "has_password": accounts.has_payment_password(web.actor(request)) if points.most and guarded else True,
    }


def _group(step: str, shop: str, found: list[CouponChoice]) -> Group:
    what = str(offer_words.STEPS[step])
    picks = [Pick(each.coupon_id, _words(each), each.used, bool(each.gives)) for each in found]
    return Group(f"{step}-{shop}", f"{shop} {what}".strip(), picks, sum(pick.usable for pick in picks))


def _words(choice: CouponChoice) -> str:
    if choice.gives:
        return _("%(name)s，减 %(amount)s") % {"name": choice.name, "amount": plain_money(choice.gives)}
    return _("%(name)s，%(why)s") % {"name": choice.name, "why": offer_words.why_not(choice.why, choice.lacks)}
