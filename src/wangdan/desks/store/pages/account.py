"""Getting in and out, the address book, messages, agreements (D01.4, D03.6, D05.一, D05.五, D09.一, D15.1)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login as begin_session
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.accounts import operations, queries
from wangdan.accounts.operations import Secret, Visit
from wangdan.accounts.rules import Destination
from wangdan.desks import errors, keyset, web
from wangdan.kernel.act import ANONYMOUS, Call
from wangdan.kernel.errors import NotSeen, Problem
from wangdan.notices.models import Notice

_BACKEND = "django.contrib.auth.backends.ModelBackend"
FIELDS = ("name", "phone", "province", "city", "district", "street", "detail")


def visit(request: HttpRequest) -> Visit:
    """Where the request comes from and which language it speaks."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    return Visit(source=str(request.META.get("REMOTE_ADDR", ""))[:45], language=language)


def _next(request: HttpRequest, otherwise: str = "/me") -> str:
    """Where to go on, if it is a path of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else otherwise


def _typed(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.POST.get(name, "").replace("\x00", "").strip()[:200] for name in names}


def _enter(request: HttpRequest, template: str, run: Any, typed: dict[str, str]) -> HttpResponse:
    """Run a log-in or registration; whoever gets in goes on where he was, others read why not with everything as typed."""
    status, problem = 422, ""
    try:
        entrance = run()
        problem = entrance.problem
    except Problem as refused:
        problem, status = refused.code, refused.status
        text = errors.text(refused.code, refused.detail)
    else:
        text = errors.text(problem)
        if entrance.person is not None:
            begin_session(request, entrance.person, backend=_BACKEND)
            return redirect(_next(request, "/"))
    return render(request, template, {"refusal": text, "next": _next(request), **typed}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Log in by user name or phone with the password, or by phone with a code (D05.一.2)."""
    if request.method != "POST":
        return render(request, "store/login.html", {"next": _next(request)})
    typed = _typed(request, "username")
    secret = Secret(request.POST.get("password", "")[:200])
    return _enter(
        request,
        "store/login.html",
        lambda: operations.log_in(Call(ANONYMOUS), username=typed["username"], password=secret, visit=visit(request)),
        typed,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Open an account: a user name and a password, or a phone with its code; the agreement is accepted by a tick (D05.一.1, D09.一)."""
    if request.method != "POST":
        return render(request, "store/register.html", {"next": _next(request)})
    typed = _typed(request, "username", "phone", "code")
    if request.POST.get("send"):
        return _send(request, typed)
    wanted = {
        "username": typed["username"] or None,
        "phone": typed["phone"] or None,
        "code": Secret(typed["code"]) if typed["code"] else None,
        "password": Secret(request.POST.get("password", "")[:200]),
        "accept_terms": request.POST.get("accept_terms") == "1",
        "visit": visit(request),
    }
    return _enter(request, "store/register.html", lambda: operations.register(Call(ANONYMOUS), **wanted), typed)


def _send(request: HttpRequest, typed: dict[str, str]) -> HttpResponse:
    """Send a code to the phone and show the form again as it was."""
    context: dict[str, Any] = {"next": _next(request), **typed}
    try:
        operations.send_code(Call(ANONYMOUS), to=typed["phone"], purpose="register", visit=visit(request))
        context["sent"] = True
    except Problem as problem:
        context["refusal"] = errors.text(problem.code, problem.detail)
    return render(request, "store/register.html", context)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("/")


@require_safe
def rules(request: HttpRequest, kind: str) -> HttpResponse:
    """The agreement or the privacy policy in force, with its version (D06.7.2, D09.一)."""
    version, text = queries.agreement(kind)
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    title = _("用户协议") if kind == "terms" else _("隐私政策")
    return render(request, "store/rules.html", {"title": title, "version": version, "text": text.get(language) or text["zh-hans"]})


@web.person_needed
@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    """The address book; with `?choose=` each address leads back to the checkout."""
    choose = request.GET.get("choose", "")
    here = choose if choose.startswith("/checkout") else ""
    glue = "&" if "?" in here else "?"
    book = [
        {"row": row, "text": row.destination.line, "path": f"{here}{glue}address={row.pk}" if here else ""}
        for row in queries.addresses(web.actor(request))
    ]
    return render(request, "store/addresses.html", {"book": book, "choose": here})


@web.person_needed
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, number: int = 0) -> HttpResponse:
    """A new address, or a change of one (D05.五.2); what is wrong comes back with everything as typed."""
    row = queries.address(web.actor(request), number) if number else None
    if request.method != "POST":
        shown = {name: getattr(row, name) for name in FIELDS} if row else {}
        return render(request, "store/address.html", {"row": row, "next": _next(request, "/me/addresses"), **shown})
    typed = _typed(request, *FIELDS)
    to, default = Destination(**typed, code=""), request.POST.get("default") == "1"
    try:
        if row:
            operations.change_address(web.caller(request), row.pk, to=to, default=default or None)
        else:
            operations.add_address(web.caller(request), to=to, default=default)
    except NotSeen:
        raise
    except Problem as problem:
        text = errors.text(problem.code, problem.detail)
        return render(request, "store/address.html", {"row": row, "next": _next(request), "refusal": text, **typed}, status=problem.status)
    messages.success(request, _("地址已保存"))
    return redirect(_next(request, "/me/addresses"))


@web.person_needed
@require_POST
def change(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Make an address the default, or remove it."""
    operation = {"default": operations.choose_address, "remove": operations.remove_address}.get(name)
    if operation is None:
        raise NotSeen
    operation(web.caller(request), number)
    return redirect("/me/addresses")


@web.person_needed
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The inbox, newest first."""
    page = keyset.page(Notice.visible_to(web.actor(request)), request.GET.get("cursor", ""))
    entries = [{"no": row.ref.partition(":")[2], "order": row.ref.startswith("orders:"), "at": row.at, "read": row.read_at} for row in page.rows]
    return render(request, "store/messages.html", {"entries": entries, "next": page.next})
