"""Every request has a number: in the answer's header, in every line of the log it causes, and one line of its own."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from wangdan.kernel import logs

log = logging.getLogger("wangdan.requests")
_GIVEN = re.compile(r"[A-Za-z0-9_\-]{8,64}")
_SILENT = frozenset({"healthz", "metrics"})


class Numbered:
    """Middleware, the outermost: takes `X-Request-Id` from a proxy in front of us or makes one, and logs the request when it is answered.

    The route is logged, never the path: paths hold numbers and words that people typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Django hands in the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Number, answer, log."""
        given = request.headers.get("X-Request-Id", "")
        number = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        mark, began = logs.request_id.set(number), time.perf_counter()
        try:
            answer = self.get_response(request)
            answer["X-Request-Id"] = number
            match = request.resolver_match
            if match is None or match.url_name not in _SILENT:
                shown = {"method": request.method, "route": match.route if match else "none", "status": answer.status_code}
                log.info("request", extra={**shown, "ms": round(1000 * (time.perf_counter() - began), 1)})
            return answer
        finally:
            logs.request_id.reset(mark)
