"""Does in the past what the worker does in the present: reactions at their moment, errands answered by an outside that was quick."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection

from wangdan.kernel import clock
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.jobs import REACTION, run_reaction
from wangdan.kernel.models import Journal
from wangdan.notices import operations as notices
from wangdan.payments.errands import hear
from wangdan.payments.models import Refund
from wangdan.site.demo.outside import Outside

_WAITING = "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id LIMIT 100"
_FINISH = "SELECT count(procrastinate_finish_job_v1(id, 'succeeded', false)) FROM procrastinate_jobs WHERE id = ANY(%s)"
_CALL_OFF = "SELECT count(procrastinate_cancel_job_v1(id, false, false)) FROM procrastinate_jobs WHERE id = ANY(%s)"
_MOMENT = timedelta(seconds=2)
_TOLD = timedelta(days=10)
"""Nobody is told of what is longer past: those jobs are called off, and stand so in the table."""


class Clerk:
    """Empties the table of jobs; nothing of the past is left for the real worker."""

    def __init__(self) -> None:
        """Nothing was done yet."""
        self._outside = Outside(Random())  # noqa: S311 - numbers that only look like a bank's
        self._at = clock.now()
        self._told_from = self._at - _TOLD
        self._errands: dict[str, Callable[..., None]] = {
            "errand:payments.close_out": self._close,
            "errand:payments.refund_out": self._refund,
            "errand:notices.send": self._send,
        }

    def work(self) -> int:
        """Do what is waiting, and what comes of it; returns how many jobs that were."""
        count = 0
        while rows := self._waiting():
            moments = dict(Journal.objects.filter(pk__in=[args["journal_id"] for _, task, args in rows if task == REACTION]).values_list("pk", "at"))
            stale = [number for number, task, args in rows if task == REACTION and self._stale(args["reaction"], moments[args["journal_id"]])]
            for number, task, args in rows:
                if number not in stale:
                    self._do(task, args, moments)
            with connection.cursor() as cursor:
                cursor.execute(_FINISH, [[number for number, _, _ in rows if number not in stale]])
                cursor.execute(_CALL_OFF, [stale])
            count += len(rows)
        return count

    def _stale(self, reaction: str, moment: datetime) -> bool:
        return reaction == notices.tell.name and moment < self._told_from

    @staticmethod
    def _waiting() -> list[tuple[int, str, dict[str, Any]]]:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            return [(number, task, json.loads(args)) for number, task, args in cursor.fetchall()]

    def finish(self) -> None:
        """Do what is left."""
        self.work()

    def _do(self, task: str, args: dict[str, Any], moments: dict[int, datetime]) -> None:
        """A reaction runs just after its fact, an errand after the last one, for jobs do not say when they were left; nothing later than now."""
        if task == REACTION:
            self._at = min(moments[args["journal_id"]] + _MOMENT, clock.now())
            with clock.at(self._at):
                run_reaction(**args)
            return
        with clock.at(min(self._at + _MOMENT, clock.now())):
            self._errands[task](**args)

    def _close(self, attempt: str) -> None:
        hear(self._outside.closed(attempt))

    def _refund(self, refund: str) -> None:
        hear(self._outside.refunded(Refund.objects.select_related("attempt").get(no=refund)))

    def _send(self, message: int) -> None:
        notices.sent(Call(SYSTEM), message=message)
