"""The payment password: set by the password or by a code, counted when wrong, locked for a growing while, never readable (D16.6)."""

import json
from datetime import timedelta

import pytest

from wangdan.accounts import operations, rules
from wangdan.accounts.models import Code, PaymentPassword
from wangdan.accounts.operations import Secret
from wangdan.accounts.queries import digits_of, has_payment_password
from wangdan.accounts.tests.entering import here
from wangdan.checkout.tests.market import Buyer, buyer
from wangdan.kernel import clock, guards
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Malformed, Refused, TooMany
from wangdan.kernel.models import Journal

pytestmark = pytest.mark.django_db(transaction=True)
OWN, DIGITS = "correct horse", "260731"


@pytest.fixture
def one() -> Buyer:
    """Somebody with a password and a proved phone."""
    found = buyer()
    found.person.set_password(OWN)
    found.person.phone = "+8613800006021"
    with guards.exempt("tests arrange a password"):
        found.person.save(update_fields=["password", "phone"])
    return found


def put(one: Buyer, digits: str = DIGITS, own: str = OWN, *, by_code: bool = False) -> str:
    """Set it; returns the problem."""
    return operations.set_payment_password(one.call(), new=Secret(digits), own=Secret(own), by_code=by_code).problem


def show(one: Buyer, digits: str) -> operations.Shown:
    """Show it."""
    return operations.show_payment_password(one.call(), given=Secret(digits))


def test_it_is_set_by_the_password_and_kept_as_a_hash(one: Buyer) -> None:
    """Neither table nor journal holds the digits; a wrong login password sets nothing."""
    assert put(one, own="wrong") == "accounts.password_wrong"
    assert not has_payment_password(one.actor)
    assert put(one) == ""
    kept = PaymentPassword.objects.get()
    assert DIGITS not in kept.hash
    said = json.dumps(list(Journal.objects.values_list("changes", flat=True)))
    assert DIGITS not in said
    assert kept.hash not in said
    assert show(one, DIGITS).proof is not None


@pytest.mark.parametrize(
    ("digits", "code"),
    [
        ("12345", "malformed"),
        ("1234567", "malformed"),
        ("２６０７３１", "malformed"),
        ("abcdef", "malformed"),
        ("111111", "easy"),
        ("654321", "easy"),
    ],
)
def test_what_is_none_or_easy_is_refused(one: Buyer, digits: str, code: str) -> None:
    """Six digits of ours, neither equal nor in a row."""
    with pytest.raises(Malformed, match=f"payment_password_{code}"):
        put(one, digits)
    assert not PaymentPassword.objects.exists()


def test_wrong_ones_lock_it_for_a_growing_while(one: Buyer) -> None:
    """Four are counted, the fifth locks for 15 minutes, the sixth for 30; the right one in between begins anew; locked, even the right one waits."""
    with pytest.raises(Refused, match="payment_password_missing"):
        show(one, DIGITS)
    put(one)
    assert [show(one, "000000").left for _ in range(4)] == [4, 3, 2, 1]
    assert show(one, DIGITS).proof is not None
    assert [show(one, "000000").left for _ in range(5)] == [4, 3, 2, 1, 0]
    with pytest.raises(TooMany, match="payment_password_locked") as locked:
        show(one, DIGITS)
    assert 0 < locked.value.detail["retry_after"] <= 900
    passed(901)
    assert show(one, "000000").problem == "accounts.payment_password_wrong"
    with pytest.raises(TooMany) as locked:
        show(one, DIGITS)
    assert 900 < locked.value.detail["retry_after"] <= 1800


def passed(seconds: int) -> None:
    """Let so much of a lock be over."""
    with guards.exempt("time passes"):
        for kept in PaymentPassword.objects.all():
            kept.locked_until = (kept.locked_until or clock.now()) - timedelta(seconds=seconds)
            kept.save()


def test_a_code_to_the_phone_sets_it_anew_and_unlocks(one: Buyer) -> None:
    """The code of another purpose does not; without a phone there is none."""
    put(one)
    for _ in range(5):
        show(one, "000000")
    operations.send_code(Call(one.actor), to="13800006021", purpose="payment", visit=here())
    assert put(one, "190526", "000000", by_code=True) == "accounts.own_code_wrong"
    assert put(one, "190526", digits_of(Code.objects.get()), by_code=True) == ""
    assert show(one, DIGITS).problem
    assert show(one, "190526").proof is not None
    with guards.exempt("tests take the phone"):
        one.person.phone = None
        one.person.save(update_fields=["phone"])
    with pytest.raises(Refused, match="phone_missing"):
        put(one, by_code=True)


def test_nothing_typed_is_no_try(one: Buyer) -> None:
    """422, and nothing is counted."""
    put(one)
    with pytest.raises(Malformed, match="payment_password_needed"):
        show(one, "")
    assert PaymentPassword.objects.get().wrong == 0


def test_the_wait_doubles_up_to_a_day() -> None:
    """Table of the rule."""
    first = timedelta(minutes=15)
    assert [rules.lock_span(wrong, 5, first) for wrong in (4, 5, 6, 7)] == [timedelta(), first, 2 * first, 4 * first]
    assert rules.lock_span(60, 5, first) == rules.LONGEST_LOCK
