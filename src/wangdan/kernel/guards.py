"""Guards for tests and development: no write outside an operation, no lock out of order."""

import contextlib
import re
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

RANKS = ("key", "root", "row", "ledger", "slot", "stock")
"""The lock order of the house, outermost first."""
EXEMPT = ("django_", "auth_", "procrastinate_", "socialaccount_", "account_", "mfa_", "pg_temp")
"""Tables written by libraries; everything else is written by operations."""

inside: ContextVar[bool] = ContextVar("wangdan_inside_an_operation", default=False)
_WRITE = re.compile(r'\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|COPY)\s+(?:ONLY\s+)?"?([a-z_]+)"?', re.IGNORECASE)
_STATEMENT = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|WITH|COPY)\b", re.IGNORECASE)
_LOCKING_READ = re.compile(r"\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b(?:\s+OF\s+\S+)?|\bDO\s+UPDATE\s+SET\b", re.IGNORECASE)


class StrayWriteError(AssertionError):
    """Business state was written without an operation."""


class LockOrderError(AssertionError):
    """A lock was taken in an order that can deadlock."""


def enabled() -> bool:
    """Whether guards are on: in tests and development."""
    return bool(getattr(settings, "WANGDAN_GUARDS", False))


@contextlib.contextmanager
def door() -> Iterator[None]:
    """Mark that an operation runs; only the kernel calls this."""
    token = inside.set(True)
    try:
        yield
    finally:
        inside.reset(token)


@contextlib.contextmanager
def exempt(reason: str) -> Iterator[None]:
    """Allow writes outside an operation, for the listed exemptions only (migrations, bulk seeding); say why."""
    if not reason:
        message = "an exemption needs a reason"
        raise ValueError(message)
    with door():
        yield


def no_stray_writes(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001
    """Django's execute wrapper: raises StrayWriteError for a business write outside every operation."""
    if not inside.get() and _STATEMENT.match(str(sql)):
        for table in _WRITE.findall(_LOCKING_READ.sub("", str(sql))):
            if not table.startswith(EXEMPT):
                message = f"write to {table} outside an operation: {str(sql)[:160]}"
                raise StrayWriteError(message)
    return execute(sql, params, many, context)


def install(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Put the write guard on a new connection."""
    if enabled() and no_stray_writes not in connection.execute_wrappers:
        connection.execute_wrappers.append(no_stray_writes)


class Locks:
    """The locks one act has taken, checked against the house's order."""

    def __init__(self) -> None:
        """Nothing is locked yet."""
        self._last: tuple[int, Any] = (-1, None)
        self._roots: set[int] = set()

    def take(self, rank: str, key: Any) -> None:
        """Note a lock; raises LockOrderError when it comes after a later one in the order."""
        place = RANKS.index(rank)
        last_place, last_key = self._last
        if enabled() and (place < last_place or (place == last_place and key is not None and last_key is not None and key < last_key)):
            message = f"lock {rank} {key!r} after {RANKS[last_place]} {last_key!r}"
            raise LockOrderError(message)
        self._last = (place, key)
        if rank == "root":
            self._roots.add(key)

    def own(self, root_id: int) -> None:
        """Note a root that this act has just created."""
        self._roots.add(root_id)

    def owned(self, root_id: int) -> bool:
        """Whether the root is locked by this act."""
        return root_id in self._roots
