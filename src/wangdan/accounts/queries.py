"""What is known about people: who acts, addresses, divisions, the agreement in force; and what follows from the secret key."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from wangdan.accounts import rules
from wangdan.accounts.models import (
    Acceptance,
    Address,
    Agreement,
    Code,
    Division,
    Membership,
    Organisation,
    PaymentPassword,
    Person,
    Token,
    View,
)
from wangdan.accounts.rules import mask_name, mask_phone
from wangdan.kernel import clock
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen

__all__ = ["PersonActor", "actor_of", "mask_name", "mask_phone"]


# ---- who acts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonActor:
    """A person who acts: with his roles and the organisations he works for, as they are now."""

    id: int
    label: str
    root_id: int
    roles: frozenset[str]
    organisations: frozenset[int]
    language: str = "zh-hans"


def actor_of(person: Person) -> PersonActor:
    """The person as an actor (one statement)."""
    held = list(Membership.objects.filter(person=person, organisation__active=True).values_list("role", "organisation_id"))
    roles = frozenset({"anyone", "buyer", *(role for role, _ in held)})
    return PersonActor(
        id=person.pk,
        label=f"person:{person.pk}",
        root_id=person.root_id,
        roles=roles,
        organisations=frozenset(organisation for _, organisation in held),
        language=person.language,
    )


def person_of_token(raw: str) -> Person | None:
    """Whose token it is, if it is one that still counts (one statement)."""
    if not raw or len(raw) > 200:  # noqa: PLR2004 - ours have 46 characters
        return None
    found = Token.objects.select_related("person").filter(hash=keyed("token", raw), expires_at__gt=clock.now()).first()
    return found.person if found and found.person.is_active else None


def person(actor: Actor, number: int | None) -> Person:
    """A person within the actor's sight. Refuses with `kernel.not_seen`."""
    found = Person.visible_to(actor).filter(pk=number).first()
    if found is None:
        raise NotSeen
    return found


def named(text: str) -> Person | None:
    """Whose phone or user name it is, exactly, whatever its case; for people who may look anybody up."""
    if rules.is_mobile(text):
        return Person.objects.filter(phone=rules.mobile(text)).first()
    return Person.objects.filter(username=rules.login_name(text)).first()


def staff(actor: Actor) -> QuerySet[Person]:
    """The platform's own people with what they do for it; page it by `-id`."""
    return _with_duties(actor).filter(pk__in=Membership.objects.filter(organisation__kind="platform").values("person_id"))


def closed(actor: Actor) -> QuerySet[Person]:
    """Accounts that are closed for now, with what their people do for the platform; page it by `-id`."""
    return _with_duties(actor).filter(is_active=False)


def _with_duties(actor: Actor) -> QuerySet[Person]:
    """People the actor sees, each with his roles at the platform as `held`."""
    ours = Membership.objects.filter(organisation__kind="platform").order_by("role")
    return Person.visible_to(actor).prefetch_related(Prefetch("memberships", ours, to_attr="held"))


def seats(person_id: int) -> QuerySet[Membership]:
    """All that a person works for, the platform first."""
    return Membership.objects.filter(person_id=person_id).select_related("organisation").order_by("organisation_id", "role")


def members(organisation_id: int, *roles: str) -> QuerySet[Person]:
    """People with one of the roles in the organisation (with any role when none is named); for notices."""
    held = Membership.objects.filter(organisation_id=organisation_id)
    if roles:
        held = held.filter(role__in=roles)
    return Person.objects.filter(pk__in=held.values("person_id"), is_active=True)


def memberships(actor: Actor) -> QuerySet[Membership]:
    """The actor's own roles with their organisations."""
    return seats(actor.id or -1)


def platform() -> Organisation | None:
    """The platform itself."""
    return Organisation.objects.filter(kind="platform").first()


# ---- what follows from the secret key -------------------------------------------------------------------------------


def keyed(kind: str, value: str) -> str:
    """A keyed hash: equal values read equal, nothing reads back without the secret key."""
    return hmac.new(settings.SECRET_KEY.encode(), f"wangdan.{kind}:{value}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def token_from(seed: str) -> str:
    """The bearer token of a seed: 256 bits that nobody finds without the secret key."""
    raw = hmac.new(settings.SECRET_KEY.encode(), f"wangdan.bearer:{seed}".encode(), hashlib.sha256).digest()
    return "wd_" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def digits_of(code: Code) -> str:
    """The six digits of a code that was sent."""
    return f"{int(keyed('code', code.seed), 16) % 1_000_000:06d}"


class Secret:
    """A password or code on its way to an operation: no log, journal or key digest ever shows it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Hide the value."""
        self._value = value

    def __str__(self) -> str:
        """A keyed hash, so that equal input gives equal digests."""
        return "#" + keyed("secret", self._value)[:32]

    __repr__ = __str__

    def reveal(self) -> str:
        """The value itself."""
        return self._value


def has_payment_password(actor: Actor) -> bool:
    """Whether the actor has set a payment password."""
    return PaymentPassword.objects.filter(person_id=actor.id or -1).exists()


# ---- agreements -----------------------------------------------------------------------------------------------------


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    text = (files("wangdan.accounts") / "data" / "agreements.json").read_text("utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found


def agreement(kind: str) -> tuple[str, dict[str, str]]:
    """Version and texts by language of the agreement in force (`terms` or `privacy`): the newest published, else the shipped one."""
    row = Agreement.objects.filter(kind=kind, from_at__lte=clock.now()).order_by("-from_at", "-id").first()
    if row:
        return row.version, row.text
    if kind not in _shipped():
        raise NotSeen
    return _shipped()[kind]["version"], _shipped()[kind]["text"]


def acceptances(actor: Actor) -> QuerySet[Acceptance]:
    """What the actor agreed to, in which version and when, the newest first (D09.一)."""
    return Acceptance.objects.filter(person_id=actor.id or -1).order_by("-at", "kind")


# ---- addresses and divisions ----------------------------------------------------------------------------------------


def addresses(actor: Actor) -> QuerySet[Address]:
    """The actor's own address book, the default first (D05.五.2)."""
    return Address.objects.filter(person_id=actor.id or -1)


def address(actor: Actor, number: int) -> Address:
    """One address of the actor's own. Refuses with `kernel.not_seen`."""
    found = addresses(actor).filter(pk=number).first() if 0 < number < 2**63 else None
    if found is None:
        raise NotSeen
    return found


def default_address(actor: Actor) -> Address | None:
    """The address to begin with: the default, else the one used last."""
    return addresses(actor).first()


def divisions(parent: str = "") -> list[Division]:
    """The divisions right below `parent` (the provinces for none), in the order of their codes."""
    wanted = {"parent": parent} if parent else {"level": 1}
    return list(Division.objects.filter(**wanted).order_by("code"))


# ---- saved views ----------------------------------------------------------------------------------------------------


def views(actor: Actor, desk: str) -> list[View]:
    """What the actor kept as views of a desk's lists, and what the office shares; his own first (D08.5)."""
    found = View.visible_to(actor).filter(desk=desk).select_related("person").order_by("id")[:100]
    return sorted(found, key=lambda view: view.person_id != actor.id)
