"""`wangdan bench orders`: the office's list of orders by every kind of condition, at a hundredth of the size and at the whole size, in one run."""

import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from rich.table import Table

from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Person
from wangdan.accounts.queries import actor_of
from wangdan.desks import keyset, order_filters
from wangdan.fulfilment.models import Parcel
from wangdan.orders.models import Line, Order
from wangdan.orders.queries import find
from wangdan.payments.models import Part
from wangdan.site import world
from wangdan.site.replay import stage
from wangdan.site.seeding.fill import seed

_PARTS, _SIZE, _FEWEST = 100, 40, 20
_CLERK = "bench-service"
Conditions = dict[str, Any]
Kind = tuple[str, Callable[[Order], Conditions]]
"""What is asked, and how to ask it about some order that exists."""


def _day(order: Order, days: int = 0) -> str:
    return f"{timezone.localtime(order.placed_at + timedelta(days=days)):%Y-%m-%d}"


def _part(order: Order) -> Part:
    return Part.objects.select_related("payment").get(ref=order.ref)


def _parcel(order: Order) -> Parcel | None:
    return Parcel.objects.filter(ref_of=order.ref).first()


KINDS: tuple[Kind, ...] = (
    ("everything, the first page", lambda _order: {}),
    ("everything, a page somewhere down", lambda order: {"cursor": keyset._cursor(order, "placed_at")}),  # noqa: SLF001
    ("to accept", lambda _order: {"tab": "accept"}),
    ("to ship", lambda _order: {"tab": "ship"}),
    ("over, a page somewhere down", lambda order: {"tab": "closed", "cursor": keyset._cursor(order, "placed_at")}),  # noqa: SLF001
    ("one status", lambda order: {"status": order.status}),
    ("declined", lambda _order: {"status": "declined"}),
    ("money expected", lambda _order: {"payment": "expected"}),
    ("money partly back", lambda _order: {"payment": "partly_refunded"}),
    ("a parcel on its way", lambda _order: {"parcel": "handed_over"}),
    ("a parcel to be picked", lambda _order: {"parcel": "planned"}),
    ("a parcel that came back", lambda _order: {"parcel": "returned"}),
    ("paid at the door", lambda _order: {"method": "cod"}),
    ("one shop", lambda order: {"shop": order.shop_id}),
    ("one shop and status", lambda order: {"shop": order.shop_id, "status": order.status}),
    ("the last 30 days", lambda _order: {"days": 30}),
    ("one week somewhere", lambda order: {"from": _day(order), "to": _day(order, 7)}),
    ("one day, shop and status", lambda order: {"from": _day(order), "to": _day(order), "shop": order.shop_id, "status": order.status}),
    ("about this amount", lambda order: {"low": f"{order.total / 100:.2f}", "high": f"{order.total / 100 + 1:.2f}"}),
    ("a rare amount", lambda _order: {"low": "5000"}),
    ("a wide range of amounts", lambda _order: {"low": "50", "high": "500"}),
    ("a phone", lambda order: {"customer": order.to_phone}),
    ("the end of a phone", lambda order: {"customer": order.to_phone[-4:]}),
    ("a common name", lambda order: {"customer": order.to_name}),
    ("a user name", lambda order: {"customer": order.buyer.username}),
    ("an order number", lambda order: {"q": order.no}),
    ("a purchase number", lambda order: {"q": order.purchase.no}),
    ("a payment number", lambda order: {"q": _part(order).payment.no}),
    ("a parcel number", lambda order: {"q": getattr(_parcel(order), "no", order.no)}),
    ("a waybill", lambda order: {"waybill": getattr(_parcel(order), "waybill", "") or "SD"}),
    ("a variant's code", lambda order: {"goods": Line.objects.select_related("sku").filter(order=order)[0].sku.code}),
    ("words of a title", lambda order: {"goods": Line.objects.filter(order=order)[0].title[:2]}),
    ("late", lambda _order: {"flags": "late"}),
    ("somebody is asked about it", lambda _order: {"flags": "attention"}),
    ("with a note of the buyer", lambda _order: {"flags": "note"}),
    ("a note, one shop, one month", lambda order: {"flags": "note", "shop": order.shop_id, "from": _day(order), "to": _day(order, 30)}),
)


def _p95(spent: Sequence[float]) -> float:
    return 1000 * sorted(spent)[int(0.95 * (len(spent) - 1))]


def _some(dice: random.Random, count: int) -> list[Order]:
    """Orders from the whole time, not only the newest."""
    first, last = (Order.objects.order_by(field).values_list("pk", flat=True)[0] for field in ("pk", "-pk"))
    wanted = [dice.randint(first, last) for _ in range(4 * count)]
    return list(Order.objects.filter(pk__in=wanted).select_related("buyer", "purchase")[:count])


def _measured(seconds: float) -> dict[str, tuple[float, float]]:
    """Of every kind the p95 of the page (ms) and of its query alone."""
    person = Person.objects.get(username=_CLERK)
    client, actor = Client(HTTP_HOST="127.0.0.1"), actor_of(person)
    client.force_login(person)
    dice, found = random.Random(7), {}
    for name, ask in KINDS:
        pages: list[float] = []
        queries: list[float] = []
        until = time.perf_counter() + seconds
        for order in _some(dice, 200):
            asked = {key: value for key, value in ask(order).items() if value not in ("", None)}
            pages.append(_spent(lambda asked=asked: _page(client, asked)))
            queries.append(_spent(lambda asked=asked: _query(actor, asked)))
            if time.perf_counter() > until and len(pages) >= _FEWEST:
                break
        found[name] = (_p95(pages), _p95(queries))
    return found


def _spent(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _page(client: Client, asked: Conditions) -> None:
    answer = client.get(f"/office/orders?{urlencode(asked)}")
    assert answer.status_code == 200, answer.status_code  # noqa: PLR2004


def _query(actor: Any, asked: Conditions) -> None:
    request = RequestFactory().get("/office/orders", asked)
    keyset.page(find(actor, order_filters.read(request.GET).filters), asked.get("cursor", ""), _SIZE, by="placed_at")


def report(url: str, *, seconds: float, size: int, **_: object) -> Table:
    """Seed a hundredth, measure; seed the rest, measure again: milliseconds of this machine, and the ratio, which is what counts."""
    del url
    small = size // _PARTS
    _stage()
    seed(small, journal=False, say=_say)
    before = _measured(seconds)
    seed(size - small, journal=False, say=_say)
    _settle()
    after = _measured(seconds)
    table = Table("what is asked", f"page at {small:,}", f"page at {size:,}", "ratio", f"query at {size:,}", title="p95 in ms; 40 rows a page")
    for name, (page, _query_ms) in before.items():
        later, query = after[name]
        table.add_row(name, f"{page:.1f}", f"{later:.1f}", f"{later / page:.2f}", f"{query:.1f}")
    return table


def _say(text: str) -> None:
    sys.stderr.write(f"\rseeded {text}   ")


def _stage() -> None:
    """Somebody of the office who looks at the list."""
    world.ground()
    platform = accounts.found(world.ROOT, kind="platform", name="网单")
    stage.take_over([_CLERK])
    accounts.appoint(world.ROOT, platform.pk, person=Person.objects.get(username=_CLERK).pk, role="service")


def _settle() -> None:
    """As the database is after a quiet night."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
