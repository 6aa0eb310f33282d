"""`manage app_role NAME`: the rights of the database role that web and worker run as; run it as the owner of the tables."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg import sql

APPEND_ONLY = ("kernel_journal", "ledger_transfer", "inventory_move", "accounts_acceptance")
"""What was written is not changed and not taken away by the application: only its owner could."""
_FIND = "SELECT rolsuper OR rolcreaterole OR rolcreatedb, pg_has_role(rolname, current_user, 'MEMBER') FROM pg_roles WHERE rolname = %s"
_ROLES = """
SELECT DISTINCT grantee FROM information_schema.role_table_grants
WHERE table_schema = 'public' AND table_name = 'kernel_journal' AND privilege_type = 'INSERT' AND grantee NOT IN (
    SELECT tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'kernel_journal')
ORDER BY 1
"""
GRANTS = (
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE ON {kept} FROM {role}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)
"""In this order, in one transaction. No CREATE, no TRUNCATE, no DROP: those are the owner's."""


def roles() -> list[str]:
    """The roles that have these rights now: those that may add to the journal and do not own it."""
    with connection.cursor() as cursor:
        cursor.execute(_ROLES)
        return [name for (name,) in cursor.fetchall()]


def give(name: str) -> None:
    """Give the role its rights, and no others. CommandError for a role that is not there or could help itself to more."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FIND, [name])
        found = cursor.fetchone()
        if found is None:
            raise CommandError(f"there is no role {name}; make it: CREATE ROLE {name} LOGIN PASSWORD '…'")
        if any(found):
            raise CommandError(f"the role {name} is a superuser, makes roles or databases, or belongs to the owner: it could do everything anyway")
        kept = sql.SQL(", ").join(sql.Identifier(table) for table in APPEND_ONLY)
        for statement in GRANTS:
            cursor.execute(sql.SQL(statement).format(role=sql.Identifier(name), kept=kept))


class Command(BaseCommand):
    """Grant and revoke."""

    help = "Gives a database role what web and worker need: it can read and write, but neither drop, truncate nor rewrite history."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The role; without one, those that have such rights already get them anew."""
        parser.add_argument("name", nargs="?", default="", help="an existing role that can log in")

    def handle(self, *_: Any, name: str, **__: Any) -> None:
        """Do it, say it."""
        for each in [name] if name else roles():
            give(each)
            self.stdout.write(f"{each}: reads and writes; {', '.join(APPEND_ONLY)} are append-only for it")
