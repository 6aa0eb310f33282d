"""The rules of risk: the list with what each has touched, writing one, trying it on the last thirty days, its hits, on and off (D04.2, D06.8)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.desks import errors, order_rows, risk_words, sayings, typed, web
from wangdan.desks.journal_words import Change, Entry, names_of, who
from wangdan.kernel import options
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.kernel.models import Journal
from wangdan.kernel.sayings import PLAIN, saying
from wangdan.orders.queries import auditing
from wangdan.policy import operations, queries, risk
from wangdan.policy.models import Rule
from wangdan.policy.risk import COMPARES, HOLD_FROM, MOST_CONDITIONS, Condition, Draft, Feature

SEERS = ("auditor", "supervisor", "admin")
WRITERS = ("supervisor", "admin")
BASE = "/office/rules"
_ROWS = 4
"""Conditions that the form shows; more come with the ones that are filled in."""


@web.role_needed(*SEERS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All rules, those that are on first, with how many orders each has touched in thirty days."""
    actor = web.actor(request)
    rules = queries.rules(actor)
    touched = auditing.held_by(actor, [rule.pk for rule in rules])
    rows = [
        {
            "rule": rule,
            "name": sayings.text(rule.says),
            "text": risk_words.conditions(rule.draft),
            "methods": risk_words.methods(rule.draft),
            "hits": touched.get(rule.pk, 0),
        }
        for rule in rules
    ]
    context = {"rows": rows, "hold_from": options.value(HOLD_FROM), "may_write": bool(actor.roles & set(WRITERS)), "days": auditing.TRIED_DAYS}
    return render(request, "office/rules.html", context)


@web.role_needed(*SEERS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Write a rule: read it, try it, which writes nothing, and save it."""
    rule = queries.rule(web.actor(request), number) if number else None
    if request.method == "POST":
        return _tried(request, rule) if request.POST.get("try") else _save(request, rule)
    return _page(request, rule, _filled(rule))


def _filled(rule: Rule | None) -> dict[str, Any]:
    """The form of a rule as it is; an empty one for a new rule."""
    if rule is None:
        return {"name": "", "score": "60", "online": True, "cod": True, "conditions": []}
    draft = rule.draft
    conditions = [
        {"feature": each.feature, "compare": each.compare, "value": typed.yuan(each.value) if _is_money(each.feature) else str(each.value)}
        for each in draft.conditions
    ]
    return {"name": sayings.text(rule.says), "score": str(draft.score), "online": draft.online, "cod": draft.cod, "conditions": conditions}


def _is_money(feature: str) -> bool:
    return feature in Feature.known and Feature.known[feature].unit == "money"


def _typed_in(form: QueryDict) -> dict[str, Any]:
    """The form as it was typed."""
    conditions = []
    for at in range(MOST_CONDITIONS):
        feature = form.get(f"feature{at}", "")[:40]
        if feature:
            conditions.append({"feature": feature, "compare": form.get(f"compare{at}", "")[:8], "value": form.get(f"value{at}", "")[:20].strip()})
    name = form.get("name", "").replace("\x00", "")[:200]
    return {"name": name, "score": form.get("score", "")[:6], "online": "online" in form, "cod": "cod" in form, "conditions": conditions}


def _draft(said: dict[str, Any], rule: Rule | None) -> Draft:
    """What was typed as a rule, within its limits; a name that is still the delivered one stays in every language. Refuses (422)."""
    conditions = []
    for each in said["conditions"]:
        money = _is_money(each["feature"])
        number = 0 if money and each["value"] in ("0", "0.00") else typed.minor_units(each["value"]) if money else typed.pieces(each["value"])
        conditions.append(Condition(each["feature"], each["compare"], -1 if number is None else number))
    kept = rule is not None and said["name"].strip() == sayings.text(rule.says)
    says = rule.says if rule is not None and kept else saying(PLAIN, text=risk.named(said["name"]))
    return risk.checked(Draft(says, tuple(conditions), typed.pieces(said["score"]) or 0, said["online"], said["cod"]))


def _tried(request: HttpRequest, rule: Rule | None) -> HttpResponse:
    """The rule as typed, and what it would have found."""
    said = _typed_in(request.POST)
    try:
        draft = _draft(said, rule)
    except Problem as problem:
        return _page(request, rule, said, problem=errors.text(problem.code, problem.detail), status=problem.status)
    trial = auditing.trial(web.actor(request), draft)
    return _page(request, rule, said, trial={"found": trial, "rows": order_rows.rows(list(trial.sample)), "text": risk_words.conditions(draft)})


def _save(request: HttpRequest, rule: Rule | None) -> HttpResponse:
    said = _typed_in(request.POST)
    try:
        draft = _draft(said, rule)
        caller = web.caller(request)
        kept = operations.add_rule(caller, draft=draft) if rule is None else operations.change_rule(caller, rule.pk, draft=draft)
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        return _page(request, rule, said, problem=errors.text(problem.code, problem.detail), status=problem.status)
    messages.success(request, _("规则已保存，从现在起生效"))
    return redirect(f"{BASE}/{kept.pk}")


def _page(
    request: HttpRequest, rule: Rule | None, said: dict[str, Any], *, trial: dict[str, Any] | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    actor = web.actor(request)
    blank = [{"feature": "", "compare": "least", "value": ""}]
    shown = (said["conditions"] + blank * MOST_CONDITIONS)[: max(_ROWS, min(MOST_CONDITIONS, len(said["conditions"]) + 1))]
    done = auditing.hits(actor, rule.pk, rule.on_since) if rule is not None and trial is None else None
    context = {
        "rule": rule,
        "name": sayings.text(rule.says) if rule else "",
        "said": said,
        "conditions": list(enumerate(shown)),
        "features": [(name, f"{text}{_unit(name)}") for name, text in risk_words.FEATURES.items()],
        "compares": [(key, risk_words.COMPARES[key]) for key in COMPARES],
        "hold_from": options.value(HOLD_FROM),
        "trial": trial,
        "days": auditing.TRIED_DAYS,
        "hits": done,
        "hit_rows": order_rows.rows([each.order for each in done.sample]) if done else [],
        "problem": problem,
        "may_write": bool(actor.roles & set(WRITERS)),
        "entries": _entries(rule) if rule else [],
        "here": f"{BASE}/{rule.pk}" if rule else f"{BASE}/new",
    }
    return render(request, "office/rule.html", context, status=status)


def _unit(name: str) -> str:
    unit = str(risk_words.UNITS[Feature.known[name].unit])
    return f"（{unit}）" if unit else ""


def _entries(rule: Rule) -> list[Entry]:
    """Who wrote it and changed it, newest first."""
    rows = list(Journal.objects.filter(ref=rule.ref).order_by("-id")[:30])
    names, told = names_of(rows), []
    words = {
        "policy.load_rules": _("随系统带来"),
        "policy.add_rule": _("写下规则"),
        "policy.change_rule": _("修改规则"),
        "policy.switch_rule": _("开关规则"),
    }
    for each in rows:
        changes = []
        if "score" in each.changes and each.changes["score"][0] is not None:
            changes.append(Change(_("分数"), str(each.changes["score"][0]), str(each.changes["score"][1])))
        if "on" in each.changes and each.changes["on"][0] is not None:
            changes.append(Change(_("启用"), _("是") if each.changes["on"][0] else _("否"), _("是") if each.changes["on"][1] else _("否")))
        if "conditions" in each.changes and each.changes["conditions"][0] is not None:
            before, after = (
                str(_("，并且")).join(risk_words.condition(Condition(one["feature"], one["compare"], int(one["value"]))) for one in pair)
                for pair in each.changes["conditions"]
            )
            changes.append(Change(_("条件"), before, after))
        told.append(Entry(words.get(each.operation, each.operation), each.at, who(each, names), "moving", changes))
    return told


@web.role_needed(*WRITERS)
@require_POST
def switch(request: HttpRequest, number: int) -> HttpResponse:
    """Switch a rule on or off."""
    on = request.POST.get("on") == "1"
    if web.attempt(request, operations.switch_rule, number, on=on):
        messages.success(request, _("规则已启用") if on else _("规则已停用，已经转审核的订单不受影响"))
    return redirect(web.back(request, f"{BASE}/{number}"))
