"""A buyer's orders: the list with counts, one order with all that is known of it, and what he may do (D03.11, D05.7, D15.7)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from wangdan.accounts import queries as accounts
from wangdan.desks import errors, keyset, order_parts, order_words, web
from wangdan.desks.order_parts import Action
from wangdan.desks.store.pages.cart import whole
from wangdan.desks.templatetags.wd import money
from wangdan.kernel import numbers
from wangdan.kernel.errors import NotSeen, Problem
from wangdan.notices import queries as notices
from wangdan.orders import operations, queries
from wangdan.orders.models import Line, Order
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
_URGENT = ("awaiting_payment", "to_ship", "to_receive")
CANCEL_REASONS = (
    gettext_lazy("不想要了"),
    gettext_lazy("买错了或买多了"),
    gettext_lazy("地址填错了"),
    gettext_lazy("等太久"),
    gettext_lazy("别处更便宜"),
)


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
    """How many orders each tab has, in one statement."""
    found = dict(mine(request).values_list("status").annotate(n=Count("pk")))
    return {key: sum(found.get(state, 0) for state in states) for key, _text, states, _icon in TABS if states}


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
    links = [
        ("/me/addresses", _("收货地址"), "map-pin", 0),
        ("/me/messages", _("消息"), "bell", notices.unread(web.actor(request))),
        ("/me/profile", _("账号与资料"), "user-circle", 0),
        ("/cart", _("购物车"), "shopping-cart", 0),
        ("/apply", _("我要开店"), "building-store", 0),
    ]
    invited = len(shops.invitations(web.actor(request)))
    if invited:
        links.insert(0, ("/me/invitations", _("店铺邀请"), "user", invited))
    return render(request, "store/me.html", {"tabs": tabs(request, None)[1:], "links": links})


def _day(text: str | None) -> dt.date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _filtered(request: HttpRequest) -> Any:
    """The buyer's orders by tab, number or goods, and days (D05.7)."""
    found = mine(request)
    states = next((states for key, _text, states, _icon in TABS if key == request.GET.get("tab", "")), ())
    if states:
        found = found.filter(status__in=states)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    if text:
        number = numbers.normalise(text)
        if numbers.is_number(number):
            found = found.filter(Q(no=number) | Q(purchase__no=number))
        else:
            found = found.filter(pk__in=Line.objects.filter(order__in=mine(request), title__icontains=text).values("order_id"))
    first, last = _day(request.GET.get("from")), _day(request.GET.get("to"))
    if first:
        found = found.filter(placed_at__gte=_midnight(first))
    if last and last < dt.date.max:
        found = found.filter(placed_at__lt=_midnight(last + dt.timedelta(days=1)))
    return found


@web.person_needed
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The orders, newest first, each with its next action."""
    page = keyset.page(_filtered(request).select_related("shop", "purchase"), request.GET.get("cursor", ""), 10)
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
        "sentence": order_words.waits_short(order),
        "actions": [Action(each.text, each.path, "btn-quiet" if each.css == "btn-primary" else each.css) for each in buttons[-2:]],
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
    if order.status in ("partly_shipped", "shipped", "delivered"):
        made.append(Action(_("查看物流"), f"{base}#parcels"))
    if "confirm_receipt" in open_moves:
        made.append(Action(_("确认收货"), f"{base}/confirm_receipt", "btn-primary"))
    if order.status in ("completed", "cancelled", "declined", "ended"):
        made.append(Action(_("再次购买"), f"{base}/again", "btn-quiet"))
    return made


def _order(request: HttpRequest, no: str) -> Order:
    found: Order | None = mine(request).filter(no=no).select_related("shop", "purchase", "pickup_point").first()
    if found is None:
        raise NotSeen
    return found


@web.person_needed
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """One order: its state and what comes next, its parcels' way, address, goods, money, numbers (D01.9, D03.11, D12.7)."""
    order = _order(request, no)
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
        "paid_text": _paid(order),
        "times": [(text, moment) for text, moment in _times(order) if moment],
    }
    return render(request, "store/order.html", context)


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
@require_safe
def pay(request: HttpRequest, no: str) -> HttpResponse:
    """To the payment of the order."""
    part = order_parts.part_of(_order(request, no))
    return redirect(f"/pay/{part.payment.no}" if part else f"/me/orders/{no}")


@web.person_needed
@require_safe
def again(request: HttpRequest, no: str) -> HttpResponse:
    """To the goods of an order that is over: the product's page, or the search for several."""
    lines = order_parts.lines_of(_order(request, no))
    return redirect(f"/p/{lines[0].product_id}?sku={lines[0].sku_id}#sku" if lines else "/")


@web.person_needed
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """A page that says what a move does to money and goods; its form makes the move."""
    order = _order(request, no)
    if request.method == "POST":
        return _make(request, order, name)
    if name not in queries.moves(web.actor(request), order):
        messages.warning(request, _("订单的状态变了，现在不能这样做。"))
        return redirect(f"/me/orders/{no}")
    describe = {"cancel": _cancel_page, "confirm_receipt": _receipt_page, "change_address": _address_page}.get(name)
    if describe is None:
        raise NotSeen
    return render(request, "store/move.html", {"no": order.no, "back_path": f"/me/orders/{order.no}", **describe(request, order)})


def _make(request: HttpRequest, order: Order, name: str) -> HttpResponse:
    """Make the move and go back to the order with a word about it."""
    done = {"cancel": _("订单已取消"), "confirm_receipt": _("已确认收货，交易完成"), "change_address": _("收货地址已修改")}
    wanted: dict[str, dict[str, Any]] = {
        "cancel": {"reason": request.POST.get("reason", "")[:200]},
        "confirm_receipt": {},
        "change_address": {"address": whole(request.POST.get("address"))},
    }
    if name not in wanted:
        raise NotSeen
    try:
        getattr(operations, name)(web.caller(request), order.no, **wanted[name])
        messages.success(request, done[name])
    except NotSeen:
        raise
    except Problem as problem:
        messages.error(request, errors.text(problem.code, problem.detail))
    return redirect(f"/me/orders/{order.no}")


def _cancel_page(request: HttpRequest, order: Order) -> dict[str, Any]:
    del request
    back = _("退 %(amount)s 到原支付方式，1–3 个工作日到账") % {"amount": money(order.total)} if order.paid_at else _("还没有付款，不会扣款")
    return {
        "title": _("取消订单"),
        "effects": [("coin", _("钱"), back), ("packages", _("货"), _("留给您的货放回货架，别人可以买")), ("bell", _("通知"), _("店铺会收到消息"))],
        "reasons": [str(reason) for reason in CANCEL_REASONS],
        "button": _("取消订单并退款") if order.paid_at else _("取消订单"),
        "stay": _("不取消"),
        "danger": True,
    }


def _receipt_page(request: HttpRequest, order: Order) -> dict[str, Any]:
    del request
    return {
        "title": _("确认收货"),
        "effects": [
            ("packages", _("货"), _("请先打开看过：型号、数量对，没有损坏")),
            ("coin", _("钱"), _("%(amount)s 结算给店铺") % {"amount": money(order.total)}),
            ("receipt", _("订单"), _("交易完成，不能再取消")),
        ],
        "button": _("已收到，确认收货"),
        "stay": _("还没收到"),
    }


def _address_page(request: HttpRequest, order: Order) -> dict[str, Any]:
    book = accounts.addresses(web.actor(request))
    return {
        "title": _("修改收货地址"),
        "effects": [
            ("map-pin", _("现在"), order.destination.line),
            ("coin", _("钱"), _("运费不变；新地址运费更高的不能改，可以取消重下")),
            ("packages", _("货"), _("发货前都能改，发出仓库不变")),
        ],
        "addresses": [{"id": each.pk, "name": each.name, "phone": each.phone, "text": each.destination.line} for each in book],
        "button": _("改成选中的地址"),
        "stay": _("不改"),
    }
