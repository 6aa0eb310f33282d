"""Messages know when they are tried next and why the last try failed."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Rows that wait already are due since they were queued."""

    dependencies: ClassVar = [("notices", "0001_initial")]
    operations: ClassVar = [
        migrations.AddField("message", "trouble", models.CharField(blank=True, default="", max_length=200)),
        migrations.AddField("message", "due_at", models.DateTimeField(null=True)),
        migrations.RunSQL("UPDATE notices_message SET due_at = at", migrations.RunSQL.noop),
        migrations.AlterField("message", "due_at", models.DateTimeField()),
        migrations.RemoveIndex("message", "notices_message_queue"),
        migrations.AddIndex("message", models.Index(fields=["due_at"], condition=Q(status="queued"), name="notices_message_due")),
        migrations.AddIndex("message", models.Index(fields=["channel", "-id"], condition=Q(status="failed"), name="notices_message_failed")),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | (~Q(status="sent") & Q(sent_at=None)), name="notices_message_sent_has_moment"
            ),
        ),
    ]
