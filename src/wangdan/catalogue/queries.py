"""What a shop reads of its own goods: its products by state and words, one product with its variants and pictures."""

from collections.abc import Iterable

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Q, QuerySet

from wangdan.catalogue.models import Category, Picture, Price, Product, Sheet, Sku
from wangdan.catalogue.rules import LIFE, words
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen

# One index scan per state, each stopped at the most that is ever shown.
_COUNTS = """
SELECT s.status, (
    SELECT count(*) FROM (SELECT 1 FROM catalogue_product p WHERE p.shop_id = ANY(%s) AND p.status = s.status LIMIT %s) AS found
) FROM unnest(%s::text[]) AS s (status)
"""


def own(actor: Actor) -> QuerySet[Product]:
    """The products of the shops the actor works for; what others have on sale is not among them."""
    return Product.objects.filter(shop__in=actor.organisations)


def product(actor: Actor, pk: int) -> Product:
    """One of them. Refuses with 404, for goods of other shops too."""
    found = own(actor).select_related("category", "shop").filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotSeen
    return found


def counts(actor: Actor, *, most: int = 999) -> dict[str, int]:
    """How many of the actor's products are in each state, counted no further than `most` + 1 (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [sorted(actor.organisations), most + 1, list(LIFE.states)])
        return dict(cursor.fetchall())


def called(products: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Those whose words hold all of `text`, or of which a variant's code begins with it."""
    plain = text.replace("\x00", "").strip()[:80]
    if not plain:
        return products
    wanted = Q(pk__in=Sku.objects.exclude(code="").filter(code__startswith=plain).values("product"))
    asked = words.asked(plain)
    if asked:
        wanted |= Q(search=SearchQuery(words.query([[word] for word in asked]), search_type="raw", config="simple"))
    return products.filter(wanted)


def skus(products: Iterable[int]) -> list[Sku]:
    """The variants of products, switched-off ones too, in the order they are shown (one statement)."""
    return list(Sku.objects.filter(product__in=list(products)).select_related("picture").order_by("product_id", "position", "id"))


def pictures(product: Product) -> list[Picture]:
    """The pictures of a product, the one on lists first (one statement)."""
    return list(Picture.objects.filter(product=product).select_related("file"))


def first_pictures(products: Iterable[int], width: int) -> dict[int, str]:
    """The address of each product's first picture (one statement)."""
    rows = Picture.objects.filter(product__in=list(products)).select_related("file").order_by("product_id", "position", "id")
    return {row.product_id: row.file.url(width) for row in rows.distinct("product_id")}


def places() -> list[tuple[int, str]]:
    """Every category as a choice, what is below one after it: 家居, 家居 / 灯具 (one statement)."""
    every = list(Category.objects.all())
    names = {each.pk: each.name for each in every}
    below: dict[int | None, list[Category]] = {}
    for each in every:
        below.setdefault(each.parent_id, []).append(each)
    found = []
    for top in below.get(None, []):
        found.append((top.pk, top.name))
        found += [(child.pk, f"{names[top.pk]} / {child.name}") for child in below.get(top.pk, [])]
    return found


def price_changes(actor: Actor, product: Product, *, most: int = 100) -> list[Price]:
    """What the variants of one's own product cost since when and who set it, newest first (one statement)."""
    rows = Price.objects.filter(sku__product=product, sku__product__shop__in=actor.organisations).select_related("sku", "person")
    return list(rows.order_by("-id")[:most])


def coded(shop_id: int, codes: Iterable[str]) -> dict[str, Sku]:
    """The variants of a shop by their own codes, those of archived goods aside; of two with one code the older (one statement)."""
    rows = Sku.objects.filter(product__shop=shop_id, code__in=[code for code in codes if code]).exclude(product__status="archived")
    return {sku.code: sku for sku in rows.select_related("product").order_by("-pk")}


def sheet(actor: Actor, pk: int) -> Sheet:
    """One table that was handed in for a shop of the actor's. Refuses with 404."""
    found = Sheet.visible_to(actor).select_related("shop", "person").filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotSeen
    return found


def sheets(actor: Actor, *, most: int = 20) -> list[Sheet]:
    """The last tables of the actor's shops, without what they hold (one statement)."""
    mine = Sheet.visible_to(actor).filter(shop__in=actor.organisations).defer("goods", "faults")
    return list(mine.select_related("shop", "person").order_by("-id")[:most])
