"""Jobs: LATER reactions, errands and sweeps on procrastinate, deferred in the operation's own transaction."""

import logging
import re
import traceback
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from django.db import DatabaseError, connection
from procrastinate import App, JobContext, RetryStrategy
from procrastinate.contrib.django import app as current
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager

from wangdan.kernel import react
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errand import ERRANDS, Errand
from wangdan.kernel.errors import Problem
from wangdan.kernel.fact import Fact
from wangdan.kernel.models import Journal
from wangdan.kernel.operation import OPERATIONS, hooks

log = logging.getLogger("wangdan.jobs")
REACTION = "wangdan.reaction"
_WITHIN = JobManager(DjangoConnector())
"""Writes jobs over Django's own connection."""


def _to(task: str, *, lock: str | None = None) -> JobDeferrer:
    """Where jobs of a task are put, within the transaction that runs.

    In the worker procrastinate's app has connections of its own: what it defers would run before the commit, and after a refusal too.
    """
    deferrer = current.configure_task(task, lock=lock, allow_unknown=False)
    deferrer.job_manager = _WITHIN
    return deferrer


def run_reaction(journal_id: int, place: int, reaction: str, again: str = "") -> None:
    """Run one LATER reaction to one fact; the key makes a second run of the same job a repetition without effect.

    `again` marks a wanted replay: it makes a new key, so that the consumer sees the fact once more.
    """
    entry = Journal.objects.get(pk=journal_id)
    fact = Fact.read(entry.facts[place])
    operation = OPERATIONS[reaction]
    key = f"{journal_id}:{place}" + (f":{again}" if again else "")
    call = Call(SYSTEM, key=key, cause_id=journal_id)
    target = (fact.handle,) if operation.on is not None else ()
    operation(call, *target, fact=fact)


def run_sweep(name: str) -> int:
    """Run one sweep: every due row in an operation of its own; returns how many went through.

    A bug on one row does not keep the others waiting: they go first, then the job fails with all bugs in it, for everybody to see.
    """
    sweep, done = react.SWEEPS[name], 0
    bugs: list[Exception] = []
    for handle in list(sweep.due(sweep.limit)):
        try:
            sweep.run(Call(SYSTEM), handle)
            done += 1
        except Problem as problem:
            log.info("sweep %s passed over one row: %s", name, problem.code)
        except Exception as bug:
            log.exception("sweep %s stumbled over row %s", name, handle)
            bugs.append(bug)
    if bugs:
        message = f"sweep {name}: {len(bugs)} rows failed, {done} went through"
        raise ExceptionGroup(message, bugs)
    return done


def defer(root_id: int | None, later: list[tuple[int, int, str]], errands: list[tuple[str, dict[str, Any]]]) -> None:
    """Put the jobs of an act into its transaction: one statement for all reactions, one per kind of errand."""
    lock = f"root:{root_id}" if root_id else None
    if later:
        rows: list[dict[str, Any]] = [{"journal_id": journal_id, "place": place, "reaction": name} for journal_id, place, name in later]
        _to(REACTION, lock=lock).batch_defer(*rows)
    for name in dict.fromkeys(name for name, _ in errands):
        named = [kwargs for found, kwargs in errands if found == name]
        _to(f"errand:{name}").batch_defer(*named)


def replay(first: int, last: int, reaction: str, *, again: str = "") -> int:
    """Give one consumer the facts of journal rows `first`…`last` once more; returns the number of jobs.

    Without `again` what was done stays done; with a word in `again` the consumer acts anew.
    """
    jobs: list[dict[str, Any]] = []
    for entry in Journal.objects.filter(pk__range=(first, last)).exclude(facts=[]).order_by("pk").iterator(500):
        for place, document in enumerate(entry.facts):
            if any(op.name == reaction for op in react.later(Fact.read(document))):
                jobs.append({"journal_id": entry.pk, "place": place, "reaction": reaction, "again": again})
    for start in range(0, len(jobs), 500):
        _to(REACTION).batch_defer(*jobs[start : start + 500])
    return len(jobs)


_STRANDED = """
FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %s))
"""
_RESCUE = f"SELECT procrastinate_retry_job_v2(j.id, now(), NULL, NULL, NULL) {_STRANDED} AND j.queueing_lock IS NULL"
_BURY = f"SELECT procrastinate_finish_job_v1(j.id, 'failed', false) {_STRANDED} AND j.queueing_lock IS NOT NULL"
_FORGET = """
DELETE FROM procrastinate_jobs WHERE id IN (
    SELECT j.id FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'succeeded'
    WHERE j.status = 'succeeded' AND j.queueing_lock IS NOT NULL AND e.at < now() - interval '1 hour'
        AND NOT EXISTS (SELECT 1 FROM procrastinate_periodic_defers d WHERE d.job_id = j.id) LIMIT 1000
)
"""
_GONE_SECONDS = 60


def rescue() -> int:
    """Give the jobs of a worker that died back to the living; returns how many.

    Reactions and errands run again (their keys make twice once). A sweep is only called failed, for the clock brings the next one,
    which its lock would otherwise keep out for ever. Sweeps that went well are forgotten after an hour.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BURY, [_GONE_SECONDS])
        found = len(cursor.fetchall())
        cursor.execute(_RESCUE, [_GONE_SECONDS])
        found += len(cursor.fetchall())
        cursor.execute(_FORGET)
    return found


def _rescue(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    found = rescue()
    if found:
        log.warning("%s jobs of a worker that is gone were taken over", found)


_DIGITS = re.compile(r"\d{5,}")
_QUOTED = re.compile(r"['\"(=][^'\"()=]*[^\x00-\x7f][^'\"()=]*")


def described(bug: BaseException) -> dict[str, str]:
    """What went wrong and where, for the office: no long digits and no quoted Chinese, which may be somebody's phone, name or street."""
    while isinstance(bug, BaseExceptionGroup):
        bug = bug.exceptions[0]
    frames = [frame for frame in traceback.extract_tb(bug.__traceback__) if "wangdan" in PurePath(frame.filename).parts]
    last = frames[-1] if frames else None
    place = f"{'/'.join(PurePath(last.filename).parts[-3:])}:{last.lineno} {last.name}" if last else ""
    text = bug.code if isinstance(bug, Problem) else (str(bug).splitlines() or [""])[0]
    return {"kind": type(bug).__name__, "text": _QUOTED.sub("…", _DIGITS.sub("…", text)), "place": place}


def _told(run: Callable[..., Any]) -> Callable[..., Any]:
    """The task that also leaves word in the office when it fails; the failure itself goes on to the runner."""

    def task(context: JobContext, **kwargs: Any) -> None:
        try:
            run(**kwargs)
        except Exception as bug:
            try:
                OPERATIONS["kernel.note_trouble"](Call(SYSTEM), job=context.job.id, **described(bug))
            except DatabaseError:
                log.exception("why job %s failed could not be written down", context.job.id)
            raise

    return task


def _add_errand(app: App, one: Errand) -> None:
    retry = RetryStrategy(max_attempts=one.tries, exponential_wait=2)
    app.task(name=f"errand:{one.name}", retry=retry, pass_context=True)(_told(one.run))


def cron(every: int) -> str:
    """A cron line for about every so many seconds (the sixth field counts seconds)."""
    minute, hour = 60, 3600
    if every < minute:
        return f"* * * * * */{every}"
    if every < hour:
        return f"*/{every // minute} * * * *"
    return f"0 */{min(every // hour, 23)} * * *"


def _add_sweep(app: App, sweep: react.Sweep) -> None:
    def run(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
        run_sweep(sweep.name)

    task = app.task(name=f"sweep:{sweep.name}", queueing_lock=f"sweep:{sweep.name}", lock=f"sweep:{sweep.name}", pass_context=True)(_told(run))
    app.periodic(cron=cron(sweep.every), periodic_id=sweep.name)(task)


def on_app_ready(app: App) -> None:
    """Give procrastinate's app our tasks and the door its hooks; runs once at start."""
    react.load()
    hooks.now, hooks.later, hooks.defer = react.now, react.later, defer
    app.task(name=REACTION, retry=RetryStrategy(max_attempts=6, exponential_wait=3), pass_context=True)(_told(run_reaction))
    for one in ERRANDS.values():
        _add_errand(app, one)
    for sweep in react.SWEEPS.values():
        _add_sweep(app, sweep)
    app.periodic(cron=cron(30), periodic_id="rescue")(app.task(name="jobs:rescue", queueing_lock="jobs:rescue")(_rescue))
