"""Paying: the amount, the clock, the ways; and the result, which only our own row decides (D01.7, D03.10, D13.3–4)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangdan.desks import order_words, web
from wangdan.desks.templatetags.wd import groups
from wangdan.kernel import clock
from wangdan.kernel.errors import NotSeen
from wangdan.orders.models import Order
from wangdan.payments.models import Attempt, Part, Payment


@dataclass(frozen=True)
class Paying:
    """A payment with its parts, its orders and the visit to a pay page that one comes back from, else the last."""

    payment: Payment
    parts: list[Part]
    orders: list[Order]
    attempt: Attempt | None

    @property
    def outcome(self) -> str:
        """`paid`, `closed`, `failed` or `waiting`, by our own rows; what the browser brought back does not count."""
        waiting = [part for part in self.parts if part.status == "expected"]
        if not waiting:
            return "paid" if any(part.captured_at for part in self.parts) else "closed"
        if self.payment.method == "cod":
            return "paid"
        if self.attempt and self.attempt.status == "failed":
            return "failed"
        return "waiting"

    @property
    def due(self) -> int:
        """What is still to be paid, in minor units."""
        return sum(part.amount for part in self.parts if part.status == "expected")

    @property
    def order_path(self) -> str:
        """The order's page; the list when there are several."""
        return f"/me/orders/{self.orders[0].no}" if len(self.orders) == 1 else "/me/orders"


def paying(request: HttpRequest, no: str) -> Paying:
    """The payment of that number, within the payer's sight. Refuses with 404."""
    payment = Payment.visible_to(web.actor(request)).filter(no=no).first()
    if payment is None:
        raise NotSeen
    parts = list(Part.objects.filter(payment=payment).order_by("position"))
    numbers = [part.ref.split(":")[1] for part in parts]
    orders = list(Order.objects.filter(no__in=numbers).select_related("shop").order_by("id"))
    visits = Attempt.objects.filter(payment=payment).order_by("-id")
    visit = visits.filter(no=request.GET.get("visit", "").replace("\x00", "")[:20]).first() or visits.first()
    return Paying(payment, parts, orders, visit)


@web.person_needed
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """What is to be paid, until when, and the ways to pay; what is settled goes to the result."""
    found = paying(request, no)
    if found.outcome in ("paid", "closed"):
        return redirect(f"/pay/{no}/result")
    pay_by = min((order.pay_by for order in found.orders if order.pay_by and order.status == "awaiting_payment"), default=None)
    open_one = Attempt.objects.filter(payment=found.payment, status="open").order_by("-id").first()
    url = open_one.pay_url if open_one else ""
    context = {
        "no": no,
        "amount": found.due,
        "pay_by": pay_by,
        "left": _left(pay_by - clock.now()) if pay_by else "",
        "failed": Attempt.objects.filter(payment=found.payment, status="failed").exists() if open_one else found.outcome == "failed",
        "method": found.payment.method,
        "methods": _ways(url),
        "pay_url": url,
        "bank": _bank(found),
        "orders": found.orders,
    }
    return render(request, "store/pay.html", context)


def _left(left: timedelta) -> str:
    seconds = max(0, int(left.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    return (f"{hours}:" if hours else "") + f"{rest // 60:02d}:{rest % 60:02d}"


def _ways(url: str) -> list[dict[str, str]]:
    """The rows of the pay page; each leads to the bank's page with that way opened."""
    if not url:
        return []
    rows = (
        ("alipay", "brand-alipay", _("支付宝"), _("打开支付宝确认")),
        ("wechat", "brand-wechat", _("微信支付"), _("打开微信确认")),
        ("card", "credit-card", _("银行卡"), _("储蓄卡、信用卡")),
    )
    return [{"path": f"{url}?method={key}", "icon": icon, "text": text, "hint": hint} for key, icon, text, hint in rows]


def _bank(found: Paying) -> list[tuple[str, str, str]]:
    """Where a transfer goes: name, account, amount and the reference that finance matches by."""
    if found.payment.method != "bank_transfer":
        return []
    account = getattr(settings, "WANGDAN_BANK_ACCOUNT", "") or "6222 0000 0000 2026"
    amount = f"{found.due / 100:.2f}"
    reference = found.payment.reference or ""
    return [
        (_("户名"), str(getattr(settings, "WANGDAN_BANK_NAME", "") or _("网单（演示）")), ""),
        (_("账号"), account, account.replace(" ", "")),
        (_("金额"), f"¥{amount}", amount),
        (_("附言"), groups(reference), reference),
    ]


@web.person_needed
@require_safe
def result(request: HttpRequest, no: str) -> HttpResponse:
    """What became of it, and the next step; asks anew every two seconds while the bank is silent."""
    found = paying(request, no)
    first = found.orders[0] if found.orders else None
    context: dict[str, Any] = {
        "no": no,
        "outcome": found.outcome,
        "cod": found.payment.method == "cod",
        "amount": found.payment.amount,
        "next_text": order_words.sentence(first) if first else "",
        "order_path": found.order_path,
        "orders": found.orders,
    }
    return render(request, "store/result.html", context)
