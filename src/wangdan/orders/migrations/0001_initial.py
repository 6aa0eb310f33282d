"""First tables of orders."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('catalogue', '0001_initial'),
        ('delivery', '0001_initial'),
        ('files', '0001_initial'),
        ('kernel', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Purchase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(max_length=12, unique=True)),
                ('payment_method', models.CharField(max_length=20)),
                ('lines', models.PositiveSmallIntegerField()),
                ('total', models.BigIntegerField()),
                ('currency', models.CharField(default='CNY', max_length=3)),
                ('placed_at', models.DateTimeField()),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('root', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.root')),
            ],
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.CharField(max_length=12, unique=True)),
                ('status', models.CharField(choices=[('awaiting_payment', 'awaiting_payment'), ('awaiting_acceptance', 'awaiting_acceptance'), ('awaiting_shipment', 'awaiting_shipment'), ('declined', 'declined'), ('partly_shipped', 'partly_shipped'), ('shipped', 'shipped'), ('delivered', 'delivered'), ('completed', 'completed'), ('cancelled', 'cancelled'), ('ended', 'ended')], max_length=20)),
                ('payment_method', models.CharField(choices=[('sandbox', 'sandbox'), ('bank_transfer', 'bank_transfer'), ('cod', 'cod')], max_length=20)),
                ('method', models.CharField(choices=[('courier', 'courier'), ('pickup', 'pickup')], max_length=8)),
                ('goods', models.BigIntegerField()),
                ('freight', models.BigIntegerField()),
                ('freight_reason', models.CharField(blank=True, max_length=200)),
                ('discount', models.BigIntegerField()),
                ('total', models.BigIntegerField()),
                ('currency', models.CharField(default='CNY', max_length=3)),
                ('to_name', models.CharField(max_length=40)),
                ('to_phone', models.CharField(max_length=20)),
                ('to_province', models.CharField(max_length=40)),
                ('to_city', models.CharField(max_length=40)),
                ('to_district', models.CharField(blank=True, max_length=40)),
                ('to_street', models.CharField(blank=True, max_length=60)),
                ('to_detail', models.CharField(max_length=200)),
                ('to_code', models.CharField(blank=True, max_length=12)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('allocation', models.JSONField(default=list)),
                ('placed_at', models.DateTimeField()),
                ('pay_by', models.DateTimeField(null=True)),
                ('paid_at', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('shipped_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('confirm_by', models.DateTimeField(null=True)),
                ('completed_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pickup_point', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='delivery.pickuppoint')),
                ('root', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.root')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('purchase', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.purchase')),
            ],
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('specs', models.JSONField(default=dict)),
                ('price', models.BigIntegerField()),
                ('quantity', models.PositiveIntegerField()),
                ('amount', models.BigIntegerField()),
                ('discount', models.BigIntegerField()),
                ('freight_share', models.BigIntegerField()),
                ('total', models.BigIntegerField()),
                ('picture', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.file')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('sku', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.sku')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
            ],
            options={
                'ordering': ['order_id', 'position'],
                'constraints': [models.UniqueConstraint(fields=('order', 'position'), name='orders_line_position_once'), models.UniqueConstraint(fields=('order', 'sku'), name='orders_line_sku_once'), models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 100)), name='orders_line_position'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1), ('quantity__lte', 999)), name='orders_line_pieces'), models.CheckConstraint(condition=models.Q(('discount__gte', 0), ('freight_share__gte', 0), ('price__gte', 0)), name='orders_line_not_negative'), models.CheckConstraint(condition=models.Q(('amount', django.db.models.expressions.CombinedExpression(models.F('price'), '*', models.F('quantity')))), name='orders_line_amount'), models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('amount'), '+', models.F('freight_share')), '-', models.F('discount'))), ('total__gte', 0)), name='orders_line_total')],
            },
        ),
        migrations.AddIndex(
            model_name='purchase',
            index=models.Index(fields=['buyer', '-id'], name='orders_purchase_buyer'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='orders_purchase_total'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=models.CheckConstraint(condition=models.Q(('lines__gte', 1), ('lines__lte', 100)), name='orders_purchase_lines'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['buyer', '-id'], name='orders_order_buyer'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['buyer', 'status', '-id'], name='orders_order_buyer_status'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['shop', 'status', '-id'], name='orders_order_shop_status'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['shop', '-id'], name='orders_order_shop'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['status', '-id'], name='orders_order_status'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['to_phone', '-id'], name='orders_order_phone'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['to_name', '-id'], name='orders_order_name'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['-placed_at'], name='orders_order_placed'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status', 'awaiting_payment')), fields=['pay_by'], name='orders_order_pay_by'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status__in', ('shipped', 'delivered'))), fields=['confirm_by'], name='orders_order_confirm_by'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('discount__gte', 0), ('discount__lte', django.db.models.expressions.CombinedExpression(models.F('goods'), '+', models.F('freight'))), ('freight__gte', 0), ('goods__gte', 0), ('total__gte', 0)), name='orders_order_sums_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('goods'), '+', models.F('freight')), '-', models.F('discount')))), name='orders_order_total'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('awaiting_payment', 'awaiting_acceptance', 'awaiting_shipment', 'declined', 'partly_shipped', 'shipped', 'delivered', 'completed', 'cancelled', 'ended'))), name='orders_order_status_known'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'awaiting_payment'), _negated=True), ('pay_by__isnull', False), _connector='OR'), name='orders_order_payable_has_clock'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'delivered'), _negated=True), ('confirm_by__isnull', False), _connector='OR'), name='orders_order_delivered_has_clock'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('method', 'pickup'), _negated=True), ('pickup_point__isnull', False), _connector='OR'), name='orders_order_pickup_has_point'),
        ),
    ]
