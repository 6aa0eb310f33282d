"""Every list of every desk and of the API: as many SQL statements with thirty rows as with three, and never more than its budget."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests import matrix
from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Address
from wangdan.catalogue import operations as catalogue
from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.delivery import operations as delivery
from wangdan.delivery.rules import Tariff, Window
from wangdan.desks.api.tests.caller import bearer
from wangdan.desks.seller import goods_table
from wangdan.desks.tests.furnishing import bought, furnished, worked
from wangdan.desks.warehouse.tests.trade import ROOT, Trade
from wangdan.fulfilment import operations as fulfilment
from wangdan.inventory import operations as inventory
from wangdan.kernel import clock
from wangdan.kernel.errors import Refused
from wangdan.kernel.sayings import PLAIN, saying
from wangdan.orders import operations as orders
from wangdan.payments import operations as payments
from wangdan.policy import operations as policy
from wangdan.policy import risk
from wangdan.policy.models import Rule
from wangdan.promotions import operations as offers
from wangdan.promotions.rules.offers import Draft
from wangdan.shops import operations as shops
from wangdan.site import world
from wangdan.site.demo.shops import apply

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 30
SEATS = {"office": "admin", "shop": "owner", "warehouse": "keeper", "api/v1/shop": "owner", "api/v1/parcels": "keeper"}
"""Who looks, by the beginning of the address; all else is looked at by the buyer."""
BUDGETS: dict[str, int] = {
    "": 15, "api/v1/addresses": 3, "api/v1/arrivals": 3, "api/v1/auth/me": 3, "api/v1/cart": 5, "api/v1/categories": 3, "api/v1/counts": 3,
    "api/v1/coupons": 3, "api/v1/divisions": 3, "api/v1/docs": 5, "api/v1/manifests": 3, "api/v1/me/coupons": 3, "api/v1/me/points": 8,
    "api/v1/notices": 4, "api/v1/openapi.json": 0, "api/v1/orders": 9, "api/v1/parcels": 6, "api/v1/products": 6, "api/v1/shop/products": 6,
    "api/v1/warehouses": 3, "api/v1/waves": 3, "apply": 7, "apply/regions": 3, "cart": 8, "categories": 7, "checkout": 14, "coupons": 7,
    "forgot": 5, "login": 5, "me": 10, "me/addresses": 6, "me/addresses/new": 6, "me/addresses/regions": 3, "me/coupons": 7, "me/email": 6,
    "me/invitations": 7, "me/messages": 6, "me/orders": 9, "me/password": 5, "me/payment-password": 7, "me/phone": 6, "me/points": 12,
    "me/profile": 8, "metrics": 1, "office": 6, "office/applications": 8, "office/approvals": 6, "office/audit": 7, "office/blocked": 6,
    "office/carriers": 7, "office/carriers/points": 7, "office/carriers/slots": 7, "office/find": 5, "office/jobs": 10, "office/messages": 9,
    "office/offers": 10, "office/offers/new": 8, "office/options": 6, "office/people": 7, "office/orders": 10, "office/orders/new": 5, "office/refunds": 10,
    "office/rules": 7, "office/rules/new": 5, "office/runs": 6, "office/statistics": 10, "office/synonyms": 8, "office/transfers": 8,
    "procedures/": 5, "register": 7, "robots.txt": 0, "search": 7, "search/words": 0, "shop": 10, "shop/customers": 10, "shop/find": 6,
    "shop/freight": 10, "shop/freight/points": 9, "shop/freight/slots": 8, "shop/offers": 10, "shop/offers/new": 9, "shop/orders": 10,
    "shop/people": 11, "shop/products": 11, "shop/products/new": 10, "shop/products/sheets": 9, "shop/runs": 7, "shop/statistics": 9,
    "warehouse": 9, "warehouse/arrivals": 7, "warehouse/bins": 4, "warehouse/counts": 8, "warehouse/low": 7, "warehouse/manifests": 8,
    "warehouse/materials": 8, "warehouse/statistics": 9, "warehouse/waves": 9,
}  # fmt: skip
"""Address → statements at most."""


@pytest.fixture(scope="module")
def trade(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Trade]:
    """Something of every kind, once for all tests of the file."""
    del django_db_setup
    whole = transaction.atomic()
    whole._from_testcase = True  # as Django's own test cases say that a durable block may begin within
    with django_db_blocker.unblock(), whole:
        yield furnished()
        transaction.set_rollback(True)


def grow(trade: Trade, at: int) -> None:
    """One more of everything that stands in a list, or as many as the house allows."""
    _sold(trade, at)
    _ordered(trade, at)
    _stored(trade, at)
    _staffed(trade, at)
    _ruled(trade, at)


def _sold(trade: Trade, at: int) -> None:
    """Goods, offers of the shop and the platform, coupons and points of the buyer, templates, hours, points to fetch at, tables."""
    made, shop, owner, buyer = trade.world, trade.world.shops[0], trade.world.call("seller"), trade.world.people["buyer"]
    product = made.product(shop, f"藤编边几{at}", 2100 + at, 60)
    checkout.add(made.call("buyer"), sku=Sku.objects.get(product=product).pk, quantity=1)
    now, end = clock.now(), clock.now() + timedelta(days=9)
    for giver in (shop, made.platform):
        draft = Draft("coupon", "full", f"券{at}", ((900_000, 100),), now, end)
        mine = offers.create(ROOT, giver.pk if giver else 0, draft=draft)
        offers.give(ROOT, offer=mine.pk, person=buyer.pk)
    offers.grant_points(ROOT, person=buyer.pk, points=10, reason="x")
    with suppress(Refused):
        delivery.add_freight(owner, shop_id=shop.pk, tariff=Tariff(3900 + at, None, {}, name=f"大件{at}"))
    day = timezone.localdate(now) + timedelta(days=2 + at % 20)
    delivery.open_slots(ROOT, shop_id=shop.pk, area="33", days=[day], windows=[Window("13:00", "15:00", 5, 3)])
    delivery.open_point(ROOT, shop_id=shop.pk, name=f"自提点{at}", place=("浙江省", "杭州市", "余杭区", f"文一西路 {at} 号"), hours="9:00–21:00")
    rows = [[str(cell) for cell in row] for row in goods_table.template()]
    found = goods_table.Reading(rows, most_skus=99)
    catalogue.keep_sheet(owner, shop_id=shop.pk, name=f"{at}.csv", lines=found.lines, goods=found.goods, faults=found.faults)
    catalogue.keep_synonyms(ROOT, texts=[f"椅子{at}", f"坐具{at}"])


def _ordered(trade: Trade, at: int) -> None:
    """Orders: waiting for the shop, of another customer, held, refunded by hand, with money that waits for a second person."""
    buyer, desk = trade.world.call("buyer"), trade.world.call("service")
    waits = bought(trade, trade.home.pk, "cod").orders[0]
    blocked = next(address for address in Address.objects.order_by("-pk") if address.phone == world.HOMES[2].phone)
    bought(trade, blocked.pk, "cod")
    gone = trade.transferred()
    orders.decline(ROOT, gone.no, reason="规格停产")
    payment = bought(trade, trade.home.pk, "bank_transfer").payment
    payments.match_transfer(trade.world.call("finance"), reference=payment.reference, amount=payment.amount + 900_000, bank_no=f"IC-{at}")
    orders.begin_run(desk, kind="mark", orders=[waits.no], given={"mark": "red", "remark": "先看"})
    orders.begin_run(trade.world.call("seller"), kind="mark", orders=[waits.no], given={"mark": "red", "remark": "先看"})
    with suppress(Refused):
        accounts.add_address(buyer, to=world.HOMES[3])


def _stored(trade: Trade, at: int) -> None:
    """Parcels to pick, a wave, a carrier's list that was signed, a delivery, a count."""
    hands, house = trade.world.call("warehouse"), trade.world.warehouses[0].pk
    trade.order((trade.oat, 1))
    fulfilment.make_wave(hands, warehouse_id=house, nos=[trade.order((trade.oat, 1)).no])
    booked = trade.at("booked", (trade.oat, 1))
    manifest = fulfilment.open_manifest(hands, warehouse_id=house, carrier=booked.carrier.code if booked.carrier else "")
    fulfilment.load(hands, booked.no, manifest=manifest.no)
    inventory.announce(hands, warehouse_id=house, supplier=f"供货商{at}", lines=[(trade.green.pk, 5)])
    counted = inventory.make_count(hands, warehouse_id=house, zone="A")
    inventory.drop_count(hands, counted.no)


def _staffed(trade: Trade, at: int) -> None:
    """A person who works in the shop, one who is invited, one who wants to sell."""
    shop = trade.world.shops[0]
    accounts.appoint(ROOT, shop.pk, person=trade.world.person(f"hand{at}").pk, role="shop_clerk")
    with suppress(Refused):
        shops.invite(trade.world.call("seller"), shop_id=shop.pk, to=f"hand{at}", role="warehouse")
    apply(trade.world, f"seller-{at}", "苍鹭", f"苍鹭茶器{at}", f"1360000{at:04d}")


def _ruled(trade: Trade, at: int) -> None:
    """A rule, a blocked phone, a view."""
    draft = risk.Draft(saying(PLAIN, text=f"规则{at}"), (risk.Condition("amount", "least", 90_000_000),), 10)
    policy.add_rule(ROOT, draft=draft)
    policy.block(ROOT, kind="phone", value=f"1390001{at:04d}", reason="三次拒收")


def lists() -> list[str]:
    """Every address that needs nothing more to be opened."""
    return sorted(cell.partition(" ")[2] for cell in matrix.declared() if cell.startswith("GET ") and "<" not in cell)


def statements(trade: Trade) -> dict[str, int]:
    """How many statements each list takes when the options are at hand: they are read anew every few seconds, by whoever comes just then."""
    clients, taken = {seat: trade.seat(person) if person else Client() for seat, person in matrix.SEATS.items()}, {}
    for path in lists():
        seat = next((seat for beginning, seat in SEATS.items() if path.startswith(beginning)), "buyer")
        headers = bearer(trade.world.people[matrix.SEATS[seat]]) if path.startswith("api/") else {}
        visits = []
        for _time in range(3):
            with CaptureQueriesContext(connection) as seen:
                answer = clients[seat].get(f"/{path}", headers=headers)
            visits.append(len(seen))
        if answer.status_code == HTTPStatus.OK:
            taken[path] = min(visits)
    return taken


def test_thirty_rows_take_no_more_statements_than_three(trade: Trade) -> None:
    """No list asks once per row; and each stays within its budget."""
    trade.world.stock(trade.world.warehouses[0], {trade.green.pk: 900, trade.oat.pk: 900})
    for rule in Rule.objects.exclude(says__code="policy.blocked"):
        policy.switch_rule(ROOT, rule.pk, on=False)
    for at in range(FEW):
        grow(trade, at)
    worked()
    few = statements(trade)
    for at in range(FEW, MANY):
        grow(trade, at)
    worked()
    many = statements(trade)
    assert few.keys() == many.keys() == BUDGETS.keys()
    assert {path: (few[path], many[path]) for path in few if many[path] > few[path] + 1} == {}, "one more: how many there are beyond the page"
    assert {path: taken for path, taken in many.items() if taken > BUDGETS[path]} == {}


def test_every_list_of_the_api_has_a_limit(trade: Trade) -> None:
    """Two at a time with the cursor of the rest, each row once; more than a hundred at once is refused."""
    client, names = trade.seat("buyer"), []
    for path in (path for path in lists() if path.startswith("api/v1/")):
        seat = next((seat for beginning, seat in SEATS.items() if path.startswith(beginning)), "buyer")
        headers = bearer(trade.world.people[matrix.SEATS[seat]])
        answer = client.get(f"/{path}?limit=2", headers=headers)
        first = answer.json() if answer.headers["Content-Type"].startswith("application/json") else {}
        if first.get("next"):
            second = client.get(f"/{path}?limit=2&cursor={first['next']}", headers=headers).json()
            assert len(first["items"]) == 2, path
            assert not [row for row in second["items"] if row in first["items"]], path
            assert client.get(f"/{path}?limit=101", headers=headers).status_code == HTTPStatus.UNPROCESSABLE_ENTITY, path
            names.append(path)
    assert {"api/v1/orders", "api/v1/parcels", "api/v1/notices", "api/v1/addresses"} <= set(names)
