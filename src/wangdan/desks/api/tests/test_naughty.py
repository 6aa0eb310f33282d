"""Hostile and odd texts through every text field of the API: no 500, and what is kept comes back as the text it was."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from wangdan.accounts.models import Person, Tally
from wangdan.accounts.rules import tidy
from wangdan.checkout.tests.market import Buyer, Market, buyer, market, member
from wangdan.desks.api.tests.caller import Caller
from wangdan.kernel import guards
from wangdan.kernel.errors import Malformed

pytestmark = pytest.mark.django_db(transaction=True)

DATA = Path(__file__).resolve().parents[5] / "tests" / "data" / "naughty"
TEXTS = [entry["s"] for name in ("blns", "sqli", "xss", "formula") for entry in json.loads((DATA / f"{name}.json").read_text("utf-8"))]
GOOD = "grüne-lampe-7429"
HOME = {
    "name": "陈晓禾",
    "phone": "13800006021",
    "province": "浙江省",
    "city": "杭州市",
    "district": "余杭区",
    "street": "仓前街道",
    "detail": "云溪路 20 号",
}

Field = Callable[["Desk", str], None]


class Desk:
    """A buyer, a shop and an order on which texts are tried."""

    def __init__(self) -> None:
        """Build it by calls."""
        shop: Market = market()
        one: Buyer = buyer()
        self.me, self.nobody = Caller(one.person), Caller()
        self.seller = Caller(Person.objects.get(pk=member(shop.shops[0], "shop_owner").id))
        self.sku, self.address = shop.sku(price=1000, stock=100_000).pk, one.address.pk
        self.order = self.place("")["orders"][0]["no"]
        self.parcel = self.seller.post(f"/orders/{self.order}/accept").json()["parcels"][0]["no"]
        self.waiting = self.place("")["orders"][0]["no"]

    def wish(self, **more: Any) -> dict[str, Any]:
        """A body of quote or place."""
        return {"lines": [{"sku": self.sku, "quantity": 1}], "address": self.address, "payment_method": "cod", "expected_total": 2000, **more}

    def place(self, note: str) -> dict[str, Any]:
        """An order with a note."""
        answer = self.me.post("/checkout/place", self.wish(note=note))
        assert answer.status_code == 201, answer.content
        return dict(answer.json())


def kept(text: str, longest: int) -> str | None:
    """How the text is kept; None when it is too long or cannot be."""
    try:
        return None if "\x00" in text else tidy(text, longest)
    except Malformed:
        return None


def address_part(name: str, longest: int) -> Field:
    """A field of an address: kept as it is, or refused; where it must name a division, refused."""

    def tried(desk: Desk, text: str) -> None:
        answer = desk.me.patch(f"/addresses/{desk.address}", HOME | {name: text})
        wanted = kept(text, longest)
        if answer.status_code == 200 and longest and name in ("name", "street", "detail"):
            assert answer.json()[name] == wanted
        else:
            assert answer.status_code == 422, answer.content
            assert not longest or not wanted, text

    return tried


def note(desk: Desk, text: str) -> None:
    """The note of an order: what is kept is read by buyer and shop as it is."""
    wanted = kept(text, 200)
    answer = desk.me.post("/checkout/place", desk.wish(note=text))
    assert answer.status_code == (422 if wanted is None else 201), answer.content
    if wanted is not None:
        no = answer.json()["orders"][0]["no"]
        assert [caller.get(f"/orders/{no}").json()["note"] for caller in (desk.me, desk.seller)] == [wanted, wanted]


def reason(desk: Desk, text: str) -> None:
    """Why an order is called off or declined; read in the order and on its time line."""
    for move, caller in (("cancel", desk.me), ("decline", desk.seller)):
        no = desk.place("")["orders"][0]["no"]
        answer = caller.post(f"/orders/{no}/{move}", {"reason": text})
        if answer.status_code == 200:
            assert answer.json()["reason"] == kept(text, 1000)
        else:
            assert answer.status_code == 422, answer.content
        assert caller.get(f"/orders/{no}/timeline").status_code == 200


def unlocked() -> None:
    """As if nobody had failed before, so that a lock never answers in place of the field."""
    with guards.exempt("the locks are over"):
        Tally.objects.all().delete()


def registration(desk: Desk, text: str) -> None:
    """User name, phone, code and password of somebody new."""
    unlocked()
    for name in ("username", "phone", "code", "password"):
        answer = desk.nobody.post("/auth/register", {"username": "somebody", "password": GOOD, "accept_terms": True, "phone": "", name: text})
        assert answer.status_code in (201, 409, 422), (name, answer.content)


def log_in(desk: Desk, text: str) -> None:
    """User name, phone, password and code of somebody who says he is known."""
    unlocked()
    for name in ("username", "phone", "password", "code"):
        answer = desk.nobody.post("/auth/login", {"username": "nobody", "password": GOOD, name: text})
        assert answer.status_code in (401, 422), (name, answer.content)
    for body in ({"phone": text, "purpose": "login"}, {"phone": "13800001111", "purpose": text}, {"email": text, "purpose": "email"}):
        assert desk.nobody.post("/auth/codes", body).status_code in (200, 422)


def passwords(desk: Desk, text: str) -> None:
    """The old one, the new one, and the code of a reset."""
    unlocked()
    for body in ({"old": text, "new": GOOD}, {"old": GOOD, "new": text}):
        assert desk.me.post("/auth/password", body).status_code == 422
    for name in ("phone", "code", "new"):
        assert desk.nobody.post("/auth/reset", {"phone": "13800001111", "code": "123456", "new": GOOD, name: text}).status_code == 422


def queries(desk: Desk, text: str) -> None:
    """Every text of a query: words, categories, sorts, states, moments, cursors."""
    said = quote(text, safe="", errors="surrogatepass")
    for path in ("/products?q=", "/products?category=", "/products?sort=", "/products?cursor=", "/divisions?parent="):
        assert desk.nobody.get(path + said).status_code in (200, 422), path
    for path in (
        "/orders?q=",
        "/orders?status=",
        "/orders?from=",
        "/orders?to=",
        "/orders?cursor=",
        "/parcels?status=",
        "/parcels?cursor=",
        "/addresses?cursor=",
    ):
        for caller in (desk.me, desk.seller):
            assert caller.get(path + said).status_code in (200, 422), path


def paths(desk: Desk, text: str) -> None:
    """A text in place of a number or move."""
    said = quote(text, safe="", errors="surrogatepass")
    for path in (f"/orders/{said}", f"/orders/{said}/timeline", f"/parcels/{said}", f"/products/{said}", f"/files/{said}"):
        assert desk.me.get(path).status_code in (404, 405, 422) or not text.strip("/."), path
    for path in (f"/orders/{desk.waiting}/{said}", f"/orders/{said}/accept", f"/parcels/{desk.parcel}/{said}", f"/hooks/payments/{said}"):
        assert desk.seller.post(path, {}).status_code in (401, 404, 405, 422), path


def bodies(desk: Desk, text: str) -> None:
    """Ways to send, to pay, carriers, codes, secrets, pasted texts, and a body that is the text itself."""
    assert desk.me.post("/addresses/parse", {"text": text}).status_code in (200, 422)
    for name in ("delivery", "payment_method", "coupon", "points", "slot", "pickup_point", "address", "lines"):
        assert desk.me.post("/checkout/quote", desk.wish(**{name: text})).status_code in (200, 409, 422), name
    assert desk.me.post("/cart/merge", {"token": text}).status_code in (200, 404, 422)
    for move in ("hand_over", "collect"):
        assert desk.seller.post(f"/parcels/{desk.parcel}/{move}", {"carrier": text, "code": text}).status_code in (404, 409, 422), move
    for path in ("/checkout/quote", "/auth/login", "/cart/lines", f"/orders/{desk.waiting}/change_address"):
        assert desk.me.post(path, text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")).status_code in (401, 422), path
    assert desk.me.upload(text.encode("utf-8", "surrogatepass")).status_code == 422


FIELDS: list[Field] = [
    address_part("name", 40),
    address_part("detail", 200),
    address_part("street", 60),
    address_part("phone", 0),
    address_part("district", 0),
    note,
    reason,
    registration,
    log_in,
    passwords,
    queries,
    paths,
    bodies,
]


def test_the_texts_are_there() -> None:
    """All four lists."""
    assert len(TEXTS) == 572


def test_no_text_breaks_a_field() -> None:
    """Every text goes through a field, every field sees texts of every list; the long test makes it all of all."""
    desk = Desk()
    for at, text in enumerate(TEXTS):
        FIELDS[at % len(FIELDS)](desk, text)
    translated = desk.me.get("/orders?limit=100", accept_language="en")
    assert translated.status_code == 200


@pytest.mark.long
@pytest.mark.parametrize("field", FIELDS)
def test_no_text_breaks_any_field(field: Field) -> None:
    """Every text through every field."""
    desk = Desk()
    for text in TEXTS:
        field(desk, text)
