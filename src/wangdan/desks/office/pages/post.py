"""SMS and mails that leave: what waits, what did not get through and why, and sending it again (D13.7)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from wangdan.accounts.rules import mask_email, mask_phone
from wangdan.desks import keyset, web
from wangdan.kernel.errors import NotSeen
from wangdan.notices import operations, queries, texts
from wangdan.notices.models import Message

PATH = "/office/messages"
_CHANNELS = ("sms", "mail")


@web.role_needed("supervisor", "admin")
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Messages on their way by state, failed ones first; the reader's number is masked and no text is shown."""
    wanted = request.GET.get("status", "failed")
    status = wanted if wanted in dict(Message.STATES) else "failed"
    counted = queries.standing()
    page = keyset.page(queries.outgoing(web.actor(request), status), request.GET.get("cursor", ""), 50)
    words = {"failed": _("没有送出"), "queued": _("等待发送"), "sent": _("已送出")}
    tabs = [{"path": f"{PATH}?status={key}", "text": words[key], "count": counted.get(key), "on": key == status} for key in words]
    failed = [(channel, _word(channel), queries.failed(channel)) for channel in _CHANNELS]
    context = {"tabs": tabs, "status": status, "rows": [_row(row) for row in page.rows], "next": page.next}
    return render(request, "office/post.html", context | {"failed": [each for each in failed if each[2]]})


def _word(channel: str) -> str:
    return _("短信") if channel == "sms" else _("邮件")


def _row(row: Message) -> dict[str, Any]:
    kind, _colon, number = row.ref.partition(":")
    return {
        "id": row.pk,
        "channel": _word(row.channel),
        "icon": "phone" if row.channel == "sms" else "mail",
        "title": texts.title(row.kind),
        "to": mask_phone(row.to) if row.channel == "sms" else mask_email(row.to),
        "number": number if kind in ("orders", "purchases") else "",
        "path": f"/office/orders/{number}" if kind == "orders" else f"/office/find?q={number}",
        "at": row.at,
        "tries": row.tries,
        "trouble": row.trouble,
        "due_at": row.due_at if row.status == "queued" else None,
        "sent_at": row.sent_at,
    }


@web.role_needed("supervisor", "admin")
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send what failed on one channel once more; the gateway takes each of them once."""
    channel = request.POST.get("channel", "")
    if channel not in _CHANNELS:
        raise NotSeen
    count = web.attempt(request, operations.send_again, channel=channel)
    if count is not None:
        messages.success(request, ngettext("%(n)s 条正在重发", "%(n)s 条正在重发", count) % {"n": count})
    return redirect(PATH)
