"""Who works in a shop: an owner offers a seat, the person takes it or not (D07.2 用户管理)."""

from datetime import timedelta

from django.db.models import Q

from wangdan.accounts import operations as accounts
from wangdan.accounts import rules as people
from wangdan.accounts.models import Membership, Organisation, Person
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.shops import rules
from wangdan.shops.facts import Invited
from wangdan.shops.models import Invitation


def _root_of_shop(actor: Actor, *, shop_id: int, **_: object) -> int:
    """The shop's root. Refuses with 404 for a shop one does not work for."""
    found = Organisation.objects.filter(pk=shop_id, kind="shop").values_list("root_id", flat=True).first()
    if found is None or shop_id not in actor.organisations:
        raise NotSeen
    return int(found)


def _owns(act: Act, shop_id: int) -> None:
    if not Membership.objects.filter(person=act.actor.id, organisation=shop_id, role="shop_owner").exists():
        raise NotGranted


@operation("shops.invite", root=_root_of_shop)
def invite(act: Act, *, shop_id: int, to: str, role: str) -> Invitation:
    """Offer a seat to the holder of a phone or a user name, whether or not there is one; it lasts a week (option).

    Refuses with `accounts.role_unknown`, `accounts.name_malformed`, `shops.invited_already`, `shops.too_many_invitations`,
    `kernel.not_granted` unless one owns the shop.
    """
    _owns(act, shop_id)
    if role not in rules.SEATS:
        raise Malformed("accounts.role_unknown")
    name = people.mobile(to) if people.is_mobile(to) else people.username(to)
    held = Invitation.objects.filter(shop=shop_id, status="open", ends_at__gt=act.now)
    most = act.option(rules.MOST_INVITATIONS)
    if held.count() >= most:
        raise Refused("shops.too_many_invitations", most=most)
    if held.filter(to=name, role=role).exists():
        raise Refused("shops.invited_already")
    Invitation.objects.filter(shop=shop_id, status="open", ends_at__lte=act.now).update(status="revoked", answered_at=act.now)
    made = Invitation.objects.create(
        root_id=act.family_id,
        shop_id=shop_id,
        to=name,
        role=role,
        by_id=act.person_id,
        sent_at=act.now,
        ends_at=act.now + timedelta(days=act.option(rules.INVITE_DAYS)),
    )
    act.tell(Invited(made.ref))
    return made


@operation("shops.take_seat", on=Invitation)
def take_seat(act: Act, invitation: Invitation) -> Invitation:
    """Take the seat: from now on one works for the shop. Refuses with `shops.invitation_over`, `kernel.not_granted` when it is another's."""
    _mine(act, invitation)
    _answer(act, invitation, "accepted")
    accounts.enlist(act, organisation_id=invitation.shop_id, person=act.person_id, role=invitation.role)
    return invitation


@operation("shops.refuse_seat", on=Invitation)
def refuse_seat(act: Act, invitation: Invitation) -> Invitation:
    """Leave the seat to others. Refuses with `shops.invitation_over`, `kernel.not_granted` when it is another's."""
    _mine(act, invitation)
    return _answer(act, invitation, "declined")


@operation("shops.revoke", on=Invitation)
def revoke(act: Act, invitation: Invitation) -> Invitation:
    """Take an offer back. Refuses with `shops.invitation_over` once it was answered, `kernel.not_granted` unless one owns the shop."""
    _owns(act, invitation.shop_id)
    return _answer(act, invitation, "revoked")


def _mine(act: Act, invitation: Invitation) -> None:
    """An owner sees the offers of his shop, but only whom they are for may answer them."""
    if not Person.objects.filter(Q(username=invitation.to) | Q(phone=invitation.to), pk=act.person_id).exists():
        raise NotGranted


def _answer(act: Act, invitation: Invitation, status: str) -> Invitation:
    if invitation.status != "open" or (status != "revoked" and invitation.ends_at <= act.now):
        raise Refused("shops.invitation_over")
    invitation.status, invitation.answered_at = status, act.now
    invitation.save(update_fields=["status", "answered_at"])
    return invitation
