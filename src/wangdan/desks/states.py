"""What people read for a state, and the colour it wears: one table for every desk.

Colours: waiting amber, moving blue, done green, stopped grey, wrong red; always with the word.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WAITING, MOVING, DONE, STOPPED, WRONG = "waiting", "moving", "done", "stopped", "wrong"

STATES: dict[str, dict[str, tuple[object, str]]] = {
    "orders": {
        "awaiting_payment": (_("待付款"), WAITING),
        "in_audit": (_("待审核"), WAITING),
        "awaiting_acceptance": (_("待接单"), WAITING),
        "awaiting_shipment": (_("待发货"), WAITING),
        "partly_shipped": (_("部分发货"), MOVING),
        "shipped": (_("待收货"), MOVING),
        "delivered": (_("已签收"), DONE),
        "completed": (_("已完成"), DONE),
        "cancelled": (_("已取消"), STOPPED),
        "declined": (_("已拒单"), STOPPED),
        "ended": (_("已关闭"), STOPPED),
    },
    "parcels": {
        "planned": (_("待拣货"), WAITING),
        "picked": (_("待验货"), WAITING),
        "inspected": (_("待打包"), WAITING),
        "packed": (_("待交接"), WAITING),
        "handed_over": (_("运输中"), MOVING),
        "at_point": (_("待取货"), WAITING),
        "delivered": (_("已签收"), DONE),
        "refused": (_("拒收"), WRONG),
        "lost": (_("丢失"), WRONG),
        "returned": (_("已退回"), STOPPED),
        "called_off": (_("已撤销"), STOPPED),
    },
    "offers": {
        "running": (_("进行中"), DONE),
        "paused": (_("已暂停"), WAITING),
        "ended": (_("已结束"), STOPPED),
    },
    "parts": {
        "expected": (_("待支付"), WAITING),
        "captured": (_("已支付"), DONE),
        "partly_refunded": (_("部分退款"), MOVING),
        "refunded": (_("已退款"), STOPPED),
        "let_go": (pgettext_lazy("payment", "已关闭"), STOPPED),
    },
    "attempts": {
        "open": (_("等待付款"), WAITING),
        "captured": (_("已支付"), DONE),
        "failed": (_("付款失败"), WRONG),
        "closed": (pgettext_lazy("payment", "已关闭"), STOPPED),
    },
    "refunds": {
        "intended": (_("退款中"), MOVING),
        "unknown": (_("退款核对中"), WAITING),
        "done": (_("已退款"), DONE),
        "failed": (_("退款失败"), WRONG),
    },
    "approvals": {
        "open": (_("待复核"), WAITING),
        "approved": (_("已同意"), DONE),
        "rejected": (_("已驳回"), STOPPED),
        "moot": (pgettext_lazy("approval", "不用了"), STOPPED),
    },
    "tasks": {
        "open": (_("待处理"), WAITING),
        "claimed": (_("处理中"), MOVING),
        "done": (_("已办完"), DONE),
    },
    "waves": {
        "open": (_("待领取"), WAITING),
        "picking": (_("拣货中"), MOVING),
        "done": (pgettext_lazy("wave", "拣完了"), DONE),
    },
    "arrivals": {
        "announced": (_("待收货"), WAITING),
        "receiving": (_("收货中"), MOVING),
        "closed": (_("已收完"), DONE),
        "called_off": (_("已撤销"), STOPPED),
    },
    "counts": {
        "open": (_("待盘"), WAITING),
        "recount": (_("待复盘"), WRONG),
        "done": (_("已盘"), DONE),
    },
    "stock": {
        "low": (_("库存不足"), WAITING),
        "out": (_("卖完了"), WRONG),
    },
    "applications": {
        "submitted": (_("待审核"), WAITING),
        "rejected": (_("已退回修改"), WRONG),
        "withdrawn": (_("已撤回"), STOPPED),
        "approved": (_("已通过"), DONE),
        "due": (_("待核验"), WAITING),
        "overdue": (_("核验过期"), WRONG),
    },
    "sheets": {
        "faulty": (_("有错"), WRONG),
        "checked": (_("待写入"), WAITING),
        "waiting": (_("写入中"), MOVING),
        "done": (_("已写入"), DONE),
        "failed": (_("没有写成"), WRONG),
    },
    "products": {
        "draft": (_("草稿"), STOPPED),
        "on_sale": (_("在售"), DONE),
        "off_sale": (_("已下架"), STOPPED),
        "archived": (_("已归档"), STOPPED),
    },
}


def word(kind: str, status: str) -> str:
    """The word people read for a state, in the present language; the bare status where none is known."""
    found = STATES.get(kind, {}).get(status)
    return str(found[0]) if found else status


def colour(kind: str, status: str) -> str:
    """The colour class of a state: waiting, moving, done, stopped or wrong."""
    found = STATES.get(kind, {}).get(status)
    return found[1] if found else STOPPED
