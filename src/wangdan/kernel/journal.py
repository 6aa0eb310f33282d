"""The journal: what each operation changed, personal fields as keyed hashes, and how to read it again."""

import dataclasses
import datetime as dt
import hashlib
import hmac
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, models
from psycopg.types.json import Jsonb

from wangdan.kernel.fact import Fact

_APPEND = "INSERT INTO kernel_journal (act, at, operation, actor_id, actor, root_id, ref, cause_id, changes, facts) VALUES "
_KEEP = "WITH kept AS (UPDATE kernel_key SET answer = %s WHERE id = %s) "
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


def plain(value: Any) -> Any:
    """The value as JSON can hold it: dates in ISO 8601, rows by their id, dataclasses as documents."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, models.Model):
        return f"{value._meta.label}:{value.pk}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain(dataclasses.asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        entries = [plain(entry) for entry in value]
        return sorted(entries, key=str) if isinstance(value, (set, frozenset)) else entries
    if isinstance(value, (Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, float):
        message = "floats have no place here"
        raise TypeError(message)
    return str(value)


def veil(value: Any) -> Any:
    """A personal value as a keyed hash: equal values read equal, nothing reads back."""
    if value in (None, ""):
        return value
    digest = hmac.new(settings.SECRET_KEY.encode(), str(value).encode(), hashlib.sha256)
    return f"#{digest.hexdigest()[:16]}"


def snapshot(row: models.Model) -> dict[str, Any]:
    """The row's own fields as plain values, personal ones veiled."""
    personal: frozenset[str] = getattr(row, "PERSONAL", frozenset())
    loaded, held = row.__dict__, {}
    for field in row._meta.concrete_fields:
        if field.attname not in loaded:
            continue
        value = plain(loaded[field.attname])
        held[field.attname] = veil(value) if field.name in personal else value
    return held


def called(row: models.Model) -> str:
    """What the journal calls a row: its `journal_ref` where `ref` means another thing's, else its `ref`."""
    return str(getattr(row, "journal_ref", "") or getattr(row, "ref", ""))


@dataclasses.dataclass
class Entry:
    """A journal row in the making."""

    operation: str
    ref: str = ""
    row: models.Model | None = None
    before: dict[str, Any] = dataclasses.field(default_factory=dict)
    changes: dict[str, Any] = dataclasses.field(default_factory=dict)
    facts: list[Fact] = dataclasses.field(default_factory=list)
    birth: bool = False
    settled: bool = False

    @classmethod
    def of_birth(cls, operation: str, row: models.Model) -> "Entry":
        """The entry of a row that has just been created."""
        return cls(operation, ref=called(row), row=row, birth=True)

    def watch(self, row: models.Model) -> None:
        """Remember the row as it is before the operation."""
        self.row, self.ref, self.before = row, called(row), snapshot(row)

    def settle(self) -> None:
        """Compare the row with what it was and keep the differences as `field: [before, after]`; once, for what comes later is another entry's."""
        if self.row is None or self.settled:
            return
        self.settled = True
        after = snapshot(self.row)
        self.ref = self.ref or called(self.row)
        for name, value in after.items():
            old = self.before.get(name)
            if self.birth and value in (None, "", [], {}):
                continue
            if old != value:
                self.changes.setdefault(name, [old, value])


def write(act: Any, entries: Sequence[Entry], kept: tuple[int, dict[str, Any]] | None) -> list[int]:
    """Append the entries of an act and keep the answer of its key, in one plain statement; returns the ids of the entries, in order."""
    values: list[Any] = [Jsonb(kept[1]), kept[0]] if kept else []
    for entry in entries:
        facts = [fact.document() for fact in entry.facts]
        values += [act.id, act.now, entry.operation, act.actor.id, act.actor.label, act.root_id, entry.ref, act.cause_id]
        values += [Jsonb(entry.changes), Jsonb(facts)]
    with connection.cursor() as cursor:
        cursor.execute((_KEEP if kept else "") + _APPEND + ", ".join([_ROW] * len(entries)) + " RETURNING id", values)
        return [number for (number,) in cursor.fetchall()]
