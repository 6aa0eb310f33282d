"""Lines keep the shares of what was taken off, step by step."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column more; old lines have no discount and no steps."""

    dependencies = [("orders", "0002_reasons_as_sayings")]

    operations = [
        migrations.AddField(model_name="line", name="steps", field=models.JSONField(blank=True, default=list)),
    ]
