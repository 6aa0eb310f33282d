"""Getting in: codes, registration, log-in; limits per account and address; the same answer for known and unknown."""

import statistics
import time
from datetime import timedelta

import pytest
import time_machine
from django.test import override_settings

from wangdan.accounts import operations, rules
from wangdan.accounts.models import Acceptance, Code, Person, Tally, Token
from wangdan.accounts.operations import Entrance, Secret
from wangdan.accounts.queries import person_of_token, token_from
from wangdan.accounts.tests.entering import GOOD, PHONE, STRANGER, code_for, here, registered, wrong
from wangdan.kernel import clock
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Malformed, Refused, TooMany
from wangdan.kernel.models import Journal
from wangdan.kernel.operations import set_option

pytestmark = pytest.mark.django_db(transaction=True)


# ---- registration (D05.一.1, D09.一, D15.1) ---------------------------------------------------------------------------


def test_an_account_by_name_keeps_what_was_agreed_to_in_which_version():
    """D09.一, D15.1: both agreements with the versions in force then; a newer one changes nothing that was agreed."""
    for kind in ("terms", "privacy"):
        operations.publish_agreement(Call(SYSTEM), kind=kind, version="2026-01", text={"zh-hans": "甲", "en": "a"})
    person = registered(" XiaoYu ")
    operations.publish_agreement(Call(SYSTEM), kind="terms", version="2027-01", text={"zh-hans": "乙", "en": "b"})
    assert (person.username, person.phone, person.language) == ("xiaoyu", None, "zh-hans")
    assert person.password.startswith("md5$"), "the tests' hasher; never the password itself"
    assert sorted(Acceptance.objects.filter(person=person).values_list("kind", "version")) == [("privacy", "2026-01"), ("terms", "2026-01")]
    second = registered("later")
    assert Acceptance.objects.get(person=second, kind="terms").version == "2027-01"


def test_an_account_by_phone_and_code_has_a_proved_phone_and_a_name_of_its_own():
    """C8: the code is used up by it."""
    code = code_for(f"+86 {PHONE}", "register")
    person = registered("", phone=PHONE, code=code)
    assert person.phone == "+86" + PHONE
    assert person.username.startswith("u")
    again = operations.register(STRANGER, phone=PHONE, code=code, password=Secret(GOOD), accept_terms=True, visit=here())
    assert again.problem == "accounts.code_wrong"
    assert Person.objects.count() == 1


def test_a_phone_without_its_code_is_not_kept():
    """Nobody owns a number he has not proved."""
    assert registered("xiaoyu", phone=PHONE).phone is None
    with pytest.raises(Malformed, match=r"accounts\.code_missing"):
        operations.register(STRANGER, phone=PHONE, password=Secret(GOOD), accept_terms=True, visit=here())


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"accept_terms": False}, "accounts.terms_not_accepted"),
        ({"username": ""}, "accounts.name_missing"),
        ({"username": "ab"}, "accounts.name_malformed"),
        ({"username": "13812346021"}, "accounts.name_malformed"),
        ({"username": "a b c"}, "accounts.name_malformed"),
        ({"phone": "12345"}, "accounts.phone_malformed"),
        ({"password": Secret("kurz")}, "accounts.password_short"),
        ({"password": Secret("x" * 129)}, "accounts.password_long"),
        ({"password": Secret("password123")}, "accounts.password_common"),
        ({"password": Secret("aaaaaaaaaa")}, "accounts.password_common"),
        ({"password": Secret("xiaoyu-2026")}, "accounts.password_like_name"),
        ({"password": Secret("gut\x00genug9")}, "accounts.password_malformed"),
    ],
)
def test_what_is_no_registration_leaves_nothing(given: dict, code: str):
    """Every refusal says which field; no person, no acceptance, no journal."""
    wanted = {"username": "xiaoyu", "password": Secret(GOOD), "accept_terms": True, "visit": here()} | given
    with pytest.raises(Malformed) as refused:
        operations.register(STRANGER, **wanted)
    assert refused.value.code == code
    assert (Person.objects.count(), Acceptance.objects.count(), Journal.objects.count()) == (0, 0, 0)


def test_a_name_and_a_proved_phone_belong_to_one():
    """Whatever the case; a taken phone is told only to whoever proved it."""
    registered("xiaoyu", phone=PHONE, code=code_for(PHONE, "register"))
    with pytest.raises(Refused, match=r"accounts\.name_taken"):
        registered("XIAOYU")
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        code = code_for(PHONE, "register")
        assert operations.register(
            STRANGER, username="other", phone=PHONE, code=wrong(code), password=Secret(GOOD), accept_terms=True, visit=here()
        ) == Entrance(problem="accounts.code_wrong")
        with pytest.raises(Refused, match=r"accounts\.phone_taken"):
            registered("other", phone=PHONE, code=code)
    assert Person.objects.count() == 1


def test_registrations_are_limited_per_address_and_only_those_that_came_about_count():
    """One network address cannot open accounts without end."""
    set_option(Call(SYSTEM), name=rules.REGISTER_PER_SOURCE.name, value=2)
    registered("one")
    with pytest.raises(Malformed):
        registered("two", password=Secret("kurz"))
    registered("two")
    with pytest.raises(TooMany) as refused:
        registered("three")
    assert 0 < refused.value.detail["retry_after"] <= 3600
    assert Person.objects.count() == 2
    assert registered("three", visit=here("10.0.0.2")).username == "three"


# ---- codes ----------------------------------------------------------------------------------------------------------


def test_a_code_counts_once_for_its_purpose_and_its_time():
    """Not for another purpose, not twice, not when it is over."""
    registered("xiaoyu", phone=PHONE, code=code_for(PHONE, "register"))
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        code = code_for(PHONE, "password")
        assert operations.log_in(STRANGER, phone=PHONE, code=code, visit=here()).problem == "accounts.code_wrong"
    with time_machine.travel(clock.now() + timedelta(minutes=4), tick=True):
        code = code_for(PHONE, "login")
        assert operations.log_in(STRANGER, phone=PHONE, code=code, visit=here()).person is not None
        assert operations.log_in(STRANGER, phone=PHONE, code=code, visit=here()).problem == "accounts.code_wrong"
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        code = code_for(PHONE, "login")
    with time_machine.travel(clock.now() + timedelta(minutes=17), tick=True):
        assert operations.log_in(STRANGER, phone=PHONE, code=code, visit=here()).problem == "accounts.code_wrong"


def test_a_code_is_tried_five_times_at_most():
    """After that the right digits are worth nothing either."""
    code = code_for(PHONE, "register")
    for _ in range(5):
        found = operations.register(STRANGER, phone=PHONE, code=wrong(code), password=Secret(GOOD), accept_terms=True, visit=here())
        assert found.problem == "accounts.code_wrong"
    found = operations.register(STRANGER, phone=PHONE, code=code, password=Secret(GOOD), accept_terms=True, visit=here())
    assert (found.problem, Person.objects.count()) == ("accounts.code_wrong", 0)


def test_codes_are_limited_per_number_and_per_address():
    """One a minute and so many a day for a number; so many a day from an address, whatever the numbers."""
    operations.send_code(STRANGER, to=PHONE, purpose="login", visit=here())
    with pytest.raises(TooMany) as refused:
        operations.send_code(STRANGER, to=f"0086{PHONE}", purpose="login", visit=here("10.9.9.9"))
    assert 0 < refused.value.detail["retry_after"] <= 60
    set_option(Call(SYSTEM), name=rules.CODES_PER_PHONE.name, value=2)
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        operations.send_code(STRANGER, to=PHONE, purpose="login", visit=here())
    with time_machine.travel(clock.now() + timedelta(minutes=4), tick=True), pytest.raises(TooMany):
        operations.send_code(STRANGER, to=PHONE, purpose="login", visit=here())
    set_option(Call(SYSTEM), name=rules.CODES_PER_SOURCE.name, value=3)
    operations.send_code(STRANGER, to="13712340001", purpose="login", visit=here())
    with pytest.raises(TooMany):
        operations.send_code(STRANGER, to="13712340002", purpose="login", visit=here())
    assert Code.objects.count() == 3
    operations.send_code(STRANGER, to="13712340002", purpose="login", visit=here("10.0.0.2"))


def test_the_pause_is_one_per_purpose_and_the_day_counts_them_all():
    """Who registers by a code logs in by the next one at once; nobody gets more codes a day by asking for other purposes."""
    set_option(Call(SYSTEM), name=rules.CODES_PER_PHONE.name, value=3)
    registered("xiaoyu", phone=PHONE, code=code_for(PHONE, "register"))
    assert operations.log_in(STRANGER, phone=PHONE, code=code_for(PHONE, "login"), visit=here()).person is not None
    operations.send_code(STRANGER, to=PHONE, purpose="password", visit=here())
    with pytest.raises(TooMany) as refused:
        operations.send_code(STRANGER, to=PHONE, purpose="phone", visit=here())
    assert refused.value.detail["retry_after"] > 60
    assert Code.objects.count() == 3


@pytest.mark.parametrize(
    ("to", "purpose", "code"), [("138", "login", "phone_malformed"), ("x@y", "email", "email_malformed"), (PHONE, "x", "purpose_unknown")]
)
def test_a_code_goes_to_what_can_take_one(to: str, purpose: str, code: str):
    """Nothing is counted for what is no number."""
    with pytest.raises(Malformed, match=code):
        operations.send_code(STRANGER, to=to, purpose=purpose, visit=here())
    assert (Code.objects.count(), Tally.objects.count()) == (0, 0)


# ---- log-in (D05.一.2, D15.1; C8) --------------------------------------------------------------------------------------


def test_log_in_by_name_by_phone_and_by_code():
    """Each way leads to the same person; a token only for whoever wants one."""
    person = registered("xiaoyu", phone=PHONE, code=code_for(PHONE, "register"))
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        ways = [
            {"username": " XiaoYu", "password": Secret(GOOD)},
            {"username": PHONE, "password": Secret(GOOD)},
            {"phone": f"+86{PHONE}", "password": Secret(GOOD)},
            {"phone": PHONE, "code": code_for(PHONE, "login")},
        ]
        assert [operations.log_in(STRANGER, **way, visit=here()).person for way in ways] == [person] * 4
    assert Token.objects.count() == 0
    entrance = operations.log_in(STRANGER, username="xiaoyu", password=Secret(GOOD), visit=here(token=True))
    raw = token_from(entrance.seed)
    assert person_of_token(raw) == person
    assert raw not in str(list(Token.objects.values()))


def test_known_and_unknown_read_the_same():
    """A wrong password, an unknown name, an unknown phone: one answer. Who has an account is told to nobody."""
    registered("xiaoyu", phone=PHONE, code=code_for(PHONE, "register"))
    answers = {
        operations.log_in(STRANGER, username=name, password=Secret("falsch-falsch"), visit=here())
        for name in ("xiaoyu", "nobody", PHONE, "13700000000", "what?!", "a\x00b")
    }
    assert answers == {Entrance(problem="accounts.cannot_log_in")}
    assert {operations.log_in(STRANGER, phone=phone, code=Secret("000000"), visit=here()) for phone in ("13712340003", "13712340004")} == {
        Entrance(problem="accounts.code_wrong")
    }
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        known, unknown = (operations.send_code(STRANGER, to=to, purpose="password", visit=here()) for to in (PHONE, "13712340005"))
    assert known == unknown


def test_known_and_unknown_take_the_same_time():
    """The work is that of one password hash either way."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        set_option(Call(SYSTEM), name=rules.LOGIN_FAILURES.name, value=50)
        operations.entry._nobodys_hash.cache_clear()
        registered("xiaoyu")

        def took(name: str) -> float:
            start = time.perf_counter()
            operations.log_in(STRANGER, username=name, password=Secret("falsch-falsch"), visit=here())
            return time.perf_counter() - start

        took("nobody")
        pairs = [(took("xiaoyu"), took("nobody")) for _ in range(9)]
    operations.entry._nobodys_hash.cache_clear()
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < known / unknown < 2


@pytest.mark.parametrize("name", ["xiaoyu", "nobody"])
def test_a_name_is_locked_after_five_failures_known_or_not(name: str):
    """The right password does not help either until the time is over; another name is untouched."""
    registered("xiaoyu")
    registered("other")
    for _ in range(5):
        assert operations.log_in(STRANGER, username=name, password=Secret("falsch-falsch"), visit=here()).problem == "accounts.cannot_log_in"
    with pytest.raises(TooMany) as refused:
        operations.log_in(STRANGER, username=name, password=Secret(GOOD), visit=here("10.0.0.2"))
    assert 0 < refused.value.detail["retry_after"] <= 15 * 60
    assert operations.log_in(STRANGER, username="other", password=Secret(GOOD), visit=here()).person is not None
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=True):
        found = operations.log_in(STRANGER, username=name, password=Secret(GOOD), visit=here())
    assert found.problem == ("" if name == "xiaoyu" else "accounts.cannot_log_in")


def test_an_address_is_locked_after_so_many_failures_over_many_names():
    """Trying one password on many names stops too; those who get in are not counted."""
    registered("xiaoyu")
    set_option(Call(SYSTEM), name=rules.SOURCE_FAILURES.name, value=5)
    for at in range(5):
        operations.log_in(STRANGER, username=f"name{at}", password=Secret("falsch-falsch"), visit=here())
    with pytest.raises(TooMany):
        operations.log_in(STRANGER, username="xiaoyu", password=Secret(GOOD), visit=here())
    assert operations.log_in(STRANGER, username="xiaoyu", password=Secret(GOOD), visit=here("10.0.0.2")).person is not None


def test_a_success_begins_the_count_anew():
    """Four failures, a success, four failures: nobody is locked."""
    registered("xiaoyu")
    for _ in range(2):
        for _ in range(4):
            operations.log_in(STRANGER, username="xiaoyu", password=Secret("falsch-falsch"), visit=here())
        assert operations.log_in(STRANGER, username="xiaoyu", password=Secret(GOOD), visit=here()).person is not None


def test_a_closed_account_is_told_only_to_whoever_knows_the_secret():
    """D09.六.3: its tokens are dead at once."""
    person = registered("xiaoyu", visit=here(token=True))
    assert Token.objects.count() == 1
    operations.disable(Call(SYSTEM), person.pk, reason="借给别人用")
    assert Token.objects.count() == 0
    assert operations.log_in(STRANGER, username="xiaoyu", password=Secret("falsch-falsch"), visit=here()).problem == "accounts.cannot_log_in"
    assert operations.log_in(STRANGER, username="xiaoyu", password=Secret(GOOD), visit=here()).problem == "accounts.disabled"
