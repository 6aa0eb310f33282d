"""The address book over HTTP, a pasted text read as an address, and the table of divisions (D03.6, D05.五)."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field, StrictBool

from wangdan.accounts import operations, queries
from wangdan.accounts.models import Address
from wangdan.accounts.parsing import paste
from wangdan.accounts.rules import Destination
from wangdan.desks.api.door import Body, Id, Limit, actor, caller, listing, person

router = Router()

Text = Annotated[str, Field(max_length=1000)]
"""A field of an address; how long each may be has a code of its own."""
_NEWEST = ("-is_default", "-changed_at", "-id")


class NewAddress(Body):
    """An address. Municipalities may repeat their name as the city; `district` is empty where there is none."""

    name: Text
    phone: Text
    province: Text
    city: Text = ""
    district: Text = ""
    street: Text = ""
    detail: Text
    default: StrictBool = False


class AddressChange(Body):
    """What changes; the rest stays."""

    name: Text | None = None
    phone: Text | None = None
    province: Text | None = None
    city: Text | None = None
    district: Text | None = None
    street: Text | None = None
    detail: Text | None = None
    default: StrictBool | None = None


class Pasted(Body):
    """A text with name, phone and address in any order."""

    text: Annotated[str, Field(max_length=2000)]


def document(row: Address) -> dict[str, Any]:
    """An address of the caller's own."""
    fields = row.destination.fields()
    return {"id": row.pk, **fields, "default": row.is_default, "text": row.destination.line}


@router.get("/addresses", summary="The address book, the default first")
def many(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> dict[str, Any]:
    """One's own only."""
    return listing(queries.addresses(person(request)), document, order=_NEWEST, cursor=cursor, limit=limit)


@router.post("/addresses", summary="Add an address", response={201: dict})
def add(request: HttpRequest, payload: NewAddress) -> Any:
    """201; the first one is the default. 422 `accounts.division_unknown` says at which `level`, `accounts.text_missing` which `field`."""
    fields = payload.model_dump()
    default = fields.pop("default")
    return Status(201, operations.add_address(caller(request, document), to=Destination(**fields, code=""), default=default))


@router.post("/addresses/parse", summary="Read a pasted text as an address")
def parse(request: HttpRequest, payload: Pasted) -> dict[str, Any]:
    """`name, phone, province, city, district, street, detail, code`; what cannot be known is empty. Nothing is kept."""
    call = caller(request)
    return paste.read(payload.text).fields() if call.key is None else operations.read_address(call, text=payload.text)


@router.get("/addresses/{id}", summary="One address")
def one(request: HttpRequest, id: Id) -> dict[str, Any]:  # noqa: A002 - the contract's name
    """404 for somebody else's."""
    return document(queries.address(person(request), id))


@router.patch("/addresses/{id}", summary="Change an address")
def change(request: HttpRequest, id: Id, payload: AddressChange) -> Any:  # noqa: A002 - the contract's name
    """Fields that are left out stay; orders keep the address they were placed with."""
    call = caller(request, document)
    given = payload.model_dump(exclude_none=True)
    default = given.pop("default", None)
    fields = queries.address(call.actor, id).destination.fields() | given
    return operations.change_address(call, id, to=Destination(**fields | {"code": ""}), default=default)


@router.delete("/addresses/{id}", summary="Remove an address", response={204: None})
def remove(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the contract's name
    """204; when it was the default, the one used last takes its place."""
    operations.remove_address(caller(request), id)
    return Status(204, None)


@router.get("/divisions", auth=actor, summary="Provinces, or what lies right below a division")
def divisions(request: HttpRequest, parent: Annotated[str, Field(pattern=r"^(\d{2}|\d{4}|\d{6}|)$")] = "") -> dict[str, Any]:
    """Codes grow by level: province 2 digits, city 4, district 6, street 9."""
    del request
    rows = queries.divisions(parent)
    return {"items": [{"code": row.code, "name": row.name, "level": row.level} for row in rows], "next": None}
