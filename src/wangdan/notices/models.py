"""Tables of notices: what stands in a person's inbox, and what leaves by SMS or mail."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from wangdan.accounts.models import Person
from wangdan.kernel.act import Actor
from wangdan.kernel.models import RootedModel


class Notice(RootedModel):
    """One entry of an inbox: the kind names the text, the params fill it, so that it reads in any language."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    ref = models.CharField(max_length=80, blank=True, default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="notices_notice_inbox"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notices_notice_unread"),
        ]

    def __str__(self) -> str:
        """For logs."""
        return f"notice {self.pk} {self.kind}"

    @property
    def journal_ref(self) -> str:
        """What the journal calls the notice itself."""
        return f"notices:{self.pk}"

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet["Notice"]:
        """One's own."""
        if "system" in actor.roles:
            return cls.objects.all()
        return cls.objects.filter(person_id=actor.id or -1)


class Message(models.Model):
    """An SMS or a mail on its way out; the id is the outside's idempotency key.

    `text` is written when it is queued; that of a secret kind (codes) stays empty and is made at the moment of sending. `due_at`: when it
    is tried next; `trouble`: why the last try did not get through.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"to", "text", "subject"})
    CHANNELS: ClassVar = [("sms", "短信"), ("mail", "邮件")]
    STATES: ClassVar = [("queued", "待发送"), ("sent", "已发送"), ("failed", "发送失败")]

    channel = models.CharField(max_length=4, choices=CHANNELS)
    kind = models.CharField(max_length=40)
    ref = models.CharField(max_length=80, blank=True, default="")
    to = models.CharField(max_length=254)
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField(blank=True, default="")
    status = models.CharField(max_length=8, choices=STATES, default="queued")
    tries = models.SmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | (~Q(status="sent") & Q(sent_at=None)), name="notices_message_sent_has_moment"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(status="queued"), name="notices_message_due"),
            models.Index(fields=["channel", "-id"], condition=Q(status="failed"), name="notices_message_failed"),
            models.Index(fields=["ref"], name="notices_message_ref"),
        ]

    def __str__(self) -> str:
        """For logs: no number, no text."""
        return f"message {self.pk} {self.channel} {self.kind}"

    @property
    def journal_ref(self) -> str:
        """What the journal calls the message itself."""
        return f"messages:{self.pk}"
