"""Edits of orders, each kept as one change; and what changes took off after payment."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_views"),
        ('delivery', '0001_initial'),
        ('kernel', '0003_trouble'),
        ("orders", "0007_runs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200)),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
                ('money', models.JSONField()),
                ('stock', models.JSONField()),
                ('parcels', models.PositiveSmallIntegerField(default=0)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='order',
            name='orders_order_refunded_not_negative',
        ),
        migrations.AddField(
            model_name='order',
            name='reduced',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('reduced__gte', 0), ('refunded__gte', 0)), name='orders_order_refunded_not_negative'),
        ),
        migrations.AddField(
            model_name='change',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order'),
        ),
        migrations.AddField(
            model_name='change',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='change',
            name='root',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.root'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['order', '-id'], name='orders_change_order'),
        ),
    ]
