"""The shop's people: who works here with which role, seats that are offered; and who bought, as far as a shop may know (D07.2 用户管理)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Organisation
from wangdan.desks import errors, shell, typed, web
from wangdan.desks.seller.pages.editing import shops
from wangdan.desks.seller.pages.orders import SHOP
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.orders import queries as orders
from wangdan.shops import operations, queries, rules

BASE = "/shop/people"
_SIZE, _DAYS = 40, 180


def chosen_shop(request: HttpRequest) -> Organisation:
    """The shop the page is about: the one named, else the first of the person's. Refuses with 404 for another's."""
    mine = shops(request)
    wanted = typed.pieces(request.POST.get("shop") or request.GET.get("shop") or "", most=2**62)
    found = next((shop for shop in mine if not wanted or shop.pk == wanted), None)
    if found is None:
        raise NotSeen
    return found


@web.role_needed(*SHOP)
@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """Who works in the shop, and what is offered to whom; the owner may change it, clerks may look."""
    return _page(request, chosen_shop(request))


def _page(request: HttpRequest, shop: Organisation, said: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    actor = web.actor(request)
    rows = queries.staff(actor, shop.pk)
    owner = any(row.role == "shop_owner" and row.person_id == actor.id for row in rows)
    context = {
        "shop": shop,
        "shops": shops(request),
        "owner": owner,
        "rows": [
            {"row": row, "role": shell.ROLES[row.role], "me": row.person_id == actor.id, "may_go": owner and row.role != "shop_owner"} for row in rows
        ],
        "offers": [{"row": row, "role": shell.ROLES[row.role], "to": _hidden(row.to)} for row in (queries.offers(actor, shop.pk) if owner else [])],
        "roles": [(role, shell.ROLES[role]) for role in rules.SEATS],
        "said": said,
        "problem": problem,
    }
    return render(request, "seller/people.html", context, status=status)


def _hidden(to: str) -> str:
    """A phone that was typed is shown with its middle hidden."""
    return f"{to[3:6]} **** {to[-4:]}" if to.startswith("+") else to


@web.role_needed("shop_owner")
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Offer a seat to the holder of a phone or a user name."""
    shop, said = chosen_shop(request), request.POST.get("to", "").replace("\x00", "").strip()[:40]
    try:
        operations.invite(web.caller(request), shop_id=shop.pk, to=said, role=request.POST.get("role", ""))
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        return _page(request, shop, said, errors.text(problem.code, problem.detail), problem.status)
    messages.success(request, _("邀请已发出；有这个账号的话，他会收到消息，答应后就能进店铺工作台"))
    return redirect(f"{BASE}?shop={shop.pk}")


@web.role_needed("shop_owner")
@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Take an offer back."""
    if web.attempt(request, operations.revoke, number):
        messages.success(request, _("邀请已收回"))
    return redirect(f"{BASE}?shop={chosen_shop(request).pk}")


@web.role_needed("shop_owner")
@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """Take a role from a person; it ends with his next click."""
    shop, person = chosen_shop(request), typed.pieces(request.POST.get("person", ""), most=2**62) or 0
    if web.attempt(request, accounts.dismiss, shop.pk, person=person, role=request.POST.get("role", "")[:20]):
        messages.success(request, _("已撤下，他从现在起看不到店铺的内容"))
    return redirect(f"{BASE}?shop={shop.pk}")


@web.role_needed(*SHOP)
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """Who bought lately: a masked name, the city, how often and for how much; no phone and no address outside an order (PIPL 6)."""
    shop = chosen_shop(request)
    found: Any = orders.customers(web.actor(request), shop.pk, days=_DAYS, cursor=request.GET.get("cursor", ""), size=_SIZE)
    context = {"shop": shop, "shops": shops(request), "rows": found.rows, "next": found.next, "days": _DAYS}
    return render(request, "seller/customers.html", context)
