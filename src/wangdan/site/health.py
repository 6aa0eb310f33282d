"""/healthz says whether all parts work; /metrics counts what they do, in Prometheus' text form."""

import os
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from wangdan.kernel import clock

_STALE = timedelta(seconds=60)
_JOBS = """
SELECT count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())),
       count(*) FILTER (WHERE status = 'failed'),
       coalesce(extract(epoch FROM now() - min(e.at) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()))), 0)
FROM procrastinate_jobs j
LEFT JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events WHERE job_id = j.id AND type = 'deferred') e ON TRUE
WHERE status IN ('todo', 'failed')
"""


def _worker_seen() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        row = cursor.fetchone()
    return bool(row and row[0] and clock.now() - clock.offset() - row[0] < _STALE)


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when the database answers and a worker has been seen within a minute, else 503 with what is missing."""
    parts: dict[str, Any] = {"database": False, "worker": False}
    try:
        parts["worker"] = _worker_seen()
        parts["database"] = True
    except DatabaseError:
        pass
    answer = JsonResponse({"ok": all(parts.values()), **parts}, status=200 if all(parts.values()) else 503)
    answer["Cache-Control"] = "no-store"
    return answer


def _jobs() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        waiting, failed, lag = cursor.fetchone()
    lines = [
        "# HELP wangdan_jobs_waiting Jobs that could run now.",
        "# TYPE wangdan_jobs_waiting gauge",
        f"wangdan_jobs_waiting {waiting}",
        "# HELP wangdan_jobs_failed Jobs that gave up and wait for a person.",
        "# TYPE wangdan_jobs_failed gauge",
        f"wangdan_jobs_failed {failed}",
        "# HELP wangdan_jobs_lag_seconds Age of the oldest job that could run now.",
        "# TYPE wangdan_jobs_lag_seconds gauge",
        f"wangdan_jobs_lag_seconds {float(lag):.3f}",
    ]
    return ("\n".join(lines) + "\n").encode()


@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Operations by name and outcome, their durations, and the jobs' lag."""
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return HttpResponse(generate_latest(registry) + _jobs(), content_type=CONTENT_TYPE_LATEST)
