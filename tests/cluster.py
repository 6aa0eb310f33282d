"""A pytest plugin, loaded before Django: one embedded cluster for the run, a migrated template, one database per worker."""

import atexit
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [path for path in (str(ROOT / "src"), str(ROOT)) if path not in sys.path]

from wangdan.site.embedded import Cluster  # noqa: E402 - the path is set above

TEMPLATE = "wangdan"


def _environment(cluster: Cluster) -> None:
    os.environ["WANGDAN_DEMO"] = "1"
    os.environ["WANGDAN_GUARDS"] = "1"
    os.environ["WANGDAN_SECRET_KEY"] = "the-tests-need-no-secret-but-one-that-stays"
    os.environ["WANGDAN_SANDBOX_SECRET"] = "the-tests-sandbox-secret"
    os.environ["WANGDAN_DATA"] = str(cluster.data.parent / "files")
    os.environ["DATABASE_URL"] = cluster.url(TEMPLATE)
    os.environ["WANGDAN_TEST_TEMPLATE"] = TEMPLATE


_MAKE = """
import django
django.setup()
from django.core.management import call_command
from django.db import transaction
from wangdan.accounts.operations.divisions import fill
call_command("migrate", verbosity=0, skip_checks=True)
with transaction.atomic():
    fill()
"""


def _make_template() -> None:
    """Migrations and the divisions, in a process of its own, so that no connection to it stays open; it is exempt from the guard."""
    path = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    environment = os.environ | {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "tests.settings", "WANGDAN_GUARDS": "0"}
    done = subprocess.run(
        [sys.executable, "-c", _MAKE],
        env=environment,
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        message = f"the template failed:\n{done.stdout}{done.stderr}"
        raise RuntimeError(message)


@pytest.fixture(autouse=True)
def _nothing_stays_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Options and language that one test set are forgotten; jobs and workers that it committed go: the runner empties no library's tables."""
    committing = _commits(request)
    if committing:
        request.getfixturevalue("transactional_db")
    yield
    from django.db import connection
    from django.utils import translation

    from wangdan.kernel import options  # Django is set up by now, not when this plugin is loaded

    options.forget()
    translation.deactivate()
    if committing:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
            cursor.execute("DELETE FROM procrastinate_workers")


def _commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))


class ByPlace(LoadScopeScheduling):
    """What shares a running system stays on one worker: a file, all journeys, all that starts a system of its own."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        if path.startswith("tests/journeys/"):
            return "journeys"
        return "up" if path.endswith(("site/tests/test_up.py", "site/tests/test_bench.py")) else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByPlace:
    """The marks of xdist's own groups are lost with pytest 9, so the place of a file says it."""
    return ByPlace(config, log)


if not os.environ.get("DATABASE_URL"):
    _cluster = Cluster(Path(tempfile.mkdtemp(prefix="wangdan-test-")) / "var", loose=True).start()
    atexit.register(_cluster.remove)
    _environment(_cluster)
    _make_template()
