"""One act: who does it, when, under which lock, what it tells and what it leaves to do."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import models

from wangdan.kernel import guards, journal, options
from wangdan.kernel.errors import Unauthenticated
from wangdan.kernel.fact import Fact
from wangdan.kernel.models import Root


class Actor(Protocol):
    """Whoever acts: a person with roles, or the system itself."""

    @property
    def id(self) -> int | None:
        """The person's id, None for the system and for strangers."""

    @property
    def label(self) -> str:
        """How the journal names the actor: `person:12`, `system`."""

    @property
    def root_id(self) -> int | None:
        """The root to lock for what belongs to the actor."""

    @property
    def roles(self) -> frozenset[str]:
        """Names of the actor's roles."""

    @property
    def organisations(self) -> frozenset[int]:
        """Organisations the actor works for."""


@dataclass(frozen=True)
class Nobody:
    """An actor without a person behind it."""

    label: str
    roles: frozenset[str]
    id: int | None = None
    root_id: int | None = None
    organisations: frozenset[int] = frozenset()


SYSTEM = Nobody("system", frozenset({"system"}))
"""Worker, sweeps and signed callbacks: sees and may everything."""
ANONYMOUS = Nobody("anonymous", frozenset({"anyone"}))
"""Somebody who has not logged in."""


@dataclass(frozen=True)
class Call:
    """A call from outside: the actor, his idempotency key, and how the answer is to be written down."""

    actor: Actor
    key: str | None = None
    render: Callable[[Any], Any] | None = None
    cause_id: int | None = None


@dataclass
class Act:
    """What an operation holds in its hand while it runs."""

    actor: Actor
    now: datetime
    root_id: int | None = None
    cause_id: int | None = None
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    entries: list[journal.Entry] = field(default_factory=list)
    pending: list[Fact] = field(default_factory=list)
    errands: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    agreed: set[tuple[str, str]] = field(default_factory=set)
    """Operation and ref that a second person has agreed to in this act."""
    _open: list[journal.Entry] = field(default_factory=list)
    _locks: guards.Locks = field(default_factory=guards.Locks)

    @property
    def entry(self) -> journal.Entry:
        """The journal entry of the operation that runs now."""
        return self._open[-1]

    @property
    def person_id(self) -> int:
        """The id of the person who acts; refuses with `kernel.unauthenticated` when there is nobody."""
        if self.actor.id is None:
            raise Unauthenticated
        return self.actor.id

    @property
    def family_id(self) -> int:
        """The root this act has locked or made."""
        if self.root_id is None:
            message = "this act has locked no root"
            raise AssertionError(message)
        return self.root_id

    def tell(self, fact: Fact) -> None:
        """Tell a fact: NOW reactions run before this act commits, LATER ones by the worker."""
        self.entry.facts.append(fact)
        self.pending.append(fact)

    def note(self, field_name: str, before: Any, after: Any) -> None:
        """Add a change to the journal entry that the row's own fields do not show."""
        self.entry.changes[field_name] = [journal.plain(before), journal.plain(after)]

    def born(self, row: models.Model) -> None:
        """Write a journal entry of its own for a row this act created, so that its chain of states has a beginning."""
        self.entries.append(journal.Entry.of_birth(self.entry.operation, row))

    def watch(self, row: models.Model, operation: str) -> None:
        """Write a journal entry of its own, under `operation`, for a row this act is about to change beside its own one."""
        entry = journal.Entry(operation)
        entry.watch(row)
        self.entries.append(entry)

    def errand(self, name: str, **kwargs: Any) -> None:
        """Leave a call to the outside for the worker: a job in this transaction, by the errand's registered name."""
        self.errands.append((name, kwargs))

    def option(self, option: "options.Option") -> Any:
        """The present value of a business option."""
        return options.value(option)

    def locking(self, rank: str, key: Any = None) -> None:
        """Say that a lock is about to be taken; the guard raises when the house's lock order is broken."""
        self._locks.take(rank, key)

    def locked_root(self, root_id: int, *, now: datetime) -> None:
        """Note the root's lock; the act happens now, not when it began to wait, so that moments of a family never run backwards."""
        self.locking("root", root_id)
        self.root_id, self.now = root_id, now

    def new_root(self, kind: str) -> Root:
        """Begin a family of rows; a row just inserted is locked by nature."""
        root = Root.objects.create(kind=kind)
        self._locks.own(root.pk)
        if self.root_id is None:
            self.root_id = root.pk
        return root

    def new_roots(self, kind: str, count: int) -> list[Root]:
        """Begin many families at once, in one statement; none of them becomes the act's own."""
        roots = Root.objects.bulk_create(Root(kind=kind) for _ in range(count))
        for root in roots:
            self._locks.own(root.pk)
        return roots

    def adopt_root(self, root_id: int) -> None:
        """The same for a root that this act inserted together with its first row, in one statement."""
        self._locks.own(root_id)
        if self.root_id is None:
            self.root_id = root_id

    def owns(self, root_id: int) -> bool:
        """Whether this act holds the lock on that root."""
        return root_id == self.root_id or self._locks.owned(root_id)

    def open_entry(self, entry: journal.Entry) -> None:
        """Begin the journal entry of a (joined) operation; the door's business."""
        self.entries.append(entry)
        self._open.append(entry)

    def close_entry(self) -> None:
        """Finish the current journal entry; the door's business."""
        self._open.pop()
