"""The world with something in every state that has a page or a form of its own, made by running operations."""

import json
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from PIL import Image
from procrastinate.contrib.django import app

from wangdan.accounts import operations as accounts
from wangdan.accounts.operations import Secret
from wangdan.catalogue import operations as catalogue
from wangdan.checkout import operations as checkout
from wangdan.checkout.operations import Placed
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.delivery import operations as delivery
from wangdan.delivery.rules import Tariff, Window
from wangdan.desks import errands
from wangdan.desks.seller import goods_table
from wangdan.desks.warehouse.tests.trade import Trade
from wangdan.files import operations as files
from wangdan.files.rules import encode
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
from wangdan.policy import operations as policy
from wangdan.promotions import operations as offers
from wangdan.promotions.rules.offers import Draft
from wangdan.shops import operations as shops
from wangdan.site import world
from wangdan.site.demo.shops import apply
from wangdan.tasks import operations as tasks
from wangdan.tasks.models import Task

ROOT = Call(SYSTEM)


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
    _opened(trade)
    _decided(trade)
    for who, kept in (("finance", {"role": "finance"}), ("seller2", {"organisation": trade.world.shops[1]}), ("seller", {"role": "shop_owner"})):
        mine = Task.objects.filter(status="open", **kept).order_by("pk").first()
        if mine is not None:
            tasks.claim(trade.world.call(who), mine.no)
    clerk = trade.world.call("service")
    accounts.save_view(clerk, desk="office", name="到付", conditions={"method": "cod"})
    orders.begin_run(clerk, kind="mark", orders=[made[0].orders[0].no, made[6].orders[0].no], given={"mark": "red", "remark": "先看"})
    for who in ("service", "seller"):
        errands.export(run=orders.export(trade.world.call(who), conditions={}, form="csv", language="zh-hans", behind=1).no)
    worked()
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
    fulfilment.add_photo(hands, booked.no, file=files.upload(hands, picture=encode(Image.new("RGB", (640, 480), "#b9c8b0"))).pk)
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


def _opened(trade: Trade) -> None:
    """Who wants to sell: waiting, sent back, near the re-check; the first shop's people, a seat offered to the buyer, tables of goods."""
    made, shop, owner = trade.world, trade.world.shops[0], trade.world.call("seller")
    apply(made, "applicant", "白鹭", "白鹭文具", "13500006204", company="福州白鹭文具有限公司")
    back = apply(made, "sent_back", "苍鹭", "苍鹭茶器", "13500006205")
    shops.reject(made.call("supervisor"), back.pk, reason="照片看不清")
    held = apply(made, "holder", "惊蛰", "云豆手作", "13500006203")
    shops.approve(made.call("supervisor"), held.pk)
    shops.fall_due(ROOT, held.pk)
    accounts.appoint(ROOT, shop.pk, person=made.person("clerk").pk, role="shop_clerk")
    shown = files.upload(owner, picture=encode(Image.new("RGB", (640, 640), "#d9c7a8")), public=True)
    catalogue.add_picture(owner, trade.green.product_id, file_id=shown.pk)
    shops.invite(owner, shop_id=shop.pk, to="buyer", role="shop_clerk")
    for faulty in (True, False):
        rows = [["" if faulty and cell == "YZ-02" else cell for cell in row] for row in goods_table.template()]
        found = goods_table.Reading([[str(cell) for cell in row] for row in rows], most_skus=99)
        catalogue.keep_sheet(owner, shop_id=shop.pk, name="goods.csv", lines=found.lines, goods=found.goods, faults=found.faults)


def bought(trade: Trade, home: int, method: str) -> Placed:
    """The buyer orders one chair to one of his addresses."""
    buyer = trade.world.call("buyer")
    asked = Asked(lines=(Wish(trade.oat.pk, 1),), address=home, payment_method=method)
    return checkout.place(buyer, asked=asked, expected_total=prepare(buyer.actor, asked).total)


def _decided(trade: Trade) -> None:
    """Orders that wait for an auditor, one whose buyer is asked; a blocked phone; a sum that waits for a second person."""
    blocked, auditor = world.HOMES[2], trade.world.call("auditor")
    policy.block(auditor, kind="phone", value=blocked.phone, reason="三次拒收")
    home = accounts.add_address(trade.world.call("buyer"), to=blocked)
    asked, _waits = (bought(trade, home.pk, "cod").orders[0] for _ in range(2))
    orders.ask_buyer(auditor, asked.no)
    orders.log_contact(auditor, asked.no, channel="phone", result="no_answer", note="响了很久")
    payment = bought(trade, trade.home.pk, "bank_transfer").payment
    payments.match_transfer(trade.world.call("finance"), reference=payment.reference, amount=payment.amount + 900_000, bank_no="ICBC-2")


def worked() -> None:
    """The notices are told, the first message fails for good; a job and a sweep gave up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [jobs.REACTION])
        for (args,) in cursor.fetchall():
            given = json.loads(args)
            if given["reaction"].startswith(("notices.", "orders.queue_audit")):
                jobs.run_reaction(**given)
        app.configure_task("sweep:orders.expire", allow_unknown=True).defer(timestamp=0)
        for task in (jobs.REACTION, "sweep:orders.expire"):
            for status in ("doing", "failed"):
                one = "SELECT max(id) FROM procrastinate_jobs WHERE task_name = %s"
                cursor.execute(f"UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = ({one})", [status, task])
    first = Message.objects.order_by("pk").first()
    if first is not None:
        notices.doubt(ROOT, message=first.pk, trouble="no such number", for_good=True)
