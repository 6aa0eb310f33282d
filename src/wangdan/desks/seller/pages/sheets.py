"""Goods by spreadsheet: a template, the shop's goods as a file, a file read, previewed with its faults by line, and taken whole (D07.3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.catalogue import operations, queries
from wangdan.catalogue.rules import MOST_SKUS, SHEET_LINES
from wangdan.desks import errors, sheet_reading, sheets, web
from wangdan.desks.seller import goods_table
from wangdan.desks.seller.pages.editing import shops
from wangdan.desks.seller.pages.goods import BASE
from wangdan.desks.seller.pages.orders import SHOP
from wangdan.desks.seller.pages.people import chosen_shop
from wangdan.kernel import clock, options
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Problem

_SHOWN = 200


def _file(name: str, form: str, rows: Any) -> StreamingHttpResponse:
    if form not in sheets.TYPES:
        raise NotSeen
    answer = StreamingHttpResponse(sheets.written(form, rows), content_type=sheets.TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer


@web.role_needed(*SHOP)
@require_safe
def template(request: HttpRequest, form: str) -> HttpResponseBase:
    """A table with the right heads and one product to be written over."""
    del request
    return _file("goods-template", form, goods_table.template())


@web.role_needed(*SHOP)
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The goods of the person's shops, archived ones aside, as a file that can be handed in again."""
    mine = queries.own(web.actor(request)).exclude(status="archived")
    return _file(f"goods-{timezone.localdate(clock.now()):%Y%m%d}", form, goods_table.written(mine))


@web.role_needed(*SHOP)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Hand in a file; the last ones with what became of them."""
    shop, refusal, status = chosen_shop(request), "", 200
    if request.method == "POST":
        try:
            kept = operations.keep_sheet(web.caller(request), shop_id=shop.pk, **_read(request))
        except (NotSeen, NotGranted):
            raise
        except Problem as problem:
            refusal, status = errors.text(problem.code, problem.detail), problem.status
        else:
            return redirect(f"{BASE}/sheets/{kept.pk}")
    context = {
        "shop": shop,
        "shops": shops(request),
        "rows": queries.sheets(web.actor(request)),
        "refusal": refusal,
        "most": options.value(SHEET_LINES),
    }
    return render(request, "seller/sheets.html", context, status=status)


def _read(request: HttpRequest) -> dict[str, Any]:
    """What the file holds. Refuses with `catalogue.sheet_unreadable`, `catalogue.sheet_long`."""
    sent = request.FILES.get("file")
    if sent is None:
        raise Malformed("catalogue.sheet_unreadable")
    rows = sheet_reading.rows(sent.read(sheet_reading.LARGEST + 1), most=options.value(SHEET_LINES))
    found = goods_table.Reading(rows, most_skus=options.value(MOST_SKUS))
    return {"name": (sent.name or "").replace("\x00", "")[:80], "lines": found.lines, "goods": found.goods, "faults": found.faults}


@web.role_needed(*SHOP)
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would do, or has done: faults by line, or new and changed goods; while the worker has it, the page looks again by itself."""
    sheet = queries.sheet(web.actor(request), pk)
    codes = [variant["code"] for each in sheet.goods for variant in each["variants"]]
    known = queries.coded(sheet.shop_id, codes) if sheet.status == "checked" else {}
    context = {
        "sheet": sheet,
        "rows": [_row(each, known) for each in sheet.goods[:_SHOWN]],
        "more": max(0, len(sheet.goods) - _SHOWN),
        "fresh": sum(not any(variant["code"] in known for variant in each["variants"]) for each in sheet.goods),
        "faults": [goods_table.fault_text(each) for each in sheet.faults[:_SHOWN]],
        "trouble": errors.text(sheet.trouble["code"], sheet.trouble["detail"]) if sheet.trouble else "",
    }
    return render(request, "seller/sheet.html", context)


def _row(said: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """One product of the file: new, or what its variants cost now and then."""
    changes = []
    for variant in said["variants"]:
        sku = known.get(variant["code"])
        if sku is not None and sku.price != variant["price"]:
            changes.append({"code": variant["code"], "before": sku.price, "after": variant["price"]})
    fresh = not any(variant["code"] in known for variant in said["variants"])
    return {"line": said["line"], "title": said["title"], "fresh": fresh, "variants": len(said["variants"]), "changes": changes[:6]}


@web.role_needed(*SHOP)
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the whole file, or nothing of it."""
    found = web.attempt(request, operations.take_sheet, pk)
    if found and found.status == "done":
        messages.success(request, _("已写入：新建 %(made)s 件草稿，更新 %(changed)s 件") % {"made": found.made, "changed": found.changed})
    elif found:
        messages.success(request, _("商品较多，正在后台写入，可以离开这一页"))
    return redirect(f"{BASE}/sheets/{pk}")
