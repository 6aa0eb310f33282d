"""Tables laid bare while a great many rows come in: their indexes and foreign keys are taken off, and put on and proved again in one go."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY (%s::regclass[]) AND NOT i.indisunique ORDER BY 1
"""
"""All but those that hold a rule; the unique ones stay, so that a number drawn twice is found at once."""
_KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY (%s::regclass[]) AND contype = 'f' ORDER BY 1, 2
"""
_MEMORY = "256MB"
"""What building an index may use."""


@contextmanager
def laid_bare(cursor: Any, tables: Sequence[str]) -> Iterator[None]:
    """Within the present transaction: nobody else ever sees the tables without them, and when it fails they were never off."""
    cursor.execute(_INDEXES, [list(tables)])
    indexes = cursor.fetchall()
    cursor.execute(_KEYS, [list(tables)])
    keys = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    for table, name, _definition in keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")

    yield

    cursor.execute(f"SET LOCAL maintenance_work_mem = '{_MEMORY}'")
    for _name, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in keys:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
