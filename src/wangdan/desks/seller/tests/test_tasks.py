"""A shop's tasks: what a count took from its orders stands in the queue, is taken on, handed over and finished with a word."""

import pytest

from wangdan.accounts import operations as accounts
from wangdan.catalogue.models import Sku
from wangdan.desks.tests.browser import page, seat
from wangdan.inventory import operations as inventory
from wangdan.inventory.models import Stock
from wangdan.inventory.rules import Want
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.models import Root
from wangdan.site import world
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made():
    """The third-party shop counted fewer than it had promised; it has a second person."""
    built = world.built()
    built.product(built.shops[1], "机械键盘", 39900, 10)
    row = Stock.objects.get(sku=Sku.objects.get())
    inventory.hold(Call(SYSTEM), wants=[Want("orders:A26TEST", row.warehouse_id, row.sku_id, 4)], root_id=Root.objects.order_by("pk").first().pk)
    inventory.count(built.call("seller2"), row.warehouse_id, sku_id=row.sku_id, found=1)
    accounts.appoint(world.ROOT, built.shops[1].pk, person=built.person("helper", shown="芒种").pk, role="shop_owner")
    built.task = Task.objects.get()
    return built


def test_the_shop_takes_it_on_and_finishes_it_with_a_word(made):
    """In the queue, claimed, refused without a word with the page kept, finished with one; the story says who."""
    client, here = seat(made, "seller2"), f"/shop/tasks/{made.task.no}"
    assert "深圳仓盘点少货，缺 3 件" in page(client, "/shop")
    client.post(f"{here}/claim")
    made.task.refresh_from_db()
    assert (made.task.status, made.task.claimed_by_id) == ("claimed", made.people["seller2"].pk)
    answer = client.post(f"{here}/finish", {"outcome": "  "})
    assert (answer.status_code, "f-outcome-error" in answer.content.decode()) == (422, True)
    long = client.post(f"{here}/finish", {"outcome": "补" * 201})
    assert (long.status_code, "补" * 201 in long.content.decode()) == (422, True)
    made.task.refresh_from_db()
    assert made.task.status == "claimed"
    client.post(f"{here}/finish", {"outcome": "已向供应商补货"})
    made.task.refresh_from_db()
    assert (made.task.status, made.task.outcome) == ("done", "已向供应商补货")
    story = client.get(here).content.decode()
    assert "寒露" in story
    assert "已向供应商补货" in story


def test_it_is_handed_to_a_colleague_and_back(made):
    """To the second person of the shop, never to somebody who does not see it."""
    client, here = seat(made, "seller2"), f"/shop/tasks/{made.task.no}"
    client.post(f"{here}/claim")
    assert client.post(f"{here}/hand_over", {"person": made.people["buyer"].pk}).status_code == 404
    client.post(f"{here}/hand_over", {"person": made.people["helper"].pk})
    made.task.refresh_from_db()
    assert made.task.claimed_by_id == made.people["helper"].pk
    client.post(f"{here}/finish", {"outcome": "我来"})
    made.task.refresh_from_db()
    assert made.task.status == "claimed"
    seat(made, "helper").post(f"{here}/hand_over", {"person": ""})
    made.task.refresh_from_db()
    assert (made.task.status, made.task.claimed_by_id) == ("open", None)


@pytest.mark.parametrize(("name", "status"), [("seller", 404), ("buyer", 403), ("service", 403)])
def test_others_do_not_see_it(made, name, status):
    """Another shop: 404; others: 403; nothing changes."""
    client = seat(made, name)
    for verb in ("", "/claim", "/finish", "/hand_over"):
        here = f"/shop/tasks/{made.task.no}{verb}"
        answer = client.post(here, {"outcome": "x"}) if verb else client.get(here)
        assert answer.status_code == status, verb
    made.task.refresh_from_db()
    assert made.task.status == "open"
