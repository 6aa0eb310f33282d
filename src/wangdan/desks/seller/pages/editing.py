"""Creating and changing a product: one form, plain rows for the variants, nothing typed is ever lost (D07.3.1–2)."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wangdan.accounts import queries as accounts
from wangdan.accounts.models import Organisation
from wangdan.catalogue import operations, queries
from wangdan.catalogue.models import Product, Sku
from wangdan.desks import errors, typed, web
from wangdan.desks.seller import forms
from wangdan.desks.seller.pages.goods import BASE
from wangdan.desks.seller.pages.orders import SHOP
from wangdan.inventory import operations as inventory
from wangdan.inventory.models import Warehouse
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Problem

_FRESH_ROWS = 4


def shops(request: HttpRequest) -> list[Organisation]:
    """The shops the person may describe goods for."""
    rows = accounts.memberships(web.actor(request))
    return list({row.organisation_id: row.organisation for row in rows if row.organisation.kind == "shop"}.values())


def _chosen(request: HttpRequest) -> Organisation:
    """The shop the form is for. Refuses with 404 for somebody else's."""
    mine = shops(request)
    wanted = typed.pieces(request.POST.get("shop") or request.GET.get("shop") or "", most=2**62)
    found = next((shop for shop in mine if shop.pk == wanted), None) if wanted else next(iter(mine), None)
    if found is None:
        raise NotSeen
    return found


def _warehouses(request: HttpRequest, shop: Organisation) -> list[Warehouse]:
    every = Warehouse.visible_to(web.actor(request)).filter(active=True).select_related("organisation").order_by("id")
    return [each for each in every if each.organisation_id == shop.pk or (shop.own and each.organisation.kind == "platform")]


@web.role_needed(*SHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new product: saved as a draft, its pieces received into the chosen warehouse."""
    shop = _chosen(request)
    extra = {"shop": shop, "shops": shops(request), "warehouses": _warehouses(request, shop)}
    if request.method != "POST":
        rows = [forms.Row(place) for place in range(_FRESH_ROWS)]
        return _page(request, forms.Describe(places=queries.places(), initial={"spec_a": _("颜色"), "spec_b": _("尺寸")}), rows, None, extra)
    extra["warehouse"] = request.POST.get("warehouse", "")
    form, rows = forms.Describe(request.POST, places=queries.places()), forms.rows_typed(request.POST, {})
    if request.POST.get("do") in ("more", "fill", "spread"):
        return _again(request, rows, None, extra)
    made = _read(form, rows, {})
    if made is None:
        return _page(request, form, rows, None, extra, 422)
    call = web.caller(request)
    found = _run(request, form, rows, lambda: operations.create_product(call, shop_id=shop.pk, draft=forms.draft(form, made)))
    if found is None:
        return _page(request, form, rows, None, extra, 422)
    _receive(request, found, rows, extra["warehouses"])
    messages.success(request, _("已存成草稿；加几张图片，看一遍，就可以上架"))
    return redirect(f"{BASE}/{found.pk}")


@web.role_needed(*SHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a product; a variant is switched off by its tick, never deleted, because orders and stock point to it (C7)."""
    product = queries.product(web.actor(request), pk)
    if product.status == "archived":
        messages.warning(request, errors.text("catalogue.cannot_edit"))
        return redirect(f"{BASE}/{pk}")
    skus = queries.skus([pk])
    known = {sku.pk: sku for sku in skus}
    if request.method != "POST":
        form = forms.Describe(places=queries.places(), initial=forms.described(product, skus))
        return _page(request, form, forms.rows_of(skus), product, {})
    form, rows = forms.Describe(request.POST, places=queries.places()), forms.rows_typed(request.POST, known)
    if request.POST.get("do") in ("more", "fill", "spread"):
        return _again(request, rows, product, {})
    made = _read(form, rows, known)
    if made is None:
        return _page(request, form, rows, product, {}, 422)
    call = web.caller(request)
    found = _run(request, form, rows, lambda: operations.edit_product(call, pk, draft=forms.draft(form, made)))
    if found is None:
        return _page(request, form, rows, product, {}, 422)
    messages.success(request, _("已保存"))
    return redirect(f"{BASE}/{pk}")


def _read(form: forms.Describe, rows: list[forms.Row], known: Mapping[int, Sku]) -> list[Any] | None:
    """The variants, or None when something on the form cannot be read; each fault stands where it was made."""
    good = form.is_valid()
    made = forms.variants(form, rows, known)
    if not made:
        form.add_error(None, _("至少写一行规格和价格；没有规格的商品只填价格"))
    return made if good and made and not any(row.errors for row in rows) else None


def _run(request: HttpRequest, form: forms.Describe, rows: list[forms.Row], act: Any) -> Product | None:
    """Run the operation; a refusal is put on the form."""
    try:
        found: Product = act()
    except (NotSeen, NotGranted):
        raise
    except Malformed as problem:
        faults = problem.detail.get("fields") or {"": errors.text(problem.code, problem.detail)}
        forms.blame(form, rows, faults)
    except Problem as problem:
        messages.error(request, errors.text(problem.code, problem.detail))
    else:
        return found
    return None


def _again(request: HttpRequest, rows: list[forms.Row], product: Product | None, extra: dict[str, Any]) -> HttpResponse:
    """The form as it was typed: with more rows, with one for each missing combination, or with what is named for all in every row."""
    wanted = {"fill": forms.combined, "spread": forms.spread}.get(request.POST.get("do", ""))
    rows = wanted(rows, request.POST) if wanted else forms.spared(rows, 6)
    form = forms.Describe(places=queries.places(), initial={name: request.POST.get(name, "")[:20_000] for name in forms.Describe.base_fields})
    return _page(request, form, rows, product, extra)


def _page(
    request: HttpRequest, form: forms.Describe, rows: list[forms.Row], product: Product | None, extra: dict[str, Any], status: int = 200
) -> HttpResponse:
    third = bool(form["spec_c"].value()) or any(row.c for row in rows) or bool(request.POST.get("all-c"))
    context = {
        "form": form,
        "rows": rows,
        "third": third,
        "product": product,
        "wrong": sum(len(row.errors) for row in rows),
        "back_path": f"{BASE}/{product.pk}" if product else BASE,
        "all": {name: request.POST.get(f"all-{name}", "")[:1000] for name in ("a", "b", "c", "price", "weight", "stock", "code")},
        **extra,
    }
    return render(request, "seller/edit.html", context, status=status)


def _receive(request: HttpRequest, product: Product, rows: list[forms.Row], warehouses: list[Warehouse]) -> None:
    """Lay the pieces that were typed into the chosen warehouse, one move per variant; a second click lays nothing twice."""
    wanted = typed.pieces(request.POST.get("warehouse", ""), most=2**62)
    into = next((each for each in warehouses if each.pk == wanted), None)
    call = web.caller(request)
    used = [row for row in rows if row.used]
    for sku, row in zip(queries.skus([product.pk]), used, strict=False):
        count = typed.pieces(row.stock) if row.stock else 0
        if count and into is not None:
            keyed = Call(call.actor, f"{call.key}:{sku.pk}" if call.key else None)
            web.attempt_as(request, keyed, inventory.receive, into.pk, sku_id=sku.pk, quantity=count, note=_("新商品首批入库"))
