"""The pages of the outside world for people: pay, result, inbox, parcels. Plain HTML, one style sheet, usable at 375 px."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

EN = {
    "沙箱银行": "Sandbox bank",
    "沙箱": "Sandbox",
    "外部世界沙箱": "The outside world",
    "支付": "Pay",
    "支付金额": "Amount",
    "收款方": "Payee",
    "订单": "For",
    "流水号": "Payment number",
    "剩余时间": "Time left",
    "请在此时间前支付": "Please pay before",
    "支付成功": "Pay",
    "支付失败": "Let it fail",
    "返回商家": "Back to the shop",
    "已支付": "Paid",
    "支付未成功": "Payment failed",
    "已关闭": "Closed",
    "已过期": "Expired",
    "款项已付给商家，商家会收到银行的签名通知。": "The money is with the shop, which will get the bank's signed message.",
    "这次支付没有成功，没有扣款。请返回商家再试。": "This try failed and nothing was charged. Please go back to the shop and try again.",
    "商家已关闭这次支付，没有扣款。请返回商家查看订单。": "The shop closed this payment, nothing was charged. Please look at your order there.",
    "支付时间已过，没有扣款。请返回商家查看订单。": "The time to pay has passed, nothing was charged. Please look at your order there.",
    "这是演示用的银行，不会动用真实的钱。": "This bank is a stand-in: no real money moves.",
    "短信与邮件": "SMS and mail",
    "手机号或邮箱": "Phone or mail address",
    "查看": "Show",
    "没有消息。": "No messages.",
    "短信": "SMS",
    "邮件": "Mail",
    "运单": "Waybills",
    "还没有运单。": "No waybills yet.",
    "代收货款": "Cash to collect",
    "操作": "Next",
    "无法继续": "This cannot go on",
    "链接无效，或这一步已经不能做了。": "The link is not valid, or this step is no longer possible.",
    "booked": "booked", "picked_up": "picked up", "in_transit": "in transit", "out_for_delivery": "out for delivery",
    "delivered": "delivered", "refused": "refused", "lost": "lost", "cancelled": "cancelled",
}  # fmt: skip
ZH = {
    "booked": "待取件", "picked_up": "已取件", "in_transit": "运输中", "out_for_delivery": "派送中",
    "delivered": "已签收", "refused": "拒收", "lost": "丢失", "cancelled": "已取消",
}  # fmt: skip
_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€"}
_ENDS = {
    "paid": ("已支付", "款项已付给商家，商家会收到银行的签名通知。"),
    "failed": ("支付未成功", "这次支付没有成功，没有扣款。请返回商家再试。"),
    "closed": ("已关闭", "商家已关闭这次支付，没有扣款。请返回商家查看订单。"),
    "expired": ("已过期", "支付时间已过，没有扣款。请返回商家查看订单。"),
}


def _words(text: str, *, english: bool) -> str:
    return escape(EN.get(text, text) if english else ZH.get(text, text))


def money(amount: int, currency: str) -> str:
    """Minor units as people read them."""
    return f"{_SIGNS.get(currency, currency + ' ')}{amount // 100:,}.{amount % 100:02d}"


def _frame(title: str, body: str, *, english: bool, script: str = "") -> str:
    words = _words(title, english=english)
    return f"""<!doctype html>
<html lang="{"en" if english else "zh-Hans"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{words} · {_words("沙箱", english=english)}</title>
<link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/style.css">{script}</head>
<body><header><a href="/">{_words("外部世界沙箱", english=english)}</a></header>
<main>{body}</main>
<footer>{_words("这是演示用的银行，不会动用真实的钱。", english=english)}</footer></body></html>"""


def _row(name: str, value: str, *, english: bool) -> str:
    return f"<div><dt>{_words(name, english=english)}</dt><dd>{value}</dd></div>"


def pay(link: Mapping[str, Any], token: str, *, english: bool) -> str:
    """The pay page: amount, payee, time left and two buttons; after the decision its result and the way back."""
    until = datetime.fromtimestamp(link["expires"], UTC)
    amount = escape(money(link["amount"], link["currency"]))
    facts = _row("收款方", escape(link["payee"]), english=english)
    facts += _row("订单", escape(link["title"]), english=english)
    facts += _row("流水号", f"<span class=no>{escape(link['no'])}</span>", english=english)
    back = f'<p class="back"><a href="{escape(_only_http(link["back"]))}">{_words("返回商家", english=english)}</a></p>'
    if link["status"] == "open":
        path, stamp = escape(f"/pay/{token}"), until.isoformat(timespec="seconds")
        shown = f'<time datetime="{stamp}" data-countdown>{until.astimezone():%H:%M:%S}</time>'
        facts += _row("请在此时间前支付", shown, english=english)
        forms = f"""<form method="post" action="{path}/pay"><button class="go">{_words("支付成功", english=english)}</button></form>
<form method="post" action="{path}/fail"><button class="stop">{_words("支付失败", english=english)}</button></form>"""
        head = f"<h1>{_words('沙箱银行', english=english)}</h1>"
    else:
        title, text = _ENDS[link["status"]]
        head = f'<h1 class="end {escape(link["status"])}">{_words(title, english=english)}</h1>'
        head += f'<p role="status">{_words(text, english=english)}</p>'
        forms = ""
    label = _words("支付金额", english=english)
    body = f'<section class="card">{head}<p class="amount"><span class="label">{label}</span> {amount}</p><dl>{facts}</dl>{forms}{back}</section>'
    return _frame("沙箱银行", body, english=english, script='<script src="/static/countdown.js" defer></script>')


def _only_http(url: str) -> str:
    """A link that a browser can follow safely."""
    return url if url.startswith(("http://", "https://")) else "/"


def inbox(to: str, items: Sequence[Mapping[str, Any]], *, english: bool) -> str:
    """The inbox: a field for whose messages, and the messages, newest first."""
    label, show = _words("手机号或邮箱", english=english), _words("查看", english=english)
    field = f'<form class="ask" method="get" action="/messages"><label for="to">{label}</label>'
    field += f'<span><input id="to" name="to" value="{escape(to)}" autocomplete="off"><button>{show}</button></span></form>'
    shown = "".join(_message(item, english=english) for item in items) or f"<p>{_words('没有消息。', english=english)}</p>"
    return _frame("短信与邮件", f"<h1>{_words('短信与邮件', english=english)}</h1>{field}{shown}", english=english)


def _message(item: Mapping[str, Any], *, english: bool) -> str:
    kind = _words("短信" if item["channel"] == "sms" else "邮件", english=english)
    subject = f"<h2>{escape(item['subject'])}</h2>" if item["subject"] else ""
    at = escape(str(item["at"]))
    head = f'<p class="meta">{kind} · {escape(str(item["to"]))} · <time datetime="{at}">{at}</time></p>'
    return f'<article class="card">{head}{subject}<p class="text">{escape(str(item["text"]))}</p></article>'


def parcels(rows: Sequence[Mapping[str, Any]], events: Collection[str], final: Collection[str], *, english: bool) -> str:
    """The latest waybills with a button for every event."""
    cards = "".join(_parcel(row, events, final, english=english) for row in rows) or f"<p>{_words('还没有运单。', english=english)}</p>"
    return _frame("运单", f"<h1>{_words('运单', english=english)}</h1>{cards}", english=english)


def _parcel(row: Mapping[str, Any], events: Collection[str], final: Collection[str], *, english: bool) -> str:
    no, status = escape(str(row["no"])), str(row["status"])
    cash = f" · {_words('代收货款', english=english)} {money(row['cash'], 'CNY')}" if row["cash"] else ""
    head = f'<h2 class="no">{no}</h2><p class="meta">{escape(str(row["carrier"]))} · {_words(status, english=english)} · {escape(str(row["goal"]))}{cash}</p>'  # noqa: E501
    forms = "" if status in final else "".join(
        f'<form method="post" action="/parcels/{no}/{event}"><button aria-label="{no} {_words(event, english=english)}">'
        f"{_words(event, english=english)}</button></form>"
        for event in events
    )  # fmt: skip
    return f'<article class="card">{head}<div class="moves">{forms}</div></article>'


def refused(code: str, *, english: bool) -> str:
    """What a person reads when a link is wrong or a step is no longer possible."""
    text = _words("链接无效，或这一步已经不能做了。", english=english)
    body = f'<section class="card"><h1>{_words("无法继续", english=english)}</h1><p>{text}</p><p class="meta">{escape(code)}</p></section>'
    return _frame("无法继续", body, english=english)


def home(*, english: bool) -> str:
    """The doors of the outside world."""
    links = "".join(
        f'<li><a href="{path}">{_words(name, english=english)}</a></li>' for path, name in (("/messages", "短信与邮件"), ("/parcels", "运单"))
    )
    return _frame("沙箱", f'<h1>{_words("外部世界沙箱", english=english)}</h1><ul class="card">{links}</ul>', english=english)
