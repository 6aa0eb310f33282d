"""Moves of an order on a desk: a page that says what each does to money and goods, and the form that makes it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wangdan.desks import errors, order_words, web
from wangdan.desks.order_parts import Action
from wangdan.desks.templatetags.wd import money
from wangdan.kernel.errors import NotSeen, Problem
from wangdan.orders import operations, queries
from wangdan.orders.models import Order

DECLINE_REASONS = (gettext_lazy("库存不足"), gettext_lazy("规格停产"), gettext_lazy("价格标错"), gettext_lazy("收货地送不到"))
CANCEL_REASONS = (gettext_lazy("买家要求取消"), gettext_lazy("联系不上买家"), gettext_lazy("商品有问题，不能发"), gettext_lazy("重复下单"))


def actions(request: HttpRequest, order: Order, base: str) -> list[Action]:
    """The buttons of an order's page: the next step first and filled, dangerous ones behind a page."""
    moves = queries.moves(web.actor(request), order)
    made = []
    if "accept" in moves:
        made.append(Action(_("接单"), f"{base}/{order.no}/accept", "btn-primary", post=True))
    if "remind" in moves:
        made.append(Action(_("催店铺"), f"{base}/{order.no}/remind", "btn-plain" if made else "btn-primary", post=True))
    if "edit" in moves and base.startswith("/office"):
        made.append(Action(_("改单"), f"{base}/{order.no}/edit", "btn-plain"))
    if "decline" in moves:
        made.append(Action(_("拒单"), f"{base}/{order.no}/decline", "btn-danger-plain"))
    if "cancel" in moves:
        made.append(Action(_("取消订单"), f"{base}/{order.no}/cancel", "btn-plain"))
    return made


def marks(request: HttpRequest, order: Order) -> list[tuple[str, str]]:
    """The flags that may be put on the order; none for whom it is not."""
    return [(key, str(word)) for key, word in order_words.MARKS.items()] if "mark" in queries.moves(web.actor(request), order) else []


def accept(request: HttpRequest, order: Order, back: str) -> HttpResponse:
    """Take the order; go back to where the button was."""
    if web.attempt(request, operations.accept, order.no):
        messages.success(request, _("已接单 %(no)s，仓库开始备货") % {"no": order.no})
    return redirect(web.back(request, back))


def confirm(request: HttpRequest, order: Order, name: str, base: str, room: str) -> HttpResponse:
    """The page of a dangerous move and its form; refusals come back as a note on the order's page."""
    here = f"{base}/{order.no}"
    if name in ("mark", "remind") and request.method == "POST":
        return _note(request, order, name, here)
    if name not in ("decline", "cancel"):
        raise NotSeen
    if request.method == "POST":
        reason = _("：").join(part for part in (request.POST.get("reason", "").strip(), request.POST.get("more", "").strip()) if part)[:200]
        try:
            getattr(operations, name)(web.caller(request), order.no, reason=reason)
            messages.success(request, _("已拒单，钱和货都已放回") if name == "decline" else _("订单已取消，钱和货都已放回"))
        except NotSeen:
            raise
        except Problem as problem:
            messages.error(request, errors.text(problem.code, problem.detail))
        return redirect(here)
    if name not in queries.moves(web.actor(request), order):
        messages.warning(request, _("订单的状态变了，现在不能这样做。"))
        return redirect(here)
    return render(request, "desk/move.html", {"no": order.no, "room": room, "back_path": here, **_words(request, order, name)})


def _note(request: HttpRequest, order: Order, name: str, here: str) -> HttpResponse:
    """A flag with a remark, or a reminder: nothing of money or goods, so nothing is asked first."""
    if name == "remind":
        if web.attempt(request, operations.remind, order.no):
            messages.success(request, _("已催店铺，它会收到站内信和邮件"))
    elif web.attempt(request, operations.mark, order.no, mark=request.POST.get("mark", ""), remark=request.POST.get("remark", "")):
        messages.success(request, _("旗标和备注已保存"))
    return redirect(here)


def _words(request: HttpRequest, order: Order, name: str) -> dict[str, Any]:
    [effect] = queries.effects(web.actor(request), [order], name)
    back = _("退 %(amount)s 到买家的原支付方式，1–3 个工作日") % {"amount": money(effect.back)} if effect.back else _("买家还没有付款，不涉及退款")
    freed = ngettext("留的 %(n)s 件货立刻放回货架，别人可以买", "留的 %(n)s 件货立刻放回货架，别人可以买", effect.freed) % {"n": effect.freed}
    effects = [
        ("coin", _("钱"), back),
        ("packages", _("货"), freed),
        ("bell", _("通知"), _("买家收到站内信、短信，写明原因")),
    ]
    decline = name == "decline"
    return {
        "title": _("拒单") if decline else _("取消订单"),
        "effects": effects,
        "reasons": [str(reason) for reason in (DECLINE_REASONS if decline else CANCEL_REASONS)],
        "button": _("拒单并退款") if decline and order.paid_at else _("拒单") if decline else _("取消订单"),
        "stay": _("返回，不操作"),
        "danger": True,
    }
