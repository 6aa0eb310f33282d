"""The days of the warehouses; what left before them is counted from the parcels as they are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

_COUNTS = ("planned", "shipped", "pieces", "minutes", "late", "missed")
_ZONE = f"AT TIME ZONE '{settings.TIME_ZONE}'"
_DAYS = f"""
INSERT INTO statistics_houseday (warehouse_id, day, planned, shipped, pieces, minutes, late, missed)
SELECT p.warehouse_id, (e.at {_ZONE})::date, sum(e.planned), sum(e.shipped), sum(e.pieces), sum(e.minutes), sum(e.late), 0
FROM fulfilment_parcel p CROSS JOIN LATERAL (VALUES
    (p.planned_at, 1, 0, 0, 0, 0),
    (p.handed_over_at, 0, 1, p.pieces, greatest(floor(extract(epoch FROM p.handed_over_at - p.planned_at) / 60), 0), (p.handed_over_at > p.ship_by)::int)
) AS e (at, planned, shipped, pieces, minutes, late)
WHERE e.at IS NOT NULL GROUP BY 1, 2
"""  # noqa: S608 - our own names


class Migration(migrations.Migration):
    """A table of one row per warehouse and day."""

    dependencies = [("statistics", "0001_initial"), ("inventory", "0003_arrivals_and_counts"), ("fulfilment", "0007_strays")]

    operations = [
        migrations.CreateModel(
            name="HouseDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("planned", models.IntegerField(default=0)),
                ("shipped", models.IntegerField(default=0)),
                ("pieces", models.IntegerField(default=0)),
                ("minutes", models.BigIntegerField(default=0)),
                ("late", models.IntegerField(default=0)),
                ("missed", models.IntegerField(default=0)),
                ("warehouse", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.warehouse")),
            ],
        ),
        migrations.AddConstraint("houseday", models.UniqueConstraint(fields=["warehouse", "day"], name="statistics_houseday_once")),
        migrations.AddConstraint(
            "houseday", models.CheckConstraint(condition=Q(**{f"{name}__gte": 0 for name in _COUNTS}), name="statistics_houseday_not_negative")
        ),
        migrations.RunSQL(_DAYS, migrations.RunSQL.noop),
    ]
