"""What needs a second person by its amount: the operation asks, somebody else agrees or not, and only then it runs."""

from datetime import timedelta
from typing import Any

from django.db import models

from wangdan.kernel import grants
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused
from wangdan.kernel.numbers import new_number
from wangdan.kernel.operation import OPERATIONS, operation
from wangdan.tasks.models import Approval
from wangdan.tasks.operations import working as tasks
from wangdan.tasks.rules import APPROVE_WITHIN, LIMITS, clean_outcome


def second_needed(act: Act, name: str, row: models.Model | None, *, ref: str, amount: int, arguments: dict[str, Any]) -> Approval | None:
    """None when the operation `name` may run now; else the approval that waits for a second person, and the caller returns it undone.

    Called by the operation itself, after all its checks and before its first change: `row` is its `on=` row (None for one with a root),
    `amount` what is at stake in minor units, `arguments` all its other ones as JSON. It runs at once for the system, for amounts within
    the highest limit of the actor's roles (options), and when a second person has agreed. The act must hold the lock of the thing.
    Refuses with `tasks.approval_differs` when somebody has asked for the same with other arguments.
    """
    limit = max((act.option(option) for role, option in LIMITS.items() if role in act.actor.roles), default=0)
    if "system" in act.actor.roles or amount <= limit or (name, ref) in act.agreed:
        return None
    twin = Approval.objects.filter(operation=name, ref=ref, status="open").first()
    if twin is not None:
        if (twin.arguments, twin.amount) != (arguments, amount):
            raise Refused("tasks.approval_differs", no=twin.no)
        return twin
    made = Approval.objects.create(
        root_id=act.family_id,
        no=new_number("Q"),
        operation=name,
        ref=ref,
        row=row.pk if row is not None else None,
        arguments=arguments,
        amount=amount,
        asked_by_id=act.person_id,
        asked_at=act.now,
    )
    act.born(made)
    due_at = act.now + timedelta(hours=act.option(APPROVE_WITHIN))
    tasks.open(act, kind="tasks.second_person", ref=made.journal_ref, role="supervisor", due_at=due_at, detail={"amount": amount, "operation": name})
    return made


def drop_moot(act: Act, name: str, *, ref: str) -> None:
    """What was asked for has happened otherwise or cannot happen any more: its approval closes by itself, and so does the task of it.

    Called by whatever moves the thing on; the act must hold the lock of the thing. One that is being agreed to just now is not touched.
    """
    overtaken = Approval.objects.filter(operation=name, ref=ref, status="open").first()
    if overtaken is None:
        return
    act.watch(overtaken, act.entry.operation)
    overtaken.status, overtaken.decided_at = "moot", act.now
    overtaken.save(update_fields=["status", "decided_at"])
    tasks.settle(act, ref=overtaken.journal_ref, kind="tasks.second_person", outcome="tasks.overtaken")


def _decide(act: Act, approval: Approval, status: str, reason: str) -> None:
    """What both decisions check and write: it still waits, and the second person is another one who may do the thing himself."""
    if approval.status != "open":
        raise Refused(f"tasks.cannot_{act.entry.operation.partition('.')[2]}", status=approval.status)
    if approval.asked_by_id == act.person_id:
        raise Refused("tasks.same_person")
    grants.require(act.actor, approval.operation)
    approval.status, approval.decided_by_id, approval.decided_at, approval.reason = status, act.person_id, act.now, reason
    approval.save(update_fields=["status", "decided_by", "decided_at", "reason"])
    tasks.settle(act, ref=approval.journal_ref, kind="tasks.second_person", outcome="tasks.decided")


@operation("tasks.approve", on=Approval)
def approve(act: Act, approval: Approval) -> Approval:
    """A second person agrees: the operation runs in this transaction with the arguments it was asked for with.

    Refuses with `tasks.cannot_approve` once decided, `tasks.same_person`, `kernel.not_granted` for who may not do the thing himself, and all
    that the operation refuses now; then the approval still waits.
    """
    _decide(act, approval, "approved", "")
    act.agreed.add((approval.operation, approval.ref))
    wanted = OPERATIONS[approval.operation]
    found = wanted.on._default_manager.filter(pk=approval.row).first() if wanted.on is not None else None
    wanted(act, *([found] if found is not None else []), **approval.arguments)
    return approval


@operation("tasks.reject", on=Approval)
def reject(act: Act, approval: Approval, *, reason: str) -> Approval:
    """A second person does not agree, and says why; nothing happens to the thing.

    Refuses with `tasks.cannot_reject` once decided, `tasks.same_person`, `tasks.reason_missing`, `tasks.outcome_long`.
    """
    if not reason.strip():
        raise Malformed("tasks.reason_missing")
    _decide(act, approval, "rejected", clean_outcome(reason))
    return approval
