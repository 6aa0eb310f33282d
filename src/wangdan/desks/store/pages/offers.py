"""Coupons and points: the coupon centre, one's coupons by tab, one's points and level with how they came about (D16.3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import keyset, offer_words, web
from wangdan.desks.templatetags.wd import grouped
from wangdan.kernel import options
from wangdan.promotions import operations, queries
from wangdan.promotions.models import Coupon
from wangdan.promotions.rules.offers import POINTS_EARNED, POINTS_EXPIRE, POINTS_PER_YUAN

TABS: tuple[tuple[str, Any], ...] = (("available", gettext_lazy("可使用")), ("used", gettext_lazy("已使用")), ("expired", gettext_lazy("已过期")))
REASONS: dict[str, Any] = {
    "points_earned": gettext_lazy("确认收货，得积分"),
    "points_spent": gettext_lazy("下单抵扣"),
    "points_back": gettext_lazy("订单取消或退款，退回"),
    "points_taken": gettext_lazy("订单退款，收回"),
    "points_granted": gettext_lazy("平台赠送"),
    "points_lapsed": gettext_lazy("过期"),
}


@require_safe
def centre(request: HttpRequest) -> HttpResponse:
    """What can be claimed now: everybody sees it, claiming needs an account."""
    page = keyset.page(queries.centre(), request.GET.get("cursor", ""))
    had = queries.had(web.actor(request), page.rows)
    rows = [
        {
            "offer": offer,
            "giver": offer_words.giver(offer),
            "benefit": offer_words.benefit(offer),
            "scope": offer_words.scope(offer),
            "until": offer_words.until(offer),
            "left": offer.most - offer.claimed if offer.most else None,
            "had": had.get(offer.pk, 0) >= offer.per_person,
        }
        for offer in page.rows
    ]
    return render(request, "store/coupons.html", {"rows": rows, "next": page.next, "back": web.back(request, ""), "here": request.get_full_path()})


@web.person_needed
@require_POST
def claim(request: HttpRequest, number: int) -> HttpResponse:
    """Take one from the page."""
    if web.attempt(request, operations.claim, offer=number):
        messages.success(request, _("领到了，下单时会自动选上"))
    return redirect(web.back(request, "/coupons"))


@web.person_needed
@require_POST
def by_code(request: HttpRequest) -> HttpResponse:
    """Take one by its code."""
    if web.attempt(request, operations.claim, code=request.POST.get("code", "")[:20]):
        messages.success(request, _("领到了，下单时会自动选上"))
    return redirect(web.back(request, "/me/coupons"))


@web.person_needed
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own coupons by tab."""
    actor = web.actor(request)
    tab = next((key for key, _text in TABS if key == request.GET.get("tab")), TABS[0][0])
    counted = queries.coupon_counts(actor)
    page = keyset.page(queries.coupons(actor, tab), request.GET.get("cursor", ""))
    context = {
        "tabs": [{"text": text, "count": counted[key], "path": f"/me/coupons?tab={key}", "on": key == tab} for key, text in TABS],
        "tab": tab,
        "rows": [_row(coupon) for coupon in page.rows],
        "next": page.next,
    }
    return render(request, "store/my_coupons.html", context)


def _row(coupon: Coupon) -> dict[str, Any]:
    offer = coupon.offer
    return {
        "coupon": coupon,
        "offer": offer,
        "giver": offer_words.giver(offer),
        "benefit": offer_words.benefit(offer),
        "scope": offer_words.scope(offer),
        "path": f"/search?shop={offer.shop_id}" if offer.shop_id else "/",
    }


@web.person_needed
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """Balance, what will be over at the end of the year, the level with the way to the next, and every movement (D16.3)."""
    actor = web.actor(request)
    account = queries.points_account(actor.id or 0)
    page = keyset.page(queries.points_history(actor), request.GET.get("cursor", ""))
    rows = [
        {
            "at": row.at,
            "text": REASONS.get(row.code, row.code),
            "delta": row.amount if row.debit == account else -row.amount,
            "no": row.ref.partition(":")[2] if row.ref.startswith("orders:") else "",
            "shown": grouped(row.ref.partition(":")[2]),
        }
        for row in page.rows
    ]
    context = {
        "balance": queries.points(actor),
        "lapsing": queries.points_lapsing(actor) if options.value(POINTS_EXPIRE) else 0,
        "per_yuan": options.value(POINTS_PER_YUAN),
        "earned": options.value(POINTS_EARNED),
        "standing": queries.membership(actor),
        "levels": queries.levels(),
        "rows": rows,
        "next": page.next,
    }
    return render(request, "store/points.html", context)


def shown(actor: Any, item: Any) -> dict[str, Any]:
    """What works for an item: reductions in words, and the coupons of it that can be claimed; for the product's page."""
    found: list[Any] = queries.fitting(actor, item)
    return {
        "reductions": [offer_words.benefit(offer) for offer in found if offer.way == "reduction"],
        "coupons": [
            {
                "id": offer.pk,
                "benefit": offer_words.benefit(offer),
                "name": offer.name,
                "giver": offer_words.giver(offer),
                "until": offer_words.until(offer),
            }
            | {"had": offer.had >= offer.per_person}
            for offer in found
            if offer.way == "coupon"
        ],
    }
