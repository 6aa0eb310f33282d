"""A shop without a warehouse opens one of its own and can take goods in (D04.4, D07.3)."""

import pytest

from wangdan.accounts import operations as accounts
from wangdan.catalogue import operations as catalogue
from wangdan.catalogue.models import Sku
from wangdan.catalogue.rules import Draft, Variant
from wangdan.desks.tests.browser import page, seat
from wangdan.inventory import operations as inventory
from wangdan.inventory.models import Stock, Warehouse
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Problem, Refused
from wangdan.site import world

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = {"province": "浙江省", "city": "宁波市", "district": "鄞州区", "street": "", "detail": "中兴路 9 号"}


@pytest.fixture
def made():
    """A third shop with an owner, a clerk, a product, and nowhere to put it."""
    built = world.built()
    shop = built.shop("山月茶铺", "owner3")
    accounts.appoint(world.ROOT, shop.pk, person=built.person("clerk3").pk, role="shop_clerk")
    draft = Draft(built.category("茶", "tea").pk, "明前龙井", [Variant({}, 12800, code="LJ-1")], origin="浙江杭州")
    built.tea = catalogue.create_product(built.call("owner3"), shop_id=shop.pk, draft=draft)
    built.path = f"/shop/products/{built.tea.pk}/stock"
    return built


def test_the_owner_opens_a_warehouse_and_takes_goods_in(made):
    """From the stock page, without a script; what is wrong comes back as typed and opens nothing."""
    client = seat(made, "owner3")
    assert f"{made.path}/warehouse" in page(client, made.path)
    assert "选好了，列出下一级" in page(client, f"{made.path}/warehouse")
    picked = client.post(f"{made.path}/warehouse", {"name": "宁波仓", "province": "浙江省", "pick": "1"}).content.decode()
    assert ('value="宁波仓"' in picked, '<option value="宁波市">' in picked) == (True, True)
    before = Warehouse.objects.count()
    for form, status, said in (
        ({"name": " "}, 422, "还有没填的地方"),
        ({"name": "嘉兴仓"}, 409, "已经有叫这个名字的仓库"),
        ({"name": "宁波仓", "city": "火星市"}, 422, "没有这个省市区"),
    ):
        answer = client.post(f"{made.path}/warehouse", PLACE | form)
        assert (answer.status_code, said in answer.content.decode(), "中兴路" in answer.content.decode()) == (status, True, True)
    assert Warehouse.objects.count() == before
    twice = [client.post(f"{made.path}/warehouse", PLACE | {"name": "宁波仓", "nonce": "one"})["Location"] for _ in range(2)]
    assert twice == [made.path] * 2
    house = Warehouse.objects.get(name="宁波仓")
    assert (house.organisation, house.city, house.address) == (made.tea.shop, "宁波市", "鄞州区中兴路 9 号")
    sku = Sku.objects.get(product=made.tea).pk
    taken = client.post(f"{made.path}/receive", {"sku": sku, "warehouse": house.pk, "pieces": "30"})
    assert taken.status_code == 302
    assert Stock.objects.get(warehouse=house, sku=sku).on_hand == 30


def test_nobody_else_opens_it(made):
    """A clerk asks the owner; owners of other shops do not see the product; nothing is opened."""
    before = Warehouse.objects.count()
    clerk = seat(made, "clerk3")
    assert "请店主或平台先开" in page(clerk, made.path)
    assert clerk.post(f"{made.path}/warehouse", PLACE | {"name": "店员仓"}).status_code == 403
    assert seat(made, "seller2").post(f"{made.path}/warehouse", PLACE | {"name": "别家仓"}).status_code == 404
    accounts.appoint(world.ROOT, made.tea.shop_id, person=made.people["seller2"].pk, role="shop_clerk")
    wanted = {"organisation_id": made.tea.shop_id, "name": "别家仓", "province": "浙江省", "city": "宁波市"}
    for who, refusal in (("seller2", NotSeen), ("clerk3", NotGranted), ("buyer", NotGranted)):
        with pytest.raises(refusal):
            inventory.open_warehouse(made.call(who), **wanted)
    assert Warehouse.objects.count() == before


@pytest.mark.parametrize(
    ("changed", "refusal", "code"),
    [
        ({"name": ""}, Malformed, "accounts.text_missing"),
        ({"name": "仓" * 41}, Malformed, "accounts.text_malformed"),
        ({"address": "路" * 201}, Malformed, "accounts.text_malformed"),
        ({"province": ""}, Malformed, "accounts.division_unknown"),
        ({"city": "火星市"}, Malformed, "accounts.division_unknown"),
        ({"name": " 嘉兴仓 "}, Refused, "inventory.warehouse_name_taken"),
    ],
)
def test_what_is_no_warehouse_is_not_opened(made, changed, refusal: type[Problem], code):
    """By the operation, whoever calls it."""
    before = Warehouse.objects.count()
    with pytest.raises(refusal) as refused:
        inventory.open_warehouse(
            made.call("owner3"), **{"organisation_id": made.tea.shop_id, "name": "宁波仓", "province": "浙江省", "city": "宁波市"} | changed
        )
    assert (refused.value.code, Warehouse.objects.count()) == (code, before)
