"""Reads of runs: long work on many orders, its progress and what became of each."""

from django.db.models import QuerySet

from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen
from wangdan.orders.models import Run, RunRow


def runs(actor: Actor) -> QuerySet[Run]:
    """The runs the actor may see; page them by id, newest first."""
    return Run.visible_to(actor).select_related("person")


def run(actor: Actor, no: str) -> Run:
    """One of them. Refuses with 404."""
    found = runs(actor).filter(no=no.replace("\x00", "")[:12]).first()
    if found is None:
        raise NotSeen
    return found


def run_rows(of: Run) -> QuerySet[RunRow]:
    """What became of each order of a run that the actor may see, in the order asked."""
    return RunRow.objects.filter(run=of).select_related("order__shop").order_by("position")


def rows_waiting(of: Run, size: int) -> list[RunRow]:
    """The next orders of a run that nothing has been done to."""
    return list(RunRow.objects.filter(run=of, at=None).select_related("order").order_by("position")[:size])
