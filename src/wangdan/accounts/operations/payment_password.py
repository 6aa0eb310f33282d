"""The payment password: set and reset, and proved when points are spent. A wrong one is an answer, not a rollback, so that tries are counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password

from wangdan.accounts import rules
from wangdan.accounts.models import PaymentPassword
from wangdan.accounts.operations.entry import Entrance, knows_password, me, prove
from wangdan.accounts.queries import Secret
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused, TooMany
from wangdan.kernel.operation import operation


class Proof:
    """That a person has just shown the payment password; made here only, good for five minutes, no part of what is asked."""

    def __init__(self, person: int, until: datetime) -> None:
        """Remember whose and how long."""
        self._person, self._until = person, until

    def __str__(self) -> str:
        """Equal for all, so that a repetition with a fresh proof is still the same request."""
        return "proof"

    def holds(self, act: Act) -> bool:
        """Whether it is the actor's and still good."""
        return self._person == act.actor.id and self._until > act.now


@dataclass(frozen=True)
class Shown:
    """How it ended: a proof, or the problem with the tries that are left."""

    proof: Proof | None = None
    problem: str = ""
    left: int = 0


@operation("accounts.set_payment_password", root="actor")
def set_payment_password(act: Act, *, new: Secret, own: Secret, by_code: bool) -> Entrance:
    """Set or change the six digits (D16.6); `own` is the login password, or with `by_code` the code sent to the phone (purpose `payment`).

    Ends a lock-out. Problems `accounts.password_wrong`, `accounts.own_code_wrong`. Refuses with `accounts.payment_password_malformed`,
    `accounts.payment_password_easy`, `accounts.phone_missing`, `accounts.too_many`.
    """
    digits = rules.payment_password(new.reveal())
    person = me(act)
    if not by_code:
        if not person.has_usable_password() or not knows_password(act, person, own):
            return Entrance(problem="accounts.password_wrong")
    elif not person.phone:
        raise Refused("accounts.phone_missing")
    elif not prove(act, person.phone, "payment", own):
        return Entrance(problem="accounts.own_code_wrong")
    kept = PaymentPassword.objects.filter(person=person).first() or PaymentPassword(root_id=person.root_id, person=person)
    kept.hash, kept.wrong, kept.locked_until, kept.changed_at = make_password(digits), 0, None, act.now
    kept.save()
    act.note("payment_password", "…", "changed")
    return Entrance(person)


@operation("accounts.show_payment_password", root="actor")
def show_payment_password(act: Act, *, given: Secret) -> Shown:
    """Show the payment password before points are spent. Problem `accounts.payment_password_wrong` with the tries left; counted even so.

    Refuses with `accounts.payment_password_missing` when none was set, `accounts.payment_password_needed` (422) for nothing typed, and with
    `accounts.payment_password_locked` (`retry_after`) after so many wrong ones in a row (options), each further one doubling the wait.
    """
    kept = PaymentPassword.objects.filter(person=act.person_id).first()
    if kept is None:
        raise Refused("accounts.payment_password_missing")
    if not given.reveal():
        raise Malformed("accounts.payment_password_needed")
    if kept.locked_until and kept.locked_until > act.now:
        raise TooMany("accounts.payment_password_locked", retry_after=max(1, int((kept.locked_until - act.now).total_seconds())))
    tries = act.option(rules.PAYMENT_TRIES)
    if check_password(given.reveal()[: rules.LONGEST_PASSWORD], kept.hash):
        if kept.wrong:
            kept.wrong, kept.locked_until = 0, None
            kept.save(update_fields=["wrong", "locked_until"])
        return Shown(Proof(act.person_id, act.now + rules.PROOF_LIVES))
    kept.wrong += 1
    span = rules.lock_span(kept.wrong, tries, timedelta(minutes=act.option(rules.PAYMENT_LOCK_MINUTES)))
    kept.locked_until = act.now + span if span else None
    kept.save(update_fields=["wrong", "locked_until"])
    act.note("payment_password", "…", "wrong")
    return Shown(problem="accounts.payment_password_wrong", left=max(0, tries - kept.wrong))
