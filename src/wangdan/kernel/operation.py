"""The one door for every write: key, lock, sight, grant, rule, reactions, journal, jobs, commit, in this order."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from django.db import DatabaseError, IntegrityError, connection, models, transaction

from wangdan.kernel import answers, clock, grants, guards, journal, metrics
from wangdan.kernel.act import Act, Actor, Call
from wangdan.kernel.errors import CONSTRAINTS, Busy, NotSeen, Problem, Refused
from wangdan.kernel.models import Root

R = TypeVar("R")
log = logging.getLogger("wangdan.operations")
_TRIES = 3
_TRY_AGAIN = {"40P01", "40001"}
_WAITED_ENOUGH = "55P03"
_BUSY_SECONDS = 5
_UNIQUE = "23505"
_NUMBER = re.compile(r"_(?:no|reference)_(?:key|[0-9a-f]{8}_uniq)\Z")
"""How PostgreSQL and Django call the uniqueness of a number."""
_LOCK_ROOT_OF = "SELECT id FROM kernel_root WHERE id ="
_LOCK_ROOT = f"{_LOCK_ROOT_OF} %s FOR NO KEY UPDATE"

OPERATIONS: dict[str, "Operation[Any]"] = {}
"""Every operation by name: the permission, the journal entry, the idempotency scope and the button."""


class Operation(Generic[R]):
    """A verb of the business; call it with a Call from outside or with an Act from inside another operation."""

    def __init__(self, name: str, run: Callable[..., R], *, on: Any, root: Any) -> None:
        """Declared by `@operation`."""
        self.name, self.run, self.on, self.root = name, run, on, root
        self.__name__, self.__doc__, self.__module__, self.__wrapped__ = run.__name__, run.__doc__, run.__module__, run

    def __repr__(self) -> str:
        """For logs and test output."""
        return f"<operation {self.name}>"

    def __call__(self, by: Act | Call, *args: Any, **kwargs: Any) -> R:
        """Run the operation: a Call begins a transaction of its own, an Act joins the one that runs."""
        if isinstance(by, Act):
            return self._join(by, args, kwargs)
        return self._begin(by, args, kwargs)

    # ---- from outside -------------------------------------------------------------------------------------------

    def _begin(self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
        if guards.inside.get() and guards.enabled():
            message = f"{self.name} was called from inside another operation with a Call; pass the act"
            raise guards.StrayWriteError(message)
        started, outcome = time.perf_counter(), "bug"
        try:
            result = self._attempts(call, args, kwargs)
            outcome = "done"
        except Problem as problem:
            outcome = problem.code
            raise
        else:
            return result
        finally:
            spent = time.perf_counter() - started
            metrics.count(self.name, outcome, spent)
            if log.isEnabledFor(logging.INFO):
                shown = {"operation": self.name, "outcome": outcome, "ms": round(1000 * spent, 1), "actor": call.actor.label, "cause": call.cause_id}
                log.info("operation", extra=shown)

    def _attempts(self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
        for attempt in range(1, _TRIES + 1):
            try:
                with transaction.atomic(durable=True), guards.door():
                    return self._within(call, args, kwargs)
            except IntegrityError as error:
                if attempt == _TRIES or not _number_was_taken(error):
                    raise _as_refusal(error) from error
            except DatabaseError as error:
                state = getattr(error.__cause__, "sqlstate", None)
                if state == _WAITED_ENOUGH or (state in _TRY_AGAIN and attempt == _TRIES):
                    raise Busy(retry_after=_BUSY_SECONDS) from error
                if state not in _TRY_AGAIN:
                    raise
                time.sleep(0.01 * attempt)
        raise AssertionError

    def _within(self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
        act = Act(actor=call.actor, now=clock.now(), cause_id=call.cause_id)
        claim = None
        if call.key is not None:
            act.locking("key")
            claim, stored = answers.claim(act, self.name, call.key, (args, kwargs))
            if stored is not None:
                return cast("R", answers.read(stored))
        if self.on is not None:
            row = self._lock_row(act, args[0])
            grants.require(act.actor, self.name)
            args = (row, *args[1:])
        else:
            self._lock_root(act, kwargs)
            grants.require(act.actor, self.name)
        result = self._enter(act, args, kwargs)
        self._react(act)
        answer: Any = call.render(result) if call.render else result
        self._leave(act, answers.kept(claim, answer, rendered=call.render is not None))
        return cast("R", answer)

    def _lock_row(self, act: Act, handle: Any) -> models.Model:
        """Lock the root of the row, then load the row within what the actor may see."""
        by = _lookup(self.on, handle)
        root_id = _locked_root_of(self.on, by)
        if root_id is None:
            raise NotSeen
        act.locked_root(root_id, now=clock.now())
        row = self.on.visible_to(act.actor).filter(**by).first()
        if row is None:
            raise NotSeen
        return cast("models.Model", row)

    def _lock_root(self, act: Act, kwargs: dict[str, Any]) -> None:
        wanted = act.actor.root_id if self.root == "actor" else self.root(act.actor, **kwargs) if callable(self.root) else None
        if wanted is None:
            return
        with connection.cursor() as cursor:
            cursor.execute(_LOCK_ROOT, [wanted])
            found = cursor.fetchone()
        if found is None:
            raise NotSeen
        act.locked_root(int(found[0]), now=clock.now())

    # ---- from inside --------------------------------------------------------------------------------------------

    def _join(self, act: Act, args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
        if self.on is not None and not isinstance(args[0], models.Model):
            row = self.on._default_manager.filter(**_lookup(self.on, args[0])).first()
            if row is None:
                raise NotSeen
            args = (row, *args[1:])
        if self.on is None:
            return self.run(act, *args, **kwargs)
        row = args[0]
        if guards.enabled() and not act.owns(row.root_id):
            message = f"{self.name} joined on a row of root {row.root_id}, which this act has not locked"
            raise guards.LockOrderError(message)
        return self._enter(act, args, kwargs)

    def _enter(self, act: Act, args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
        entry = journal.Entry(self.name)
        if self.on is not None:
            entry.watch(args[0])
        act.open_entry(entry)
        result = self.run(act, *args, **kwargs)
        if entry.row is None and isinstance(result, models.Model) and not isinstance(result, Root):
            entry.row, entry.birth = result, True
        act.close_entry()
        entry.settle()
        return result

    # ---- facts, journal, jobs -----------------------------------------------------------------------------------

    @staticmethod
    def _react(act: Act) -> None:
        """Run the NOW reactions, first told first, until nothing new is told."""
        at = 0
        while at < len(act.pending):
            fact = act.pending[at]
            at += 1
            for reaction in hooks.now(fact):
                target = (fact.handle,) if reaction.on is not None else ()
                if reaction.on is None:
                    act.open_entry(journal.Entry(reaction.name, ref=fact.ref))
                    reaction(act, fact=fact)
                    act.close_entry()
                else:
                    reaction(act, *target, fact=fact)

    @staticmethod
    def _leave(act: Act, kept: tuple[int, dict[str, Any]] | None) -> None:
        """Write the journal with the key's answer and defer what is left to the worker, all in this transaction."""
        for entry in act.entries:
            entry.settle()
        numbers = journal.write(act, act.entries, kept)
        later = [
            (number, place, reaction.name)
            for number, entry in zip(numbers, act.entries, strict=True)
            for place, fact in enumerate(entry.facts)
            for reaction in hooks.later(fact)
        ]
        hooks.defer(act.root_id, later, act.errands)


class _Hooks:
    """What the door needs of reactions and jobs; filled by them at start, so that they may import the door."""

    now: Callable[[Any], list[Operation[Any]]] = staticmethod(lambda _fact: [])
    later: Callable[[Any], list[Operation[Any]]] = staticmethod(lambda _fact: [])
    defer: Callable[[int | None, list[tuple[int, int, str]], list[tuple[str, dict[str, Any]]]], None] = staticmethod(lambda *_: None)


hooks = _Hooks()


def _lookup(model: Any, handle: Any) -> dict[str, Any]:
    """How a handle names a row: a row by its id, an int by id, a text by number."""
    if isinstance(handle, models.Model):
        return {"pk": handle.pk}
    if isinstance(handle, bool) or not isinstance(handle, (int, str)):
        raise NotSeen
    if isinstance(handle, int):
        return {"pk": handle} if 0 < handle < 2**63 else {"pk": -1}
    named = "no" if any(field.name == "no" for field in model._meta.concrete_fields) else "name"
    return {named: handle.replace("\x00", "")}


def _locked_root_of(model: Any, by: dict[str, Any]) -> int | None:
    """Lock the root of the row that is named so; its id, None when there is no such row. Written out: every operation begins with it."""
    [(name, value)] = by.items()
    quote, meta = connection.ops.quote_name, model._meta
    column = quote((meta.pk if name == "pk" else meta.get_field(name)).column)
    with connection.cursor() as cursor:
        cursor.execute(f"{_LOCK_ROOT_OF} (SELECT root_id FROM {quote(meta.db_table)} WHERE {column} = %s) FOR NO KEY UPDATE", [value])  # noqa: S608 - our own names
        found = cursor.fetchone()
    return int(found[0]) if found else None


def _as_refusal(error: IntegrityError) -> Exception:
    """A breach of a constraint that has a code is a refusal with that code; any other is a bug."""
    diagnostics = getattr(error.__cause__, "diag", None)
    code = CONSTRAINTS.get(getattr(diagnostics, "constraint_name", "") or "")
    return Refused(code) if code else error


def _number_was_taken(error: IntegrityError) -> bool:
    """Whether a number that was drawn had been drawn before: then everything is done anew with another one."""
    diagnostics = getattr(error.__cause__, "diag", None)
    taken = getattr(diagnostics, "sqlstate", "") == _UNIQUE
    return taken and bool(_NUMBER.search(getattr(diagnostics, "constraint_name", "") or ""))


def operation(name: str, *, on: type[models.Model] | None = None, root: Any = None) -> Callable[[Callable[..., R]], Operation[R]]:
    """Declare a write under `module.verb`.

    `on` is the model of the row it acts on: its root is locked, then it is loaded within `visible_to(actor)`. Without `on`, `root`
    says what to lock: "actor", a function of (actor, **kwargs) to a root id, or None for nothing.
    """

    def declare(function: Callable[..., R]) -> Operation[R]:
        if name in OPERATIONS and OPERATIONS[name].__module__ != function.__module__:
            message = f"operation {name} is declared twice"
            raise ValueError(message)
        OPERATIONS[name] = Operation(name, function, on=on, root=root)
        return OPERATIONS[name]

    return declare


def may(actor: Actor, name: str) -> bool:
    """Whether the actor's roles carry the operation: the question behind every button."""
    return grants.may(actor, name)
