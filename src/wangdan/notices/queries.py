"""Reads of notices: a person's inbox, what is unread, what is due to be sent, what did not get through, and what must always hold."""

from django.db.models import Count, QuerySet

from wangdan.kernel import clock
from wangdan.kernel.act import Actor
from wangdan.notices.models import Message, Notice
from wangdan.notices.rules import SECRET

OVERSEERS = frozenset({"supervisor", "admin", "system"})
"""Roles that see how messages leave."""


def inbox(actor: Actor, *, unread: bool = False) -> QuerySet[Notice]:
    """The actor's own notices; page them by `-id`."""
    own = Notice.objects.filter(person_id=actor.id or -1)
    return own.filter(read_at=None) if unread else own


def unread(actor: Actor, *, most: int = 99) -> int:
    """How many the actor has not read; counts no further than `most` + 1, for the badge (one statement, none for a stranger)."""
    return inbox(actor, unread=True)[: most + 1].count() if actor.id else 0


def due(limit: int) -> list[int]:
    """Messages that should be tried now, the longest waiting first."""
    waiting = Message.objects.filter(status="queued", due_at__lte=clock.now())
    return list(waiting.order_by("due_at").values_list("pk", flat=True)[:limit])


def failed(channel: str) -> int:
    """How many messages of a channel (sms, mail) did not get through."""
    return Message.objects.filter(status="failed", channel=channel).exclude(kind__in=SECRET).count()


def outgoing(actor: Actor, status: str) -> QuerySet[Message]:
    """Messages in a state, for the office's supervisors only; page them by `-id`. Expired codes are nobody's concern."""
    rows = Message.objects.filter(status=status) if actor.roles & OVERSEERS else Message.objects.none()
    return rows.exclude(kind__in=SECRET) if status == "failed" else rows


def standing() -> dict[str, int]:
    """How many messages wait and how many failed; sent ones are not counted, they are without end."""
    rows = Message.objects.filter(status__in=("queued", "failed")).exclude(status="failed", kind__in=SECRET)
    return dict(rows.values_list("status").annotate(n=Count("pk")).order_by())


INVARIANTS: list[tuple[str, str]] = [
    (
        "a notice is told once",
        """
        SELECT person_id, kind, ref, at, count(*) FROM notices_notice
        GROUP BY person_id, kind, ref, at, params HAVING count(*) > 1
        """,
    ),
    (
        "a notice belongs to the root of its person",
        """
        SELECT n.id FROM notices_notice n JOIN accounts_person p ON p.id = n.person_id WHERE n.root_id <> p.root_id
        """,
    ),
    (
        "no code stands in a message",
        """
        SELECT id, kind FROM notices_message WHERE starts_with(kind, 'code_') AND (text <> '' OR subject <> '')
        """,
    ),
    (
        "every other message has its text",
        """
        SELECT id, kind FROM notices_message WHERE NOT starts_with(kind, 'code_') AND text = ''
        """,
    ),
    (
        "a message that did not get through has a task, open or done",
        """
        SELECT m.id, m.channel, m.trouble FROM notices_message m
        WHERE m.status = 'failed' AND NOT starts_with(m.kind, 'code_')
            AND NOT EXISTS (SELECT 1 FROM tasks_task t WHERE t.kind = 'notices.failed' AND t.ref = 'messages:' || m.channel)
        """,
    ),
]
"""(what must hold, SQL whose rows are the breaches)."""
