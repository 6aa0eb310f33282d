"""Messages on their way out: queued for a code, sent, tried again with the same id, visibly failed, taken up anew."""

from datetime import timedelta

from django.db.models import QuerySet

from wangdan.accounts.facts import CodeWanted
from wangdan.accounts.models import Code
from wangdan.kernel.act import Act
from wangdan.kernel.operation import operation
from wangdan.notices import queries
from wangdan.notices.models import Message
from wangdan.notices.rules import SECRET, TRIES, TROUBLE_LENGTH, TRUST, wait_after
from wangdan.tasks import operations as tasks

FAILED = "notices.failed"
"""The kind of the task that a failed message leaves."""


@operation("notices.send_code")
def send_code(act: Act, *, fact: CodeWanted) -> None:
    """LATER: put a code on its way. The digits are in no row: they are made from the code's seed at the moment of sending (D15.1, D15.9)."""
    code = Code.objects.filter(pk=int(fact.handle)).first()
    if code is None or code.used_at or code.expires_at <= act.now:
        return
    channel = "mail" if "@" in code.to else "sms"
    message = Message.objects.create(
        channel=channel,
        kind=f"code_{fact.purpose}",
        ref=fact.ref,
        to=code.to,
        language=fact.language,
        at=act.now,
        due_at=act.now + TRUST,
    )
    act.note("messages", None, [message.journal_ref])
    act.errand("notices.send", message=message.pk)


def _queued(pk: int) -> Message | None:
    rows: QuerySet[Message] = Message.objects.select_for_update(no_key=True)
    return rows.filter(pk=pk, status="queued").first()


@operation("notices.take_up")
def take_up(act: Act, message: int) -> None:
    """The sweep: a message whose errand never came back, or whose wait is over, is tried again with the same id."""
    row = _queued(message)
    if row is None or row.due_at > act.now:
        return
    act.entry.watch(row)
    row.due_at = act.now + max(TRUST, wait_after(row.tries))
    row.save(update_fields=["due_at"])
    act.errand("notices.send", message=row.pk)


@operation("notices.sent")
def sent(act: Act, *, message: int) -> None:
    """The gateway has it; twice is once."""
    row = _queued(message)
    if row is None:
        return
    act.entry.watch(row)
    row.status, row.sent_at, row.trouble, row.tries = "sent", act.now, "", row.tries + 1
    row.save(update_fields=["status", "sent_at", "trouble", "tries"])


@operation("notices.doubt")
def doubt(act: Act, *, message: int, trouble: str, for_good: bool = False) -> None:
    """Nobody knows whether it arrived: it is sent again later with the same id, which the gateway takes once.

    After so many tries (option), or when the gateway refuses it for good, it is `failed`: that stands on the office's queue as one task per channel.
    """
    row = _queued(message)
    if row is None:
        return
    act.entry.watch(row)
    row.tries, row.trouble = row.tries + 1, trouble[:TROUBLE_LENGTH]
    if for_good or row.tries >= act.option(TRIES):
        row.status = "failed"
    row.due_at = act.now + wait_after(row.tries)
    row.save(update_fields=["status", "tries", "trouble", "due_at"])
    if row.status == "failed" and row.kind not in SECRET:
        tasks.open(
            act,
            kind=FAILED,
            ref=f"messages:{row.channel}",
            role="supervisor",
            due_at=act.now + timedelta(hours=4),
            detail={"channel": row.channel, "trouble": row.trouble},
        )


@operation("notices.send_again")
def send_again(act: Act, *, channel: str) -> int:
    """Send what failed on a channel once more, with the same ids, and close its task; returns how many. Codes are not: they have expired."""
    rows = Message.objects.select_for_update(no_key=True).filter(status="failed", channel=channel).exclude(kind__in=SECRET)
    again = list(rows.order_by("pk")[:500])
    for row in again:
        row.status, row.tries, row.due_at = "queued", 0, act.now + TRUST
        act.errand("notices.send", message=row.pk)
    Message.objects.bulk_update(again, ["status", "tries", "due_at"])
    act.note("messages", "failed", [row.journal_ref for row in again])
    if not queries.failed(channel):
        tasks.settle(act, ref=f"messages:{channel}", kind=FAILED, outcome="notices.sent_again")
    return len(again)
