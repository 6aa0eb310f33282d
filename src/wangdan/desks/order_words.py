"""What people read about an order: what happens next and by when, what it waits for and on whom, where it is in its life."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from wangdan.desks import moments
from wangdan.kernel import clock, options
from wangdan.orders import queries as orders
from wangdan.orders.models import Order
from wangdan.orders.queries import lateness
from wangdan.orders.rules import ACCEPT_WITHIN, AUDIT_WITHIN, CONFIRM_AFTER, SHOP_STEPS

STEPS: tuple[Any, ...] = (
    pgettext_lazy("step", "提交"),
    pgettext_lazy("step", "付款"),
    pgettext_lazy("step", "接单"),
    pgettext_lazy("step", "发货"),
    pgettext_lazy("step", "签收"),
    pgettext_lazy("step", "完成"),
)
"""The life of an order as its line of steps names it."""
STEPS_NOW: tuple[Any, ...] = (
    pgettext_lazy("step to do", "提交"),
    pgettext_lazy("step to do", "付款"),
    pgettext_lazy("step to do", "接单"),
    pgettext_lazy("step to do", "发货"),
    pgettext_lazy("step to do", "签收"),
    pgettext_lazy("step to do", "完成"),
)
"""The same as something to do, for the step the order is at."""


MARKS: dict[str, Any] = {
    "red": gettext_lazy("红旗"),
    "yellow": gettext_lazy("黄旗"),
    "green": gettext_lazy("绿旗"),
    "blue": gettext_lazy("蓝旗"),
    "purple": gettext_lazy("紫旗"),
}
"""Flags as people call them."""


@dataclass(frozen=True)
class Step:
    """One step of an order's life on its line: `css` is done, now, `now wait` or empty."""

    text: str
    small: str = ""
    css: str = ""

    @property
    def now(self) -> bool:
        """Whether the order is at this step."""
        return self.css.startswith("now")


@dataclass(frozen=True)
class Wait:
    """What an order waits for: one line, on whom and what follows, since and until when."""

    text: str
    on: str = ""
    state: str = "waiting"
    icon: str = "clock"
    due: datetime | None = None
    since: datetime | None = None


def method_word(method: str) -> str:
    """How an order is paid, in words."""
    return {"sandbox": _("在线支付"), "bank_transfer": _("银行转账"), "cod": _("货到付款")}.get(method, method)


_REASONS: dict[str, Any] = {
    "not_paid_in_time": gettext_lazy("超过付款时间"),
    "not_accepted_in_time": gettext_lazy("店铺没有在时限内接单"),
    "not_shipped_in_time": gettext_lazy("店铺没有在时限内发货"),
    "let_go": gettext_lazy("订单取消或拒单"),
    "order_closed": gettext_lazy("订单结束后才到账"),
    "paid_too_much": gettext_lazy("多付的钱"),
    "refused_at_the_door": gettext_lazy("拒收退回"),
    "not_passed": gettext_lazy("没有通过核对"),
    "order_changed": gettext_lazy("改单退差价"),
}


def reason_word(reason: str) -> str:
    """Why an order ended: what a person wrote, or the system's own reason in words."""
    return str(_REASONS.get(reason, reason))


def due_of(order: Order) -> tuple[datetime | None, datetime | None]:
    """Until when the next step should be done and since when it waits; the shop's two limits are options."""
    if order.status == "awaiting_payment":
        return order.pay_by, order.placed_at
    if order.status == "in_audit":
        since = order.paid_at or order.placed_at
        return since + timedelta(minutes=options.value(AUDIT_WITHIN)), since
    if order.status in SHOP_STEPS:
        since = lateness.since(order)
        return since + lateness.patience(SHOP_STEPS[order.status]).within, since
    if order.status in ("shipped", "delivered") and order.confirm_by:
        return order.confirm_by, order.delivered_at or order.shipped_at
    return None, None


def sentence(order: Order, parcels: Sequence[Any] = ()) -> str:
    """What happens next and by when, for the buyer (D15.7)."""
    if order.status == "awaiting_payment":
        if order.payment_method == "bank_transfer":
            return _("请在 %(at)s 前转账，财务核对到账后通知店铺。") % {"at": moments.exact(order.pay_by)[:16]}
        return _("请在 %(at)s 前付款，超时自动取消，货放回货架。") % {"at": moments.exact(order.pay_by)[:16]}
    if order.status == "in_audit":
        paid = _("已付款。") if order.paid_at else ""
        return paid + _("订单信息正在核对，核对好店铺就接单；需要时客服会联系您。")
    if order.status == "awaiting_acceptance":
        paid = _("货到付款，签收时把钱给快递员。") if order.payment_method == "cod" else _("已付款。")
        return paid + (_late(order) or _("店铺会在 %(hours)s 小时内接单。") % {"hours": options.value(ACCEPT_WITHIN)} + _forfeit(order))
    if order.status == "awaiting_shipment":
        told = _("店铺已接单，仓库正在拣货、验货、打包，%(day)s前发出。") % {"day": moments.day(due_of(order)[0])}
        return _late(order) or told + _forfeit(order)
    if order.status in ("partly_shipped", "shipped"):
        return _on_the_way(parcels)
    if order.status == "delivered":
        return _("都已签收。没有问题请确认收货；%(day)s自动完成。") % {"day": moments.day(order.confirm_by)}
    return _over(order)


def _forfeit(order: Order) -> str:
    """What happens by itself when the shop does nothing."""
    over_at = orders.over_at(order)
    if over_at is None:
        return ""
    words = _("到 %(at)s 仍没有接单，自动取消。") if order.status == "awaiting_acceptance" else _("到 %(at)s 仍没有发货，自动取消。")
    return words % {"at": moments.exact(over_at)[:16]} + (_("付过的钱原路退回。") if order.paid_at else "")


def _late(order: Order) -> str:
    """The shop's time is over: what is done about it, for the buyer; "" while there is time."""
    due, _since = due_of(order)
    if due is None or due > clock.now():
        return ""
    words = _("店铺超过了接单的时限，平台已在催。") if order.status == "awaiting_acceptance" else _("店铺超过了发货的时限，平台已在催。")
    return words + _forfeit(order)


def _on_the_way(parcels: Sequence[Any]) -> str:
    """Each parcel with what is known of it."""
    told = []
    for place, parcel in enumerate(parcels, start=1):
        name = _("包裹 %(n)s ") % {"n": place} if len(parcels) > 1 else pgettext("in a sentence", "包裹")
        if parcel.status == "handed_over":
            text = _("%(name)s在路上") % {"name": name}
            if parcel.eta:
                text = _("%(name)s预计 %(day)s 送到") % {"name": name, "day": moments.day(parcel.eta)}
        elif parcel.status == "delivered":
            text = _("%(name)s已签收") % {"name": name}
        elif parcel.status in ("refused", "returned", "lost"):
            text = _("%(name)s没有送到，客服在处理") % {"name": name}
        else:
            text = _("%(name)s还在准备") % {"name": name}
        told.append(text)
    days = options.value(CONFIRM_AFTER)
    return _("，").join(told) + _("。") + _("全部签收后 %(days)s 天自动完成。") % {"days": days} if told else _("包裹在路上。")


def _over(order: Order) -> str:
    """What became of an order that is closed, and of its money."""
    if order.status == "completed":
        return _("交易完成，谢谢。")
    back = _("付过的钱原路退回。") if order.paid_at else _("没有扣款。")
    why = reason_word(order.reason)
    if order.reason == "not_passed":
        return _("订单没有通过核对，已关闭。") + back
    if order.status == "declined":
        return _("店铺没能接这一单：%(why)s。") % {"why": why} + back
    if order.status == "cancelled":
        return (_("订单已取消：%(why)s。") % {"why": why} if why else _("订单已取消。")) + back
    return _("没有人收货或已全部退款，订单关闭。") + back


def wait(order: Order, parcels: Sequence[Any] = ()) -> Wait | None:
    """Why the order waits and on whom, for the desks; None when nothing is to be done."""
    due, since = due_of(order)
    shop = order.shop.name
    if order.status == "awaiting_payment":
        if order.payment_method == "bank_transfer":
            return Wait(_("银行转账，等到账核对"), _("财务在“对账”里认款后，订单进入待接单。"), "waiting", "building-bank", due, since)
        return Wait(_("等买家付款"), _("超时自动取消，留的货放回货架。"), "waiting", "clock", due, since)
    if order.status == "in_audit":
        return Wait(_("等平台审核"), _("审核通过后店铺才能接单；不通过就退款，留的货放回货架。"), "waiting", "shield-check", due, since)
    if order.status == "awaiting_acceptance":
        on = _("%(shop)s 要核对库存后接单；不能供货就拒单，钱自动退回。") % {"shop": shop}
        return Wait(_("等店铺接单"), on, "waiting", "clock-exclamation", due, since)
    if order.status in ("awaiting_shipment", "partly_shipped"):
        open_ones = [parcel for parcel in parcels if parcel.status in ("planned", "picked", "inspected", "packed")]
        on = _("还有 %(n)s 个包裹在仓库：拣货、验货、打包、交给快递。") % {"n": len(open_ones)} if open_ones else ""
        return Wait(_("等仓库发货"), on, "waiting", "building-warehouse", due, since)
    if order.status == "shipped":
        return Wait(_("快递派送中"), sentence(order, parcels), "moving", "truck", due, since)
    if order.status == "delivered":
        return Wait(_("等买家确认收货"), _("买家不操作，到期自动完成。"), "done", "circle-check", due, since)
    if order.status in ("cancelled", "declined", "ended"):
        return Wait(sentence(order), "", "stopped", "ban")
    return None


_WAITS: dict[str, Any] = {
    "awaiting_payment": gettext_lazy("等买家付款"),
    "in_audit": gettext_lazy("等平台审核"),
    "awaiting_acceptance": gettext_lazy("等店铺接单"),
    "awaiting_shipment": gettext_lazy("等仓库发货"),
    "partly_shipped": gettext_lazy("还有包裹没发"),
    "shipped": gettext_lazy("快递派送中"),
    "delivered": gettext_lazy("等买家确认收货"),
    "completed": gettext_lazy("无待办"),
    "cancelled": gettext_lazy("已取消：%(why)s"),
    "declined": gettext_lazy("店铺拒单：%(why)s"),
    "ended": gettext_lazy("没有人收货或已全部退款"),
}


_OWN: dict[str, Any] = {
    "awaiting_payment": gettext_lazy("等您付款"),
    "delivered": gettext_lazy("等您确认收货"),
    "completed": gettext_lazy("交易完成"),
}
"""What its buyer reads instead."""


def waits_short(order: Order, *, own: bool = False) -> str:
    """The same in a few words, for a row of a list; `own` is what its buyer reads."""
    if order.status == "awaiting_payment" and order.payment_method == "bank_transfer":
        return _("银行转账，等到账核对")
    if order.reason == "not_passed":
        return reason_word(order.reason)
    text = str((_WAITS | _OWN if own else _WAITS).get(order.status, ""))
    return text % {"why": reason_word(order.reason) or _("没有写原因")} if order.status in ("cancelled", "declined") else text


_LATER = {"in_audit": 2, "awaiting_acceptance": 2, "awaiting_shipment": 3, "partly_shipped": 4, "shipped": 4, "delivered": 5, "completed": 6}


def steps(order: Order, parcels: Sequence[Any] = ()) -> list[Step]:
    """The life of the order as a line of steps (D15.7); none for one that was called off before it was paid."""
    cash = order.payment_method == "cod"
    at = _LATER.get(order.status, 1)
    if order.status in ("cancelled", "declined", "ended"):
        return _ended_steps(order)
    names = [str(each) for each in STEPS]
    times = [order.placed_at, order.paid_at, order.accepted_at, order.shipped_at, order.delivered_at, order.completed_at]
    if cash:
        del names[1], times[1]
        at -= 1
    made = []
    for place, (name, moment) in enumerate(zip(names, times, strict=True)):
        if place < at:
            made.append(Step(name, moments.short(moment) if moment else "", "done"))
        elif place == at:
            made.append(_step_now(order, parcels))
        else:
            made.append(Step(name))
    return made


def _step_now(order: Order, parcels: Sequence[Any]) -> Step:
    name = str(STEPS_NOW[_LATER.get(order.status, 1)])
    waiting = order.status in ("awaiting_payment", "in_audit", "awaiting_acceptance", "awaiting_shipment")
    words = {
        "awaiting_payment": _("等付款"),
        "in_audit": _("核对中"),
        "awaiting_acceptance": _("等接单"),
        "awaiting_shipment": _("备货中"),
        "partly_shipped": _("部分发货"),
        "shipped": _("运输中"),
    }
    small = words.get(order.status, "")
    etas = [parcel.eta for parcel in parcels if parcel.status == "handed_over" and parcel.eta]
    if order.status == "shipped" and etas:
        small = _("约 %(day)s") % {"day": moments.short(max(etas))}
    return Step(name, small, "now wait" if waiting else "now")


def _ended_steps(order: Order) -> list[Step]:
    times = (order.placed_at, order.paid_at, order.accepted_at, order.shipped_at)
    done = [Step(str(name), moments.short(moment), "done") for name, moment in zip(STEPS, times, strict=False) if moment]
    last = {"cancelled": _("已取消"), "declined": _("已拒单"), "ended": _("已关闭")}[order.status]
    return [*done, Step(last, moments.short(order.closed_at) if order.closed_at else "", "now")]
