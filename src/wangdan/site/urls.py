"""Addresses of the site: every desk brings its own, the site adds health and metrics."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from wangdan.site import health

_DESKS = {"api": "api/v1/", "seller": "", "warehouse": "", "office": "", "handbook": "", "store": ""}


def _desks() -> list[URLResolver]:
    found = []
    for desk, prefix in _DESKS.items():
        name = f"wangdan.desks.{desk}.urls"
        if find_spec(name) is not None:
            found.append(path(prefix, include(name)))
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("", include("wangdan.desks.urls")),
    *_desks(),
]
