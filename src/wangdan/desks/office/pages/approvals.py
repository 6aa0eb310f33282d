"""What needs a second person by its amount: who wants what, how much is at stake; agree, and it happens at once, or not, with a reason."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import errors, keyset, risk_words, states, task_desk, web
from wangdan.desks.office.pages.orders import OFFICE
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.kernel.operation import may
from wangdan.tasks import operations, queries
from wangdan.tasks.models import Approval

BASE = "/office/approvals"
_SIZE = 40
ARGUMENTS: dict[str, Any] = {
    "reason": gettext_lazy("原因"),
    "gateway_no": gettext_lazy("银行流水号"),
    "bank_no": gettext_lazy("银行流水号"),
    "slip_no": gettext_lazy("交款单号"),
    "reference": gettext_lazy("附言编号"),
    "ref": gettext_lazy("订单"),
    "amount": gettext_lazy("到账金额"),
}
"""What an operation was asked for with, as people read it."""


@web.role_needed(*OFFICE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits, and what was decided, newest first."""
    status = request.GET.get("view", "open")
    status = status if status in states.STATES["approvals"] else "open"
    page = keyset.page(queries.approvals(web.actor(request), status=status), request.GET.get("cursor", ""), _SIZE)
    tabs = [
        {"text": states.word("approvals", each), "on": each == status, "path": BASE if each == "open" else f"{BASE}?view={each}"}
        for each in states.STATES["approvals"]
    ]
    return render(request, "office/approvals.html", {"tabs": tabs, "rows": [_row(each) for each in page.rows], "next": page.next})


def _row(approval: Approval) -> dict[str, Any]:
    return {
        "approval": approval,
        "what": risk_words.operation_word(approval.operation),
        "about": task_desk.named(approval.ref),
        "about_path": task_desk.place_of(approval.ref, "/office"),
    }


@web.role_needed(*OFFICE)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """One approval: what would happen, with which arguments, who wants it."""
    return _page(request, queries.approval(web.actor(request), no))


def _page(request: HttpRequest, approval: Approval, said: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    actor = web.actor(request)
    shown = [(ARGUMENTS.get(name, name), _shown(name, value)) for name, value in approval.arguments.items() if value != ""]
    second = approval.asked_by_id != actor.id and may(actor, approval.operation)
    context = {
        **_row(approval),
        "arguments": shown,
        "may_decide": approval.status == "open" and second,
        "own": approval.asked_by_id == actor.id,
        "said": said,
        "problem": problem,
    }
    return render(request, "office/approval.html", context, status=status)


def _shown(name: str, value: Any) -> str:
    if name == "amount":
        return risk_words.value("amount", int(value))
    return task_desk.named(str(value)) if name == "ref" else str(value)


@web.role_needed(*OFFICE)
@require_POST
def decide(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """Agree or not; what the operation refuses now comes back as a note, and the approval still waits."""
    said = request.POST.get("reason", "").replace("\x00", "").strip()[:300]
    if name not in ("approve", "reject"):
        raise NotSeen
    try:
        if name == "approve":
            operations.approve(web.caller(request), no)
        else:
            operations.reject(web.caller(request), no, reason=said)
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        return _page(request, queries.approval(web.actor(request), no), said, errors.text(problem.code, problem.detail), problem.status)
    messages.success(request, _("已同意，事情已经办好") if name == "approve" else _("已驳回"))
    return redirect(BASE)
