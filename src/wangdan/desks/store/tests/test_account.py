"""Getting in, the account itself and the address book, by the forms as a browser without script sends them."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.test import Client

from wangdan.accounts.models import Acceptance, Address, Code, Person
from wangdan.accounts.queries import digits_of
from wangdan.kernel import clock, guards
from wangdan.site import world

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, GOOD, OTHER = "13612340011", "eine-gute-losung-9", "noch-eine-losung-7"


@pytest.fixture
def made():
    """People, no goods."""
    return world.built()


@pytest.fixture
def me(made) -> Client:
    """The buyer's browser."""
    client = Client()
    client.force_login(made.people["buyer"])
    return client


def sent() -> str:
    """The digits of the newest code."""
    return digits_of(Code.objects.latest("pk"))


def text(answer: HttpResponse) -> str:
    """The page."""
    return answer.content.decode()


def chosen(page: str) -> list[str]:
    """What stands in the four pickers."""
    parts = re.findall(r"<select[^>]*name=\"(?:province|city|district|street)\".*?</select>", page, re.DOTALL)
    return ["".join(re.findall(r'<option value="([^"]*)" selected', part)) for part in parts]


# ---- getting in -----------------------------------------------------------------------------------------------------


def test_log_in_by_the_form_and_go_on(made):
    """A wrong password says so; the right one leads back to where one was."""
    client = Client()
    assert client.get("/login?next=/cart").status_code == 200
    wrong = client.post("/login", {"username": "buyer", "password": "no", "next": "/cart"})
    assert wrong.status_code == 422
    assert "用户名或密码不对" in text(wrong)
    assert 'value="buyer"' in text(wrong)
    assert client.get("/me").status_code == 302
    right = client.post("/login", {"username": "buyer", "password": world.PASSWORD, "next": "/cart"})
    assert right["Location"] == "/cart"
    assert client.get("/me").status_code == 200
    assert client.post("/login", {"username": "buyer", "password": world.PASSWORD, "next": "https://evil.example/"})["Location"] == "/"
    client.post("/logout")
    assert client.get("/me").status_code == 302


def test_known_and_unknown_names_get_the_same_page(made):
    """Nothing but what was typed differs."""
    pages = [Client().post("/login", {"username": name, "password": "falsch-falsch"}) for name in ("buyer", "nobody")]
    assert [page.status_code for page in pages] == [422, 422]
    strip = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|buyer|nobody')
    assert strip.sub("", text(pages[0])) == strip.sub("", text(pages[1]))


def test_register_with_a_name(made):
    """A new account is logged in at once; without the tick it is refused with what was typed (D09.一)."""
    client = Client()
    form = {"username": "xiaoyu", "password": GOOD}
    refused = client.post("/register", form)
    assert refused.status_code == 422
    assert "请先阅读并同意" in text(refused)
    assert not Person.objects.filter(username="xiaoyu").exists()
    assert client.post("/register", form | {"accept_terms": "1"}).status_code == 302
    assert client.get("/me/orders").status_code == 200
    assert client.get("/rules/terms").status_code == client.get("/rules/privacy").status_code == 200
    version = Acceptance.objects.get(person__username="xiaoyu", kind="terms").version
    assert f"{version} 版" in text(client.get("/me/profile"))


def test_a_second_click_on_register_is_the_same_account(made):
    """The form's nonce: no «name taken» for one's own name."""
    client = Client()
    nonce = re.search(r'name="nonce" value="(\w+)"', text(client.get("/register"))).group(1)
    form = {"username": "xiaoyu", "password": GOOD, "accept_terms": "1", "nonce": nonce}
    assert [client.post("/register", form).status_code for _ in range(2)] == [302, 302]
    assert Person.objects.filter(username="xiaoyu").count() == 1


def test_register_log_in_and_reset_by_phone_and_code(made):
    """C8, D15.1, D15.9: the code by SMS; the form comes back with what was typed when it was sent."""
    client = Client()
    form = {"phone": PHONE, "password": GOOD, "accept_terms": "1"}
    page = client.post("/register", form | {"send": "1"})
    assert page.status_code == 200
    assert "验证码已发到" in text(page)
    assert PHONE in text(page)
    again = client.post("/register", form | {"send": "1"})
    assert (again.status_code, "试得太频繁" in text(again)) == (429, True)
    wrong = client.post("/register", form | {"code": f"{(int(sent()) + 1) % 10**6:06d}"})
    assert (wrong.status_code, "验证码不对" in text(wrong)) == (422, True)
    assert client.post("/register", form | {"code": sent()}).status_code == 302
    assert client.get("/me").status_code == 200

    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        other = Client()
        assert "验证码登录" in text(other.get("/login?by=code"))
        other.post("/login", {"by": "code", "phone": PHONE, "send": "1"})
        assert other.post("/login", {"by": "code", "phone": PHONE, "code": sent(), "next": "/cart"})["Location"] == "/cart"

    with time_machine.travel(clock.now() + timedelta(minutes=4), tick=True):
        third = Client()
        assert third.post("/forgot", {"phone": PHONE, "send": "1"}).status_code == 200
        short = third.post("/forgot", {"phone": PHONE, "code": sent(), "new": "kurz"})
        assert (short.status_code, "至少 8 个字符" in text(short)) == (422, True)
        assert third.post("/forgot", {"phone": PHONE, "code": sent(), "new": OTHER}).status_code == 302
        assert third.get("/me").status_code == 200
        assert other.get("/me").status_code == 302, "other sessions ended"
        assert Client().post("/login", {"username": PHONE, "password": OTHER}).status_code == 302


def test_an_unknown_phone_gets_the_same_answer(made):
    """Sending a code says nothing about who has an account."""
    pages = [Client().post("/forgot", {"phone": phone, "send": "1"}) for phone in ("13612340012", "13612340013")]
    strip = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|1361234001\d')
    assert strip.sub("", text(pages[0])) == strip.sub("", text(pages[1]))


def test_a_script_gets_its_part_of_the_page(made):
    """Htmx swaps answers of 200 only, so a refusal of its request comes as one."""
    answer = Client().post("/forgot", {"phone": "1", "send": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'id="code-note"' in text(answer)
    assert "11 位手机号" in text(answer)


# ---- the account itself ---------------------------------------------------------------------------------------------


def test_the_profile_is_changed_and_the_site_speaks_its_language(me, made):
    """D15.2: shown name and language; a wrong one changes nothing."""
    assert "账号与资料" in text(me.get("/me/profile"))
    bad = me.post("/me/profile", {"name": "小禾", "language": "tlh"})
    assert (bad.status_code, Person.objects.get(username="buyer").language) == (422, "zh-hans")
    answer = me.post("/me/profile", {"name": "小禾 <b>", "language": "en"})
    assert answer["Location"] == "/me/profile"
    person = Person.objects.get(username="buyer")
    assert (person.name, person.language) == ("小禾 <b>", "en")
    page = text(me.get("/me/profile"))
    assert '<html lang="en">' in page
    assert "小禾 &lt;b&gt;" in page


def test_phone_and_mail_are_proved_by_a_code(me):
    """D15.2: not kept without the right digits and the password; shown masked afterwards."""
    for path, to, kept, shown in (
        ("/me/phone", PHONE, {"phone": f"+86{PHONE}"}, "136 **** 0011"),
        ("/me/email", "Chen@Example.com", {"email": "chen@example.com"}, "c***@example.com"),
    ):
        assert me.get(path).status_code == 200
        assert "验证码已发到" in text(me.post(path, {"to": to, "send": "1"}))
        code = sent()
        wrong = me.post(path, {"to": to, "code": f"{(int(code) + 1) % 10**6:06d}", "own": world.PASSWORD})
        assert wrong.status_code == 422
        other = me.post(path, {"to": to, "code": code, "own": OTHER})
        assert (other.status_code, "现在的密码不对" in text(other)) == (422, True)
        assert not Person.objects.filter(username="buyer", **kept).exists()
        assert me.post(f"{path}?next=/apply", {"to": to, "code": code, "own": world.PASSWORD})["Location"] == "/apply", "back to what needed it"
        assert Person.objects.filter(username="buyer", **kept).exists()
        assert shown in text(me.get("/me/profile"))
    assert me.post("/me/phone", {"to": "chen@example.com", "code": "000000"}).status_code == 422


def test_without_a_password_the_present_phone_answers_for_oneself(me, made):
    """D15.2: a second code, to the phone the account has."""
    with guards.exempt("people taken over from elsewhere have no password"):
        Person.objects.filter(username="buyer").update(phone="+8613612340012", password=make_password(None))
    me.force_login(Person.objects.get(username="buyer"))
    page = text(me.get("/me/email"))
    assert ("136 **** 0012" in page, "登录密码" in page) == (True, False)
    me.post("/me/email", {"to": "chen@example.com", "send": "1"})
    code = sent()
    asked = me.post("/me/email", {"to": "chen@example.com", "code": code, "send": "own"})
    assert ("验证码已发到现在的手机号" in text(asked), f'value="{code}"' in text(asked)) == (True, True)
    assert me.post("/me/email", {"to": "chen@example.com", "send": "own"}).status_code == 429
    assert me.post("/me/email", {"to": "chen@example.com", "code": code, "own": code}).status_code == 422
    assert not Person.objects.filter(email="chen@example.com").exists()
    assert me.post("/me/email", {"to": "chen@example.com", "code": code, "own": sent()})["Location"] == "/me/profile"
    assert Person.objects.filter(email="chen@example.com").exists()


def test_a_changed_password_keeps_this_session_and_ends_the_others(made):
    """D15.9."""
    here, there = Client(), Client()
    for client in (here, there):
        client.post("/login", {"username": "buyer", "password": world.PASSWORD})
    wrong = here.post("/me/password", {"old": "falsch-falsch", "new": OTHER})
    assert (wrong.status_code, "现在的密码不对" in text(wrong)) == (422, True)
    assert there.get("/me").status_code == 200
    assert here.post("/me/password", {"old": world.PASSWORD, "new": OTHER})["Location"] == "/me/profile"
    assert (here.get("/me").status_code, there.get("/me").status_code) == (200, 302)
    assert Client().post("/login", {"username": "buyer", "password": world.PASSWORD}).status_code == 422


@pytest.mark.parametrize("path", ["/me/profile", "/me/phone", "/me/email", "/me/password", "/me/addresses", "/me/addresses/regions", "/me/messages"])
def test_strangers_log_in_first(made, path):
    """And come back to where they wanted to go."""
    assert Client().get(path)["Location"] == f"/login?next={path}"


# ---- the address book -----------------------------------------------------------------------------------------------


def test_the_address_book(me):
    """A new one, back to the checkout, default, remove; what is wrong comes back as typed."""
    home = world.HOMES[0]
    form = {name: getattr(home, name) for name in ("name", "phone", "province", "city", "district", "street", "detail")}
    bad = me.post("/me/addresses/new", form | {"phone": "12", "next": "/checkout"})
    assert bad.status_code == 422
    assert chosen(text(bad)) == ["浙江省", "杭州市", "余杭区", "仓前街道"]
    assert me.post("/me/addresses/new", form | {"next": "/checkout?sku=1"})["Location"] == "/checkout?sku=1"
    row = Address.objects.get()
    page = text(me.get("/me/addresses?choose=/checkout"))
    assert f"/checkout?address={row.pk}" in page
    assert chosen(text(me.get(f"/me/addresses/{row.pk}"))) == ["浙江省", "杭州市", "余杭区", "仓前街道"]
    me.post("/me/addresses/new", form | {"detail": "二号"})
    second = Address.objects.get(detail="二号")
    kept = me.post(f"/me/addresses/{second.pk}/default", {"back": "/me/addresses?choose=/checkout"})
    assert kept["Location"] == "/me/addresses?choose=/checkout"
    assert Address.objects.get(is_default=True) == second
    assert me.post(f"/me/addresses/{second.pk}/remove", {"back": "https://evil.example/"})["Location"] == "/me/addresses"
    assert Address.objects.get() == row


def test_an_address_goes_only_after_a_question(me):
    """D05.五.2: a page says what goes with it, works without a script, and leads back to where one was."""
    home = world.HOMES[0]
    form = {name: getattr(home, name) for name in ("name", "phone", "province", "city", "district", "street", "detail")}
    me.post("/me/addresses/new", form)
    row = Address.objects.get()
    path = re.search(rf'href="(/me/addresses/{row.pk}/remove[^"]*)"', text(me.get("/me/addresses?choose=/checkout?sku=1"))).group(1)
    page = text(me.get(path))
    for part in (home.detail, "不删除", 'href="/me/addresses?choose=/checkout?sku=1"'):
        assert part in page
    assert Address.objects.get() == row, "a look removes nothing"
    assert me.post(path, {"nonce": "n"})["Location"] == "/me/addresses?choose=/checkout?sku=1"
    assert not Address.objects.exists()
    assert me.get(path).status_code == 404


def test_pickers_without_a_script_go_level_by_level(me):
    """D03.6: real divisions; choosing the one above lists the next, what was typed stays."""
    assert chosen(text(me.get("/me/addresses/new"))) == ["", "", "", ""]
    step = {"pick": "1", "name": "陈晓禾", "province": "浙江省"}
    page = text(me.post("/me/addresses/new", step))
    assert 'value="陈晓禾"' in page
    assert '<option value="杭州市">' in page
    page = text(me.post("/me/addresses/new", step | {"city": "杭州市"}))
    assert '<option value="余杭区">' in page
    page = text(me.post("/me/addresses/new", step | {"city": "杭州市", "district": "余杭区"}))
    assert '<option value="仓前街道">' in page
    assert chosen(text(me.post("/me/addresses/new", step | {"province": "广东省", "city": "杭州市"})))[:2] == ["广东省", ""]
    assert not Address.objects.exists()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"province": "北京市"}, ["北京市", "市辖区", "", ""]),
        ({"province": "重庆市", "city": "县"}, ["重庆市", "县", "", ""]),
        ({"province": "广东省", "city": "东莞市"}, ["广东省", "东莞市", "东莞市", ""]),
        ({"province": "北京市", "city": "北京市", "district": "朝阳区"}, ["北京市", "市辖区", "朝阳区", ""]),
        ({"province": "浙江省", "city": "杭州市", "district": "余杭区", "street": "云上街道"}, ["浙江省", "杭州市", "余杭区", "云上街道"]),
    ],
)
def test_odd_divisions_can_be_picked(me, given, wanted):
    """Municipalities, counties right below them, cities without districts, a street the table does not know."""
    page = text(me.get("/me/addresses/regions", given))
    assert chosen(page) == wanted
    assert "<html" not in page
    assert ">市辖区<" not in page, "people never read it"


@pytest.mark.parametrize(
    ("province", "city", "district", "line"),
    [("北京市", "市辖区", "朝阳区", "北京市朝阳区"), ("广东省", "东莞市", "东莞市", "广东省东莞市"), ("重庆市", "县", "城口县", "重庆市城口县")],
)
def test_what_the_pickers_send_can_be_kept(me, province, city, district, line):
    """Every value of a picker is a division the address book knows."""
    form = {"name": "陈", "phone": "13800006021", "province": province, "city": city, "district": district, "street": "", "detail": "一号"}
    assert me.post("/me/addresses/new", form).status_code == 302
    assert Address.objects.get().destination.line == f"{line}一号"


def test_the_paste_box_fills_the_form_and_keeps_nothing(me):
    """D03.6: name, phone and place from one text; what it does not say stays as typed, what is none says so."""
    page = text(me.post("/me/addresses/new", {"parse": "1", "text": "张小北 13712345678 浙江省杭州市余杭区仓前街道云溪路20号1幢1105室"}))
    assert chosen(page) == ["浙江省", "杭州市", "余杭区", "仓前街道"]
    for value in ("张小北", "13712345678", "云溪路20号1幢1105室"):
        assert f'value="{value}"' in page
    assert "请核对后保存" in page
    kept = text(me.post("/me/addresses/new", {"parse": "1", "text": "浙江省杭州市余杭区云溪路20号", "name": "陈晓禾"}))
    assert 'value="陈晓禾"' in kept
    assert "请补上其余的" in kept
    assert "没认出来" in text(me.post("/me/addresses/new", {"parse": "1", "text": "…", "name": "陈晓禾"}))
    assert me.post("/me/addresses/new", {"parse": "1", "text": "\x00" + "<b>" * 2000}).status_code == 200
    assert not Address.objects.exists()


def test_addresses_of_others_are_not_there(me, made):
    """404, and nothing changes."""
    other = Client()
    other.force_login(made.people["buyer2"])
    home = world.HOMES[1]
    other.post("/me/addresses/new", {name: getattr(home, name) for name in ("name", "phone", "province", "city", "district", "street", "detail")})
    row = Address.objects.get()
    paths = [f"/me/addresses/{row.pk}", f"/me/addresses/{row.pk}/remove", f"/me/addresses/{row.pk}/default"]
    assert [me.post(path, {}).status_code for path in paths] == [404, 404, 404]
    assert me.get(paths[0]).status_code == 404
    assert Address.objects.get() == row
