"""Who may change how goods travel: the people of the organisation, administrators for all; its root is locked."""

from typing import Any

from wangdan.accounts.models import Organisation
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import NotSeen


def root_of_shop(_actor: Actor, *, shop_id: int, **_: Any) -> int | None:
    """The root of the organisation that the operation names."""
    return Organisation.objects.filter(pk=shop_id).values_list("root_id", flat=True).first()


def own(act: Act, organisation_id: int) -> Organisation:
    """The organisation if the actor works for it (administrators for all)."""
    found = Organisation.objects.filter(pk=organisation_id).first()
    if found is None or not (organisation_id in act.actor.organisations or act.actor.roles & {"admin", "system"}):
        raise NotSeen
    return found
