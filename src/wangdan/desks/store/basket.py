"""Whose cart a request has: the person's, or the stranger's whose cookie holds its secret; brought along at log-in (D01.2)."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from wangdan.checkout import operations, queries
from wangdan.desks import web
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Problem

COOKIE = "wangdan_cart"
_AGE_SECONDS = 30 * 24 * 3600
_LONGEST = 200


def secret(request: HttpRequest) -> str:
    """The stranger's secret; empty for people who are logged in, and for strangers without a cart."""
    if request.user.is_authenticated:
        return ""
    return request.COOKIES.get(COOKIE, "")[:_LONGEST]


def fresh_secret(request: HttpRequest) -> str:
    """The same, made when a stranger puts something into a cart for the first time."""
    known = secret(request)
    if request.user.is_authenticated or len(known) >= 20:  # noqa: PLR2004 - shorter ones are not ours
        return known
    made = secrets.token_urlsafe(32)
    request.wd_new_secret = made  # type: ignore[attr-defined]
    return made


def count(request: HttpRequest) -> int:
    """Pieces in the cart; nothing is read for a stranger without one, or where the page has counted already."""
    known = getattr(request, "wd_cart_count", None)
    if known is not None:
        return int(known)
    found = secret(request)
    if not request.user.is_authenticated and not found:
        return 0
    return queries.pieces_in_cart(web.actor(request), found)


class Carts:
    """Middleware: keeps a stranger's new secret in a cookie, and at his next page after log-in merges the cart into his own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Remember the next in the chain."""
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Merge on the way in, set or drop the cookie on the way out."""
        brought = COOKIE in request.COOKIES and not request.path.startswith(("/static/", "/media/", "/api/")) and request.user.is_authenticated
        if brought:
            try:
                operations.merge(Call(web.actor(request)), secret=request.COOKIES[COOKIE][:_LONGEST])
            except Problem:
                brought = True
        answer = self._next(request)
        made = getattr(request, "wd_new_secret", "")
        if isinstance(answer, HttpResponse):
            if made:
                answer.set_cookie(COOKIE, made, max_age=_AGE_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
            elif brought:
                answer.delete_cookie(COOKIE, samesite="Lax")
        return answer
