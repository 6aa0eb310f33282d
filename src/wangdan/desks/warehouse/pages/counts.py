"""Counting zones against the books, with live holds; and goods that change their bin (D07.3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.desks import keyset, typed, web
from wangdan.desks.warehouse import verdicts, work
from wangdan.desks.warehouse.pages.waves import chips, house_of
from wangdan.desks.warehouse.verdicts import Verdict
from wangdan.fulfilment import queries as fulfilment
from wangdan.fulfilment.rules import fold, walk
from wangdan.inventory import operations, queries
from wangdan.inventory.models import Stock
from wangdan.kernel.errors import NotGranted, NotSeen, Problem, Unauthenticated
from wangdan.kernel.numbers import normalise

BASE = f"{work.BASE}/counts"
REASONS = (gettext_lazy("上次就数错了"), gettext_lazy("破损丢弃"), gettext_lazy("放错货位"), gettext_lazy("找不到原因"))
_SIZE, _LONGEST = 20, 80
_LARGEST = 2**62


@web.role_needed(*work.ROLES)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The zones of the house, and the count lists, newest first."""
    actor, known = web.actor(request), work.houses(web.actor(request))
    house = house_of(request, known)
    page = keyset.page(queries.count_lists(actor, [house.pk] if house else []), request.GET.get("cursor", "")[:20], _SIZE)
    zones = queries.zones(house.pk) if house else []
    return render(
        request, "warehouse/counts.html", {"house": house, "chips": chips(known, house, BASE), "zones": zones, "lists": page.rows, "next": page.next}
    )


@web.role_needed(*work.ROLES)
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Begin to count a zone."""
    house = typed.pieces(request.POST.get("house", ""), most=_LARGEST) or 0
    made = web.attempt(request, operations.make_count, warehouse_id=house, zone=request.POST.get("zone", "").replace("\x00", "")[:20])
    return redirect(f"{BASE}/{made.no}" if made else f"{BASE}?house={house}")


def _show(request: HttpRequest, no: str, verdict: Verdict | None = None, status: int = 200, **said: Any) -> HttpResponse:
    """The next goods to count, those to be counted once more last; what was counted below."""
    counted = queries.count_list(web.actor(request), no)
    lines = sorted(counted.lines.select_related("sku__product", "sku__picture", "counted_by"), key=lambda line: (walk(line.bin), line.pk))
    waiting = [line for line in lines if line.status == "open"] + [line for line in lines if line.status == "recount"]
    near = next((line for line in waiting if line.pk == said.get("near")), waiting[0] if waiting else None)
    context = {
        "counted": counted,
        "lines": lines,
        "current": near,
        "picture": near.sku.picture.url(200) if near and near.sku.picture else "",
        "in_hand": fulfilment.in_hand(counted.warehouse_id, near.sku_id) if near else 0,
        "reasons": [str(each) for each in REASONS],
        "done": sum(line.status == "done" for line in lines),
        "later": waiting[(waiting.index(near) + 1) % len(waiting)].pk if near and len(waiting) > 1 else 0,
        "verdict": verdict or _ask(counted, near),
        **said,
    }
    return render(request, "warehouse/count.html", context, status=status)


def _ask(counted: Any, line: Any) -> Verdict:
    if line is None or counted.closed_at:
        return verdicts.right(_("这张单盘完了"), _("差异都已记进库存"))
    if line.status == "recount":
        return Verdict(_("再数一遍"), _("第一次数的和账上不一样；再数一遍，写明原因"), "wrong", "refresh")
    return Verdict(_("数一数货位上有几件"), _("去货位 %(bin)s") % {"bin": line.bin or "—"}, icon="clipboard-list")


@web.role_needed(*work.ROLES)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """The list's screen: one kind of goods after the other."""
    return _show(request, normalise(no), near=typed.pieces(request.GET.get("line", ""), most=_LARGEST))


@web.role_needed(*work.ROLES)
@require_POST
def enter(request: HttpRequest, no: str) -> HttpResponse:
    """How many lie on the shelf; those already taken for parcels in the house are added here."""
    number, line = normalise(no), typed.pieces(request.POST.get("line", ""), most=_LARGEST) or 0
    counted = queries.count_list(web.actor(request), number)
    row, found = counted.lines.filter(pk=line).first(), typed.pieces(request.POST.get("pieces", ""))
    if row is None:
        raise NotSeen
    why = request.POST.get("why", "").replace("\x00", "")[:120]
    total = -1 if found is None else found + fulfilment.in_hand(counted.warehouse_id, row.sku_id)
    try:
        kept = operations.enter_count(web.caller(request), number, line=line, found=total, why=why)
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        return _show(request, number, verdicts.refused(problem), problem.status, near=line, pieces=request.POST.get("pieces", "")[:8])
    if kept.status == "recount":
        return _show(request, number, verdicts.wrong(_("和账上不一样"), _("先数别的，最后再数一遍这一种。")))
    said = _("记进库存：%(n)+d 件") % {"n": kept.booked} if kept.booked else _("和账上一样")
    return _show(request, number, verdicts.right(_("记下了"), said))


@web.role_needed(*work.ROLES)
@require_POST
def drop(request: HttpRequest, no: str) -> HttpResponse:
    """Stop here; the rest is for another list."""
    if web.attempt(request, operations.drop_count, normalise(no)):
        messages.success(request, _("这张单结束了，没盘的以后再盘"))
    return redirect(BASE)


@web.role_needed(*work.ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest) -> HttpResponse:
    """Scan goods, then scan the bin they are put into."""
    actor, known = web.actor(request), work.houses(web.actor(request))
    house = house_of(request, known)
    code = request.POST.get("code", "").replace("\x00", "").strip()[:_LONGEST]
    row = _stock(actor, house, request.POST.get("sku", ""))
    verdict = None
    if request.method == "POST" and house and code:
        row, verdict = _moved(request, house, row, code) if row else _chosen(actor, house, code)
    context = {"house": house, "row": row, "verdict": verdict or _asks(row), "chips": chips(known, house, f"{work.BASE}/bins")}
    return render(request, "warehouse/bins.html", context)


def _stock(actor: Any, house: Any, sku: str) -> Stock | None:
    number = typed.pieces(sku, most=_LARGEST) if sku else None
    return queries.stock(actor, [house.pk]).filter(sku=number).first() if house and number else None


def _asks(row: Stock | None) -> Verdict:
    if row is None:
        return Verdict(_("请扫要移的商品"), _("扫完会告诉您现在在哪个货位"))
    return Verdict(_("请扫新货位"), _("现在在 %(bin)s，共 %(n)s 件") % {"bin": row.bin or "—", "n": row.on_hand}, icon="transfer-in")


def _chosen(actor: Any, house: Any, code: str) -> tuple[Stock | None, Verdict]:
    found = [sku.pk for sku in queries.coded(house, [code])]
    row = queries.stock(actor, [house.pk]).filter(sku__in=found).order_by("id").first()
    return (row, _asks(row)) if row else (None, verdicts.wrong(_("这个仓库没有这种商品"), _("扫到：%(code)s") % {"code": code[:40]}, code))


def _moved(request: HttpRequest, house: Any, row: Stock, code: str) -> tuple[Stock | None, Verdict]:
    if fold(code) == fold(row.sku.code):
        return row, verdicts.wrong(_("这是商品，不是货位"), _("请扫货位上的条码"), "")
    try:
        operations.place_bin(web.caller(request), house.pk, sku_id=row.sku_id, bin=code.upper())
    except (NotSeen, NotGranted, Unauthenticated):
        raise
    except Problem as problem:
        return row, verdicts.refused(problem, code)
    return None, verdicts.right(_("移好了：%(bin)s") % {"bin": code.upper()}, _("等着拣的包裹都改到新货位；接着扫下一种"))
