"""The office's work queue: what the system could not settle by itself, by deadline; claim, hand over, finish."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import shell, task_desk, web
from wangdan.desks.office.pages.orders import OFFICE
from wangdan.tasks import queries

BASE = "/office"
_SHOWN = 100


@web.role_needed(*OFFICE)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Open tasks of the person's roles, overdue on top; those of one role, or one's own, as views."""
    actor, view = web.actor(request), request.GET.get("view", "")
    everything = list(queries.queue(actor)[:_SHOWN])
    total = len(everything) if len(everything) < _SHOWN else queries.queue(actor).count()
    request.wd_queue_count = total  # type: ignore[attr-defined]
    chosen = [task for task in everything if not view or task.role == view or (view == "mine" and task.claimed_by_id == actor.id)]
    tasks = [task_desk.row(task, actor.id, BASE) for task in chosen]
    context = {"total": total, "tasks": tasks, "tabs": _tabs(everything, actor.id, view), "more": total - len(everything)}
    return render(request, "office/queue.html", context)


def _tabs(tasks: list[Any], me: int | None, view: str) -> list[dict[str, Any]]:
    roles = list(dict.fromkeys(task.role for task in tasks))
    found = [("", _("全部"), len(tasks)), ("mine", _("我在办"), sum(task.claimed_by_id == me for task in tasks))]
    if len(roles) > 1:
        found += [(role, shell.ROLES.get(role, role), sum(task.role == role for task in tasks)) for role in roles]
    return [{"text": text, "count": count, "on": key == view, "path": f"{BASE}?view={key}" if key else BASE} for key, text, count in found]


@web.role_needed(*OFFICE)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """One task."""
    return task_desk.page(request, no, BASE)


@web.role_needed(*OFFICE)
@require_POST
def claim(request: HttpRequest, no: str) -> HttpResponse:
    """Take a task on oneself."""
    return task_desk.claim(request, no, BASE)


@web.role_needed(*OFFICE)
@require_POST
def hand_over(request: HttpRequest, no: str) -> HttpResponse:
    """Give a task to a colleague, or back into the queue."""
    return task_desk.hand_over(request, no, BASE)


@web.role_needed(*OFFICE)
@require_POST
def finish(request: HttpRequest, no: str) -> HttpResponse:
    """Call a task done, with a word on how it ended."""
    return task_desk.finish(request, no, BASE)
