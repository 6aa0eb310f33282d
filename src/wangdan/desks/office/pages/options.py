"""Business options for administrators: every limit the texts leave open, with default, bounds and history."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from wangdan.desks import journal_words, web
from wangdan.kernel import operations, options
from wangdan.kernel.models import Journal
from wangdan.kernel.option import Option

MODULES: dict[str, Any] = {
    "accounts": gettext_lazy("账号"),
    "catalogue": gettext_lazy("商品"),
    "checkout": gettext_lazy("结算"),
    "delivery": gettext_lazy("配送"),
    "files": gettext_lazy("图片"),
    "fulfilment": gettext_lazy("仓库与快递"),
    "inventory": gettext_lazy("库存"),
    "kernel": gettext_lazy("系统"),
    "notices": gettext_lazy("通知"),
    "orders": gettext_lazy("订单"),
    "payments": gettext_lazy("支付"),
    "policy": gettext_lazy("风控"),
    "promotions": gettext_lazy("优惠与积分"),
    "shops": gettext_lazy("开店与核验"),
    "tasks": gettext_lazy("任务"),
}
_HISTORY = 30


@web.role_needed("admin")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """All options by module; a POST changes one."""
    if request.method == "POST":
        return _change(request)
    known = sorted(Option.known.values(), key=lambda option: option.name)
    groups = [
        {"text": MODULES.get(module, module), "options": [_view(option) for option in found]}
        for module, found in groupby(known, key=lambda option: option.name.split(".")[0])
    ]
    return render(request, "office/options.html", {"groups": groups, "entries": _entries()})


def _view(option: Option) -> dict[str, Any]:
    value = options.value(option)
    bounds = f"{option.low}–{option.high}" if option.low is not None and option.high is not None else ""
    return {
        "name": option.name,
        "id": option.name.replace(".", "-"),
        "text": _(option.text),
        "bounds": bounds,
        "default": option.default if option.default != "" else _("（空）"),
        "changed": value != option.default,
        "is_bool": isinstance(option.default, bool),
        "is_int": isinstance(option.default, int) and not isinstance(option.default, bool),
        "value": value,
    }


def _change(request: HttpRequest) -> HttpResponse:
    """Set one option; what is out of bounds comes back as a note."""
    option = Option.known.get(request.POST.get("name", ""))
    text = request.POST.get("value", "").strip()[:200]
    value: Any = text
    if option is not None and isinstance(option.default, bool):
        value = text == "1"
    elif option is not None and isinstance(option.default, int) and text.lstrip("-").isascii() and text.lstrip("-").isdigit():
        value = int(text[:18])
    if web.attempt(request, operations.set_option, name=request.POST.get("name", ""), value=value):
        messages.success(request, _("已保存，立刻生效"))
    return redirect("/office/options")


def _entries() -> list[journal_words.Entry]:
    """Who changed which option, newest first."""
    rows = list(Journal.objects.filter(operation="kernel.set_option").order_by("-id")[:_HISTORY])
    names = journal_words.names_of(rows)
    known = {f"options:{option.name}": _(option.text) for option in Option.known.values()}
    return [
        journal_words.Entry(known.get(row.ref, row.ref), row.at, journal_words.who(row, names), "moving", journal_words.changes_of(row))
        for row in rows
    ]
