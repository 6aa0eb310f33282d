"""Words that mean the same; indexes of what search narrows by."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_divisions'),
        ('catalogue', '0005_sheets'),
        ('files', '0001_initial'),
        ('kernel', '0003_trouble'),
    ]

    operations = [
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='SynonymGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name='product',
            index=django.contrib.postgres.indexes.GinIndex(fields=['parameters'], name='catalogue_product_parameters', opclasses=['jsonb_path_ops']),
        ),
        migrations.AddIndex(
            model_name='product',
            index=django.contrib.postgres.indexes.GinIndex(fields=['tags'], name='catalogue_product_tags'),
        ),
        migrations.AddIndex(
            model_name='sku',
            index=django.contrib.postgres.indexes.GinIndex(fields=['specs'], name='catalogue_sku_specs', opclasses=['jsonb_path_ops']),
        ),
        migrations.AddField(
            model_name='synonym',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.synonymgroup'),
        ),
        migrations.AddConstraint(
            model_name='synonym',
            constraint=models.UniqueConstraint(fields=('text',), name='catalogue_synonym_once'),
        ),
    ]
