"""Paths that belong to no single desk: the language switch, public pictures, and what robots and browsers ask for by habit."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import path, re_path
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST, require_safe
from django.views.generic.base import RedirectView

from wangdan.desks import web
from wangdan.desks.api import door
from wangdan.files import queries as files

_YEAR_SECONDS = 365 * 24 * 3600


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch between Chinese and English and stay on the page; a cookie remembers it."""
    answer = redirect(web.back(request, "/", name="next"))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=_YEAR_SECONDS, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return answer


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines should leave alone."""
    return render(request, "robots.txt", content_type="text/plain")


@require_safe
def media(request: HttpRequest, sha: str, width: int) -> FileResponse:
    """A public picture; its name is its content, so it may be kept for ever."""
    del request
    path = files.public_place(f"{sha}-{width}.webp")
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/webp", headers={"Cache-Control": f"public, max-age={_YEAR_SECONDS}, immutable"})


@require_safe
def private(request: HttpRequest, number: str, width: str) -> FileResponse:
    """A picture for whoever may see it, by session or bearer token; anybody else reads 404."""
    seen = door.actor(request) if door.bearer(request) else web.actor(request)
    path = files.place(files.file(seen, int(number)), int(width))
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/webp", headers={"Cache-Control": "private, no-cache"})


urlpatterns = [
    re_path(r"^files/(?P<number>[0-9]{1,18})/(?P<width>200|400|800)$", private),
    re_path(r"^media/(?P<sha>[0-9a-f]{64})-(?P<width>200|400|800)\.webp$", media),
    path("language", language, name="set_language"),
    path("robots.txt", robots),
    path("favicon.ico", RedirectView.as_view(url=static("wd/favicon.svg"), permanent=True)),
]
