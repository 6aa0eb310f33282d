"""The auditors' desk: what waits for a decision by deadline, one order with all that helps to take it, and the decision (D04.2, D11.2, D18.2)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wangdan.accounts.rules import mask_phone
from wangdan.desks import errors, journal_words, keyset, order_page, order_parts, order_words, risk_words, sayings, typed, web
from wangdan.desks.templatetags.wd import money
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.orders import operations, queries
from wangdan.orders.models import Audit, Contact, Order, Purchase
from wangdan.orders.queries import auditing, features
from wangdan.orders.rules import CHANNELS, RESULTS
from wangdan.policy import operations as policy
from wangdan.policy import queries as risk
from wangdan.tasks import queries as tasks
from wangdan.tasks.models import Approval, Task

SEERS = ("auditor", "service", "supervisor", "admin")
BASE = "/office/audit"
_SIZE, _MOST = 40, 99
VIEWS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("", risk_words.AUDITS["open"][0], ("open",)),
    ("approved", risk_words.AUDITS["approved"][0], ("approved",)),
    ("rejected", risk_words.AUDITS["rejected"][0], ("rejected",)),
    ("noted", risk_words.AUDITS["noted"][0], ("noted",)),
)


@web.role_needed(*SEERS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Held orders by deadline; those that were decided, and those that touched a rule and passed, newest first."""
    actor, wanted = web.actor(request), request.GET.get("view", "")
    view = next((each for each in VIEWS if each[0] == wanted), VIEWS[0])
    waiting = auditing.waiting(actor)
    if view[0]:
        page = keyset.page(auditing.decided(actor, *view[2]), request.GET.get("cursor", ""), _SIZE)
        rows, following = page.rows, page.next
    else:
        rows, following = list(waiting[:_MOST]), ""
    count = len(rows) if not view[0] else waiting.order_by()[: _MOST + 1].count()
    taken = _taken(request, [row.order.ref for row in rows]) if not view[0] else {}
    context = {
        "tabs": [
            {"text": text, "count": _told(count) if not key else None, "on": key == view[0], "path": f"{BASE}?view={key}" if key else BASE}
            for key, text, _states in VIEWS
        ],
        "rows": [_row(row, taken.get(row.order.ref)) for row in rows],
        "open": not view[0],
        "next": following,
        "rulers": _rules_too(request),
    }
    return render(request, "office/audit.html", context)


def _told(count: int) -> str:
    return f"{_MOST}+" if count > _MOST else str(count)


def _rules_too(request: HttpRequest) -> bool:
    """Whether the person sees rules and the blocked list: customer service does not."""
    return bool(web.actor(request).roles & {"auditor", "supervisor", "admin"})


def _taken(request: HttpRequest, refs: list[str]) -> dict[str, Task]:
    """Who has taken which of them on, in one statement."""
    found = Task.visible_to(web.actor(request)).filter(ref__in=refs, kind="orders.audit").exclude(status="done").select_related("claimed_by")
    return {task.ref: task for task in found}


def _row(audit: Audit, task: Task | None) -> dict[str, Any]:
    return {
        "audit": audit,
        "order": audit.order,
        "why": "；".join(sayings.text(hit["says"]) for hit in audit.hits),
        "by": task.claimed_by.shown if task and task.claimed_by else "",
        "path": f"{BASE}/{audit.order.no}",
        "decided": audit.decided_by.shown if audit.status in ("approved", "rejected") and audit.decided_by else "",
        "state": risk_words.AUDITS[audit.status],
    }


# ---- one order ------------------------------------------------------------------------------------------------------


def _order(request: HttpRequest, no: str) -> Order:
    return order_page.order_of(order_page.visible(request), no)


@web.role_needed(*SEERS)
@require_safe
def show(request: HttpRequest, no: str) -> HttpResponse:
    """One order: the score, each reason with the values behind it, the buyer's history, the address, the talks, what can be done."""
    return _page(request, _order(request, no))


def _page(
    request: HttpRequest, order: Order, said: dict[str, str] | None = None, wrong: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor = web.actor(request)
    audits = auditing.of_order(actor, order)
    if not audits:
        raise NotSeen
    audit = audits[0]
    lines = order_parts.lines_of(order)
    task = Task.visible_to(actor).filter(ref=order.ref, kind="orders.audit").exclude(status="done").select_related("claimed_by").first()
    context = {
        "order": order,
        "audit": audit,
        "state": risk_words.AUDITS[audit.status],
        "reasons": [(sayings.text(hit["says"]), hit["score"], risk_words.values(hit["values"])) for hit in audit.hits],
        "known": risk_words.values(audit.features),
        "before": [(each, risk_words.AUDITS[each.status]) for each in audits[1:]],
        "lines": lines,
        "pieces": sum(line.quantity for line in lines),
        "method_text": order_words.method_word(order.payment_method),
        "phone": order.to_phone if order.status == "in_audit" else mask_phone(order.to_phone),
        "place": order.destination.line,
        "place_known": not audit.features.get("address_unknown"),
        "history": auditing.history(actor, order),
        "contacts": [_contact(each) for each in auditing.contacts(order)],
        "channels": [(key, risk_words.CHANNELS[key]) for key in CHANNELS if key != "site"],
        "results": [(key, risk_words.RESULTS[key]) for key in RESULTS],
        "addresses": [each for each in auditing.addresses(actor, order) if each.destination != order.destination],
        "moves": queries.moves(actor, order),
        "may_talk": order.status == "in_audit",
        "may_ask": order.status == "in_audit" and (audit.asked_at is None or audit.confirmed_at is not None),
        "pending": tasks.pending(actor, order.ref),
        "blocked": [(risk_words.KINDS[each.kind], each) for each in risk.blocking(actor, _blockable(order))] if _rules_too(request) else [],
        "blockable": _block_rows(request, order),
        "entries": journal_words.entries(order, [], only_changes=False)[:30],
        "task": task,
        "mine": task is not None and task.claimed_by_id == actor.id,
        "said": said or {},
        "wrong": wrong or {},
    }
    return render(request, "office/audit_order.html", context, status=status)


def _contact(each: Contact) -> dict[str, Any]:
    return {
        "at": each.at,
        "who": each.by.shown if each.by else _("买家本人"),
        "channel": risk_words.CHANNELS[each.channel],
        "result": risk_words.RESULTS[each.result],
        "note": each.note,
    }


def _blockable(order: Order) -> dict[str, str]:
    """What of an order can stand on the blocked list: kind → value."""
    device = Purchase.objects.filter(pk=order.purchase_id).values_list("device", flat=True).first() or ""
    found = {"phone": order.to_phone, "address": features.place_of(order.destination), "account": str(order.buyer_id)}
    return found | ({"device": device} if device else {})


def _block_rows(request: HttpRequest, order: Order) -> list[tuple[str, Any]]:
    if not _rules_too(request):
        return []
    values = _blockable(order)
    on = {each.kind for each in risk.blocking(web.actor(request), values)}
    return [(kind, risk_words.KINDS[kind]) for kind in values if kind not in on]


# ---- what is done ---------------------------------------------------------------------------------------------------


@web.role_needed(*SEERS)
@require_http_methods(["POST"])
def move(request: HttpRequest, no: str, name: str) -> HttpResponse:
    """Approve, reject, write a talk down, ask the buyer, change the address, block; a refusal comes back at its field."""
    order = _order(request, no)
    run = {"approve": _approve, "reject": _reject, "contact": _log, "ask": _ask, "address": _readdress, "block": _block}.get(name)
    if run is None:
        raise NotSeen
    typed_in = {key: request.POST.get(key, "").replace("\x00", "").strip()[:600] for key in ("reason", "note", "channel", "result", "why", "kind")}
    try:
        said = run(request, order, typed_in)
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        text = errors.text(problem.code, problem.detail)
        return _page(request, _order(request, no), typed_in, {name: text}, problem.status)
    messages.success(request, said)
    return redirect(BASE if name in ("approve", "reject") else f"{BASE}/{order.no}")


def _approve(request: HttpRequest, order: Order, said: dict[str, str]) -> str:
    operations.approve(web.caller(request), order.no, reason=said["reason"])
    return _("审核通过，订单交给店铺")


def _reject(request: HttpRequest, order: Order, said: dict[str, str]) -> str:
    done = operations.reject(web.caller(request), order.no, reason=said["reason"])
    if isinstance(done, Approval):
        return _("%(amount)s 超过您一个人能决定的金额，已交给第二个人复核") % {"amount": money(order.total)}
    return _("审核不通过，钱和货都已放回")


def _log(request: HttpRequest, order: Order, said: dict[str, str]) -> str:
    operations.log_contact(web.caller(request), order.no, channel=said["channel"], result=said["result"], note=said["note"])
    return _("已记下这次联系")


def _ask(request: HttpRequest, order: Order, _said: dict[str, str]) -> str:
    operations.ask_buyer(web.caller(request), order.no)
    return _("已请买家在订单页面上确认，回复会出现在联系记录里")


def _readdress(request: HttpRequest, order: Order, _said: dict[str, str]) -> str:
    operations.change_address(web.caller(request), order.no, address=typed.pieces(request.POST.get("address", ""), most=2**62) or 0)
    return _("收货地址已改")


def _block(request: HttpRequest, order: Order, said: dict[str, str]) -> str:
    value = _blockable(order).get(said["kind"], "")
    policy.block(web.caller(request), kind=said["kind"], value=value, reason=said["why"])
    return _("已拉黑，以后的订单都会转审核")
