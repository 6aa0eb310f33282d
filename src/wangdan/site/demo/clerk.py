"""Does in the past what the worker does in the present: reactions at their moment, errands answered by an outside that was quick."""

from collections.abc import Callable
from datetime import datetime, timedelta
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

_WAITING = "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' AND id > %s ORDER BY id"
_FINISH = "SELECT count(procrastinate_finish_job_v1(id, 'succeeded', false)) FROM procrastinate_jobs WHERE id = ANY(%s)"
_MOMENT = timedelta(seconds=2)


class Clerk:
    """Empties the table of jobs; nothing of the past is left for the real worker."""

    def __init__(self, outside: Outside) -> None:
        """Nothing is done yet."""
        self._outside = outside
        self._last = 0
        self.done: list[int] = []
        self._errands: dict[str, Callable[..., None]] = {
            "errand:payments.close_out": self._close,
            "errand:payments.refund_out": self._refund,
            "errand:notices.send": self._send,
        }

    def work(self) -> None:
        """Do what is waiting, and what comes of it."""
        while rows := self._waiting():
            moments = dict(Journal.objects.filter(pk__in=[args["journal_id"] for _, task, args in rows if task == REACTION]).values_list("pk", "at"))
            for number, task, args in rows:
                self._do(task, args, moments)
                self.done.append(number)
                self._last = number

    def _waiting(self) -> list[tuple[int, str, dict[str, Any]]]:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING, [self._last])
            return cursor.fetchall()

    def _do(self, task: str, args: dict[str, Any], moments: dict[int, datetime]) -> None:
        if task == REACTION:
            with clock.at(moments[args["journal_id"]] + _MOMENT):
                run_reaction(**args)
        else:
            self._errands[task](**args)

    def _close(self, attempt: str) -> None:
        hear(self._outside.closed(attempt))

    def _refund(self, refund: str) -> None:
        hear(self._outside.refunded(Refund.objects.select_related("attempt").get(no=refund)))

    def _send(self, message: int) -> None:
        notices.sent(Call(SYSTEM), message=message)

    def close(self) -> None:
        """Mark the jobs as done, all at once."""
        with connection.cursor() as cursor:
            cursor.execute(_FINISH, [self.done])
