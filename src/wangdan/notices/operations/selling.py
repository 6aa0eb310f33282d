"""What is said about a shop's papers and seats: to whoever applied, to its owners, to the one who is invited."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from wangdan.accounts.models import Person
from wangdan.accounts.queries import members
from wangdan.kernel.act import Act
from wangdan.kernel.fact import Fact
from wangdan.notices.operations.composing import Word
from wangdan.shops.facts import ApplicationApproved, ApplicationRejected, ApplicationSubmitted, CheckDue, CheckOverdue, CheckRenewed, Invited
from wangdan.shops.models import Application, Invitation
from wangdan.shops.rules import REVIEW_DAYS


def _word(kind: str, fact: Fact, **params: Any) -> Word:
    """For the applicant, of an open shop for its owners too."""
    found = Application.objects.select_related("person").get(pk=int(fact.handle))
    people = {found.person_id: found.person}
    if found.shop_id is not None:
        people |= {person.pk: person for person in members(found.shop_id, "shop_owner")}
    due = found.check_by.isoformat() if found.check_by else ""
    return Word(kind, list(people.values()), fact.ref, {"shop": found.shop_name, "due": due, **params})


def submitted(act: Act, fact: ApplicationSubmitted) -> Iterable[Word]:
    """It is here, and will be looked at (D07.1)."""
    yield _word("shop_applied", fact, days=act.option(REVIEW_DAYS))


def approved(_act: Act, fact: ApplicationApproved) -> Iterable[Word]:
    """The shop is open."""
    yield _word("shop_approved", fact)


def rejected(_act: Act, fact: ApplicationRejected) -> Iterable[Word]:
    """What to mend."""
    yield _word("shop_rejected", fact, reason=fact.reason)


def check_due(_act: Act, fact: CheckDue) -> Iterable[Word]:
    """The papers will be looked at again (E-Commerce Law 27)."""
    yield _word("shop_check_due", fact)


def check_overdue(_act: Act, fact: CheckOverdue) -> Iterable[Word]:
    """Nobody has looked in time; what that means for the shop."""
    yield _word("shop_check_paused" if fact.paused else "shop_check_overdue", fact)


def check_renewed(_act: Act, fact: CheckRenewed) -> Iterable[Word]:
    """All is well until the next time."""
    yield _word("shop_check_renewed", fact)


def invited(_act: Act, fact: Invited) -> Iterable[Word]:
    """The holder of the phone or the user name, if there is one."""
    found = Invitation.objects.select_related("shop").get(pk=int(fact.handle))
    people = list(Person.objects.filter(Q(username=found.to) | Q(phone=found.to), is_active=True))
    yield Word("shop_invited", people, fact.ref, {"shop": found.shop.name, "due": found.ends_at.isoformat()})
