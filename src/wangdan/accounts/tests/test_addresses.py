"""The address book: one default, real divisions, limits, one's own only (D03.6, D05.五)."""

from dataclasses import replace

import pytest

from wangdan.accounts import operations, rules
from wangdan.accounts.models import Address
from wangdan.accounts.queries import address, addresses, default_address
from wangdan.accounts.rules import Destination
from wangdan.accounts.tests.test_entry import registered
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.operations import set_option
from wangdan.site.world import call

pytestmark = pytest.mark.django_db(transaction=True)

HOME = Destination("陈晓禾", "13800006021", "浙江省", "杭州市", "余杭区", "仓前街道", "云溪路 20 号", "")


@pytest.fixture
def me() -> Call:
    """Somebody with an empty book."""
    return call(registered("xiaoyu"))


def defaults() -> list[str]:
    """The details of all default addresses."""
    return list(Address.objects.filter(is_default=True).values_list("detail", flat=True))


def test_the_first_is_the_default_and_there_is_one_only(me: Call):
    """D05.五.2: chosen, changed, removed; the one used last takes the place of a default that goes."""
    first = operations.add_address(me, to=HOME)
    second = operations.add_address(me, to=replace(HOME, detail="二号"))
    third = operations.add_address(me, to=replace(HOME, detail="三号"), default=True)
    assert (first.code, defaults()) == ("330110", ["三号"])
    operations.choose_address(me, second.pk)
    assert defaults() == ["二号"]
    operations.change_address(me, third.pk, to=replace(HOME, detail="三号院"), default=True)
    assert defaults() == ["三号院"]
    operations.remove_address(me, third.pk)
    assert defaults() == ["二号"]
    assert default_address(me.actor) == second
    assert [row.pk for row in addresses(me.actor)] == [second.pk, first.pk]


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        (("浙江", "杭州", "余杭"), ("浙江省", "杭州市", "余杭区", "330110")),
        (("北京市", "北京市", "朝阳区"), ("北京市", "北京市", "朝阳区", "110105")),
        (("北京市", "", "朝阳区"), ("北京市", "北京市", "朝阳区", "110105")),
        (("广东省", "东莞市", ""), ("广东省", "东莞市", "", "441900")),
        (("湖北省", "省直辖县级行政区划", "仙桃市"), ("湖北省", "省直辖县级行政区划", "仙桃市", "429004")),
        (("重庆市", "县", "城口县"), ("重庆市", "县", "城口县", "500229")),
    ],
)
def test_divisions_are_real_and_written_in_full(me: Call, place: tuple[str, str, str], kept: tuple[str, str, str, str]):
    """Short names and municipalities; the code is found, not taken."""
    province, city, district = place
    row = operations.add_address(me, to=replace(HOME, province=province, city=city, district=district, street="", code="999999"))
    assert (row.province, row.city, row.district, row.code) == kept
    assert "行政区划" not in row.destination.line


@pytest.mark.parametrize(
    ("changed", "code", "detail"),
    [
        ({"name": " "}, "accounts.text_missing", {"field": "name"}),
        ({"detail": ""}, "accounts.text_missing", {"field": "detail"}),
        ({"name": "x" * 41}, "accounts.text_malformed", {"longest": 40}),
        ({"phone": "12"}, "accounts.phone_malformed", {}),
        ({"province": "火星省"}, "accounts.division_unknown", {"level": "province"}),
        ({"city": "深圳市"}, "accounts.division_unknown", {"level": "city"}),
        ({"district": ""}, "accounts.division_unknown", {"level": "district"}),
        ({"district": "朝阳区"}, "accounts.division_unknown", {"level": "district"}),
    ],
)
def test_what_no_courier_could_find_is_refused(me: Call, changed: dict[str, str], code: str, detail: dict[str, object]):
    """Each field has its code; nothing is added and nothing changed."""
    row = operations.add_address(me, to=HOME)
    for attempt in (lambda to: operations.add_address(me, to=to), lambda to: operations.change_address(me, row.pk, to=to)):
        with pytest.raises(Malformed) as refused:
            attempt(replace(HOME, **changed))
        assert (refused.value.code, refused.value.detail) == (code, detail)
    assert Address.objects.get().destination == row.destination


def test_a_book_has_a_limit(me: Call):
    """An option; removing one makes room."""
    set_option(Call(SYSTEM), name=rules.ADDRESS_LIMIT.name, value=2)
    first = operations.add_address(me, to=HOME)
    operations.add_address(me, to=HOME)
    with pytest.raises(Refused) as refused:
        operations.add_address(me, to=HOME)
    assert (refused.value.code, refused.value.detail, Address.objects.count()) == ("accounts.addresses_full", {"most": 2}, 2)
    operations.remove_address(me, first.pk)
    operations.add_address(me, to=HOME)


def test_addresses_are_ones_own_whatever_the_role(me: Call):
    """Not seen is not there: neither read nor changed nor removed (PIPL 6)."""
    row = operations.add_address(me, to=HOME)
    other = call(registered("other"))
    for attempt in (
        lambda: operations.change_address(other, row.pk, to=replace(HOME, detail="别处")),
        lambda: operations.choose_address(other, row.pk),
        lambda: operations.remove_address(other, row.pk),
        lambda: address(other.actor, row.pk),
    ):
        with pytest.raises(NotSeen):
            attempt()
    assert Address.objects.get().detail == HOME.detail
    assert list(addresses(other.actor)) == []
