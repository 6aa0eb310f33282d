"""The kernel's own writes: change a business option, forget old keys, say why a job failed, run failed jobs and old facts again."""

from typing import Any

from django.db import connection

from wangdan.kernel import jobs, options, queries
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.limits import KEEP_KEYS, LONGEST_TROUBLE, MOST_REPLAYED, SWEEPS_LIKE
from wangdan.kernel.models import Key, OptionValue, Trouble
from wangdan.kernel.operation import operation
from wangdan.kernel.option import Option

_MOST_AT_ONCE = 1000
_PICK = "SELECT status::text, task_name FROM procrastinate_jobs WHERE id = %s FOR UPDATE"
_AGAIN = "SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)"
# Oldest first, so that facts about one thing keep their order; each row is locked before it is given back.
_ALL_AGAIN = """
SELECT f.id, procrastinate_retry_job_v2(f.id, now(), NULL, NULL, NULL) FROM (
    SELECT id FROM procrastinate_jobs
    WHERE status = 'failed' AND NOT task_name LIKE ANY(%s) AND (%s = '' OR coalesce(args->>'reaction', task_name) = %s)
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) f
"""
_CLEAR = """
DELETE FROM procrastinate_jobs j WHERE j.status = 'failed' AND j.task_name LIKE ANY(%s)
    AND NOT EXISTS (SELECT 1 FROM procrastinate_periodic_defers d WHERE d.job_id = j.id)
"""


@operation("kernel.set_option")
def set_option(act: Act, *, name: str, value: Any) -> OptionValue:
    """Change a business option; the journal keeps who, when, from what to what.

    Refuses with `kernel.not_seen` (no such option), `kernel.option_wrong_type`, `kernel.option_out_of_range`.
    """
    option = Option.known.get(name)
    if option is None:
        raise NotSeen
    accepted = option.accept(value)
    row = OptionValue.objects.select_for_update(no_key=True).filter(name=name).first() or OptionValue(name=name, value=option.default)
    act.note("value", row.value, accepted)
    row.value = accepted
    row.save()
    options.forget()
    return row


@operation("kernel.forget_keys")
def forget_keys(act: Act, *_: Any) -> int:
    """Drop idempotency keys older than any retry (72 hours); returns how many."""
    gone, _by_model = Key.objects.filter(at__lt=act.now - KEEP_KEYS).delete()
    return gone


@operation("kernel.note_trouble")
def note_trouble(act: Act, *, job: int, kind: str, text: str, place: str) -> None:
    """Remember why a job's last try failed; the next try that fails takes its place."""
    said = {"kind": kind[:80], "text": text[:LONGEST_TROUBLE], "place": place[:160], "at": act.now}
    Trouble.objects.update_or_create(job=job, defaults=said)


@operation("kernel.retry_job")
def retry_job(act: Act, *, job: int) -> int:
    """Let a failed reaction or errand run again, from its first try on.

    Refuses with 404 for a job that is not there, `kernel.cannot_retry_job` when it has not failed, or the clock brings it again anyway.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PICK, [job])
        row = cursor.fetchone()
        if row is None:
            raise NotSeen
        status, task = row
        if status != "failed" or task.startswith(tuple(like.removesuffix("%") for like in SWEEPS_LIKE)):
            raise Refused("kernel.cannot_retry_job", status=status)
        cursor.execute(_AGAIN, [job])
    act.entry.ref = f"jobs:{job}"
    act.note("status", "failed", "todo")
    act.note("task", None, task)
    return job


@operation("kernel.retry_jobs")
def retry_jobs(act: Act, *, name: str = "") -> int:
    """Let all failed reactions and errands (of one name) run again, the oldest first, at most a thousand at once; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL_AGAIN, [list(SWEEPS_LIKE), name, name, _MOST_AT_ONCE])
        found = len(cursor.fetchall())
    act.note("task", None, name)
    act.note("jobs", None, found)
    return found


@operation("kernel.clear_sweeps")
def clear_sweeps(act: Act) -> int:
    """Take failed sweeps off the list once their cause is mended: the clock has long brought the next ones; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR, [list(SWEEPS_LIKE)])
        gone = cursor.rowcount
    act.note("jobs", None, gone)
    return int(gone)


@operation("kernel.replay")
def replay(act: Act, *, first: int, last: int, reaction: str, anew: bool = False) -> int:
    """Tell one consumer the facts of journal rows `first`…`last` again; returns the number of jobs.

    What it has done it does not do again, unless `anew`. Refuses with 404 for no such consumer, `kernel.stretch_malformed`,
    `kernel.stretch_too_long` (most) beyond the option's number of facts.
    """
    if reaction not in queries.consumers():
        raise NotSeen
    if not 0 < first <= last < 2**62:
        raise Malformed("kernel.stretch_malformed")
    most = act.option(MOST_REPLAYED)
    if queries.stretch(first, last, reaction, kept_since=act.now - KEEP_KEYS, most=most).facts > most:
        raise Refused("kernel.stretch_too_long", most=most)
    count = jobs.replay(first, last, reaction, again=act.id.hex if anew else "")
    act.entry.ref = f"reactions:{reaction}"
    act.note("first", None, first)
    act.note("last", None, last)
    act.note("anew", None, anew)
    act.note("jobs", None, count)
    return count
