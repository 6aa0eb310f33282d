"""The days and goods of the statistics; what was sold before them is counted from the orders as they are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

_COUNTS = (
    "placed", "placed_amount", "paid", "paid_amount", "shipped", "received", "closed", "refunded_amount", "of_paid", "of_shipped", "of_received",
)  # fmt: skip
_ZONE = f"AT TIME ZONE '{settings.TIME_ZONE}'"
_DAYS = f"""
WITH happened AS (
    SELECT o.shop_id, (e.at {_ZONE})::date AS day, e.name, e.more FROM orders_order o
    LEFT JOIN payments_part p ON p.ref = 'orders:' || o.no
    CROSS JOIN LATERAL (VALUES
        (o.placed_at, 'placed', 1), (o.placed_at, 'placed_amount', o.total),
        (o.paid_at, 'paid', 1), (o.paid_at, 'paid_amount', p.captured),
        (CASE WHEN o.status IN ('shipped', 'delivered', 'completed', 'ended') THEN o.shipped_at END, 'shipped', 1),
        (o.completed_at, 'received', 1),
        (CASE WHEN o.status IN ('cancelled', 'declined', 'ended') THEN o.closed_at END, 'closed', 1),
        (CASE WHEN p.refunded > 0 THEN coalesce(o.closed_at, o.paid_at) END, 'refunded_amount', p.refunded),
        (CASE WHEN o.paid_at IS NOT NULL THEN o.placed_at END, 'of_paid', 1),
        (CASE WHEN o.status IN ('shipped', 'delivered', 'completed', 'ended') AND o.shipped_at IS NOT NULL THEN o.placed_at END, 'of_shipped', 1),
        (CASE WHEN o.completed_at IS NOT NULL THEN o.placed_at END, 'of_received', 1)
    ) AS e (at, name, more)
    WHERE e.at IS NOT NULL
)
INSERT INTO statistics_day (shop_id, day, {", ".join(_COUNTS)})
SELECT shop_id, day, {", ".join(f"coalesce(sum(more) FILTER (WHERE name = '{name}'), 0)" for name in _COUNTS)} FROM happened GROUP BY shop_id, day
"""  # noqa: S608 - our own names
_GOODS = f"""
INSERT INTO statistics_goods (shop_id, product_id, day, pieces, amount)
SELECT min(o.shop_id), l.product_id, (o.paid_at {_ZONE})::date, sum(l.quantity), sum(l.total)
FROM orders_line l JOIN orders_order o ON o.id = l.order_id WHERE o.paid_at IS NOT NULL GROUP BY l.product_id, 3
"""  # noqa: S608 - our own names


def _number(*, money: bool = False) -> models.Field:
    return models.BigIntegerField(default=0) if money else models.IntegerField(default=0)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("accounts", "0003_personal"), ("catalogue", "0003_shop_and_state"), ("orders", "0004_what_buyers_do"), ("payments", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Day",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                *((name, _number(money=name.endswith("amount"))) for name in _COUNTS),
                ("shop", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="statistics_day_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "day"), name="statistics_day_once"),
                    models.CheckConstraint(condition=Q(**{f"{name}__gte": 0 for name in _COUNTS}), name="statistics_day_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Goods",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("pieces", models.IntegerField(default=0)),
                ("amount", models.BigIntegerField(default=0)),
                ("product", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.product")),
                ("shop", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
            ],
            options={
                "indexes": [models.Index(fields=["day", "shop"], name="statistics_goods_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("product", "day"), name="statistics_goods_once"),
                    models.CheckConstraint(condition=Q(pieces__gte=0, amount__gte=0), name="statistics_goods_not_negative"),
                ],
            },
        ),
        migrations.RunSQL(_DAYS, migrations.RunSQL.noop),
        migrations.RunSQL(_GOODS, migrations.RunSQL.noop),
    ]
