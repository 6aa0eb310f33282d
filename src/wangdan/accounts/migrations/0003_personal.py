"""Whether one's own purchases choose what one is shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_divisions")]

    operations = [migrations.AddField("person", "personal", models.BooleanField(default=True))]
