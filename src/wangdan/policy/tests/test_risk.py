"""The score: a sum of rules that hold, whatever their order; and what may stand on the lists."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wangdan.checkout.tests.market import member, person
from wangdan.kernel import clock
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Refused
from wangdan.kernel.models import Journal
from wangdan.kernel.sayings import PLAIN, saying
from wangdan.orders.rules import FEATURES
from wangdan.policy import operations, queries
from wangdan.policy.models import Blocked, Rule
from wangdan.policy.risk import DEFAULTS, Condition, Draft, checked, document, read, score

NAMES = [each.name for each in FEATURES]
CONDITIONS = st.builds(Condition, st.sampled_from(NAMES), st.sampled_from(["least", "most", "is"]), st.integers(0, 20))
RULES = st.builds(
    Draft, st.just(saying("x")), st.lists(CONDITIONS, min_size=1, max_size=3).map(tuple), st.integers(1, 1000), st.booleans(), st.booleans()
)
KNOWN = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 20))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(KNOWN, st.lists(RULES, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_rules_does_not_matter(features: dict[str, int], rules: list[Draft], dice: object) -> None:
    """Same rules, same verdict, also in the order in which the reasons stand."""
    numbered = list(enumerate(rules))
    shuffled = list(numbered)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert score(features, shuffled) == score(features, numbered)


@given(KNOWN, st.lists(RULES, max_size=8), RULES)
def test_one_rule_more_never_lowers_the_score(features: dict[str, int], rules: list[Draft], more: Draft) -> None:
    """Monotone: what was held stays held."""
    numbered = list(enumerate(rules))
    before, after = score(features, numbered), score(features, [*numbered, (99, more)])
    assert after.score in (before.score, before.score + more.score)
    assert {hit.rule for hit in before.hits} <= {hit.rule for hit in after.hits}


@given(KNOWN, RULES)
def test_a_rule_counts_when_all_its_conditions_hold(features: dict[str, int], rule: Draft) -> None:
    """And only for the way to pay that it looks at; a feature that is not known holds nothing."""
    found = score(features, [(7, rule)])
    holds = all(
        each.feature in features
        and {"least": features[each.feature] >= each.value, "most": features[each.feature] <= each.value, "is": features[each.feature] == each.value}[
            each.compare
        ]
        for each in rule.conditions
    )
    looks = rule.cod if features.get("cod") else rule.online
    assert found.score == (rule.score if holds and looks else 0)
    values = {each.feature: features.get(each.feature) for each in rule.conditions}
    assert [dict(hit.values) for hit in found.hits] == ([values] if holds and looks else [])


@given(RULES)
def test_a_rule_reads_as_it_was_written(rule: Draft) -> None:
    """What the table keeps is the rule."""
    kept = {"id": 3, "says": rule.says, "conditions": document(rule.conditions), "score": rule.score, "online": rule.online, "cod": rule.cod}
    assert read(kept) == (3, rule)


def test_the_default_rules_are_within_the_limits() -> None:
    """Each may be kept as it is."""
    assert [checked(each) for each in DEFAULTS] == list(DEFAULTS)


FINE = Draft(saying(PLAIN, text="金额大"), (Condition("amount", "least", 100),), 60)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"conditions": ()}, "policy.conditions_malformed"),
        ({"conditions": FINE.conditions * 7}, "policy.conditions_malformed"),
        ({"conditions": (Condition("weather", "least", 1),)}, "policy.conditions_malformed"),
        ({"conditions": (Condition("amount", "about", 1),)}, "policy.conditions_malformed"),
        ({"conditions": (Condition("amount", "least", -1),)}, "policy.conditions_malformed"),
        ({"score": 0}, "policy.score_malformed"),
        ({"score": 1001}, "policy.score_malformed"),
        ({"online": False, "cod": False}, "policy.rule_for_nobody"),
        ({"says": saying(PLAIN, text="  ")}, "policy.name_malformed"),
        ({"says": saying(PLAIN, text="长" * 61)}, "policy.name_malformed"),
    ],
)
def test_what_is_no_rule_is_refused(wrong: dict[str, object], code: str) -> None:
    """Every part has its limits."""
    with pytest.raises(Malformed, match=code.replace(".", r"\.")):
        checked(replace(FINE, **wrong))


@pytest.fixture
def office(db: None) -> dict[str, Call]:
    """People of the office by role."""
    from wangdan.checkout.tests.market import market

    platform = market().platform
    return {role: Call(member(platform, role)) for role in ("auditor", "service", "supervisor")}


def test_rules_are_delivered_once_and_changed_with_history(office: dict[str, Call]) -> None:
    """The defaults come once; whoever may writes, changes, switches; each leaves its entry (D06.8)."""
    assert operations.load_rules(Call(SYSTEM)) == len(DEFAULTS)
    assert operations.load_rules(Call(SYSTEM)) == 0
    made = operations.add_rule(office["supervisor"], draft=FINE)
    operations.change_rule(office["supervisor"], made.pk, draft=replace(FINE, score=80))
    operations.switch_rule(office["supervisor"], made.pk, on=False)
    kept = Rule.objects.get(pk=made.pk)
    assert (kept.score, kept.on, kept.on_since) == (80, False, None)
    told = list(Journal.objects.filter(ref=made.ref).order_by("pk").values_list("operation", flat=True))
    assert told == ["policy.add_rule", "policy.change_rule", "policy.switch_rule"]
    assert queries.rules(office["service"].actor) == []
    for operation, given_ in ((operations.change_rule, {"draft": FINE}), (operations.switch_rule, {"on": True})):
        with pytest.raises(NotSeen):
            operation(office["service"], made.pk, **given_)
        with pytest.raises(NotGranted):
            operation(office["auditor"], made.pk, **given_)
    assert Rule.objects.get(pk=made.pk).score == 80


def test_the_blocked_list_has_reason_and_expiry(office: dict[str, Call]) -> None:
    """Once at a time; what is over may be blocked anew; lifted is off."""
    auditor, soon = office["auditor"], clock.now() + timedelta(hours=1)
    made = operations.block(auditor, kind="phone", value=" 13900000000 ", reason="多次拒收", until=soon)
    with pytest.raises(Refused, match=r"policy\.blocked_already"):
        operations.block(auditor, kind="phone", value="13900000000", reason="再来")
    assert [each.value for each in queries.blocked(auditor.actor)] == ["13900000000"]
    assert "13900000000" not in str(Journal.objects.filter(ref=made.ref).values_list("changes", flat=True))
    operations.unblock(auditor, made.pk)
    assert not queries.blocked(auditor.actor).exists()
    again = operations.block(auditor, kind="phone", value="13900000000", reason="又来了")
    assert queries.blocking(auditor.actor, {"phone": "13900000000", "account": "1"}) == [again]
    with pytest.raises(NotGranted):
        operations.block(office["service"], kind="phone", value="13900000001", reason="x")


@pytest.mark.parametrize(
    ("wrong", "problem", "code"),
    [
        ({"kind": "face"}, Malformed, "blocked_malformed"),
        ({"value": " "}, Malformed, "blocked_malformed"),
        ({"value": "1" * 401}, Malformed, "blocked_malformed"),
        ({"reason": ""}, Malformed, "reason_missing"),
        ({"until": "past"}, Malformed, "until_past"),
        ({"kind": "account", "value": "999999999"}, NotSeen, "not_seen"),
        ({"kind": "account", "value": "buyer"}, NotSeen, "not_seen"),
    ],
)
def test_what_cannot_be_blocked_is_refused(office: dict[str, Call], wrong: dict[str, object], problem: type[Exception], code: str) -> None:
    """And nothing is kept."""
    given_ = {"kind": "phone", "value": "13900000000", "reason": "x"} | wrong
    if given_.get("until") == "past":
        given_["until"] = clock.now()
    with pytest.raises(problem, match=code):
        operations.block(office["auditor"], **given_)
    assert not Blocked.objects.exists()


def test_an_account_is_blocked_by_its_number(office: dict[str, Call]) -> None:
    """The person must be there."""
    somebody = person()
    assert operations.block(office["auditor"], kind="account", value=str(somebody.pk), reason="x").value == str(somebody.pk)
