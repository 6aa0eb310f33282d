"""Reads of statistics: the days of a span, the funnel, the best goods, late shops, what is out of stock; and what must agree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from wangdan.accounts.models import Organisation
from wangdan.catalogue.models import Product, Sku
from wangdan.inventory.models import Stock
from wangdan.kernel import clock
from wangdan.kernel.act import Actor
from wangdan.orders import queries as orders
from wangdan.orders.models import Order
from wangdan.statistics.models import Day, Goods, HouseDay
from wangdan.statistics.rules import COUNTS, FUNNEL, HOUSE_COUNTS, calendar, share


@dataclass(frozen=True)
class Span:
    """Some days up to today with their numbers, oldest first; every day has a row, amounts in minor units."""

    days: tuple[dict[str, Any], ...]

    @property
    def today(self) -> dict[str, Any]:
        """The last day."""
        return self.days[-1]

    @property
    def yesterday(self) -> dict[str, Any]:
        """The day before it."""
        return self.days[-2]

    def total(self, name: str) -> int:
        """A number over all the days."""
        return sum(int(row[name]) for row in self.days)

    @property
    def funnel(self) -> list[tuple[str, int, int]]:
        """Of the orders placed in these days: how many were placed, paid, shipped, received, each with its percent of the first."""
        whole = self.total(FUNNEL[0])
        return [(name, self.total(name), share(self.total(name), whole)) for name in FUNNEL]


@dataclass(frozen=True)
class Late:
    """A shop that lets orders wait beyond their time, since the oldest of them should have been served."""

    shop_id: int
    shop: str
    orders: int
    since: Any


def today() -> date:
    """The business's day."""
    return timezone.localtime(clock.now()).date()


def span(actor: Actor, days: int, shops: Iterable[int] | None = None) -> Span:
    """The numbers of so many days up to today, of all the actor may see or of these shops (D11.7); one statement."""
    wanted = calendar(today(), days)
    return _span(_within(Day.visible_to(actor), wanted[0], shops), wanted, COUNTS)


def house_span(actor: Actor, days: int, houses: Iterable[int]) -> Span:
    """The numbers of warehouses over so many days up to today, of those the actor may see (D10.2, D10.3); one statement."""
    wanted = calendar(today(), days)
    rows = HouseDay.visible_to(actor).filter(warehouse__in=list(houses), day__gte=wanted[0], day__lte=wanted[-1])
    return _span(rows, wanted, HOUSE_COUNTS)


def _span(rows: QuerySet[Any], wanted: Sequence[date], names: Sequence[str]) -> Span:
    found = {row["day"]: row for row in rows.values("day").order_by("day").annotate(**{f"n_{name}": Sum(name) for name in names})}
    return Span(tuple({"day": day, **{name: found[day][f"n_{name}"] if day in found else 0 for name in names}} for day in wanted))


def _within(rows: QuerySet[Any], first: date, shops: Iterable[int] | None) -> QuerySet[Any]:
    rows = rows.filter(day__gte=first, day__lte=today())
    return rows if shops is None else rows.filter(shop__in=list(shops))


def best(actor: Actor, days: int, shops: Iterable[int] | None = None, *, most: int = 10) -> list[dict[str, Any]]:
    """The goods that brought most money in so many days: `id`, `title`, `pieces`, `amount` in minor units, best first."""
    rows = _within(Goods.visible_to(actor), today() - timedelta(days=days - 1), shops)
    summed = rows.values("product").annotate(n=Sum("pieces"), money=Sum("amount"), title=Max("product__title")).order_by("-money", "product")
    return [{"id": row["product"], "title": row["title"], "pieces": row["n"], "amount": row["money"]} for row in summed[:most]]


def late(actor: Actor, *, most: int = 10) -> list[Late]:
    """Shops with orders beyond the time to accept or to ship, most of them first (D06.3, D12.3)."""
    waiting = orders.waiting_for_shop(Order.visible_to(actor)).filter(due__lt=clock.now())
    counted = waiting.order_by().values("shop", "shop__name").annotate(n=Count("pk"), since=Min("due")).order_by("-n", "shop")
    return [Late(row["shop"], row["shop__name"], row["n"], row["since"]) for row in counted[:most]]


def out_of_stock(actor: Actor, shops: Iterable[int] | None = None, *, most: int = 10) -> list[Sku]:
    """Variants on sale of which no piece is free anywhere, of the best-selling products first."""
    products = Product.visible_to(actor).filter(status="on_sale")
    if shops is not None:
        products = products.filter(shop__in=list(shops))
    free = Stock.objects.filter(sku=OuterRef("pk"), on_hand__gt=F("held"), warehouse__active=True)
    found = Sku.objects.filter(~Exists(free), Q(active=True), product__in=products).select_related("product__shop")
    return list(found.order_by("-product__sold", "pk")[:most])


def shops_of(actor: Actor) -> QuerySet[Organisation]:
    """The shops whose numbers one may look at, by name."""
    return Organisation.objects.filter(pk__in=Day.visible_to(actor).values("shop")).order_by("name")


HOUSES = """
SELECT p.warehouse_id, (e.at AT TIME ZONE %(zone)s)::date AS day, e.name, e.more FROM fulfilment_parcel p
CROSS JOIN LATERAL (VALUES
    (p.planned_at, 'planned', 1),
    (p.handed_over_at, 'shipped', 1),
    (p.handed_over_at, 'pieces', p.pieces),
    (p.handed_over_at, 'minutes', greatest(floor(extract(epoch FROM p.handed_over_at - p.planned_at) / 60), 0)),
    (CASE WHEN p.handed_over_at > p.ship_by THEN p.handed_over_at END, 'late', 1)
) AS e (at, name, more)
WHERE e.at IS NOT NULL
UNION ALL
SELECT p.warehouse_id, (j.at AT TIME ZONE %(zone)s)::date, 'missed', (told->>'pieces')::int FROM kernel_journal j
CROSS JOIN LATERAL jsonb_array_elements(j.facts) AS told JOIN fulfilment_parcel p ON p.no = told->>'parcel'
WHERE j.operation = 'fulfilment.report_short' AND told->>'fact' = 'fulfilment.ShelfShort'
"""
"""What happened in warehouses by day, read from the parcels and, for shelves that were short, from the journal."""
_WAITS = """
SELECT 1 FROM procrastinate_jobs j
WHERE j.task_name = 'wangdan.reaction' AND j.status IN ('todo', 'doing', 'failed') AND j.args->>'reaction' = '{reaction}'
"""
_BOTH = ", ".join(f"d.{name}, p.{name}" for name in HOUSE_COUNTS)
_DIFFERS = " OR ".join(f"coalesce(d.{name}, 0) <> coalesce(p.{name}, 0)" for name in HOUSE_COUNTS)
INVARIANTS: list[tuple[str, str]] = [
    (
        "statistics: the numbers of each day agree with the orders, once every fact is counted",
        f"""
        SELECT coalesce(d.shop_id, o.shop_id) AS shop, coalesce(d.day, o.day) AS day, d.placed, o.placed, d.received, o.received, d.paid, o.paid
        FROM statistics_day d FULL JOIN (
            SELECT shop_id, (e.at AT TIME ZONE '{settings.TIME_ZONE}')::date AS day, count(*) FILTER (WHERE name = 'placed') AS placed,
                count(*) FILTER (WHERE name = 'received') AS received, count(*) FILTER (WHERE name = 'paid') AS paid,
                coalesce(sum(e.captured) FILTER (WHERE name = 'paid'), 0) AS paid_amount
            FROM (
                SELECT o.shop_id, p.captured, moments.* FROM orders_order o LEFT JOIN payments_part p ON p.ref = 'orders:' || o.no
                CROSS JOIN LATERAL (VALUES
                    (o.placed_at, 'placed'), (o.completed_at, 'received'), (o.paid_at, 'paid')
                ) AS moments (at, name)
            ) e WHERE e.at IS NOT NULL GROUP BY 1, 2
        ) o ON o.shop_id = d.shop_id AND o.day = d.day
        WHERE (coalesce(d.placed, 0), coalesce(d.received, 0), coalesce(d.paid, 0), coalesce(d.paid_amount, 0))
                <> (coalesce(o.placed, 0), coalesce(o.received, 0), coalesce(o.paid, 0), coalesce(o.paid_amount, 0))
            AND NOT EXISTS ({_WAITS.format(reaction="statistics.count")})
        """,  # noqa: S608 - our own text
    ),
    (
        "statistics: the numbers of each warehouse's day agree with the parcels, once every fact is counted",
        f"""
        SELECT coalesce(d.warehouse_id, p.warehouse_id) AS warehouse, coalesce(d.day, p.day) AS day, {_BOTH}
        FROM statistics_houseday d FULL JOIN (
            SELECT warehouse_id, day, {", ".join(f"coalesce(sum(more) FILTER (WHERE name = '{name}'), 0) AS {name}" for name in HOUSE_COUNTS)}
            FROM ({HOUSES.replace("%(zone)s", f"'{settings.TIME_ZONE}'")}) AS happened GROUP BY 1, 2
        ) p ON p.warehouse_id = d.warehouse_id AND p.day = d.day
        WHERE ({_DIFFERS}) AND NOT EXISTS ({_WAITS.format(reaction="statistics.count_parcel")})
        """,  # noqa: S608 - our own text
    ),
]
"""What must hold on a live database: the statement returns the days that differ."""
