"""What the order centre asks for: newest first by the moment of placing, what is refunded, flags and remarks."""

import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

_REFUNDED = "UPDATE orders_order o SET refunded = p.refunded FROM payments_part p WHERE p.ref = 'orders:' || o.no AND p.refunded > 0"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_divisions'),
        ('delivery', '0001_initial'),
        ('kernel', '0003_trouble'),
        ("orders", "0005_audits"),
        ('payments', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='order',
            name='orders_order_buyer',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='orders_order_buyer_status',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='orders_order_shop_status',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='orders_order_shop',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='orders_order_status',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='orders_order_phone',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='orders_order_name',
        ),
        migrations.RemoveIndex(
            model_name='order',
            name='orders_order_placed',
        ),
        migrations.AddField(
            model_name='order',
            name='mark',
            field=models.CharField(blank=True, choices=[('red', 'red'), ('yellow', 'yellow'), ('green', 'green'), ('blue', 'blue'), ('purple', 'purple')], db_default='', default='', max_length=8),
        ),
        migrations.AddField(
            model_name='order',
            name='refunded',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='order',
            name='remark',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.RunSQL(_REFUNDED, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['-placed_at', '-id'], name='orders_order_newest'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['buyer', '-placed_at', '-id'], name='orders_order_of_buyer'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['shop', '-placed_at', '-id'], name='orders_order_of_shop'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['shop', 'status', '-placed_at', '-id'], name='orders_order_shop_state'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['status', '-placed_at', '-id'], name='orders_order_state'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['to_phone', '-placed_at', '-id'], name='orders_order_to_phone'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['to_name', '-placed_at', '-id'], name='orders_order_to_name'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(django.db.models.functions.text.Right('to_phone', 4), models.OrderBy(models.F('placed_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='orders_order_tail'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['total'], name='orders_order_amount'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('refunded__gt', 0)), fields=['-placed_at', '-id'], name='orders_order_refunded'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('mark', ''), _negated=True), fields=['-placed_at', '-id'], name='orders_order_marked'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('refunded__gte', 0)), name='orders_order_refunded_not_negative'),
        ),
    ]
