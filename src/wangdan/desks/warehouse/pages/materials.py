"""Packing material: which kinds there are, how many of each lie in a warehouse, and when to order more (D10.3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import typed, web
from wangdan.desks.warehouse import work
from wangdan.desks.warehouse.pages.waves import chips, house_of
from wangdan.fulfilment import operations, queries
from wangdan.fulfilment.operations.wrapping import is_low
from wangdan.fulfilment.rules import MATERIAL_KINDS
from wangdan.kernel.errors import NotGranted
from wangdan.kernel.operation import may

BASE = f"{work.BASE}/materials"
KINDS: dict[str, Any] = {"box": gettext_lazy("箱袋"), "protection": gettext_lazy("保护")}
"""Kind of material → its name; one for each of `MATERIAL_KINDS`."""
_LARGEST = 2**62


@web.role_needed(*work.ROLES)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every kind with what the warehouse has of it, the scarce ones marked; administrators take up new kinds here."""
    actor, known = web.actor(request), work.houses(web.actor(request))
    house = house_of(request, known)
    kept = queries.kept(house.pk) if house else {}
    rows = [{"row": each, "kind": KINDS[each.kind], "kept": kept.get(each.pk)} for each in queries.materials()]
    for row in rows:
        row["low"] = row["kept"] is not None and is_low(row["kept"])
    context = {
        "house": house,
        "chips": chips(known, house, BASE),
        "rows": rows,
        "low": sum(row["low"] for row in rows),
        "kinds": [(kind, KINDS[kind]) for kind in MATERIAL_KINDS],
        "may_add": may(actor, "fulfilment.set_material"),
    }
    return render(request, "warehouse/materials.html", context)


@web.role_needed(*work.ROLES)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """How many there are and at how few to warn, of one kind."""
    house, code = typed.pieces(request.POST.get("house", ""), most=_LARGEST) or 0, request.POST.get("code", "").replace("\x00", "")[:20]
    on_hand, low = typed.pieces(request.POST.get("on_hand", "")), typed.pieces(request.POST.get("low", "") or "0")
    if on_hand is None or low is None:
        messages.error(request, _("填一个整数，比如 12"))
    elif web.attempt(request, operations.keep_material, house, code=code, on_hand=on_hand, low=low):
        messages.success(request, _("记下了"))
    return redirect(f"{BASE}?house={house}")


@web.role_needed(*work.ROLES)
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """A new kind, or another name or weight for one that is there; 403 for whoever may not take up material."""
    if not may(web.actor(request), "fulfilment.set_material"):
        raise NotGranted
    said = {name: request.POST.get(name, "").replace("\x00", "").strip()[:40] for name in ("code", "name", "kind")}
    grams = typed.pieces(request.POST.get("grams", "") or "0")
    active = request.POST.get("active", "1") == "1"
    if web.attempt(request, operations.set_material, **said, grams=-1 if grams is None else grams, active=active):
        messages.success(request, _("记下了"))
    return redirect(BASE)
