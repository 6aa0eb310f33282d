"""One move on many orders: what it would do to each, before anybody confirms; then a run that goes on behind, with a result per row (D08.6)."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wangdan.desks import errors, order_words, web
from wangdan.desks.order_moves import CANCEL_REASONS, DECLINE_REASONS
from wangdan.desks.templatetags.wd import money
from wangdan.kernel import numbers, options
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.kernel.operation import may
from wangdan.orders import operations, queries
from wangdan.orders.models import Order
from wangdan.orders.queries import Effect
from wangdan.orders.rules import BULK, REASON_LIMIT, RUN_LIMIT

MOVES: dict[str, Any] = {
    "accept": gettext_lazy("接单"),
    "remind": gettext_lazy("催店铺"),
    "mark": gettext_lazy("旗标和备注"),
    "decline": gettext_lazy("拒单"),
    "cancel": gettext_lazy("取消订单"),
}
_OF_SHOP = ("accept", "mark", "decline", "cancel")
_OF_OFFICE = ("remind", "mark", "decline", "cancel")
_REASONS = {"decline": DECLINE_REASONS, "cancel": CANCEL_REASONS}


def offered(request: HttpRequest, seat: str) -> list[tuple[str, str]]:
    """The moves that the bar under the list offers."""
    actor = web.actor(request)
    return [(name, str(MOVES[name])) for name in (_OF_SHOP if seat == "shop" else _OF_OFFICE) if may(actor, f"orders.{name}")]


def page(request: HttpRequest, base: str, seat: str) -> HttpResponse:
    """The preview of a move on the chosen orders; its form begins the run."""
    said = request.POST if request.method == "POST" else request.GET
    kind, chosen = said.get("do", ""), _chosen(said.getlist("no"))
    if kind not in BULK or kind not in dict(offered(request, seat)):
        raise NotSeen
    if request.method == "POST":
        return _begin(request, base, seat, kind, chosen)
    return _preview(request, base, seat, kind, chosen)


def _chosen(nos: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(numbers.normalise(no.replace("\x00", ""))[:12] for no in nos))


def _begin(request: HttpRequest, base: str, seat: str, kind: str, chosen: list[str]) -> HttpResponse:
    """Begin the run and go to its page; a refusal shows the preview again with everything as it was typed."""
    told = (request.POST.get("reason", "").strip(), request.POST.get("more", "").strip())
    reason = _("：").join(part for part in told if part)[:REASON_LIMIT]
    given = {"reason": reason, "mark": request.POST.get("mark", ""), "remark": request.POST.get("remark", "")}
    try:
        run = operations.begin_run(web.caller(request), kind=kind, orders=chosen, given=given)
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        return _preview(request, base, seat, kind, chosen, errors.text(problem.code, problem.detail), problem.status)
    return redirect(f"{base.removesuffix('/orders')}/runs/{run.no}")


def _preview(request: HttpRequest, base: str, seat: str, kind: str, chosen: list[str], problem: str = "", status: int = 200) -> HttpResponse:
    most = options.value(RUN_LIMIT)
    found = {order.no: order for order in queries.seen(web.actor(request), seat).filter(no__in=chosen[:most]).select_related("shop", "purchase")}
    orders: list[Order] = [found[no] for no in chosen if no in found]
    effects = queries.effects(web.actor(request), orders, kind)
    fine = [effect for effect in effects if not effect.code]
    context = {
        "kind": kind,
        "title": MOVES[kind],
        "rows": [_row(effect, kind) for effect in effects],
        "nos": [order.no for order in orders],
        "fine": len(fine),
        "sums": _sums(fine),
        "reasons": [str(reason) for reason in _REASONS.get(kind, ())],
        "marks": [(key, str(word)) for key, word in order_words.MARKS.items()] if kind == "mark" else [],
        "said": request.POST,
        "problem": problem,
        "danger": kind in _REASONS,
        "base_path": base,
    }
    return render(request, "desk/bulk.html", context, status=status)


def _sums(fine: list[Effect]) -> list[str]:
    """What the whole of it does to money and goods."""
    back, let_go, freed = (sum(getattr(effect, name) for effect in fine) for name in ("back", "let_go", "freed"))
    told = [_("退给买家 %(amount)s") % {"amount": money(back)}] if back else []
    told += [_("不再等 %(amount)s 的付款") % {"amount": money(let_go)}] if let_go else []
    return told + ([ngettext("%(n)s 件货放回货架", "%(n)s 件货放回货架", freed) % {"n": freed}] if freed else [])


def _row(effect: Effect, kind: str) -> dict[str, Any]:
    """One order of the preview: whether it may be, why not, what it does."""
    told = _sums([effect]) or {"accept": [_("生成包裹，仓库开始备货")], "remind": [_("店铺收到站内信和邮件")]}.get(kind, [])
    return {
        "no": effect.order.no,
        "status": effect.order.status,
        "shop": effect.order.shop.name,
        "total": effect.order.total,
        "fine": not effect.code,
        "text": errors.text(effect.code, {}) if effect.code else _("；").join(told) or _("只改旗标和备注"),
    }
