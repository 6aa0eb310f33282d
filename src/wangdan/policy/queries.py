"""Answers the kernel's question who may do what; importing this registers the answer."""

from wangdan.kernel import grants
from wangdan.kernel.act import Actor
from wangdan.policy import rules


class Table:
    """The grants as the table of rules says them."""

    def may(self, actor: Actor, operation: str) -> bool:
        """Whether any role of the actor carries this operation."""
        return rules.may(actor.roles, operation)


grants.register(Table())
