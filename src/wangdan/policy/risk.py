"""The rules of risk: conditions over a flat set of features, each rule with a score and a reason. Plain Python, knows no module."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from wangdan.kernel.errors import Malformed
from wangdan.kernel.option import Option
from wangdan.kernel.sayings import PLAIN, Saying, saying

HOLD_FROM = Option("policy.hold_from_score", default=60, low=1, high=10_000, text="风险分达到多少就转人工审核")

COMPARES = ("least", "most", "is")
"""At least, at most, exactly."""
MOST_CONDITIONS, MOST_SCORE, LONGEST_NAME, LARGEST = 6, 1000, 60, 10**12
BLOCKED_KINDS = ("phone", "address", "account", "device")


@dataclass(frozen=True)
class Feature:
    """What is known of an order as one whole number. `unit`: count, money (minor units), days, percent, hour or flag (0 or 1).

    The module that collects it declares it once in its rules.py.
    """

    known: ClassVar[dict[str, "Feature"]] = {}

    name: str
    unit: str

    def __post_init__(self) -> None:
        """Register the feature; a name is declared once."""
        if self.name in Feature.known:
            message = f"feature {self.name} is declared twice"
            raise ValueError(message)
        Feature.known[self.name] = self


@dataclass(frozen=True)
class Condition:
    """A feature compared with a value."""

    feature: str
    compare: str
    value: int

    def holds(self, features: Mapping[str, int]) -> bool:
        """Whether it does; a feature that is not known holds nothing."""
        found = features.get(self.feature)
        if found is None:
            return False
        return {"least": found >= self.value, "most": found <= self.value, "is": found == self.value}[self.compare]


@dataclass(frozen=True)
class Draft:
    """A rule as somebody writes it; `says` is the reason as a saying. All its conditions must hold."""

    says: Saying
    conditions: tuple[Condition, ...]
    score: int
    online: bool = True
    cod: bool = True


@dataclass(frozen=True)
class Hit:
    """A rule that held: its id, reason, score, and the features it looked at with their values."""

    rule: int
    says: Saying
    score: int
    values: Mapping[str, int]


@dataclass(frozen=True)
class Verdict:
    """What the rules say together: the sum of the scores of those that hold."""

    score: int
    hits: tuple[Hit, ...]


def score(features: Mapping[str, int], rules: Iterable[tuple[int, Draft]]) -> Verdict:
    """Add up the rules (id, draft) that hold, in no order that matters; those of the other way to pay are left out.

    The feature `cod` (0 or 1) says how the order is paid.
    """
    hits = [
        Hit(number, rule.says, rule.score, {each.feature: features[each.feature] for each in rule.conditions})
        for number, rule in rules
        if (rule.cod if features.get("cod") else rule.online) and all(each.holds(features) for each in rule.conditions)
    ]
    hits.sort(key=lambda hit: (-hit.score, hit.rule))
    return Verdict(sum(hit.score for hit in hits), tuple(hits))


def checked(draft: Draft) -> Draft:
    """The same with every part within its limits.

    Refuses (422) with `policy.conditions_malformed`, `policy.score_malformed`, `policy.rule_for_nobody`, `policy.name_malformed`.
    """
    if not 1 <= len(draft.conditions) <= MOST_CONDITIONS:
        raise Malformed("policy.conditions_malformed", most=MOST_CONDITIONS)
    for each in draft.conditions:
        if each.feature not in Feature.known or each.compare not in COMPARES or not _whole(each.value, 0, LARGEST):
            raise Malformed("policy.conditions_malformed", most=MOST_CONDITIONS)
    if not _whole(draft.score, 1, MOST_SCORE):
        raise Malformed("policy.score_malformed", most=MOST_SCORE)
    if not (draft.online or draft.cod):
        raise Malformed("policy.rule_for_nobody")
    if draft.says.get("code") == PLAIN and not named(str(draft.says.get("text", ""))):
        raise Malformed("policy.name_malformed", longest=LONGEST_NAME)
    return draft


def _whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def named(text: str) -> str:
    """A reason as it is kept: one line of at most 60 characters; empty for what is none."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return plain if len(plain) <= LONGEST_NAME else ""


def document(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    """Conditions as they are kept."""
    return [{"feature": each.feature, "compare": each.compare, "value": each.value} for each in conditions]


def read(kept: Mapping[str, Any]) -> tuple[int, Draft]:
    """A rule as it is kept: id, says, conditions, score, online, cod."""
    conditions = tuple(Condition(each["feature"], each["compare"], int(each["value"])) for each in kept["conditions"])
    return int(kept["id"]), Draft(kept["says"], conditions, int(kept["score"]), bool(kept["online"]), bool(kept["cod"]))


def _rule(says: Saying, points: int, *conditions: tuple[str, str, int], online: bool = True, cod: bool = True) -> Draft:
    return Draft(says, tuple(Condition(*each) for each in conditions), points, online, cod)


DEFAULTS: tuple[Draft, ...] = (
    _rule(saying("policy.blocked"), 100, ("blocked", "least", 1)),
    _rule(saying("policy.phone_busy"), 60, ("phone_orders", "least", 30)),
    _rule(saying("policy.address_busy"), 40, ("address_orders", "least", 40)),
    _rule(saying("policy.account_busy"), 40, ("account_orders", "least", 40)),
    _rule(saying("policy.device_shared"), 60, ("device_accounts", "least", 5)),
    _rule(saying("policy.phone_shared"), 40, ("phone_accounts", "least", 15)),
    _rule(saying("policy.new_and_dear"), 60, ("account_age_days", "most", 1), ("first_order", "is", 1), ("amount", "least", 1_000_000)),
    _rule(saying("policy.very_dear"), 60, ("amount", "least", 5_000_000)),
    _rule(saying("policy.many_pieces"), 60, ("pieces", "least", 300)),
    _rule(saying("policy.refused_before"), 60, ("cod_refusals", "least", 2), online=False),
    _rule(saying("policy.cash_by_stranger"), 60, ("first_order", "is", 1), ("amount", "least", 80_000), online=False),
    _rule(saying("policy.address_unknown"), 60, ("address_unknown", "is", 1)),
    _rule(saying("policy.price_strange"), 60, ("price_off", "least", 70)),
    _rule(saying("policy.at_night"), 20, ("hour", "most", 4), ("amount", "least", 300_000)),
)
"""What a new system begins with, cautious so that few wait; people may change, switch off and add."""
