"""What must hold on a live database: each statement returns the rows that break it, none when all is well."""

from wangdan.kernel import chains
from wangdan.orders.rules import LIFE

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
        "orders: the steps of a line sum to its discount, each of them has a giver, and no freight is given that was not asked",
        """
        SELECT l.id, l.discount, s.given, s.freight, l.freight_share FROM orders_line l LEFT JOIN LATERAL (
            SELECT sum((step->>'amount')::bigint) AS given, sum((step->>'amount')::bigint) FILTER (WHERE step->>'step' = 'freight') AS freight,
                bool_and((step->>'amount')::bigint > 0 AND step->>'funder' IN ('shop', 'platform')) AS sound
            FROM jsonb_array_elements(l.steps) step
        ) s ON true
        WHERE l.discount <> coalesce(s.given, 0) OR coalesce(s.freight, 0) > l.freight_share OR NOT coalesce(s.sound, true)
    """,
    ),
    (
        "orders: what offers gave to a purchase is what its lines were given, and points were spent for what they took off",
        """
        SELECT coalesce(r.purchase, s.purchase), coalesce(r.ref, s.ref), r.amount, s.amount FROM (
            SELECT purchase, coalesce('coupons:' || coupon_id, 'offers:' || offer_id) AS ref, sum(amount) AS amount FROM promotions_redemption
            GROUP BY 1, 2
        ) r FULL JOIN (
            SELECT 'purchases:' || p.no AS purchase, step->>'offer' AS ref, sum((step->>'amount')::bigint) AS amount
            FROM orders_line l JOIN orders_order o ON o.id = l.order_id JOIN orders_purchase p ON p.id = o.purchase_id,
                jsonb_array_elements(l.steps) step
            WHERE step->>'offer' LIKE 'coupons:%' OR step->>'offer' LIKE 'offers:%' GROUP BY 1, 2
        ) s ON s.purchase = r.purchase AND s.ref = r.ref
        WHERE r.amount IS DISTINCT FROM s.amount
        UNION ALL
        SELECT coalesce(t.ref, s.ref), 'points', t.amount, s.amount FROM (
            SELECT ref, sum(amount) AS amount FROM ledger_transfer WHERE code = 'points_spent' GROUP BY ref
        ) t FULL JOIN (
            SELECT 'orders:' || o.no AS ref, sum((step->>'amount')::bigint) AS amount
            FROM orders_line l JOIN orders_order o ON o.id = l.order_id, jsonb_array_elements(l.steps) step
            WHERE step->>'step' = 'points' GROUP BY 1
        ) s ON s.ref = t.ref WHERE t.ref IS NULL OR s.ref IS NULL
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
        WHERE h.ref LIKE 'orders:%' AND h.status IN ('active', 'short') AND o.status IN ('cancelled', 'declined', 'completed', 'ended')
    """,
    ),
    (
        "orders: what waits for payment or acceptance holds every piece",
        """
        SELECT o.no, o.status, l.sku_id, l.quantity, coalesce(sum(h.quantity), 0) AS held
        FROM orders_order o JOIN orders_line l ON l.order_id = o.id
        LEFT JOIN inventory_hold h ON h.ref = 'orders:' || o.no AND h.sku_id = l.sku_id AND h.status = 'active'
        WHERE o.status IN ('awaiting_payment', 'in_audit', 'awaiting_acceptance')
            AND NOT EXISTS (SELECT 1 FROM tasks_task t WHERE t.ref = 'orders:' || o.no AND t.status <> 'done')
        GROUP BY o.id, l.id HAVING coalesce(sum(h.quantity), 0) <> l.quantity
    """,
    ),
    *chains.invariants("orders", "orders_order", LIFE),
    (
        "orders: paid states have captured parts",
        """
        SELECT o.no, o.status, o.total, p.captured, p.status AS part FROM orders_order o
        LEFT JOIN payments_part p ON p.ref = 'orders:' || o.no
        WHERE p.id IS NULL OR p.amount <> o.total + o.reduced
            OR (o.paid_at IS NOT NULL AND p.captured <> o.total + o.reduced)
            OR (o.payment_method <> 'cod' AND o.paid_at IS NULL
                AND o.status IN (
                    'in_audit', 'awaiting_acceptance', 'awaiting_shipment', 'partly_shipped', 'shipped', 'delivered', 'completed', 'declined'))
            OR (o.status = 'completed' AND o.paid_at IS NULL)
            OR (o.status IN ('cancelled', 'declined') AND p.refunded + p.refunding <> p.captured)
    """,
    ),
    (
        "orders: the order is paid when its part is",
        """
        SELECT o.no, o.status, o.paid_at, p.captured_at FROM orders_order o JOIN payments_part p ON p.ref = 'orders:' || o.no
        WHERE (o.paid_at IS NULL) <> (p.captured_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM tasks_task t WHERE t.ref = p.ref AND t.kind = 'orders.money_does_not_fit' AND t.status <> 'done')
    """,
    ),
    (
        "orders: what is refunded is what the payment says",
        """
        SELECT o.no, o.refunded, p.refunded FROM orders_order o JOIN payments_part p ON p.ref = 'orders:' || o.no
        WHERE o.refunded <> p.refunded
    """,
    ),
    (
        "orders: what changes took off after payment is refunded or on its way, and stands in their history",
        """
        SELECT o.no, o.reduced, p.refunded + p.refunding AS back, c.back AS told FROM orders_order o JOIN payments_part p ON p.ref = 'orders:' || o.no
        LEFT JOIN (SELECT order_id, sum((money->>'back')::bigint) AS back FROM orders_change GROUP BY 1) c ON c.order_id = o.id
        WHERE o.reduced > p.refunded + p.refunding OR o.reduced <> coalesce(c.back, 0)
    """,
    ),
    (
        "orders: nobody waits for the money of a closed order, and of no other is it let go",
        """
        SELECT o.no, o.status, p.status AS part FROM orders_order o JOIN payments_part p ON p.ref = 'orders:' || o.no
        WHERE (o.status IN ('cancelled', 'declined', 'ended') AND p.status = 'expected')
            OR (o.status NOT IN ('cancelled', 'declined', 'ended') AND p.status = 'let_go')
    """,
    ),
    (
        "orders: what is closed says when, what is not does not",
        """
        SELECT no, status, closed_at FROM orders_order
        WHERE (status IN ('completed', 'cancelled', 'declined', 'ended')) <> (closed_at IS NOT NULL)
    """,
    ),
    (
        "orders: every piece of an accepted order is in a parcel",
        """
        SELECT o.no, o.status, l.id AS line, l.quantity,
            coalesce(sum(b.quantity) FILTER (WHERE p.status <> 'called_off' AND p.settled <> 'resent'), 0) AS packed
        FROM orders_order o JOIN orders_line l ON l.order_id = o.id
        LEFT JOIN fulfilment_parcel p ON p.ref_of = 'orders:' || o.no
        LEFT JOIN fulfilment_parcelline b ON b.parcel_id = p.id AND b.line = l.id::text AND b.sku_id = l.sku_id
        WHERE o.status IN ('awaiting_shipment', 'partly_shipped', 'shipped', 'delivered', 'completed', 'ended')
        GROUP BY o.id, l.id
        HAVING coalesce(sum(b.quantity) FILTER (WHERE p.status <> 'called_off' AND p.settled <> 'resent'), 0) <> l.quantity
    """,
    ),
    (
        "orders: no parcel of a cancelled or declined order is in the house",
        """
        SELECT o.no, o.status, p.no AS parcel, p.status AS parcel_status FROM orders_order o JOIN fulfilment_parcel p ON p.ref_of = 'orders:' || o.no
        WHERE o.status IN ('cancelled', 'declined') AND p.status <> 'called_off'
    """,
    ),
    (
        "orders: holds, parts and parcels belong to an order and its family",
        """
        SELECT x.kind, x.ref, x.root_id, o.root_id AS family FROM (
            SELECT 'hold' AS kind, ref, root_id FROM inventory_hold UNION ALL SELECT 'part', ref, root_id FROM payments_part
            UNION ALL SELECT 'parcel', ref_of, root_id FROM fulfilment_parcel
        ) x LEFT JOIN orders_order o ON o.no = substr(x.ref, 8)
        WHERE x.ref LIKE 'orders:%' AND x.root_id IS DISTINCT FROM o.root_id
    """,
    ),
    (
        "orders: an order is in audit exactly as long as somebody must decide",
        """
        SELECT o.no, o.status, a.id AS audit FROM orders_order o FULL JOIN (SELECT * FROM orders_audit WHERE status = 'open') a ON a.order_id = o.id
        WHERE (o.status = 'in_audit' AND a.id IS NULL) OR (a.id IS NOT NULL AND o.status IS DISTINCT FROM 'in_audit')
    """,
    ),
    (
        "orders: what the rules hold is held, and nothing else",
        """
        SELECT a.id AS audit, a.status, a.score, a.hold_from FROM orders_audit a
        WHERE (a.status = 'noted') <> (a.score < a.hold_from) OR a.score <> (SELECT sum((h->>'score')::int) FROM jsonb_array_elements(a.hits) h)
    """,
    ),
    (
        "orders: a shop sells its own goods only",
        """
        SELECT o.no, l.sku_id FROM orders_line l JOIN orders_order o ON o.id = l.order_id
        JOIN catalogue_sku s ON s.id = l.sku_id JOIN catalogue_product p ON p.id = s.product_id
        WHERE p.shop_id <> o.shop_id OR l.product_id <> p.id
    """,
    ),
]
"""(what must hold, SQL whose rows are the breaches); `./wangdan check` runs them all."""
