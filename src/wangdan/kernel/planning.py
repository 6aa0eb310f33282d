"""How PostgreSQL plans a statement: once for all values, or for these."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def planned_anew() -> Iterator[None]:
    """Statements inside are planned for the very values they carry.

    All others are prepared, which saves their planning (`settings.DATABASES`); but a list narrowed to something rare wants an index of its
    own, and to something plenty the index of its order: one plan for both reads the whole table for one of them.
    """
    connection.ensure_connection()
    raw = connection.connection
    kept, raw.prepare_threshold = raw.prepare_threshold, None
    try:
        yield
    finally:
        raw.prepare_threshold = kept
