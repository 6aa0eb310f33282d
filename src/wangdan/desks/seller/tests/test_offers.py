"""A shop's offers at its desk, and the platform's in the office: tried before they are out, counted, paused, ended, given (D16.3)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.core import deals
from wangdan.accounts.models import Membership
from wangdan.checkout.tests.market import Market, buyer, market, person
from wangdan.kernel import clock, guards
from wangdan.promotions.models import Coupon, Level, Offer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Market:
    """A market with goods of its first shop."""
    made = market()
    made.sku(price=9900)
    return made


def seat(shop: Market, role: str, at: int | None = 0) -> Client:
    """Somebody at a desk: of a shop, or of the platform (None)."""
    someone, client = person(role), Client()
    with guards.exempt("tests arrange roles"):
        Membership.objects.create(person=someone, organisation=shop.platform if at is None else shop.shops[at], role=role)
        client.force_login(someone)
    return client


def form(**changed: Any) -> dict[str, Any]:
    """What one types for 满 100 减 15."""
    now = clock.now()
    typed = {"way": "reduction", "kind": "full", "name": "满百减十五", "full0": "100", "off0": "15", "scope": "all", "per_person": "1"}
    return typed | {"starts": f"{now:%Y-%m-%dT%H:%M}", "ends": f"{now + timedelta(days=9):%Y-%m-%dT%H:%M}"} | changed


def test_tried_made_paused_and_ended(shop: Market) -> None:
    """The preview makes nothing; what is wrong comes back at its field; the page counts and stops it."""
    owner = seat(shop, "shop_owner")
    tried = owner.post("/shop/offers/new", form(preview="1"))
    assert tried.status_code == 200
    assert "减 ¥15.00" in tried.content.decode()
    assert "还差 1.00" in tried.content.decode()
    wrong = owner.post("/shop/offers/new", form(off0="viel"))
    assert wrong.status_code == 422
    assert "金额填成" in wrong.content.decode()
    assert owner.post("/shop/offers/new", form(off0="100")).status_code == 422
    assert owner.post("/shop/offers/new", form(off0="100", preview="1")).status_code == 422, "what cannot be offered is not tried either"
    assert not Offer.objects.exists()
    made = owner.post("/shop/offers/new", form(), follow=True)
    assert "满 100 减 15" in made.content.decode()
    offer = Offer.objects.get()
    assert (offer.shop_id, offer.rungs, offer.status) == (shop.shops[0].pk, [[10000, 1500]], "running")
    for name, status in (("pause", "paused"), ("resume", "running"), ("end", "ended")):
        owner.post(f"/shop/offers/{offer.pk}/{name}")
        offer.refresh_from_db()
        assert offer.status == status
    assert "满百减十五" in owner.get("/shop/offers").content.decode()


def test_one_coupon_is_given_by_user_name(shop: Market) -> None:
    """To nobody: a note; to a buyer: one coupon."""
    owner, someone = seat(shop, "shop_owner"), buyer().person
    offer = deals.offer(shop.shops[0], listed=False)
    assert "没有这个用户名" in owner.post(f"/shop/offers/{offer.pk}/give", {"username": "nobody"}, follow=True).content.decode()
    assert "已发给" in owner.post(f"/shop/offers/{offer.pk}/give", {"username": someone.username}, follow=True).content.decode()
    assert Coupon.objects.get().person_id == someone.pk


def test_anothers_offer_is_not_there(shop: Market) -> None:
    """Neither at the other shop's desk, nor the shop's in the office's room, nor for buyers and clerks to change."""
    offer = deals.offer(shop.shops[0])
    assert seat(shop, "shop_owner", 1).get(f"/shop/offers/{offer.pk}").status_code == 404
    assert seat(shop, "shop_owner", 1).post(f"/shop/offers/{offer.pk}/end").status_code == 404
    assert seat(shop, "admin", None).get(f"/office/offers/{offer.pk}").status_code == 404
    assert seat(shop, "shop_clerk").post(f"/shop/offers/{offer.pk}/end").status_code == 403
    assert seat(shop, "warehouse").get("/shop/offers").status_code == 403
    assert seat(shop, "finance", None).get("/office/offers").status_code == 403
    offer.refresh_from_db()
    assert offer.status == "running"


def test_the_office_has_its_own_and_the_levels(shop: Market) -> None:
    """A coupon of the platform with budget and code, and a level that administrators set."""
    office = seat(shop, "admin", None)
    fields = form(
        way="coupon",
        kind="percent",
        off0="10",
        cap="50",
        budget="1000",
        most="20",
        days="7",
        code="neu2026",
        scope="shops",
        to_shops=str(shop.shops[1].pk),
    )
    assert office.post("/office/offers/new", fields, follow=True).status_code == 200
    offer = Offer.objects.get()
    assert (offer.shop_id, offer.cap, offer.budget, offer.most, offer.days, offer.code) == (None, 5000, 100_000, 20, 7, "NEU2026")
    assert (offer.scope, offer.targets, offer.listed) == ("shops", [shop.shops[1].pk], False)
    office.post("/office/offers/levels", {"name": "银卡", "spent_from": "1000", "percent_off": "2", "points_percent": "110"})
    assert "银卡" in office.get("/office/offers").content.decode()
    office.post("/office/offers/levels", {"name": "金卡", "spent_from": "9000", "percent_off": "99", "points_percent": "110"})
    assert Level.objects.count() == 1
    assert seat(shop, "service", None).post("/office/offers/levels", {"name": "x"}).status_code == 403


def test_the_office_names_goods_of_any_shop(shop: Market) -> None:
    """By number or by the address of their pages; a word that is neither, and goods that are not there, make nothing."""
    office, (one, two) = seat(shop, "supervisor", None), (shop.sku(price=5000).product_id, shop.sku(price=5000).product_id)
    assert 'name="to_products"' in office.get("/office/offers/new").content.decode()
    wrong = office.post("/office/offers/new", form(scope="products", to_products="椅子"))
    assert (wrong.status_code, "填商品编号" in wrong.content.decode()) == (422, True)
    assert office.post("/office/offers/new", form(scope="products", to_products="987654321")).status_code == 422
    assert not Offer.objects.exists()
    office.post("/office/offers/new", form(scope="products", to_products=f"{one}， https://shop.example/p/{two}?from=share"))
    assert sorted(Offer.objects.get().targets) == sorted([one, two])


def test_the_list_costs_the_same_however_many(shop: Market) -> None:
    """Twenty offers take no more statements than one."""
    owner = seat(shop, "shop_owner")
    counts = []
    for more in (1, 19):
        for _ in range(more):
            deals.offer(shop.shops[0])
        with CaptureQueriesContext(connection) as seen:
            owner.get("/shop/offers")
        counts.append(len(seen))
    assert counts[0] >= counts[1] - 1
