"""Calls to the gateways of SMS and mail; each runs an operation with the outcome."""

from http import HTTPStatus

import httpx

from wangdan.accounts.models import Code
from wangdan.accounts.queries import digits_of
from wangdan.accounts.rules import CODE_MINUTES
from wangdan.kernel import clock, options
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errand import errand
from wangdan.notices import operations, texts
from wangdan.notices.gateways import sandbox
from wangdan.notices.models import Message
from wangdan.notices.rules import SECRET

_FOR_GOOD = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY})
"""Answers that will not change: the message itself is at fault. Everything else is tried again."""


def _words(message: Message) -> tuple[str, str] | None:
    """Subject and text; those of a code are made here and kept nowhere. None for a code that is used or over."""
    if message.kind not in SECRET:
        return message.subject, message.text
    code = Code.objects.filter(pk=int(message.ref.partition(":")[2])).first()
    if code is None or code.used_at or code.expires_at <= clock.now():
        return None
    params = {"code": digits_of(code), "minutes": options.value(CODE_MINUTES)}
    if message.channel == "mail":
        return texts.mail(message.kind, params, message.language)
    return "", texts.sms(message.kind, params, message.language)


@errand("notices.send")
def send(*, message: int) -> None:
    """Hand a queued message to its gateway with its id as the key; what nobody knows is sent again by the sweep."""
    row = Message.objects.filter(pk=message, status="queued").first()
    if row is None:
        return
    call, words = Call(SYSTEM), _words(row)
    if words is None:
        operations.doubt(call, message=row.pk, trouble="the code is over", for_good=True)
        return
    try:
        answer = sandbox.send(key=row.journal_ref, channel=row.channel, to=row.to, subject=words[0], text=words[1])
    except httpx.HTTPError as error:
        operations.doubt(call, message=row.pk, trouble=type(error).__name__)
        return
    if answer.is_success:
        operations.sent(call, message=row.pk)
    else:
        operations.doubt(call, message=row.pk, trouble=f"HTTP {answer.status_code}", for_good=answer.status_code in _FOR_GOOD)
