"""Products as cards: picture, title, price, pieces sold, one mark at most."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from wangdan.catalogue.models import Picture, Product
from wangdan.desks import finding
from wangdan.files.models import File
from wangdan.kernel import clock
from wangdan.kernel.act import Actor

_CARD = 400
_NEW_DAYS = 14
_BESIDE = 4


@dataclass(frozen=True)
class Tile:
    """A card; `price` in minor units is that of the cheapest variant."""

    id: int
    title: str
    price: int
    sold: int
    picture: str
    mark: str = ""


def pictured(rows: QuerySet[Product]) -> QuerySet[Product]:
    """The products with the file of their first picture, in the same statement."""
    first = Picture.objects.filter(product=OuterRef("pk")).order_by("position", "id")
    return rows.annotate(shown_id=Subquery(first.values("file_id")[:1]), shown_sha=Subquery(first.values("file__sha256")[:1]))


def tile(product: Any) -> Tile:
    """The card of a product read by `pictured`."""
    picture = File(pk=product.shown_id, sha256=product.shown_sha, public=True).url(_CARD) if product.shown_sha else ""
    new = product.listed_at and product.listed_at > clock.now() - timedelta(days=_NEW_DAYS)
    mark = str(product.tags[0]) if product.tags else _("新品") if new else ""
    return Tile(product.pk, product.title, product.price_min, product.sold, picture, mark)


def tiles(products: Iterable[Any]) -> list[Tile]:
    """The cards of products read by `pictured`."""
    return [tile(product) for product in products]


def on_sale(actor: Actor) -> QuerySet[Product]:
    """Everything a buyer may buy, with pictures."""
    return pictured(finding.on_sale(actor))


def chosen(actor: Actor, products: list[int]) -> list[Tile]:
    """The cards of these products as far as they are on sale, in this order."""
    found = {row.pk: row for row in on_sale(actor).filter(pk__in=products)} if products else {}
    return tiles(found[pk] for pk in products if pk in found)


def for_you(actor: Actor, products: list[int], most: int) -> list[Tile]:
    """These first, then the most appealing of all, so many in all."""
    first = chosen(actor, products)[:most]
    rest = on_sale(actor).exclude(pk__in=[each.id for each in first]).order_by("-appeal", "-id")
    return [*first, *tiles(rest[: most - len(first)])]


def beside(actor: Actor, product: Product) -> list[Tile]:
    """Other goods of the same category, the most appealing first."""
    return tiles(on_sale(actor).filter(category_id=product.category_id).exclude(pk=product.pk).order_by("-appeal", "-id")[:_BESIDE])
