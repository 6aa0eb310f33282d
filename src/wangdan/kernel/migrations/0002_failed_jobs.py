"""Failed jobs are counted on every look at /metrics, and finished ones are kept: an index over the few that failed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX kernel_jobs_failed ON procrastinate_jobs (id) WHERE status = 'failed'",
            "DROP INDEX kernel_jobs_failed",
        ),
    ]
