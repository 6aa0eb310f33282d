"""The OpenAPI document: complete, true for every call that a machine makes up from it (schemathesis), and a page to read."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from tests.core import deals
from wangdan.accounts.models import Person
from wangdan.checkout.tests.market import Buyer, Market, buyer, market, member
from wangdan.desks.api import openapi
from wangdan.desks.api.tests.caller import Caller, bearer, well_said
from wangdan.desks.api.urls import api

pytestmark = pytest.mark.django_db(transaction=True)

CALLS = [f"{method.upper()} {path}" for path, methods in openapi.document(api)["paths"].items() for method in methods]
CONTRACT = """
POST auth/codes, POST auth/register, POST auth/login, POST auth/logout, GET categories, GET products, GET products/{id}, GET cart, POST cart/lines,
PATCH cart/lines/{line}, DELETE cart/lines/{line}, GET addresses, POST addresses, PATCH addresses/{id}, DELETE addresses/{id}, POST addresses/parse, POST files,
POST checkout/quote, POST checkout/place, GET orders, GET orders/{no}, GET orders/{no}/timeline, GET orders/{no}/parcels, POST orders/{no}/{move},
POST parcels/{no}/{move}, POST hooks/payments/{gateway}, POST hooks/carriers/{carrier}
"""
"""What the contract lists and this release does."""
FEW, MANY = 8, 60


class Place:
    """A market with an order and a parcel in it, and people of every kind who call."""

    def __init__(self) -> None:
        """Build it by calls."""
        self.shop: Market = market()
        self.buyer: Buyer = buyer()
        owner = Person.objects.get(pk=member(self.shop.shops[0], "shop_owner").id)
        office = Person.objects.get(pk=member(self.shop.platform, "admin").id)
        caller, seller = Caller(self.buyer.person), Caller(owner)
        skus = [self.shop.sku(price=1000, stock=10_000) for _ in range(2)]
        body = {"lines": [{"sku": skus[0].pk, "quantity": 1}], "address": self.buyer.address.pk, "payment_method": "cod"}
        total = caller.post("/checkout/quote", body).json()["total"]
        first, second = (caller.post("/checkout/place", body | {"expected_total": total}).json()["orders"][0]["no"] for _ in range(2))
        parcel = seller.post(f"/orders/{first}/accept").json()["parcels"][0]["no"]
        line = caller.post("/cart/lines", {"sku": skus[1].pk, "quantity": 1}).json()["lines"][0]["id"]
        self.people = [self.buyer.person, owner, office]
        self.known: dict[str, list[Any]] = {
            "no": [first, second, parcel],
            "id": [skus[0].product_id, self.buyer.address.pk],
            "line": [line],
            "offer": [deals.offer().pk],
            "code": ["SKU-1", "nobody"],
            "move": [
                "put_on_sale",
                "take_off_sale",
                "archive",
                "accept",
                "decline",
                "cancel",
                "change_address",
                "confirm_receipt",
                "pick",
                "inspect",
                "pack",
                "hand_over",
                "take_back",
                "collect",
            ],
            "gateway": ["sandbox"],
            "carrier": ["sf"],
        }

    def headers(self) -> list[dict[str, str]]:
        """Those of a stranger and of everybody; whoever logged out by accident is in again."""
        return [{}, *map(bearer, self.people)]


@pytest.fixture
def place() -> Iterator[Place]:
    """The market; the language of the last call goes with it."""
    yield Place()
    translation.deactivate()


def test_the_document_lists_what_the_contract_promises() -> None:
    """Every call of the contract is there, each names its refusals, each POST its key; the page shows them all."""
    document = Client().get("/api/v1/openapi.json").json()
    wanted = {" /api/v1/".join(call.split()) for call in CONTRACT.replace("\n", " ").split(",")}
    assert wanted <= set(CALLS)
    assert document == json.loads(json.dumps(openapi.document(api)))
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            assert {"401", "404", "409", "422"} <= set(call["responses"]), path
            assert bool(call["summary"]), path
            keyed = "Idempotency-Key" in {each["name"] for each in call["parameters"]}
            assert keyed == (method == "post" and "/hooks/" not in path), path
    page = Client().get("/api/v1/docs")
    shown = page.content.decode()
    assert (page.status_code, [path for path in document["paths"] if f"<code>{path}</code>" not in shown]) == (200, [])


@pytest.mark.parametrize("path", ["", "nonsense", "orders/", "products/1/more", "docs/x"])
def test_paths_and_methods_that_are_not_there(path: str) -> None:
    """404 and 405 in the shape of every refusal."""
    answer = Client().get(f"/api/v1/{path}")
    well_said(answer)
    assert answer.status_code == 404
    wrong = Client().put("/api/v1/products")
    well_said(wrong)
    assert (wrong.status_code, wrong["Allow"], wrong.json()["code"]) == (405, "GET", "kernel.method_unknown")


def call_made_up(place: Place, call: str, many: int) -> None:
    """Calls made up from the document, by strangers and people, with known ids as often as with any."""
    schema = schemathesis.openapi.from_dict(openapi.document(api))
    schema.app = get_wsgi_application()
    method, path = call.split()
    modes = st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    operation, headers = schema[path][method], place.headers()

    @settings(
        max_examples=many, deadline=None, database=None, derandomize=many == FEW, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=data.draw(modes)))
        for name in case.path_parameters or {}:
            if data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(st.sampled_from(place.known[name]))
        answer = case.call(headers=data.draw(st.sampled_from(headers)))
        assert answer.status_code < 500, (case.as_curl_command(), answer.text)
        if answer.status_code >= 400 and answer.content:
            said = answer.json()
            assert set(said) == {"code", "message", "detail"}, (case.as_curl_command(), said)

    run()


def test_no_call_breaks_it(place: Place) -> None:
    """No 500, whatever a machine thinks of; a few examples per call, the same every time, on one market."""
    for call in CALLS:
        call_made_up(place, call, FEW)


@pytest.mark.long
@pytest.mark.parametrize("call", CALLS)
def test_no_call_of_many_breaks_it(place: Place, call: str) -> None:
    """The same, many times more and anew every time."""
    call_made_up(place, call, MANY)
