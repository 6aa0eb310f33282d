"""What must hold on a live database: each statement returns the rows that break it, none when all is well."""

INVARIANTS: list[tuple[str, str]] = [
    (
        "orders: lines sum to the order",
        """
        SELECT o.no, o.goods, o.freight, o.discount, o.total, sum(l.amount) AS lines_amount, sum(l.total) AS lines_total
        FROM orders_order o LEFT JOIN orders_line l ON l.order_id = o.id
        GROUP BY o.id
        HAVING o.goods IS DISTINCT FROM sum(l.amount) OR o.freight IS DISTINCT FROM sum(l.freight_share)
            OR o.discount IS DISTINCT FROM sum(l.discount) OR o.total IS DISTINCT FROM sum(l.total)
    """,
    ),
    (
        "orders: orders sum to the purchase",
        """
        SELECT p.no, p.total, sum(o.total) AS orders_total FROM orders_purchase p LEFT JOIN orders_order o ON o.purchase_id = p.id
        GROUP BY p.id
        HAVING p.total IS DISTINCT FROM sum(o.total) OR bool_or(o.root_id <> p.root_id) OR bool_or(o.buyer_id <> p.buyer_id)
    """,
    ),
    (
        "orders: nothing is held for a closed order",
        """
        SELECT o.no, o.status, h.id AS hold FROM inventory_hold h
        JOIN orders_order o ON o.no = substr(h.ref, 8)
        WHERE h.ref LIKE 'orders:%' AND h.status = 'active' AND o.status IN ('cancelled', 'declined', 'completed')
    """,
    ),
    (
        "orders: what waits for payment or acceptance holds every piece",
        """
        SELECT o.no, o.status, l.sku_id, l.quantity, coalesce(sum(h.quantity), 0) AS held
        FROM orders_order o JOIN orders_line l ON l.order_id = o.id
        LEFT JOIN inventory_hold h ON h.ref = 'orders:' || o.no AND h.sku_id = l.sku_id AND h.status = 'active'
        WHERE o.status IN ('awaiting_payment', 'awaiting_acceptance')
            AND NOT EXISTS (SELECT 1 FROM tasks_task t WHERE t.ref = 'orders:' || o.no AND t.status <> 'done')
        GROUP BY o.id, l.id HAVING coalesce(sum(h.quantity), 0) <> l.quantity
    """,
    ),
    (
        "orders: the status is the journal's last",
        """
        SELECT o.no, o.status, last.after FROM orders_order o LEFT JOIN LATERAL (
            SELECT j.changes->'status'->>1 AS after FROM kernel_journal j
            WHERE j.ref = 'orders:' || o.no AND j.changes ? 'status' ORDER BY j.id DESC LIMIT 1
        ) last ON true
        WHERE last.after IS DISTINCT FROM o.status
    """,
    ),
    (
        "orders: states in the journal form a chain",
        """
        SELECT ref, id, before, previous FROM (
            SELECT j.ref, j.id, j.changes->'status'->>0 AS before,
                lag(j.changes->'status'->>1) OVER (PARTITION BY j.ref ORDER BY j.id) AS previous
            FROM kernel_journal j WHERE j.ref LIKE 'orders:%' AND j.changes ? 'status'
        ) chain WHERE before IS DISTINCT FROM previous
    """,
    ),
    (
        "orders: paid states have captured parts",
        """
        SELECT o.no, o.status, o.total, p.captured, p.status AS part FROM orders_order o
        LEFT JOIN payments_part p ON p.ref = 'orders:' || o.no
        WHERE p.id IS NULL OR p.amount <> o.total
            OR (o.paid_at IS NOT NULL AND p.captured <> o.total)
            OR (o.payment_method <> 'cod' AND o.paid_at IS NULL
                AND o.status IN ('awaiting_acceptance', 'awaiting_shipment', 'partly_shipped', 'shipped', 'delivered', 'completed', 'declined'))
            OR (o.status = 'completed' AND o.paid_at IS NULL)
            OR (o.status IN ('cancelled', 'declined') AND p.status IN ('expected', 'captured') AND p.refunding < p.captured)
    """,
    ),
]
"""(what must hold, SQL whose rows are the breaches); `./wangdan check` runs them all."""
