"""Matching money that people bring in: transfers and cash that wait, and the form with which finance says that it came (D04.3)."""

from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wangdan.desks import errors, web
from wangdan.desks.templatetags.wd import money
from wangdan.desks.typed import minor_units
from wangdan.kernel import numbers
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.payments import operations
from wangdan.payments.models import Part, Payment
from wangdan.tasks import queries as tasks
from wangdan.tasks.models import Approval

_SHOWN = 100
_CASH = ("payments.cash_mismatch", "orders.cash_missing")
"""Tasks about cash that did not fit or did not come."""
_FIELDS = {"payments.transfer_differs": "amount", "payments.transfer_known": "bank_no"}
"""Where on the form a refusal belongs."""


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


def _cash(request: HttpRequest) -> list[dict[str, Any]]:
    """Orders paid at the door whose cash did not fit or did not come, the oldest first, with what is open."""
    asked = [task.ref for task in tasks.queue(web.actor(request)).filter(kind__in=_CASH).order_by("id")[:_SHOWN]]
    due = dict(Part.objects.filter(ref__in=asked, status="expected").values_list("ref", "amount"))
    return [{"no": ref.partition(":")[2], "amount": due.get(ref, 0)} for ref in dict.fromkeys(asked)]


def _page(request: HttpRequest, said: dict[str, str], wrong: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    return render(
        request, "office/transfers.html", {"waiting": _waiting(request), "cash": _cash(request), "wrong": wrong or {}, **said}, status=status
    )


def _match(request: HttpRequest) -> HttpResponse:
    """Take the money in for the reference; a wrong amount or number is refused at its field and changes nothing."""
    said = {name: request.POST.get(name, "").replace("\x00", "").strip()[:64] for name in ("reference", "amount", "bank_no")}
    amount = minor_units(said["amount"])
    if not amount:
        return _page(request, said, {"amount": _("到账金额要填成 518.00 这样")}, 422)
    reference, caller = numbers.normalise(said["reference"]), web.caller(request)
    order = f"orders:{reference}"
    cash = Part.objects.filter(ref=order, payment__method="cod").first()
    if cash:
        due = cash.amount if cash.status == "expected" else 0
    else:
        due = _open_parts().filter(payment__reference=reference).aggregate(due=Sum("amount"))["due"] or 0
    try:
        done = (
            operations.book_cash(caller, ref=order, amount=amount, slip_no=said["bank_no"])
            if cash
            else operations.match_transfer(caller, reference=reference, amount=amount, bank_no=said["bank_no"])
        )
    except NotGranted:
        raise
    except NotSeen:
        return _page(request, said, {"reference": _("没有这个编号在等到账")}, 404)
    except Problem as problem:
        text = errors.text(problem.code, problem.detail)
        if problem.code == "payments.transfer_differs" and problem.detail.get("due"):
            text = _("与应付不符：应付 %(due)s") % {"due": money(problem.detail["due"])}
        return _page(request, said, {_FIELDS.get(problem.code, "reference"): text}, problem.status)
    if isinstance(done, Approval):
        messages.warning(request, _("多出的 %(amount)s 超过您一个人能决定的金额，已交给第二个人复核，复核后入账") % {"amount": money(amount - due)})
        return redirect("/office/transfers")
    if due:
        said_of_it = _("已认款 %(amount)s，现金已入账") if cash else _("已认款 %(amount)s，订单进入待接单")
        messages.success(request, said_of_it % {"amount": money(due)})
    if amount > due:
        messages.warning(request, _("多出来的已入账，要退回 %(amount)s，在“退款”里办") % {"amount": money(amount - due)})
    return redirect("/office/transfers")
