"""Views of lists that people keep."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_personal'),
        ('kernel', '0003_trouble'),
    ]

    operations = [
        migrations.CreateModel(
            name='View',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('desk', models.CharField(choices=[('office', 'office'), ('shop', 'shop')], max_length=12)),
                ('name', models.CharField(max_length=20)),
                ('conditions', models.JSONField()),
                ('shared', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('root', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.root')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('shared', True)), fields=['desk', 'id'], name='accounts_view_shared')],
                'constraints': [models.UniqueConstraint(fields=('person', 'desk', 'name'), name='accounts_view_name')],
            },
        ),
    ]
