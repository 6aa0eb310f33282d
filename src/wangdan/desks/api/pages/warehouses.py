"""The warehouses one works in, over HTTP: the ids that deliveries, waves, lists and counts ask for."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from wangdan.desks.api.door import Limit, listing, person
from wangdan.inventory import queries
from wangdan.kernel.act import Actor

router = Router()


def seen(actor: Actor, wanted: int | None) -> list[int]:
    """The warehouse that is meant, or all that the actor sees. Refuses with 404 for another's."""
    if wanted is not None:
        return [queries.warehouse(actor, wanted).pk]
    return list(queries.warehouses(actor).values_list("pk", flat=True))


@router.get("/warehouses", summary="The warehouses I work in or oversee")
def many(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> dict[str, Any]:
    """An empty list for people who have none."""
    return listing(queries.warehouses(person(request)), _document, order=("id",), cursor=cursor, limit=limit)


def _document(house: Any) -> dict[str, Any]:
    where = {"province": house.province, "city": house.city, "address": house.address}
    return {"id": house.pk, "name": house.name, "organisation": house.organisation.name, "active": house.active} | where
