"""Matching bank transfers: what waits for money, and the form with which finance says that it came (D04.3)."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wangdan.desks import errors, web
from wangdan.desks.templatetags.wd import money
from wangdan.kernel import numbers
from wangdan.kernel.errors import NotGranted, Problem
from wangdan.payments import operations
from wangdan.payments.models import Part, Payment

_SHOWN = 100
_LARGEST = Decimal(10) ** 10


@web.role_needed("finance", "supervisor", "admin")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """What waits, and the form; what does not fit comes back with everything as it was typed."""
    if request.method == "POST":
        return _match(request)
    return _page(request, {"reference": request.GET.get("reference", "")[:20]})


def _waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """Transfers that have not come, the oldest first, with what is still open of each."""
    rows = Payment.visible_to(web.actor(request)).filter(method="bank_transfer", pk__in=_open_payments())
    totals = dict(_open_parts().values_list("payment").annotate(due=Sum("amount")))
    return [{"reference": row.reference, "no": row.no, "amount": totals.get(row.pk, 0), "at": row.opened_at} for row in rows.order_by("id")[:_SHOWN]]


def _open_parts() -> Any:
    return Part.objects.filter(status="expected", payment__method="bank_transfer")


def _open_payments() -> Any:
    return _open_parts().values("payment")


def _page(request: HttpRequest, typed: dict[str, str], status: int = 200) -> HttpResponse:
    return render(request, "office/transfers.html", {"waiting": _waiting(request), **typed}, status=status)


def minor_units(text: str) -> int:
    """An amount people typed in yuan as minor units; 0 for what is none."""
    try:
        amount = Decimal(text.replace(",", "").replace("，", "").replace("¥", "").strip())
    except InvalidOperation:
        return 0
    if not amount.is_finite() or not 0 < amount < _LARGEST or amount != amount.quantize(Decimal("0.01")):
        return 0
    return int(amount * 100)


def _match(request: HttpRequest) -> HttpResponse:
    """Take the money in for the reference; a wrong amount or number is refused and changes nothing."""
    typed = {name: request.POST.get(name, "")[:64].replace("\x00", "") for name in ("reference", "amount", "bank_no")}
    amount = minor_units(typed["amount"])
    if not amount:
        messages.error(request, _("到账金额要填成 518.00 这样"))
        return _page(request, typed, 422)
    try:
        operations.match_transfer(
            web.caller(request), reference=numbers.normalise(typed["reference"]), amount=amount, bank_no=typed["bank_no"].strip()
        )
    except NotGranted:
        raise
    except Problem as problem:
        messages.error(request, errors.text(problem.code, problem.detail))
        return _page(request, typed, problem.status)
    messages.success(request, _("已认款 %(amount)s，订单进入待接单") % {"amount": money(amount)})
    return redirect("/office/transfers")
