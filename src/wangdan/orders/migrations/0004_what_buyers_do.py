"""When a buyer reminded the shop, took more time, tidied his list; goods of latest lines first, to see what is bought together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_shop_and_state"), ("files", "0001_initial"), ("orders", "0003_line_steps")]

    operations = [
        migrations.AddField("order", "extended_at", models.DateTimeField(null=True)),
        migrations.AddField("order", "hidden", models.BooleanField(default=False)),
        migrations.AddField("order", "reminded_at", models.DateTimeField(null=True)),
        migrations.AddIndex("line", models.Index(fields=["product", "-id"], name="orders_line_product")),
    ]
