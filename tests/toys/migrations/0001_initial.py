"""The toy table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Create it."""

    initial = True
    dependencies = [("kernel", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Toy",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("no", models.CharField(max_length=20, unique=True)),
                ("owner_id", models.BigIntegerField()),
                ("status", models.CharField(default="new", max_length=10)),
                ("turns", models.IntegerField(default=0)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("root", models.ForeignKey(on_delete=models.deletion.PROTECT, related_name="+", to="kernel.root")),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(("turns__lte", 9)), name="toys_toy_turns")]},
        ),
    ]
