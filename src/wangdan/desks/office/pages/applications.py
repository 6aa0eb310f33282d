"""Who wants to sell, and whose papers are to be looked at again: approve, send back with a reason, look at a paper (D06.1, D07.1)."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wangdan.accounts.rules import mask_email
from wangdan.desks import errors, journal_words, keyset, states, web
from wangdan.desks.journal_words import Change, Entry
from wangdan.desks.store.pages.opening import KINDS, PAPERS
from wangdan.files import queries as files
from wangdan.kernel.act import Call
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.shops import operations, queries, rules
from wangdan.shops.models import Application

REVIEW = ("supervisor", "admin")
BASE = "/office/applications"
_SIZE, _MOST, _LARGE = 40, 99, 800
VIEWS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("new", gettext_lazy("待审核"), ("submitted",)),
    ("check", gettext_lazy("待核验"), ("due", "overdue")),
    ("back", gettext_lazy("已退回"), ("rejected",)),
    ("open", gettext_lazy("在营"), ("approved",)),
    ("all", gettext_lazy("全部"), ()),
)
"""Key, words and states of each view."""
WORDS: dict[str, tuple[Any, str]] = {
    "shops.apply": (gettext_lazy("交来申请"), ""),
    "shops.resubmit": (gettext_lazy("改好重交"), "moving"),
    "shops.withdraw": (gettext_lazy("撤回申请"), "stopped"),
    "shops.approve": (gettext_lazy("审核通过，店铺开通"), "done"),
    "shops.reject": (gettext_lazy("退回修改"), "wrong"),
    "shops.fall_due": (gettext_lazy("快到核验期，已提醒店铺"), "waiting"),
    "shops.erase_papers": (gettext_lazy("到期删除证件照片"), "stopped"),
    "shops.lapse": (gettext_lazy("核验过期"), "wrong"),
    "shops.hand_in": (gettext_lazy("店铺交来新的证件照片"), "moving"),
    "shops.renew": (gettext_lazy("核验通过"), "done"),
    "shops.look": (gettext_lazy("查看证件"), ""),
}
"""Operation → what it reads as and its colour."""


@web.role_needed(*REVIEW)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Applications by view, newest first; each view counted no further than a hundred."""
    actor, wanted = web.actor(request), request.GET.get("view", "")
    view = next((each for each in VIEWS if each[0] == wanted), VIEWS[0])
    shown = keyset.page(queries.every(actor, *view[2]), request.GET.get("cursor", ""), _SIZE)
    tabs = []
    for key, text, statuses in VIEWS:
        count = queries.waiting(actor, *statuses, most=_MOST) if key in ("new", "check") else None
        told = None if count is None else f"{_MOST}+" if count > _MOST else str(count)
        tabs.append({"text": text, "count": told, "on": key == view[0], "path": f"{BASE}?view={key}", "state": "waiting" if count else ""})
    rows = [{"row": each, "kind": KINDS[each.kind]} for each in shown.rows]
    return render(request, "office/applications.html", {"tabs": tabs, "rows": rows, "next": shown.next})


@web.role_needed(*REVIEW)
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One application: who, with which papers, what was done; numbers masked until one asks."""
    return _page(request, queries.one(web.actor(request), number))


def _page(request: HttpRequest, found: Application, **extra: Any) -> HttpResponse:
    full, moves = bool(extra.get("full")), rules.LIFE.open_moves(found.status)
    shown = (lambda text: text) if full else rules.mask
    context = {
        "found": found,
        "kind": KINDS[found.kind],
        "identity": shown(found.identity),
        "licence_no": shown(found.licence_no),
        "email": found.email if full else mask_email(found.email),
        "full": full,
        "papers": [{"name": name, "label": PAPERS[name]} for name in found.kept],
        "may_decide": "approve" in moves,
        "may_renew": found.status in ("due", "overdue", "approved"),
        "urgent": found.status in ("due", "overdue"),
        "entries": _entries(found),
        "said": "",
        "problem": "",
    }
    return render(request, "office/application.html", context | extra, status=extra.get("status", 200))


def _entries(found: Application) -> list[Entry]:
    rows = queries.history(found)
    names = journal_words.names_of(rows)
    looks: dict[str, Any] = {**PAPERS, "numbers": _("证件号码")}
    made = []
    for each in rows:
        text, state = WORDS.get(each.operation, (each.operation, ""))
        changes, (before, after) = [], each.changes.get("status", [None, None])
        if before and before != after:
            changes.append(Change(_("状态"), states.word("applications", before), states.word("applications", after)))
        if "looked" in each.changes:
            changes.append(Change(_("看了"), "", str(looks.get(each.changes["looked"][1], ""))))
        if (each.changes.get("reason") or ["", ""])[1]:
            changes.append(Change(_("原因"), "", str(each.changes["reason"][1])))
        made.append(Entry(str(text), each.at, journal_words.who(each, names, buyer_id=None), state, changes))
    return made


@web.role_needed(*REVIEW)
@require_POST
def decide(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Approve, send back with a reason, or find all in order at the re-check."""
    found = queries.one(web.actor(request), number)
    if name not in ("approve", "reject", "renew"):
        raise NotSeen
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[: rules.LONGEST_REASON]
    try:
        getattr(operations, name)(web.caller(request), found.pk, **({"reason": reason} if name == "reject" else {}))
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        return _page(
            request, queries.one(web.actor(request), number), said=reason, problem=errors.text(problem.code, problem.detail), status=problem.status
        )
    told = {"approve": _("已通过，店铺开通"), "reject": _("已退回，申请人会看到原因"), "renew": _("已核验，重新计时")}
    messages.success(request, told[name])
    return redirect(f"{BASE}/{number}")


@web.role_needed(*REVIEW)
@require_POST
def reveal(request: HttpRequest, number: int) -> HttpResponse:
    """The numbers in full, once; the look is written down."""
    operations.look(Call(web.actor(request)), number, what="numbers")
    return _page(request, queries.one(web.actor(request), number), full=True)


@web.role_needed(*REVIEW)
@require_POST
def paper(request: HttpRequest, number: int, name: str) -> HttpResponse | FileResponse:
    """The picture of one paper; the look is written down."""
    found = operations.look(Call(web.actor(request)), number, what=name)
    kept = getattr(found, name, None) if name in PAPERS else None
    path = files.place(kept, _LARGE) if kept is not None else None
    if path is None or not path.is_file():
        raise NotSeen
    return FileResponse(path.open("rb"), content_type="image/webp", headers={"Cache-Control": "no-store"})
