"""The rules of risk in words: features with their units, comparisons, talks with buyers, operations that need a second person."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wangdan.desks.templatetags import wd
from wangdan.policy.risk import Condition, Draft, Feature

FEATURES: dict[str, Any] = {
    "account_age_days": gettext_lazy("账号注册天数"),
    "account_orders": gettext_lazy("账号近期下单数"),
    "phone_orders": gettext_lazy("手机近期下单数"),
    "address_orders": gettext_lazy("地址近期下单数"),
    "device_orders": gettext_lazy("设备近期下单数"),
    "phone_accounts": gettext_lazy("送到这个手机的其他账号数"),
    "device_accounts": gettext_lazy("用这台设备下单的其他账号数"),
    "first_order": gettext_lazy("首单"),
    "amount": gettext_lazy("订单金额"),
    "pieces": gettext_lazy("件数"),
    "price_off": gettext_lazy("单价与平时相差"),
    "cod_refusals": gettext_lazy("货到付款拒收次数"),
    "address_unknown": gettext_lazy("地址查无此地"),
    "blocked": gettext_lazy("黑名单命中数"),
    "hour": gettext_lazy("下单的钟点"),
    "cod": gettext_lazy("货到付款"),
}
"""Every feature that is collected has its words; a test compares."""
COMPARES: dict[str, Any] = {"least": gettext_lazy("至少"), "most": gettext_lazy("至多"), "is": gettext_lazy("等于")}
UNITS: dict[str, Any] = {
    "count": "",
    "money": gettext_lazy("元"),
    "days": pgettext_lazy("unit", "天"),
    "percent": "%",
    "hour": gettext_lazy("点"),
    "flag": gettext_lazy("1 是，0 否"),
}
KINDS: dict[str, Any] = {
    "phone": gettext_lazy("手机"),
    "address": gettext_lazy("地址"),
    "account": gettext_lazy("账号"),
    "device": gettext_lazy("设备"),
}
CHANNELS: dict[str, Any] = {
    "phone": gettext_lazy("电话"),
    "sms": pgettext_lazy("channel", "短信"),
    "mail": pgettext_lazy("channel", "邮件"),
    "site": gettext_lazy("订单页面"),
    "other": gettext_lazy("其他方式"),
}
RESULTS: dict[str, Any] = {
    "confirmed": gettext_lazy("本人确认无误"),
    "will_change": gettext_lazy("要改地址或内容"),
    "no_answer": gettext_lazy("没有接通"),
    "wrong_number": gettext_lazy("号码不对"),
    "denied": gettext_lazy("说没有下过单"),
    "other": pgettext_lazy("result", "其他"),
}
AUDITS: dict[str, tuple[Any, str]] = {
    "noted": (gettext_lazy("自动通过"), "done"),
    "open": (gettext_lazy("待审核"), "waiting"),
    "approved": (gettext_lazy("审核通过"), "done"),
    "rejected": (gettext_lazy("审核不通过"), "wrong"),
    "moot": (gettext_lazy("不用审了"), "stopped"),
}
OPERATIONS: dict[str, Any] = {
    "orders.reject": gettext_lazy("审核不通过，退款"),
    "payments.settle_refund": gettext_lazy("人工退款记账"),
    "payments.match_transfer": gettext_lazy("认款，多出的要退"),
    "payments.book_cash": gettext_lazy("现金入账，多出的要退"),
}
"""Operations that may need a second person; a test compares with the sources."""


def operation_word(name: str) -> str:
    """An operation as people read it."""
    return str(OPERATIONS.get(name, name))


def value(feature: str, number: int) -> str:
    """The value of a feature with its unit."""
    unit = Feature.known[feature].unit if feature in Feature.known else "count"
    if unit == "money":
        return wd.money(number)
    if unit == "flag":
        return _("是") if number else _("否")
    if unit == "days":
        return _("%(n)s 天") % {"n": number}
    if unit == "hour":
        return _("%(n)s 点") % {"n": number}
    return f"{number}%" if unit == "percent" else f"{number:,}"


def condition(each: Condition) -> str:
    """One condition as a sentence: 订单金额 至少 ¥10,000.00."""
    return " ".join((str(FEATURES.get(each.feature, each.feature)), str(COMPARES[each.compare]), value(each.feature, each.value)))


def conditions(draft: Draft) -> str:
    """All conditions of a rule in one line."""
    return str(_("，并且")).join(condition(each) for each in draft.conditions)


def values(found: Mapping[str, int]) -> list[tuple[str, str]]:
    """Features with their values, as a list of facts."""
    return [(str(FEATURES.get(name, name)), value(name, number)) for name, number in found.items()]


def methods(draft: Draft) -> str:
    """Which orders a rule looks at."""
    if draft.online and draft.cod:
        return _("所有订单")
    return _("先付款的订单") if draft.online else _("货到付款的订单")
