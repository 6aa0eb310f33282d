"""Work on many orders at once: asked for here, done behind one by one, each with its own key and its own answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.numbers import new_number, normalise
from wangdan.kernel.operation import operation
from wangdan.orders.models import Order, Run, RunRow
from wangdan.orders.operations.noting import checked_mark
from wangdan.orders.rules import BULK, EXPORTS, RUN_LIMIT, clean_reason

_REASONED = frozenset({"cancel", "decline"})


@operation("orders.begin_run")
def begin_run(act: Act, *, kind: str, orders: Sequence[str], given: Mapping[str, str]) -> Run:
    """Make one move on many orders, behind, each by itself: one that is refused does not keep the others (D08.6).

    `given` is what the move needs: `reason`, or `mark` and `remark`. Refuses with `orders.run_unknown`, `orders.run_empty`,
    `orders.run_long` (most), what the move itself refuses of its reason or mark, and with 404 when one of the orders is not there for
    the actor: then nothing is begun.
    """
    if kind not in BULK:
        raise Malformed("orders.run_unknown")
    wanted = list(dict.fromkeys(normalise(str(no))[:12] for no in orders))
    if not wanted:
        raise Malformed("orders.run_empty")
    if len(wanted) > act.option(RUN_LIMIT):
        raise Refused("orders.run_long", most=act.option(RUN_LIMIT))
    found = {order.no: order for order in Order.visible_to(act.actor).filter(no__in=wanted).only("id", "no")}
    if len(found) < len(wanted):
        raise NotSeen
    run = _run(act, kind, _needed(kind, given), len(wanted))
    RunRow.objects.bulk_create(RunRow(run=run, position=place, order=found[no]) for place, no in enumerate(wanted, start=1))
    act.errand("orders.run", run=run.no)
    return run


def _needed(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """What the move takes, checked before anything begins."""
    if kind in _REASONED:
        return {"reason": clean_reason(given.get("reason"))}
    if kind == "mark":
        mark, remark = checked_mark(given.get("mark", ""), given.get("remark", ""))
        return {"mark": mark, "remark": remark}
    return {}


def _run(act: Act, kind: str, asked: dict[str, Any], total: int) -> Run:
    root = act.new_root("runs")
    return Run.objects.create(root=root, no=new_number("J"), kind=kind, person_id=act.person_id, asked=asked, total=total, begun_at=act.now)


@operation("orders.note_row", on=Run)
def note_row(act: Act, run: Run, *, position: int, code: str = "", detail: Mapping[str, Any] | None = None) -> Run:
    """The worker: what became of one order of the run; the last one ends it. Twice is once."""
    row = RunRow.objects.filter(run=run, position=position, at=None).first()
    if row is None:
        return run
    row.code, row.detail, row.at = code[:80], dict(detail or {}), act.now
    row.save(update_fields=["code", "detail", "at"])
    run.done, run.refused = run.done + (not code), run.refused + bool(code)
    run.status = "done" if run.done + run.refused >= run.total else "running"
    run.ended_at = act.now if run.over else None
    run.save(update_fields=["done", "refused", "status", "ended_at"])
    return run


# ---- exports --------------------------------------------------------------------------------------------------------


@operation("orders.export")
def export(act: Act, *, conditions: Mapping[str, str], form: str, language: str, behind: int = 0) -> Run:
    """Write the orders of a list into a file, names, phones and addresses masked (D08.5); `behind`: how many, when it is done by the worker.

    Refuses with `orders.export_unknown` for a form that is none.
    """
    return _export(act, {"conditions": dict(conditions), "form": form, "language": language, "full": False}, behind)


@operation("orders.export_full")
def export_full(act: Act, *, conditions: Mapping[str, str], form: str, language: str, reason: str, behind: int = 0) -> Run:
    """The same with names, phones and addresses in full; the journal keeps who had it, of which orders and what for.

    Refuses with `orders.reason_missing`, `orders.reason_long`, `orders.export_unknown`.
    """
    kept = clean_reason(reason)
    act.note("reason", None, kept)
    return _export(act, {"conditions": dict(conditions), "form": form, "language": language, "full": True, "reason": kept}, behind)


def _export(act: Act, asked: dict[str, Any], behind: int) -> Run:
    if asked["form"] not in EXPORTS:
        raise Malformed("orders.export_unknown")
    asked["seat"] = "" if act.actor.roles & {"service", "auditor", "finance", "supervisor", "admin"} else "shop"
    run = _run(act, "export", asked, behind)
    if behind:
        act.errand("desks.export", run=run.no)
        return run
    run.status, run.ended_at = "done", act.now
    run.save(update_fields=["status", "ended_at"])
    return run


@operation("orders.note_export", on=Run)
def note_export(act: Act, run: Run, *, done: int, file: str = "", failed: bool = False) -> Run:
    """The worker: how many orders the export has written; with `file` it is ready."""
    if run.over:
        return run
    run.done, run.file, run.total = done, file, max(run.total, done)
    run.status = "failed" if failed else "done" if file else "running"
    run.ended_at = act.now if run.over else None
    run.save(update_fields=["done", "file", "total", "status", "ended_at"])
    return run


@operation("orders.drop_file", on=Run)
def drop_file(act: Act, run: Run) -> Run:
    """The sweep: a file that was kept long enough goes; what was exported stays known."""
    if run.file:
        act.errand("desks.drop_file", file=run.file)
    run.file = ""
    run.save(update_fields=["file"])
    return run
