"""Saved views of a desk's list of orders: a name for conditions, shown as a tab; rename, remove, and share with the office (D08.5)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from wangdan.accounts import operations, queries
from wangdan.accounts.models import View
from wangdan.desks import order_filters, typed, web
from wangdan.kernel.errors import NotSeen

LEADS = frozenset({"supervisor", "admin"})


def of(request: HttpRequest, desk: str) -> list[View]:
    """The views that show as tabs (one statement)."""
    return queries.views(web.actor(request), desk)


def context(request: HttpRequest, desk: str, saved: list[View]) -> dict[str, Any]:
    """What the list offers about views: keep the present conditions, rename or remove the view one is in."""
    actor = web.actor(request)
    present = next((view for view in saved if str(view.pk) == request.GET.get("view")), None)
    mine = present is not None and (present.person_id == actor.id or bool(actor.roles & LEADS))
    given = order_filters.given(request.GET)
    return {
        "view": present if mine else None,
        "view_changed": present is not None and given != present.conditions,
        "view_owner": present.person.shown if present and present.person_id != actor.id else "",
        "may_share": desk == "office" and bool(actor.roles & LEADS),
        "conditions": list(given.items()),
    }


def change(request: HttpRequest, desk: str, base: str) -> HttpResponse:
    """Save, rename or remove a view as the form says, and go to where it shows."""
    said, name = request.POST, " ".join(request.POST.get("name", "").replace("\x00", "").split())
    if said.get("do") == "save":
        wanted = {"desk": desk, "name": name, "conditions": order_filters.given(said), "shared": said.get("shared") == "1"}
        kept = web.attempt(request, operations.save_view, **wanted)
        if kept is None:
            return redirect(f"{base}?{urlencode(order_filters.given(said))}")
        messages.success(request, _("视图“%(name)s”已保存") % {"name": kept.name})
        return redirect(_place(base, kept))
    number = typed.pieces(said.get("view", ""), most=2**62) or 0
    view = next((each for each in of(request, desk) if each.pk == number), None)
    if view is None:
        raise NotSeen
    if said.get("do") == "remove":
        if web.attempt(request, _remove, number):
            messages.success(request, _("视图“%(name)s”已删除") % {"name": view.name})
            return redirect(base)
    elif web.attempt(request, operations.rename_view, number, name=name):
        messages.success(request, _("视图改名为“%(name)s”") % {"name": name})
    return redirect(_place(base, view))


def _remove(call: Any, number: int) -> bool:
    """`accounts.remove_view` gives nothing back; here something must."""
    operations.remove_view(call, number)
    return True


def _place(base: str, view: View) -> str:
    return f"{base}?{urlencode({'view': view.pk} | view.conditions)}"
