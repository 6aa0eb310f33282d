"""Getting in and out: log-in, registration, a forgotten password, the agreements (D01.4, D05.一, D09.一, D15.1, D15.9; C8)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import login as begin_session
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.accounts import operations, queries
from wangdan.accounts.models import Person
from wangdan.accounts.operations import Entrance, Secret, Visit
from wangdan.desks import errors, web
from wangdan.desks.api.door import source
from wangdan.kernel.act import ANONYMOUS, SYSTEM, Call
from wangdan.kernel.errors import Problem

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_LONGEST = 200
_YEAR_SECONDS = 365 * 24 * 3600
_FORM = require_http_methods(["GET", "HEAD", "POST"])
_HIDDEN = sensitive_post_parameters("password", "code", "old", "new")


def visit(request: HttpRequest) -> Visit:
    """Where the request comes from and which language it speaks."""
    return Visit(source=source(request), language=language())


def language() -> str:
    """The language of the page, as people's profiles name it."""
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def typed(request: HttpRequest, *names: str) -> dict[str, str]:
    """What was typed into the fields, for showing again."""
    return {name: request.POST.get(name, "").replace("\x00", "").strip()[:_LONGEST] for name in names}


def secret(request: HttpRequest, name: str) -> Secret:
    """A password or code as it was typed, never shown again."""
    return Secret(request.POST.get(name, "")[:_LONGEST])


def send_code(call: Call, request: HttpRequest, to: str, purpose: str) -> dict[str, Any]:
    """Send a code; what the form then shows beside the field: how long to wait for the next one, or why not."""
    try:
        sent = operations.send_code(call, to=to, purpose=purpose, visit=visit(request))
    except Problem as problem:
        return {"code_refusal": errors.text(problem.code, problem.detail), "status": problem.status}
    return {"sent_to": to, "retry_after": sent["retry_after"]}


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A form of the account; htmx swaps only what went well, so its part of a refusal comes with 200."""
    status = int(context.pop("status", 200))
    return render(request, template, context, status=200 if request.headers.get("HX-Request") else status)


def keep_language(answer: HttpResponse, chosen: str) -> HttpResponse:
    """The site goes on in this language."""
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=_YEAR_SECONDS, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return answer


def let_in(request: HttpRequest, person: Person, path: str) -> HttpResponse:
    """Begin the session; the page goes on in the language it has."""
    begin_session(request, person, backend=_BACKEND)
    return redirect(path)


def _enter(request: HttpRequest, template: str, run: Callable[[], Entrance], context: dict[str, Any]) -> HttpResponse:
    """Try to get in; whoever does goes on where he was, others read why not with everything as typed."""
    try:
        entrance = run()
    except Problem as refused:
        return show(request, template, context | {"refusal": errors.text(refused.code, refused.detail), "status": refused.status})
    if entrance.person is None:
        return show(request, template, context | {"refusal": errors.text(entrance.problem), "status": 422})
    return let_in(request, entrance.person, web.back(request, "/", name="next"))


@_HIDDEN
@_FORM
def login(request: HttpRequest) -> HttpResponse:
    """Log in by user name or phone with the password, or by phone with a code (D05.一.2; C8)."""
    by_code = (request.POST.get("by") or request.GET.get("by")) == "code"
    context: dict[str, Any] = {"next": web.back(request, "", name="next"), "by_code": by_code}
    if request.method != "POST":
        return render(request, "store/login.html", context)
    if not by_code:
        context |= typed(request, "username")
        who: dict[str, Any] = {"username": context["username"], "password": secret(request, "password")}
    else:
        context |= typed(request, "phone", "code")
        if request.POST.get("send"):
            return show(request, "store/login.html", context | send_code(Call(ANONYMOUS), request, context["phone"], "login"))
        who = {"phone": context["phone"], "code": secret(request, "code")}
    return _enter(request, "store/login.html", lambda: operations.log_in(Call(ANONYMOUS), **who, visit=visit(request)), context)


@_HIDDEN
@_FORM
def register(request: HttpRequest) -> HttpResponse:
    """Open an account: a user name, or a phone with its code, and a password; the agreements are accepted by a tick (D05.一.1, D09.一, D15.1)."""
    context: dict[str, Any] = {"next": web.back(request, "", name="next"), "versions": [queries.agreement(kind)[0] for kind in ("terms", "privacy")]}
    if request.method != "POST":
        return render(request, "store/register.html", context)
    context |= typed(request, "username", "phone", "code")
    context["accepted"] = request.POST.get("accept_terms") == "1"
    if request.POST.get("send"):
        return show(request, "store/register.html", context | send_code(Call(ANONYMOUS), request, context["phone"], "register"))
    return _enter(request, "store/register.html", lambda: _register(request, context), context)


def _register(request: HttpRequest, given: dict[str, Any]) -> Entrance:
    """Register once per form: a second click of the same form gets the same account."""
    key = request.POST.get("nonce", "")[:100] or None
    found: Any = operations.register(
        Call(ANONYMOUS, key, Entrance.document),
        username=given["username"] or None,
        phone=given["phone"] or None,
        code=Secret(given["code"]) if given["code"] else None,
        password=secret(request, "password"),
        accept_terms=given["accepted"],
        visit=visit(request),
    )
    return Entrance(problem=found["problem"]) if found["problem"] else Entrance(queries.person(SYSTEM, found["user"]["id"]))


@_HIDDEN
@_FORM
def forgot(request: HttpRequest) -> HttpResponse:
    """A new password by a code to the proved phone; all other sessions end (D15.9)."""
    context: dict[str, Any] = {"next": web.back(request, "", name="next")}
    if request.method != "POST":
        return render(request, "store/forgot.html", context)
    context |= typed(request, "phone", "code")
    if request.POST.get("send"):
        return show(request, "store/forgot.html", context | send_code(Call(ANONYMOUS), request, context["phone"], "password"))

    def reset() -> Entrance:
        code, new = secret(request, "code"), secret(request, "new")
        return operations.reset_password(Call(ANONYMOUS), phone=context["phone"], code=code, new=new, visit=visit(request))

    return _enter(request, "store/forgot.html", reset, context)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("/")


@require_safe
def rules(request: HttpRequest, kind: str) -> HttpResponse:
    """The agreement or the privacy policy in force, with its version (D06.7.2, D09.一)."""
    version, text = queries.agreement(kind)
    title = _("用户协议") if kind == "terms" else _("隐私政策")
    return render(request, "store/rules.html", {"title": title, "version": version, "text": text.get(language()) or text["zh-hans"]})
