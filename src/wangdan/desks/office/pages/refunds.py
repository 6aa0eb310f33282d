"""Refunds for finance: what failed, what goes by hand, what the bank has not answered; try again, or settle with the bank's number (D11.6)."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import errors, journal_words, keyset, order_words, states, web
from wangdan.desks.journal_words import Entry
from wangdan.desks.order_page import MONEY
from wangdan.desks.templatetags.wd import money
from wangdan.kernel import numbers
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.kernel.models import Journal
from wangdan.payments import operations
from wangdan.payments.models import Refund
from wangdan.tasks.models import Approval

FINANCE = tuple(sorted(MONEY))
BASE = "/office/refunds"
_SIZE, _MOST = 40, 99
BY_HAND = Q(status__in=("intended", "unknown")) & ~Q(attempt__gateway="sandbox")
VIEWS: tuple[tuple[str, Any, Q], ...] = (
    ("todo", gettext_lazy("要处理"), Q(status="failed") | BY_HAND),
    ("failed", gettext_lazy("银行拒绝"), Q(status="failed")),
    ("hand", gettext_lazy("人工退"), BY_HAND),
    ("asking", gettext_lazy("银行在办"), Q(status__in=("intended", "unknown"), attempt__gateway="sandbox")),
    ("done", gettext_lazy("已退"), Q(status="done")),
)
"""Key, words and what belongs to each view."""


def visible(request: HttpRequest) -> QuerySet[Refund]:
    """The refunds the person may see."""
    return Refund.visible_to(web.actor(request))


def _one(request: HttpRequest, no: str) -> Refund:
    found = visible(request).filter(no=numbers.normalise(no)).first()
    if found is None:
        raise NotSeen
    return found


def by_hand(refund: Refund) -> bool:
    """Whether a person may settle it: no gateway carries it out, or the gateway refused."""
    return refund.status == "failed" or (refund.status != "done" and refund.attempt.gateway != "sandbox")


@web.role_needed(*FINANCE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Refunds by view, newest first; each view counted no further than a hundred."""
    wanted = request.GET.get("view", "")
    view = next((each for each in VIEWS if each[0] == wanted), VIEWS[0])
    every = visible(request)
    shown = keyset.page(every.filter(view[2]), request.GET.get("cursor", ""), _SIZE)
    tabs = []
    for key, text, what in VIEWS:
        count = every.filter(what).order_by()[: _MOST + 1].count() if key != "done" else None
        told = None if count is None else f"{_MOST}+" if count > _MOST else str(count)
        tabs.append(
            {"text": text, "count": told, "on": key == view[0], "path": f"{BASE}?view={key}", "state": "wrong" if key == "failed" and count else ""}
        )
    return render(request, "office/refunds.html", {"tabs": tabs, "rows": [_row(each) for each in shown.rows], "next": shown.next})


def _row(refund: Refund) -> dict[str, Any]:
    order = refund.part.ref.removeprefix("orders:") if refund.part and refund.part.ref.startswith("orders:") else ""
    return {
        "refund": refund,
        "order": order,
        "why": refund.trouble if refund.status == "failed" else order_words.reason_word(refund.reason) or _("多收的钱"),
        "way": order_words.method_word(refund.attempt.gateway),
        "hand": by_hand(refund),
    }


@web.role_needed(*FINANCE)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """One refund: how much, of what, through which bank, what went wrong, who did what."""
    return _page(request, _one(request, no))


def _page(request: HttpRequest, refund: Refund, said: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    rows = list(Journal.objects.filter(ref=refund.ref).order_by("-id")[:50])
    names = journal_words.names_of(rows)
    entries = []
    for each in rows:
        text, state = journal_words.WORDS.get(each.operation, (each.operation, ""))
        if "no" in each.changes:
            text, state = journal_words.WORDS["payments.refund"]
        entries.append(Entry(str(text), each.at, journal_words.who(each, names), state, journal_words.changes_of(each)))
    context = {**_row(refund), "entries": entries, "said": said, "problem": problem, "state_text": states.word("refunds", refund.status)}
    return render(request, "office/refund.html", context, status=status)


@web.role_needed(*FINANCE)
@require_POST
def retry(request: HttpRequest, no: str) -> HttpResponse:
    """Ask the bank once more with the same number."""
    refund = _one(request, no)
    if web.attempt(request, operations.retry_refund, refund.no):
        messages.success(request, _("已再次请银行退款，结果会写在这里"))
    return redirect(f"{BASE}/{refund.no}")


@web.role_needed(*FINANCE)
@require_POST
def settle(request: HttpRequest, no: str) -> HttpResponse:
    """Say that the money went back by hand, with the bank's number; a refusal comes back at its field."""
    refund = _one(request, no)
    said = request.POST.get("bank_no", "").replace("\x00", "").strip()[:64]
    try:
        done = operations.settle_refund(web.caller(request), refund.no, gateway_no=said)
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        return _page(request, _one(request, no), said, errors.text(problem.code, problem.detail), problem.status)
    if isinstance(done, Approval):
        messages.warning(request, _("%(amount)s 超过您一个人能决定的金额，已交给第二个人复核") % {"amount": money(refund.amount)})
    else:
        messages.success(request, _("已记下：%(amount)s 退给买家") % {"amount": money(refund.amount)})
    return redirect(f"{BASE}/{refund.no}")
