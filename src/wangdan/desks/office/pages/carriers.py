"""Carriers: what each promises by region, weight, cost and speed; a trial that says for an address and a weight who goes and why (D12.5, D13.6)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wangdan.delivery import operations, queries
from wangdan.delivery.models import Carrier
from wangdan.delivery.operations import Terms
from wangdan.delivery.rules import DAY_WORTH, PROVINCES, Rule
from wangdan.desks import delivery_desk, delivery_words, errors, sayings, typed, web
from wangdan.fulfilment.rules import grams
from wangdan.inventory import queries as inventory
from wangdan.kernel import options
from wangdan.kernel.errors import NotGranted, NotSeen, Problem, Unauthenticated

BASE = "/office/carriers"
_ROWS, _SHOWN = 10, 50
_FIELDS = ("province", "km", "days", "cost", "per_kg")


@web.role_needed("supervisor", "admin")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every carrier with its rules, and the trial."""
    said = {name: request.GET.get(name, "").replace("\x00", "").strip()[:40] for name in ("house", "to", "weight", "cash")}
    houses = list(inventory.warehouses(web.actor(request))[:_SHOWN])
    rows = [{"carrier": carrier, "firm": firm, "rules": [_told(rule) for rule in firm.rules]} for carrier, firm in queries.firms().values()]
    context = {"carriers": rows, "houses": houses, "said": said, **_trial(said, houses), "worth": options.value(DAY_WORTH)}
    return render(request, "office/carriers.html", context)


def _told(rule: Rule) -> dict[str, Any]:
    where = PROVINCES[rule.province][0] if rule.province in PROVINCES else _("%(km)s 公里内") % {"km": rule.up_to_km} if rule.up_to_km else _("再远")
    return {"where": where, "rule": rule}


def _trial(said: dict[str, str], houses: list[Any]) -> dict[str, Any]:
    """What everybody says to the parcel that was asked about, or what cannot be read."""
    if not said["to"]:
        return {}
    code, weight = delivery_words.code_of(said["to"]), grams(said["weight"] or "1")
    house = next((each for each in houses if str(each.pk) == said["house"]), houses[0] if houses else None)
    if not code or weight is None or house is None:
        return {"problem": _("目的地写省或市，比如 杭州；重量写公斤，比如 2.5")}
    found = queries.trial(house.province, code, grams=weight, cash=said["cash"] == "1")
    rows = [{"name": each.firm.name, "offer": each.offer, "why": sayings.text(each.why)} for each in found]
    return {"answers": rows, "asked": _("%(here)s → %(there)s") % {"here": house.province, "there": delivery_words.names_of([code])}}


@web.role_needed("admin")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The rules of one carrier; what cannot be read comes back with everything as typed."""
    found = queries.carrier(code)
    if request.method != "POST":
        return _form(request, found, _typed(found), "")
    names = ["name", "phone", "cut_off", "heaviest", "cash", *(f"r{at}-{name}" for at in range(_ROWS) for name in (*_FIELDS, "no"))]
    said = {name: request.POST.get(name, "").replace("\x00", "").strip()[:40] for name in names}
    rules, problem = _rules(said)
    heaviest = grams(said["heaviest"]) if said["heaviest"] else None
    if said["heaviest"] and heaviest is None:
        problem = _("最重写公斤，比如 30")
    if not problem:
        terms = Terms(said["cash"] == "1", said["phone"][:20], said["cut_off"][:5], heaviest)
        try:
            operations.set_carrier(web.caller(request), code=found.code, name=said["name"] or found.name, rules=rules, terms=terms)
        except (NotSeen, NotGranted, Unauthenticated):
            raise
        except Problem as refusal:
            problem = errors.text(refusal.code, refusal.detail)
        else:
            messages.success(request, _("记下了；已约的快递不变"))
            return redirect(BASE)
    return _form(request, found, said, problem, 422)


def _typed(carrier: Carrier) -> dict[str, str]:
    cut_off, heaviest = carrier.cut_off, carrier.heaviest_grams
    said = {"name": carrier.name, "phone": carrier.phone, "cash": "1" if carrier.takes_cash else ""}
    said |= {"cut_off": f"{cut_off:%H:%M}" if cut_off else "", "heaviest": f"{heaviest / 1000:g}" if heaviest else ""}
    for at, row in enumerate(carrier.rules.order_by("id")[:_ROWS]):
        where = PROVINCES[row.province][0] if row.province in PROVINCES else ""
        said |= {f"r{at}-province": where, f"r{at}-km": str(row.up_to_km or ""), f"r{at}-days": str(row.days), f"r{at}-no": "" if row.served else "1"}
        said |= {f"r{at}-cost": f"{row.cost / 100:g}", f"r{at}-per_kg": f"{row.per_kg / 100:g}"}
    return said


def _form(request: HttpRequest, carrier: Carrier, said: dict[str, str], problem: str, status: int = 200) -> HttpResponse:
    rows = [{"at": at, **{name: said.get(f"r{at}-{name}", "") for name in (*_FIELDS, "no")}} for at in range(_ROWS)]
    return render(request, "office/carrier.html", {"carrier": carrier, "said": said, "rows": rows, "problem": problem}, status=status)


def _rules(said: dict[str, str]) -> tuple[list[Rule], str]:
    """The rules that the rows say, or which row cannot be read; an empty row is none."""
    rules = []
    for at in range(_ROWS):
        row = {name: said[f"r{at}-{name}"] for name in (*_FIELDS, "no")}
        if not any(row.values()):
            continue
        province = delivery_words.code_of(row["province"]) if row["province"] else ""
        days, km = typed.pieces(row["days"] or "1", most=90), typed.pieces(row["km"], most=20_000) if row["km"] else None
        cost, per_kg = (0 if row[name] in ("", "0") else typed.minor_units(row[name]) for name in ("cost", "per_kg"))
        wrong = (row["province"] and len(province) != 2) or not days or cost is None or per_kg is None or (row["km"] and not km)  # noqa: PLR2004
        if wrong:
            return [], _("第 %(at)s 行看不懂：省写名字，天和公里写整数，钱写元") % {"at": at + 1}
        rules.append(Rule(province, km, days or 1, cost or 0, row["no"] != "1", per_kg or 0))
    return rules, ""


@web.role_needed("supervisor", "admin")
@require_http_methods(["GET", "HEAD", "POST"])
def slots(request: HttpRequest) -> HttpResponse:
    """The platform's delivery hours."""
    return delivery_desk.slots(request, BASE, "platform")


@web.role_needed("supervisor", "admin")
@require_http_methods(["GET", "HEAD", "POST"])
def points(request: HttpRequest) -> HttpResponse:
    """The platform's pick-up points."""
    return delivery_desk.points(request, BASE, "platform")
