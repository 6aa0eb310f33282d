"""What a task says is its kind and detail: what only stood in the sentence of its title moves to the detail; outcomes of ours become codes."""

from django.db import migrations

_AMOUNT = """
UPDATE tasks_task SET detail = detail || jsonb_build_object('amount', round(100 * substring(title FROM '([0-9]+[.][0-9]{2})')::numeric))
WHERE kind IN ('orders.money_does_not_fit', 'orders.cash_out_of_turn', 'payments.cash_mismatch', 'payments.refund_by_hand', 'payments.refund_failed')
"""
_GATEWAY = """
UPDATE tasks_task SET detail = detail || jsonb_build_object('gateway', substring(title FROM '（([^）]*)）$')) WHERE kind = 'payments.refund_by_hand'
"""
_DIFFERS = """
UPDATE tasks_task SET detail = detail || jsonb_build_object('differs', string_to_array(substring(title FROM '不符：(.*)$'), '、'))
WHERE kind = 'payments.refund_mismatch'
"""
_PARCEL = """
UPDATE tasks_task SET detail = detail || jsonb_build_object('parcel', substring(title FROM 'P[0-9A-Z]{11}'))
WHERE kind IN ('orders.parcel_out_of_turn', 'orders.cash_missing')
"""
_WAREHOUSE = """
UPDATE tasks_task SET detail = detail || jsonb_build_object('warehouse_name', substring(title FROM '^(.*)盘点少货')) WHERE kind = 'inventory.short'
"""
_CHANNEL = """
UPDATE tasks_task SET detail = detail || jsonb_build_object('channel', split_part(ref, ':', 2)) WHERE kind = 'notices.failed'
"""
_OUTCOME = """
UPDATE tasks_task SET outcome = CASE outcome WHEN '已补足' THEN 'inventory.refilled' WHEN '已退款' THEN 'payments.refunded'
    WHEN '已重发' THEN 'notices.sent_again' ELSE outcome END
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]

    operations = [
        *(migrations.RunSQL(sql) for sql in (_AMOUNT, _GATEWAY, _DIFFERS, _PARCEL, _WAREHOUSE, _CHANNEL, _OUTCOME)),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE"),  # a table with checks still to come cannot lose a column
        migrations.RemoveField("task", "title"),
    ]
