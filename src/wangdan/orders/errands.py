"""Long work on orders: a move on many of them, one after the other, by the worker and in the name of whoever asked for it."""

from wangdan.accounts.models import Person
from wangdan.accounts.queries import actor_of
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errand import errand
from wangdan.kernel.errors import Problem
from wangdan.kernel.journal import plain
from wangdan.orders import operations, queries
from wangdan.orders.models import Run

_AT_ONCE = 50
MOVES = {name: getattr(operations, name) for name in ("accept", "decline", "cancel", "remind", "mark")}


@errand("orders.run")
def run_moves(*, run: str) -> None:
    """Make the run's move on each of its orders. A worker that dies leaves the rest to the next; the key of a row makes twice once."""
    asked = queries.run(SYSTEM, run)
    while waiting := queries.rows_waiting(asked, _AT_ONCE):
        for row in waiting:
            code, detail = _made(asked, row.position, row.order.no)
            operations.note_row(Call(SYSTEM), asked.no, position=row.position, code=code, detail=detail)


def _made(asked: Run, position: int, no: str) -> tuple[str, dict[str, object]]:
    """Make the move as the person may at this moment; the refusal's code and detail, or nothing."""
    person = Person.objects.filter(pk=asked.person_id, is_active=True).first()
    if person is None:
        return "kernel.not_granted", {}
    try:
        MOVES[asked.kind](Call(actor_of(person), key=f"{asked.no}:{position}"), no, **asked.asked)
    except Problem as problem:
        return problem.code, plain(problem.detail)
    return "", {}
