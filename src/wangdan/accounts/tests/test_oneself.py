"""The account itself: passwords, phone and mail address proved by codes, the profile; nobody sees another."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password

from wangdan.accounts import operations
from wangdan.accounts.models import Code, Person, Token
from wangdan.accounts.operations import Secret
from wangdan.accounts.queries import actor_of, digits_of
from wangdan.accounts.tests.entering import GOOD, OTHER, PHONE, STRANGER, code_for, here, registered, wrong
from wangdan.kernel import clock, guards
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Malformed, NotSeen, Refused, TooMany
from wangdan.kernel.models import Journal

pytestmark = pytest.mark.django_db(transaction=True)


# ---- passwords and proofs (D15.2, D15.9) ------------------------------------------------------------------------------


def test_a_changed_password_ends_every_token():
    """D15.9; a wrong old one changes nothing and is counted."""
    person = registered("xiaoyu", visit=here(token=True))
    call = Call(actor_of(person))
    before = person.password
    assert operations.change_password(call, old=Secret("falsch-falsch"), new=Secret(OTHER), visit=here()).problem == "accounts.password_wrong"
    with pytest.raises(Malformed, match="password_short"):
        operations.change_password(call, old=Secret(GOOD), new=Secret("kurz"), visit=here())
    person.refresh_from_db()
    assert (person.password, Token.objects.count()) == (before, 1)
    assert operations.change_password(call, old=Secret(GOOD), new=Secret(OTHER), visit=here()).person == person
    assert Token.objects.count() == 0
    assert operations.log_in(STRANGER, username="xiaoyu", password=Secret(GOOD), visit=here()).problem == "accounts.cannot_log_in"
    assert operations.log_in(STRANGER, username="xiaoyu", password=Secret(OTHER), visit=here()).person == person
    assert GOOD not in str(list(Journal.objects.values_list("changes", "facts")))


def test_wrong_old_passwords_are_limited():
    """A stolen session cannot guess the password."""
    call = Call(actor_of(registered("xiaoyu")))
    for _ in range(5):
        operations.change_password(call, old=Secret("falsch-falsch"), new=Secret(OTHER), visit=here())
    with pytest.raises(TooMany):
        operations.change_password(call, old=Secret(GOOD), new=Secret(OTHER), visit=here())


def test_a_forgotten_password_is_set_by_a_code_to_the_proved_phone_and_unlocks():
    """D15.9; an unknown phone hears of it only when it was proved."""
    person = registered("xiaoyu", phone=PHONE, code=code_for(PHONE, "register"), visit=here(token=True))
    for _ in range(5):
        operations.log_in(STRANGER, username="xiaoyu", password=Secret("falsch-falsch"), visit=here())
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        code, unknown = code_for(PHONE, "password"), code_for("13712340006", "password")
        reset = {"new": Secret(OTHER), "visit": here()}
        assert operations.reset_password(STRANGER, phone=PHONE, code=wrong(code), **reset).problem == "accounts.code_wrong"
        assert operations.reset_password(STRANGER, phone="13712340006", code=wrong(unknown), **reset).problem == "accounts.code_wrong"
        assert operations.reset_password(STRANGER, phone="13712340006", code=unknown, **reset).problem == "accounts.no_account"
        assert Token.objects.count() == 1
        assert operations.reset_password(STRANGER, phone=PHONE, code=code, **reset).person == person
        assert Token.objects.count() == 0
        assert operations.log_in(STRANGER, username="xiaoyu", password=Secret(OTHER), visit=here()).person == person


def test_contacts_are_proved_by_their_code_and_belong_to_one():
    """D15.2: a phone and a mail address; nothing changes without the right digits and the password."""
    registered("other", phone=PHONE, code=code_for(PHONE, "register"))
    person = registered("xiaoyu")
    call = Call(actor_of(person))
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        mine, mail, taken = code_for("13712340007", "phone"), code_for("Xiao@Example.com", "email"), code_for(PHONE, "phone")
        own = Secret(GOOD)
        assert operations.prove_contact(call, to="13712340007", code=wrong(mine), own=own).problem == "accounts.code_wrong"
        assert operations.prove_contact(call, to="13712340007", code=mail, own=own).problem == "accounts.code_wrong"
        assert operations.prove_contact(call, to="13712340007", code=mine, own=Secret(OTHER)).problem == "accounts.password_wrong"
        assert operations.prove_contact(call, to="xiao@example.com", code=mail, own=Secret("")).problem == "accounts.password_wrong"
        person.refresh_from_db()
        assert (person.phone, person.email) == (None, "")
        operations.prove_contact(call, to="13712340007", code=mine, own=own)
        operations.prove_contact(call, to="xiao@example.com", code=mail, own=own)
        with pytest.raises(Refused, match=r"accounts\.phone_taken"):
            operations.prove_contact(call, to=PHONE, code=taken, own=own)
    person.refresh_from_db()
    assert (person.phone, person.email) == ("+8613712340007", "xiao@example.com")
    assert "13712340007" not in str(list(Journal.objects.values_list("changes", "facts")))


def test_an_account_without_a_password_changes_its_phone_by_a_code_to_the_old_one():
    """No password fits, and no code for another purpose; guessed passwords end in a pause, as when changing the password."""
    person = registered("xiaoyu", phone=PHONE, code=code_for(PHONE, "register"))
    call, new = Call(actor_of(person)), code_for("13712340007", "phone")
    for _ in range(5):
        assert operations.prove_contact(call, to="13712340007", code=new, own=Secret(OTHER)).problem == "accounts.password_wrong"
    with pytest.raises(TooMany):
        operations.prove_contact(call, to="13712340007", code=new, own=Secret(GOOD))
    with guards.exempt("people taken over from elsewhere have no password"):
        Person.objects.filter(pk=person.pk).update(password=make_password(None))
    for given in (Secret(GOOD), Secret(""), code_for(PHONE, "login"), wrong(code_for(PHONE, "confirm"))):
        assert operations.prove_contact(call, to="13712340007", code=new, own=given).problem == "accounts.own_code_wrong"
        person.refresh_from_db()
        assert person.phone == "+86" + PHONE
    own = Secret(digits_of(Code.objects.get(purpose="confirm")))
    assert operations.prove_contact(call, to="13712340007", code=new, own=own).person == person
    person.refresh_from_db()
    assert person.phone == "+8613712340007"


def test_the_profile_keeps_a_shown_name_and_a_language():
    """D15.2, D09.二.3: tidy, and only languages there are."""
    person = registered("xiaoyu")
    call = Call(actor_of(person))
    operations.change_profile(call, name="  小 \u0007雨  ", language="en")
    person.refresh_from_db()
    assert (person.name, person.shown, person.language) == ("小 雨", "小 雨", "en")
    for wanted in ({"language": "tlh"}, {"name": "x" * 41}):
        with pytest.raises(Malformed):
            operations.change_profile(call, **wanted)
    person.refresh_from_db()
    assert (person.name, person.language) == ("小 雨", "en")


def test_people_see_only_themselves():
    """The office sees all (C9), nobody else does."""
    one, two = registered("xiaoyu"), registered("other")
    with pytest.raises(NotSeen):
        operations.disable(Call(actor_of(one)), two.pk, reason="x")
    assert Person.objects.filter(is_active=True).count() == 2
