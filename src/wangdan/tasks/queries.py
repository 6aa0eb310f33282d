"""Work queues: what waits for whom, the most urgent first; what waits for a second person."""

from django.db.models import F, QuerySet

from wangdan.kernel import clock
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen
from wangdan.tasks.models import Approval, Task


def queue(actor: Actor, *, role: str = "", kind: str = "", mine: bool = False) -> QuerySet[Task]:
    """Open and claimed tasks the actor may do, by deadline, overdue ones on top, those without a deadline last."""
    found = Task.visible_to(actor).exclude(status="done").select_related("claimed_by", "organisation")
    if role:
        found = found.filter(role=role)
    if kind:
        found = found.filter(kind=kind)
    if mine:
        found = found.filter(claimed_by_id=actor.id or -1)
    return found.order_by(F("due_at").asc(nulls_last=True), "id")


def overdue(actor: Actor) -> QuerySet[Task]:
    """What should be done by now."""
    return queue(actor).filter(due_at__lt=clock.now())


def waiting(actor: Actor, *, most: int = 99) -> int:
    """How many wait for the actor; counts no further than `most` + 1, for the badge."""
    return queue(actor).order_by()[: most + 1].count()


def of(actor: Actor, ref: str) -> QuerySet[Task]:
    """All tasks of a ref, done ones too, the newest first."""
    return Task.visible_to(actor).filter(ref=ref).order_by("-id")


def approvals(actor: Actor, *, status: str = "open") -> QuerySet[Approval]:
    """What waits for a second person, or was decided, the newest first; page it by `-id`."""
    return Approval.visible_to(actor).filter(status=status).select_related("asked_by", "decided_by").order_by("-id")


def approval(actor: Actor, no: str) -> Approval:
    """One approval. Refuses with 404."""
    found = Approval.visible_to(actor).select_related("asked_by", "decided_by").filter(no=no.replace("\x00", "")).first()
    if found is None:
        raise NotSeen
    return found


def pending(actor: Actor, ref: str) -> list[Approval]:
    """What waits for a second person about a thing."""
    return list(Approval.visible_to(actor).filter(ref=ref, status="open").select_related("asked_by"))


def unfinished() -> QuerySet[Task]:
    """Everything that is still to be done by anybody; for conditions of other lists, which show no task."""
    return Task.objects.exclude(status="done")


def ref_of(actor: Actor, number: str) -> str:
    """What the task of that number is about; nothing for one the actor does not see."""
    return Task.visible_to(actor).filter(no=number).values_list("ref", flat=True).first() or ""
