"""Which device a purchase comes from: a random cookie, of which only a keyed hash is kept; for the rules of risk."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from wangdan.accounts.queries import keyed

COOKIE = "wangdan_device"
_AGE_SECONDS = 400 * 24 * 3600
_LENGTH = 43


def hashed(request: HttpRequest) -> str:
    """The hash of the cookie; empty where there is none of ours."""
    found = request.COOKIES.get(COOKIE, "")
    return keyed("device", found) if len(found) == _LENGTH else ""


def marked(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """The same answer, with the cookie where the device has none yet: the checkout's page is where it is needed first."""
    if not hashed(request):
        made = secrets.token_urlsafe(32)
        answer.set_cookie(COOKIE, made, max_age=_AGE_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return answer
