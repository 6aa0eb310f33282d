"""The cart: by shop, ticked or not, variants changed in place, what is gone folded at the end (D01.3, D03.5, D05.3)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wangdan.catalogue.models import Sku
from wangdan.checkout import operations, queries
from wangdan.checkout.queries.carts import picture_url
from wangdan.desks import offer_words, order_money, web
from wangdan.desks.store import basket
from wangdan.desks.templatetags.wd import plain_money
from wangdan.inventory import queries as inventory


def whole(text: str | None, otherwise: int = 0) -> int:
    """A number people typed; what is none counts as `otherwise`."""
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 19 else otherwise  # noqa: PLR2004 - fits in 64 bits


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The cart as it is now; with `?change=` the sheet of another variant for one line."""
    cart = queries.cart(web.actor(request), basket.secret(request))
    request.wd_cart_count = cart.pieces  # type: ignore[attr-defined]
    line = next((line for line in cart.lines if line.id == whole(request.GET.get("change"))), None)
    priced = queries.price_cart(web.actor(request), cart)
    context = {
        "cart": cart,
        "sum": order_money.of_cart(cart, priced),
        "priced": priced,
        "offers": _offers(priced),
        "change": _variants(line) if line else None,
    }
    return render(request, "store/cart.html", context)


def _offers(priced: Any) -> dict[int | None, list[dict[str, str]]]:
    """Shop (None: the platform) -> its reductions: what each takes off now, or what is missing to the next rung."""
    told: dict[int | None, list[dict[str, str]]] = {}
    for each in priced.tried:
        if not each.offer.step.endswith("_reduction") or not (each.taken or each.why == "not_reached"):
            continue
        said = _("已减 %(amount)s") % {"amount": plain_money(each.gives)} if each.taken else ""
        ahead = _("再买 %(lacks)s 可以减得更多") if each.taken else _("再买 %(lacks)s 就能用")
        said += (_("，") if said and each.lacks else "") + (ahead % {"lacks": plain_money(each.lacks)} if each.lacks else "")
        told.setdefault(each.offer.shop_id, []).append({"benefit": offer_words.benefit(each.offer), "said": said})
    return told


def _variants(line: Any) -> dict[str, Any]:
    """The variants of a line's product with price, picture and stock."""
    ids = list(Sku.objects.filter(product_id=line.product_id, active=True).values_list("pk", flat=True))
    goods, available = queries.goods_of(ids), inventory.available(ids)
    options = [
        {"id": pk, "specs": goods[pk].specs, "price": goods[pk].price, "picture": picture_url(goods[pk]), "available": available.get(pk, 0)}
        for pk in ids
        if pk in goods
    ]
    return {"line_id": line.id, "options": options}


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put into the cart and stay where one was."""
    sku, quantity = whole(request.POST.get("sku")), whole(request.POST.get("quantity"), 1)
    done = web.attempt(request, operations.add, sku=sku, quantity=quantity, secret=basket.fresh_secret(request))
    if done is not None:
        messages.success(request, _("已加入购物车"))
    return redirect(web.back(request, "/cart"))


@require_POST
def buy(request: HttpRequest) -> HttpResponse:
    """Buy now: straight to the checkout with this one variant (D01.2); a stranger logs in on the way and comes back to it."""
    chosen = {"sku": whole(request.POST.get("sku")), "quantity": whole(request.POST.get("quantity"), 1)}
    return redirect(f"/checkout?{urlencode(chosen)}")


@require_POST
def quantity(request: HttpRequest) -> HttpResponse:
    """Another quantity: the one typed, or one more or less by the stepper's button without script."""
    wanted = whole(request.POST.get("quantity"), 1)
    step = request.POST.get("step", "")
    if step in ("1", "-1"):
        wanted = max(1, wanted + int(step))
    web.attempt(request, operations.change, line=whole(request.POST.get("line")), quantity=wanted, secret=basket.secret(request))
    return redirect(f"/cart#line-{whole(request.POST.get('line'))}")


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Another variant in place; a variant that is there already takes the pieces."""
    line, sku = whole(request.POST.get("line")), whole(request.POST.get("sku"))
    kept = web.attempt(request, operations.change, line=line, sku=sku, secret=basket.secret(request))
    return redirect(f"/cart#line-{kept or line}")


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Tick or untick a line, a shop, or everything."""
    line, shop = whole(request.POST.get("line")) or None, whole(request.POST.get("shop")) or None
    _said(request, operations.choose, chosen=request.POST.get("chosen") == "1", line=line, shop=shop)
    return redirect("/cart" + (f"#line-{line}" if line else ""))


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take a line out."""
    _said(request, operations.remove, line=whole(request.POST.get("line")))
    messages.success(request, _("已从购物车移走"))
    return redirect("/cart")


@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """Drop what cannot be bought any more."""
    _said(request, operations.clear_gone)
    return redirect("/cart")


def _said(request: HttpRequest, operation: Any, **wanted: Any) -> None:
    """Run an operation that answers nothing."""
    operation(web.caller(request), secret=basket.secret(request), **wanted)
