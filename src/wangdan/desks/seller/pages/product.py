"""One product of the shop: facts, variants, pictures, who changed what; prices; on sale, off sale, archived (D07.3, C7)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wangdan.catalogue import operations, queries
from wangdan.catalogue.models import Product, Sku
from wangdan.catalogue.rules import LIFE
from wangdan.desks import errors, goods_words, typed, web
from wangdan.desks.order_parts import Action
from wangdan.desks.seller.pages.goods import BASE
from wangdan.desks.seller.pages.orders import SHOP
from wangdan.inventory import operations as stock
from wangdan.inventory import queries as inventory
from wangdan.inventory.rules import LOW_PIECES
from wangdan.kernel import options
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.kernel.operation import may

MOVES = ("put_on_sale", "take_off_sale", "archive", "delete")
_SMALL = 200


@web.role_needed(*SHOP)
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The product's page: the next step filled, everything about it on one screen."""
    product = queries.product(web.actor(request), pk)
    skus, pictures = queries.skus([pk]), queries.pictures(product)
    free = inventory.available([sku.pk for sku in skus])
    held = inventory.held([sku.pk for sku in skus])
    below, first = options.value(LOW_PIECES), pictures[0].file.url(_SMALL) if pictures else ""
    context = {
        "product": product,
        "actions": _actions(product, owner=may(web.actor(request), "inventory.remove_goods")),
        "variants": [
            {"sku": sku, "free": free[sku.pk], "held": held.get(sku.pk, 0), "low": sku.active and free[sku.pk] < below, "picture": _url(sku) or first}
            for sku in skus
        ],
        "pictures": [
            {"pk": each.pk, "url": each.file.url(_SMALL), "large": each.file.url(800), "place": place} for place, each in enumerate(pictures)
        ],
        "missing": _missing(product, len(pictures), sum(free.values())),
        "entries": goods_words.entries(product),
        "editable": product.status != "archived",
    }
    return render(request, "seller/product.html", context)


def _url(sku: Sku) -> str:
    return sku.picture.url(_SMALL) if sku.picture else ""


def _actions(product: Product, *, owner: bool) -> list[Action]:
    here, open_moves = f"{BASE}/{product.pk}", LIFE.open_moves(product.status)
    made = []
    if "put_on_sale" in open_moves:
        made.append(Action(_("上架"), f"{here}/put_on_sale", "btn-primary"))
    if product.status != "archived":
        made.append(Action(_("编辑"), f"{here}/edit", "btn-quiet", icon="pencil"))
        made.append(Action(_("改价"), f"{here}/prices", icon="coin"))
    made.append(Action(_("库存"), f"{here}/stock", icon="packages"))
    if "take_off_sale" in open_moves:
        made.append(Action(_("下架"), f"{here}/take_off_sale"))
    made.append(Action(_("销售记录"), f"{here}/sales", icon="chart-bar"))
    if "archive" in open_moves:
        made.append(
            Action(_("删除"), f"{here}/delete", "btn-danger-plain", icon="trash")
            if owner
            else Action(_("归档"), f"{here}/archive", "btn-danger-plain")
        )
    return made


def _missing(product: Product, pictures: int, free: int) -> list[str]:
    """What a buyer would miss, said before it is on sale."""
    if product.status == "archived":
        return []
    told = []
    if not pictures:
        told.append(_("还没有图片，买家看到的是一个空包裹"))
    if not free:
        told.append(_("没有可卖的库存，买家会看到“无货”"))
    if not product.description:
        told.append(_("还没有描述"))
    return told


@web.role_needed(*SHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Put on sale, take off or archive, after reading what it does; a refusal comes back as a note and changes nothing."""
    product = queries.product(web.actor(request), pk)
    if name not in MOVES:
        raise NotSeen
    here = f"{BASE}/{pk}"
    if name == "delete":
        return _delete(request, product)
    if request.method == "POST":
        if web.attempt(request, getattr(operations, name), pk):
            messages.success(request, {"put_on_sale": _("已上架，买家现在看得到"), "take_off_sale": _("已下架"), "archive": _("已归档")}[name])
        return redirect(here)
    if name not in LIFE.open_moves(product.status):
        messages.warning(request, errors.text(f"catalogue.cannot_{name}"))
        return redirect(here)
    return render(request, "desk/move.html", {"no": "", "room": "products", "back_path": here, **_words(product, name)})


def _delete(request: HttpRequest, product: Product) -> HttpResponse:
    """Delete after a question: what was never sold goes for ever, what was is archived (D07.3.3, C7)."""
    here, sold = f"{BASE}/{product.pk}", inventory.ever_held([sku.pk for sku in queries.skus([product.pk])])
    if "archive" not in LIFE.open_moves(product.status):
        messages.warning(request, errors.text("catalogue.cannot_archive"))
        return redirect(here)
    if request.method != "POST":
        words = _words(product, "archive") if sold else _last_words(product)
        return render(request, "desk/move.html", {"no": "", "room": "products", "back_path": here, **words})
    if sold:
        if web.attempt(request, operations.archive, product.pk):
            messages.success(request, _("卖过的商品已归档，记录都留着"))
        return redirect(here)
    try:
        stock.remove_goods(web.caller(request), product.pk)
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        messages.error(request, errors.text(problem.code, problem.detail))
        return redirect(here)
    messages.success(request, _("“%(title)s”已永久删除") % {"title": product.title})
    return redirect(BASE)


def _last_words(product: Product) -> dict[str, Any]:
    """What deleting for ever does."""
    free = sum(inventory.available([sku.pk for sku in queries.skus([product.pk])]).values())
    effects = [
        ("trash", _("商品"), _("永久移除，不能恢复：名称、描述、图片、规格都没有了")),
        ("packages", _("库存"), _("它的 %(free)s 件库存和出入库记录一起移除") % {"free": free}),
        ("receipt", _("订单"), _("没有订单用到它；卖过的商品只归档，不删除")),
    ]
    title = _("%(move)s：%(title)s") % {"move": _("删除"), "title": product.title}
    return {"title": title, "effects": effects, "button": _("删除"), "stay": _("返回，不操作"), "danger": True}


def _words(product: Product, name: str) -> dict[str, Any]:
    skus = queries.skus([product.pk])
    free, held = inventory.available([sku.pk for sku in skus]), inventory.held([sku.pk for sku in skus])
    kept = _("可售 %(free)s 件、留货 %(held)s 件，都不动") % {"free": sum(free.values()), "held": sum(held.values())}
    orders = _("已经下的订单照常备货、发货、退换")
    told = {
        "put_on_sale": (
            _("上架"),
            [
                ("building-store", _("商城"), _("立刻能被搜到、加购、下单")),
                ("coin", _("价格"), _("按现在的价格卖；要改先改价")),
                ("packages", _("库存"), _("现在可售 %(free)s 件") % {"free": sum(free.values())}),
            ],
        ),
        "take_off_sale": (
            _("下架"),
            [
                ("building-store", _("商城"), _("搜索和分类里看不到，购物车里标成“已下架”，不能再下单")),
                ("receipt", _("订单"), orders),
                ("packages", _("库存"), kept),
                ("arrow-back-up", _("反悔"), _("随时可以再上架")),
            ],
        ),
        "archive": (
            _("归档"),
            [
                ("building-store", _("商城"), _("不再出现，也不能再上架、再编辑")),
                ("receipt", _("订单"), orders),
                ("packages", _("库存"), kept),
                ("history", _("记录"), _("商品和交易记录至少保存三年（电子商务法第 31 条），所以只归档，不删除")),
            ],
        ),
    }[name]
    title, effects = told
    return {
        "title": _("%(move)s：%(title)s") % {"move": title, "title": product.title},
        "effects": effects,
        "button": title,
        "stay": _("返回，不操作"),
        "danger": name == "archive",
    }


@web.role_needed(*SHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def prices(request: HttpRequest, pk: int) -> HttpResponse:
    """New prices for the variants; a field that is no price comes back with what was typed (D07.3.4)."""
    product = queries.product(web.actor(request), pk)
    skus = queries.skus([pk])
    if request.method == "POST":
        return _price(request, product, skus)
    return _price_page(request, product, skus, {sku.pk: typed.yuan(sku.price) for sku in skus}, {})


def _price_page(
    request: HttpRequest, product: Product, skus: list[Sku], said: dict[int, str], wrong: dict[int, str], status: int = 200
) -> HttpResponse:
    rows = [{"sku": sku, "said": said.get(sku.pk, ""), "error": wrong.get(sku.pk, "")} for sku in skus]
    return render(
        request, "seller/prices.html", {"product": product, "rows": rows, "wrong": len(wrong), "back_path": f"{BASE}/{product.pk}"}, status=status
    )


def _price(request: HttpRequest, product: Product, skus: list[Sku]) -> HttpResponse:
    said = {sku.pk: request.POST.get(f"p{sku.pk}", "").strip()[:20] for sku in skus}
    read = {pk: typed.minor_units(text) for pk, text in said.items()}
    wrong = {pk: _("价格要填成 129.00 这样") for pk, amount in read.items() if amount is None}
    if wrong:
        return _price_page(request, product, skus, said, wrong, 422)
    try:
        operations.change_price(web.caller(request), product.pk, prices={pk: amount for pk, amount in read.items() if amount})
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        messages.error(request, errors.text(problem.code, problem.detail))
        return _price_page(request, product, skus, said, {}, problem.status)
    messages.success(request, _("价格已改，新订单按新价；已下的订单不变"))
    return redirect(f"{BASE}/{product.pk}")
