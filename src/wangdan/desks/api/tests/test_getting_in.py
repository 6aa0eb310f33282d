"""Getting in over HTTP: what contract and door promise of codes, registration, log-in, log-out and passwords (C8, D15.1)."""

import pytest

from wangdan.accounts.models import Code, Person, Tally, Token
from wangdan.accounts.queries import digits_of
from wangdan.desks.api.tests.caller import Caller
from wangdan.kernel import guards

pytestmark = pytest.mark.django_db(transaction=True)

GOOD, OTHER = "grüne-lampe-7429", "blaue-tasse-8531"
PHONE = "13812346021"


@pytest.fixture
def nobody() -> Caller:
    """A program without a token."""
    return Caller()


def with_token(token: str) -> Caller:
    """A program with that token."""
    caller = Caller()
    caller.headers = {"authorization": f"Bearer {token}"}
    return caller


def digits(caller: Caller, purpose: str, phone: str = PHONE) -> str:
    """The code that is sent, a minute after the last one."""
    with guards.exempt("a minute has passed"):
        Tally.objects.filter(kind="code_pause").delete()
    sent = caller.post("/auth/codes", {"phone": phone, "purpose": purpose})
    assert (sent.status_code, sent.json()) == (200, {"retry_after": 60})
    return digits_of(Code.objects.latest("pk"))


def test_register_log_in_and_out(nobody: Caller) -> None:
    """A name and a password; the token works until it is ended, another one lives on."""
    made = nobody.post("/auth/register", {"username": "Xiaoyu", "password": GOOD, "accept_terms": True})
    assert made.status_code == 201, made.content
    assert set(made.json()) == {"token", "user"}
    assert (made.json()["user"]["username"], made.json()["user"]["phone"]) == ("xiaoyu", None)
    first = with_token(made.json()["token"])
    entered = nobody.post("/auth/login", {"username": "XIAOYU", "password": GOOD})
    second = with_token(entered.json()["token"])
    assert first.get("/auth/me").json() == entered.json()["user"] | {"roles": ["buyer"]}
    assert first.post("/auth/logout").json() == {"ended": True}
    assert (first.get("/orders").status_code, second.get("/orders").status_code) == (401, 200)
    assert first.post("/auth/login", {"username": "xiaoyu", "password": GOOD}).status_code == 200, "a dead token keeps nobody out"
    assert nobody.post("/auth/logout").status_code == 401


def test_a_phone_counts_with_its_code_only(nobody: Caller) -> None:
    """Wrong, then right; log-in by code and by password; without a code the phone is not kept."""
    code = digits(nobody, "register")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    body = {"phone": PHONE, "password": GOOD, "accept_terms": True}
    refused = nobody.post("/auth/register", body | {"code": wrong})
    assert (refused.status_code, refused.json()["code"]) == (422, "accounts.code_wrong")
    assert not Person.objects.exists()
    made = nobody.post("/auth/register", body | {"code": code})
    assert (made.status_code, made.json()["user"]["phone"]) == (201, "138 **** 6021")
    assert nobody.post("/auth/login", {"phone": PHONE, "password": GOOD}).status_code == 200
    assert nobody.post("/auth/login", {"phone": PHONE, "code": digits(nobody, "login")}).status_code == 200
    unproved = nobody.post("/auth/register", {"username": "other", "phone": "13900001111", "password": GOOD, "accept_terms": True})
    assert (unproved.status_code, unproved.json()["user"]["phone"]) == (201, None)
    again = nobody.post("/auth/codes", {"phone": PHONE, "purpose": "login"})
    assert (again.status_code, again.json()["code"]) == (429, "accounts.too_many")
    assert 0 < int(again["Retry-After"]) <= 60


def test_a_repeated_key_is_one_account_and_one_token(nobody: Caller) -> None:
    """Same key and body → same answer with the same token; other body → 422."""
    body = {"username": "xiaoyu", "password": GOOD, "accept_terms": True}
    first = nobody.post("/auth/register", body, idempotency_key="k")
    again = nobody.post("/auth/register", body, idempotency_key="k")
    assert (first.status_code, first.content) == (201, again.content)
    assert (Person.objects.count(), Token.objects.count()) == (1, 1)
    for other in (body | {"username": "other"}, body | {"password": OTHER}):
        refused = nobody.post("/auth/register", other, idempotency_key="k")
        assert (refused.status_code, refused.json()["code"]) == (422, "kernel.key_reused")
    entered = [nobody.post("/auth/login", {"username": "xiaoyu", "password": GOOD}, idempotency_key="k").content for _ in range(2)]
    assert entered[0] == entered[1]
    assert nobody.post("/auth/login", {"username": "xiaoyu", "password": OTHER}, idempotency_key="k").json()["code"] == "kernel.key_reused"
    assert nobody.post("/auth/login", body, idempotency_key="x" * 200).status_code == 200
    for bad in ("", "x" * 201):
        assert nobody.post("/auth/login", body, idempotency_key=bad).json()["code"] == "kernel.key_malformed"


def test_who_does_not_get_in(nobody: Caller) -> None:
    """The same answer for unknown names and wrong passwords, then a pause; a disabled account after its password only."""
    nobody.post("/auth/register", {"username": "xiaoyu", "password": GOOD, "accept_terms": True})
    wrong = nobody.post("/auth/login", {"username": "xiaoyu", "password": OTHER})
    unknown = nobody.post("/auth/login", {"username": "nobody", "password": OTHER})
    assert (wrong.status_code, wrong.content) == (401, unknown.content)
    assert wrong.json()["code"] == "accounts.cannot_log_in"
    assert wrong.json()["message"] == "用户名或密码不对"
    for _ in range(4):
        nobody.post("/auth/login", {"username": "xiaoyu", "password": OTHER})
    assert nobody.post("/auth/login", {"username": "xiaoyu", "password": GOOD}).status_code == 429


REGISTRATIONS = [
    ({"accept_terms": False}, "accounts.terms_not_accepted"),
    ({"accept_terms": None}, "kernel.malformed"),
    ({"accept_terms": "true"}, "kernel.malformed"),
    ({"password": "short"}, "accounts.password_short"),
    ({"password": "password1"}, "accounts.password_common"),
    ({"password": "xiaoyu2024"}, "accounts.password_like_name"),
    ({"password": "x" * 100}, "accounts.password_common"),
    ({"password": GOOD * 9}, "accounts.password_long"),
    ({"password": None}, "kernel.malformed"),
    ({"username": "a b"}, "accounts.name_malformed"),
    ({"username": "13812346021"}, "accounts.name_malformed"),
    ({"username": "x" * 300}, "kernel.malformed"),
    ({"username": 5}, "kernel.malformed"),
    ({"username": ""}, "accounts.name_missing"),
    ({"username": None, "phone": PHONE}, "accounts.code_missing"),
    ({"phone": "12"}, "accounts.phone_malformed"),
]


@pytest.mark.parametrize(("changed", "code"), REGISTRATIONS)
def test_no_account(nobody: Caller, changed: dict[str, object], code: str) -> None:
    """422 with a code that says why, and nobody was made."""
    refused = nobody.post("/auth/register", {"username": "xiaoyu", "password": GOOD, "accept_terms": True} | changed)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert not Person.objects.exists()


def test_passwords(nobody: Caller) -> None:
    """D15.9: changed by the old one, set anew by a code; every token before is dead."""
    made = nobody.post("/auth/register", {"phone": PHONE, "code": digits(nobody, "register"), "password": GOOD, "accept_terms": True}).json()
    me = with_token(made["token"])
    assert me.post("/auth/password", {"old": OTHER, "new": OTHER}).json()["code"] == "accounts.password_wrong"
    changed = me.post("/auth/password", {"old": GOOD, "new": OTHER})
    assert (changed.status_code, me.get("/auth/me").status_code) == (200, 401)
    assert with_token(changed.json()["token"]).get("/auth/me").status_code == 200
    code = digits(nobody, "password")
    assert nobody.post("/auth/reset", {"phone": PHONE, "code": code, "new": "short"}).status_code == 422
    reset = nobody.post("/auth/reset", {"phone": PHONE, "code": code, "new": GOOD})
    assert (reset.status_code, reset.json()["user"]["id"]) == (200, made["user"]["id"])
    assert with_token(changed.json()["token"]).get("/auth/me").status_code == 401
