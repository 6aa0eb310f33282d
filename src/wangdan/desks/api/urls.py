"""The API: every area's router under /api/v1, the OpenAPI document and its pages."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from wangdan.desks.api import describe, door
from wangdan.desks.api.body import StrictParser
from wangdan.kernel.errors import NotSeen

AREAS = ("auth", "addresses", "catalogue", "cart", "checkout", "orders", "parcels", "files", "hooks", "notices")
"""desks/api/pages/NAME.py, each with a `router`; those that exist are mounted."""


class Sorted(JSONRenderer):
    """Keys in one order, so that a stored answer reads to the byte like the first."""

    json_dumps_params: ClassVar[dict[str, Any]] = {"sort_keys": True, "ensure_ascii": False}


api = NinjaAPI(
    title="Wangdan",
    version="1",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    parser=StrictParser(),
    renderer=Sorted(),
)
door.install(api)
api.add_decorator(door.guarded(api), mode="view")
for area in AREAS:
    if find_spec(f"wangdan.desks.api.pages.{area}"):
        api.add_router("", import_module(f"wangdan.desks.api.pages.{area}").router, tags=[area])


def docs(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document as a page to read, without any outside asset."""
    return render(request, "api/docs.html", {"areas": describe.areas(api.get_openapi_schema())})


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """A path the API does not have."""
    return door.refusal(api, request, NotSeen())


_routes, _app, _namespace = api.urls
urlpatterns = [path("docs", docs, name="api-docs"), *_routes, re_path(r"^.*$", nowhere)]
