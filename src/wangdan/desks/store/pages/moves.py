"""What a buyer does to an order: each move has a page that says what it does to money and goods, and a form (D08.5, D12.8, D13.9)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from wangdan.accounts import queries as accounts
from wangdan.delivery import queries as delivery
from wangdan.desks import errors, order_parts, web
from wangdan.desks.store import hours
from wangdan.desks.store.pages.cart import whole
from wangdan.desks.store.pages.orders import order_of
from wangdan.desks.templatetags.wd import money
from wangdan.kernel import options
from wangdan.kernel.errors import NotSeen, Problem
from wangdan.orders import operations, queries
from wangdan.orders.models import Order
from wangdan.orders.rules import EXTEND_BY

CANCEL_REASONS = (
    gettext_lazy("不想要了"),
    gettext_lazy("买错了或买多了"),
    gettext_lazy("地址填错了"),
    gettext_lazy("等太久"),
    gettext_lazy("别处更便宜"),
)


@web.person_needed
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """A page that says what a move does to money and goods; its form makes the move."""
    order = order_of(request, no)
    if request.method == "POST":
        return _make(request, order, name)
    if name not in queries.moves(web.actor(request), order):
        messages.warning(request, _("订单的状态变了，现在不能这样做。"))
        return redirect(f"/me/orders/{no}")
    describe = {
        "cancel": _cancel_page,
        "confirm_receipt": _receipt_page,
        "change_address": _address_page,
        "change_slot": _slot_page,
        "extend_receipt": _extend_page,
        "hide": _hide_page,
    }.get(name)
    if describe is None:
        raise NotSeen
    return render(request, "store/move.html", {"no": order.no, "back_path": f"/me/orders/{order.no}", **describe(request, order)})


def _make(request: HttpRequest, order: Order, name: str) -> HttpResponse:
    """Make the move and go back to the order with a word about it."""
    done = {
        "cancel": _("订单已取消"),
        "confirm_receipt": _("已确认收货，交易完成"),
        "change_address": _("收货地址已修改"),
        "change_slot": _("送货时段已改"),
        "remind": _("已提醒店铺尽快发货"),
        "extend_receipt": _("收货时间已延长"),
        "hide": _("已从列表里拿掉"),
        "unhide": _("已放回列表"),
    }
    wanted: dict[str, dict[str, Any]] = {
        "cancel": {"reason": request.POST.get("reason", "")[:200]},
        "confirm_receipt": {},
        "change_address": {"address": whole(request.POST.get("address"))},
        "change_slot": {"slot": whole(request.POST["slot"]) if request.POST.get("slot") else None},
        **{plain: {} for plain in ("remind", "extend_receipt", "hide", "unhide")},
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
    return redirect("/me/orders" if name == "hide" else web.back(request, f"/me/orders/{order.no}"))


def _extend_page(request: HttpRequest, order: Order) -> dict[str, Any]:
    del request
    days = options.value(EXTEND_BY)
    until = f"{timezone.localtime(order.confirm_by):%Y-%m-%d %H:%M}" if order.confirm_by else ""
    return {
        "title": _("延长收货"),
        "effects": [
            ("clock", _("现在"), _("%(at)s 自动确认收货") % {"at": until}),
            ("calendar", _("延长后"), ngettext("再多 %(n)s 天，只能延一次", "再多 %(n)s 天，只能延一次", days) % {"n": days}),
        ],
        "button": _("延长收货"),
        "stay": _("不用了"),
    }


def _hide_page(request: HttpRequest, order: Order) -> dict[str, Any]:
    del request, order
    return {
        "title": _("从列表里拿掉"),
        "effects": [
            ("receipt", _("订单"), _("您的列表里不再显示，用订单号还能找到，也可以放回来")),
            ("building-store", _("店铺"), _("店铺和平台的记录不变，依法至少保存三年")),
        ],
        "button": _("拿掉"),
        "stay": _("留着"),
    }


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


def _slot_page(request: HttpRequest, order: Order) -> dict[str, Any]:
    del request
    held = delivery.slots_of([order.ref]).get(order.ref)
    return {
        "title": _("改送货时段"),
        "effects": [
            ("clock", _("现在"), order_parts.slot_text(order.ref) or _("不挑时间，尽快送")),
            ("calendar", _("改后"), _("原来的时段让给别人，新的立刻留给您；约了快递就不能改")),
            ("bell", _("通知"), _("店铺会收到消息")),
        ],
        "choose_hours": True,
        "slots": hours.days(order.destination, [order.shop_id], chosen=held.pk if held else None, own=True),
        "button": _("改成选中的时段"),
        "stay": _("不改"),
    }
