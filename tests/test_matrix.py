"""Role × address × method: who gets into which page and call, every cell declared; an address nobody declared fails the test."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image
from pytest_django import DjangoDbBlocker

from tests import matrix
from wangdan.accounts.models import Address
from wangdan.catalogue.models import Picture, Sheet
from wangdan.checkout.models import CartLine
from wangdan.delivery.models import FreightTemplate
from wangdan.desks.api.tests.caller import bearer
from wangdan.desks.api.urls import api
from wangdan.desks.tests.furnishing import furnished
from wangdan.desks.warehouse.tests.trade import ROOT, Trade
from wangdan.files import operations as files
from wangdan.files.models import File
from wangdan.files.rules import encode
from wangdan.fulfilment.models import Manifest, Parcel, Photo, Wave
from wangdan.inventory.models import Arrival, CountList
from wangdan.notices.models import Notice
from wangdan.orders.models import Audit, Order, Run
from wangdan.payments.models import Payment, Refund
from wangdan.policy.models import Blocked, Rule
from wangdan.promotions.models import Offer
from wangdan.shops.models import Application, Invitation
from wangdan.site.demo.shops import apply
from wangdan.tasks import operations as tasks
from wangdan.tasks.models import Approval, Task

pytestmark = pytest.mark.django_db

_ANGLES = str.maketrans("{}", "<>")
_NAMED = re.compile(r"\(\?P(<\w+>)[^)]*\)")
"""A variable part that is written as an expression."""
_SHUT = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Every address of the URL configuration."""
    for each in patterns:
        path = prefix + _NAMED.sub(r"\1", str(each.pattern))
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, path)
        else:
            yield path if path in matrix.ELSEWHERE else path.strip("^$").replace("\\", "")


def requests() -> list[tuple[str, str]]:
    """Every address with each method it could be asked by: pages by GET and POST, calls by their own."""
    views = {path: view for _prefix, router in api._routers for path, view in router.path_operations.items()}
    calls = {f"api/v1{path}".translate(_ANGLES): sorted({one for each in view.operations for one in each.methods}) for path, view in views.items()}
    every = [path for path in dict.fromkeys(addresses(get_resolver().url_patterns)) if path not in matrix.ELSEWHERE]
    return [(method, path) for path in every for method in calls.get(path, ("GET", "POST"))]


@pytest.fixture(scope="module")
def trade(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Trade]:
    """Something of every kind, once for all tests of the file; the buyer wants to sell, too."""
    del django_db_setup
    whole = transaction.atomic()
    whole._from_testcase = True  # as Django's own test cases say that a durable block may begin within
    with django_db_blocker.unblock(), whole:
        made = furnished()
        apply(made.world, "buyer", "陈晓禾", "晓禾手作", "13800006021")
        yield made
        transaction.set_rollback(True)


def samples(trade: Trade) -> dict[str, str]:
    """What stands for the variable parts of an address: things of the buyer, the first shop, the platform and its warehouse."""
    order = Order.objects.filter(buyer=trade.world.people["buyer"], shop=trade.world.shops[0], status="awaiting_acceptance").latest("pk")
    return _bought(trade, order) | _stored(trade) | _decided(trade) | _offered(trade) | _asked(trade, order)


def _bought(trade: Trade, order: Order) -> dict[str, str]:
    """The buyer's."""
    buyer = trade.world.people["buyer"]
    audits = Audit.objects.filter(status="open")
    picture = encode(Image.new("RGB", (400, 400)))
    return {
        "order": order.no,
        "asked": audits.exclude(asked_at=None).get().order.no,
        "audited": audits.get(asked_at=None).order.no,
        "payment": Payment.objects.latest("pk").no,
        "address": str(Address.objects.filter(person=buyer).earliest("pk").pk),
        "notice": str(Notice.objects.filter(person=buyer).earliest("pk").pk),
        "line": str(CartLine.objects.earliest("pk").pk),
        "invitation": str(Invitation.objects.get(status="open").pk),
        "file": str(files.upload(trade.world.call("buyer"), picture=picture, public=False).pk),
        "sha": File.objects.filter(public=True).latest("pk").sha256,
    }


def _stored(trade: Trade) -> dict[str, str]:
    """The platform's warehouse's."""
    house = trade.world.warehouses[0]
    parcel = Parcel.objects.filter(status="planned", warehouse=house).earliest("pk")
    wave = Wave.objects.get(status="picking")
    count = CountList.objects.get(closed_at=None)
    return {
        "house": str(house.pk),
        "parcel": parcel.no,
        "parcel_line": str(parcel.lines.earliest("pk").pk),
        "gone": Parcel.objects.get(status="lost").no,
        "photo": str(Photo.objects.get().pk),
        "wave": wave.no,
        "manifest": Manifest.objects.get(closed_at=None).no,
        "arrival": Arrival.objects.get(status="announced").no,
        "count": count.no,
        "count_line": str(count.lines.earliest("pk").pk),
        "wave_line": str(wave.places.earliest("box").parcel.lines.earliest("pk").pk),
        "house_task": Task.objects.filter(status="open", role="warehouse").earliest("pk").no,
    }


def _decided(trade: Trade) -> dict[str, str]:
    """The office's."""
    return {
        "refund": Refund.objects.earliest("pk").no,
        "run": Run.objects.get(person=trade.world.people["service"], kind="mark").no,
        "export": Run.objects.get(person=trade.world.people["service"], kind="export").no,
        "shop_run": Run.objects.get(person=trade.world.people["seller"], kind="export").no,
        "person": str(trade.world.people["buyer2"].pk),
        "application": str(Application.objects.get(person=trade.world.people["buyer"]).pk),
        "approval": Approval.objects.get().no,
        "rule": str(Rule.objects.earliest("pk").pk),
        "blocked": str(Blocked.objects.get().pk),
        "platform_offer": str(Offer.objects.filter(shop=None).earliest("pk").pk),
    }


def _offered(trade: Trade) -> dict[str, str]:
    """The first shop's."""
    shop = trade.world.shops[0]
    return {
        "product": str(trade.green.product_id),
        "sku": str(trade.green.pk),
        "code": trade.green.code,
        "category": trade.green.product.category.slug,
        "picture": str(Picture.objects.earliest("pk").pk),
        "sheet": str(Sheet.objects.get(status="checked").pk),
        "template": str(FreightTemplate.objects.filter(shop=shop).earliest("pk").pk),
        "offer": str(Offer.objects.filter(shop=shop, way="coupon", listed=True).earliest("pk").pk),
    }


def _asked(trade: Trade, order: Order) -> dict[str, str]:
    """Tasks."""
    shop = trade.world.shops[0]
    short = {"warehouse_name": "嘉兴仓", "pieces": 1}
    return {
        "office_task": tasks.open(ROOT, kind="orders.parcel_out_of_turn", ref=order.ref, role="service", detail={"parcel": "P26ABCDEFGHJ"}).no,
        "shop_task": tasks.open(ROOT, kind="inventory.short", ref=order.ref, role="shop_owner", organisation_id=shop.pk, detail=short).no,
    }


def filled(path: str, found: dict[str, str]) -> str:
    """The address with its variable parts filled in."""
    parts = next((parts for beginning, parts in matrix.PARTS if path.startswith(beginning)), ())
    for part in parts:
        path = re.sub(r"<[^>]+>", found.get(part, part), path, count=1)
    assert "<" not in path, path
    query = {name: found.get(value, value) for name, value in matrix.QUERIES.get(path, {}).items()}
    return f"/{path}?{urlencode(query)}" if query else f"/{path}"


def fingerprints() -> dict[str, tuple[int, int]]:
    """How many rows each table has, and what stands in them; but for the trace of who is logged in."""
    names = [name for name in connection.introspection.table_names() if name not in matrix.TRACES]
    told = " UNION ALL ".join(f"SELECT '{name}', count(*), coalesce(sum(hashtext(t::text)), 0) FROM {name} t" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(told)
        return {name: (count, hashed) for name, count, hashed in cursor.fetchall()}


def came_in(answer: HttpResponse) -> bool:
    """Whether the answer is the page's own, not the house's no."""
    return answer.status_code not in _SHUT and not answer.get("Location", "").startswith("/login")


def tried(client: Client, method: str, path: str, sent: dict[str, Any], headers: dict[str, str], *, undo: bool = True) -> HttpResponse:
    """One request of which nothing stays, unless it is to be seen whether anything does."""
    cookies = client.cookies.copy()
    point = transaction.savepoint()
    if path.startswith("/api/"):
        answer = client.generic(method, path, json.dumps(sent), content_type="application/json", headers=headers)
    else:
        answer = client.post(path, sent) if method == "POST" else client.get(path)
    if answer.streaming:
        b"".join(answer.streaming_content)
    if undo:
        transaction.savepoint_rollback(point)
    client.cookies = cookies
    return answer


def sent(path: str, found: dict[str, str]) -> dict[str, Any]:
    """What goes with a POST, so that it comes as far as the question who may."""
    said = next((said for beginning, said in matrix.SENT if path.startswith(beginning)), {})
    filled_in = {name: found.get(value, value) if isinstance(value, str) else value for name, value in said.items()}
    return {
        name: int(found[said[name]]) if path.startswith("api/") and said[name] in ("sku", "address", "house") else value
        for name, value in filled_in.items()
    }


def entered(trade: Trade) -> dict[str, frozenset[str]]:
    """Who gets in, by method and address."""
    found, seen = samples(trade), {}
    clients = {seat: trade.seat(person) if person else Client() for seat, person in matrix.SEATS.items()}
    tokens = {seat: bearer(trade.world.people[person]) if person else {} for seat, person in matrix.SEATS.items()}
    for method, path in requests():
        into = set()
        for seat, client in clients.items():
            answer = tried(client, method, filled(path, found), sent(path, found), tokens[seat])
            assert answer.status_code != HTTPStatus.INTERNAL_SERVER_ERROR, (seat, method, path)
            if came_in(answer):
                into.add(seat)
        seen[f"{method} {path}"] = frozenset(into)
    return seen


def test_every_cell_is_as_declared(trade: Trade) -> None:
    """Each seat tries each address by each method; who gets in is what the table says."""
    seen, declared = entered(trade), matrix.declared()
    import pathlib

    pathlib.Path("/tmp/h_seen.json").write_text(__import__("json").dumps({k: sorted(v) for k, v in seen.items()}))
    assert {cell: sorted(who) for cell, who in seen.items() if who and cell not in declared} == {}, "undeclared"
    assert declared.keys() - seen.keys() == set(), "declared, but not there"
    assert {cell: (sorted(seen[cell]), sorted(who)) for cell, who in declared.items() if seen[cell] != who} == {}, "seen, declared"


def test_a_foreign_thing_is_not_there(trade: Trade) -> None:
    """Another buyer and another shop, by the numbers of what is not theirs: 404 by every method, page and call, and no row of any table changes."""
    found, answers, tries = samples(trade), {}, 0
    seats = {seat: (trade.seat(matrix.SEATS[seat]), bearer(trade.world.people[matrix.SEATS[seat]])) for seat in matrix.FOREIGN}
    before = fingerprints()
    for cell, who in matrix.declared().items():
        method, path = cell.split(" ", 1)
        for seat in [seat for seat, places in matrix.FOREIGN.items() if seat not in who and not who <= matrix.OFFICE and path.startswith(places)]:
            answer = tried(seats[seat][0], method, filled(path, found), sent(path, found), seats[seat][1], undo=False)
            tries += 1
            if answer.status_code != HTTPStatus.NOT_FOUND:
                answers[seat, cell] = answer.status_code
    after = fingerprints()
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}
    assert answers == {}
    assert tries > 100
