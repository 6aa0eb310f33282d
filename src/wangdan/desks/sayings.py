"""What the system says in words: saying → text in the reader's language, and our own stops on a parcel's way."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from wangdan.desks import order_words, risk_words
from wangdan.desks.templatetags import wd
from wangdan.fulfilment.models import Parcel, Track
from wangdan.kernel.sayings import PLAIN, Saying

TEXTS: dict[str, Any] = {
    PLAIN: "{text}",
    # ---- delivery, checkout: what freight is made of, why this carrier ----
    "delivery.first_fee": gettext_lazy("首重运费 {fee}"),
    "delivery.first_fee_waived": gettext_lazy("满 {over} 免首重运费"),
    "delivery.free_over": gettext_lazy("满 {over} 可免"),
    "delivery.pieces_waived": gettext_lazy("满 {pieces} 免首件运费"),
    "delivery.more_fee": gettext_lazy("超出 {units} {by}，加 {fee}"),
    "delivery.template": gettext_lazy("按“{name}”"),
    "delivery.together": gettext_lazy("合计 {fee}：首费取最高的一份，续费各算"),
    "delivery.not_served": gettext_lazy("不送{province}"),
    "delivery.goes_not_there": gettext_lazy("不送{province}"),
    "delivery.too_heavy": gettext_lazy("最重收 {heaviest}，这件 {grams}"),
    "delivery.takes_no_cash": gettext_lazy("不代收货款"),
    "delivery.by_province": gettext_lazy("按到{province}的价：{days}、{cost}"),
    "delivery.by_distance": gettext_lazy("{km}的价：{days}、{cost}"),
    "delivery.remote_fee": gettext_lazy("{province}偏远加收 {fee}"),
    "checkout.fetched": gettext_lazy("到自提点取货，不收运费"),
    "delivery.way": gettext_lazy("{here}→{there}{km}：{carrier} {days}、{cost}"),
    "delivery.within": gettext_lazy("{here}境内：{carrier} {days}、{cost}"),
    "delivery.other_carrier": gettext_lazy("{carrier}要 {days}、{cost}"),
    "delivery.only_carrier": gettext_lazy("只有这一家能到"),
    "delivery.day_worth": gettext_lazy("按早一天值 {worth} 算最合适"),
    "delivery.wanted_carrier": gettext_lazy("指定{carrier}：{days}、{cost}"),
    # ---- fulfilment: why this warehouse ----
    "fulfilment.whole_nearest": gettext_lazy("整单有货，离收货地最近（{province}，{km}）"),
    "fulfilment.whole_only": gettext_lazy("唯一整单有货的仓库（{province}，{km}）"),
    "fulfilment.split": gettext_lazy("单仓不够，拆分发货（{province}，{km}）"),
    # ---- fulfilment: how a wave came about, why a parcel comes from elsewhere ----
    "fulfilment.wave_by_hand": gettext_lazy("手工选的"),
    "fulfilment.wave_for_carrier": gettext_lazy("赶{carrier}来取"),
    "fulfilment.wave_single": gettext_lazy("都是单品，按货位走"),
    "fulfilment.moved_short": gettext_lazy("{warehouse_name}的{title}拣货时少 {pieces}，改由这里发"),
    "fulfilment.sent_again": gettext_lazy("补发：包裹 {parcel} 丢失"),
    # ---- tasks by kind; what a task is about stands beside it ----
    "inventory.low": gettext_lazy("{warehouse_name}有 {kinds} 种商品快卖完，安排补货"),
    "fulfilment.material_low": gettext_lazy("{warehouse_name}有 {kinds} 种包装材料快用完，安排补货"),
    "inventory.arrival_differs": gettext_lazy("{supplier}的到货与通知不符：少 {short} 件，多 {surplus} 件，破损 {damaged} 件"),
    "inventory.found_elsewhere": gettext_lazy("改由别的仓库发"),
    "fulfilment.back_on_shelf": gettext_lazy("已收回，放回货架"),
    "fulfilment.made_good": gettext_lazy("已退款或补发"),
    "fulfilment.claim_closed": gettext_lazy("索赔有了结果"),
    "inventory.replenished": gettext_lazy("都补足了"),
    "inventory.short": gettext_lazy("{warehouse_name}盘点少货，缺 {pieces}"),
    "payments.mismatch": gettext_lazy("到账通知与付款不符：{differs}"),
    "payments.cash_mismatch": gettext_lazy("快递报收现金 {amount}，与应收不符"),
    "payments.refund_by_hand": gettext_lazy("{amount} 要人工退回（{gateway}）"),
    "payments.refund_mismatch": gettext_lazy("退款通知与退款不符：{differs}"),
    "payments.refund_failed": gettext_lazy("银行拒绝退回 {amount}"),
    "fulfilment.out_of_turn": gettext_lazy("快递的消息与包裹的状态不符"),
    "fulfilment.coming_back": gettext_lazy("{pieces}没有送出去，正在退回，到期没收到就找快递"),
    "fulfilment.claimed": gettext_lazy("向{carrier}索赔 {amount}，等对方答复"),
    "fulfilment.lost": gettext_lazy("包裹丢失，联系快递和买家"),
    "orders.parcel_out_of_turn": gettext_lazy("包裹 {parcel} 的物流与订单的状态不符"),
    "orders.cash_missing": gettext_lazy("其余包裹已签收，代收货款的包裹 {parcel} 被拒收，货款没有收到"),
    "orders.moved_doubtful": gettext_lazy("接单后改了收货地址，风险分 {score}，交给快递前看一看"),
    "orders.audit": gettext_lazy("审核订单，风险分 {score}"),
    "orders.audit_overdue": gettext_lazy("订单超时没有审核，风险分 {score}"),
    "tasks.second_person": gettext_lazy("{amount} 要第二个人复核：{operation}"),
    "orders.money_does_not_fit": gettext_lazy("到账 {amount} 与订单不符"),
    "orders.cash_out_of_turn": gettext_lazy("订单不该收现金，快递报收 {amount}"),
    "orders.accept_late": gettext_lazy("{shop_name}超过 {hours} 小时没有接单，联系店铺和买家"),
    "orders.ship_late": gettext_lazy("{shop_name}接单后超过 {hours} 小时没有发货，联系店铺和买家"),
    "shops.review": gettext_lazy("审核“{shop_name}”的开店申请"),
    "shops.check": gettext_lazy("核验“{shop_name}”的身份和执照"),
    "shops.check_overdue": gettext_lazy("“{shop_name}”的核验已过期，马上核验或停业"),
    "notices.failed": gettext_lazy("有{channel}没有发出去，请检查通道后重发"),
    # ---- what settled a task ----
    "inventory.refilled": gettext_lazy("已补足"),
    "orders.moved_on": gettext_lazy("订单已往下走"),
    "shops.approved": gettext_lazy("已通过"),
    "shops.rejected": gettext_lazy("已退回"),
    "shops.withdrawn": gettext_lazy("申请人已撤回"),
    "shops.renewed": gettext_lazy("已核验"),
    "payments.refunded": gettext_lazy("已退款"),
    "payments.cash_booked": gettext_lazy("现金已入账"),
    "notices.sent_again": gettext_lazy("已重发"),
    "orders.audited": gettext_lazy("已审核"),
    "tasks.decided": gettext_lazy("已复核"),
    "tasks.overtaken": gettext_lazy("事情已经另外办好，不用复核了"),
    # ---- policy: why an order is looked at; only the office ever reads it ----
    "policy.blocked": gettext_lazy("手机、地址、账号或设备在黑名单上"),
    "policy.phone_busy": gettext_lazy("同一手机短时间下单很多"),
    "policy.address_busy": gettext_lazy("同一地址短时间下单很多"),
    "policy.account_busy": gettext_lazy("同一账号短时间下单很多"),
    "policy.device_shared": gettext_lazy("一台设备上有很多账号下单"),
    "policy.phone_shared": gettext_lazy("很多账号送到同一手机"),
    "policy.new_and_dear": gettext_lazy("新账号首单，金额很大"),
    "policy.very_dear": gettext_lazy("金额特别大"),
    "policy.many_pieces": gettext_lazy("件数特别多"),
    "policy.refused_before": gettext_lazy("货到付款多次拒收"),
    "policy.cash_by_stranger": gettext_lazy("首单就大额货到付款"),
    "policy.address_unknown": gettext_lazy("收货地址查无此地"),
    "policy.price_strange": gettext_lazy("价格和平时差太多"),
    "policy.at_night": gettext_lazy("深夜大额下单"),
}
"""Every code that is said has a row here, and every row is said somewhere; a test compares."""

STOPS: dict[str, Any] = {
    "booked": gettext_lazy("已通知%(carrier)s，等待上门取件"),
    "rebooked": gettext_lazy("%(carrier)s没有取走，重新约快递"),
    "handed_over": gettext_lazy("%(warehouse)s已发出"),
    "at_point": gettext_lazy("已送到自提点，等待取货"),
    "collected": gettext_lazy("买家已取货"),
    "unfetched": gettext_lazy("到期没有人取，退回%(warehouse)s"),
    "returned": gettext_lazy("已退回%(warehouse)s"),
    "picked_up": gettext_lazy("快递员已取件"),
    "in_transit": gettext_lazy("运输中"),
    "out_for_delivery": gettext_lazy("正在派送"),
    "delivered": gettext_lazy("已签收"),
    "refused": gettext_lazy("拒收"),
    "lost": gettext_lazy("丢失"),
}
"""Our own stops, and those that a carrier reported without a word."""
_AT_POINT = {"handed_over": "at_point", "delivered": "collected"}
_MONEY = frozenset({"amount", "fee", "over", "cost", "worth"})
_FIELDS: dict[str, Any] = {
    "amount": gettext_lazy("金额"),
    "currency": gettext_lazy("币种"),
    "payee": gettext_lazy("收款方"),
    "no": gettext_lazy("付款号"),
    "gateway_no": gettext_lazy("银行流水号"),
}
_CHANNELS: dict[str, Any] = {"sms": pgettext_lazy("some", "短信"), "mail": pgettext_lazy("some", "邮件")}


def _shown(name: str, value: Any) -> str:
    """One value of a saying as people read it."""
    if name in _MONEY:
        return wd.money(value)
    if name == "days":
        return ngettext("%(n)s 天", "%(n)s 天", value) % {"n": value}
    if name == "km":
        return _("约 %(n)s 公里") % {"n": f"{value:,}"} if value else _("同省")
    if name == "pieces":
        return ngettext("%(n)s 件", "%(n)s 件", value) % {"n": value}
    if name == "differs":
        return _("、").join(str(_FIELDS.get(each, each)) for each in value)
    if name in ("heaviest", "grams"):
        return _("%(kg)s kg") % {"kg": f"{value / 1000:g}"}
    if name == "by":
        return {"piece": _("件"), "weight": _("公斤"), "volume": _("升")}.get(value, str(value))
    words = {
        "parcel": wd.groups,
        "operation": risk_words.operation_word,
        "gateway": order_words.method_word,
        "channel": lambda each: _CHANNELS.get(each, each),
    }
    return str(words[name](value)) if name in words else str(value)


def text(said: Saying) -> str:
    """One saying in the present language; its bare code where the words are missing."""
    found = TEXTS.get(said["code"], said["code"])
    return str(found).format_map({name: _shown(name, value) for name, value in said.items()})


def joined(said: Iterable[Saying]) -> str:
    """Several sayings in one line."""
    return _("；").join(text(each) for each in said)


def outcome(kept: str) -> str:
    """How a task ended: what a person wrote, or what settled it."""
    return str(TEXTS.get(kept, kept))


def worded(value: Any) -> Any:
    """A document as programs read it: what stands as a `reason` and is a saying, as text. What people typed is never taken for one."""
    if isinstance(value, dict):
        return {name: text(each) if name == "reason" and isinstance(each, dict) else worded(each) for name, each in value.items()}
    return [worded(each) for each in value] if isinstance(value, list) else value


def stop(step: Track, parcel: Parcel) -> str:
    """One stop on a parcel's way: in the carrier's own words, else in ours."""
    status = _AT_POINT.get(step.status, step.status) if parcel.method == "pickup" else step.status
    found, carrier = STOPS.get(status), step.carrier or parcel.carrier
    ours = str(found) % {"carrier": carrier.name if carrier else "", "warehouse": parcel.warehouse.name} if found else status
    return step.text or ours
