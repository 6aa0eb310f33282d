"""What a list of goods can be narrowed by, with counts: categories, shops, prices, tags, variants and parameters; one statement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from wangdan.catalogue.models import Product

MOST_COUNTED = 1000
"""Counts are exact up to so many goods; of more, so many are counted and the page says so with a plus."""
_MOST_VALUES, _MOST_NAMES, _RANGES = 8, 4, 4
_FACETS = """
WITH fit AS MATERIALIZED ({fitting}),
pairs AS (
    SELECT f.id, e->>0 AS name, e->>1 AS value FROM fit f JOIN catalogue_sku s ON s.product_id = f.id AND s.active
    CROSS JOIN LATERAL jsonb_array_elements(s.specs) e
    UNION SELECT f.id, p->>0, p->>1 FROM fit f CROSS JOIN LATERAL jsonb_array_elements(f.parameters) p
    WHERE NOT EXISTS (SELECT 1 FROM catalogue_sku s WHERE s.product_id = f.id AND s.active AND s.specs @> jsonb_build_array(jsonb_build_array(p->>0)))
)
SELECT 'category', c.slug::text, c.name::text, count(*) FROM fit f JOIN catalogue_category c ON c.id = f.category_id GROUP BY c.id
UNION ALL SELECT 'shop', o.id::text, o.name::text, count(*) FROM fit f JOIN accounts_organisation o ON o.id = f.shop_id GROUP BY o.id
UNION ALL SELECT 'tag', t.tag, t.tag, count(*) FROM fit f CROSS JOIN LATERAL unnest(f.tags) AS t (tag) GROUP BY t.tag
UNION ALL (SELECT 'attribute', name, value, count(*) FROM pairs GROUP BY name, value ORDER BY 4 DESC LIMIT 200)
UNION ALL SELECT 'price', price_min::text, price_max::text, count(*) FROM fit GROUP BY price_min, price_max
"""


@dataclass(frozen=True)
class Choice:
    """One value to narrow by, as it is kept and as it reads; how many goods have it."""

    value: str
    text: str
    count: int


@dataclass(frozen=True)
class Range:
    """A range of prices in whole yuan, open where None; how many goods have a variant in it."""

    low: int | None
    high: int | None
    count: int


@dataclass(frozen=True)
class Facets:
    """Everything to narrow by, the most frequent first; `attributes` are names with their values. `more`: not all goods were counted."""

    categories: list[Choice]
    shops: list[Choice]
    tags: list[Choice]
    attributes: list[tuple[str, list[Choice]]]
    prices: list[Range]
    more: bool


def facets(fitting: QuerySet[Product]) -> Facets:
    """What the goods that fit can be narrowed by (one statement).

    A choice that all of them share, or the only one, is no choice and left out; so is a parameter that only repeats what the variants are.
    """
    some = fitting.order_by().values("id", "category_id", "shop_id", "price_min", "price_max", "tags", "parameters")[:MOST_COUNTED]
    sql, values = some.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_FACETS.format(fitting=sql), values)
        rows = cursor.fetchall()
    found: dict[str, list[tuple[str, str, int]]] = {}
    for kind, value, text, count in rows:
        found.setdefault(kind, []).append((value, text, count))
    prices = [(int(low), int(high), count) for low, high, count in found.get("price", [])]
    total = sum(count for *_, count in prices)
    return Facets(
        categories=_choices(found.get("category", []), total),
        shops=_choices(found.get("shop", []), total),
        tags=_choices(found.get("tag", []), total),
        attributes=_attributes(found.get("attribute", []), total),
        prices=ranges(prices),
        more=total >= MOST_COUNTED,
    )


def _choices(rows: Iterable[tuple[str, str, int]], total: int) -> list[Choice]:
    ranked = sorted(rows, key=lambda row: (-row[2], row[1]))[:_MOST_VALUES]
    found = [Choice(value, text, count) for value, text, count in ranked]
    return found if len(found) > 1 or (found and found[0].count < total) else []


def _attributes(rows: Sequence[tuple[str, str, int]], total: int) -> list[tuple[str, list[Choice]]]:
    """The names that divide the goods best: those most goods have, with more than one value."""
    by_name: dict[str, list[tuple[str, str, int]]] = {}
    for name, value, count in rows:
        by_name.setdefault(name, []).append((value, value, count))
    ranked = sorted(by_name.items(), key=lambda each: (-sum(count for *_, count in each[1]), each[0]))
    found = [(name, _choices(values, total)) for name, values in ranked if name and len(values) > 1]
    return found[:_MOST_NAMES]


def ranges(prices: Sequence[tuple[int, int, int]]) -> list[Range]:
    """Up to four ranges that hold about as many goods each, between round prices; from (lowest, highest, count) in minor units."""
    lows = sorted(low for low, _, count in prices for _ in range(count))
    if len(lows) < _RANGES:
        return []
    bounds = sorted({_round(lows[len(lows) * at // _RANGES] // 100) for at in range(1, _RANGES)} - {0})
    edges: list[int | None] = [None, *bounds, None]
    made = []
    for low, high in pairwise(edges):
        count = sum(n for least, most, n in prices if (low is None or most >= low * 100) and (high is None or least <= high * 100))
        if 0 < count < len(lows):
            made.append(Range(low, high, count))
    return made if len(made) > 1 else []


def _round(yuan: int) -> int:
    """The nearest price that people say: 1, 2, 3, 5 or 8 of its leading power of ten."""
    power = 10 ** max(len(str(yuan)) - 1, 0)
    steps: list[Any] = [each * power for each in (1, 2, 3, 5, 8, 10)]
    return int(min(steps, key=lambda step: (abs(step - yuan), step))) if yuan else 0
