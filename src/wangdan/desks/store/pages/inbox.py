"""The inbox: what one was told, newest first; opening an entry reads it and leads to its thing (D01.8, D13.5, D13.9)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from wangdan.desks import inbox, keyset, web
from wangdan.desks.store.pages.cart import whole
from wangdan.notices import operations, queries

PATH = "/me/messages"


@web.person_needed
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """All notices, or the unread ones (`?tab=unread`)."""
    unread = request.GET.get("tab") == "unread"
    page = keyset.page(queries.inbox(web.actor(request), unread=unread), request.GET.get("cursor", ""))
    entries = [inbox.entry(row) for row in page.rows]
    return render(request, "store/messages.html", {"entries": entries, "next": page.next, "unread_only": unread})


@web.person_needed
@require_POST
def open_one(request: HttpRequest, number: int) -> HttpResponse:
    """Read one and go to what it is about."""
    notice = operations.read(web.caller(request), number)
    return redirect(inbox.entry(notice).path or PATH)


@web.person_needed
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Read everything up to the newest entry that was shown."""
    count = operations.read_all(web.caller(request), until=whole(request.POST.get("until")))
    messages.success(request, ngettext("%(n)s 条消息标为已读", "%(n)s 条消息标为已读", count) % {"n": count} if count else _("没有未读消息"))
    return redirect(PATH)
