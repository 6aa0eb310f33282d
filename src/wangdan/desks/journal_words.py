"""The journal of an order's family in words: who, when, what, and what changed from what to what."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from wangdan.accounts.models import Person
from wangdan.desks import moments, order_words, sayings, states
from wangdan.desks.templatetags import wd
from wangdan.kernel.models import Journal
from wangdan.orders.models import Order

WORDS: dict[str, tuple[Any, str]] = {
    "checkout.place": (gettext_lazy("提交订单，货已留住"), ""),
    "orders.open": (gettext_lazy("订单生成"), ""),
    "orders.pay": (gettext_lazy("钱到账"), "done"),
    "orders.hold": (gettext_lazy("订单信息待核对"), "waiting"),
    "orders.approve": (gettext_lazy("核对通过"), "done"),
    "orders.reject": (gettext_lazy("没有通过核对"), "stopped"),
    "orders.log_contact": (gettext_lazy("联系买家"), "moving"),
    "orders.ask_buyer": (gettext_lazy("请买家确认订单"), "waiting"),
    "orders.confirm_details": (gettext_lazy("买家确认订单无误"), "done"),
    "tasks.approve": (gettext_lazy("第二个人复核同意"), "done"),
    "tasks.reject": (gettext_lazy("第二个人复核驳回"), "stopped"),
    "orders.accept": (gettext_lazy("店铺接单"), "done"),
    "orders.decline": (gettext_lazy("店铺拒单"), "stopped"),
    "orders.cancel": (pgettext_lazy("past", "取消订单"), "stopped"),
    "orders.expire": (gettext_lazy("超时没有付款，自动取消"), "stopped"),
    "orders.change_address": (pgettext_lazy("past", "修改收货地址"), "moving"),
    "orders.change_slot": (gettext_lazy("买家改送货时段"), "moving"),
    "orders.ship_part": (gettext_lazy("发出一个包裹"), "moving"),
    "orders.ship": (gettext_lazy("全部发出"), "moving"),
    "orders.deliver": (gettext_lazy("全部签收"), "done"),
    "orders.confirm_receipt": (pgettext_lazy("past", "确认收货"), "done"),
    "orders.extend_receipt": (gettext_lazy("买家延长收货"), "waiting"),
    "orders.return_to_sender": (gettext_lazy("没有人收货，退回"), "wrong"),
    "orders.edit": (pgettext_lazy("past", "管理员改单"), "moving"),
    "checkout.place_for": (gettext_lazy("管理员代客下单，货已留住"), ""),
    "orders.mark": (gettext_lazy("旗标和备注"), ""),
    "orders.look": (gettext_lazy("查看收货人的完整号码"), ""),
    "orders.remind": (gettext_lazy("催店铺"), "waiting"),
    "orders.chase": (gettext_lazy("时限到了，催店铺"), "waiting"),
    "orders.chase_audit": (gettext_lazy("审核等太久，催审核"), "waiting"),
    "orders.restore": (gettext_lazy("优惠券和积分退回"), ""),
    "orders.reward": (gettext_lazy("积分到账"), ""),
    "payments.reprice": (gettext_lazy("应付跟着改了"), ""),
    "orders.end": (gettext_lazy("全部退款，订单关闭"), "stopped"),
    "orders.take_cash": (gettext_lazy("快递报收现金"), "done"),
    "payments.capture": (gettext_lazy("银行通知到账，验签通过"), "done"),
    "payments.expect": (gettext_lazy("等买家的钱"), ""),
    "payments.let_go": (gettext_lazy("不再收款，收了的退回"), "stopped"),
    "payments.capture_cash": (gettext_lazy("快递交来货款"), "done"),
    "payments.fail": (gettext_lazy("一次付款没有成功"), "wrong"),
    "payments.close": (gettext_lazy("付款页关闭"), "stopped"),
    "payments.match_transfer": (gettext_lazy("财务认到一笔转账"), "done"),
    "payments.book_cash": (gettext_lazy("财务认到一笔现金"), "done"),
    "payments.refund": (gettext_lazy("发起退款"), "moving"),
    "payments.settle_refund": (gettext_lazy("退款到账"), "done"),
    "payments.fail_refund": (gettext_lazy("退款没有成功"), "wrong"),
    "payments.doubt_refund": (gettext_lazy("银行没有回答"), "waiting"),
    "payments.ask_refund": (gettext_lazy("再问银行"), ""),
    "payments.retry_refund": (gettext_lazy("财务再试一次"), "moving"),
    "fulfilment.plan": (gettext_lazy("生成包裹"), ""),
    "fulfilment.pick": (gettext_lazy("拣货完成"), "moving"),
    "fulfilment.inspect": (gettext_lazy("验货完成"), "moving"),
    "fulfilment.pack": (gettext_lazy("打包完成"), "moving"),
    "fulfilment.book": (gettext_lazy("向快递预约取件"), "moving"),
    "fulfilment.rebook": (gettext_lazy("快递没有来，改约"), "waiting"),
    "fulfilment.booked": (gettext_lazy("快递给出运单号"), "moving"),
    "fulfilment.hand_over": (gettext_lazy("交给快递"), "moving"),
    "fulfilment.track": (gettext_lazy("物流更新"), "moving"),
    "fulfilment.call_off": (gettext_lazy("撤销包裹"), "stopped"),
    "fulfilment.collect": (gettext_lazy("自提点取走"), "done"),
    "fulfilment.deliver": (gettext_lazy("快递报签收"), "done"),
    "fulfilment.refuse": (gettext_lazy("快递报拒收"), "wrong"),
    "fulfilment.lose": (gettext_lazy("快递报丢失"), "wrong"),
    "fulfilment.take_back": (gettext_lazy("收回，放回货架"), "stopped"),
    "fulfilment.readdress": (gettext_lazy("改送到别处"), "moving"),
    "fulfilment.print_label": (pgettext_lazy("past", "打印面单"), ""),
    "fulfilment.miss_code": (gettext_lazy("取货码输错"), "wrong"),
    "fulfilment.call_back": (gettext_lazy("到期没有人取，退回"), "wrong"),
    "fulfilment.write_off": (gettext_lazy("丢失的包裹了结"), "stopped"),
    "fulfilment.send_again": (gettext_lazy("丢失的包裹重新发"), "moving"),
    "fulfilment.claim": (gettext_lazy("向快递索赔"), "waiting"),
    "fulfilment.close_claim": (gettext_lazy("索赔有了结果"), "done"),
    "orders.refund_lost": (gettext_lazy("丢失的包裹退款"), "stopped"),
    "orders.resend": (gettext_lazy("丢失的包裹补发"), "moving"),
    "fulfilment.report_short": (gettext_lazy("货位上不够，报缺"), "wrong"),
    "fulfilment.add_photo": (gettext_lazy("验货拍照"), ""),
    "fulfilment.load": (gettext_lazy("装上交接清单"), "moving"),
    "fulfilment.count_by_hand": (gettext_lazy("没有扫码，手工点数"), "waiting"),
}
"""Operation → what it reads as and its colour; one that is missing shows its name."""
COUNTS = (
    "fulfilment.scan", "fulfilment.ask", "payments.ask", "orders.screen", "orders.screen_again", "orders.queue_audit", "orders.hide", "orders.unhide",
    "orders.end_chase",
)  # fmt: skip
"""What a time line leaves out: each scan, each question to carrier or bank, each look of the rules, tidying of a buyer's list, ends of clocks."""

FIELDS: dict[str, Any] = {
    "status": gettext_lazy("状态"),
    "confirm_by": gettext_lazy("自动确认收货"),
    "reason": gettext_lazy("原因"),
    "carrier": gettext_lazy("快递公司"),
    "waybill": gettext_lazy("运单号"),
    "eta": gettext_lazy("预计送达"),
    "slot": gettext_lazy("送货时段"),
    "to_province": gettext_lazy("省份"),
    "to_city": gettext_lazy("城市"),
    "to_district": gettext_lazy("区县"),
    "to_street": gettext_lazy("街道"),
    "to_detail": gettext_lazy("门牌"),
    "to_name": gettext_lazy("收货人"),
    "to_phone": gettext_lazy("手机"),
    "captured": gettext_lazy("已付"),
    "refunded": gettext_lazy("已退"),
    "refunding": gettext_lazy("退款中"),
    "lines": gettext_lazy("商品"),
    "goods": gettext_lazy("商品合计"),
    "freight": gettext_lazy("运费"),
    "discount": gettext_lazy("优惠"),
    "total": gettext_lazy("应付"),
    "mark": gettext_lazy("旗标"),
    "remark": gettext_lazy("备注"),
    "value": gettext_lazy("值"),
    "carrier_reason": gettext_lazy("选这家的原因"),
}
_MONEY = frozenset({"captured", "refunded", "refunding", "total", "amount", "goods", "freight", "discount"})
_KINDS = {"orders": "orders", "parcels": "parcels", "attempts": "attempts", "refunds": "refunds", "parts": "parts", "payments": "parts"}
_TURNS = frozenset({"orders.ship", "orders.ship_part", "orders.deliver"})
_HIDDEN = gettext_noop("（已改，不显示）")


@dataclass(frozen=True)
class Change:
    """One field, before and after, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One line of the time line."""

    text: str
    at: datetime
    who: str
    state: str = ""
    changes: list[Change] = field(default_factory=list)


_SHOWN: dict[str, Callable[[Any], str]] = {
    "reason": lambda value: order_words.reason_word(str(value)),
    "lines": lambda value: _("；").join(f"{line['title'][:20]} {wd.plain_money(line['price'])} × {line['quantity']}" for line in value),
    "slot": lambda value: moments.hours(*map(datetime.fromisoformat, value)) if isinstance(value, list) else _("已约"),
    "mark": lambda value: str(order_words.MARKS.get(str(value), value)),
    "carrier_reason": lambda value: sayings.joined(value) if isinstance(value, list) else str(value),
}
"""Fields with words of their own."""


def _value(kind: str, name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, str) and value.startswith("#"):
        return _(_HIDDEN)
    if name == "status":
        return states.word(kind, str(value))
    if name in _SHOWN:
        return _SHOWN[name](value)
    if name in _MONEY and isinstance(value, int):
        return wd.money(value)
    if isinstance(value, str) and len(value) > 15 and (moment := parse_datetime(value)):  # noqa: PLR2004 - shorter is no moment
        return moments.exact(moment)[:16]
    return str(value)[:120]


def changes_of(row: Journal) -> list[Change]:
    """The changes of a journal row that mean something to people."""
    kind = _KINDS.get(row.ref.split(":")[0], "")
    found = []
    for name, pair in row.changes.items():
        if name not in FIELDS or not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004 - before and after
            continue
        if pair[0] is None and name in ("goods", "freight", "discount", "total", "refunded"):
            continue
        before, after = _value(kind, name, pair[0]), _value(kind, name, pair[1])
        if pair[0] is None and name.startswith("to_"):
            continue
        if before != after or after == _(_HIDDEN):
            found.append(Change(str(FIELDS[name]), before, after))
    return found


def names_of(rows: Iterable[Journal]) -> dict[int, str]:
    """The shown names of the people who acted, in one statement."""
    ids = {row.actor_id for row in rows if row.actor_id}
    return {person.pk: person.shown for person in Person.objects.filter(pk__in=ids)} if ids else {}


def entries(order: Order, parcels: Sequence[Any], *, only_changes: bool = False) -> list[Entry]:
    """The order's time line, newest first: its own entries, its parcels' and its money's (two statements)."""
    refs = {order.ref, *(f"parcels:{parcel.no}" for parcel in parcels)}
    family = ("payments", "attempts", "refunds", "parts")
    wanted = Q(ref__in=refs) | Q(root_id=order.root_id)
    found = Journal.objects.filter(wanted).exclude(operation__in=COUNTS).order_by("-id")[:200]
    rows = [row for row in found if row.ref in refs or row.ref.split(":")[0] in family]
    names = names_of(rows)
    made = [entry(row, order, names) for row in rows if not _silent(row)]
    if only_changes:
        return [one for one in made if one.changes]
    return sorted([*made, *_stops(parcels)], key=lambda one: one.at, reverse=True)


def _silent(row: Journal) -> bool:
    """Rows that say nothing to people: news from the carrier, of which the stops are told instead, and reactions whose turn it was not."""
    if row.operation == "fulfilment.track":
        return "status" not in row.changes
    return row.operation in _TURNS and not row.changes


def _stops(parcels: Sequence[Any]) -> list[Entry]:
    """Where each parcel was, in the carrier's words; our own stops are told already, each by what was done."""
    stops = [(parcel, stop) for parcel in parcels for stop in parcel.track if not stop.ours]
    text = _("包裹 %(no)s：%(text)s")
    return [Entry(text % {"no": wd.groups(parcel.no), "text": stop.text}, stop.at, parcel.carrier, "moving") for parcel, stop in stops]


def entry(row: Journal, order: Order, names: dict[int, str]) -> Entry:
    """One row of the journal in words."""
    text, state = WORDS.get(row.operation, (row.operation, ""))
    number = row.ref.split(":")[-1]
    if row.ref.startswith("parcels:") and "no" in row.changes:
        text = WORDS["fulfilment.plan"][0]
    if row.ref.startswith("attempts:") and "no" in row.changes:
        text, state = _("打开付款页"), ""
    if row.ref.startswith("refunds:") and "no" in row.changes:
        text, state = WORDS["payments.refund"]
    if row.operation == "orders.end" and "status" not in row.changes:
        text, state = _("退了一部分"), "moving"
    if row.ref.startswith("parcels:"):
        text = _("包裹 %(no)s：%(text)s") % {"no": wd.groups(number), "text": text}
    return Entry(str(text), row.at, who(row, names, buyer_id=order.buyer_id), state, changes_of(row))


def who(row: Journal, names: dict[int, str], *, buyer_id: int | None = None) -> str:
    """Who did it: the buyer himself, a person by name, or the system."""
    if row.actor_id is None:
        return _("系统")
    if row.actor_id == buyer_id:
        return _("买家本人")
    return names.get(row.actor_id, row.actor)
