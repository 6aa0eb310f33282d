"""/healthz and /metrics say what is so; every answer has a request number and every request a line."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from sandbox.running import Running
from wangdan.kernel import guards, logs

pytestmark = pytest.mark.django_db


def run(sql: str) -> None:
    """Write as procrastinate or a migration would."""
    with guards.exempt("tests arrange what the worker writes"), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def worker() -> None:
    """A worker that gave a sign of life just now."""
    run("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 seconds')")


@pytest.fixture
def outside(tmp_path: Path, settings: LazySettings) -> Iterator[Running]:
    """A running sandbox that the settings name."""
    running = Running(tmp_path / "sandbox").start()
    settings.WANGDAN_SANDBOX_URL = running.url
    yield running
    running.stop()


def test_all_is_well(client: Client, worker: None, settings: LazySettings):
    """Database, migrations and worker; no sandbox where none is configured."""
    settings.WANGDAN_SANDBOX_URL = ""
    answer = client.get("/healthz")
    assert answer.status_code == 200
    told = answer.json()
    assert 1 < told.pop("worker_seen_seconds") < 10
    assert told == {"ok": True, "database": True, "migrations": True, "worker": True}
    assert answer["Cache-Control"] == "no-store"


def test_a_worker_that_went_silent_is_missed(client: Client, settings: LazySettings):
    """Nobody ever, then nobody for more than a minute."""
    settings.WANGDAN_SANDBOX_URL = ""
    assert client.get("/healthz").json() == {"ok": False, "database": True, "migrations": True, "worker": False, "worker_seen_seconds": None}
    run("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '61 seconds')")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["worker"]) == (503, False)


def test_a_missing_migration_is_told(client: Client, worker: None, settings: LazySettings):
    """Code that is newer than its database is not well; a database that is newer is."""
    settings.WANGDAN_SANDBOX_URL = ""
    run("INSERT INTO django_migrations (app, name, applied) VALUES ('kernel', '9999_from_later', now())")
    assert client.get("/healthz").status_code == 200
    run("DELETE FROM django_migrations WHERE app = 'orders' AND name = '0001_initial'")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["migrations"], answer.json()["database"]) == (503, False, True)


def test_the_sandbox_counts_where_there_is_one(client: Client, worker: None, outside: Running):
    """It answers, then it is dead."""
    assert client.get("/healthz").json()["sandbox"] is True
    outside.kill()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["sandbox"]) == (503, False)


def job(status: str, minutes: int = 0, *, later: bool = False) -> None:
    """A job that was deferred so many minutes ago."""
    run("ALTER TABLE procrastinate_jobs DISABLE TRIGGER USER")
    at = "now() + interval '1 hour'" if later else "NULL"
    run(
        f"WITH made AS (INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at) VALUES ('q', 't', '{{}}', '{status}', {at}) RETURNING id) "
        f"INSERT INTO procrastinate_events (job_id, type, at) SELECT id, 'deferred', now() - interval '{minutes} minutes' FROM made"
    )
    run("ALTER TABLE procrastinate_jobs ENABLE TRIGGER USER")


def gauge(text: str, name: str) -> float:
    """The value of a gauge."""
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    assert found is not None, text
    return float(found.group(1))


def test_jobs_are_counted_with_their_lag(client: Client):
    """What waits, how long the oldest has waited, what gave up; what is due later does not lag."""
    before = client.get("/metrics").content.decode()
    assert (gauge(before, "wangdan_jobs_waiting"), gauge(before, "wangdan_jobs_failed")) == (0, 0)
    for status, minutes in (("todo", 3), ("todo", 1), ("failed", 9), ("succeeded", 30)):
        job(status, minutes)
    job("todo", 60, later=True)
    text = client.get("/metrics").content.decode()
    assert (gauge(text, "wangdan_jobs_waiting"), gauge(text, "wangdan_jobs_failed")) == (2, 1)
    assert 179 < gauge(text, "wangdan_jobs_lag_seconds") < 240


def test_operations_are_counted_by_name_and_outcome(client: Client):
    """A refused registration counts under its code, with its duration."""

    def counted() -> float:
        text = client.get("/metrics").content.decode()
        found = re.search(
            r'^wangdan_operations_total\{operation="accounts\.register",outcome="accounts\.terms_not_accepted"\} (\S+)$', text, re.MULTILINE
        )
        return float(found.group(1)) if found else 0.0

    before = counted()
    client.post("/api/v1/auth/register", {"username": "somebody", "password": "x", "accept_terms": False}, content_type="application/json")
    assert counted() == before + 1
    assert 'wangdan_operation_seconds_bucket{le="0.01",operation="accounts.register"}' in client.get("/metrics").content.decode()


def test_every_answer_has_a_number_and_every_request_a_line(client: Client, caplog: pytest.LogCaptureFixture):
    """A good number of a proxy is kept, a bad one replaced; the route is logged, not what somebody typed."""
    with caplog.at_level(logging.INFO, logger="wangdan.requests"):
        kept = client.get("/api/v1/orders/A26SECRET?q=13812346021", headers={"X-Request-Id": "edge-12345678"})
        made = client.get("/nowhere/13812346021", headers={"X-Request-Id": "bad id\r\n"})
        client.get("/healthz")
    assert kept["X-Request-Id"] == "edge-12345678"
    assert re.fullmatch(r"[0-9a-f]{16}", made["X-Request-Id"])
    told = [(record.method, record.route, record.status) for record in caplog.records if record.name == "wangdan.requests"]
    assert told == [("GET", "api/v1/orders/<no>", 401), ("GET", "none", 404)]
    lines = [logs.Lines().format(record) for record in caplog.records]
    assert not [line for line in lines if "13812346021" in line or "A26SECRET" in line]
