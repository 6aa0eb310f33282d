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


def beside(actor: Actor, product: Product) -> list[Tile]:
    """Other goods of the same category, the most appealing first."""
    return tiles(on_sale(actor).filter(category_id=product.category_id).exclude(pk=product.pk).order_by("-appeal", "-id")[:_BESIDE])
