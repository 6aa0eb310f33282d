"""The inbox as its owner sees it: unread first seen, opened once, read all, by pages and by programs."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wangdan.checkout.tests.market import Buyer, Market, buyer, market, member
from wangdan.desks.api.tests.test_buying import Caller
from wangdan.kernel import clock, guards
from wangdan.notices.models import Notice
from wangdan.notices.rules import KINDS
from wangdan.orders.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
NO = "A26AAAAAAAA1"


@pytest.fixture
def shop() -> Market:
    """A market."""
    return market()


@pytest.fixture
def one() -> Buyer:
    """A buyer."""
    return buyer()


def told(person, *kinds: str, ref: str = f"orders:{NO}") -> list[Notice]:
    """Notices in somebody's inbox."""
    params = {"numbers": [NO], "total": 12900, "lines": [{"title": "台灯 <b>", "quantity": 2}], "shop": "云杉"}
    with guards.exempt("tests arrange an inbox"):
        return [Notice.objects.create(root_id=person.root_id, person=person, kind=kind, params=params, ref=ref, at=clock.now()) for kind in kinds]


def browser(person) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, path: str = "/me/messages") -> str:
    """A page."""
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_opening_an_unread_notice_reads_it_and_leads_to_its_order(one: Buyer):
    """D01.8: without a script; another's is not there."""
    paid, shipped = told(one.person, "order_paid", "parcel_shipped")
    client, stranger = browser(one.person), browser(buyer().person)
    shown = page(client)
    assert shown.count('class="wd-said unread"') == 2
    assert f"订单 {NO} 已付款 ¥129.00" in shown
    assert "¥129.00" in shown
    assert "台灯 &lt;b&gt;" in shown
    assert stranger.post(f"/me/messages/{paid.pk}").status_code == 404
    assert not Notice.objects.exclude(read_at=None).exists()
    assert client.post(f"/me/messages/{paid.pk}")["Location"] == f"/me/orders/{NO}"
    assert page(client).count('class="wd-said unread"') == 1
    assert "订单" not in page(stranger).split('id="main"')[1].split("</main>")[0].replace("我的订单", "")
    only = page(client, "/me/messages?tab=unread")
    assert f"/me/messages/{shipped.pk}" in only
    assert "付款成功" not in only


def test_read_all_stops_at_what_was_shown(one: Buyer):
    """What came while one was looking stays unread."""
    told(one.person, "order_paid", "parcel_shipped")
    client = browser(one.person)
    until = re.search(r'name="until" value="(\d+)"', page(client)).group(1)
    [late] = told(one.person, "order_delivered")
    assert client.post("/me/messages/read", {"until": until}).status_code == 302
    assert list(Notice.objects.filter(read_at=None)) == [late]
    assert "2 条消息标为已读" in page(client)


def test_the_unread_count_stands_on_every_page_and_ends_at_ninety_nine(one: Buyer):
    """In the head, on the tab bar, on one's own page; one statement however many there are."""
    told(one.person, "order_paid")
    client = browser(one.person)
    assert re.search(r"消息<span class=\"wd-count\"[^>]*>1</span>", page(client, "/cart"))
    assert re.search(r"<span class=\"wd-badge\"><span[^>]*>未读消息</span>1</span>", page(client, "/me"))
    told(one.person, *["order_paid"] * 120)
    with CaptureQueriesContext(connection) as queries:
        shown = page(client, "/me")
    assert "99+" in shown
    assert sum("notices_notice" in each["sql"] for each in queries) <= 2


def test_the_list_goes_on_by_pages(one: Buyer):
    """Twenty at a time, none twice."""
    told(one.person, *["order_paid"] * 25)
    client = browser(one.person)
    first = page(client)
    after = re.search(r'hx-get="\?[^"]*cursor=(\d+)"', first).group(1)
    ids = [re.findall(r'action="/me/messages/(\d+)"', each) for each in (first, page(client, f"/me/messages?cursor={after}"))]
    assert [len(each) for each in ids] == [20, 5]
    assert len({*ids[0], *ids[1]}) == 25
    assert page(client, "/me/messages?cursor=zzz")


def test_an_empty_inbox_says_what_will_come(one: Buyer):
    """And the unread tab has its own word."""
    client = browser(one.person)
    assert "付款、发货、签收时" in page(client)
    assert "没有未读消息" in page(client, "/me/messages?tab=unread")


def test_people_of_shop_and_office_have_theirs_in_their_desk(shop: Market):
    """The bell of a desk shows the count; a shop's notice leads into the shop."""
    owner = member(shop.shops[0], "shop_owner")
    person = Order._meta.get_field("buyer").related_model.objects.get(pk=owner.id)
    [notice] = told(person, "shop_order_paid")
    client = browser(person)
    assert '<span class="wd-badge">1</span>' in page(client, "/shop")
    assert client.post(f"/me/messages/{notice.pk}")["Location"] == f"/shop/orders/{NO}"


def test_every_kind_shows_a_title_a_text_and_an_icon_that_exists(one: Buyer):
    """No notice reads as nothing."""
    kinds = [name for name, kind in KINDS.items() if "inbox" in kind.ways]
    told(one.person, *kinds)
    client, texts, cursor = browser(one.person), [], ""
    while True:
        shown = page(client, f"/me/messages?cursor={cursor}")
        texts += re.findall(r'<span class="text">([^<]*)</span>', shown)
        more = re.search(r'hx-get="\?[^"]*cursor=(\d+)"', shown)
        if not more:
            break
        cursor = more.group(1)
    assert len(texts) == len(kinds)
    assert all(len(each.strip()) > 8 and "%(" not in each for each in texts)


def test_programs_read_the_inbox_too(one: Buyer):
    """GET /notices, read one, read all; another's is 404; a repeated key answers the same."""
    first, second = told(one.person, "order_paid", "parcel_shipped")
    [third] = told(one.person, "registered", ref=one.person.ref)
    api, stranger = Caller(one.person), Caller(buyer().person)
    page = api.get("/notices?limit=2").json()
    assert [each["id"] for each in page["items"]] == [third.pk, second.pk]
    assert (page["unread"], page["items"][1]["path"], page["items"][0]["path"]) == (3, f"/me/orders/{NO}", "/me/profile")
    rest = api.get(f"/notices?limit=2&cursor={page['next']}").json()
    assert ([each["id"] for each in rest["items"]], rest["next"]) == ([first.pk], None)
    assert stranger.post(f"/notices/{first.pk}/read").status_code == 404
    assert Caller().get("/notices").status_code == 401
    assert not Notice.objects.exclude(read_at=None).exists()
    read = api.post(f"/notices/{first.pk}/read", idempotency_key="k1")
    assert read.json()["read_at"]
    assert api.post(f"/notices/{first.pk}/read", idempotency_key="k1").content == read.content
    assert [each["id"] for each in api.get("/notices?unread=true").json()["items"]] == [third.pk, second.pk]
    assert api.post("/notices/read_all", {"until": second.pk}).json() == {"read": 1}
    assert api.post("/notices/read_all").json() == {"read": 1}
    assert api.get("/notices").json()["unread"] == 0
    english = api.get("/notices", accept_language="en").json()["items"][0]
    assert english["title"]
