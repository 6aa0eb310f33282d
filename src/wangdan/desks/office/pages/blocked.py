"""The blocked list: phones, addresses, accounts and devices whose orders a person looks at, with reason and expiry (D04.2)."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wangdan.accounts import queries as people
from wangdan.accounts import rules as accounts
from wangdan.accounts.models import Person
from wangdan.desks import errors, keyset, risk_words, web
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Problem
from wangdan.policy import operations, queries
from wangdan.policy.models import Blocked

SEERS = ("auditor", "supervisor", "admin")
BASE = "/office/blocked"
_SIZE = 40
_TYPED = ("phone", "account", "address")
"""Kinds that people can type; a device is blocked from an order's page."""


@web.role_needed(*SEERS)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """What is blocked now, the newest first, and the form; what does not fit comes back as it was typed."""
    if request.method != "POST":
        return _page(request, {"kind": "phone"})
    said = {name: request.POST.get(name, "").replace("\x00", "").strip()[:400] for name in ("kind", "value", "reason", "until")}
    try:
        operations.block(web.caller(request), kind=said["kind"], value=_value(said), reason=said["reason"], until=_until(said["until"]))
    except NotGranted:
        raise
    except NotSeen:
        return _page(request, said, _("没有这个账号"), 404)
    except Problem as problem:
        return _page(request, said, errors.text(problem.code, problem.detail), problem.status)
    messages.success(request, _("已拉黑，以后的订单都会转审核"))
    return redirect(BASE)


def _value(said: dict[str, str]) -> str:
    """The value as the list keeps it: a phone as addresses keep theirs, an account by its number. Refuses with 404 and 422."""
    if said["kind"] not in _TYPED:
        raise Malformed("policy.blocked_malformed")
    if said["kind"] == "phone":
        return accounts.contact(said["value"])
    if said["kind"] == "account":
        found = people.named(said["value"])
        if found is None:
            raise NotSeen
        return str(found.pk)
    return said["value"]


def _until(text: str) -> datetime | None:
    """The end of the day that was typed; None for ever. Refuses (422) with `policy.until_past` for what is no day."""
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Malformed("policy.until_past")
    return timezone.make_aware(datetime.combine(day, time.min)) + timedelta(days=1)


def _page(request: HttpRequest, said: dict[str, str], problem: str = "", status: int = 200) -> HttpResponse:
    page = keyset.page(queries.blocked(web.actor(request)), request.GET.get("cursor", ""), _SIZE)
    accounts_named = [int(each.value) for each in page.rows if each.kind == "account"]
    names = dict(Person.objects.filter(pk__in=accounts_named).values_list("pk", "username"))
    context = {
        "rows": [_row(each, names) for each in page.rows],
        "next": page.next,
        "kinds": [(kind, risk_words.KINDS[kind]) for kind in _TYPED],
        "said": said,
        "problem": problem,
    }
    return render(request, "office/blocked.html", context, status=status)


def _row(blocked: Blocked, names: dict[int, str]) -> dict[str, Any]:
    shown = {
        "phone": accounts.mask_phone(blocked.value),
        "account": names.get(int(blocked.value), blocked.value) if blocked.kind == "account" else "",
        "device": blocked.value[:8],
        "address": blocked.value,
    }[blocked.kind]
    return {"blocked": blocked, "kind": risk_words.KINDS[blocked.kind], "value": shown}


@web.role_needed(*SEERS)
@require_POST
def lift(request: HttpRequest, number: int) -> HttpResponse:
    """Take something off the list."""
    if web.attempt(request, operations.unblock, number):
        messages.success(request, _("已移出黑名单"))
    return redirect(BASE)
