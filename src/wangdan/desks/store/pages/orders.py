"""A buyer's orders: the list with counts, one order with all that is known of it, and what he may do (D03.11, D05.7, D15.7)."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from wangdan.checkout import operations as checkout
from wangdan.delivery import queries as delivery
from wangdan.desks import keyset, order_filters, order_parts, order_words, web
from wangdan.desks.order_parts import Action
from wangdan.kernel.errors import NotSeen
from wangdan.notices import queries as notices
from wangdan.orders import operations, queries
from wangdan.orders.models import Line, Order
from wangdan.orders.queries import Filters
from wangdan.orders.rules import CLOSED
from wangdan.promotions import queries as promotions
from wangdan.shops import queries as shops

TABS: tuple[tuple[str, Any, tuple[str, ...], str], ...] = (
    ("", gettext_lazy("全部"), (), "receipt"),
    ("awaiting_payment", gettext_lazy("待付款"), ("awaiting_payment",), "wallet"),
    ("to_ship", gettext_lazy("待发货"), ("in_audit", "awaiting_acceptance", "awaiting_shipment"), "package"),
    ("to_receive", gettext_lazy("待收货"), ("partly_shipped", "shipped", "delivered"), "truck"),
    ("completed", gettext_lazy("已完成"), ("completed",), "circle-check"),
    ("closed", gettext_lazy("已关闭"), ("cancelled", "declined", "ended"), "ban"),
)
"""Key, words, states and icon of each tab."""
_HIDDEN = "hidden"
_SPANS = ((30, gettext_lazy("近 30 天")), (90, gettext_lazy("近 3 个月")), (365, gettext_lazy("近一年")))
"""Days and words of the time ranges one tap away."""
_URGENT = ("awaiting_payment", "to_ship", "to_receive")


@dataclass(frozen=True)
class Tab:
    """A tab with its count."""

    text: str
    count: int
    path: str
    icon: str
    on: bool = False
    urgent: bool = False


def mine(request: HttpRequest) -> Any:
    """The buyer's own orders, whatever else he may see."""
    actor = web.actor(request)
    return Order.visible_to(actor).filter(buyer_id=actor.id or 0)


def counts(request: HttpRequest) -> dict[str, int]:
    """How many orders the urgent tabs have, up to 99, in one statement."""
    wanted = {key: Filters(seat="buyer", status=states) for key, _text, states, _icon in TABS if key in _URGENT}
    return queries.counts(web.actor(request), wanted, most=99)


def tabs(request: HttpRequest, present: str | None) -> list[Tab]:
    """The tabs with counts where something waits."""
    counted = counts(request)
    return [
        Tab(
            text=str(text),
            count=counted.get(key, 0) if key in _URGENT else 0,
            path=f"/me/orders?tab={key}" if key else "/me/orders",
            icon=icon,
            on=key == present,
            urgent=key == _URGENT[0],
        )
        for key, text, _states, icon in TABS
    ]


@web.person_needed
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The buyer's own page: orders with counts, addresses, messages, the desks he works at."""
    offers = promotions.coupon_counts(web.actor(request))
    links = [
        ("/me/addresses", _("收货地址"), "map-pin", 0),
        ("/me/coupons", _("优惠券"), "ticket", offers["available"]),
        ("/me/points", _("积分与等级"), "coin", 0),
        ("/me/messages", _("消息"), "bell", notices.unread(web.actor(request))),
        ("/me/profile", _("账号与资料"), "user-circle", 0),
        ("/cart", _("购物车"), "shopping-cart", 0),
        ("/apply", _("我要开店"), "building-store", 0),
    ]
    invited = len(shops.invitations(web.actor(request)))
    if invited:
        links.insert(0, ("/me/invitations", _("店铺邀请"), "user", invited))
    return render(request, "store/me.html", {"tabs": tabs(request, None)[1:], "links": links})


def _filtered(request: HttpRequest) -> Any:
    """The buyer's orders by tab, number or goods, and days (D05.7)."""
    tab = request.GET.get("tab", "")
    states = next((states for key, _text, states, _icon in TABS if key == tab), ())
    said = {name: request.GET.get(name, "") for name in ("q", "from", "to")}
    wanted = order_filters.read(said, seat="buyer").filters
    found = queries.find(web.actor(request), replace(wanted, status=states))
    return found if said["q"] else found.filter(hidden=tab == _HIDDEN)


@web.person_needed
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The orders, newest first, each with its next action."""
    page = keyset.page(_filtered(request), request.GET.get("cursor", ""), 10, by="placed_at")
    lines: dict[int, list[Line]] = {}
    for line in Line.objects.filter(order__in=[order.pk for order in page.rows]).select_related("picture").order_by("order_id", "position"):
        lines.setdefault(line.order_id, []).append(line)
    context = {
        "tabs": tabs(request, request.GET.get("tab", "")),
        "cards": [_card(request, order, lines.get(order.pk, [])) for order in page.rows],
        "next": page.next,
        "q": request.GET.get("q", "")[:80],
        "day_from": request.GET.get("from", "")[:10],
        "day_to": request.GET.get("to", "")[:10],
        "filtered": any(request.GET.get(name) for name in ("q", "from", "to")),
        "spans": [(text, f"/me/orders?from={timezone.localdate() - dt.timedelta(days=days)}") for days, text in _SPANS],
        "hidden": request.GET.get("tab") == _HIDDEN,
        "any_hidden": mine(request).filter(hidden=True).exists(),
    }
    return render(request, "store/orders.html", context)


def _card(request: HttpRequest, order: Order, lines: list[Line]) -> dict[str, Any]:
    buttons = actions(request, order)
    return {
        "no": order.no,
        "shop": order.shop.name,
        "own": order.shop.own,
        "status": order.status,
        "lines": [order_parts.line_view(line) for line in lines[:3]],
        "pieces": sum(line.quantity for line in lines),
        "total": order.total,
        "sentence": order_words.waits_short(order, own=True),
        "actions": [replace(each, css="btn-quiet") if each.css == "btn-primary" else each for each in buttons[-2:]],
    }


def actions(request: HttpRequest, order: Order) -> list[Action]:
    """What the buyer may do now, the next step last and filled; from the life of the order and his grants."""
    open_moves = queries.moves(web.actor(request), order)
    base = f"/me/orders/{order.no}"
    made = []
    if "cancel" in open_moves:
        made.append(Action(_("取消订单"), f"{base}/cancel"))
    if order.status == "awaiting_payment":
        made.append(Action(_("去付款"), f"{base}/pay", "btn-primary"))
    if "extend_receipt" in open_moves:
        made.append(Action(_("延长收货"), f"{base}/extend_receipt"))
    if order.status in ("partly_shipped", "shipped", "delivered"):
        made.append(Action(_("查看物流"), f"{base}#parcels"))
    if "remind" in open_moves:
        made.append(Action(_("催发货"), f"{base}/remind", "btn-quiet", post=True))
    if "confirm_receipt" in open_moves:
        made.append(Action(_("确认收货"), f"{base}/confirm_receipt", "btn-primary"))
    if "unhide" in open_moves:
        made.append(Action(_("放回列表"), f"{base}/unhide", post=True))
    if order.status in CLOSED:
        made.append(Action(_("再次购买"), f"{base}/again", "btn-quiet", post=True))
    return made


def order_of(request: HttpRequest, no: str) -> Order:
    """The buyer's own order of that number. Refuses with 404."""
    found: Order | None = mine(request).filter(no=no).select_related("shop", "purchase", "pickup_point").first()
    if found is None:
        raise NotSeen
    return found


@web.person_needed
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """One order: its state and what comes next, its parcels' way, address, goods, money, numbers (D01.9, D03.11, D12.7)."""
    order = order_of(request, no)
    context = order_parts.facts(order, mine(request))
    parcels = context["parcels"]
    shown = next((parcel for parcel in parcels if parcel.no == request.GET.get("parcel")), parcels[0] if parcels else None)
    if shown:
        shown.on = True
    moves = queries.moves(web.actor(request), order)
    context |= {
        "sentence": order_words.sentence(order, parcels),
        "actions": [each for each in actions(request, order) if "#" not in each.path],
        "shown": shown,
        "pickup": order.pickup_point,
        "change_address": f"/me/orders/{no}/change_address" if "change_address" in moves else "",
        "change_slot": f"/me/orders/{no}/change_slot" if "change_slot" in moves and _may_choose_hours(order, context["slot_text"]) else "",
        "hide": f"/me/orders/{no}/hide" if "hide" in moves else "",
        "asked": queries.auditing.asked(web.actor(request), order),
        "paid_text": _paid(order),
        "times": [(text, moment) for text, moment in _times(order) if moment],
    }
    return render(request, "store/order.html", context)


def _may_choose_hours(order: Order, present: str) -> bool:
    """Whether there are hours to choose, or some to give up."""
    return bool(present) or delivery.open_slots(order.destination, [order.shop_id]).exists()


def _paid(order: Order) -> str:
    method = order_words.method_word(order.payment_method)
    if order.paid_at:
        return _("%(method)s，%(at)s 付款") % {"method": method, "at": f"{timezone.localtime(order.paid_at):%Y-%m-%d %H:%M}"}
    return _("%(method)s，还没有付款") % {"method": method} if order.status == "awaiting_payment" else method


def _times(order: Order) -> list[tuple[str, dt.datetime | None]]:
    return [
        (pgettext("step", "提交"), order.placed_at),
        (pgettext("step", "付款"), order.paid_at),
        (pgettext("step", "接单"), order.accepted_at),
        (pgettext("step", "发货"), order.shipped_at),
        (pgettext("step", "签收"), order.delivered_at),
        (pgettext("step", "结束"), order.closed_at),
    ]


@web.person_needed
@require_POST
def confirm_details(request: HttpRequest, no: str) -> HttpResponse:
    """The buyer says that everything is as he wants it (D04.2)."""
    if web.attempt(request, operations.confirm_details, no):
        messages.success(request, _("谢谢，我们接着核对"))
    return redirect(f"/me/orders/{no}")


@web.person_needed
@require_safe
def pay(request: HttpRequest, no: str) -> HttpResponse:
    """To the payment of the order."""
    part = order_parts.part_of(order_of(request, no))
    return redirect(f"/pay/{part.payment.no}" if part else f"/me/orders/{no}")


@web.person_needed
@require_POST
def again(request: HttpRequest, no: str) -> HttpResponse:
    """The goods of an order go into the cart once more; what is not sold any more is named (D05.7)."""
    wanted = len(order_parts.lines_of(order_of(request, no)))
    came = web.attempt(request, checkout.add_again, order=no)
    if came is None:
        return redirect(f"/me/orders/{no}")
    if came < wanted:
        messages.warning(
            request,
            ngettext("有 %(n)s 种商品已经买不到了，其余已放进购物车", "有 %(n)s 种商品已经买不到了，其余已放进购物车", wanted - came)
            % {"n": wanted - came},
        )
    else:
        messages.success(request, _("已放进购物车"))
    return redirect("/cart")
