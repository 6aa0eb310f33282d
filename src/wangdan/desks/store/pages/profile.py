"""The account itself: shown name and language, phone and mail address proved by a code, the password (D15.2, D15.9, D09.二.3)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from wangdan.accounts import operations, queries, rules
from wangdan.accounts.operations import Entrance
from wangdan.desks import errors, web
from wangdan.desks.store.pages.account import keep_language, secret, send_code, show, typed, visit
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Problem
from wangdan.orders import queries as orders

PATH = "/me/profile"
_FORM = require_http_methods(["GET", "HEAD", "POST"])


def _person(request: HttpRequest) -> Any:
    actor = web.actor(request)
    return queries.person(actor, actor.id)


@web.person_needed
@_FORM
def profile(request: HttpRequest) -> HttpResponse:
    """What is known of oneself, to look at and to keep right (D15.2); the language is that of SMS, mails and pages."""
    person, refusal = _person(request), ""
    name = person.name
    if request.POST.get("personal") in ("0", "1"):
        web.attempt(request, operations.change_profile, personal=request.POST["personal"] == "1")
        return redirect(f"{PATH}#personal")
    if request.method == "POST":
        given = typed(request, "name", "language")
        try:
            operations.change_profile(web.caller(request), name=given["name"], language=given["language"])
        except Problem as problem:
            name, refusal = given["name"], errors.text(problem.code, problem.detail)
        else:
            with translation.override(given["language"]):
                messages.success(request, _("资料已保存"))
            return keep_language(redirect(PATH), given["language"])
    context = {
        "person": person,
        "name": name,
        "refusal": refusal,
        "has_payment_password": queries.has_payment_password(web.actor(request)),
        "mail": rules.mask_email(person.email),
        "days": orders.DAYS,
        "accepted": queries.acceptances(web.actor(request)),
        "languages": [("zh-hans", "中文"), ("en", "English")],
    }
    return render(request, "store/profile.html", context, status=422 if refusal else 200)


@sensitive_post_parameters("code", "own")
@web.person_needed
@_FORM
def contact(request: HttpRequest, kind: str) -> HttpResponse:
    """Make a phone or a mail address one's own by the code sent to it, and the password (without one, a code to the present phone).

    From then on it can be told things and, a phone, log in.
    """
    person = _person(request)
    present = rules.mask_phone(person.phone) if kind == "phone" else rules.mask_email(person.email)
    context: dict[str, Any] = {"kind": kind, "present": present, "has_password": person.has_usable_password(), "own": rules.mask_phone(person.phone)}
    if request.method != "POST":
        return render(request, "store/contact.html", context)
    context |= typed(request, "to", "code")
    call = Call(web.actor(request))
    if request.POST.get("send") == "own":
        sent = send_code(call, request, person.phone or "", "confirm")
        return show(request, "store/contact.html", context | {"own_sent": sent, "status": sent.get("status", 200)})
    if request.POST.get("send"):
        return show(request, "store/contact.html", context | send_code(call, request, context["to"], kind))
    try:
        entrance = operations.prove_contact(call, to=_read(kind, context["to"]), code=secret(request, "code"), own=secret(request, "own"))
    except Problem as problem:
        return show(request, "store/contact.html", context | {"refusal": errors.text(problem.code, problem.detail), "status": problem.status})
    if entrance.person is None:
        return show(request, "store/contact.html", context | {"refusal": errors.text(entrance.problem), "status": 422})
    messages.success(request, _("手机号已绑定") if kind == "phone" else _("邮箱已绑定"))
    return redirect(web.back(request, PATH, name="next"))


def _read(kind: str, text: str) -> str:
    """The number or address, as what the form asks for: refuses with `accounts.phone_malformed` or `accounts.email_malformed`."""
    return rules.mobile(text) if kind == "phone" else rules.email(text)


@sensitive_post_parameters("own", "new", "again", "code")
@web.person_needed
@_FORM
def payment_password(request: HttpRequest) -> HttpResponse:
    """Set or change the six digits that guard points (D16.6): by the login password, or by a code to the phone, which also ends a lock-out."""
    person = _person(request)
    by_code = (request.POST.get("by") or request.GET.get("by")) == "code" and bool(person.phone)
    context: dict[str, Any] = {"by_code": by_code, "phone": rules.mask_phone(person.phone), "next": web.back(request, "", name="next")}
    context["present"] = queries.has_payment_password(web.actor(request))
    template = "store/payment_password.html"
    if request.method != "POST":
        return render(request, template, context)
    call = Call(web.actor(request))
    if request.POST.get("send"):
        return show(request, template, context | send_code(call, request, person.phone or "", "payment"))
    if request.POST.get("new") != request.POST.get("again"):
        return show(request, template, context | {"refusal": _("两次输入的支付密码不一样"), "status": 422})
    own = secret(request, "code" if by_code else "own")
    try:
        entrance = operations.set_payment_password(call, new=secret(request, "new"), own=own, by_code=by_code)
    except Problem as problem:
        return show(request, template, context | {"refusal": errors.text(problem.code, problem.detail), "status": problem.status})
    if entrance.person is None:
        return show(request, template, context | {"refusal": errors.text(entrance.problem), "status": 422})
    messages.success(request, _("支付密码已设好"))
    return redirect(context["next"] or PATH)


@sensitive_post_parameters("old", "new")
@web.person_needed
@_FORM
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; this session stays, all others and every token end (D15.9)."""
    if request.method != "POST":
        return render(request, "store/password.html")
    entrance = Entrance()
    try:
        call = Call(web.actor(request))
        entrance = operations.change_password(call, old=secret(request, "old"), new=secret(request, "new"), visit=visit(request))
    except Problem as problem:
        return show(request, "store/password.html", {"refusal": errors.text(problem.code, problem.detail), "status": problem.status})
    if entrance.person is None:
        return show(request, "store/password.html", {"refusal": errors.text(entrance.problem), "status": 422})
    update_session_auth_hash(request, entrance.person)
    messages.success(request, _("密码已修改，其他设备已退出登录"))
    return redirect(PATH)
