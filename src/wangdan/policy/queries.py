"""Answers the kernel's question who may do what (importing this registers the answer); the rules of risk and what is blocked."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from wangdan.kernel import clock, grants
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen
from wangdan.policy import rules as granted
from wangdan.policy.models import Blocked, Rule


class Table:
    """The grants as the table of rules says them."""

    def may(self, actor: Actor, operation: str) -> bool:
        """Whether any role of the actor carries this operation."""
        return granted.may(actor.roles, operation)


grants.register(Table())


RULES_NOW = """(
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', r.id, 'says', r.says, 'conditions', r.conditions, 'score', r.score, 'online', r.online, 'cod', r.cod)), '[]')
    FROM policy_rule r WHERE r."on"
)"""
"""The rules that are on, as one value: whoever collects features reads them in the same statement; `risk.read` reads each."""


def rules(actor: Actor) -> list[Rule]:
    """All rules, those that are on first, the heaviest first."""
    return list(Rule.visible_to(actor).order_by("-on", "-score", "pk")[:200])


def rule(actor: Actor, number: int) -> Rule:
    """One rule. Refuses with 404."""
    found = Rule.visible_to(actor).filter(pk=number if 0 < number < 2**63 else 0).first()
    if found is None:
        raise NotSeen
    return found


def blocked(actor: Actor) -> QuerySet[Blocked]:
    """What is blocked now, the newest first; page it by `-id`."""
    now = clock.now()
    found = Blocked.visible_to(actor).filter(Q(until=None) | Q(until__gt=now), lifted_at=None)
    return found.select_related("by").order_by("-id")


def blocking(actor: Actor, values: Mapping[str, str]) -> list[Blocked]:
    """Which entries of the list concern these values (kind → value)."""
    wanted = Q(pk=None)
    for kind, value in values.items():
        wanted |= Q(kind=kind, value=value)
    return list(blocked(actor).filter(wanted))
