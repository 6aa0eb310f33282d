"""/healthz says whether all parts work; /metrics counts what they do, in Prometheus' text form."""

import os
from datetime import timedelta
from functools import cache
from typing import Any

import httpx
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from wangdan.kernel import outside

_STALE = timedelta(seconds=60)
_SANDBOX_SECONDS = 1.0
_SEEN = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
_JOBS = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at))), 0),
    (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed')
FROM procrastinate_jobs j
LEFT JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events WHERE job_id = j.id AND type = 'deferred') e ON TRUE
WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
"""
GAUGES = (
    ("wangdan_jobs_waiting", "Jobs that could run now."),
    ("wangdan_jobs_lag_seconds", "How long the oldest of them has been due."),
    ("wangdan_jobs_failed", "Jobs that gave up and wait for a person."),
)


@cache
def _known() -> frozenset[tuple[str, str]]:
    """The migrations of this release."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _row(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def _migrated() -> bool:
    """Whether the database has every migration of this release; one of a later release does no harm."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return _known() <= set(cursor.fetchall())


def _sandbox() -> bool:
    try:
        return outside.client().get(f"{settings.WANGDAN_SANDBOX_URL}/healthz", timeout=_SANDBOX_SECONDS).is_success
    except httpx.HTTPError:
        return False


def parts() -> tuple[dict[str, bool], float | None]:
    """Which parts work, and how many seconds ago a worker gave a sign of life."""
    found, seen = {"database": False, "migrations": False, "worker": False}, None
    try:
        found["migrations"] = _migrated()
        found["database"] = True
        (ago,) = _row(_SEEN)
        seen = None if ago is None else round(float(ago), 1)
        found["worker"] = seen is not None and seen < _STALE.total_seconds()
    except DatabaseError:
        pass
    if settings.WANGDAN_SANDBOX_URL:
        found["sandbox"] = _sandbox()
    return found, seen


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when the database answers and is migrated, a worker was seen within a minute and the sandbox (if there is one) answers; else 503."""
    found, seen = parts()
    well = all(found.values())
    answer = JsonResponse({"ok": well, **found, "worker_seen_seconds": seen}, status=200 if well else 503)
    answer["Cache-Control"] = "no-store"
    return answer


def _jobs() -> bytes:
    """The jobs' gauges; none when the database does not answer."""
    try:
        values = _row(_JOBS)
    except DatabaseError:
        return b""
    told = [(name, text, float(value)) for (name, text), value in zip(GAUGES, values, strict=True)]
    return "".join(f"# HELP {name} {text}\n# TYPE {name} gauge\n{name} {value:g}\n" for name, text, value in told).encode()


@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Operations by name and outcome, their durations, and the jobs' lag."""
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return HttpResponse(generate_latest(registry) + _jobs(), content_type=CONTENT_TYPE_LATEST)
