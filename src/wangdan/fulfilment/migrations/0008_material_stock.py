"""How many of each packing material lie in a warehouse."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of one row per warehouse and material."""

    dependencies = [("fulfilment", "0007_strays"), ("inventory", "0003_arrivals_and_counts")]

    operations = [
        migrations.CreateModel(
            name="MaterialStock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on_hand", models.PositiveIntegerField(default=0)),
                ("low", models.PositiveIntegerField(default=0)),
                ("material", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="fulfilment.material")),
                ("warehouse", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.warehouse")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("warehouse", "material"), name="fulfilment_materialstock_once")]},
        ),
    ]
