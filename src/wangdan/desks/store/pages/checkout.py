"""The checkout: address, hand-over, payment method, sums that explain themselves, and the placing (D01.4–6, D03.6–9)."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from wangdan.accounts import queries as accounts
from wangdan.checkout import queries
from wangdan.checkout.rules import Asked, Wish
from wangdan.delivery import queries as delivery
from wangdan.desks import errors, order_money, placing, web
from wangdan.desks.store import device, hours
from wangdan.desks.store.pages import discounts
from wangdan.desks.store.pages.account import secret
from wangdan.desks.store.pages.cart import whole
from wangdan.kernel import options
from wangdan.kernel.act import Call
from wangdan.kernel.errors import NotSeen, Problem
from wangdan.orders.rules import METHODS, NOTE_LIMIT, PAY_WITHIN, PAYMENT_METHODS, TRANSFER_WITHIN
from wangdan.payments import queries as payments

_KEPT = ("sku", "quantity", "address", "delivery", "pickup_point", "payment_method", "note", "picked", "coupon", "points", "slot")
_DISCOUNTS = frozenset({"promotions.cannot_redeem", "promotions.coupon_idle", "promotions.points_short"})
"""Refusals that leave an order possible: without what was chosen."""


@dataclass(frozen=True)
class Choice:
    """A way to pay as a row: why it cannot be had now, or a word on what follows."""

    key: str
    icon: str
    text: str
    hint: str
    on: bool
    why_not: str = ""


@sensitive_post_parameters("payment_password")
@web.person_needed
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponseBase:
    """Show the checkout; a POST places the order, or asks for the sums anew when a choice changed."""
    if request.method != "POST":
        return device.marked(request, _page(request, request.GET))
    if request.POST.get("again"):
        return redirect(_here(request.POST))
    return _place(request)


def _asked(form: Any, address: Any) -> Asked:
    """What the form asks for."""
    sku = whole(form.get("sku"))
    wanted = form.get("delivery", "")
    return Asked(
        lines=(Wish(sku, whole(form.get("quantity"), 1)),) if sku else None,
        address=address.pk if address else 0,
        delivery=wanted if wanted in METHODS else "courier",
        pickup_point=whole(form.get("pickup_point")) or None,
        payment_method=form.get("payment_method", "") if form.get("payment_method") in PAYMENT_METHODS else "",
        note=form.get("note", "")[:NOTE_LIMIT],
        slot=whole(form.get("slot")) or None,
        **discounts.chosen(form),
    )


def _address(request: HttpRequest, form: Any) -> Any:
    """The address that was chosen, else the default; None when there is none yet."""
    actor, chosen = web.actor(request), whole(form.get("address"))
    if chosen:
        try:
            return accounts.address(actor, chosen)
        except NotSeen:
            return accounts.default_address(actor)
    return accounts.default_address(actor)


def _render_placed(placed: Any) -> dict[str, Any]:
    """What the answer to a placing keeps, also for a second click."""
    return {"payment": placed.payment.no, "method": placed.payment.method}


def _place(request: HttpRequest) -> HttpResponse:
    """Place the order; on refusal show what moved with everything as it was filled in."""
    address = _address(request, request.POST)
    if address is None:
        return redirect(_new_address(request.POST))
    asked = _asked(request.POST, address)
    expected = whole(request.POST.get("expected_total"))
    called = web.caller(request)
    try:
        call = Call(called.actor, called.key, _render_placed)
        shown, mark = secret(request, "payment_password"), device.hashed(request)
        placed: Any = placing.place(call, asked=asked, expected_total=expected, device=mark, secret=shown)
    except Problem as problem:
        return _refused(request, problem, expected)
    page = "/result" if placed["method"] == "cod" else ""
    return redirect(f"/pay/{placed['payment']}{page}")


def _refused(request: HttpRequest, problem: Problem, expected: int) -> HttpResponse:
    """The same page again: with the new sums, with what ran short, or with the text of the refusal."""
    locked = problem.code == "accounts.payment_password_wrong" and not problem.detail.get("left")
    extra: dict[str, Any] = {"refusal": errors.text("accounts.payment_password_locked" if locked else problem.code, problem.detail)}
    if problem.code.startswith("accounts.payment_password_"):
        extra["wrong_password"] = True
    if problem.code == "checkout.total_changed":
        extra = {"changed": expected}
    if problem.code == "inventory.cannot_hold":
        extra = {"short": _short(problem), "retry_path": _product_or_cart(request)}
    return _page(request, request.POST, extra, status=problem.status)


def _product_or_cart(request: HttpRequest) -> str:
    return "/cart" if not whole(request.POST.get("sku") or request.GET.get("sku")) else web.back(request, "/cart")


def _short(problem: Problem) -> list[dict[str, Any]]:
    """The SKUs that ran short, by name."""
    skus = problem.detail.get("skus", [])
    goods = queries.goods_of([entry["sku"] for entry in skus])
    return [
        {
            "title": f"{goods[entry['sku']].product.title} {goods[entry['sku']].label}",
            "available": entry.get("available", 0),
            "wanted": entry.get("wanted", 0),
        }
        for entry in skus
        if entry["sku"] in goods
    ]


def _here(form: Any, *without: str) -> str:
    kept = [(name, value) for name in _KEPT if name not in without for value in form.getlist(name) if value]
    return f"/checkout?{urlencode(kept)}" if kept else "/checkout"


def _new_address(form: Any) -> str:
    """The form for a new address, which comes back here."""
    return f"/me/addresses/new?{urlencode({'next': _here(form, 'address')})}"


def _page(request: HttpRequest, form: Any, extra: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """The page with today's sums."""
    address = _address(request, form)
    asked, quote, context = _asked(form, address), None, dict(extra or {})
    if address:
        try:
            quote = _quote(request, replace(asked, payment_method="", slot=None), context)
        except Problem as problem:
            if problem.code == "checkout.nothing_chosen":
                return redirect("/cart")
            if problem.code == "inventory.cannot_hold":
                context |= {"short": _short(problem), "retry_path": "/cart"}
            else:
                context.setdefault("refusal", errors.text(problem.code, problem.detail))
            status = max(status, problem.status)
    shops = [order.shop.id for order in quote.orders] if quote else []
    points = delivery.pickup_points(address.destination, shops) if address else []
    chosen = quote.pickup_point_id if quote else asked.pickup_point
    wanted = quote and asked.delivery == "courier"
    slots = hours.days(address.destination, shops, chosen=asked.slot, places=len(shops)) if wanted else []
    context |= {
        "address": address,
        "address_text": address.destination.line if address else "",
        "choose_address_path": f"/me/addresses?{urlencode({'choose': _here(form, 'address')})}",
        "new_address_path": _new_address(form),
        "quote": quote,
        "pieces": quote.pieces if quote else 0,
        "sum": order_money.of_quote(quote) if quote else None,
        "buy": {"sku": asked.lines[0].sku, "quantity": asked.lines[0].quantity} if asked.lines else None,
        "delivery": asked.delivery,
        "points": [{"id": point.pk, "name": point.name, "text": _point_text(point), "on": point.pk == chosen} for point in points],
        "no_pickup": "" if points else _no_pickup(address, shops),
        "slots": slots,
        "slot_text": hours.chosen(slots),
        "methods": _methods(quote, asked.payment_method),
        "note": asked.note,
        "promise": _promise(quote) if quote else "",
        "here": _here(form),
        "discounts": discounts.shown(request, quote) if quote else None,
    }
    return render(request, "store/checkout.html", context, status=status)


def _quote(request: HttpRequest, asked: Asked, context: dict[str, Any]) -> queries.Quote:
    """Today's sums; a coupon or points that cannot be used any more are left out, with a word about it."""
    try:
        return queries.prepare(web.actor(request), asked)
    except Problem as problem:
        if problem.code not in _DISCOUNTS:
            raise
        context.setdefault("refusal", errors.text(problem.code, problem.detail))
        return queries.prepare(web.actor(request), replace(asked, coupons=(), points=0))


def _point_text(point: Any) -> str:
    return "　".join(text for text in (f"{point.city}{point.district}{point.address}", point.hours) if text)


def _no_pickup(address: Any, shops: list[int]) -> str:
    """Why nothing can be fetched: where to is not known yet, goods of several shops, or no point is open."""
    if not address:
        return _("填好地址后，看附近有没有自提点。")
    if len(shops) > 1:
        return _("几家店的货不能一起自提；分开结算，就能用店铺自己的自提点。")
    return _("附近没有自提点，用快递送到家。")


def _promise(quote: Any) -> str:
    """What follows from submitting."""
    minutes = options.value(PAY_WITHIN)
    kept = _("提交后为您留货 %(minutes)s 分钟。") % {"minutes": minutes}
    orders = len(quote.orders)
    return kept + (_("拆成 %(n)s 个订单，一次付清。") % {"n": orders} if orders > 1 else "")


def _methods(quote: Any, chosen: str) -> list[Choice]:
    """The ways to pay with what each means; cash says why it cannot be had (D03.8, D04.3)."""
    why = queries.why_not_cash(quote) if quote else None
    why_not = {
        "pickup": _("自提不能货到付款"),
        "limit": _("单笔超过 %(limit)s 元，不支持") % {"limit": (why or {}).get("limit_yuan", "")},
        "region": _("这个地区不支持"),
    }.get(str((why or {}).get("reason", "")), "")
    on = payments.methods_on()
    chosen = chosen if chosen in on and not (chosen == "cod" and why_not) else next(iter(on), "")
    within, days = options.value(PAY_WITHIN), options.value(TRANSFER_WITHIN)
    choices = [
        Choice("sandbox", "qrcode", _("在线支付"), _("支付宝、微信支付、银行卡，%(n)s 分钟内付款") % {"n": within}, chosen == "sandbox"),
        Choice("bank_transfer", "building-bank", _("银行转账"), _("%(n)s 天内到账，货物先为您留着") % {"n": days}, chosen == "bank_transfer"),
        Choice("cod", "cash", _("货到付款"), _("签收时把钱交给快递员"), chosen == "cod", why_not),
    ]
    return [choice for choice in choices if choice.key in on]
