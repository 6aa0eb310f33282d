"""Who may do what: the kernel asks, policy answers."""

from typing import TYPE_CHECKING, Protocol

from wangdan.kernel.errors import NotGranted

if TYPE_CHECKING:
    from wangdan.kernel.act import Actor


class Grants(Protocol):
    """The one implementation lives in policy and is registered at start."""

    def may(self, actor: "Actor", operation: str) -> bool:
        """Whether any role of the actor carries this operation."""


_registered: list[Grants] = []


def register(grants: Grants) -> None:
    """Set the implementation; policy calls this once at start."""
    _registered[:] = [grants]


def may(actor: "Actor", operation: str) -> bool:
    """Whether the actor may run the operation; the system may run all."""
    if "system" in actor.roles:
        return True
    return bool(_registered) and _registered[0].may(actor, operation)


def require(actor: "Actor", operation: str) -> None:
    """Refuses with `kernel.not_granted` when the actor may not."""
    if not may(actor, operation):
        raise NotGranted(operation=operation)
