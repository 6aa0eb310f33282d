"""Long work on many orders: runs with their rows; and when a shop was reminded."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0003_trouble'),
        ("orders", "0006_order_centre"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(max_length=12, unique=True)),
                ('kind', models.CharField(max_length=16)),
                ('asked', models.JSONField(default=dict)),
                ('status', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed')], default='waiting', max_length=8)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('file', models.CharField(blank=True, default='', max_length=40)),
                ('begun_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('root', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.root')),
            ],
        ),
        migrations.CreateModel(
            name='RunRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('code', models.CharField(blank=True, default='', max_length=80)),
                ('detail', models.JSONField(default=dict)),
                ('at', models.DateTimeField(null=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.run')),
            ],
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['person', '-id'], name='orders_run_person'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(condition=models.Q(('file', ''), _negated=True), fields=['ended_at'], name='orders_run_files'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('waiting', 'running', 'done', 'failed'))), name='orders_run_status_known'),
        ),
        migrations.AddIndex(
            model_name='runrow',
            index=models.Index(condition=models.Q(('at', None)), fields=['run', 'position'], name='orders_runrow_waiting'),
        ),
        migrations.AddConstraint(
            model_name='runrow',
            constraint=models.UniqueConstraint(fields=('run', 'position'), name='orders_runrow_once'),
        ),
    ]
