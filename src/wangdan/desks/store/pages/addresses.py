"""The address book: the list, a form with pickers from the table of divisions and a paste box, default, removal (D01.4, D03.6, D05.五)."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangdan.accounts import operations, queries
from wangdan.accounts.parsing import paste
from wangdan.accounts.rules import Destination, mask_phone
from wangdan.desks import errors, web
from wangdan.desks.store import regions
from wangdan.desks.store.pages.account import typed
from wangdan.kernel.errors import NotSeen, Problem

BOOK = "/me/addresses"
FIELDS = ("name", "phone", "province", "city", "district", "street", "detail")
_LONGEST_PASTE = 2000


@web.person_needed
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """The address book; with `?choose=` each address leads back to the checkout."""
    choose = request.GET.get("choose", "")
    here = choose if choose.startswith("/checkout") else ""
    glue = "&" if "?" in here else "?"
    entries = [
        {"row": row, "text": row.destination.line, "path": f"{here}{glue}address={row.pk}" if here else ""}
        for row in queries.addresses(web.actor(request))
    ]
    return render(request, "store/addresses.html", {"book": entries, "choose": here})


@web.person_needed
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, number: int = 0) -> HttpResponse:
    """A new address, or a change of one (D05.五.2); what is wrong comes back with everything as typed.

    The same form reads a pasted text (`parse`) and lists the next level of divisions (`pick`), so that both work without a script.
    """
    row = queries.address(web.actor(request), number) if number else None
    if request.method != "POST":
        given = {name: str(getattr(row, name)) for name in FIELDS} if row else {}
        return _form(request, row, given)
    given = typed(request, *FIELDS)
    if request.POST.get("parse"):
        return _parsed(request, row, given)
    if request.POST.get("pick"):
        return _form(request, row, given)
    return _save(request, row, given)


def _form(request: HttpRequest, row: Any, given: dict[str, str], extra: dict[str, Any] | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "row": row,
        "next": web.back(request, BOOK, name="next"),
        "default": request.POST.get("default") == "1" if request.method == "POST" else bool(row and row.is_default),
        "pickers": regions.pickers(given),
        **given,
        **(extra or {}),
    }
    return render(request, "store/address.html", context, status=int(context.pop("status", 200)))


def _parsed(request: HttpRequest, row: Any, given: dict[str, str]) -> HttpResponse:
    """The form filled with what the pasted text says; what it does not say stays as it was."""
    text = request.POST.get("text", "").replace("\x00", "")[:_LONGEST_PASTE]
    read = asdict(paste.read(text))
    found = {name: str(read[name]) for name in FIELDS if read[name]}
    if not found.keys() & {"name", "phone", "province"}:
        return _form(request, row, given, {"text": text, "unread": True})
    region = {} if "province" not in found else dict.fromkeys(("province", "city", "district", "street"), "")
    missing = not (found.get("name") and found.get("phone") and found.get("province") and found.get("detail"))
    return _form(request, row, given | region | found, {"text": text, "was_read": True, "missing": missing})


def _save(request: HttpRequest, row: Any, given: dict[str, str]) -> HttpResponse:
    to, default = Destination(**given, code=""), request.POST.get("default") == "1"
    try:
        if row:
            operations.change_address(web.caller(request), row.pk, to=to, default=default or None)
        else:
            operations.add_address(web.caller(request), to=to, default=default)
    except NotSeen:
        raise
    except Problem as problem:
        return _form(request, row, given, {"refusal": errors.text(problem.code, problem.detail), "status": problem.status})
    messages.success(request, _("地址已保存"))
    return redirect(web.back(request, BOOK, name="next"))


@web.person_needed
@require_safe
def region(request: HttpRequest) -> HttpResponse:
    """The pickers alone, for the script: what lies below the divisions chosen so far."""
    given = {name: request.GET.get(name, "").replace("\x00", "")[:60] for name in regions.LEVELS}
    return render(request, "store/parts/region.html", {"pickers": regions.pickers(given)})


def _back_to_book(request: HttpRequest) -> str:
    """The address book as it was left, perhaps in the middle of a checkout."""
    wanted = web.back(request, BOOK)
    return wanted if wanted.startswith(f"{BOOK}?choose=") else BOOK


@web.person_needed
@require_POST
def choose(request: HttpRequest, number: int) -> HttpResponse:
    """Make an address the default (D05.五.2)."""
    operations.choose_address(web.caller(request), number)
    messages.success(request, _("默认地址已更换"))
    return redirect(_back_to_book(request))


@web.person_needed
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """A page that says what goes with an address; its form removes it (D05.五.2)."""
    if request.method == "POST":
        operations.remove_address(web.caller(request), number)
        messages.success(request, _("地址已删除"))
        return redirect(_back_to_book(request))
    row = queries.address(web.actor(request), number)
    effects = [
        ("map-pin", _("地址"), f"{row.name} {mask_phone(row.phone)} {row.destination.line}"),
        ("receipt", _("订单"), _("已经下的订单照旧送到这里")),
    ]
    if row.is_default:
        effects.append(("refresh", _("默认"), _("最近用过的另一个地址成为默认")))
    words = {"title": _("删除地址"), "button": _("删除"), "stay": _("不删除"), "danger": True}
    return render(request, "store/move.html", {"effects": effects, "back_path": _back_to_book(request), **words})
