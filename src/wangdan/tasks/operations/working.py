"""What can be done to a task: open, claim, hand over, finish; and settle, when it has become moot."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from wangdan.accounts.facts import PersonLeft
from wangdan.accounts.models import Person
from wangdan.accounts.queries import actor_of
from wangdan.kernel.act import Act
from wangdan.kernel.errors import NotSeen, Refused
from wangdan.kernel.numbers import new_number
from wangdan.kernel.operation import operation
from wangdan.tasks.models import Task
from wangdan.tasks.rules import clean_outcome


@operation("tasks.open")
def open(  # noqa: A001 - the house's word
    act: Act,
    *,
    kind: str,
    ref: str,
    role: str,
    organisation_id: int | None = None,
    due_at: datetime | None = None,
    detail: dict[str, Any] | None = None,
) -> Task:
    """Put work into a role's queue: kind and detail say what is to be done, as a saying does.

    While one of this kind is open for the ref, that one is returned (its deadline only gets nearer).
    """
    task = Task(
        no=new_number("K"),
        kind=kind,
        ref=ref,
        detail=detail or {},
        role=role,
        organisation_id=organisation_id,
        due_at=due_at,
        opened_at=act.now,
    )
    twin = _twin(task) or _keep(act, task)
    if twin is None:
        act.born(task)
        return task
    if due_at and (twin.due_at is None or due_at < twin.due_at):
        act.watch(twin, "tasks.open")
        twin.due_at = due_at
        twin.save(update_fields=["due_at"])
    return twin


def _twin(task: Task) -> Task | None:
    """The one that is open already for the same thing."""
    return Task.objects.select_for_update(no_key=True).filter(kind=task.kind, ref=task.ref).exclude(status="done").first()


def _keep(act: Act, task: Task) -> Task | None:
    """Put the task in; the twin instead when an act under another root opened one at the same instant."""
    for _ in range(3):
        try:
            with transaction.atomic():
                task.root = act.new_root("tasks")
                task.save(force_insert=True)
        except IntegrityError:
            twin = _twin(task)
            if twin is not None:
                return twin
        else:
            return None
    raise Refused("kernel.refused")


@operation("tasks.claim", on=Task)
def claim(act: Act, task: Task) -> Task:
    """Take an open task on oneself. Refuses with `tasks.cannot_claim` when somebody has it or it is done."""
    if task.status == "claimed" and task.claimed_by_id == act.actor.id:
        return task
    if task.status != "open" or act.actor.id is None:
        raise Refused("tasks.cannot_claim", status=task.status)
    task.status, task.claimed_by_id, task.claimed_at = "claimed", act.actor.id, act.now
    task.save(update_fields=["status", "claimed_by", "claimed_at"])
    return task


@operation("tasks.hand_over", on=Task)
def hand_over(act: Act, task: Task, *, person: int | None = None) -> Task:
    """Give a claimed task to a colleague who may do it, or back to the queue (no person).

    Refuses with `tasks.cannot_hand_over` when it is done or somebody else's (supervisors may take it from anybody), `kernel.not_seen`
    for a colleague who does not exist or does not see the task.
    """
    mine = task.claimed_by_id == act.actor.id or bool(act.actor.roles & {"supervisor", "admin", "system"})
    if task.status == "done" or (task.status == "claimed" and not mine):
        raise Refused("tasks.cannot_hand_over", status=task.status)
    if person is None:
        task.status, task.claimed_by_id, task.claimed_at = "open", None, None
    else:
        colleague = Person.objects.filter(pk=person, is_active=True).first()
        if colleague is None or not Task.visible_to(actor_of(colleague)).filter(pk=task.pk).exists():
            raise NotSeen
        task.status, task.claimed_by_id, task.claimed_at = "claimed", colleague.pk, act.now
    task.save(update_fields=["status", "claimed_by", "claimed_at"])
    return task


@operation("tasks.release")
def release(act: Act, *, fact: PersonLeft) -> int:
    """LATER: what somebody had claimed who may no longer do it goes back to the queue; returns how many."""
    gone = Person.objects.filter(pk=int(fact.handle)).first()
    if gone is None:
        return 0
    held = Task.objects.select_for_update(no_key=True).filter(status="claimed", claimed_by=gone).order_by("pk")
    still = set(Task.visible_to(actor_of(gone)).filter(claimed_by=gone).values_list("pk", flat=True)) if gone.is_active else set()
    freed = [task for task in held if task.pk not in still]
    for task in freed:
        act.watch(task, "tasks.release")
        task.status, task.claimed_by_id, task.claimed_at = "open", None, None
        task.save(update_fields=["status", "claimed_by", "claimed_at"])
    return len(freed)


@operation("tasks.finish", on=Task)
def finish(act: Act, task: Task, *, outcome: str = "") -> Task:
    """Call the work done, with a word on how it ended.

    Refuses with `tasks.cannot_finish` when it is done already or in somebody else's hands.
    """
    stranger = task.status == "claimed" and task.claimed_by_id != act.actor.id
    if task.status == "done" or (stranger and not act.actor.roles & {"supervisor", "admin", "system"}):
        raise Refused("tasks.cannot_finish", status=task.status)
    return _done(act, task, clean_outcome(outcome))


@operation("tasks.settle")
def settle(act: Act, *, ref: str, kind: str = "", outcome: str = "") -> int:
    """Close what is open for a ref (of one kind, or of any) because the thing itself has moved on; returns how many.

    `outcome` is a code; only people write text there.
    """
    moot = Task.objects.select_for_update(no_key=True).filter(ref=ref).exclude(status="done").order_by("pk")
    if kind:
        moot = moot.filter(kind=kind)
    for task in moot:
        act.watch(task, "tasks.settle")
        _done(act, task, outcome)
    return len(moot)


def _done(act: Act, task: Task, outcome: str) -> Task:
    task.status, task.done_at, task.outcome = "done", act.now, outcome
    task.save(update_fields=["status", "done_at", "outcome"])
    return task
