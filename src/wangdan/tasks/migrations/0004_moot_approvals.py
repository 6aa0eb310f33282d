"""An approval that was overtaken is closed without a second person."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """One state more, and what it means to be decided."""

    dependencies = [("tasks", "0003_approvals")]

    operations = [
        migrations.AlterField(
            "approval",
            "status",
            models.CharField(
                choices=[("open", "待复核"), ("approved", "已同意"), ("rejected", "已驳回"), ("moot", "不用了")], default="open", max_length=8
            ),
        ),
        migrations.RemoveConstraint("approval", "tasks_approval_decided"),
        migrations.AddConstraint(
            "approval",
            models.CheckConstraint(
                condition=Q(status="open", decided_by=None, decided_at=None)
                | Q(status="moot", decided_by=None, decided_at__isnull=False)
                | Q(status__in=("approved", "rejected"), decided_by__isnull=False, decided_at__isnull=False),
                name="tasks_approval_decided",
            ),
        ),
    ]
