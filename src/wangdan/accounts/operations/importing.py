"""Many people at once: statements by the set, not by the row."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from wangdan.accounts import rules
from wangdan.accounts.models import Address, Person
from wangdan.accounts.operations.addresses import checked
from wangdan.kernel.act import Act
from wangdan.kernel.operation import operation


@dataclass(frozen=True)
class Newcomer:
    """Somebody to take over: a user name, the name he shows, and where his goods go (the first address of his book)."""

    username: str
    name: str = ""
    home: rules.Destination | None = None


@operation("accounts.import_people")
def import_people(act: Act, *, people: Sequence[Newcomer]) -> int:
    """Take over people from elsewhere, a fixed number of statements however many; returns how many were new.

    A user name that is known is passed over, so twice is once. They have no password (a code or a new one lets them in) and have agreed to
    nothing here yet. Refuses with `accounts.name_malformed` and what an address book refuses; then nobody is taken.
    """
    wanted = {rules.username(each.username): each for each in people}
    homes = {name: checked(each.home) for name, each in wanted.items() if each.home is not None}
    known = set(Person.objects.filter(username__in=wanted).values_list("username", flat=True))
    fresh = [name for name in wanted if name not in known]
    roots = act.new_roots("people", len(fresh))
    locked_out = make_password(None)
    made = Person.objects.bulk_create(
        Person(root=root, username=name, name=rules.tidy(wanted[name].name, 40), password=locked_out, joined_at=act.now)
        for root, name in zip(roots, fresh, strict=True)
    )
    Address.objects.bulk_create(
        Address(person=person, root_id=person.root_id, is_default=True, changed_at=act.now, **homes[person.username].fields())
        for person in made
        if person.username in homes
    )
    act.note("people", None, len(made))
    return len(made)
