"""Orders whose money is still expected are few; an index of their own names them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_chasing")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(condition=models.Q(("closed_at", None), ("paid_at", None)), fields=["-placed_at", "-id"], name="orders_order_unpaid"),
        ),
    ]
