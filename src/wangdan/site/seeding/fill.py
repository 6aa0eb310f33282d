"""Fills the tables with deals, twenty thousand at a time: one COPY of the deals, then one statement per table."""

import contextlib
import json
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction

from wangdan.accounts.models import Person
from wangdan.accounts.parsing.gazetteer import gazetteer
from wangdan.catalogue.models import Sku
from wangdan.inventory.models import Warehouse
from wangdan.kernel import clock, guards, numbers
from wangdan.site import world
from wangdan.site.replay import stage
from wangdan.site.replay.stage import Range
from wangdan.site.seeding import spread
from wangdan.site.seeding.bare import laid_bare
from wangdan.site.seeding.deals import Deal, Place, Stall, Ware, deals
from wangdan.statistics import operations as statistics

MOST = 5_000_000
_HEAP, _TRIES = 20_000, 5
_MANY = 100_000
"""From so many on it is cheaper to build the indexes anew than to keep them up."""
_INSERT = re.compile(r"\s*INSERT INTO (?P<table>\w+) \((?P<columns>[^)]+)\)\s+SELECT ", re.DOTALL)
_LITERALS = {'""': "''", "0": "0", "false": "false", "true": "true", "[]": "'[]'::jsonb", "{}": "'{}'::jsonb"}
"""A default as JSON → as SQL; another one is a bug that says so."""
_SHOPS, _WARES = 12, 60
_NAMES = ("台灯", "毛毯", "陶杯", "书架", "键盘", "耳机", "花瓶", "抱枕", "水壶", "挂钟", "收纳篮", "边几")
_KEEPER = "seed-keeper"
_HOUR = timedelta(hours=1)
Say = Callable[[str], Any]


def seed(count: int, *, journal: bool = True, say: Say = lambda _text: None) -> int:
    """Add so many orders, with their past in the journal unless told otherwise; returns how many."""
    world.ground()
    stalls, buyers, places = _stalls(), _buyers(count), _places()
    coming = deals(count, stalls=stalls, buyers=buyers, places=places, now=clock.now(), seed=secrets.randbits(40))
    with _patient():
        made = _poured(coming, bare=count >= _MANY, journal=journal, say=say)
        statistics.rebuild(world.ROOT)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return made


@contextlib.contextmanager
def _patient() -> Iterator[None]:
    """No statement is too long here; pages go on having a limit."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        try:
            yield
        finally:
            cursor.execute("RESET statement_timeout")


def _poured(coming: Iterator[Deal], *, bare: bool, journal: bool, say: Say) -> int:
    """Write heap after heap: each in a transaction of its own, or all in one while the tables are bare."""
    with contextlib.ExitStack() as around:
        if bare:
            around.enter_context(transaction.atomic())
            around.enter_context(laid_bare(around.enter_context(connection.cursor()), spread.WRITTEN))
        made = 0
        while heap := list(islice(coming, _HEAP)):
            _fill(heap, journal=journal)
            made += len(heap)
            say(f"{made:,}")
        return made


# ---- the stage ------------------------------------------------------------------------------------------------------


def _stalls() -> list[Stall]:
    """The shops that sell, founded by operations; they are the same at every seeding."""
    stage.take_over([f"{_KEEPER}-{at}" for at in range(_SHOPS)])
    found = []
    for at in range(_SHOPS):
        goods = {(f"S{at:02d}-{no:03d}", 900 + 730 * no): (f"{_NAMES[no % len(_NAMES)]} {no + 1} 号", 0) for no in range(_WARES)}
        shop = stage.raise_shop(Range(f"seed-{at}", f"{_NAMES[at]}专营店", f"{_KEEPER}-{at}", goods)).shop_id
        house = Warehouse.objects.filter(organisation=shop).order_by("pk")[0]
        rows = Sku.objects.filter(product__shop=shop).select_related("product")
        found.append(Stall(shop, house.pk, house.name, house.province, [Ware(row.pk, row.product_id, row.product.title, row.price) for row in rows]))
    _shelves(found)
    return found


def _shelves(stalls: Sequence[Stall]) -> None:
    """A stock row for every variant where it is sent from."""
    with guards.exempt("bulk seeding by COPY"), transaction.atomic(), connection.cursor() as cursor:
        for stall in stalls:
            cursor.execute(
                "INSERT INTO inventory_stock (warehouse_id, sku_id, on_hand, held, bin) SELECT %s, s, 0, 0, '' FROM unnest(%s::bigint[]) s "
                "ON CONFLICT DO NOTHING",
                [stall.warehouse, [ware.sku for ware in stall.wares]],
            )


def _buyers(count: int) -> list[int]:
    """People who buy, about one to forty orders."""
    names = [f"seed-{at}" for at in range(min(25_000, max(20, count // 40)))]
    stage.take_over(names)
    return list(Person.objects.filter(username__in=names).order_by("pk").values_list("pk", flat=True))


def _places() -> list[Place]:
    """Where it all goes: the places that the replay's customers live at."""
    table = gazetteer()
    found = [table.place(table.find(*names)) for names in stage.PLACES]
    return [Place(each.province, each.city, each.district, each.code) for each in found]


# ---- one heap -------------------------------------------------------------------------------------------------------


def _fill(heap: Sequence[Deal], *, journal: bool) -> None:
    """Write a heap in one transaction; numbers that had been drawn before are drawn anew."""
    for attempt in range(_TRIES):
        try:
            with guards.exempt("bulk seeding by COPY"), transaction.atomic(), connection.cursor() as cursor:
                _write(cursor, heap, journal=journal)
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
        else:
            return


def _write(cursor: Any, heap: Sequence[Deal], *, journal: bool) -> None:
    cursor.execute("SET LOCAL synchronous_commit = off")
    cursor.execute(f"LOCK TABLE {', '.join(spread.TABLES)} IN SHARE ROW EXCLUSIVE MODE")
    before = {table: _reserved(cursor, table, len(heap)) for table in spread.TABLES}
    cursor.execute(spread.DEAL)
    cursor.execute("TRUNCATE seed_deal")
    with cursor.copy(f"COPY seed_deal ({', '.join(spread.COLUMNS)}) FROM STDIN") as copy:
        for row in _rows(heap):
            copy.write_row(row)
    cursor.execute("ANALYZE seed_deal")
    for statement in [*spread.ROWS, *([spread.JOURNAL] if journal else [])]:
        cursor.execute(_completed(statement.format(**before)))


def _completed(statement: str) -> str:
    """The statement with the defaults of columns it does not name: modules above add some, and Django keeps their defaults to itself."""
    found = _INSERT.match(statement)
    if found is None:
        return statement
    named = {name.strip() for name in found["columns"].split(",")}
    model = next(model for model in apps.get_models() if model._meta.db_table == found["table"])
    rest = {
        field.column: _LITERALS[json.dumps(field.get_default())]
        for field in model._meta.concrete_fields
        if field.column not in named and not field.null and not field.has_db_default() and not field.primary_key
    }
    if not rest:
        return statement
    head = f"INSERT INTO {found['table']} ({', '.join(rest)}, {found['columns']}) SELECT {', '.join(rest.values())}, "
    return head + statement[found.end() :]


def _reserved(cursor: Any, table: str, count: int) -> int:
    """The id before the first of so many that nobody else will get."""
    cursor.execute("SELECT setval(s, nextval(s) + %s) - %s - 1 FROM (SELECT pg_get_serial_sequence(%s, 'id')) AS q(s)", [count, count, table])
    return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class _Story:
    """When what happened to a deal; what is later than it came stays empty."""

    status: str
    paid: datetime | None = None
    accepted: datetime | None = None
    shipped: datetime | None = None
    delivered: datetime | None = None
    closed: datetime | None = None
    reason: str = ""


def _story(deal: Deal) -> _Story:
    at, cash = deal.placed_at, deal.method == "cod"
    paid = None if cash else at + _HOUR / 12
    accepted, shipped, delivered = at + 3 * _HOUR / 2, at + 20 * _HOUR, at + 66 * _HOUR
    if deal.fate == "awaiting_payment":
        return _Story("awaiting_payment")
    if deal.fate == "expired":
        return _Story("cancelled", closed=at + _HOUR, reason="not_paid_in_time")
    if deal.fate in ("cancelled", "declined"):
        return _Story(deal.fate, paid, closed=at + 2 * _HOUR, reason="不想要了" if deal.fate == "cancelled" else "库存不足")
    if deal.fate == "awaiting_acceptance":
        return _Story(deal.fate, paid)
    if deal.fate == "awaiting_shipment":
        return _Story(deal.fate, paid, accepted)
    if deal.fate == "shipped":
        return _Story(deal.fate, paid, accepted, shipped)
    if deal.fate == "returned":
        return _Story("ended", paid, accepted, shipped, closed=at + 90 * _HOUR, reason="refused_at_the_door")
    paid = paid or delivered
    if deal.fate == "delivered":
        return _Story(deal.fate, paid, accepted, shipped, delivered)
    return _Story("completed", paid, accepted, shipped, delivered, closed=at + 120 * _HOUR)


def _rows(heap: Sequence[Deal]) -> Iterator[tuple[Any, ...]]:
    for at, deal in enumerate(heap, start=1):
        story, year = _story(deal), deal.placed_at.year
        goods = sum(ware.price * pieces for ware, pieces in deal.lines)
        total = goods + deal.freight
        whole = deal.fate in ("cancelled", "declined", "returned")
        back = 0 if story.paid is None else total if whole else max(1, total // 5) if deal.fate == "partly" else 0
        drawn = {letter: numbers.drawn(letter, year) for letter in "AGB"}
        confirm = story.delivered + timedelta(days=7) if story.delivered else None
        pay_by = None if deal.method == "cod" else deal.placed_at + (timedelta(days=3) if deal.method == "bank_transfer" else _HOUR / 2)
        yield (
            at, drawn["A"], drawn["G"], drawn["B"], numbers.drawn("T", year) if story.paid else "",
            numbers.drawn("P", year) if story.accepted else "",
            numbers.drawn("R", year) if back else "", numbers.drawn("N", year) if deal.method == "bank_transfer" else "",
            deal.buyer, deal.stall.shop, deal.stall.warehouse, deal.stall.warehouse_name, deal.stall.province, deal.method, deal.fate, story.status,
            deal.placed_at, pay_by, story.paid, story.accepted, story.shipped, story.delivered, confirm,
            story.closed if story.status == "completed" else None, story.closed, goods, deal.freight, total, back, story.reason,
            deal.name, deal.phone, deal.place.province, deal.place.city, deal.place.district, deal.place.code, deal.detail, deal.note,
            [ware.sku for ware, _ in deal.lines], [ware.product for ware, _ in deal.lines], [ware.title for ware, _ in deal.lines],
            [ware.price for ware, _ in deal.lines], [pieces for _, pieces in deal.lines],
        )  # fmt: skip
