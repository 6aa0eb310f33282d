"""People and organisations as the office and shops keep them: profile, founding, appointing, disabling, agreements."""

from typing import Any

from wangdan.accounts import rules
from wangdan.accounts.facts import PersonLeft
from wangdan.accounts.models import Agreement, Code, Membership, Organisation, Person, Tally, Token
from wangdan.accounts.operations.entry import Visit, register
from wangdan.accounts.queries import Secret
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Refused
from wangdan.kernel.operation import operation


@operation("accounts.change_profile", root="actor")
def change_profile(act: Act, *, name: str | None = None, language: str | None = None, personal: bool | None = None) -> Person:
    """Change the name one shows, the language one reads (D15.2, D09.二.3), whether one's own purchases choose what one is shown (电子商务法 18).

    Refuses with `accounts.text_malformed`, `accounts.language_unknown`.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=act.person_id)
    if name is not None:
        person.name = rules.tidy(name, 40)
    if language is not None:
        if language not in rules.LANGUAGES:
            raise Malformed("accounts.language_unknown")
        act.note("language", person.language, language)
        person.language = language
    if personal is not None:
        act.note("personal", person.personal, personal)
        person.personal = personal
    person.save(update_fields=["name", "language", "personal"])
    return person


@operation("accounts.found")
def found(act: Act, *, kind: str, name: str, own: bool = False, province: str = "", city: str = "") -> Organisation:
    """Found an organisation: the platform, a shop (`own` for the platform's own goods), a carrier.

    Refuses with `accounts.kind_unknown`, `accounts.text_malformed`, `accounts.organisation_exists`.
    """
    if kind not in dict(Organisation.KINDS):
        raise Malformed("accounts.kind_unknown")
    called = rules.tidy(name, 80)
    if not called:
        raise Malformed("accounts.text_malformed", longest=80)
    if Organisation.objects.filter(kind=kind, name=called).exists():
        raise Refused("accounts.organisation_exists")
    root = act.new_root("organisations")
    return Organisation.objects.create(root=root, kind=kind, name=called, own=own, province=province, city=city)


@operation("accounts.open_shop", root=None)
def open_shop(act: Act, *, name: str, owner: int, province: str = "", city: str = "") -> Organisation:
    """Found a third party's shop and give it its first owner; joined by whoever has looked at his papers. Refuses as `found` does."""
    shop = found(act, kind="shop", name=name, province=province, city=city)
    enlist(act, organisation_id=shop.pk, person=owner, role="shop_owner")
    return shop


@operation("accounts.enlist", root=None)
def enlist(act: Act, *, organisation_id: int, person: int, role: str) -> None:
    """Write a role down that somebody else has given and the person has taken; joined only. Twice is once."""
    _, made = Membership.objects.get_or_create(person_id=person, organisation_id=organisation_id, role=role)
    if made:
        act.note(f"people:{person}", None, role)


def _may_lead(act: Act, organisation: Organisation, role: str) -> None:
    """Administrators give every role; a shop's owner only those of his own shop, and not that of an owner."""
    fits = role in (rules.PLATFORM_ROLES if organisation.kind == "platform" else rules.SHOP_ROLES)
    if not fits:
        raise Malformed("accounts.role_unknown")
    if act.actor.roles & {"admin", "system"}:
        return
    if organisation.pk not in act.actor.organisations or organisation.kind != "shop" or role == "shop_owner":
        raise NotGranted


def _keep_an_admin(person: int) -> None:
    """Whoever goes, somebody stays who may appoint others; two who send each other away at once are taken one after the other."""
    Organisation.objects.select_for_update(no_key=True).filter(kind="platform").first()
    held = Membership.objects.filter(organisation__kind="platform", role="admin")
    if held.filter(person=person).exists() and not held.filter(person__is_active=True).exclude(person=person).exists():
        raise Refused("accounts.last_admin")


@operation("accounts.appoint", on=Organisation)
def appoint(act: Act, organisation: Organisation, *, person: int, role: str) -> Organisation:
    """Give a person a role in the organisation; twice is once.

    Refuses with `accounts.role_unknown` (not a role of such an organisation), `kernel.not_granted`, `kernel.not_seen` (no such person).
    """
    _may_lead(act, organisation, role)
    chosen = Person.objects.filter(pk=person, is_active=True).first()
    if chosen is None:
        raise NotSeen
    _, made = Membership.objects.get_or_create(person=chosen, organisation=organisation, role=role)
    if made:
        act.note(f"people:{chosen.pk}", None, role)
    return organisation


@operation("accounts.dismiss", on=Organisation)
def dismiss(act: Act, organisation: Organisation, *, person: int, role: str) -> Organisation:
    """Take a role from a person; it ends with his next request.

    Refuses as `appoint` does, with `kernel.not_seen` when he does not have it, `accounts.last_admin`.
    """
    _may_lead(act, organisation, role)
    if organisation.kind == "platform" and role == "admin":
        _keep_an_admin(person)
    gone, _ = Membership.objects.filter(person_id=person, organisation=organisation, role=role).delete()
    if not gone:
        raise NotSeen
    act.note(f"people:{person}", role, None)
    act.tell(PersonLeft(f"people:{person}"))
    return organisation


def _home(_actor: Actor, **_: Any) -> int | None:
    return Organisation.objects.filter(kind="platform").values_list("root_id", flat=True).first()


@operation("accounts.install_admin", root=_home)
def install_admin(act: Act, *, username: str, password: Secret, platform: str) -> Person:
    """An administrator made by whoever runs the machine: the account, the `platform` if there is none yet, the role; all or nothing.

    Refuses with `accounts.name_malformed`, `accounts.name_taken`, `accounts.password_…`, `accounts.text_malformed`.
    """
    person = register(act, username=username, password=password, accept_terms=True, visit=Visit()).person
    assert person is not None
    home = Organisation.objects.filter(kind="platform").first() or found(act, kind="platform", name=platform)
    appoint(act, home, person=person.pk, role="admin")
    return person


def _may_close(act: Act, person: Person) -> None:
    """Accounts of the platform's own people are closed and opened again by administrators only."""
    ours = Membership.objects.filter(person=person, organisation__kind="platform").exists()
    if ours and not act.actor.roles & {"admin", "system"}:
        raise NotGranted


@operation("accounts.disable", on=Person)
def disable(act: Act, person: Person, *, reason: str) -> Person:
    """Close an account for now: sessions and tokens end at once (D09.六.3); accounts of the platform's own people only by an administrator.

    Refuses with `accounts.cannot_disable` for oneself, `accounts.reason_missing`, `kernel.not_granted`, `accounts.last_admin`.
    """
    if person.pk == act.actor.id:
        raise Refused("accounts.cannot_disable")
    why = rules.tidy(reason, 200)
    if not why:
        raise Malformed("accounts.reason_missing")
    _may_close(act, person)
    _keep_an_admin(person.pk)
    person.is_active = False
    person.save(update_fields=["is_active"])
    Token.objects.filter(person=person).delete()
    act.note("reason", None, why)
    act.tell(PersonLeft(person.ref))
    return person


@operation("accounts.enable", on=Person)
def enable(act: Act, person: Person) -> Person:
    """Open a closed account again; those of the platform's own people only by an administrator. Refuses with `kernel.not_granted`."""
    _may_close(act, person)
    person.is_active = True
    person.save(update_fields=["is_active"])
    return person


@operation("accounts.publish_agreement")
def publish_agreement(act: Act, *, kind: str, version: str, text: dict[str, str]) -> Agreement:
    """Put a new version of the terms or the privacy policy in force; old ones are kept (§ of the e-commerce law: three years).

    Refuses with `accounts.kind_unknown`, `accounts.text_malformed`, `accounts.version_taken`.
    """
    if kind not in {"terms", "privacy"}:
        raise Malformed("accounts.kind_unknown")
    if set(text) != rules.LANGUAGES or not all(text.values()):
        raise Malformed("accounts.text_malformed", longest=20000)
    if Agreement.objects.filter(kind=kind, version=version).exists():
        raise Refused("accounts.version_taken")
    return Agreement.objects.create(kind=kind, version=rules.tidy(version, 20), text=text, from_at=act.now)


@operation("accounts.sweep_traces")
def sweep_traces(act: Act, *_: object) -> int:
    """Forget what has served its time: codes and counts of yesterday, tokens that ended; returns how many rows."""
    gone = 0
    for rows in (
        Code.objects.filter(expires_at__lt=act.now - rules.KEEP_TRACES),
        Tally.objects.filter(since__lt=act.now - rules.KEEP_TRACES),
        Token.objects.filter(expires_at__lt=act.now),
    ):
        gone += rows.delete()[0]
    return gone
