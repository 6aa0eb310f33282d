"""Parcels gone astray are few; an index of their own names them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0001_initial'),
        ('fulfilment', '0004_track_carrier'),
        ('inventory', '0002_who_moved'),
        ('kernel', '0003_trouble'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='parcel',
            index=models.Index(condition=models.Q(('status__in', ('refused', 'lost', 'returned'))), fields=['status', '-id'], name='fulfilment_parcel_astray'),
        ),
    ]
