"""`manage look`: what state the database is in, as one JSON document."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from wangdan.accounts.models import Person
from wangdan.site.world import PASSWORD

DEMO_PEOPLE = (
    "buyer", "buyer2", "seller", "seller2", "warehouse", "service", "auditor", "finance", "supervisor", "admin", "clinic", "lab", "designer",
    "leader", "chief", "dispatcher", "worker", "operator",
)  # fmt: skip
"""The user names of the demo world."""


def with_the_demos_password() -> list[str]:
    """Which of the demo's people are here with the demo's password."""
    found = Person.objects.filter(username__in=DEMO_PEOPLE, is_active=True).order_by("username")
    return [person.username for person in found if person.check_password(PASSWORD)]


class Command(BaseCommand):
    """Look, change nothing."""

    help = "Says whether the database is empty, which migrations it lacks or has beyond this release, and who has the demo's password."

    def handle(self, *_: Any, **__: Any) -> None:
        """Print it."""
        executor = MigrationExecutor(connection)
        known, done = set(executor.loader.disk_migrations), set(executor.loader.applied_migrations)
        missing = [f"{app}.{name}" for (app, name), _ in _plan(executor)]
        people = with_the_demos_password() if not settings.WANGDAN_DEMO and Person._meta.db_table in connection.introspection.table_names() else []
        names = {"known": known, "later": done - known}
        told = {"empty": not done, "missing": missing, "demo": people} | {key: sorted(map(".".join, found)) for key, found in names.items()}
        self.stdout.write(json.dumps(told))


def _plan(executor: MigrationExecutor) -> list[Any]:
    """The migrations to come, in their order."""
    return [
        ((migration.app_label, migration.name), backwards) for migration, backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())
    ]
