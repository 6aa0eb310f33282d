"""Counting how often something is tried: exact under concurrency, kept also when the try fails."""

from datetime import timedelta

from django.db import connection

from wangdan.accounts.models import Tally
from wangdan.accounts.queries import keyed
from wangdan.kernel.act import Act
from wangdan.kernel.errors import TooMany

_COUNT = """
INSERT INTO accounts_tally AS t (kind, key, since, count) VALUES (%(kind)s, %(key)s, %(now)s, 1)
ON CONFLICT (kind, key) DO UPDATE SET
    count = CASE WHEN t.since <= %(from)s THEN 1 ELSE t.count + 1 END,
    since = CASE WHEN t.since <= %(from)s THEN EXCLUDED.since ELSE t.since END
RETURNING count, since
"""


def _key(kind: str, value: str) -> str:
    return keyed(f"tally.{kind}", value)[:32]


def count(act: Act, kind: str, value: str, *, window: timedelta, most: int) -> None:
    """Count one more of `kind` for `value`; the row stays locked until the act ends, so bursts are counted one by one.

    Refuses with `accounts.too_many` and `retry_after` seconds when there were `most` within the window already.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"kind": kind, "key": _key(kind, value), "now": act.now, "from": act.now - window})
        counted, since = cursor.fetchone()
    if counted > most:
        raise TooMany("accounts.too_many", retry_after=max(1, int((since + window - act.now).total_seconds())))


def look(act: Act, kind: str, value: str, *, window: timedelta, most: int) -> None:
    """Refuse as `count` does, without counting or locking."""
    found = Tally.objects.filter(kind=kind, key=_key(kind, value), since__gt=act.now - window, count__gte=most).first()
    if found:
        raise TooMany("accounts.too_many", retry_after=max(1, int((found.since + window - act.now).total_seconds())))


def forget(kind: str, value: str) -> None:
    """Begin anew."""
    Tally.objects.filter(kind=kind, key=_key(kind, value)).delete()
