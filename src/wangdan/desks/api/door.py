"""The way into the API: who calls, with which key, what is said when the house says no, and pages of lists."""

import base64
import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, ClassVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as Invalid
from pydantic import Field

from wangdan.accounts import queries as accounts
from wangdan.accounts.queries import PersonActor
from wangdan.desks import errors, sayings
from wangdan.desks.api.body import Body, clean
from wangdan.kernel.act import ANONYMOUS, Actor, Call
from wangdan.kernel.answers import LONGEST_KEY
from wangdan.kernel.errors import Malformed, Problem, Unauthenticated
from wangdan.kernel.planning import planned_anew

__all__ = ["Body", "Id", "Limit", "actor", "caller", "listing", "person", "source"]

log = logging.getLogger("wangdan.api")

Id = Annotated[int, Field(gt=0, lt=2**63)]
"""An id in a path or body."""
Limit = Annotated[int, Field(ge=1, le=100)]
"""How many entries a page of a list may have."""
Render = Callable[[Any], Any]


# ---- who calls ------------------------------------------------------------------------------------------------------


def source(request: HttpRequest) -> str:
    """The network address that calls: the peer's, or what the trusted proxies in front of us say (never more than they say)."""
    hops = int(getattr(settings, "WANGDAN_PROXIES", 0))
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if hops and len(forwarded) >= hops:
        return forwarded[-hops][:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def bearer(request: HttpRequest) -> str:
    """The token of the request, empty when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def actor(request: HttpRequest) -> Actor:
    """Who calls: the person of the bearer token or a stranger. Refuses with `kernel.unauthenticated` for a token that is none."""
    known: Actor | None = getattr(request, "wd_api_actor", None)
    if known is None:
        token = bearer(request)
        holder = accounts.person_of_token(token) if token else None
        if (token or request.headers.get("Authorization")) and holder is None:
            raise Unauthenticated
        known = accounts.actor_of(holder) if holder else ANONYMOUS
        request.wd_api_actor = known  # type: ignore[attr-defined]
    return known


def person(request: HttpRequest) -> PersonActor:
    """The person who calls. Refuses with `kernel.unauthenticated` when nobody is logged in."""
    found = actor(request)
    if not isinstance(found, PersonActor):
        raise Unauthenticated
    return found


def caller(request: HttpRequest, render: Render | None = None) -> Call:
    """The call of a request that needs a person: actor, Idempotency-Key, how the answer is written down."""
    return Call(person(request), key(request), render)


def stranger(request: HttpRequest, render: Render | None = None) -> Call:
    """The same where strangers may call too."""
    found = actor(request)
    return Call(found, key(request), render) if found.id is not None else newcomer(request, render)


def newcomer(request: HttpRequest, render: Render | None = None) -> Call:
    """The call of somebody on his way in, whatever token he holds; his keys count per network address."""
    given = key(request)
    if given and given.isprintable() and len(given) <= LONGEST_KEY:
        given = accounts.keyed("newcomer", f"{source(request)} {given}")
    return Call(ANONYMOUS, given, render)


def key(request: HttpRequest) -> str | None:
    """The Idempotency-Key as it came."""
    return request.headers.get("Idempotency-Key")


# ---- pages of lists -------------------------------------------------------------------------------------------------


def listing(
    rows: QuerySet[Any], show: Callable[[Any], Any], *, order: tuple[str, ...] = ("-id",), cursor: str | None = None, limit: int = 20
) -> dict[str, Any]:
    """One page of a list as `{"items": […], "next": cursor or null}`, by keyset over `order` (field names, `-` for descending).

    The last field of `order` must be unique and none may be null. Refuses with `kernel.cursor_malformed`.
    """
    if cursor:
        rows = rows.filter(_after(rows.model, order, _values(cursor, len(order))))
    with planned_anew():
        found = list(rows.order_by(*order)[: limit + 1])
    more = len(found) > limit
    after = _cursor(found[limit - 1], order) if more else None
    return {"items": [show(row) for row in found[:limit]], "next": after}


def _cursor(row: Any, order: tuple[str, ...]) -> str:
    values = [getattr(row, name.lstrip("-")) for name in order]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _values(cursor: str, wanted: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor[:500] + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise Malformed("kernel.cursor_malformed") from error
    fine = isinstance(values, list) and len(values) == wanted
    if not fine or not all(isinstance(value, (int, str)) and clean(str(value)) for value in values):
        raise Malformed("kernel.cursor_malformed")
    return list(values)


def _after(model: type[Model], order: tuple[str, ...], values: list[Any]) -> Q:
    """Rows that come after the values: greater in the first field, or equal there and after in the rest; the first alone bounds the index."""
    beyond, same, within = Q(), Q(), Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        try:
            meant = model._meta.get_field("id" if field == "pk" else field).to_python(value)
        except ValidationError as error:
            raise Malformed("kernel.cursor_malformed") from error
        if isinstance(meant, int) and abs(meant) >= 2**63:
            raise Malformed("kernel.cursor_malformed")
        step = "lt" if name.startswith("-") else "gt"
        beyond |= same & Q(**{f"{field}__{step}": meant})
        same &= Q(**{field: meant})
        within = within or Q(**{f"{field}__{step}e": meant})
    return within & beyond


# ---- what is said when the house says no ----------------------------------------------------------------------------


class Broken(Problem):
    """A bug of ours, said in the shape of everything else (500); what happened stands in the log."""

    status: ClassVar[int] = 500
    default: ClassVar[str] = "kernel.broken"


def refusal(api: NinjaAPI, request: HttpRequest, problem: Problem) -> HttpResponse:
    """`{"code", "message", "detail"}` with the problem's status; the message in the language that was asked for."""
    text = errors.text(problem.code, problem.detail)
    answer = api.create_response(request, {"code": problem.code, "message": text, "detail": sayings.worded(problem.detail)}, status=problem.status)
    after = problem.detail.get("retry_after")
    if after is not None:
        answer["Retry-After"] = str(after)
    if isinstance(problem, Unauthenticated):
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def _fields(found: Invalid) -> list[dict[str, str]]:
    shown = []
    for error in found.errors[:20]:
        place = [str(part)[:80] for part in error.get("loc", ()) if part not in ("body", "query", "path", "payload")]
        shown.append({"field": ".".join(place) if all(map(clean, place)) else "", "problem": str(error.get("type", ""))})
    return shown


def install(api: NinjaAPI) -> None:
    """Give the API its way of saying no."""

    def problem(request: HttpRequest, error: Problem) -> HttpResponse:
        return refusal(api, request, error)

    def invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
        return refusal(api, request, Malformed("kernel.malformed", fields=_fields(error)))

    def http(request: HttpRequest, error: HttpError) -> HttpResponse:
        cause = error.__cause__
        return refusal(api, request, cause if isinstance(cause, Problem) else Malformed("kernel.malformed"))

    def too_big(request: HttpRequest, _error: Exception) -> HttpResponse:
        return refusal(api, request, Malformed("kernel.json_malformed", why="too large"))

    def broken(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("%s %s", request.method, request.path, exc_info=error)
        return refusal(api, request, Broken())

    api.add_exception_handler(Exception, broken)
    api.add_exception_handler(Problem, problem)
    api.add_exception_handler(Invalid, invalid)
    api.add_exception_handler(HttpError, http)
    api.add_exception_handler(RequestDataTooBig, too_big)
    api.add_exception_handler(UnreadablePostError, too_big)


def guarded(api: NinjaAPI) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Refuse paths and queries the database could not hold, and never let a private answer be cached."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            texts = [*kwargs.values(), *(part for pair in request.GET.lists() for part in (pair[0], *pair[1]))]
            if not all(clean(str(text)) for text in texts):
                return refusal(api, request, Malformed("kernel.malformed"))
            answer = view(request, *args, **kwargs)
            answer.headers.setdefault("Cache-Control", "no-store")
            return answer

        return run

    return decorate
