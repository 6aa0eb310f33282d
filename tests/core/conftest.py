"""Every proof begins with an idle worker: jobs are a library's table, which the test runner does not empty."""

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def _no_jobs(request: pytest.FixtureRequest) -> None:
    """Jobs that other tests left behind are gone."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if "transaction" in _kind(request) else "db")
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id NOT IN (SELECT job_id FROM procrastinate_periodic_defers WHERE job_id IS NOT NULL)"
            )


def _kind(request: pytest.FixtureRequest) -> dict[str, bool]:
    """How the nearest mark wants its database."""
    marker = request.node.get_closest_marker("django_db")
    return marker.kwargs if marker else {}
