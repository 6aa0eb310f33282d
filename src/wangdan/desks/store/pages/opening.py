"""Opening a shop: the application with its papers, what became of it, the re-check; and seats that shops offer (D06.1, D07.1, D07.2)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.desks import errors, shell, typed, web
from wangdan.desks.store import regions
from wangdan.desks.store.pages.account import typed as said
from wangdan.files import operations as files
from wangdan.files import rules as pictures
from wangdan.files.models import File
from wangdan.kernel import options
from wangdan.kernel.act import Call
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.shops import operations, queries, rules
from wangdan.shops.models import Application
from wangdan.shops.rules import Asked

PATH = "/apply"
FIELDS = ("kind", "shop_name", "name", "email", "phone", "identity", "company", "licence_no", "province", "city")
PAPERS: dict[str, Any] = {
    "id_front": gettext_lazy("身份证人像面"),
    "id_back": gettext_lazy("身份证国徽面"),
    "licence": gettext_lazy("营业执照"),
}
"""The papers, in words."""
KINDS: dict[str, Any] = {"individual": gettext_lazy("个人"), "enterprise": gettext_lazy("企业或个体工商户")}
_SMALL = 200


@sensitive_post_parameters("identity")
@web.person_needed
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """One's application: the form while there is none or it has to be mended, else how it stands."""
    found = queries.own(web.actor(request))
    if found is not None and found.status != "rejected":
        return render(request, "store/opening.html", _standing(found))
    if request.method != "POST":
        return _form(request, found, _given(request, found), {})
    given, kept = said(request, *FIELDS), _kept(request)
    if request.POST.get("pick"):
        return _form(request, found, given, kept)
    refusal, status = "", 422
    try:
        kept |= _uploaded(request)
        asked = Asked(**given)
        if found is None:
            operations.apply(web.caller(request), asked=asked, papers=kept)
        else:
            operations.resubmit(web.caller(request), found.pk, asked=asked, papers=kept)
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        refusal, status = _worded(problem), problem.status
    if refusal:
        return _form(request, found, given, kept, refusal, status)
    messages.success(request, _("申请已交，审核结果会通知您"))
    return redirect(PATH)


def _worded(problem: Problem) -> str:
    """The refusal with the paper or field it is about."""
    text, about = errors.text(problem.code, problem.detail), problem.detail.get("paper") or problem.detail.get("field")
    words = {**PAPERS, "shop_name": _("店铺名"), "name": _("姓名"), "company": _("公司名称"), "kind": _("类型")}
    return _("%(what)s：%(text)s") % {"what": words[about], "text": text} if about in words else text


def _given(request: HttpRequest, found: Application | None) -> dict[str, str]:
    """What the form begins with: what was handed in before, else what the account knows; numbers are typed anew."""
    person: Any = request.user
    if found is None:
        return {"kind": "individual", "name": person.name, "email": person.email, "phone": (person.phone or "").removeprefix("+86")}
    given = {name: str(getattr(found, name)) for name in FIELDS}
    return given | {"phone": given["phone"].removeprefix("+86")}


def _kept(request: HttpRequest) -> dict[str, int]:
    """Pictures that an earlier try of the form has brought; only one's own private ones."""
    asked = {name: typed.pieces(request.POST.get(f"kept-{name}", ""), most=2**62) for name in PAPERS}
    wanted = {name: pk for name, pk in asked.items() if pk}
    mine = set(File.objects.filter(pk__in=wanted.values(), owner=request.user.pk, public=False).values_list("pk", flat=True))
    return {name: pk for name, pk in wanted.items() if pk in mine}


def _uploaded(request: HttpRequest) -> dict[str, int]:
    """The pictures of this request, kept as private files; what is no picture is refused with the paper's name."""
    call, largest, found = web.caller(request), options.value(pictures.LARGEST_MB), {}
    for name in PAPERS:
        sent = request.FILES.get(name)
        if sent is None:
            continue
        try:
            picture = pictures.prepare(sent.read(largest * 1024 * 1024 + 1), largest_mb=largest)
        except Problem as problem:
            problem.detail["paper"] = name
            raise
        found[name] = files.upload(Call(call.actor), picture=picture).pk
    return found


def _form(
    request: HttpRequest, found: Application | None, given: dict[str, str], kept: dict[str, int], refusal: str = "", status: int = 200
) -> HttpResponse:
    before = {name: getattr(found, f"{name}_id") for name in PAPERS} if found else {}
    papers = [
        {"name": name, "label": label, "kept": kept.get(name), "there": bool(kept.get(name) or before.get(name))} for name, label in PAPERS.items()
    ]
    context = {
        "found": found,
        "given": given,
        "kinds": [{"value": value, "text": text, "on": given.get("kind") == value} for value, text in KINDS.items()],
        "papers": papers,
        "pickers": regions.pickers(given)[:2],
        "refusal": refusal,
        "proved": bool(getattr(request.user, "phone", None)),
        "days": options.value(rules.REVIEW_DAYS),
        "months": options.value(rules.RECHECK_MONTHS),
    }
    return render(request, "store/apply.html", context, status=status)


def _standing(found: Application) -> dict[str, Any]:
    return {
        "found": found,
        "kind": KINDS[found.kind],
        "identity": rules.mask(found.identity),
        "papers": [{"name": name, "label": PAPERS[name], "url": getattr(found, name).url(_SMALL)} for name in found.papers],
        "may_withdraw": "withdraw" in rules.LIFE.open_moves(found.status),
        "may_hand_in": "hand_in" in rules.LIFE.open_moves(found.status),
        "days": options.value(rules.REVIEW_DAYS),
    }


@web.person_needed
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the application back."""
    found = queries.own(web.actor(request))
    if found is not None and web.attempt(request, operations.withdraw, found.pk):
        messages.success(request, _("申请已撤回"))
    return redirect(PATH)


@web.person_needed
@require_POST
def hand_in(request: HttpRequest) -> HttpResponse:
    """Fresh pictures of the papers for the re-check."""
    found = queries.own(web.actor(request))
    if found is None:
        raise NotSeen
    try:
        operations.hand_in(web.caller(request), found.pk, papers=_uploaded(request))
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        messages.error(request, _worded(problem))
    else:
        messages.success(request, _("新的照片已交，平台会核验"))
    return redirect(PATH)


@web.person_needed
@require_safe
def invitations(request: HttpRequest) -> HttpResponse:
    """The seats that shops offer to the person."""
    rows = [{"row": each, "role": shell.ROLES[each.role]} for each in queries.invitations(web.actor(request))]
    return render(request, "store/invitations.html", {"rows": rows})


@web.person_needed
@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Take the seat, or leave it."""
    takes = request.POST.get("do") == "take"
    done = web.attempt(request, operations.take_seat if takes else operations.refuse_seat, number)
    if done and takes:
        messages.success(request, _("您现在是“%(shop)s”的人了，工作台在这里") % {"shop": done.shop.name})
        return redirect("/warehouse" if done.role == "warehouse" else "/shop")
    if done:
        messages.success(request, _("已谢绝"))
    return redirect("/me/invitations")
