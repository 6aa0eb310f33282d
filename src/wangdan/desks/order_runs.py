"""Runs on a desk: exports and moves on many orders, how far they are, what became of each row, the file to fetch (screens: long work)."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangdan.desks import errors, exporting, keyset, order_filters, order_words, sheets, web
from wangdan.desks.order_bulk import MOVES
from wangdan.kernel import options
from wangdan.kernel.errors import NotSeen
from wangdan.orders import operations, queries
from wangdan.orders.models import Run
from wangdan.orders.rules import EXPORT_AT_ONCE, EXPORTS

STATES: dict[str, tuple[Any, str]] = {
    "waiting": (gettext_lazy("排队中"), "waiting"),
    "running": (gettext_lazy("进行中"), "moving"),
    "done": (gettext_lazy("完成"), "done"),
    "failed": (gettext_lazy("没有做成"), "wrong"),
}
_SIZE, _ROWS = 30, 500


def index(request: HttpRequest, base: str) -> HttpResponse:
    """The runs one began, newest first; a supervisor sees everybody's."""
    page = keyset.page(queries.runs(web.actor(request)), request.GET.get("cursor", ""), _SIZE)
    rows, back = [_shown(run) for run in page.rows], f"{base}/orders"
    return render(request, "desk/runs.html", {"rows": rows, "next": page.next, "base_path": base, "back_path": back, "text": ""})


def show(request: HttpRequest, no: str, base: str) -> HttpResponse:
    """One run: a bar that survives a reload, and a row per order with why."""
    run = queries.run(web.actor(request), no)
    rows = [_row(row) for row in queries.run_rows(run)[:_ROWS]] if run.kind != "export" else []
    name = "desk/run_body.html" if request.headers.get("HX-Request") else "desk/run.html"
    return render(request, name, {"run": run, "shown": _shown(run), "rows": rows, "base_path": base})


def _shown(run: Run) -> dict[str, Any]:
    word, colour = STATES[run.status]
    title = _("导出订单") if run.kind == "export" else str(MOVES[run.kind])
    made = run.done + run.refused
    asked = run.asked
    told = (
        [(_("格式"), asked["form"].upper()), (_("内容"), _("完整的姓名、手机、地址") if asked["full"] else _("已打码"))]
        if run.kind == "export"
        else []
    )
    told += [(_("原因"), asked["reason"])] if asked.get("reason") else []
    told += [(_("旗标"), str(order_words.MARKS.get(asked["mark"], _("去掉"))))] if "mark" in asked else []
    told += [(_("备注"), asked["remark"])] if asked.get("remark") else []
    return {
        "run": run,
        "title": title,
        "word": word,
        "colour": colour,
        "made": made,
        "told": told,
        "conditions": _conditions(asked),
        "file": exporting.name_of(run) if run.file else "",
        "gone": run.kind == "export" and run.status == "done" and not run.file,
    }


def _conditions(asked: dict[str, Any]) -> list[str]:
    """The conditions of an export, as people read them."""
    given = order_filters.given(asked.get("conditions", {}))
    return [f"{order_filters.LABELS[name]} {order_filters.word(name, value, {})}" for name, value in given.items()]


def _row(row: Any) -> dict[str, Any]:
    return {
        "no": row.order.no,
        "status": row.order.status,
        "shop": row.order.shop.name,
        "total": row.order.total,
        "at": row.at,
        "fine": row.at is not None and not row.code,
        "text": errors.text(row.code, row.detail) if row.code else _("已办") if row.at else _("还没轮到"),
    }


# ---- exports --------------------------------------------------------------------------------------------------------


def export(request: HttpRequest, base: str, seat: str) -> HttpResponseBase:
    """The list as a file: at once when it is short, else by the worker with a page of its progress."""
    said = request.POST
    form, full = said.get("form", "csv"), said.get("full") == "1"
    conditions = dict(order_filters.given(said)) | ({"tab": said["tab"][:10]} if said.get("tab") else {})
    behind = _behind(request, conditions, seat)
    wanted: dict[str, Any] = {"conditions": conditions, "form": form, "language": translation.get_language() or "zh-hans", "behind": behind}
    if full:
        run = web.attempt(request, operations.export_full, reason=said.get("reason", ""), **wanted)
    else:
        run = web.attempt(request, operations.export, **wanted)
    if run is None:
        return redirect(web.back(request, base))
    if behind or form not in EXPORTS:
        messages.success(request, _("在后台导出，做好了在这里下载；可以离开这一页"))
        return redirect(f"{base.removesuffix('/orders')}/runs/{run.no}")
    return _streamed(run, _in_language(run, sheets.written(form, exporting.rows(web.actor(request), run.asked))))


def _behind(request: HttpRequest, conditions: dict[str, str], seat: str) -> int:
    """How many orders there are when they are too many to write at once (counted exactly then, for the bar); 0 when they are not."""
    at_once, actor = options.value(EXPORT_AT_ONCE), web.actor(request)
    found = order_filters.within_tab(queries.find(actor, order_filters.read(conditions, seat=seat).filters), conditions.get("tab", "")).order_by()
    return 0 if found[: at_once + 1].count() <= at_once else found.count()


def _in_language(run: Run, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces are made while they are sent, after the page's language is gone; each is made in the run's own."""
    while True:
        with translation.override(run.asked["language"]):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _streamed(run: Run, pieces: Iterator[bytes]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(pieces, content_type=sheets.TYPES[run.asked["form"]])
    answer["Content-Disposition"] = f'attachment; filename="{exporting.name_of(run)}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def fetch(request: HttpRequest, no: str) -> FileResponse:
    """The file of an export, for whoever asked for it only. Refuses with 404."""
    run = queries.run(web.actor(request), no)
    place = exporting.folder() / run.file
    if not run.file or run.person_id != web.actor(request).id or not place.is_file():
        raise NotSeen
    return FileResponse(place.open("rb"), as_attachment=True, filename=run.file, headers={"Cache-Control": "private, no-store"})
