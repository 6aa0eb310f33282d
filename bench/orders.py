"""`wangdan bench orders`: lists of orders by every kind of condition, at a hundredth of the size and at the whole size, side by side in one run."""

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import psycopg
from django.db import connection, connections
from django.db.models import Count, QuerySet
from django.test import Client
from django.utils import timezone
from rich.table import Table

from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Person
from wangdan.accounts.queries import PersonActor, actor_of
from wangdan.desks import keyset, order_filters, order_rows
from wangdan.fulfilment.models import Parcel
from wangdan.kernel import guards
from wangdan.kernel.act import Call
from wangdan.orders.models import Line, Order
from wangdan.orders.queries import find
from wangdan.payments.models import Part, Refund
from wangdan.site import world
from wangdan.site.replay import stage
from wangdan.site.seeding.fill import seed

_PARTS, _FEWEST, _MOST = 100, 5, 200
_CLERK, _KEEPER, _SMALL = "bench-service", "seed-keeper-0", "small"
Conditions = dict[str, Any]


@dataclass(frozen=True)
class Face:
    """Somebody who looks at a list: where it is, how many rows a page has, from which seat he sees orders."""

    path: str
    size: int
    seat: str
    client: Client
    actor: PersonActor


Kind = tuple[str, str, Callable[[Order], Conditions]]
"""Who asks, what is asked, and how to ask it about some order that exists."""


def _day(order: Order, days: int = 0) -> str:
    return f"{timezone.localtime(order.placed_at + timedelta(days=days)):%Y-%m-%d}"


def _cursor(order: Order) -> str:
    return keyset._cursor(order, "placed_at")  # noqa: SLF001


def _amount(minor: int) -> str:
    return f"{minor / 100:.2f}"


def _part(order: Order) -> Part:
    return Part.objects.select_related("payment").get(ref=order.ref)


def _parcel(order: Order) -> Parcel | None:
    return Parcel.objects.filter(ref_of=order.ref).first()


def _title(order: Order) -> str:
    return Line.objects.filter(order=order)[0].title


KINDS: tuple[Kind, ...] = (
    ("office", "everything, the first page", lambda _order: {}),
    ("office", "everything, a page somewhere down", lambda order: {"cursor": _cursor(order)}),
    ("office", "to accept", lambda _order: {"tab": "accept"}),
    ("office", "to ship", lambda _order: {"tab": "ship"}),
    ("office", "over, a page somewhere down", lambda order: {"tab": "closed", "cursor": _cursor(order)}),
    ("office", "one status", lambda order: {"status": order.status}),
    ("office", "declined", lambda _order: {"status": "declined"}),
    ("office", "money expected", lambda _order: {"payment": "expected"}),
    ("office", "money there", lambda _order: {"payment": "captured"}),
    ("office", "money never came", lambda _order: {"payment": "let_go"}),
    ("office", "money back", lambda _order: {"payment": "refunded"}),
    ("office", "money partly back", lambda _order: {"payment": "partly_refunded"}),
    ("office", "a parcel on its way", lambda _order: {"parcel": "handed_over"}),
    ("office", "a parcel to be picked", lambda _order: {"parcel": "planned"}),
    ("office", "a parcel that came back", lambda _order: {"parcel": "returned"}),
    ("office", "a lost parcel", lambda _order: {"parcel": "lost"}),
    ("office", "a parcel that arrived", lambda _order: {"parcel": "delivered"}),
    ("office", "a parcel that came back, one shop", lambda order: {"parcel": "returned", "shop": order.shop_id}),
    ("office", "paid at the door", lambda _order: {"method": "cod"}),
    ("office", "one shop", lambda order: {"shop": order.shop_id}),
    ("office", "one shop and status", lambda order: {"shop": order.shop_id, "status": order.status}),
    ("office", "the last 30 days", lambda _order: {"days": 30}),
    ("office", "one week somewhere", lambda order: {"from": _day(order), "to": _day(order, 7)}),
    ("office", "one day, shop and status", lambda order: {"from": _day(order), "to": _day(order), "shop": order.shop_id, "status": order.status}),
    ("office", "about this amount", lambda order: {"low": _amount(order.total), "high": _amount(order.total + 100)}),
    ("office", "a rare amount", lambda _order: {"low": "5000"}),
    ("office", "a wide range of amounts", lambda _order: {"low": "50", "high": "500"}),
    ("office", "a phone", lambda order: {"customer": order.to_phone}),
    ("office", "the end of a phone", lambda order: {"customer": order.to_phone[-4:]}),
    ("office", "a common name", lambda order: {"customer": order.to_name}),
    ("office", "a user name", lambda order: {"customer": order.buyer.username}),
    ("office", "an order number", lambda order: {"q": order.no}),
    ("office", "a purchase number", lambda order: {"q": order.purchase.no}),
    ("office", "a payment number", lambda order: {"q": _part(order).payment.no}),
    ("office", "a parcel number", lambda order: {"q": getattr(_parcel(order), "no", order.no)}),
    ("office", "a waybill", lambda order: {"waybill": getattr(_parcel(order), "waybill", "") or "SD"}),
    ("office", "a refund number", lambda order: {"q": getattr(Refund.objects.filter(part__ref=order.ref).first(), "no", order.no)}),
    ("office", "a phone, in the field for anything", lambda order: {"q": order.to_phone}),
    ("office", "a variant's code", lambda order: {"goods": Line.objects.select_related("sku").filter(order=order)[0].sku.code}),
    ("office", "words of a title", lambda order: {"goods": _title(order)[:2]}),
    ("office", "a whole title", lambda order: {"goods": _title(order)}),
    ("office", "a whole title, one status", lambda order: {"goods": _title(order), "status": order.status}),
    ("office", "late", lambda _order: {"flags": "late"}),
    ("office", "somebody is asked about it", lambda _order: {"flags": "attention"}),
    ("office", "with a note of the buyer", lambda _order: {"flags": "note"}),
    ("office", "held", lambda _order: {"flags": "held"}),
    ("office", "pieces are missing", lambda _order: {"flags": "short"}),
    ("office", "money on its way back", lambda _order: {"flags": "refunding"}),
    ("office", "changed by the office", lambda _order: {"flags": "changed"}),
    ("office", "with a flag", lambda _order: {"flags": "marked"}),
    ("office", "a flag of one colour, one shop", lambda order: {"mark": "red", "shop": order.shop_id}),
    ("office", "a note, one shop, one month", lambda order: {"flags": "note", "shop": order.shop_id, "from": _day(order), "to": _day(order, 30)}),
    ("office", "declined, at the door, a name", lambda order: {"status": "declined", "method": "cod", "customer": order.to_name}),
    ("office", "all at once", lambda order: {"status": order.status, "method": order.payment_method, "shop": order.shop_id, "customer": order.to_name,
        "from": _day(order), "to": _day(order), "low": _amount(order.total), "high": _amount(order.total)}),
    ("shop", "everything, the first page", lambda _order: {}),
    ("shop", "everything, a page somewhere down", lambda order: {"cursor": _cursor(order)}),
    ("shop", "to ship", lambda _order: {"tab": "ship"}),
    ("shop", "over, a page somewhere down", lambda order: {"tab": "closed", "cursor": _cursor(order)}),
    ("shop", "late", lambda _order: {"flags": "late"}),
    ("shop", "money partly back", lambda _order: {"payment": "partly_refunded"}),
    ("shop", "a parcel that came back", lambda _order: {"parcel": "returned"}),
    ("shop", "a common name", lambda order: {"customer": order.to_name}),
    ("shop", "a variant's code, one month", lambda order: {"goods": Line.objects.select_related("sku").filter(order=order)[0].sku.code,
        "from": _day(order), "to": _day(order, 30)}),
    ("shop", "about this amount", lambda order: {"low": _amount(order.total), "high": _amount(order.total + 100)}),
    ("buyer", "everything", lambda _order: {}),
    ("buyer", "everything, a page somewhere down", lambda order: {"cursor": _cursor(order)}),
    ("buyer", "to receive", lambda _order: {"tab": "to_receive"}),
    ("buyer", "an order number", lambda order: {"q": order.no}),
    ("buyer", "words of a title", lambda order: {"q": _title(order)[:2]}),
    ("buyer", "one month", lambda order: {"from": _day(order), "to": _day(order, 30)}),
)  # fmt: skip


def _p95(spent: Sequence[float]) -> float:
    return 1000 * sorted(spent)[int(0.95 * (len(spent) - 1))]


def _some(dice: random.Random, face: Face) -> list[Order]:
    """Orders that the person sees, from the whole time, not only the newest."""
    mine = find(face.actor, order_filters.read({}, seat=face.seat).filters)
    if face.seat == "buyer":
        return list(mine[:_MOST])
    first, last = (Order.objects.order_by(field).values_list("pk", flat=True)[0] for field in ("pk", "-pk"))
    wanted = [dice.randint(first, last) for _ in range(40 * _MOST)]
    return list(mine.filter(pk__in=wanted).select_related("buyer", "purchase", "shop").order_by("?")[:_MOST])


@dataclass
class Taken:
    """What pages took in seconds, and their queries alone, and how many rows the longest page had."""

    pages: list[float] = field(default_factory=list)
    queries: list[float] = field(default_factory=list)
    rows: int = 0


def _measured(face: Face, ask: Callable[[Order], Conditions], seconds: float) -> Taken:
    """One kind of question, asked about one order after the other."""
    taken, orders = Taken(), _some(random.Random(7), face)
    conditions = [{key: value for key, value in ask(order).items() if value not in ("", None)} for order in orders]
    _page(face, conditions[-1])
    until = time.perf_counter() + seconds
    for asked in conditions:
        began = time.perf_counter()
        _page(face, asked)
        turned = time.perf_counter()
        rows = _query(face, asked)
        taken.pages.append(turned - began)
        taken.queries.append(time.perf_counter() - turned)
        taken.rows = max(taken.rows, rows)
        if time.perf_counter() > until and len(taken.pages) >= _FEWEST:
            break
    return taken


def _page(face: Face, asked: Conditions) -> None:
    answer = face.client.get(f"{face.path}?{urlencode(asked)}")
    assert answer.status_code == 200, answer.status_code  # noqa: PLR2004


def _rows(face: Face, asked: Conditions) -> QuerySet[Order]:
    """What the page asks the database for."""
    said = {name: "" if name == "q" and face.seat == "shop" else str(value) for name, value in asked.items()}
    rows = order_filters.within_tab(find(face.actor, order_filters.read(said, seat=face.seat).filters), said.get("tab", ""))
    return rows if face.seat != "buyer" or said.get("q") else rows.filter(hidden=False)


def _query(face: Face, asked: Conditions) -> int:
    whole = None if face.seat == "buyer" else order_rows.LISTED
    return len(keyset.page(_rows(face, asked), asked.get("cursor", ""), face.size, by="placed_at", whole=whole).rows)


def report(url: str, *, seconds: float, size: int, **_: object) -> Table:
    """Seed a hundredth, keep a copy, seed the rest; measure one beside the other. Milliseconds are this machine's; the ratio is what counts."""
    small = size // _PARTS
    _stage()
    seed(small, journal=False, say=_say)
    faces = _faces()
    _settle()
    _copy(url)
    seed(size - small, journal=False, say=_say)
    _settle()
    table = Table(
        "who", "what is asked", f"page at {small:,}", f"page at {size:,}", "ratio", f"query at {small:,}", f"query at {size:,}", "rows",
        title="p95 in ms; rows of the longest page at both sizes",
    )  # fmt: skip
    whole = str(connection.settings_dict["NAME"])
    before, after = Taken(), Taken()
    for who, name, ask in KINDS:
        _turn_to(_SMALL)
        first = _measured(faces[who], ask, seconds)
        _turn_to(whole)
        then = _measured(faces[who], ask, seconds)
        table.add_row(who, name, *_row(first, then))
        for total, part in ((before, first), (after, then)):
            total.pages += part.pages
            total.queries += part.queries
    table.add_section()
    table.add_row("", "all of them", *_row(before, after))
    return table


def _row(first: Taken, then: Taken) -> tuple[str, ...]:
    page, later = _p95(first.pages), _p95(then.pages)
    rows = f"{first.rows} / {then.rows}" if then.rows else ""
    return f"{page:.1f}", f"{later:.1f}", f"{later / page:.2f}", f"{_p95(first.queries):.1f}", f"{_p95(then.queries):.1f}", rows


def _say(text: str) -> None:
    sys.stderr.write(f"\rseeded {text}   ")


# ---- the ground -----------------------------------------------------------------------------------------------------


def _stage() -> None:
    """Somebody of the office who looks at the list, with a view of his own."""
    world.ground()
    platform = accounts.found(world.ROOT, kind="platform", name="网单")
    stage.take_over([_CLERK])
    clerk = Person.objects.get(username=_CLERK)
    accounts.appoint(world.ROOT, platform.pk, person=clerk.pk, role="service")
    accounts.save_view(Call(actor_of(clerk)), desk="office", name="大额", conditions={"low": "500"})


def _faces() -> dict[str, Face]:
    """Who asks: the clerk, the keeper of the busiest shop, and the buyer with the most orders."""
    busiest = Order.objects.values("buyer").annotate(orders=Count("pk")).order_by("-orders", "buyer")[0]["buyer"]
    people = {
        "office": (Person.objects.get(username=_CLERK), "/office/orders", 40, ""),
        "shop": (Person.objects.get(username=_KEEPER), "/shop/orders", 40, "shop"),
        "buyer": (Person.objects.get(pk=busiest), "/me/orders", 10, "buyer"),
    }
    found = {}
    for who, (person, path, size, seat) in people.items():
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(person)
        found[who] = Face(path, size, seat, client, actor_of(person))
    return found


_RARE = (
    "UPDATE orders_order SET mark = 'red', remark = 'bench' WHERE id % 100 = 0 AND mark = ''",
    "UPDATE fulfilment_parcel SET status = 'lost' WHERE id % 5000 = 0 AND status IN ('handed_over', 'delivered')",
    "UPDATE inventory_hold SET status = 'short' WHERE status = 'active' AND id % 50 = 0",
    "UPDATE payments_refund SET status = 'intended', done_at = NULL WHERE id % 10 = 0",
    """
    INSERT INTO orders_change (root_id, order_id, person_id, reason, before, after, money, stock, parcels, at)
    SELECT o.root_id, o.id, o.buyer_id, 'bench', '{}', '{}', '{}', '[]', 0, o.placed_at FROM orders_order o
    WHERE o.id % 100 = 0 AND NOT EXISTS (SELECT 1 FROM orders_change c WHERE c.order_id = o.id)
    """,
    """
    INSERT INTO tasks_task (root_id, no, kind, ref, detail, role, due_at, status, opened_at, outcome)
    SELECT o.root_id, 'K' || substr(o.no, 2), 'orders.late', 'orders:' || o.no, '{}', 'service', o.placed_at, CASE WHEN o.closed_at IS NULL
        THEN 'open' ELSE 'done' END, o.placed_at, '' FROM orders_order o
    WHERE o.id % 20 = 0 AND NOT EXISTS (SELECT 1 FROM tasks_task t WHERE t.ref = 'orders:' || o.no)
    """,
)
"""What seeding leaves out because it has a story of its own: flags, lost parcels, missing pieces, refunds on their way, edits, tasks."""


def _settle() -> None:
    """Rare things too, and the database as it is after a quiet night."""
    with guards.exempt("bulk seeding of a bench"), connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for statement in _RARE:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def _copy(url: str) -> None:
    """The system as it is now, beside it under another name."""
    connections.close_all()
    with psycopg.connect(url, dbname="postgres", autocommit=True) as outside:
        outside.execute(f"CREATE DATABASE {_SMALL} TEMPLATE {connection.settings_dict['NAME']}")


def _turn_to(name: str) -> None:
    """All that follows asks this database."""
    connection.close()
    connection.settings_dict["NAME"] = name
