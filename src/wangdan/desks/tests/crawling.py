"""All that each role can reach: the world with something in every state, and a walk over every page from link to link."""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from procrastinate.contrib.django import app

from wangdan.accounts import operations as accounts
from wangdan.accounts.operations import Secret
from wangdan.checkout import operations as checkout
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.delivery import operations as delivery
from wangdan.delivery.rules import Tariff, Window
from wangdan.desks.tests.reading import Form, Page
from wangdan.desks.warehouse.tests.trade import Trade
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.rules import Event
from wangdan.inventory import operations as inventory
from wangdan.kernel import clock, jobs
from wangdan.kernel.act import SYSTEM, Call
from wangdan.notices import operations as notices
from wangdan.notices.models import Message
from wangdan.orders import operations as orders
from wangdan.payments import operations as payments
from wangdan.payments.models import Refund
from wangdan.payments.rules import Said
from wangdan.promotions import operations as offers
from wangdan.promotions.rules.offers import Draft
from wangdan.site import world
from wangdan.tasks import operations as tasks
from wangdan.tasks.models import Task

ROOT = Call(SYSTEM)
_REPLAY = "/office/jobs?reaction=notices.tell&from=2020-01-01T00:00&to="
STARTS = {
    "": ("/", "/login", "/login?by=code", "/register", "/forgot"),
    "buyer": ("/", "/me", "/coupons", "/cart", "/checkout", "/me/orders", "/me/addresses", "/me/profile"),
    "seller": ("/shop", "/shop/offers", "/shop/offers/new", "/shop/products", "/shop/products/new", "/shop/products/{product}/stock/warehouse"),
    "seller2": ("/shop",),
    "warehouse": ("/warehouse",),
    "service": ("/office", "/office/orders?method=cod"),
    "finance": ("/office/refunds?view=failed", "/office/refunds?view=done", "/office/refunds", "/office/transfers", "/office"),
    "admin": ("/office/offers", "/office/offers/new", "/office/jobs", _REPLAY, "/office/messages", "/office/options"),
}
_DESKS = {"seller": "/shop", "seller2": "/shop/tasks", "warehouse": "/warehouse", "service": "/office", "finance": "/office", "admin": "/office"}
"""Where a role's own pages begin; the store's are walked by a stranger and a buyer."""
_OUT_OF_IT = ("/api/", "/static/", "/media/", "/files/", "/healthz", "/metrics")
_NOT_THE_STORE = ("/shop", "/warehouse", "/office")
_MOST = {True: 1, False: 3}
"""How many addresses of one route are opened: with a query, without one."""
_STATES = {
    "me/orders/<str:no>": 20,
    "me/orders/<str:no>/<str:name>": 9,
    "shop/orders/<str:no>": 8,
    "warehouse/parcels/<str:no>": 20,
    "office/tasks/<str:no>": 8,
}
"""Routes whose pages differ by state: more of them."""


def furnished() -> Trade:
    """Orders, parcels, payments, refunds, tasks, messages and jobs in every state that has a form of its own."""
    trade = Trade()
    for stage in ("planned", "picked", "inspected", "packed", "booked", "handed_over"):
        trade.at(stage)
    arrived, refused = trade.at("handed_over"), trade.at("handed_over")
    fulfilment.deliver(ROOT, arrived.no, said=Event("e1", "delivered", cash=arrived.cod_amount))
    fulfilment.refuse(ROOT, refused.no, said=Event("e2", "refused"))
    trade.to_fetch()
    accounts.add_address(trade.world.call("buyer"), to=world.HOMES[1])
    buyer, made = trade.world.call("buyer"), []
    for method in ("cod", "cod", "bank_transfer", "bank_transfer", "sandbox", "sandbox", "cod"):
        asked = Asked(lines=(Wish(trade.oat.pk, 1),), address=trade.home.pk, payment_method=method)
        made.append(checkout.place(buyer, asked=asked, expected_total=prepare(buyer.actor, asked).total))
    paid = made[2].payment
    payments.match_transfer(trade.world.call("finance"), reference=paid.reference, amount=paid.amount, bank_no="ICBC-1")
    orders.decline(trade.world.call("seller"), made[2].orders[0].no, reason="规格停产")
    attempt = made[5].attempt
    payments.capture(ROOT, attempt.no, said=Said("paid", attempt.no, attempt.amount, attempt.currency, attempt.payee, "SB1"))
    orders.cancel(buyer, made[5].orders[0].no, reason="不想买了")
    payments.fail_refund(ROOT, Refund.objects.get(attempt=attempt).no, trouble="账户已注销")
    orders.cancel(buyer, made[6].orders[0].no, reason="不想买了")
    checkout.add(buyer, sku=trade.oat.pk, quantity=2)
    trade.order((trade.keys, 2))
    _morning(trade)
    for place, sku in ((0, trade.green), (2, trade.keys)):
        inventory.count(ROOT, trade.world.warehouses[place].pk, sku_id=sku.pk, found=1, note="盘点")
    _offered(trade)
    for who, kept in (("finance", {"role": "finance"}), ("seller2", {"organisation": trade.world.shops[1]}), ("seller", {"role": "shop_owner"})):
        mine = Task.objects.filter(status="open", **kept).order_by("pk").first()
        if mine is not None:
            tasks.claim(trade.world.call(who), mine.no)
    clerk = trade.world.call("service")
    accounts.save_view(clerk, desk="office", name="到付", conditions={"method": "cod"})
    orders.begin_run(clerk, kind="mark", orders=[made[0].orders[0].no, made[6].orders[0].no], given={"mark": "red", "remark": "先看"})
    _worked()
    return trade


def _offered(trade: Trade) -> None:
    """A coupon to claim and a reduction of a shop and of the platform, a member level, and a buyer with a coupon, points and a payment password."""
    now, buyer = clock.now(), trade.world.people["buyer"]
    for giver in (trade.world.shops[0], trade.world.platform):
        for way in ("coupon", "reduction"):
            draft = Draft(way, "full", "满减", ((900_000, 100),), now, now + timedelta(days=9))
            offers.create(ROOT, giver.pk if giver else 0, draft=draft)
    mine = offers.create(ROOT, trade.world.shops[0].pk, draft=Draft("coupon", "full", "券", ((0, 100),), now, now + timedelta(days=9), listed=False))
    offers.give(ROOT, offer=mine.pk, person=buyer.pk)
    offers.set_level(ROOT, name="银卡", spent_from=100, percent_off=1, points_percent=110)
    offers.grant_points(ROOT, person=buyer.pk, points=500, reason="x")
    own = Secret(world.PASSWORD)
    accounts.set_payment_password(trade.world.call("buyer"), new=Secret("168168"), own=own, by_code=False)


def _morning(trade: Trade) -> None:
    """A warehouse's morning: waves, a carrier's list, deliveries, a count that differs, a lost parcel, delivery hours."""
    hands, house = trade.world.call("warehouse"), trade.world.warehouses[0].pk
    taken, free = (
        fulfilment.make_wave(hands, warehouse_id=house, nos=[parcel.no]) for parcel in (trade.order((trade.green, 2)), trade.order((trade.oat, 1)))
    )
    fulfilment.start_wave(hands, taken.no)
    trade.order((trade.oat, 1))
    booked, lost = trade.at("booked"), trade.at("handed_over")
    manifest = fulfilment.open_manifest(hands, warehouse_id=house, carrier=booked.carrier.code if booked.carrier else "")
    fulfilment.load(hands, booked.no, manifest=manifest.no)
    fulfilment.lose(ROOT, lost.no, said=Event("e3", "lost"))
    inventory.announce(hands, warehouse_id=house, supplier="安吉椅业", lines=[(trade.green.pk, 5)])
    came = inventory.announce(hands, warehouse_id=house, supplier="安吉椅业", lines=[(trade.oat.pk, 2)])
    inventory.check_in(hands, came.no, sku_id=trade.oat.pk, good=1, damaged=1)
    inventory.close_arrival(hands, came.no, note="坏一件")
    counted = inventory.make_count(hands, warehouse_id=house, zone="A")
    inventory.enter_count(hands, counted.no, line=counted.lines.order_by("pk")[0].pk, found=1)
    inventory.set_low(hands, house, sku_id=trade.oat.pk, pieces=999)
    day = timezone.localdate(clock.now()) + timedelta(days=1)
    for shop in (trade.world.platform, trade.world.shops[0]):
        if shop is not None:
            delivery.open_slots(ROOT, shop_id=shop.pk, area="33", days=[day], windows=[Window("09:00", "12:00", 5, 3)])
    delivery.add_freight(trade.world.call("seller"), shop_id=trade.world.shops[0].pk, tariff=Tariff(3900, None, {}, name="大件"))
    assert free.status == "open"


def _worked() -> None:
    """The notices are told, the first message fails for good; a job and a sweep gave up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [jobs.REACTION])
        for (args,) in cursor.fetchall():
            given = json.loads(args)
            if given["reaction"].startswith("notices."):
                jobs.run_reaction(**given)
        app.configure_task("sweep:orders.expire", allow_unknown=True).defer(timestamp=0)
        for task in (jobs.REACTION, "sweep:orders.expire"):
            for status in ("doing", "failed"):
                one = "SELECT max(id) FROM procrastinate_jobs WHERE task_name = %s"
                cursor.execute(f"UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = ({one})", [status, task])
    first = Message.objects.order_by("pk").first()
    if first is not None:
        notices.doubt(ROOT, message=first.pk, trouble="no such number", for_good=True)


@dataclass
class Walk:
    """One role's browser and every page it found."""

    role: str
    client: Client
    starts: list[str]
    pages: dict[str, Page] = field(default_factory=dict)
    seen: dict[tuple[str, bool], int] = field(default_factory=dict)

    def over(self) -> "Walk":
        """From every start along every link, so many addresses of one route."""
        waiting = list(self.starts)
        known = set(waiting)
        while waiting:
            path = waiting.pop(0)
            answer = self.client.get(path)
            assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, (self.role, path)
            found = [answer["Location"]] if answer.has_header("Location") else []
            page = read(answer, path)
            if page is not None and answer.status_code == HTTPStatus.OK:
                self.pages[path] = page
                found += page.links
            fresh = [each.partition("#")[0] for each in found if self._wanted(each, known)]
            waiting += fresh
        return self

    def _wanted(self, path: str, known: set[str]) -> bool:
        """Whether the address is a new one of a route that has not been looked at often enough."""
        path = path.partition("#")[0]
        desk = _DESKS.get(self.role, "/")
        if path in known or not path.startswith(desk) or path.startswith(_OUT_OF_IT) or (desk == "/" and path.startswith(_NOT_THE_STORE)):
            return False
        known.add(path)
        key = (route_of(path), "?" in path)
        self.seen[key] = self.seen.get(key, 0) + 1
        return self.seen[key] <= max(_MOST["?" in path], 0 if "?" in path else _STATES.get(key[0], 0))


def walks(trade: Trade) -> list[Walk]:
    """Every role's walk."""
    found = []
    for role, starts in STARTS.items():
        client = trade.seat(role) if role else Client()
        found.append(Walk(role, client, [path.format(product=trade.green.product_id) for path in starts]).over())
    return found


def read(answer: HttpResponse, path: str) -> Page | None:
    """The page of an answer, if it is one."""
    return Page(answer.content.decode(), path) if answer.get("Content-Type", "").startswith("text/html") and answer.content else None


def route_of(path: str) -> str:
    """The route an address belongs to; empty for none."""
    try:
        return resolve(urlsplit(path).path).route
    except Resolver404:
        return ""


def kind_of(name: str) -> str:
    """A field's name without the number of its row."""
    return re.sub(r"^([rp])\d+", r"\1", name)


def signature(form: Form) -> tuple[str, ...]:
    """What makes two forms the same: where they go, how, with which fields and button (rows are one)."""
    names = sorted({kind_of(each.name) for each in form.fields})
    return (route_of(form.path), form.method, form.button[0], form.button[1] if form.button[0] != "job" else "", *names)


def every_form(found: list[Walk]) -> dict[tuple[str, ...], list[tuple[Walk, str, Form]]]:
    """Forms by what makes them the same, each with all the pages of one role that it stands on."""
    forms: dict[tuple[str, ...], list[tuple[Walk, str, Form]]] = {}
    for walk in found:
        for path, page in walk.pages.items():
            for form in page.forms:
                places = forms.setdefault(signature(form), [])
                if not places or places[0][0] is walk:
                    places.append((walk, path, form))
    return forms


def send(client: Client, form: Form, sent: dict[str, str]) -> HttpResponse:
    """What the browser does with the form."""
    if form.method == "post":
        return client.post(form.path, sent)
    parts = urlsplit(form.path)
    return client.get(parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()} | sent)
