"""The office's work queue: what the system could not settle by itself, by deadline; claim and finish."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import shell, web
from wangdan.desks.office.pages.orders import OFFICE
from wangdan.desks.templatetags.wd import groups
from wangdan.tasks import operations, queries
from wangdan.tasks.models import Task

_SHOWN = 100


@web.role_needed(*OFFICE)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Open tasks of the person's roles, overdue on top."""
    actor = web.actor(request)
    found = list(queries.queue(actor)[:_SHOWN])
    total = len(found) if len(found) < _SHOWN else queries.queue(actor).count()
    request.wd_queue_count = total  # type: ignore[attr-defined]
    return render(request, "office/queue.html", {"total": total, "tasks": [_view(task, actor.id) for task in found]})


def _view(task: Task, me: int | None) -> dict[str, Any]:
    kind, _sign, number = task.ref.partition(":")
    words = {
        "orders": _("订单 %(no)s"),
        "payments": _("付款单 %(no)s"),
        "parcels": _("包裹 %(no)s"),
        "refunds": _("退款 %(no)s"),
        "attempts": _("付款 %(no)s"),
    }
    path = {"orders": f"/office/orders/{number}"}.get(kind, f"/office/find?q={number}" if number else "/office")
    return {
        "no": task.no,
        "title": task.title,
        "status": task.status,
        "due_at": task.due_at,
        "opened_at": task.opened_at,
        "role_text": shell.ROLES.get(task.role, task.role),
        "path": path,
        "ref_text": words.get(kind, "%(no)s") % {"no": groups(number)},
        "mine": task.claimed_by_id == me and me is not None,
        "claimed_by_name": task.claimed_by.shown if task.claimed_by and task.claimed_by_id != me else "",
    }


@web.role_needed(*OFFICE)
@require_POST
def claim(request: HttpRequest, no: str) -> HttpResponse:
    """Take a task on oneself."""
    if web.attempt(request, operations.claim, no):
        messages.success(request, _("这件归您办了"))
    return redirect("/office")


@web.role_needed(*OFFICE)
@require_POST
def finish(request: HttpRequest, no: str) -> HttpResponse:
    """Call a task done."""
    if web.attempt(request, operations.finish, no, outcome=request.POST.get("outcome", "")[:200]):
        messages.success(request, _("办完一件"))
    return redirect("/office")
