"""The platform's own people and everybody's account: who does what, appoint, dismiss, close an account and open it again (D15.3, D09.六.3)."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wangdan.accounts import operations, queries
from wangdan.accounts.models import Membership, Person
from wangdan.accounts.rules import mask_email
from wangdan.desks import errors, journal_words, keyset, shell, typed, web
from wangdan.desks.journal_words import Entry
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.kernel.models import Journal

SEERS = ("supervisor", "admin")
BASE = "/office/people"
_SIZE, _HISTORY = 40, 50
DUTIES: dict[str, Any] = {
    "service": gettext_lazy("查订单，替买家取消、改地址，处理任务"),
    "auditor": gettext_lazy("审核可疑的订单，联系买家，管黑名单"),
    "finance": gettext_lazy("认转账，办退款，看对账"),
    "warehouse": gettext_lazy("在平台的仓库拣货、验货、打包、收货"),
    "supervisor": gettext_lazy("以上都能做，还写风险规则、审开店申请、复核大额、管优惠"),
    "admin": gettext_lazy("全部，包括改单、设置、任命和撤下别人"),
}
"""Role → what it is for, the least powerful first."""
WORDS: dict[str, tuple[Any, str]] = {
    "accounts.register": (gettext_lazy("注册账号"), ""),
    "accounts.disable": (gettext_lazy("停用账号"), "stopped"),
    "accounts.enable": (gettext_lazy("恢复账号"), "done"),
}


@web.role_needed(*SEERS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Who works for the platform; closed accounts; and the way to anybody's account, by exact phone or user name."""
    actor, said = web.actor(request), request.GET.get("q", "").strip()[:40]
    found = queries.named(said) if said else None
    if found:
        return redirect(f"{BASE}/{found.pk}")
    closed = request.GET.get("view") == "closed"
    page = keyset.page(queries.closed(actor) if closed else queries.staff(actor), request.GET.get("cursor", ""), _SIZE)
    context = {
        "rows": [{"person": each, "roles": [shell.ROLES[row.role] for row in each.held]} for each in page.rows],
        "next": page.next,
        "closed": closed,
        "said": said,
        "duties": [(shell.ROLES[role], text) for role, text in DUTIES.items()],
    }
    return render(request, "office/people.html", context, status=404 if said else 200)


@web.role_needed(*SEERS)
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One account: what it is, what it may do here, what was done to it."""
    return _page(request, queries.person(web.actor(request), number))


def _page(request: HttpRequest, person: Person, said: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    actor, seats = web.actor(request), list(queries.seats(person.pk))
    ours, leads = {row.role for row in seats if row.organisation.kind == "platform"}, "admin" in actor.roles
    context = {
        "person": person,
        "email": mask_email(person.email),
        "seats": [{"row": row, "role": shell.ROLES[row.role], "may_go": leads and row.role != "shop_owner"} for row in seats],
        "roles": [(role, shell.ROLES[role], text) for role, text in DUTIES.items() if role not in ours] if leads and person.is_active else [],
        "may_close": person.pk != actor.id and (leads or not ours),
        "entries": _entries(person, seats),
        "said": said,
        "problem": problem,
    }
    return render(request, "office/person.html", context, status=status)


def _entries(person: Person, seats: list[Membership]) -> list[Entry]:
    """What was done to the account and its roles, newest first."""
    platform = queries.platform()
    refs = {row.organisation.ref for row in seats} | ({platform.ref} if platform else set())
    wanted = Q(ref=person.ref, operation__in=tuple(WORDS)) | Q(ref__in=refs, changes__has_key=person.ref)
    rows = list(Journal.objects.filter(wanted).order_by("-id")[:_HISTORY])
    names = journal_words.names_of(rows)
    made = []
    for row in rows:
        before, after = row.changes.get(person.ref, (None, None))
        text, state = WORDS.get(row.operation, ("", ""))
        if after:
            text, state = _("任命：%(role)s") % {"role": shell.ROLES.get(after, after)}, "done"
        if before:
            text, state = _("撤下：%(role)s") % {"role": shell.ROLES.get(before, before)}, "stopped"
        made.append(Entry(str(text), row.at, journal_words.who(row, names), state, journal_words.changes_of(row)))
    return made


@web.role_needed(*SEERS)
@require_POST
def deed(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Appoint, dismiss, close, open again; a refusal is told on the same page, with what was typed."""
    person, call = queries.person(web.actor(request), number), web.caller(request)
    said, role = request.POST.get("reason", "").replace("\x00", "").strip()[:200], request.POST.get("role", "")[:20]
    platform = queries.platform()
    at = typed.pieces(request.POST.get("organisation", ""), most=2**62) or (platform.pk if platform else 0)
    deeds: dict[str, tuple[Any, Any]] = {
        "appoint": (lambda: operations.appoint(call, platform.pk if platform else 0, person=person.pk, role=role), _("已任命，下一次点击起有效")),
        "dismiss": (lambda: operations.dismiss(call, at, person=person.pk, role=role), _("已撤下，他从现在起做不了；他认领的任务回到队列")),
        "disable": (lambda: operations.disable(call, person.pk, reason=said), _("已停用，登录和令牌都失效了")),
        "enable": (lambda: operations.enable(call, person.pk), _("已恢复，可以登录了")),
    }
    if name not in deeds:
        raise NotSeen
    run, told = deeds[name]
    try:
        run()
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        return _page(request, person, said, errors.text(problem.code, problem.detail), problem.status)
    messages.success(request, told)
    return redirect(f"{BASE}/{person.pk}")
