"""Tasks on a desk: rows of its queue, the page of one, and what can be done with it: take it on, hand it over, finish it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wangdan.accounts import queries as accounts
from wangdan.accounts.models import Person
from wangdan.desks import consequences, errors, journal_words, sayings, shell, states, typed, web
from wangdan.desks.journal_words import Change, Entry
from wangdan.desks.templatetags.wd import groups
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.kernel.models import Journal
from wangdan.tasks import operations, queries
from wangdan.tasks.models import Task

REFS: dict[str, Any] = {
    "orders": gettext_lazy("订单 %(no)s"),
    "payments": gettext_lazy("付款单 %(no)s"),
    "parcels": gettext_lazy("包裹 %(no)s"),
    "refunds": gettext_lazy("退款 %(no)s"),
    "arrivals": gettext_lazy("到货 %(no)s"),
    "warehouses": gettext_lazy("仓库"),
    "wrapping": gettext_lazy("包装材料"),
    "attempts": gettext_lazy("付款 %(no)s"),
    "approvals": gettext_lazy("复核 %(no)s"),
    "messages": gettext_lazy("短信与邮件"),
    "applications": gettext_lazy("开店申请"),
}
"""Kind of thing a task is about → how its number reads."""
WORDS: dict[str, tuple[Any, str]] = {
    "tasks.open": (gettext_lazy("任务打开"), ""),
    "tasks.claim": (gettext_lazy("接下任务"), "moving"),
    "tasks.hand_over": (pgettext_lazy("past", "转交"), "waiting"),
    "tasks.finish": (pgettext_lazy("past", "办完"), "done"),
}
AUDITS = ("orders.audit", "orders.audit_overdue")
"""Kinds of tasks about an order whose place is the auditors' page of it."""
_LONGEST = 200


_PLACES = {"orders": "{base}/orders/{number}", "arrivals": "/warehouse/arrivals/{number}", "warehouses": "/warehouse/low?house={number}"}
_PLACES["wrapping"] = "/warehouse/materials?house={number}"
_OFFICE = {"audits": "audit/{number}", "messages": "messages"}
_OFFICE |= {kind: f"{kind}/{{number}}" for kind in ("refunds", "approvals", "applications", "parcels")}
"""Where things are shown: on any desk, and in the office."""


def place_of(ref: str, base: str) -> str:
    """Where the thing a task is about is shown on the desk `base`: its page, else the search for its number."""
    kind, _sign, number = ref.partition(":")
    if kind in _PLACES:
        return _PLACES[kind].format(base=base, number=number)
    if kind in _OFFICE and base == "/office":
        return f"{base}/{_OFFICE[kind].format(number=number)}"
    return f"{base}/find?q={number}" if number else base


def named(ref: str) -> str:
    """The thing a task is about, as people read it."""
    kind, _sign, number = ref.partition(":")
    if kind in ("warehouses", "wrapping"):
        return str(REFS[kind])
    return str(REFS.get(kind, "%(no)s")) % {"no": groups(number)}


def row(task: Task, me: int | None, base: str) -> dict[str, Any]:
    """One task as a row of the queue."""
    return {
        "no": task.no,
        "title": sayings.text(task.says),
        "outcome": sayings.outcome(task.outcome),
        "status": task.status,
        "due_at": task.due_at,
        "opened_at": task.opened_at,
        "role_text": shell.ROLES.get(task.role, task.role),
        "path": f"{base}/tasks/{task.no}",
        "about_path": place_of(task.ref if task.kind not in AUDITS else task.ref.replace("orders:", "audits:"), base),
        "ref_text": named(task.ref),
        "mine": task.claimed_by_id == me and me is not None,
        "claimed_by_name": task.claimed_by.shown if task.claimed_by and task.claimed_by_id != me else "",
    }


def _task(request: HttpRequest, no: str) -> Task:
    """One task within the person's sight. Refuses with 404."""
    found = Task.visible_to(web.actor(request)).select_related("claimed_by", "organisation").filter(no=no.replace("\x00", "")).first()
    if found is None:
        raise NotSeen
    return found


def page(request: HttpRequest, no: str, base: str, said: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    """The page of one task: what it is about, who has it, what can be done."""
    task, actor = _task(request, no), web.actor(request)
    shown = row(task, actor.id, base)
    over = bool(actor.roles & {"supervisor", "admin"})
    context = {
        "task": task,
        "row": shown,
        "base": base,
        "free": task.status == "open",
        "may_finish": task.status != "done" and (task.status == "open" or shown["mine"] or over),
        "may_give": task.status == "open" or (task.status == "claimed" and (shown["mine"] or over)),
        "colleagues": [(each.pk, each.shown) for each in _colleagues(task) if each.pk != task.claimed_by_id] if task.status != "done" else [],
        "entries": _entries(task),
        "effects": consequences.of_task(task),
        "said": said,
        "problem": problem,
    }
    return render(request, "desk/task.html", context, status=status)


def _colleagues(task: Task) -> Iterable[Person]:
    """Who else may do it: people of the task's role in its organisation, or in the platform's office."""
    office = accounts.platform()
    where = task.organisation_id or (office.pk if office else 0)
    return accounts.members(where, task.role).order_by("id")[:50]


def _entries(task: Task) -> list[Entry]:
    rows = list(Journal.objects.filter(ref=task.journal_ref).order_by("-id")[:50])
    names = journal_words.names_of(rows)
    told = []
    for each in rows:
        text, state = WORDS.get(each.operation, (_("任务打开") if "no" in each.changes else _("事情已经解决"), ""))
        changes = []
        before, after = each.changes.get("status", [None, None])
        if before and before != after:
            changes.append(Change(_("状态"), states.word("tasks", before), states.word("tasks", after)))
        if (each.changes.get("outcome") or ["", ""])[1]:
            changes.append(Change(_("结果"), "", sayings.outcome(str(each.changes["outcome"][1]))))
        told.append(Entry(str(text), each.at, journal_words.who(each, names), state, changes))
    return told


def claim(request: HttpRequest, no: str, base: str) -> HttpResponse:
    """Take a task on oneself, and see it."""
    if web.attempt(request, operations.claim, no):
        messages.success(request, _("这件归您办了"))
    return redirect(web.back(request, f"{base}/tasks/{no}"))


def hand_over(request: HttpRequest, no: str, base: str) -> HttpResponse:
    """Give a task to a colleague, or back into the queue."""
    person = typed.pieces(request.POST.get("person", ""), most=2**62) or None
    if web.attempt(request, operations.hand_over, no, person=person):
        messages.success(request, _("已转交") if person else _("已放回待办，谁都可以接"))
    return redirect(base)


def finish(request: HttpRequest, no: str, base: str) -> HttpResponse:
    """Call a task done with a word on how it ended; without the word the page comes back."""
    outcome = request.POST.get("outcome", "").replace("\x00", "").strip()
    if not outcome:
        return page(request, no, base, problem=_("写一句怎么办的，同事以后看得懂"), status=422)
    if len(outcome) > _LONGEST:
        return page(request, no, base, outcome, errors.text("tasks.outcome_long"), 422)
    try:
        operations.finish(web.caller(request), no, outcome=outcome)
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        return page(request, no, base, outcome, errors.text(problem.code, problem.detail), problem.status)
    messages.success(request, _("办完一件"))
    return redirect(base)


def of_warehouse(request: HttpRequest) -> list[dict[str, Any]]:
    """What warehouse people have to do beyond parcels, by deadline, as rows."""
    actor = web.actor(request)
    return [row(task, actor.id, "/warehouse") for task in queries.queue(actor, role="warehouse")[:20]]


def of_shop(request: HttpRequest) -> list[Task]:
    """What the person's shops have to do beyond their orders, by deadline."""
    actor = web.actor(request)
    return list(queries.queue(actor).filter(organisation__in=actor.organisations)[:50])
