"""What the shop charges for sending: templates by piece, weight or volume, regions, free limits, which goods; hours and pick-up points (D07.3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from wangdan.catalogue import queries as catalogue
from wangdan.delivery import operations, queries
from wangdan.delivery.models import FreightOf, FreightTemplate
from wangdan.delivery.rules import BY, PROVINCES, Tariff, Zone
from wangdan.desks import delivery_desk, delivery_words, errors, typed, web
from wangdan.desks.seller.pages.orders import SHOP
from wangdan.kernel.errors import NotGranted, NotSeen, Problem, Unauthenticated

BASE = "/shop/freight"
UNITS = {"piece": gettext_lazy("件"), "weight": gettext_lazy("公斤"), "volume": gettext_lazy("升")}
WAYS = {"piece": gettext_lazy("按件数"), "weight": gettext_lazy("按重量"), "volume": gettext_lazy("按体积")}
_ROWS, _GOODS = 6, 100
_LARGEST = 2**62
_MONEY, _NUMBERS = ("first_fee", "more_fee", "free_over"), ("first", "more", "free_pieces")


@web.role_needed(*SHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The shop's templates with what each charges in words; a POST gives goods to one."""
    shop, actor = delivery_desk.organisation(request, "shop"), web.actor(request)
    if shop is None:
        raise NotSeen
    if request.method == "POST":
        return _assign(request)
    found = queries.templates(actor, shop.pk)
    goods = list(catalogue.own(actor).filter(shop=shop).exclude(status="archived").order_by("-id")[:_GOODS])
    given = queries.assigned([each.pk for each in goods])
    rows = [_goods(each, given.get(each.pk)) for each in goods]
    context = {"templates": [{"row": each, "told": told(each)} for each in found], "goods": rows, "base": "/shop"}
    return render(request, "seller/freights.html", context)


def _goods(product: Any, own: FreightOf | None) -> dict[str, Any]:
    return {"product": product, "template": own.template if own else None, "size": own.cubic_cm if own else 0}


def told(template: FreightTemplate) -> list[str]:
    """What a template charges, a line for the rest of the country and one per zone."""
    tariff = template.tariff
    rest = Zone((), tariff.first_fee, tariff.first, tariff.more, tariff.more_fee, tariff.free_over, tariff.free_pieces)
    lines = [_("其他地区：%(what)s") % {"what": _told(rest, template.by)}] if tariff.zones else [_told(rest, template.by)]
    lines += [_("%(where)s：%(what)s") % {"where": delivery_words.names_of(zone.regions), "what": _told(zone, template.by)} for zone in tariff.zones]
    if tariff.extra:
        extra = _("、").join(f"{PROVINCES[code][0]} {typed.yuan(fee)}" for code, fee in tariff.extra.items() if code in PROVINCES)
        lines.append(_("偏远加收：%(extra)s") % {"extra": extra})
    return lines


def _told(zone: Zone, by: str) -> str:
    if not zone.served:
        return _("不送")
    unit, fee = UNITS[by], typed.yuan(zone.first_fee)
    parts = [_("首 %(n)s %(unit)s %(fee)s 元") % {"n": zone.first, "unit": unit, "fee": fee} if zone.first else _("每单 %(fee)s 元") % {"fee": fee}]
    if zone.first and zone.more_fee:
        parts.append(_("续 %(n)s %(unit)s %(fee)s 元") % {"n": zone.more, "unit": unit, "fee": typed.yuan(zone.more_fee)})
    if zone.free_over is not None:
        parts.append(_("满 %(fee)s 元包邮") % {"fee": typed.yuan(zone.free_over)})
    if zone.free_pieces is not None:
        parts.append(_("满 %(n)s 件包邮") % {"n": zone.free_pieces})
    return _("，").join(parts)


def _assign(request: HttpRequest) -> HttpResponse:
    """One product travels under another template; how large it is packed, in litres, for templates by volume."""
    number, template = (typed.pieces(request.POST.get(each, ""), most=_LARGEST) or 0 for each in ("product", "template"))
    product = catalogue.product(web.actor(request), number)
    size = typed.minor_units(request.POST.get("litres", "") or "0") or 0
    if web.attempt(request, operations.assign_freight, template, products={product.pk: size * 10}):
        messages.success(request, _("%(title)s 的运费模板记下了") % {"title": product.title[:20]})
    return redirect(f"{BASE}#goods")


@web.role_needed("shop_owner")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One template, 0 for a new one; what cannot be read comes back with everything as typed."""
    shop, actor = delivery_desk.organisation(request, "shop"), web.actor(request)
    row = next((each for each in queries.templates(actor, shop.pk) if each.pk == pk), None) if shop else None
    if shop is None or (pk and row is None):
        raise NotSeen
    if request.method != "POST":
        return _form(request, row, _typed(row), "")
    if request.POST.get("drop") and row:
        done = web.attempt(request, _drop, row.pk)
        return redirect(BASE if done else f"{BASE}/{row.pk}")
    said = {name: request.POST.get(name, "").replace("\x00", "").strip()[:200] for name in _fields()}
    tariff, problem = _read(said)
    if tariff is not None:
        try:
            _save(request, shop.pk, row, tariff)
        except (NotSeen, NotGranted, Unauthenticated):
            raise
        except Problem as refusal:
            problem = errors.text(refusal.code, refusal.detail)
        else:
            messages.success(request, _("运费记下了；已下的订单不变"))
            return redirect(BASE)
    return _form(request, row, said, problem, 422)


def _drop(call: Any, pk: int) -> bool:
    operations.drop_freight(call, pk)
    return True


def _save(request: HttpRequest, shop: int, row: FreightTemplate | None, tariff: Tariff) -> None:
    call = web.caller(request)
    if row is None:
        operations.add_freight(call, shop_id=shop, tariff=tariff)
    else:
        operations.change_freight(call, row.pk, tariff=tariff)


def _fields() -> list[str]:
    names = ["name", "by", "extra", *_MONEY, *_NUMBERS]
    return names + [f"z{at}-{name}" for at in range(_ROWS) for name in ("regions", "served", *_MONEY, *_NUMBERS)]


def _typed(row: FreightTemplate | None) -> dict[str, str]:
    """A template as its form's fields."""
    tariff = row.tariff if row else Tariff(800, None, {}, first=1, more_fee=200)
    said = {"name": tariff.name, "by": tariff.by, "extra": " ".join(f"{PROVINCES[code][0]}:{fee / 100:g}" for code, fee in tariff.extra.items())}
    said |= _numbers("", tariff)
    for at, zone in enumerate(tariff.zones[:_ROWS]):
        said |= {f"z{at}-regions": delivery_words.names_of(zone.regions), f"z{at}-served": "" if zone.served else "no"} | _numbers(f"z{at}-", zone)
    return said


def _numbers(prefix: str, zone: Any) -> dict[str, str]:
    money = {f"{prefix}{name}": "" if getattr(zone, name) is None else f"{getattr(zone, name) / 100:g}" for name in _MONEY}
    return money | {f"{prefix}{name}": "" if getattr(zone, name) is None else str(getattr(zone, name)) for name in _NUMBERS}


def _form(request: HttpRequest, row: FreightTemplate | None, said: dict[str, str], problem: str, status: int = 200) -> HttpResponse:
    zones = [{"at": at, **{name: said.get(f"z{at}-{name}", "") for name in ("regions", "served", *_MONEY, *_NUMBERS)}} for at in range(_ROWS)]
    context = {"row": row, "said": said, "zones": zones, "problem": problem, "ways": WAYS.items()}
    return render(request, "seller/freight.html", context, status=status)


def _read(said: dict[str, str]) -> tuple[Tariff | None, str]:
    """The template that the form says, or what is wrong with it."""
    if not said["name"]:
        return None, _("给模板起个名字")
    zones = []
    for at in range(_ROWS):
        text = said[f"z{at}-regions"]
        codes, unknown = delivery_words.codes_of(text)
        if unknown:
            return None, _("没有这个省或市：%(name)s") % {"name": unknown[0][:20]}
        if codes:
            found = _numbers_of(said, f"z{at}-")
            if found is None:
                return None, _("%(where)s的数目看不懂") % {"where": text[:20]}
            zones.append(Zone(regions=tuple(codes), served=said[f"z{at}-served"] != "no", **found))
    own, extra = _numbers_of(said, ""), _extra(said["extra"])
    if own is None or extra is None or said["by"] not in BY:
        return None, _("数目看不懂：钱填元，件数和重量填整数；偏远加收写成 西藏:12 新疆:15")
    first_fee, free_over = own.pop("first_fee"), own.pop("free_over")
    return Tariff(first_fee, free_over, extra, by=said["by"], zones=tuple(zones), name=said["name"], **own), ""


def _numbers_of(said: dict[str, str], prefix: str) -> dict[str, Any] | None:
    """The numbers of one row; None when one cannot be read. Empty is nothing."""
    found: dict[str, Any] = {}
    for name in _MONEY:
        text = said[f"{prefix}{name}"]
        amount = 0 if text in ("", "0") else typed.minor_units(text)
        if amount is None:
            return None
        found[name] = None if name == "free_over" and not text else amount
    for name in _NUMBERS:
        text = said[f"{prefix}{name}"]
        count = typed.pieces(text or "0")
        if count is None:
            return None
        found[name] = None if name == "free_pieces" and not count else count
    return found | {"more": found["more"] or 1}


def _extra(text: str) -> dict[str, int] | None:
    """Surcharges such as 西藏:12 新疆:15, in yuan; None when one cannot be read."""
    found = {}
    for part in text.replace("\uff1a", ":").replace("、", " ").split():
        name, _sign, fee = part.partition(":")
        code, amount = delivery_words.code_of(name), typed.minor_units(fee)
        if len(code) != 2 or amount is None:  # noqa: PLR2004 - a province
            return None
        found[code] = amount
    return found


@web.role_needed("shop_owner")
@require_http_methods(["GET", "HEAD", "POST"])
def slots(request: HttpRequest) -> HttpResponse:
    """The shop's own delivery hours; they can be chosen by who buys from this shop only."""
    return delivery_desk.slots(request, BASE, "shop")


@web.role_needed("shop_owner")
@require_http_methods(["GET", "HEAD", "POST"])
def points(request: HttpRequest) -> HttpResponse:
    """The shop's own pick-up points."""
    return delivery_desk.points(request, BASE, "shop")
