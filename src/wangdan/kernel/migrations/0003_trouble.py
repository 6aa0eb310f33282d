"""Why a job's last try failed, for the office to read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_failed_jobs")]

    operations = [
        migrations.CreateModel(
            name="Trouble",
            fields=[
                ("job", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=80)),
                ("text", models.CharField(max_length=300)),
                ("place", models.CharField(blank=True, max_length=160)),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
