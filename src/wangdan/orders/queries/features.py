"""What is known of an order when it is screened, as a flat set of whole numbers: one statement for one order, for a purchase, or for thousands."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from wangdan.accounts.rules import Destination
from wangdan.kernel import options
from wangdan.orders.models import Purchase
from wangdan.orders.rules import FEATURES, RISK_WINDOW, NewPurchase
from wangdan.policy.queries import RULES_NOW
from wangdan.policy.risk import Draft, read

_NAMES = tuple(each.name for each in FEATURES)
"""In the order in which the statement below names them."""
_SEEN = 50
"""Counts look no further back than so many orders, so that a busy address costs no more than a quiet one."""

# What is asked about. Orders that exist: `before` is their own id, so that only what came earlier counts.
_KEPT = """
asked AS (
    SELECT o.id AS key, o.no, o.id AS before, o.purchase_id, o.buyer_id, o.to_phone, o.to_province, o.to_city, o.to_district, o.to_street,
        o.to_detail, o.to_code, p.device, o.total, o.method, o.payment_method, o.placed_at AS at,
        {seen_at} AS seen_at
    FROM orders_order o JOIN orders_purchase p ON p.id = o.purchase_id WHERE {where}
), goods AS (
    SELECT l.order_id AS key, l.sku_id, l.price, l.quantity, l.id AS before FROM orders_line l WHERE l.order_id IN (SELECT key FROM asked)
)"""
# Orders that are about to be: nothing of them is in the tables yet.
_NEW = """
asked AS (
    SELECT x.key, '' AS no, 9223372036854775807 AS before, %(purchase)s::bigint AS purchase_id, %(buyer)s::bigint AS buyer_id,
        %(phone)s::text AS to_phone, %(province)s::text AS to_province,
        %(city)s::text AS to_city, %(district)s::text AS to_district, %(street)s::text AS to_street,
        %(detail)s::text AS to_detail, %(code)s::text AS to_code, %(device)s::text AS device, x.total, %(method)s::text AS method,
        %(payment_method)s::text AS payment_method, %(at)s::timestamptz AS at, %(at)s::timestamptz AS seen_at
    FROM unnest(%(keys)s::bigint[], %(totals)s::bigint[]) AS x(key, total)
), goods AS (
    SELECT y.key, y.sku_id, y.price, y.quantity, 9223372036854775807 AS before
    FROM unnest(%(of)s::bigint[], %(skus)s::bigint[], %(prices)s::bigint[], %(quantities)s::bigint[]) AS y(key, sku_id, price, quantity)
)"""
_EARLIER = """(SELECT count(*) FROM (
    SELECT o.placed_at, o.purchase_id FROM orders_order o WHERE {same} AND o.id < a.before ORDER BY o.id DESC LIMIT {seen}
) e WHERE e.placed_at > a.at - %(window)s::interval AND e.purchase_id IS DISTINCT FROM a.purchase_id)"""
_DOOR = """o.to_detail = a.to_detail AND o.to_province = a.to_province AND o.to_city = a.to_city AND o.to_district = a.to_district
    AND o.to_street = a.to_street"""
_FEATURES = """
SELECT a.key, a.no,
    floor(extract(epoch FROM a.at - (SELECT joined_at FROM accounts_person WHERE id = a.buyer_id)) / 86400)::bigint AS account_age_days,
    {account_orders} AS account_orders, {phone_orders} AS phone_orders, {address_orders} AS address_orders,
    (SELECT count(*) FROM (
        SELECT p.id, p.placed_at FROM orders_purchase p WHERE p.device = a.device AND p.device <> '' AND p.id <> coalesce(a.purchase_id, 0)
            AND p.placed_at <= a.at ORDER BY p.id DESC LIMIT {seen}
    ) e WHERE e.placed_at > a.at - %(window)s::interval) AS device_orders,
    (SELECT count(DISTINCT e.buyer_id) FROM (
        SELECT o.buyer_id FROM orders_order o WHERE o.to_phone = a.to_phone AND o.id < a.before ORDER BY o.id DESC LIMIT {seen}
    ) e WHERE e.buyer_id <> a.buyer_id) AS phone_accounts,
    (SELECT count(DISTINCT e.buyer_id) FROM (
        SELECT p.buyer_id FROM orders_purchase p WHERE p.device = a.device AND p.device <> '' AND p.placed_at <= a.at ORDER BY p.id DESC LIMIT {seen}
    ) e WHERE e.buyer_id <> a.buyer_id) AS device_accounts,
    (NOT EXISTS (SELECT 1 FROM orders_order o WHERE o.buyer_id = a.buyer_id AND o.id < a.before AND o.purchase_id IS DISTINCT FROM a.purchase_id
        AND o.paid_at IS NOT NULL))::int AS first_order,
    a.total AS amount, (SELECT sum(g.quantity) FROM goods g WHERE g.key = a.key) AS pieces,
    coalesce((SELECT max(abs(g.price - u.usual) * 100 / u.usual) FROM goods g, LATERAL (
        SELECT avg(e.price)::bigint AS usual, count(*) AS seen FROM (
            SELECT l.price FROM orders_line l WHERE l.sku_id = g.sku_id AND l.id < g.before ORDER BY l.id DESC LIMIT 20) e
    ) u WHERE g.key = a.key AND u.seen >= 3 AND u.usual > 0), 0) AS price_off,
    (SELECT count(*) FROM (SELECT 1 FROM orders_order o WHERE (o.buyer_id = a.buyer_id OR o.to_phone = a.to_phone) AND o.id < a.before
        AND o.payment_method = 'cod' AND o.reason = 'refused_at_the_door' LIMIT {seen}) e) AS cod_refusals,
    (a.method = 'courier' AND NOT EXISTS (
        SELECT 1 FROM accounts_division d WHERE d.code = regexp_replace(a.to_code, '(00)+$', '')))::int AS address_unknown,
    (SELECT count(*) FROM policy_blocked b WHERE b.at <= a.seen_at AND (b.until IS NULL OR b.until > a.seen_at)
        AND (b.lifted_at IS NULL OR b.lifted_at > a.seen_at)
        AND (b.kind, b.value) IN (('phone', a.to_phone), ('account', a.buyer_id::text), ('device', a.device), ('address', {place}))) AS blocked,
    extract(hour FROM a.at AT TIME ZONE %(zone)s)::bigint AS hour, (a.payment_method = 'cod')::int AS cod"""
PLACE = (
    "concat_ws(' ', nullif(a.to_province, ''), nullif(a.to_city, ''), nullif(a.to_district, ''), nullif(a.to_street, ''), nullif(a.to_detail, ''))"
)
_SELECT = _FEATURES.format(
    account_orders=_EARLIER.format(same="o.buyer_id = a.buyer_id", seen=_SEEN),
    phone_orders=_EARLIER.format(same="o.to_phone = a.to_phone", seen=_SEEN),
    address_orders=_EARLIER.format(same=_DOOR, seen=_SEEN),
    seen=_SEEN,
    place=f"regexp_replace({PLACE}, '\\s+', ' ', 'g')",
)


@dataclass(frozen=True)
class Known:
    """What is known of one order: `key` is its place in the purchase or its id, `no` its number when it has one."""

    key: int
    no: str
    features: dict[str, int]


Rules = list[tuple[int, Draft]]


def place_of(where: Destination | Any) -> str:
    """An address as the blocked list keeps it: the parts in one line, without the receiver."""
    parts = (where.province, where.city, where.district, where.street, where.detail)
    return " ".join(" ".join(part for part in parts if part).split())


def _collect(head: str, params: dict[str, Any], *, with_rules: bool) -> tuple[list[Known], Rules]:
    params |= {"window": f"{options.value(RISK_WINDOW)} hours", "zone": settings.TIME_ZONE}
    rules = f", {RULES_NOW} AS rules" if with_rules else ""
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {head} {_SELECT}{rules} FROM asked a ORDER BY a.key DESC", params)
        rows = cursor.fetchall()
    known = [Known(int(row[0]), row[1], {name: int(value or 0) for name, value in zip(_NAMES, row[2:], strict=False)}) for row in rows]
    if not with_rules or not rows:
        return known, []
    kept = json.loads(rows[0][-1]) if isinstance(rows[0][-1], str) else rows[0][-1]
    return known, [read(each) for each in kept]


def of_new(wanted: NewPurchase, destination: Destination, purchase: Purchase) -> tuple[list[Known], Rules]:
    """The orders of a purchase that is about to be, by their place in it, and the rules that are on; one statement."""
    goods = [(place, line) for place, order in enumerate(wanted.orders) for line in order.lines]
    params = {
        "purchase": purchase.pk,
        "buyer": purchase.buyer_id,
        "phone": destination.phone,
        "province": destination.province,
        "city": destination.city,
        "district": destination.district,
        "street": destination.street,
        "detail": destination.detail,
        "code": destination.code,
        "device": wanted.device,
        "method": wanted.method,
        "payment_method": wanted.payment_method,
        "at": purchase.placed_at,
        "keys": list(range(len(wanted.orders))),
        "totals": [order.total for order in wanted.orders],
        "of": [place for place, _line in goods],
        "skus": [line.sku_id for _place, line in goods],
        "prices": [line.price for _place, line in goods],
        "quantities": [line.quantity for _place, line in goods],
    }
    return _collect(_NEW, params, with_rules=True)


def of_order(no: str, *, now: datetime | None = None) -> tuple[Known | None, Rules]:
    """One order that exists, and the rules that are on; one statement. The blocked list counts as it is `now`, else as it was at placing."""
    head = _KEPT.format(where="o.no = %(no)s", seen_at="coalesce(%(now)s::timestamptz, o.placed_at)")
    found, rules = _collect(head, {"no": no, "now": now}, with_rules=True)
    return (found[0] if found else None), rules


def of_many(ids: Sequence[int] | Iterable[int]) -> list[Known]:
    """Many orders that exist, the newest first; one statement."""
    return _collect(_KEPT.format(where="o.id = ANY(%(ids)s::bigint[])", seen_at="o.placed_at"), {"ids": list(ids)}, with_rules=False)[0]
