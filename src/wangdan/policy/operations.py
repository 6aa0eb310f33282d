"""What can be done to the rules of risk and the blocked list; every change is in the journal."""

from datetime import datetime

from wangdan.accounts.models import Person
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.policy.models import Blocked, Rule
from wangdan.policy.risk import BLOCKED_KINDS, DEFAULTS, Draft, checked, document

_REASON, _VALUE = 200, 400


@operation("policy.load_rules")
def load_rules(act: Act) -> int:
    """Put the default rules in where there is none yet; returns how many. Twice is once."""
    if Rule.objects.exists():
        return 0
    roots = act.new_roots("rules", len(DEFAULTS))
    made = Rule.objects.bulk_create([_fill(act, Rule(root=root), draft) for root, draft in zip(roots, DEFAULTS, strict=True)])
    for rule in made:
        act.born(rule)
    return len(made)


def _fill(act: Act, rule: Rule, draft: Draft) -> Rule:
    rule.says, rule.conditions, rule.score = draft.says, document(draft.conditions), draft.score
    rule.online, rule.cod, rule.changed_at = draft.online, draft.cod, act.now
    rule.on_since = act.now if rule.on else None
    return rule


@operation("policy.add_rule")
def add_rule(act: Act, *, draft: Draft) -> Rule:
    """Write a rule (D04.2, D06.8); it is switched on at once. Refuses with what `risk.checked` refuses."""
    rule = _fill(act, Rule(root=act.new_root("rules")), checked(draft))
    rule.save()
    return rule


@operation("policy.change_rule", on=Rule)
def change_rule(act: Act, rule: Rule, *, draft: Draft) -> Rule:
    """Write a rule anew; its hits are counted from now. Refuses with what `risk.checked` refuses."""
    _fill(act, rule, checked(draft)).save()
    return rule


@operation("policy.switch_rule", on=Rule)
def switch_rule(act: Act, rule: Rule, *, on: bool) -> Rule:
    """Switch a rule on or off; orders already held stay with the auditors."""
    if rule.on != on:
        rule.on, rule.on_since = on, act.now if on else None
        rule.save(update_fields=["on", "on_since"])
    return rule


@operation("policy.block")
def block(act: Act, *, kind: str, value: str, reason: str, until: datetime | None = None) -> Blocked:
    """Put a phone, address, account or device on the blocked list, for ever or until a moment (D04.2).

    What is on it already is refused with `policy.blocked_already`, unless its time is over. Refuses (422) with `policy.blocked_malformed`,
    `policy.reason_missing`, `policy.until_past`; 404 for an account that is not there.
    """
    value, reason = " ".join(value.split()), " ".join(reason.split())
    if kind not in BLOCKED_KINDS or not 0 < len(value) <= _VALUE or not value.isprintable():
        raise Malformed("policy.blocked_malformed")
    if not 0 < len(reason) <= _REASON or not reason.isprintable():
        raise Malformed("policy.reason_missing", longest=_REASON)
    if until is not None and until <= act.now:
        raise Malformed("policy.until_past")
    if kind == "account" and not (value.isascii() and value.isdigit() and len(value) < 19 and Person.objects.filter(pk=int(value)).exists()):  # noqa: PLR2004 - digits of a bigint
        raise NotSeen
    twin = Blocked.objects.select_for_update(no_key=True).filter(kind=kind, value=value, lifted_at=None).first()
    if twin is not None:
        if twin.until is None or twin.until > act.now:
            raise Refused("policy.blocked_already")
        act.watch(twin, "policy.block")
        twin.lifted_at = twin.until
        twin.save(update_fields=["lifted_at"])
    return Blocked.objects.create(root=act.new_root("blocked"), kind=kind, value=value, reason=reason, at=act.now, until=until, by_id=act.actor.id)


@operation("policy.unblock", on=Blocked)
def unblock(act: Act, blocked: Blocked) -> Blocked:
    """Take something off the list; twice is once."""
    if blocked.lifted_at is None:
        blocked.lifted_at = act.now
        blocked.save(update_fields=["lifted_at"])
    return blocked
