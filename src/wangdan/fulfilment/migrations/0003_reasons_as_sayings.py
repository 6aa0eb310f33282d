"""Why a carrier was chosen becomes data, old sentences stay as plain sayings; our own steps say nothing that their status does not."""

from django.db import migrations, models

_REASON = """
ALTER TABLE fulfilment_parcel ALTER COLUMN carrier_reason TYPE jsonb USING CASE WHEN carrier_reason = '' THEN '[]'::jsonb
    ELSE jsonb_build_array(jsonb_build_object('code', 'kernel.plain', 'text', carrier_reason)) END
"""


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0002_pickup_at")]

    operations = [
        migrations.RunSQL("UPDATE fulfilment_track SET text = '' WHERE event_id = ''"),
        migrations.RunSQL(_REASON, state_operations=[migrations.AlterField("parcel", "carrier_reason", models.JSONField(blank=True, default=list))]),
    ]
