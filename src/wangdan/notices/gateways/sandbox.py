"""SMS and mail of the sandbox: one signed call, taken once per id."""

import httpx

from wangdan.kernel import outside

_TIMEOUT_SECONDS = 5.0


def send(*, key: str, channel: str, to: str, subject: str, text: str) -> httpx.Response:
    """Hand one message over; the same key is taken once, however often it is sent. An exception when nobody knows whether it arrived."""
    message = {"id": key, "channel": channel, "to": to, "subject": subject, "text": text}
    return outside.call("POST", "/messages", message, seconds=_TIMEOUT_SECONDS)
