"""Idempotency keys: the first call with a key earns an answer, every repetition reads it."""

import hashlib
import json
from typing import Any

from django.apps import apps
from django.db import connection, models

from wangdan.kernel.errors import Malformed, NotSeen
from wangdan.kernel.journal import plain
from wangdan.kernel.models import Key

_CLAIM = """
INSERT INTO kernel_key (actor, operation, key, digest, at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (actor, operation, key) DO NOTHING RETURNING id
"""
LONGEST_KEY = 200


def digest(given: Any) -> str:
    """A hash of the input, equal for equal input."""
    text = json.dumps(plain(given), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def claim(act: Any, operation: str, key: str, given: Any) -> tuple[int | None, dict[str, Any] | None]:
    """Claim a key before anything else: (claim, None) for the first, (None, answer) for a twin that waited for it.

    Refuses with `kernel.key_reused` (422) when the key came with other input before, `kernel.key_malformed` when it is no key.
    """
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise Malformed("kernel.key_malformed", longest=LONGEST_KEY)
    hashed = digest(given)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [act.actor.label, operation, key, hashed, act.now])
        row = cursor.fetchone()
    if row:
        return int(row[0]), None
    first = Key.objects.get(actor=act.actor.label, operation=operation, key=key)
    if first.digest != hashed:
        raise Malformed("kernel.key_reused")
    return None, first.answer


def kept(claimed: int | None, answer: Any, *, rendered: bool) -> tuple[int, dict[str, Any]] | None:
    """What twins will read beside the key: the claim and the document of its answer; nothing for a call without a key."""
    if claimed is None:
        return None
    return claimed, {"rendered": answer} if rendered else _write(answer)


def _write(answer: Any) -> dict[str, Any]:
    if isinstance(answer, models.Model):
        return {"row": [answer._meta.label, answer.pk]}
    if isinstance(answer, list) and answer and all(isinstance(row, models.Model) for row in answer):
        return {"rows": [[row._meta.label, row.pk] for row in answer]}
    return {"value": plain(answer)}


def _row(label: str, pk: int) -> models.Model:
    found: models.Model | None = apps.get_model(label)._default_manager.filter(pk=pk).first()
    if found is None:
        raise NotSeen
    return found


def read(document: dict[str, Any]) -> Any:
    """The answer of the first call; rows are loaded as they are now, rendered answers come back to the letter."""
    if "rendered" in document:
        return document["rendered"]
    if "row" in document:
        return _row(*document["row"])
    if "rows" in document:
        return [_row(*named) for named in document["rows"]]
    return document["value"]
