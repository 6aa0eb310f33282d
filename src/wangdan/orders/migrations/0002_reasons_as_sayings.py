"""Reasons of freight and of warehouses become data; old sentences stay, each as a plain saying."""

from django.db import migrations, models

_FREIGHT = """
ALTER TABLE orders_order ALTER COLUMN freight_reason TYPE jsonb USING CASE WHEN freight_reason = '' THEN '[]'::jsonb
    ELSE jsonb_build_array(jsonb_build_object('code', 'kernel.plain', 'text', freight_reason)) END
"""
_ALLOCATION = """
UPDATE orders_order SET allocation = (
    SELECT jsonb_agg(jsonb_set(share, '{reason}', jsonb_build_object('code', 'kernel.plain', 'text', share->'reason')) ORDER BY place)
    FROM jsonb_array_elements(allocation) WITH ORDINALITY AS shares (share, place)
) WHERE allocation <> '[]'
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [
        migrations.RunSQL(_FREIGHT, state_operations=[migrations.AlterField("order", "freight_reason", models.JSONField(blank=True, default=list))]),
        migrations.RunSQL(_ALLOCATION),
    ]
