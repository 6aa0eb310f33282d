"""Stock of a product: where each variant lies, replenish, count, adjust; who changed it when and why; what was sold (D07.3.5)."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wangdan.catalogue import queries
from wangdan.catalogue.models import Product, Sku
from wangdan.desks import errors, goods_words, keyset, typed, web
from wangdan.desks.seller.pages.goods import BASE
from wangdan.desks.seller.pages.orders import SHOP
from wangdan.inventory import operations
from wangdan.inventory import queries as inventory
from wangdan.inventory.models import Stock
from wangdan.inventory.rules import LOW_PIECES
from wangdan.kernel import clock, options
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.kernel.operation import may

_SIZE, _DAYS = 30, 30
VIEWS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("", gettext_lazy("出入库"), ()),
    ("sold", gettext_lazy("销售记录"), ("ship",)),
    ("in", gettext_lazy("入库"), ("receive", "restock")),
    ("fixed", gettext_lazy("盘点和调整"), ("count", "adjust")),
)
"""Key, words and kinds of move of the record's views."""
REASONS = (gettext_lazy("破损"), gettext_lazy("丢失"), gettext_lazy("找到"), gettext_lazy("赠送或样品"), gettext_lazy("退给供应商"))


@web.role_needed(*SHOP)
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Every variant with its warehouses; below, all about the chosen one."""
    product = queries.product(web.actor(request), pk)
    return _page(request, product, request.GET.get("sku", ""), {})


def _page(request: HttpRequest, product: Product, wanted: str, said: dict[str, Any], status: int = 200) -> HttpResponse:
    actor = web.actor(request)
    skus = queries.skus([product.pk])
    lying = inventory.stock_of(actor, [sku.pk for sku in skus])
    by_sku: dict[int, list[Stock]] = {sku.pk: [] for sku in skus}
    for row in lying:
        by_sku[row.sku_id].append(row)
    chosen = _chosen(skus, by_sku, wanted)
    mine = by_sku.get(chosen.pk, []) if chosen else []
    view = next((each for each in VIEWS if each[0] == request.GET.get("view", "")), VIEWS[0])
    shown = keyset.page(inventory.moves(mine, view[2]), request.GET.get("cursor", ""), _SIZE)
    here = f"{BASE}/{product.pk}/stock?sku={chosen.pk if chosen else ''}"
    below = options.value(LOW_PIECES)
    context = {
        "product": product,
        "skus": [
            {"sku": sku, "rows": by_sku[sku.pk], "free": _free(by_sku[sku.pk]), "low": sku.active and _free(by_sku[sku.pk]) < below} for sku in skus
        ],
        "chosen": chosen,
        "chosen_free": _free(mine),
        "chosen_held": sum(row.held for row in mine),
        "places": [(each.pk, each.name) for each in inventory.places_for(actor, product)],
        "may_open": may(actor, "inventory.open_warehouse"),
        "lies_in": [(row.warehouse_id, row.warehouse.name, row.on_hand, row.held) for row in mine if row.warehouse.active],
        "sold": inventory.shipped_since(mine, clock.now() - timedelta(days=_DAYS)) if mine else 0,
        "days": _DAYS,
        "views": [{"text": word, "on": key == view[0], "path": f"{here}&view={key}#record"} for key, word, _kinds in VIEWS],
        "moves": goods_words.moves(shown.rows),
        "next": shown.next,
        "promises": goods_words.promises(inventory.promised(mine)),
        "reasons": [str(each) for each in REASONS],
        **said,
    }
    return render(request, "seller/stock.html", context, status=status)


def _free(rows: list[Stock]) -> int:
    return sum(row.available for row in rows if row.warehouse.active)


def _chosen(skus: list[Sku], by_sku: dict[int, list[Stock]], wanted: str) -> Sku | None:
    """The variant the page is about: the one asked for, else the one with fewest pieces. Refuses with 404 for another product's."""
    if wanted:
        found = next((sku for sku in skus if str(sku.pk) == wanted), None)
        if found is None:
            raise NotSeen
        return found
    return min(skus, key=lambda sku: (not sku.active, _free(by_sku[sku.pk]))) if skus else None


@web.role_needed(*SHOP)
@require_POST
def change(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Replenish, count, adjust or move to another shelf; what cannot be read comes back at its field, with everything as typed."""
    product = queries.product(web.actor(request), pk)
    if name not in ("receive", "count", "adjust", "bin"):
        raise NotSeen
    said = {each: request.POST.get(each, "").replace("\x00", "").strip()[:120] for each in ("warehouse", "pieces", "bin", "note", "reason", "way")}
    sku = next((each for each in queries.skus([pk]) if str(each.pk) == request.POST.get("sku", "")), None)
    if sku is None:
        raise NotSeen
    wrong, wanted = _read(name, said)
    if not wrong:
        try:
            getattr(operations, {"bin": "place_bin"}.get(name, name))(web.caller(request), int(said["warehouse"]), sku_id=sku.pk, **wanted)
        except (NotSeen, NotGranted):
            raise
        except Problem as problem:
            wrong = {"pieces": errors.text(problem.code, problem.detail)}
    if wrong:
        return _page(request, product, str(sku.pk), {"said": said, "wrong": wrong, "did": name}, 422)
    messages.success(request, _("已记下，库存立刻更新"))
    return redirect(f"{BASE}/{pk}/stock?sku={sku.pk}")


def _read(name: str, said: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What is wrong by field, and what the operation is asked for."""
    wrong, wanted = {}, {}
    if typed.pieces(said["warehouse"], most=2**62) is None:
        wrong["warehouse"] = _("请选仓库")
    if len(said["bin"]) > 20:  # noqa: PLR2004 - the column
        wrong["bin"] = _("货位最多 20 个字")
    count = typed.pieces(said["pieces"])
    if name != "bin" and (count is None or (count == 0 and name != "count")):
        wrong["pieces"] = _("填一个整数，比如 12")
    if name == "receive":
        wanted = {"quantity": count, "bin": said["bin"], "note": said["note"]}
    elif name == "count":
        wanted = {"found": count, "note": said["note"]}
    elif name == "bin":
        wanted = {"bin": said["bin"]}
    else:
        note = _("：").join(part for part in (said["reason"], said["note"]) if part)[:120]
        if not note:
            wrong["note"] = errors.text("inventory.note_missing")
        wanted = {"delta": (count or 0) * (1 if said["way"] == "more" else -1), "note": note}
    return wrong, wanted
