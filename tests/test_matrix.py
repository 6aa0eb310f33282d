"""Role × address × method: who gets into which page and call, every cell declared; an address nobody declared fails the test."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image

from tests import matrix
from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Address
from wangdan.checkout.models import CartLine
from wangdan.desks.api.tests.caller import bearer
from wangdan.desks.api.urls import api
from wangdan.desks.tests import crawling
from wangdan.desks.warehouse.tests.trade import ROOT, Trade
from wangdan.files import operations as files
from wangdan.files.rules import encode
from wangdan.fulfilment.models import Parcel
from wangdan.notices.models import Notice
from wangdan.orders.models import Order, Run
from wangdan.payments.models import Payment, Refund
from wangdan.tasks import operations as tasks

pytestmark = pytest.mark.django_db

_ANGLES = str.maketrans("{}", "<>")
_SHUT = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Every address of the URL configuration."""
    for each in patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, path)
        else:
            yield path


def requests() -> list[tuple[str, str]]:
    """Every address with each method it could be asked by: pages by GET and POST, calls by their own."""
    views = {path: view for _prefix, router in api._routers for path, view in router.path_operations.items()}
    calls = {f"api/v1{path}".translate(_ANGLES): sorted({one for each in view.operations for one in each.methods}) for path, view in views.items()}
    every = [path for path in dict.fromkeys(addresses(get_resolver().url_patterns)) if path not in matrix.ELSEWHERE]
    return [(method, path) for path in every for method in calls.get(path, ("GET", "POST"))]


@pytest.fixture
def trade() -> Trade:
    """Something of every kind, and a clerk of the first shop."""
    made = crawling.furnished()
    accounts.appoint(ROOT, made.world.shops[0].pk, person=made.world.person("clerk").pk, role="shop_clerk")
    return made


def samples(trade: Trade) -> dict[str, str]:
    """What stands for the variable parts of an address, by its beginning: things of the buyer, the first shop, the platform's warehouse."""
    order = Order.objects.filter(buyer=trade.world.people["buyer"], shop=trade.world.shops[0], status="awaiting_acceptance").latest("pk")
    parcel = Parcel.objects.filter(status="planned", warehouse=trade.world.warehouses[0]).earliest("pk")
    return {
        "order": order.no,
        "parcel": parcel.no,
        "payment": Payment.objects.latest("pk").no,
        "refund": Refund.objects.earliest("pk").no,
        "office_task": tasks.open(ROOT, kind="orders.parcel_out_of_turn", ref=order.ref, role="service", detail={"parcel": parcel.no}).no,
        "shop_task": tasks.open(
            ROOT,
            kind="inventory.short",
            ref=order.ref,
            role="shop_owner",
            organisation_id=order.shop_id,
            detail={"warehouse_name": "嘉兴仓", "pieces": 1},
        ).no,
        "product": str(trade.green.product_id),
        "sku": str(trade.green.pk),
        "address": str(Address.objects.filter(person=trade.world.people["buyer"]).earliest("pk").pk),
        "notice": str(Notice.objects.filter(person=trade.world.people["buyer"]).earliest("pk").pk),
        "line": str(CartLine.objects.earliest("pk").pk),
        "parcel_line": str(parcel.lines.earliest("pk").pk),
        "run": Run.objects.earliest("pk").no,
        "category": trade.green.product.category.slug,
        "file": str(files.upload(trade.world.call("buyer"), picture=encode(Image.new("RGB", (400, 400))), public=False).pk),
    }


def filled(path: str, found: dict[str, str]) -> str:
    """The address with its variable parts filled in."""
    parts = next((parts for beginning, parts in matrix.PARTS if path.startswith(beginning)), ())
    for part in parts:
        path = re.sub(r"<[^>]+>", found.get(part, part), path, count=1)
    return "/" + path


def came_in(answer: HttpResponse) -> bool:
    """Whether the answer is the page's own, not the house's no."""
    return answer.status_code not in _SHUT and not answer.get("Location", "").startswith("/login")


def tried(client: Client, method: str, path: str, sent: dict[str, Any], headers: dict[str, str]) -> HttpResponse:
    """One request of which nothing stays."""
    cookies = client.cookies.copy()
    point = transaction.savepoint()
    if path.startswith("/api/"):
        answer = client.generic(method, path, json.dumps(sent), content_type="application/json", headers=headers)
    else:
        answer = client.post(path, sent) if method == "POST" else client.get(path)
    transaction.savepoint_rollback(point)
    client.cookies = cookies
    return answer


def sent(path: str, found: dict[str, str]) -> dict[str, Any]:
    """What goes with a POST, so that it comes as far as the question who may."""
    said = next((said for beginning, said in matrix.SENT if path.startswith(beginning)), {})
    filled_in = {name: found.get(value, value) if isinstance(value, str) else value for name, value in said.items()}
    return {
        name: int(found[said[name]]) if path.startswith("api/") and said[name] in ("sku", "address") else value for name, value in filled_in.items()
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
    assert {cell: sorted(who) for cell, who in seen.items() if who and cell not in declared} == {}, "undeclared"
    assert declared.keys() - seen.keys() == set(), "declared, but not there"
    assert {cell: (sorted(seen[cell]), sorted(who)) for cell, who in declared.items() if seen[cell] != who} == {}, "seen, declared"
