"""What the web pages of all desks share: who calls, with which key, and what people see when the house says no."""

import re
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from wangdan.accounts import queries as accounts
from wangdan.desks import errors
from wangdan.kernel.act import ANONYMOUS, Actor, Call
from wangdan.kernel.errors import NotGranted, NotSeen, Problem, Unauthenticated

_INSIDE = re.compile(r"/(?![/\\])[^\\]*")
"""A path that no browser takes for another site."""
View = Callable[..., HttpResponseBase]
T = TypeVar("T")


def actor(request: HttpRequest) -> Actor:
    """Who is there: the person with his roles (one statement, once per request), or a stranger."""
    known: Actor | None = getattr(request, "wd_actor", None)
    if known is None:
        person = request.user
        known = accounts.actor_of(person) if person.is_authenticated else ANONYMOUS
        request.wd_actor = known  # type: ignore[attr-defined]
    return known


def caller(request: HttpRequest) -> Call:
    """The call of a form: who, and the form's nonce as the idempotency key, so that a second click does nothing new."""
    key = request.POST.get("nonce", "")[:100]
    return Call(actor(request), key or None)


def nonce() -> str:
    """A fresh key for a form; `{% nonce %}` writes the hidden field."""
    return uuid.uuid4().hex


def back(request: HttpRequest, otherwise: str, *, name: str = "back") -> str:
    """Where the form wants to return to, by the field of that `name`: a path of this site, else `otherwise`."""
    wanted = request.POST.get(name) or request.GET.get(name) or ""
    inside = _INSIDE.fullmatch(wanted) and wanted.isprintable() and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if inside else otherwise


def login_page(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the login and let him come back to where he was (a form's page, when he sent a form)."""
    path = request.get_full_path()
    if request.method != "GET":
        came = urlsplit(request.headers.get("Referer", ""))
        path = back(request, came.path + (f"?{came.query}" if came.query else "") if came.path else "/")
    return redirect_to_login(path)


def person_needed(view: View) -> View:
    """The page is for people who are logged in (D05.一.1)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if request.user.is_authenticated else login_page(request)

    return guarded


def role_needed(*roles: str) -> Callable[[View], View]:
    """The page is for people with one of the roles; others read why not (403), strangers log in first."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return login_page(request)
            if not actor(request).roles & set(roles):
                raise NotGranted(roles=sorted(roles))
            return view(request, *args, **kwargs)

        guarded.roles = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return decorate


def opens(request: HttpRequest, path: str) -> bool:
    """Whether the page at that path is there and its desk lets the reader in, so that no link leads to a refusal; a stranger may log in first."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    roles: frozenset[str] = getattr(view, "roles", frozenset())
    return not roles or not request.user.is_authenticated or bool(actor(request).roles & roles)


def attempt(request: HttpRequest, operation: Callable[..., T], *args: Any, **kwargs: Any) -> T | None:
    """Run an operation for a form; a refusal becomes a note on the next page and None (so never use it where None is a result).

    What is not there for the person, or not his to do, is no note: it reads 404 and 403 as everywhere.
    """
    return attempt_as(request, caller(request), operation, *args, **kwargs)


def attempt_as(request: HttpRequest, call: Call, operation: Callable[..., T], *args: Any, **kwargs: Any) -> T | None:
    """The same with a call of its own, for forms that run several operations: each needs a key of its own."""
    try:
        return operation(call, *args, **kwargs)
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        messages.error(request, errors.text(problem.code, problem.detail))
        return None


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page of a problem: what happened, why, what to do next; with the problem's status."""
    context = {"problem": problem, "text": errors.text(problem.code, problem.detail), "code": problem.code}
    name = {403: "403.html", 404: "404.html"}.get(problem.status, "409.html")
    answer = render(request, name, context, status=problem.status)
    if "retry_after" in problem.detail:
        answer["Retry-After"] = str(problem.detail["retry_after"])
    return answer


class Problems:
    """Middleware: turns problems that a page let through into their page; the API answers for itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Remember the next in the chain."""
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do on the way in."""
        return self._next(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show the problem's page; strangers log in first."""
        if not isinstance(exception, Problem) or request.path.startswith("/api/"):
            return None
        if isinstance(exception, Unauthenticated):
            return login_page(request)
        return problem_page(request, exception)
