"""Words that mean the same to people who search: groups that supervisors keep, with their history (D05.2)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wangdan.catalogue import operations, queries
from wangdan.catalogue.rules.words import LONGEST_SYNONYM, MOST_ALIKE
from wangdan.desks import journal_words, web
from wangdan.kernel.models import Journal

_HISTORY = 20
_SEPARATORS = str.maketrans("＝=，、；;/|\n", ",,,,,,,,,")
_OPERATIONS = ("catalogue.keep_synonyms", "catalogue.drop_synonyms")


@web.role_needed("supervisor", "admin")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """All groups; a POST keeps a new or changed one, an empty one is dropped."""
    if request.method == "POST":
        return _change(request)
    groups = [{"id": row.pk, "text": " = ".join(texts)} for row, texts in queries.synonym_groups()]
    context = {"groups": groups, "entries": _entries(), "most": MOST_ALIKE, "longest": LONGEST_SYNONYM}
    return render(request, "office/synonyms.html", context)


def _change(request: HttpRequest) -> HttpResponse:
    """Keep what was typed; what is refused comes back as a note."""
    number, typed = request.POST.get("group", ""), request.POST.get("words", "")[:400]
    group = int(number[:18]) if number.isascii() and number.isdigit() else None
    texts = [text.strip() for text in typed.translate(_SEPARATORS).split(",") if text.strip()]
    if group is not None and not texts:
        done = web.attempt(request, operations.drop_synonyms, group=group)
    else:
        done = web.attempt(request, operations.keep_synonyms, texts=texts, group=group)
    if done:
        messages.success(request, _("已保存，搜索立刻照办"))
    return redirect("/office/synonyms")


def _entries() -> list[journal_words.Entry]:
    """Who changed what, newest first."""
    rows = list(Journal.objects.filter(operation__in=_OPERATIONS).order_by("-id")[:_HISTORY])
    names = journal_words.names_of(rows)
    return [journal_words.Entry(_words(row.changes), row.at, journal_words.who(row, names), "moving", []) for row in rows]


def _words(changes: dict[str, Any]) -> str:
    before, after = (" = ".join(each or []) for each in changes.get("words", ([], [])))
    return f"{before or _('（空）')} → {after or _('（空）')}"
