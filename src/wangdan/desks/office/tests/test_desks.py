"""The seller's and the office's pages on a built world: queue, accept, decline, search, transfers, options; who may not, may not."""

import pytest
from django.test import Client

from wangdan.accounts import operations as accounts
from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.desks.tests.browser import page, seat
from wangdan.kernel import options
from wangdan.kernel.models import Journal
from wangdan.orders.models import Order
from wangdan.orders.rules import PAY_WITHIN
from wangdan.payments import operations as payments
from wangdan.payments.models import Part, Payment
from wangdan.site import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made():
    """Two orders of one shop to accept (paid at the door) and one that waits for a transfer."""
    built = world.built()
    built.product(built.shops[0], "手作陶杯 340ml", 6800, 50)
    home = accounts.add_address(built.call("buyer"), to=world.HOMES[0], default=True)
    sku = Sku.objects.get()
    for method in ("cod", "cod", "bank_transfer"):
        asked = Asked(lines=(Wish(sku.pk, 2),), address=home.pk, payment_method=method)
        checkout.place(built.call("buyer"), asked=asked, expected_total=checkout_total(built, asked))
    return built


def checkout_total(built, asked):
    """What the quote says."""
    return prepare(built.call("buyer").actor, asked).total


def test_the_shop_accepts_and_declines(made):
    """The queue shows both; one is accepted there, the other declined after reading what that does (D12.3)."""
    client = seat(made, "seller")
    first, second = Order.objects.filter(payment_method="cod").order_by("pk")
    queue = page(client, "/shop")
    assert "2 件待办，按截止时间排" in queue
    client.post(f"/shop/orders/{first.no}/accept", {"back": "/shop"})
    assert "库存不足" in page(client, f"/shop/orders/{second.no}/decline")
    client.post(f"/shop/orders/{second.no}/decline", {"reason": "库存不足", "more": "补货要两周"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, second.reason) == ("awaiting_shipment", "declined", "库存不足：补货要两周")
    assert "待发货" in page(client, f"/shop/orders/{first.no}")
    assert "待接单" in page(client, "/shop/orders?tab=accept&days=7&late=1&method=cod")


def test_whoever_must_call_the_buyer_reads_his_number_and_that_is_written_down(made):
    """Masked at first; service and the shop press for it and the time line says so; finance and another shop get nothing (PIPL 51)."""
    order = Order.objects.earliest("pk")
    for name, base in (("service", "/office"), ("seller", "/shop")):
        client, here = seat(made, name), f"{base}/orders/{order.no}"
        assert order.to_phone not in page(client, here)
        assert order.to_phone in client.post(f"{here}/look").content.decode()
        text = page(client, here)
        assert order.to_phone not in text
        assert "查看收货人的完整号码" in text
    before = Journal.objects.filter(operation="orders.look").count()
    assert before == 2
    finance = seat(made, "finance")
    assert "显示完整号码" not in page(finance, f"/office/orders/{order.no}")
    assert finance.post(f"/office/orders/{order.no}/look").status_code == 403
    assert seat(made, "seller2").post(f"/shop/orders/{order.no}/look").status_code == 404
    assert Journal.objects.filter(operation="orders.look").count() == before


def test_others_do_not_see_a_shops_orders(made):
    """Another shop: 404; a buyer: 403; a stranger: to the log-in."""
    order = Order.objects.first()
    assert seat(made, "seller2").get(f"/shop/orders/{order.no}").status_code == 404
    assert seat(made, "buyer").get("/shop").status_code == 403
    assert seat(made, "buyer").get("/office").status_code == 403
    assert Client().get("/shop")["Location"].startswith("/login")


def test_the_office_finds_by_anything(made):
    """Number, phone, name, payment; one hit opens, several are listed, none says so."""
    client, order = seat(made, "service"), Order.objects.first()
    assert client.get(f"/office/find?q={order.no.lower()}")["Location"] == f"/office/orders/{order.no}"
    for text in ("13800006021", "陈晓禾", "6021"):
        assert page(client, f"/office/find?q={text}").count("/office/orders/A") == 3, text
    assert "没有您能看到的结果" in page(client, "/office/find?q=nobody")
    assert client.get(f"/office/find?q={Payment.objects.last().no}").status_code == 302
    story = page(client, f"/office/orders/{order.no}")
    assert "138 **** 6021" in story
    assert "陈晓禾" not in story.replace("买家本人", "")
    assert "订单中心" in page(client, "/office/orders?status=awaiting_payment&shop=1")
    assert "待办" in page(client, "/office")


def test_finance_matches_a_transfer(made):
    """A wrong amount changes nothing; the right one moves the order on."""
    client, payment = seat(made, "finance"), Payment.objects.get(method="bank_transfer")
    assert payment.reference[:4] in page(client, "/office/transfers")
    form = {"reference": payment.reference, "amount": "1.00", "bank_no": "ICBC-1"}
    assert client.post("/office/transfers", form).status_code == 409
    assert client.post("/office/transfers", form | {"amount": f"{payment.amount / 100:.2f}"}).status_code == 302
    assert Order.objects.get(payment_method="bank_transfer").status == "awaiting_acceptance"
    assert seat(made, "service").get("/office/transfers").status_code == 403


def test_finance_books_cash_that_did_not_fit(made):
    """The courier's figure was wrong: the order waits on the page, too little changes nothing, the right sum is booked once (D04.3)."""
    client, order = seat(made, "finance"), Order.objects.filter(payment_method="cod").earliest("pk")
    payments.capture_cash(world.ROOT, ref=order.ref, amount=order.total - 1)
    assert f"?reference={order.no}" in page(client, "/office/transfers")
    form = {"reference": order.no.lower(), "amount": "1.00", "bank_no": "QY-77"}
    assert client.post("/office/transfers", form).status_code == 409
    assert Part.objects.get(ref=order.ref).status == "expected"
    assert client.post("/office/transfers", form | {"amount": f"{order.total / 100:.2f}"}).status_code == 302
    assert Part.objects.get(ref=order.ref).status == "captured"
    assert "现金已入账" in page(client, "/office/transfers")
    assert f"?reference={order.no}" not in page(client, "/office/transfers")


def test_an_administrator_sets_an_option(made):
    """Within bounds it is kept with its history; beyond it is refused."""
    client = seat(made, "admin")
    client.post("/office/options", {"name": PAY_WITHIN.name, "value": "45"})
    options.forget()
    assert options.value(PAY_WITHIN) == 45
    shown = page(client, "/office/options")
    assert "立春" in shown
    client.post("/office/options", {"name": PAY_WITHIN.name, "value": "999999"})
    options.forget()
    assert options.value(PAY_WITHIN) == 45
    options.forget()
