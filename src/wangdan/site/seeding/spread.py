"""The SQL that spreads a table of deals over the tables of orders, money, stock, parcels and the journal, a heap of deals at once."""
# ruff: noqa: S608, E501 - only our own words are put together here, and SQL reads better in its own lines

TABLES = (
    "kernel_root", "orders_purchase", "orders_order", "payments_payment", "payments_part", "payments_attempt", "fulfilment_parcel",
)  # fmt: skip
"""Tables whose ids are counted from a number that is reserved while they are locked."""
WRITTEN = (
    *TABLES, "orders_line", "payments_capture", "payments_refund", "ledger_transfer", "inventory_hold", "inventory_move", "fulfilment_parcelline",
    "kernel_journal",
)  # fmt: skip
"""Every table that gets rows."""

DEAL = """
CREATE TEMP TABLE IF NOT EXISTS seed_deal (
    at bigint PRIMARY KEY, no text, purchase_no text, payment_no text, attempt_no text, parcel_no text, refund_no text, reference text,
    buyer bigint, shop bigint, warehouse bigint, warehouse_name text, province text, method text, fate text, status text,
    placed_at timestamptz, pay_by timestamptz, paid_at timestamptz, accepted_at timestamptz, shipped_at timestamptz, delivered_at timestamptz,
    confirm_by timestamptz, completed_at timestamptz, closed_at timestamptz, goods bigint, freight bigint, total bigint, back bigint, reason text,
    name text, phone text, to_province text, to_city text, to_district text, code text, detail text, note text,
    skus bigint[], products bigint[], titles text[], prices bigint[], pieces int[]
) ON COMMIT DELETE ROWS
"""
COLUMNS = (
    "at", "no", "purchase_no", "payment_no", "attempt_no", "parcel_no", "refund_no", "reference", "buyer", "shop", "warehouse", "warehouse_name",
    "province", "method", "fate", "status", "placed_at", "pay_by", "paid_at", "accepted_at", "shipped_at", "delivered_at", "confirm_by",
    "completed_at", "closed_at", "goods", "freight", "total", "back", "reason", "name", "phone", "to_province", "to_city", "to_district", "code",
    "detail", "note", "skus", "products", "titles", "prices", "pieces",
)  # fmt: skip

_REF = "'orders:' || d.no"
_LINES = "CROSS JOIN LATERAL unnest(d.skus, d.products, d.titles, d.prices, d.pieces) WITH ORDINALITY AS l(sku, product, title, price, pieces, place)"
_SENT = "d.shipped_at IS NOT NULL"
_PAID = "d.paid_at IS NOT NULL"

ROWS = (
    "INSERT INTO kernel_root (id, kind) SELECT {kernel_root} + d.at, 'purchases' FROM seed_deal d",
    """
    INSERT INTO orders_purchase (id, root_id, no, buyer_id, payment_method, lines, total, currency, placed_at)
    SELECT {orders_purchase} + d.at, {kernel_root} + d.at, d.purchase_no, d.buyer, d.method, cardinality(d.skus), d.total, 'CNY', d.placed_at FROM seed_deal d
    """,
    """
    INSERT INTO orders_order (id, root_id, no, purchase_id, buyer_id, shop_id, status, payment_method, method, goods, freight, freight_reason, discount,
        total, refunded, currency, to_name, to_phone, to_province, to_city, to_district, to_street, to_detail, to_code, note, reason, mark, remark,
        allocation, placed_at, pay_by, paid_at, accepted_at, shipped_at, delivered_at, confirm_by, completed_at, closed_at)
    SELECT {orders_order} + d.at, {kernel_root} + d.at, d.no, {orders_purchase} + d.at, d.buyer, d.shop, d.status, d.method, 'courier', d.goods, d.freight,
        CASE WHEN d.freight > 0 THEN '[{{"code": "delivery.first_fee", "fee": 800}}]'::jsonb ELSE '[{{"code": "delivery.first_fee_waived", "over": 9900}}]' END,
        0, d.total, d.back, 'CNY', d.name, d.phone, d.to_province, d.to_city, d.to_district, '', d.detail, d.code, d.note, d.reason, '', '',
        (SELECT jsonb_agg(jsonb_build_object('sku', l.sku, 'warehouse', d.warehouse, 'warehouse_name', d.warehouse_name, 'quantity', l.pieces, 'reason',
            jsonb_build_object('code', 'fulfilment.whole_only', 'province', d.province, 'km', 0)) ORDER BY l.place)
            FROM unnest(d.skus, d.pieces) WITH ORDINALITY AS l(sku, pieces, place)),
        d.placed_at, d.pay_by, d.paid_at, d.accepted_at, d.shipped_at, d.delivered_at, d.confirm_by, d.completed_at, d.closed_at
    FROM seed_deal d
    """,
    f"""
    INSERT INTO orders_line (order_id, position, product_id, sku_id, title, specs, price, quantity, amount, discount, freight_share, total, steps)
    SELECT {{orders_order}} + d.at, l.place, l.product, l.sku, l.title, '[]', l.price, l.pieces, l.price * l.pieces, 0,
        CASE WHEN l.place = 1 THEN d.freight ELSE 0 END, l.price * l.pieces + CASE WHEN l.place = 1 THEN d.freight ELSE 0 END, '[]'
    FROM seed_deal d {_LINES} ORDER BY d.at, l.place
    """,
    """
    INSERT INTO payments_payment (id, root_id, no, payer_id, purchase_ref, method, amount, currency, reference, pay_by, opened_at)
    SELECT {payments_payment} + d.at, {kernel_root} + d.at, d.payment_no, d.buyer, 'purchases:' || d.purchase_no, d.method, d.total, 'CNY',
        nullif(d.reference, ''), d.pay_by, d.placed_at FROM seed_deal d
    """,
    f"""
    INSERT INTO payments_attempt (id, root_id, no, payment_id, gateway, amount, currency, payee, parts, status, gateway_no, pay_url, opened_at, ended_at,
        over_at)
    SELECT {{payments_attempt}} + d.at, {{kernel_root}} + d.at, d.attempt_no, {{payments_payment}} + d.at, d.method, d.total, 'CNY', 'wangdan',
        jsonb_build_array({_REF}), 'captured', 'SEED' || d.attempt_no, '', d.paid_at, d.paid_at, d.paid_at FROM seed_deal d WHERE {_PAID}
    """,
    f"""
    INSERT INTO payments_part (id, root_id, payment_id, ref, position, amount, captured, refunding, refunded, status, captured_by_id, captured_at)
    SELECT {{payments_part}} + d.at, {{kernel_root}} + d.at, {{payments_payment}} + d.at, {_REF}, 0, d.total, CASE WHEN {_PAID} THEN d.total ELSE 0 END, 0,
        d.back, CASE WHEN NOT {_PAID} THEN CASE WHEN d.closed_at IS NULL THEN 'expected' ELSE 'let_go' END WHEN d.back = 0 THEN 'captured'
        WHEN d.back < d.total THEN 'partly_refunded' ELSE 'refunded' END,
        CASE WHEN {_PAID} THEN {{payments_attempt}} + d.at END, d.paid_at FROM seed_deal d
    """,
    f"""
    INSERT INTO payments_capture (attempt_id, gateway, gateway_no, amount, applied, excess, currency, at)
    SELECT {{payments_attempt}} + d.at, d.method, 'SEED' || d.attempt_no, d.total, d.total, 0, 'CNY', d.paid_at FROM seed_deal d WHERE {_PAID}
    """,
    """
    INSERT INTO payments_refund (root_id, no, payment_id, part_id, attempt_id, amount, currency, reason, status, gateway_no, trouble, opened_at, done_at)
    SELECT {kernel_root} + d.at, d.refund_no, {payments_payment} + d.at, {payments_part} + d.at, {payments_attempt} + d.at, d.back, 'CNY',
        CASE WHEN d.fate = 'returned' THEN 'refused_at_the_door' WHEN d.fate = 'partly' THEN '' ELSE 'let_go' END, 'done', 'SEED' || d.refund_no, '',
        d.closed_at, d.closed_at FROM seed_deal d WHERE d.back > 0
    """,
    f"""
    INSERT INTO ledger_transfer (debit, credit, amount, currency, code, ref, source, act, at)
    SELECT 'gateway:' || d.method, 'held:orders', d.total, 'CNY', 'capture', {_REF}, 'SEED' || d.attempt_no || ':' || {_REF}, gen_random_uuid(), d.paid_at
    FROM seed_deal d WHERE {_PAID}
    UNION ALL SELECT 'held:orders', 'gateway:' || d.method, d.back, 'CNY', 'refund', {_REF}, d.refund_no, gen_random_uuid(), d.closed_at
    FROM seed_deal d WHERE d.back > 0
    """,
    f"""
    INSERT INTO inventory_hold (root_id, ref, warehouse_id, sku_id, quantity, status, at)
    SELECT {{kernel_root}} + d.at, {_REF}, d.warehouse, l.sku, l.pieces, CASE WHEN {_SENT} THEN 'consumed' WHEN d.closed_at IS NULL THEN 'active'
        ELSE 'released' END, d.placed_at FROM seed_deal d {_LINES}
    """,
    f"""
    INSERT INTO inventory_move (stock_id, delta, kind, ref, note, at, act)
    SELECT s.id, m.delta, m.kind, m.ref, '', m.at, gen_random_uuid() FROM (
        SELECT d.warehouse, l.sku, -l.pieces AS delta, 'ship' AS kind, {_REF} AS ref, d.shipped_at AS at FROM seed_deal d {_LINES} WHERE {_SENT}
        UNION ALL SELECT d.warehouse, l.sku, l.pieces, 'restock', {_REF}, d.closed_at FROM seed_deal d {_LINES} WHERE d.fate = 'returned'
        UNION ALL SELECT d.warehouse, l.sku, sum(l.pieces), 'receive', '', min(d.placed_at) FROM seed_deal d {_LINES} GROUP BY 1, 2
    ) m JOIN inventory_stock s ON s.warehouse_id = m.warehouse AND s.sku_id = m.sku
    """,
    f"""
    UPDATE inventory_stock s SET on_hand = s.on_hand + x.pieces - x.sent + x.back, held = s.held + x.held FROM (
        SELECT d.warehouse, l.sku, sum(l.pieces) AS pieces, coalesce(sum(l.pieces) FILTER (WHERE {_SENT}), 0) AS sent,
            coalesce(sum(l.pieces) FILTER (WHERE d.fate = 'returned'), 0) AS back,
            coalesce(sum(l.pieces) FILTER (WHERE d.closed_at IS NULL AND NOT {_SENT}), 0) AS held FROM seed_deal d {_LINES} GROUP BY 1, 2
    ) x WHERE s.warehouse_id = x.warehouse AND s.sku_id = x.sku
    """,
    f"""
    INSERT INTO fulfilment_parcel (id, root_id, no, ref_of, warehouse_id, status, method, carrier_id, carrier_reason, booking, waybill, pickup_code,
        pickup_tries, cod_amount, cash_reported, weight_grams, pieces, to_name, to_phone, to_province, to_city, to_district, to_street, to_detail,
        to_code, planned_at, ship_by, picked_at, inspected_at, packed_at, handed_over_at, closed_at, asked)
    SELECT {{fulfilment_parcel}} + d.at, {{kernel_root}} + d.at, d.parcel_no, {_REF}, d.warehouse, CASE WHEN d.fate = 'returned' THEN 'returned'
        WHEN d.delivered_at IS NOT NULL THEN 'delivered' WHEN {_SENT} THEN 'handed_over' ELSE 'planned' END, 'courier',
        (SELECT min(id) FROM delivery_carrier), '[]', CASE WHEN {_SENT} THEN 'seed' || d.parcel_no ELSE '' END,
        CASE WHEN {_SENT} THEN 'SD' || d.parcel_no ELSE '' END, '', 0, CASE WHEN d.method = 'cod' THEN d.total ELSE 0 END,
        CASE WHEN d.method = 'cod' THEN CASE WHEN {_PAID} THEN d.total END END, 0, (SELECT sum(p) FROM unnest(d.pieces) p),
        d.name, d.phone, d.to_province, d.to_city, d.to_district, '', d.detail, d.code, d.accepted_at, d.accepted_at + interval '48 hours',
        d.shipped_at, d.shipped_at, d.shipped_at, d.shipped_at, coalesce(d.delivered_at, CASE WHEN d.fate = 'returned' THEN d.closed_at END), 0
    FROM seed_deal d WHERE d.accepted_at IS NOT NULL
    """,
    f"""
    INSERT INTO fulfilment_parcelline (parcel_id, line, sku_id, title, specs, bin, quantity, picked, inspected)
    SELECT {{fulfilment_parcel}} + d.at, l.id::text, l.sku_id, l.title, '[]', '', l.quantity, CASE WHEN {_SENT} THEN l.quantity ELSE 0 END,
        CASE WHEN {_SENT} THEN l.quantity ELSE 0 END FROM seed_deal d JOIN orders_line l ON l.order_id = {{orders_order}} + d.at
    WHERE d.accepted_at IS NOT NULL
    """,
)
"""In the order of their foreign keys; `{table}` is the id before that table's first."""

_STEPS = (
    ("1", "orders.open", "d.placed_at", "true", "NULL", "CASE WHEN d.method = 'cod' THEN 'awaiting_acceptance' ELSE 'awaiting_payment' END"),
    ("2", "orders.pay", "d.paid_at", f"{_PAID} AND d.method <> 'cod'", "'awaiting_payment'", "'awaiting_acceptance'"),
    ("3", "orders.accept", "d.accepted_at", "d.accepted_at IS NOT NULL", "'awaiting_acceptance'", "'awaiting_shipment'"),
    ("4", "orders.ship", "d.shipped_at", _SENT, "'awaiting_shipment'", "'shipped'"),
    ("5", "orders.deliver", "d.delivered_at", "d.delivered_at IS NOT NULL", "'shipped'", "'delivered'"),
    ("6", "orders.confirm_receipt", "d.completed_at", "d.completed_at IS NOT NULL", "'delivered'", "'completed'"),
    ("7", "orders.expire", "d.closed_at", "d.fate = 'expired'", "'awaiting_payment'", "'cancelled'"),
    ("8", "orders.cancel", "d.closed_at", "d.fate = 'cancelled'", "'awaiting_acceptance'", "'cancelled'"),
    ("9", "orders.decline", "d.closed_at", "d.fate = 'declined'", "'awaiting_acceptance'", "'declined'"),
    ("10", "orders.return_to_sender", "d.closed_at", "d.fate = 'returned'", "'shipped'", "'ended'"),
)
_PARCEL = (
    ("11", "fulfilment.plan", "d.accepted_at", "d.accepted_at IS NOT NULL", "NULL", "'planned'"),
    ("12", "fulfilment.pick", "d.shipped_at", _SENT, "'planned'", "'picked'"),
    ("13", "fulfilment.inspect", "d.shipped_at", _SENT, "'picked'", "'inspected'"),
    ("14", "fulfilment.pack", "d.shipped_at", _SENT, "'inspected'", "'packed'"),
    ("15", "fulfilment.hand_over", "d.shipped_at", _SENT, "'packed'", "'handed_over'"),
    ("16", "fulfilment.deliver", "d.delivered_at", "d.delivered_at IS NOT NULL", "'handed_over'", "'delivered'"),
    ("17", "fulfilment.refuse", "d.closed_at", "d.fate = 'returned'", "'handed_over'", "'refused'"),
    ("18", "fulfilment.take_back", "d.closed_at", "d.fate = 'returned'", "'refused'", "'returned'"),
)
_MONEY = (
    ("19", "payments.capture", "d.paid_at", _PAID, "NULL", "'captured'", "'attempts:' || d.attempt_no"),
    ("20", "payments.refund", "d.closed_at", "d.back > 0", "NULL", "'intended'", "'refunds:' || d.refund_no"),
    ("21", "payments.settle_refund", "d.closed_at", "d.back > 0", "'intended'", "'done'", "'refunds:' || d.refund_no"),
)
_ALL = (*((*step, _REF) for step in _STEPS), *((*step, "'parcels:' || d.parcel_no") for step in _PARCEL), *_MONEY)
JOURNAL = (
    "INSERT INTO kernel_journal (act, at, operation, actor, root_id, ref, changes, facts) "
    "SELECT gen_random_uuid(), x.at, x.operation, 'system', {kernel_root} + x.deal, x.ref, x.changes, '[]' FROM ("
    + " UNION ALL ".join(
        f"SELECT d.at AS deal, {step} AS step, {moment} AS at, '{operation}' AS operation, {ref} AS ref, "
        f"jsonb_build_object('status', jsonb_build_array({before}, {after})) AS changes FROM seed_deal d WHERE {given}"
        for step, operation, moment, given, before, after, ref in _ALL
    )
    + ") x ORDER BY x.deal, x.step"
)
"""Every step of every deal, so that the chains of states hold."""
