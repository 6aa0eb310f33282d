"""Getting in over HTTP: codes, registration, log-in and out, passwords (D01.4, D05.一, D15.1, D15.9; C8)."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Router, Status
from pydantic import Field, StrictBool

from wangdan.accounts import operations, queries
from wangdan.accounts.operations import Entrance, Secret, Visit
from wangdan.desks.api import door
from wangdan.desks.api.door import Body, caller, newcomer, person
from wangdan.kernel.errors import Malformed, NotGranted, Unauthenticated

router = Router()

Text = Annotated[str, Field(max_length=254)]
Hidden = Annotated[str, Field(max_length=1000)]
"""A password or code as it came; the rules of passwords have codes of their own."""

_UNKNOWN = {"accounts.cannot_log_in", "accounts.no_account"}


class CodeWish(Body):
    """Where a code goes and what for: register, login, password, phone; email with a mail address."""

    phone: Text | None = None
    email: Text | None = None
    purpose: Annotated[str, Field(max_length=12)]


class Newcomer(Body):
    """Who wants an account: a user name, or a phone with its code, or both."""

    username: Text | None = None
    phone: Text | None = None
    code: Hidden | None = None
    password: Hidden
    accept_terms: StrictBool = False


class Credentials(Body):
    """A user name or phone, with the password or a code."""

    username: Text | None = None
    phone: Text | None = None
    password: Hidden | None = None
    code: Hidden | None = None


class PasswordChange(Body):
    """The old password and the new one."""

    old: Hidden
    new: Hidden


class PasswordReset(Body):
    """A proved phone, the code sent to it for purpose `password`, and the new password."""

    phone: Text
    code: Hidden
    new: Hidden


def _visit(request: HttpRequest) -> Visit:
    """Where the call comes from, which language it speaks, and that it wants a token."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    return Visit(source=door.source(request), language=language, token=True)


def _secret(text: str | None) -> Secret | None:
    return Secret(text) if text else None


def _let_in(entrance: dict[str, Any], *, wrong_code: int = 401) -> dict[str, Any]:
    """`{token, user}` of whoever got in; the token follows from its seed, it is kept nowhere.

    Refuses with the entrance's problem: 401 for a secret that does not fit, 403 for an account that is disabled.
    """
    problem = entrance["problem"]
    if not problem:
        return {"token": queries.token_from(entrance["seed"]), "user": entrance["user"]}
    if problem == "accounts.disabled":
        raise NotGranted(problem)
    if problem in _UNKNOWN or wrong_code == Unauthenticated.status:
        raise Unauthenticated(problem)
    raise Malformed(problem)


@router.post("/auth/codes", auth=None, summary="Send a code to a phone or a mail address")
def codes(request: HttpRequest, payload: CodeWish) -> dict[str, Any]:
    """`retry_after` seconds until the next one; the same answer whether the number is known or not. 429 `accounts.too_many`."""
    to = (payload.email if payload.purpose == "email" else payload.phone) or ""
    return operations.send_code(newcomer(request), to=to, purpose=payload.purpose, visit=_visit(request))


@router.post("/auth/register", auth=None, summary="Open an account", response={201: dict})
def register(request: HttpRequest, payload: Newcomer) -> Any:
    """201 with `token` and `user`. A phone counts only with its code; 422 `accounts.code_wrong`, 409 `accounts.name_taken` or `phone_taken`."""
    entrance: Any = operations.register(
        newcomer(request, Entrance.document),
        username=payload.username,
        phone=payload.phone,
        code=_secret(payload.code),
        password=Secret(payload.password),
        accept_terms=payload.accept_terms,
        visit=_visit(request),
    )
    return Status(201, _let_in(entrance, wrong_code=Malformed.status))


@router.post("/auth/login", auth=None, summary="Log in")
def login(request: HttpRequest, payload: Credentials) -> dict[str, Any]:
    """`token` and `user`; 401 `accounts.cannot_log_in` or `accounts.code_wrong`, 429 `accounts.too_many` after too many failures."""
    entrance: Any = operations.log_in(
        newcomer(request, Entrance.document),
        username=payload.username,
        phone=payload.phone,
        password=_secret(payload.password),
        code=_secret(payload.code),
        visit=_visit(request),
    )
    return _let_in(entrance)


@router.post("/auth/logout", summary="End the token of this call")
def logout(request: HttpRequest) -> dict[str, Any]:
    """The token is dead afterwards, other tokens of the person live on."""
    return {"ended": operations.log_out(caller(request), token=Secret(door.bearer(request)))}


@router.get("/auth/me", summary="Who the token belongs to")
def me(request: HttpRequest) -> dict[str, Any]:
    """The user as the log-in shows him, with his roles."""
    actor = person(request)
    user: dict[str, Any] = Entrance(queries.person(actor, actor.id)).document()["user"]
    return user | {"roles": sorted(actor.roles - {"anyone"})}


@router.post("/auth/password", summary="Change one's password")
def change_password(request: HttpRequest, payload: PasswordChange) -> dict[str, Any]:
    """Every token ends; the answer holds a new one. 422 `accounts.password_wrong`."""
    entrance: Any = operations.change_password(
        caller(request, Entrance.document), old=Secret(payload.old), new=Secret(payload.new), visit=_visit(request)
    )
    return _let_in(entrance, wrong_code=Malformed.status)


@router.post("/auth/reset", auth=None, summary="Set a new password by a code to the proved phone")
def reset_password(request: HttpRequest, payload: PasswordReset) -> dict[str, Any]:
    """Every token ends; the answer holds a new one. 422 `accounts.code_wrong`."""
    entrance: Any = operations.reset_password(
        newcomer(request, Entrance.document),
        phone=payload.phone,
        code=Secret(payload.code),
        new=Secret(payload.new),
        visit=_visit(request),
    )
    return _let_in(entrance, wrong_code=Malformed.status)
