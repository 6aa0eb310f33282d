"""The API: every area's router under /api/v1, the OpenAPI document and its pages."""

from functools import wraps
from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from wangdan.desks.api import describe, door, openapi
from wangdan.desks.api.body import StrictParser
from wangdan.kernel.errors import NotSeen, Problem

AREAS = (
    "auth",
    "addresses",
    "catalogue",
    "cart",
    "checkout",
    "offers",
    "orders",
    "parcels",
    "warehouses",
    "waves",
    "manifests",
    "arrivals",
    "counts",
    "files",
    "hooks",
    "notices",
    "shop",
)
"""desks/api/pages/NAME.py, each with a `router`; those that exist are mounted."""


class WrongMethod(Problem):
    """The path is there, but not with this method (405)."""

    status: ClassVar[int] = 405
    default: ClassVar[str] = "kernel.method_unknown"


class Sorted(JSONRenderer):
    """Keys in one order, so that a stored answer reads to the byte like the first."""

    json_dumps_params: ClassVar[dict[str, Any]] = {"sort_keys": True, "ensure_ascii": False}


api = NinjaAPI(
    auth=door.person,
    title="Wangdan",
    version="1",
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
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
    document = openapi.document(api)
    return render(request, "api/docs.html", {"areas": describe.areas(document), "refusals": describe.refusals(document)})


@require_safe
def machine(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document itself."""
    return api.create_response(request, openapi.document(api), status=200)


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """A path the API does not have."""
    return door.refusal(api, request, NotSeen())


def _shaped(route: Any) -> Any:
    """A route that says a wrong method as it says everything else: `{code, message, detail}`, with `Allow`."""
    answer_of = route.callback

    @csrf_exempt
    @wraps(answer_of)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = answer_of(request, *args, **kwargs)
        if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return answer
        shaped = door.refusal(api, request, WrongMethod(method=request.method or "", allowed=answer.headers.get("Allow", "").split(", ")))
        shaped["Allow"] = answer.headers.get("Allow", "")
        return shaped

    route.callback = view
    return route


_routes, _app, _namespace = api.urls
_routes = [_shaped(route) for route in _routes if route.name != "api-root"]
urlpatterns = [path("docs", docs, name="api-docs"), path("openapi.json", machine), *_routes, re_path(r"^.*$", nowhere)]
