"""The inbox over HTTP: what one was told, what is unread, read one, read all (D01.8, D13.5)."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from wangdan.desks import inbox
from wangdan.desks.api.door import Body, Id, Limit, caller, listing, person
from wangdan.notices import operations, queries
from wangdan.notices.models import Notice

router = Router()


class Until(Body):
    """Up to which notice everything is read; without it all of it."""

    until: Annotated[int, Field(ge=0, lt=2**63)] = 0


def document(notice: Notice) -> dict[str, Any]:
    """A notice in the language that was asked for; `path` is its page on the site, null when it has none."""
    found = inbox.entry(notice)
    return {
        "id": found.id,
        "kind": found.kind,
        "title": found.title,
        "text": found.text,
        "ref": notice.ref,
        "path": found.path or None,
        "at": found.at.isoformat(),
        "read_at": found.read.isoformat() if found.read else None,
    }


@router.get("/notices", summary="The inbox, newest first")
def many(request: HttpRequest, unread: bool = False, cursor: str | None = None, limit: Limit = 20) -> dict[str, Any]:  # noqa: FBT001, FBT002 - a query parameter
    """One's own only; `unread=true` leaves out what was read. `unread` in the answer counts all unread ones, 100 at most."""
    actor = person(request)
    page = listing(queries.inbox(actor, unread=unread), document, cursor=cursor, limit=limit)
    return page | {"unread": queries.unread(actor)}


@router.post("/notices/read_all", summary="Mark everything as read")
def read_all(request: HttpRequest, payload: Until | None = None) -> dict[str, Any]:
    """`{"read": n}`; with `until` (an id) what came later stays unread."""
    read: Any = operations.read_all(caller(request, lambda count: {"read": count}), until=payload.until if payload else 0)
    return dict(read)


@router.post("/notices/{id}/read", summary="Mark a notice as read")
def read(request: HttpRequest, id: Id) -> dict[str, Any]:  # noqa: A002 - the contract's name
    """The notice; the first time counts. 404 for somebody else's."""
    notice: Any = operations.read(caller(request, document), id)
    return dict(notice)
