"""An administrator edits an order: the form, what the change would do to money and stock, and saving it as one change (D08.4)."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from wangdan.accounts import operations as accounts
from wangdan.accounts.rules import Destination, mask_name, mask_phone
from wangdan.desks import errors, order_page, order_parts, typed, typed_goods, web
from wangdan.desks.office.pages.orders import BASE
from wangdan.desks.templatetags.wd import money, plain_money
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.orders import operations, queries
from wangdan.orders.models import Line, Order
from wangdan.orders.queries import Plan
from wangdan.orders.rules import PIECES_LIMIT, UNSHIPPED, Wanted, WantedLine, checked_change

_ROWS = 3
_PLACE = ("name", "phone", "province", "city", "district", "street", "detail")

LABELS: dict[str, Any] = {
    "name": gettext_lazy("收货人"),
    "phone": gettext_lazy("手机"),
    "province": gettext_lazy("省份"),
    "city": gettext_lazy("城市"),
    "district": gettext_lazy("区县"),
    "street": gettext_lazy("街道"),
    "detail": gettext_lazy("门牌"),
}


@dataclass
class Typed:
    """What the form says: the wish, and what is wrong by field."""

    wanted: Wanted
    wrong: dict[str, str] = field(default_factory=dict)


@web.role_needed("admin")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, no: str) -> HttpResponse:
    """The form; `do=look` shows the effect, `do=save` makes the change."""
    order = order_page.order_of(order_page.visible(request), no)
    if order.status not in UNSHIPPED:
        messages.warning(request, errors.text("orders.cannot_edit"))
        return redirect(f"{BASE}/{order.no}")
    lines = list(Line.objects.filter(order=order).select_related("picture").order_by("position"))
    if request.method != "POST":
        return _page(request, order, lines)
    said = _typed(request, order, lines)
    if said.wrong:
        return _page(request, order, lines, said, status=422)
    try:
        found = queries.plan(order, _checked(said.wanted))
        if request.POST.get("do") == "save":
            return _save(request, order, said.wanted)
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        return _page(request, order, lines, said, problem=problem, status=problem.status)
    return _page(request, order, lines, said, found)


def _checked(wanted: Wanted) -> Wanted:
    """The wish as the operation will take it, with the address as it is kept."""
    asked = checked_change(wanted)
    return replace(asked, to=accounts.checked(asked.to)) if asked.to else asked


def _save(request: HttpRequest, order: Order, wanted: Wanted) -> HttpResponse:
    expected = typed.pieces(request.POST.get("expected", ""), most=2**53) or 0
    change = operations.edit(web.caller(request), order.no, wanted=wanted, expected_total=expected, reason=request.POST.get("reason", ""))
    back = change.money["back"]
    messages.success(request, _("已改单，%(amount)s 退给买家") % {"amount": money(back)} if back else _("已改单，前后都记在“经过”里"))
    return redirect(f"{BASE}/{order.no}")


# ---- what was typed -------------------------------------------------------------------------------------------------


def _typed(request: HttpRequest, order: Order, lines: list[Line]) -> Typed:
    said, found = Typed(Wanted(())), []
    for line in lines:
        quantity = _quantity(request, said, f"q-{line.sku_id}")
        price = _amount(request, said, f"p-{line.sku_id}")
        if quantity:
            found.append(WantedLine(line.sku_id, quantity, price if price != line.price else None))
    for at in range(1, _ROWS + 1):
        text = request.POST.get(f"new-{at}", "").strip()
        if not text:
            continue
        sku = typed_goods.sku(text, shop=order.shop_id)
        if sku is None:
            said.wrong[f"new-{at}"] = _("这家店没有这一种，或者不止一种；请填货号")
            continue
        found.append(WantedLine(sku.pk, _quantity(request, said, f"newq-{at}") or 1, _amount(request, said, f"newp-{at}")))
    said.wanted = Wanted(tuple(found), _place(request, order), _amount(request, said, "off") or 0)
    if not request.POST.get("reason", "").strip():
        said.wrong["reason"] = errors.text("orders.reason_missing")
    return said


def _quantity(request: HttpRequest, said: Typed, name: str) -> int:
    number = typed.pieces(request.POST.get(name, "") or "0", most=PIECES_LIMIT)
    if number is None:
        said.wrong[name] = _("填 0 到 %(most)s 的整数，0 就是去掉") % {"most": PIECES_LIMIT}
    return number or 0


def _amount(request: HttpRequest, said: Typed, name: str) -> int | None:
    """An amount in yuan, zero allowed; nothing for an empty field."""
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    if typed.zero(text):
        return 0
    amount = typed.minor_units(text)
    if amount is None:
        said.wrong[name] = _("金额要填成 518.00 这样")
    return amount


def _place(request: HttpRequest, order: Order) -> Destination | None:
    """The address with what was typed in place of what it was; None when nothing was typed, or nothing is sent."""
    kept = order.destination
    told = {name: request.POST.get(f"to_{name}", "").replace("\x00", "").strip() for name in _PLACE}
    if order.method != "courier" or not any(told.values()):
        return None
    return Destination(**{name: told[name] or getattr(kept, name) for name in _PLACE}, code="")


def _shown(order: Order) -> dict[str, str]:
    """What stands in the empty fields: the place, and of the person no more than every desk shows."""
    kept = order.destination
    told = {name: getattr(kept, name) for name in ("province", "city", "district")}
    return told | {"name": mask_name(kept.name), "phone": mask_phone(kept.phone), "street": "****", "detail": "****"}


# ---- the page -------------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    order: Order,
    lines: list[Line],
    said: Typed | None = None,
    found: Plan | None = None,
    *,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    post = request.POST
    rows = [
        {
            "key": str(line.sku_id),
            "line": order_parts.line_view(line),
            "q": post.get(f"q-{line.sku_id}", line.quantity),
            "p": post.get(f"p-{line.sku_id}", typed.yuan(line.price)),
        }
        for line in lines
    ]
    news = [
        {"at": at, "key": str(at), "sku": post.get(f"new-{at}", ""), "q": post.get(f"newq-{at}", ""), "p": post.get(f"newp-{at}", "")}
        for at in range(1, _ROWS + 1)
    ]
    office = queries.office_of(lines)
    context = {
        "order": order,
        "rows": rows,
        "news": news,
        "place": [(name, post.get(f"to_{name}", ""), _shown(order)[name]) for name in _PLACE] if order.method == "courier" else [],
        "off": post.get("off", typed.yuan(office) if office else ""),
        "reason": post.get("reason", ""),
        "wrong": said.wrong if said else {},
        "found": found,
        "labels": {name: str(LABELS[name]) for name in _PLACE},
        "diffs": _diffs(found) if found else [],
        "effects": _effects(found) if found else [],
        "problem": errors.text(problem.code, problem.detail) if problem else "",
        "apart": problem is not None and problem.code == "orders.change_costs_more",
        "base_path": BASE,
    }
    return render(request, "office/edit.html", context, status=status)


def _diffs(found: Plan) -> list[tuple[str, str, str]]:
    """Every sum and line that becomes another, before and after."""
    sums = (("goods", _("商品合计")), ("freight", _("运费")), ("discount", _("优惠")), ("total", _("应付")))
    made = [(label, money(found.before[name]), money(found.after[name])) for name, label in sums if found.before[name] != found.after[name]]
    was, now = ({line["sku"]: line for line in told["lines"]} for told in (found.before, found.after))
    for sku in dict.fromkeys([*was, *now]):
        before, after = _told(was.get(sku)), _told(now.get(sku))
        if before != after:
            made.append(((now.get(sku) or was[sku])["title"][:16], before, after))
    return made


def _told(line: dict[str, Any] | None) -> str:
    return f"{plain_money(line['price'])} × {line['quantity']}" if line else _("没有")


def _effects(found: Plan) -> list[tuple[str, str, str]]:
    """What the change does, as the dialogs say it."""
    if found.back:
        told = _("%(amount)s 退到买家的原支付方式") % {"amount": money(found.back)}
    elif found.expected and found.expected[0] != found.expected[1]:
        told = _("应付从 %(before)s 变成 %(after)s，开着的付款页会关掉换新的") % {
            "before": money(found.expected[0]),
            "after": money(found.expected[1]),
        }
    else:
        told = _("钱不变")
    stock = [
        (_("%(warehouse)s多留 %(title)s × %(n)s") if each["pieces"] > 0 else _("%(warehouse)s放回 %(title)s × %(n)s"))
        % {"warehouse": each["warehouse"], "title": each["title"][:16], "n": abs(each["pieces"])}
        for each in found.stock
    ]
    made = [("coin", _("钱"), told), ("packages", _("货"), _("；").join(stock) or _("货不变"))]
    if found.replans:
        made.append(("building-warehouse", _("仓库"), _("在备的包裹撤销，按新的重新备货")))
    if found.moves_house:
        made.append(("map-pin", _("地址"), _("改送到%(place)s") % {"place": found.to.region}))
    pieces = sum(line["quantity"] for line in found.after["lines"])
    made.append(("list-details", _("订单"), ngettext("改完共 %(n)s 件", "改完共 %(n)s 件", pieces) % {"n": pieces}))
    return [*made, ("bell", _("通知"), _("买家和店铺都会收到消息"))]
