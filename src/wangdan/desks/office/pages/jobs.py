"""Background jobs for administrators: what failed and why, run again one or all; a stretch of the journal told again to one consumer."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import errors, journal_words, task_desk, typed, web
from wangdan.desks.journal_words import Change, Entry
from wangdan.kernel import clock, operations, options, queries
from wangdan.kernel.limits import KEEP_KEYS, MOST_REPLAYED
from wangdan.kernel.models import Journal

BASE = "/office/jobs"
_SIZE, _HISTORY = 30, 20
WORDS: dict[str, Any] = {
    "kernel.retry_job": gettext_lazy("重试一个任务"),
    "kernel.retry_jobs": gettext_lazy("重试全部任务"),
    "kernel.clear_sweeps": gettext_lazy("清掉定时任务的失败记录"),
    "kernel.replay": gettext_lazy("重放一段日志"),
}
FIELDS: dict[str, Any] = {
    "task": gettext_lazy("任务"),
    "jobs": gettext_lazy("个数"),
    "first": gettext_lazy("从日志"),
    "last": gettext_lazy("到日志"),
    "anew": gettext_lazy("办过的也再办"),
}


@web.role_needed("admin")
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What failed, by task and one by one; the form of a replay with its preview; who did what here."""
    before = typed.pieces(request.GET.get("before", ""), most=2**62)
    found = queries.failed(before=before or 2**62, size=_SIZE + 1)
    shown = found[:_SIZE]
    refs = dict(Journal.objects.filter(pk__in=[each.args["journal_id"] for each in shown if "journal_id" in each.args]).values_list("pk", "ref"))
    groups = [
        {"name": name, "sweep": task.startswith(("sweep:", "jobs:")), "count": count} for name, task, count, _newest in queries.failed_by_task()
    ]
    context = {
        "rows": [_row(each, refs) for each in shown],
        "next": found[_SIZE - 1].id if len(found) > _SIZE else 0,
        "jobs": [each for each in groups if not each["sweep"]],
        "sweeps": [each for each in groups if each["sweep"]],
        "total": sum(each["count"] for each in groups if not each["sweep"]),
        "waiting": queries.waiting(),
        "entries": _entries(),
        **_preview(request),
    }
    return render(request, "office/jobs.html", context)


def _row(job: queries.Failed, refs: dict[int, str]) -> dict[str, Any]:
    """One failed job: what it was to do, about what, why it could not."""
    ref = refs.get(job.args.get("journal_id", 0), "")
    numbers = [str(value) for name, value in job.args.items() if name not in ("journal_id", "place", "reaction", "again")]
    return {
        "id": job.id,
        "name": str(job.args.get("reaction") or job.task),
        "about": task_desk.named(ref) if ref else _("，").join(numbers)[:80],
        "path": task_desk.place_of(ref, "/office") if ref else f"/office/find?{urlencode({'q': numbers[0]})}" if numbers else "",
        "attempts": job.attempts,
        "at": job.at,
        "kind": job.kind,
        "text": job.text,
        "place": job.place,
    }


def _entries() -> list[Entry]:
    """Who ran what again, newest first."""
    rows = list(Journal.objects.filter(operation__in=WORDS).order_by("-id")[:_HISTORY])
    names = journal_words.names_of(rows)
    told = []
    for each in rows:
        changes = [
            Change(str(FIELDS[name]), "", _yes(pair[1])) for name, pair in each.changes.items() if name in FIELDS and pair[1] not in ("", None, False)
        ]
        if each.ref.startswith("reactions:"):
            changes.insert(0, Change(_("给谁"), "", each.ref.removeprefix("reactions:")))
        told.append(Entry(str(WORDS[each.operation]), each.at, journal_words.who(each, names), "moving", changes))
    return told


def _yes(value: Any) -> str:
    return _("是") if value is True else str(value)


# ---- a stretch told again -------------------------------------------------------------------------------------------


def _moment(text: str) -> datetime | None:
    """A moment typed in the zone of the business."""
    try:
        found = parse_datetime(text[:40])
    except ValueError:
        return None
    if found is None:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _preview(request: HttpRequest) -> dict[str, Any]:
    """The form as typed, and what the stretch holds for the consumer; nothing is done yet."""
    said = {name: request.GET.get(name, "")[:80] for name in ("reaction", "from", "to")}
    known = queries.consumers()
    context: dict[str, Any] = {"said": said, "consumers": list(known), "wrong": {}, "hours": int(KEEP_KEYS.total_seconds() // 3600)}
    if "reaction" not in request.GET:
        return context
    begin, end = _moment(said["from"]), _moment(said["to"]) if said["to"] else clock.now()
    if said["reaction"] not in known:
        context["wrong"]["reaction"] = _("请选一个")
    if begin is None:
        context["wrong"]["from"] = _("写成 2026-11-24T08:00 这样")
    if end is None or (begin is not None and end <= begin):
        context["wrong"]["to"] = _("结束要在开始之后")
    if context["wrong"] or begin is None or end is None:
        return context
    first, last = queries.journal_at(begin), queries.journal_at(end) - 1
    most = options.value(MOST_REPLAYED)
    if last < first:
        return context | {"empty": True}
    found = queries.stretch(first, last, said["reaction"], kept_since=clock.now() - KEEP_KEYS, most=most)
    return context | {"stretch": found, "fresh": found.facts - found.done, "too_many": found.facts > most, "most": most, "empty": not found.facts}


@web.role_needed("admin")
@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Run one failed job again, or all of one name, or all."""
    job = typed.pieces(request.POST.get("job", ""), most=2**62)
    if job:
        if web.attempt(request, operations.retry_job, job=job):
            messages.success(request, _("已放回队列，马上再跑"))
        return redirect(BASE)
    count = web.attempt(request, operations.retry_jobs, name=request.POST.get("name", "")[:120])
    if count is not None:
        messages.success(request, _("%(n)s 个任务放回队列") % {"n": count})
    return redirect(BASE)


@web.role_needed("admin")
@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """Take failed sweeps off the list."""
    count = web.attempt(request, operations.clear_sweeps)
    if count is not None:
        messages.success(request, _("清掉 %(n)s 条") % {"n": count})
    return redirect(BASE)


@web.role_needed("admin")
@require_POST
def replay(request: HttpRequest) -> HttpResponse:
    """Tell the stretch of the preview again."""
    first, last = (typed.pieces(request.POST.get(name, ""), most=2**62) for name in ("first", "last"))
    if first is None or last is None:
        messages.error(request, errors.text("kernel.stretch_malformed"))
        return redirect(BASE)
    wanted = {"reaction": request.POST.get("reaction", "")[:80], "anew": request.POST.get("anew") == "1"}
    count = web.attempt(request, operations.replay, first=first, last=last, **wanted)
    if count is not None:
        messages.success(request, _("%(n)s 条事实排上队，顶上写着还剩多少") % {"n": count})
    return redirect(BASE)
